"""The rules by which answers to a bank are read, with the parser of YAML that belongs to the bank's layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rolequiz.bank.source import INTEGER, LINE_END, Where, parse, spelled
from rolequiz.batch.records import Repeating, Rules, Unread
from rolequiz.core.table import Table
from rolequiz.errors import RolequizError
from rolequiz.model import Bank, Problem

OF_A_RECORD = frozenset({"repeated-key", "long-integer"})
"""Problems that a YAML file has which belong to one record only."""


def reading_rules(
    bank: Bank, table: Table, *, id_column: str = "id", keep: tuple[str, ...] = (), ignore_digest: bool = False
) -> Rules:
    """The rules for records that answer a bank; ``table`` is the bank compiled."""
    return Rules(table, bank.stamp, id_column, keep, ignore_digest, parse_yaml)


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
    return _plain(source.value, (), marked, LINE_END.split(data.decode("utf-8-sig")))


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
