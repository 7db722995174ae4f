"""Where the commands that read answers find them: files or standard input, and the rules of reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import BinaryIO

from rolequiz.bank.source import INTEGER, Where, parse, spelled
from rolequiz.batch.printable import STANDARD_INPUT
from rolequiz.batch.records import Repeating, Rules, Unread
from rolequiz.batch.sources import Source
from rolequiz.cli.context import Loaded
from rolequiz.cli.env import Env
from rolequiz.errors import RolequizError
from rolequiz.model import BankStamp, Problem

STDIN = "-"
"""What stands for standard input on the command line."""

OF_A_RECORD = frozenset({"repeated-key", "long-integer"})


def answer_sources(env: Env, names: Sequence[str], command: str) -> list[Source]:
    """The sources named on the command line; none, or ``-``, is standard input.

    Raises:
        RolequizError: standard input is a terminal, and nobody knows that they are expected to type.
    """
    return [_source(env, name, command) for name in names or [STDIN]]


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


def reading_rules(
    loaded: Loaded, *, id_column: str = "id", keep: tuple[str, ...] = (), ignore_digest: bool = False
) -> Rules:
    """The rules for records of a loaded bank."""
    bank = loaded.bank
    stamp = BankStamp(bank.id, bank.version, bank.digest)
    return Rules(loaded.table, stamp, id_column, keep, ignore_digest, parse_yaml)


def parse_yaml(data: bytes) -> object:
    """A YAML file of answers as plain values.

    A repeated key and a number too long to keep are faults of the record they
    stand in, so they are marked rather than refused.

    Raises:
        RolequizError: it is no YAML that an answer file may be; the message begins with the place.
    """
    source = parse(data, "")
    for problem in source.problems:
        if problem.code not in OF_A_RECORD:
            raise RolequizError(f"{problem.line}:{problem.column}: {problem.message}", problem.hint)
    marked = {(problem.code, problem.path): problem for problem in source.problems}
    return _plain(source.value, (), marked, data.decode("utf-8-sig").split("\n"))


def _plain(value: object, where: Where, marked: Mapping[tuple[str, str], Problem], lines: Sequence[str]) -> object:
    """Lists as lists, and the marks put where reading looks for them."""
    if isinstance(value, tuple):
        return [_plain(one, (*where, place), marked, lines) for place, one in enumerate(value)]
    if isinstance(value, dict):
        inner = {key: _plain(one, (*where, key), marked, lines) for key, one in value.items()}
        repeated = tuple(key for key in inner if ("repeated-key", spelled((*where, key))) in marked)
        return Repeating(inner.items(), repeated) if repeated else inner
    long = marked.get(("long-integer", spelled(where)))
    if long is None:
        return value
    found = INTEGER.match(lines[long.line - 1], long.column - 1)
    return Unread(found.group() if found else long.message)
