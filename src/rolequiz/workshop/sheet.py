"""The table that a form tool exports: UTF-8 text to rows of cells, each with the line it begins on."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from rolequiz.batch.formats import BOM, FOREIGN
from rolequiz.errors import RolequizError

DELIMITERS = (",", ";", "\t")
MAX_BYTES = 64 * 1024 * 1024
"""Bytes of a table at most: no room of people fills them."""

HOW_TO_SAVE = 'save it as UTF-8: in a spreadsheet choose "CSV UTF-8", in an editor the encoding UTF-8'


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one record; ``line`` is the line of the file, from 1, on which it begins."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and the rows below it; blank rows are left out."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def parsed(data: bytes, file: str) -> Sheet:
    """The table in a file's bytes. The delimiter is the one that cuts the header into most cells; ties: , ; TAB.

    Raises:
        RolequizError: it is no UTF-8, no table, has no row, or a quote that never ends.
    """
    text = decoded(data, file)
    headers = [_header(text, delimiter, file) for delimiter in DELIMITERS]
    widest = max(headers, key=len)
    rows = list(_rows(text, DELIMITERS[headers.index(widest)], file))
    if not rows:
        raise RolequizError(f"{file}: there is nothing in it", "give a file with answers")
    if len(widest) < 2:
        raise RolequizError(
            f"{file}:{rows[0].line}: the header has one column only", "separate the columns with , or ; or TAB"
        )
    return Sheet(rows[0].cells, tuple(rows[1:]))


def decoded(data: bytes, file: str) -> str:
    """The text of a file.

    Raises:
        RolequizError: it is something else, or text in another encoding; the message says how to save it.
    """
    for magic, what, remedy in FOREIGN:
        if data.startswith(magic):
            raise RolequizError(f"{file}: this is {what}, no table of answers", remedy)
    if b"\0" in data:
        raise RolequizError(f"{file}: this is UTF-16 text, or no text at all", HOW_TO_SAVE)
    try:
        return data.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RolequizError(
            f"{file}:{line}: this is not UTF-8 (perhaps GB18030 or Windows-1252)", HOW_TO_SAVE
        ) from error


def _header(text: str, delimiter: str, file: str) -> tuple[str, ...]:
    """The first row as a delimiter cuts it; none where its quotes do not fit that delimiter."""
    try:
        return next(_rows(text, delimiter, file), Row(1, ())).cells
    except RolequizError:
        return ()


def _rows(text: str, delimiter: str, file: str) -> Iterator[Row]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(line, tuple(cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise RolequizError(
            f"{file}:{line}: the record that begins here is no CSV: {error}", "look for a quote without its partner"
        ) from error
