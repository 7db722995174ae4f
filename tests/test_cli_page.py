"""docs/cli.md is what the program says of itself."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from rolequiz.cli.exits import Exit
from tests.test_layers import SOURCE

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
NOT_FOR_USERS = {"_ROLEQUIZ_COMPLETE", "PYSPARK_PYTHON", "PYSPARK_GATEWAY_PORT"}
"""What shells and libraries say to the program."""


def test_the_page_is_up_to_date() -> None:
    command = [sys.executable, "scripts/write_cli.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_page_has_every_code_and_every_variable_that_the_source_reads() -> None:
    rows = re.findall(r"^\| (\d+) \| (\w+) \| \S", PAGE, re.MULTILINE)
    assert rows == [(str(int(code)), code.name) for code in Exit]
    read = re.compile(r"""environ(?:\.get\(|\.setdefault\(|\[)"(\w+)\"""")
    named = {name for path in SOURCE.rglob("*.py") for name in read.findall(path.read_text(encoding="utf-8"))}
    assert named - NOT_FOR_USERS - set(re.findall(r"`([A-Z_]+)`", PAGE)) == set()
    assert {"ROLEQUIZ_HOME", "TERM"} <= named
