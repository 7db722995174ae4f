"""A real browser for tests, and axe-core in it.

Debian's Chromium is driven by Playwright, which brings none of its own. Without
either, or without npm's registry, these tests are skipped, but never in CI.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, Page, sync_playwright

AXE = "axe-core@4.14.1"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
"""Of `axe.min.js` in it."""

Axe = Callable[[Page], list[str]]


def lacking(what: str) -> None:
    """Without something, skip here and fail where everything has to be there."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window. While it is there, Playwright's loop runs in this thread and no other can."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        lacking("chromium is not installed")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest) -> Axe:
    """What axe-core finds wrong on a page: one line for each rule and element."""
    script = axe_script(request.config.cache.mkdir(AXE.replace("@", "-")))

    def findings(page: Page) -> list[str]:
        page.evaluate(f"{script};null")
        found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations', 'incomplete']})")
        assert found["passes"], "axe has looked at something"
        return [
            f"{rule['id']}: {node['html'][:200]}: {node['failureSummary']}"
            for rule in [*found["violations"], *found["incomplete"]]
            for node in rule["nodes"]
            if not node["html"].startswith("<text ")  # axe sees no background of SVG's words; test_html.py has them
        ]

    return findings


def axe_script(folder: Path) -> str:
    """The source of axe-core, fetched once by npm and kept in pytest's cache."""
    script = folder / "axe.min.js"
    if not script.exists():
        npm = shutil.which("npm")
        if npm is None:
            lacking("npm is not installed")
        with tempfile.TemporaryDirectory(dir=folder) as place:  # another process may be fetching it too
            done = subprocess.run(
                [str(npm), "pack", AXE, "--silent"], cwd=place, capture_output=True, text=True, check=False
            )
            if done.returncode:
                lacking(f"npm pack {AXE} failed: {done.stderr.strip()[:300]}")
            with tarfile.open(Path(place) / done.stdout.split()[-1]) as packed:
                source = packed.extractfile("package/axe.min.js")
                assert source is not None
                data = source.read()
            assert sha256(data).hexdigest() == AXE_SHA256
            fetched = Path(place) / script.name
            fetched.write_bytes(data)
            fetched.replace(script)
    return script.read_text(encoding="utf-8")
