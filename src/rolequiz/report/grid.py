"""Rows under headings, in columns that line up by display cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rolequiz.report.wrap import pad, width, wrap

GAP = 2
"""Cells between two columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; numbers stand at its right edge."""

    name: str
    width: int
    is_number: bool = False


def columns_for(heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Iterable[int] = ()) -> tuple[Column, ...]:
    """Columns as wide as their widest cell; ``numbers`` are the places of those that hold numbers."""
    right = set(numbers)
    return tuple(
        Column(head, max(width(head), *(width(row[at]) for row in rows), 0), at in right)
        for at, head in enumerate(heads)
    )


def grid(heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Iterable[int] = ()) -> str:
    """Heads and rows as text."""
    return drawn(columns_for(heads, rows, numbers), [heads, *rows])


def drawn(shown: Sequence[Column], rows: Iterable[Sequence[str]]) -> str:
    """The rows as text, wrapped inside their columns, without blanks at line ends."""
    lines: list[str] = []
    for cells in rows:
        parts = [wrap(cell, column.width) or [""] for cell, column in zip(cells, shown, strict=False)]
        for at in range(max(map(len, parts))):
            line = [
                _placed(part[at] if at < len(part) else "", column) for part, column in zip(parts, shown, strict=True)
            ]
            lines.append((" " * GAP).join(line).rstrip())
    return "".join(line + "\n" for line in lines)


def _placed(text: str, column: Column) -> str:
    return " " * (column.width - width(text)) + text if column.is_number else pad(text.rstrip(), column.width)
