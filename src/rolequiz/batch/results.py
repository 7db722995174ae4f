"""Results as rows, lines and lists: the columns and bytes that users and scripts rely on.

The same assessment always gives the same bytes: LF, UTF-8, floats in the
shortest form that reads back equal. An engine may render otherwise; it must give
these bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from json import JSONEncoder
from typing import Literal, TypeAlias, get_args

from rolequiz.batch.records import Accepted, text_of
from rolequiz.core.assess import Assessment, explain
from rolequiz.core.result import explanation_record, result_record
from rolequiz.core.table import Table
from rolequiz.model import BankStamp

Columns: TypeAlias = Literal["all", "core"]
COLUMNS: tuple[Columns, ...] = get_args(Columns)

PERSON_COLUMNS = ("id", "status", "mode", "answered", "top", "tie", "shape", "label", "lead")
ROLE_COLUMNS = ("points", "fit", "certainty", "place")
END_COLUMNS = ("flags", "bank", "version", "digest")
SOURCE_COLUMNS = ("source", "line")
RECORD_KEYS = ("schema", *PERSON_COLUMNS, "asked", "bank", "roles", "traits", "neighbours", "flags", "explanation")

ENCODER = JSONEncoder(ensure_ascii=False, allow_nan=False)

FORMULA = "=@\t\r"
SIGNS = "+-"
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
TO_QUOTE = re.compile(r'[,"\r\n]')


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns results have.

    ``verbatim`` leaves cells of CSV that a spreadsheet would run as they are;
    ``explained`` adds the explanation to JSON.
    """

    bank: BankStamp
    table: Table
    columns: Columns = "all"
    with_source: bool = False
    keep: tuple[str, ...] = ()
    verbatim: bool = False
    explained: bool = False

    @property
    def extra(self) -> tuple[str, ...]:
        """The columns of a record's origin and those carried through."""
        return (SOURCE_COLUMNS if self.with_source else ()) + self.keep


def header(layout: Layout) -> tuple[str, ...]:
    """The names of the columns, in order."""
    roles = tuple(f"{kind}_{role}" for role in layout.table.roles for kind in ROLE_COLUMNS)
    rest = (*(f"trait_{trait}" for trait in layout.table.traits), *END_COLUMNS) if layout.columns == "all" else ()
    return (*PERSON_COLUMNS, *roles, *rest, *layout.extra)


def values(layout: Layout, item: Accepted, result: Assessment) -> list[object]:
    """One result in the order of `header`; several values are a tuple, what is absent is None."""
    found: list[object] = [
        item.record.id,
        result.status,
        result.mode,
        result.answered,
        result.top,
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
        found += [tuple(flag.id for flag in result.flags), bank.id, bank.version, bank.digest]
    if layout.with_source:
        found += [item.source, item.number]
    return [*found, *item.kept]


def cells(layout: Layout, item: Accepted, result: Assessment) -> tuple[str, ...]:
    """One result in the order of `header` as text, nothing quoted or escaped."""
    return tuple(map(cell, values(layout, item, result)))


def cell(value: object) -> str:
    """A value as text: absent is empty, booleans in words, floats the shortest form that reads back equal.

    Several texts (a tuple; what is read from files has lists) are joined by ``;``.
    """
    kind = type(value)
    if kind is int or kind is float:
        return repr(value)
    if value is None:
        return ""
    if kind is bool:
        return "true" if value else "false"
    return ";".join(value) if isinstance(value, tuple) else text_of(value)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run the cell instead of showing it."""
    return text[:1] in SIGNS and not NUMBER.fullmatch(text) if text[:1] not in FORMULA else bool(text)


def quoted(text: str) -> str:
    """A cell as it stands in a line, quoted only where needed."""
    return '"' + text.replace('"', '""') + '"' if TO_QUOTE.search(text) else text


def csv_line(row: Sequence[str]) -> str:
    """Cells as a line. Written out, since the csv module's quoting differs by version."""
    return ",".join(map(quoted, row)) + "\n"


def record(layout: Layout, item: Accepted, result: Assessment) -> dict[str, object]:
    """One result as plain JSON values: the result record, its explanation if wanted, origin and kept columns."""
    found = result_record(layout.bank, item.record.id, result)
    if layout.explained:
        found["explanation"] = explanation_record(layout.table, explain(layout.table, result))
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


ResultFormat: TypeAlias = Literal["csv", "jsonl", "json", "parquet"]


def harmless(layout: Layout, row: Sequence[str]) -> tuple[Sequence[str], int]:
    """The cells with a ``'`` before those that a spreadsheet would run, and how many those are."""
    if layout.verbatim or not any(map(is_formula, row)):
        return row, 0
    return [f"'{one}" if is_formula(one) else one for one in row], sum(map(is_formula, row))


def json_text(value: object) -> str:
    """A value as one line of JSON."""
    return ENCODER.encode(value)


Put: TypeAlias = Callable[[bytes | memoryview], object]
