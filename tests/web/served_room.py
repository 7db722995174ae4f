"""A served room in a process of its own, and a browser the size of a phone that visits it."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from json import loads
from pathlib import Path
from resource import RLIMIT_FSIZE, prlimit
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.cli.world import process

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}

CHOOSE = """async ([options, begin]) => {
  const frame = () => new Promise(requestAnimationFrame);
  for (const [place, option] of options.entries()) {
    while (!document.querySelector(".progress")?.textContent.includes(`${begin + place}/30`)) await frame();
    document.querySelectorAll(".options button")[option - 1].click();
  }
}"""


def free_port() -> int:
    """A port of the loopback address that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ServedRoom:
    """``rolequiz workshop serve`` on the loopback address; may be killed and started again."""

    def __init__(self, room: Path, *options: str) -> None:
        self.room = room
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.code = ""
        self._options = options
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, and read the join code off its screen."""
        command = [sys.executable, "-m", "rolequiz", "workshop", "serve", str(self.room), "--host", "127.0.0.1"]
        self._process = subprocess.Popen(
            [*command, "--port", str(self.port), "--plain", "--lang", "en", *self._options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("Join code: "):
                self.code = line.removeprefix("Join code: ").strip()
            if line.startswith("Ctrl-C"):
                return
        raise AssertionError("the server did not start")

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """No file of its own grows meanwhile."""
        assert self._process is not None
        size = max(path.stat().st_size for path in self.room.rglob("*.jsonl"))
        soft, hard = prlimit(self._process.pid, RLIMIT_FSIZE)
        prlimit(self._process.pid, RLIMIT_FSIZE, (size, hard))
        yield
        prlimit(self._process.pid, RLIMIT_FSIZE, (soft, hard))

    def end(self, how: signal.Signals = signal.SIGINT) -> int:
        """End it and wait; its exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(how)
        code = self._process.wait(20)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None
        return code

    def record(self, name: str) -> dict[str, Any]:
        """The record of a participant."""
        found: dict[str, Any] = loads((self.room / f"{name}.json").read_text(encoding="utf-8"))
        return found

    def explained(self, name: str, lang: str) -> str:
        """What ``explain`` says of the participant's record, as one line of text."""
        done = process("explain", str(self.room / f"{name}.json"), "--lang", lang, "--plain")
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()


KEPT = (
    "() => JSON.parse(localStorage.getItem("
    "Object.keys(localStorage).find((one) => /^rolequiz\\.[0-9a-f]{16}$/.test(one))))"
)


class Visitor:
    """Somebody with a phone."""

    def __init__(self, browser: Browser, served: ServedRoom, locale: str, **options: Any) -> None:
        self.served = served
        self.context: BrowserContext = browser.new_context(**{**PHONE, "locale": locale, **options})
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.faults: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda message: self._heard(message.text))
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.goto(served.url)
        self.page.wait_for_selector("h1")

    def _heard(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.faults.append(text)

    def _asked(self, url: str) -> None:
        if not url.startswith(self.served.url):
            self.elsewhere.append(url)

    def join(self, name: str) -> None:
        """In at the door, up to the first question."""
        self.page.fill("[name=code]", self.served.code)
        self.page.fill("[name=name]", name)
        self.page.tap("form button")
        expect(self.page.locator("h1")).to_contain_text(name)
        self.page.tap(".main-button")

    def at(self, number: int) -> None:
        """Wait for a question."""
        expect(self.page.locator(".progress")).to_contain_text(f"{number}/30")

    def answer(self, number: int, option: int) -> None:
        """Touch an option of a question."""
        self.at(number)
        self.page.locator(".options button").nth(option - 1).tap()

    def answer_all(self, options: Sequence[int], begin: int = 1) -> None:
        """Choose an option of every question from ``begin`` on, without the quarter second in which no touch counts."""
        self.page.evaluate(CHOOSE, [list(options), begin])

    def kept(self) -> dict[str, Any]:
        """What the phone keeps of the sitting."""
        found: dict[str, Any] = self.page.evaluate(KEPT)
        return found

    def wait_saved(self) -> None:
        """Until nothing waits on the phone."""
        self.page.wait_for_function(f"() => {{ const me = ({KEPT})(); return me.acked > 0 && me.queue.length === 0; }}")

    def finish(self) -> None:
        """To the result."""
        self.page.tap(".stack .main-button")
        expect(self.page.locator("article")).to_be_visible()

    def switch(self, name: str) -> None:
        """To another language."""
        self.page.tap(f"nav button:has-text('{name}')")

    def shown(self) -> str:
        """The words of the page."""
        return " ".join(self.page.inner_text("main").split())


def let_scripts_in(page: Page) -> None:
    """Let a test run scripts on a page whose policy lets none in but its own."""
    page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})


def words_of(text: str) -> str:
    """A text without the blanks and signs that differ between drawings."""
    return re.sub(r"\s+", "", text)
