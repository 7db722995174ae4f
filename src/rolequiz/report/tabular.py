"""Tables laid out for a terminal: words to the left, numbers in columns at the right edge."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from rich.text import Text as Line

from rolequiz.report.blocks import AnswerRow, Answers, Table
from rolequiz.report.page import STRONG, Page
from rolequiz.report.wrap import pad, pieces, width, wrap

NO_BREAK = "\N{NO-BREAK SPACE}"
GAP = 2
"""Cells between two columns."""

LONGEST = 20
"""A column of words is at least as wide as its longest word, but a word may be cut to this."""


def answers_lines(block: Answers, page: Page) -> list[Line]:
    """Answers with their points in columns on the right; named below each answer where not all columns fit."""
    rows = (*block.rows, *((block.total,) if block.total else ()))
    columns = point_columns(block, rows, page)
    is_named = len(columns) < len(block.columns)
    if is_named:
        columns = []
    numbers = max((width(row.number) for row in rows), default=0) + 2
    room = page.columns - numbers - sum(columns)
    is_stacked = room < 40
    questions = room if is_stacked else min(max(width(row.question) for row in rows) + 2, room * 3 // 5)
    lines = []
    if block.columns and not is_named:
        lines.append(Line(" " * (page.columns - sum(columns)) + at_right(block.columns, columns), STRONG))
    for row in rows:
        points = at_right([page.signed(one) for one in row.points], columns)
        asked = wrap(page.glyphs.text(row.question), questions - (0 if is_stacked else 2))
        if is_stacked:
            given = wrap(page.glyphs.text(row.answer), room - 2) if row.answer else []
            texts = [*asked, *("  " + part for part in given)]
        else:
            given = wrap(page.glyphs.text(row.answer), room - questions)
            texts = [pad(one, questions) + other for one, other in zip_longest(asked, given, fillvalue="")]
        style = STRONG if row is block.total else ""
        for place, text in enumerate(texts):
            head = pad(row.number if place == 0 else "", numbers)
            tail = points if place == 0 else ""
            lines.append(Line((pad(head + text, page.columns - width(points)) + tail).rstrip(), style))
        if is_named:
            pairs = zip(block.columns, row.points, strict=True)
            named = "  ".join(f"{head}{NO_BREAK}{page.signed(one)}" for head, one in pairs)
            parts = wrap(named, page.columns - numbers - 2)
            lines += [Line(" " * (numbers + 2) + part.replace(NO_BREAK, " "), style) for part in parts]
    return lines


def point_columns(block: Answers, rows: Sequence[AnswerRow], page: Page) -> list[int]:
    """The width of each column of points, its gap included, as far as they fit beside 24 cells of words."""
    columns: list[int] = []
    for place in range(len(rows[0].points) if rows else 0):
        texts = [*block.columns[place : place + 1], *(page.signed(row.points[place]) for row in rows)]
        column = max(map(width, texts)) + 2
        if sum(columns) + column > page.columns - 24:
            break
        columns.append(column)
    return columns


def at_right(texts: Sequence[str], columns: Sequence[int]) -> str:
    """Texts at the right edges of their columns; those without a column are left out."""
    return "".join(" " * (column - width(text)) + text for text, column in zip(texts, columns, strict=False))


def table_lines(table: Table, page: Page) -> list[Line]:
    """A table with as many columns as it has; where they do not fit, each row over lines of its own."""
    caption = [Line(part) for part in wrap(page.glyphs.text(table.caption), page.columns)] if table.caption else []
    heads = [page.glyphs.text(column.head) for column in table.columns]
    rows = [
        [page.glyphs.text(column.shown(cell, page.signed)) for column, cell in zip(table.columns, row, strict=True)]
        for row in table.all_rows
    ]
    widths = column_widths(table, [heads, *rows], page.columns)
    if widths is None:
        lines = [line for row in rows for line in stacked_row(heads, row, page)]
    else:
        lines = [line for row in [heads, *rows] for line in row_lines(table, row, widths)]
        styled = [*lines[: len(row_lines(table, heads, widths))]]
        if table.total is not None:
            styled += lines[len(lines) - len(row_lines(table, rows[-1], widths)) :]
        for line in styled:
            line.stylize(STRONG)
    return [*caption, *lines]


def column_widths(table: Table, rows: Sequence[Sequence[str]], columns: int) -> list[int] | None:
    """The width of each column: numbers as wide as they are, words what is left. None: they do not fit."""
    natural = [max(width(row[place]) for row in rows) for place in range(len(table.columns))]
    left = columns - GAP * (len(natural) - 1)
    left -= sum(natural[place] for place, column in enumerate(table.columns) if column.is_number)
    texts = sorted(
        (place for place, column in enumerate(table.columns) if not column.is_number), key=natural.__getitem__
    )
    for number, place in enumerate(texts):
        fair = left // (len(texts) - number)
        longest = max(width(piece.rstrip()) for row in rows for piece in pieces(row[place]) or [""])
        if fair < min(longest, LONGEST):
            return None
        natural[place] = min(natural[place], fair)
        left -= natural[place]
    return natural if left >= 0 else None


def row_lines(table: Table, row: Sequence[str], widths: Sequence[int]) -> list[Line]:
    """One row: words wrapped to the left, numbers at the right edge of their column on its first line."""
    parts = [
        [" " * (cells - width(text)) + text] if column.is_number else wrap(text, cells)
        for column, text, cells in zip(table.columns, row, widths, strict=True)
    ]
    return [
        Line((" " * GAP).join(pad(text, cells) for text, cells in zip(texts, widths, strict=True)).rstrip())
        for texts in zip_longest(*parts, fillvalue="")
    ]


def stacked_row(heads: Sequence[str], row: Sequence[str], page: Page) -> list[Line]:
    """One row where its columns do not fit: its name, and under it each cell after the head of its column."""
    named = [f"{head} {text}".replace(" ", NO_BREAK) for head, text in zip(heads[1:], row[1:], strict=True) if text]
    lines = [Line(part, STRONG) for part in wrap(row[0], page.columns)]
    if all(width(one) <= page.columns - GAP for one in named):
        parts = wrap("  ".join(named), page.columns - GAP)
    else:
        parts = [part for one in named for part in wrap(one.replace(NO_BREAK, " "), page.columns - GAP)]
    return [*lines, *(Line(" " * GAP + part.replace(NO_BREAK, " ")) for part in parts)]
