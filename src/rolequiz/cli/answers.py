"""Where the commands that read answers find them: files, folders, patterns or standard input."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO

from rolequiz.batch.sources import Source, expanded
from rolequiz.cli.env import Env
from rolequiz.errors import RolequizError
from rolequiz.printable import STANDARD_INPUT

STDIN = "-"
"""What stands for standard input on the command line."""


def answer_sources(env: Env, names: Sequence[str], command: str) -> list[Source]:
    """The sources named on the command line; none, or ``-``, is standard input.

    Raises:
        RolequizError: standard input is a terminal, and nobody knows that they are expected to type.
    """
    return [_source(env, name, command) for name in expanded(names or [STDIN])]


def _source(env: Env, name: str, command: str) -> Source:
    if name != STDIN:
        return Source(name)
    if env.stdin.isatty():
        raise RolequizError(
            "answers are expected on standard input, and that is this terminal",
            f"name a file: rolequiz {command} answers.csv (or pipe one in: … | rolequiz {command} -)",
        )
    stream: BinaryIO | None = getattr(env.stdin, "buffer", None)
    return Source(STANDARD_INPUT, stream if stream is not None else BytesIO(env.stdin.read().encode()))
