"""A real pseudo-terminal with a screen: what a person would see, and the keys a person would press."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pexpect
import pyte

PLACE = re.compile(r"^\s*(\d+)/30 ")
TAKE = [sys.executable, "-m", "rolequiz", "take"]
FRAME_BEGINS, FRAME_ENDS = b"\x1b[?2026h", b"\x1b[?2026l"


class Terminal:
    """A command in a pseudo-terminal of a given size; `screen` is what stands on it now."""

    def __init__(
        self, home: Path, *arguments: str, columns: int = 80, rows: int = 24, command: list[str] | None = None
    ):
        environ = {**os.environ, "ROLEQUIZ_HOME": str(home), "TERM": "xterm-256color", "PYTHONDONTWRITEBYTECODE": ""}
        line = [*(command or TAKE), *arguments]
        self.child = pexpect.spawn(line[0], line[1:], env=environ, dimensions=(rows, columns), timeout=20)
        self.child.delaybeforesend = None
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.raw = b""

    def read(self, seconds: float = 0.02) -> bool:
        """Take in what was written; whether there was anything."""
        try:
            data = self.child.read_nonblocking(65536, seconds)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            return False
        assert isinstance(data, bytes)
        self.raw += data
        # pyte prints the final byte of private modes that it does not know.
        self._stream.feed(re.sub(rb"\x1b\[\?(?:2026|2004|25)[hl]", b"", data))
        return True

    @property
    def screen(self) -> str:
        """The lines on the screen, blanks at their ends removed. Wide characters take two cells, once shown."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def place(self) -> int | None:
        """The number of the question shown, if one is."""
        found = PLACE.search(self.screen)
        return int(found.group(1)) if found else None

    @property
    def is_whole(self) -> bool:
        """Whether the last frame has come to its end: a read may stop in the middle of one."""
        return self.raw.rfind(FRAME_BEGINS) <= self.raw.rfind(FRAME_ENDS)

    def until(self, is_so: Callable[[Terminal], bool], what: str, seconds: float = 15) -> None:
        """Read until a whole screen is as wanted."""
        end = time.monotonic() + seconds
        while not (self.is_whole and is_so(self)):
            assert time.monotonic() < end, f"waited for {what}; the screen shows:\n{self.screen}"
            self.read()

    def sees(self, text: str) -> None:
        """Wait for a text on the screen."""
        self.until(lambda terminal: text in terminal.screen, repr(text))

    def at(self, place: int) -> None:
        """Wait for a question."""
        self.until(lambda terminal: terminal.place == place, f"question {place}")

    def press(self, keys: str | bytes) -> None:
        """Send keys."""
        self.child.send(keys)

    def answer(self, *numbers: int) -> None:
        """Answer questions one after the other, waiting for each next one as a person does."""
        for number in numbers:
            before = self.place
            self.press(str(number))
            self.until(lambda terminal, before=before: terminal.place != before, "the next question")  # type: ignore[misc]  # a default in a lambda

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        self._screen.resize(rows, columns)
        self._screen.reset()
        self.child.setwinsize(rows, columns)

    def ended(self) -> int:
        """Read to the end; the exit code, or minus the signal."""
        end = time.monotonic() + 15
        while self.child.isalive() and time.monotonic() < end:
            self.read()
        while self.read():
            pass
        self.child.close()
        if self.child.signalstatus is not None:
            return -int(self.child.signalstatus)
        assert self.child.exitstatus is not None
        return int(self.child.exitstatus)
