"""Results as rows, lines and lists: the columns and bytes that users and scripts rely on.

The same assessment always gives the same bytes: LF, UTF-8, floats in the
shortest form that reads back equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from json import dumps
from typing import Literal, Protocol, TypeAlias, get_args

from rolequiz.batch.records import Accepted, text_of
from rolequiz.core.assess import Assessment
from rolequiz.core.result import result_record
from rolequiz.core.table import Table
from rolequiz.model import Bank

Columns: TypeAlias = Literal["all", "core"]
COLUMNS: tuple[Columns, ...] = get_args(Columns)

PERSON_COLUMNS = ("id", "status", "mode", "answered", "top", "tie", "shape", "label", "lead")
ROLE_COLUMNS = ("points", "fit", "certainty", "place")
END_COLUMNS = ("flags", "bank", "version", "digest")
SOURCE_COLUMNS = ("source", "line")
RECORD_KEYS = ("schema", *PERSON_COLUMNS, "asked", "bank", "roles", "traits", "neighbours", "flags", "explanation")

FORMULA = "=@\t\r"
SIGNS = "+-"
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
TO_QUOTE = re.compile(r'[,"\r\n]')


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns results have. ``verbatim`` leaves cells that a spreadsheet would run as they are."""

    bank: Bank
    table: Table
    columns: Columns = "all"
    with_source: bool = False
    keep: tuple[str, ...] = ()
    verbatim: bool = False

    @property
    def extra(self) -> tuple[str, ...]:
        """The columns of a record's origin and those carried through."""
        return (SOURCE_COLUMNS if self.with_source else ()) + self.keep


def header(layout: Layout) -> tuple[str, ...]:
    """The names of the columns, in order."""
    roles = tuple(f"{kind}_{role}" for role in layout.table.roles for kind in ROLE_COLUMNS)
    rest = (*(f"trait_{trait}" for trait in layout.table.traits), *END_COLUMNS) if layout.columns == "all" else ()
    return (*PERSON_COLUMNS, *roles, *rest, *layout.extra)


def cells(layout: Layout, item: Accepted, result: Assessment) -> tuple[str, ...]:
    """One result in the order of `header`, nothing quoted or escaped."""
    found: list[object] = [
        item.record.id,
        result.status,
        result.mode,
        result.answered,
        ";".join(result.top),
        result.tie,
        result.shape,
        result.label,
        result.lead,
    ]
    by_role = {one.role: one for one in result.roles}
    for role in layout.table.roles:
        one = by_role[role]
        found += [one.points, one.fit, one.certainty, one.place]
    if layout.columns == "all":
        found += [trait.points for trait in result.traits]
        bank = layout.bank
        found += [";".join(flag.id for flag in result.flags), bank.id, bank.version, bank.digest]
    if layout.with_source:
        found += [item.source, item.number]
    found += item.kept
    return tuple(cell(value) for value in found)


def cell(value: object) -> str:
    """A value as text: absent is empty, booleans in words, floats the shortest form that reads back equal."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case _:
            return text_of(value)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run the cell instead of showing it."""
    return text[:1] in SIGNS and not NUMBER.fullmatch(text) if text[:1] not in FORMULA else bool(text)


def csv_line(row: Sequence[str]) -> str:
    """Cells as a line, quoted only where needed. Written out, since the csv module's quoting differs by version."""
    return ",".join('"' + one.replace('"', '""') + '"' if TO_QUOTE.search(one) else one for one in row) + "\n"


def record(layout: Layout, item: Accepted, result: Assessment) -> dict[str, object]:
    """One result as plain JSON values: the result record, then origin and kept columns."""
    found = result_record(layout.bank, item.record.id, result)
    if layout.with_source:
        found |= {"source": item.source, "line": item.number}
    return found | dict(zip(layout.keep, map(plain, item.kept), strict=True))


def plain(value: object) -> object:
    """A kept value as JSON holds it; a list or mapping as its text, for a column is one value."""
    return value if value is None or type(value) in (bool, int, float) else text_of(value)


def taken(layout: Layout) -> tuple[str, ...]:
    """Names to keep that some output has already."""
    own = {*header(Layout(layout.bank, layout.table)), *SOURCE_COLUMNS, *RECORD_KEYS}
    return tuple(name for name in layout.keep if name in own)


def encoded(text: str) -> bytes:
    """UTF-8; half a surrogate pair, which has none, as an escape (that of JSON too)."""
    return text.encode("utf-8", "backslashreplace")


Put: TypeAlias = Callable[[bytes], object]


class Writer(Protocol):
    """Something results are written with, one after the other."""

    def begin(self) -> None:
        """What stands before the first result."""

    def put(self, item: Accepted, result: Assessment) -> None:
        """One result."""

    def end(self) -> None:
        """What stands after the last result."""


class CsvWriter:
    """Rows under a header; ``escaped`` counts the cells that got a leading apostrophe."""

    def __init__(self, layout: Layout, put: Put) -> None:
        self.escaped = 0
        self._layout = layout
        self._put = put

    def begin(self) -> None:
        """The header."""
        self._row(header(self._layout))

    def put(self, item: Accepted, result: Assessment) -> None:
        """One row."""
        self._row(cells(self._layout, item, result))

    def end(self) -> None:
        """Nothing follows."""

    def _row(self, row: Sequence[str]) -> None:
        if not self._layout.verbatim and any(map(is_formula, row)):
            self.escaped += sum(map(is_formula, row))
            row = [f"'{one}" if is_formula(one) else one for one in row]
        self._put(encoded(csv_line(row)))


class JsonLinesWriter:
    """One JSON object a line."""

    def __init__(self, layout: Layout, put: Put) -> None:
        self._layout = layout
        self._put = put

    def begin(self) -> None:
        """Nothing comes first."""

    def put(self, item: Accepted, result: Assessment) -> None:
        """One line."""
        self._put(encoded(json_text(record(self._layout, item, result)) + "\n"))

    def end(self) -> None:
        """Nothing follows."""


class JsonWriter:
    """One JSON list, a result a line."""

    def __init__(self, layout: Layout, put: Put) -> None:
        self._layout = layout
        self._put = put
        self._before = "["

    def begin(self) -> None:
        """The bracket waits for the first result."""

    def put(self, item: Accepted, result: Assessment) -> None:
        """One element."""
        self._put(encoded(f"{self._before}\n{json_text(record(self._layout, item, result))}"))
        self._before = ","

    def end(self) -> None:
        """The closing bracket."""
        self._put(b"\n]\n" if self._before == "," else b"[]\n")


def json_text(value: object) -> str:
    """A value as one line of JSON."""
    return dumps(value, ensure_ascii=False, allow_nan=False)


ResultFormat: TypeAlias = Literal["csv", "jsonl", "json"]
WRITERS: dict[ResultFormat, Callable[[Layout, Put], CsvWriter | JsonLinesWriter | JsonWriter]] = {
    "csv": CsvWriter,
    "jsonl": JsonLinesWriter,
    "json": JsonWriter,
}
