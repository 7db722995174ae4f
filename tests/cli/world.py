"""Commands run inside this process in a world of their own: streams, clock, environment, an empty folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

from rolequiz.cli.app import run
from rolequiz.cli.env import Env

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Terminal(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()


def rolequiz(*arguments: str, stdin: bytes | StringIO = b"", environ: Mapping[str, str] | None = None) -> Ended:
    """Run one command line; its data folder is ``home`` in the working folder."""
    out, err = BytesIO(), StringIO()
    source = stdin if isinstance(stdin, StringIO) else TextIOWrapper(BytesIO(stdin), encoding="utf-8", errors="replace")
    stdout = TextIOWrapper(out, encoding="utf-8")
    world = {"LC_ALL": "en_US.UTF-8", "ROLEQUIZ_HOME": "home"} | dict(environ or {})
    code = run(arguments, Env(source, stdout, err, world, lambda: NOW))
    stdout.flush()
    found = Ended(code, out.getvalue().decode(), err.getvalue())
    stdout.detach()
    return found


def process(*arguments: str | bytes, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run ``rolequiz`` in a process of its own."""
    return subprocess.run([sys.executable, "-m", "rolequiz", *arguments], capture_output=True, check=False, **options)


def put(name: str, data: bytes | str) -> str:
    """A file in the working folder."""
    Path(name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return name
