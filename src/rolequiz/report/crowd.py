"""Rooms of people drawn for a terminal: a cell a person, spreads on an axis, dots in a triangle or on a line."""

from __future__ import annotations

from rich.text import Text as Line

from rolequiz.report.blocks import Dots, Strip, Strips, Tally
from rolequiz.report.page import QUIET, STRONG, TOWARDS, Page, set_text
from rolequiz.report.wrap import pad, shorten, width, wrap

ROWS = 18
"""Rows of a triangle below its top at most, so that it fits a screen with its words."""

MANY = "+"
"""Ten or more people in one cell."""


def tally_lines(tally: Tally, page: Page) -> list[Line]:
    """A title, then each row with its count and a cell for each person, fewer where there is no room for all."""
    lines = [Line(), *(Line(part, STRONG) for part in set_text(tally.title, page))] if tally.title else []
    values = max(len(str(count)) for _, count in tally.rows)
    most = max(count for _, count in tally.rows)
    names = min(max(width(page.glyphs.text(name)) for name, _ in tally.rows), max(16, page.columns // 2))
    room = page.columns - names - values - 4
    people = -(-most // room) or 1
    for name, count in tally.rows:
        parts = wrap(page.glyphs.text(name), names)
        lines += [Line(part) for part in parts[:-1]]
        line = Line(pad(parts[-1], names) + "  " + str(count).rjust(values))
        if count:
            line.append("  ")
            line.append(page.glyphs.full * max(1, round(count / people)), TOWARDS)
        lines.append(line)
    return lines


def strips_lines(strips: Strips, page: Page) -> list[Line]:
    """Each spread on one axis beside its name and its words, or above them where it is narrow."""
    names = max(width(page.glyphs.text(row.name)) for row in strips.rows)
    said = max(width(page.glyphs.text(row.said)) for row in strips.rows)
    points = strips.high - strips.low + 1
    beside = page.columns - names - said - 4
    is_stacked = page.is_narrow or beside < min(points, 24)
    room = page.columns - 2 if is_stacked else beside
    cells = min(room, points * max(1, room // points))
    lines = [Line(part) for part in set_text(strips.signs, page)]
    for row in strips.rows:
        name, words = page.glyphs.text(row.name), page.glyphs.text(row.said)
        drawn = strip_cells(row, strips, cells, page)
        if is_stacked:
            lines += [Line(part, STRONG) for part in wrap(name, page.columns)]
            lines += [Line("  " + drawn, TOWARDS), *(Line("  " + part) for part in wrap(words, page.columns - 2))]
        else:
            lines.append(Line.assemble(pad(name, names), "  ", (drawn, TOWARDS), "  ", words))
    return lines


def strip_cells(row: Strip, strips: Strips, cells: int, page: Page) -> str:
    """The axis with its 0; a line between the extremes, the middle half over it, the median on top."""
    glyphs, points = page.glyphs, strips.high - strips.low

    def cell(value: float) -> int:
        return round((value - strips.low) * (cells - 1) / (points or 1))

    drawn = [glyphs.faint] * cells
    if strips.low <= 0 <= strips.high:
        drawn[cell(0)] = glyphs.zero
    for low, high, sign in (
        (row.low, row.high, glyphs.rule),
        (row.lower, row.upper, glyphs.middle),
        (row.median, row.median, glyphs.full),
    ):
        if low is not None and high is not None:
            drawn[cell(low) : cell(high) + 1] = sign * (cell(high) - cell(low) + 1)
    return "".join(drawn)


def dots_lines(dots: Dots, page: Page) -> list[Line]:
    """The picture in the middle of the page, and how people in one cell are shown."""
    lines = line_of_dots(dots, page) if len(dots.corners) == 2 else triangle_of_dots(dots, page)
    if dots.counted:
        lines += [Line(part) for part in set_text(dots.counted, page)]
    return lines


def triangle_of_dots(dots: Dots, page: Page) -> list[Line]:
    """A triangle one cell wider to either side with each row; a share is as many rows from the opposite side."""
    rows = min(ROWS, (page.columns - 1) // 2)
    span = 2 * rows + 1
    inset = " " * ((page.columns - span) // 2)
    picture: dict[tuple[int, int], tuple[str, str]] = {}
    for row in range(rows + 1):
        for column in range(-row, row + 1):
            if is_line(dots, shares_at(row, column, rows), rows):
                picture[row, column] = (page.glyphs.faint, QUIET)
        picture[row, -row] = (page.glyphs.rising, "")
        picture[row, row] = (page.glyphs.falling, "")
    picture |= {(rows, column): (page.glyphs.rule, "") for column in range(1 - rows, rows)}
    picture[0, 0] = (page.glyphs.faint, "")
    places: dict[tuple[int, int], list[str]] = {}
    for dot in dots.dots:
        row = round((1 - dot.shares[0]) * rows)
        column = max(-row, min(row, round((dot.shares[2] - dot.shares[1]) * rows)))
        places.setdefault((row, column), []).append(dot.mark)
    picture |= {place: (sign_for(marks, page), STRONG) for place, marks in places.items()}
    top, left, right = (page.glyphs.text(corner) for corner in dots.corners)
    top = shorten(top, page.columns, page.glyphs.ellipsis)
    lines = [Line(" " * max(0, (page.columns - width(top)) // 2) + top, STRONG)]
    for row in range(rows + 1):
        line = Line(inset + " " * (rows - row))
        for column in range(-row, row + 1):
            sign, style = picture.get((row, column), (" ", ""))
            line.append(sign, style)
        lines.append(line)
    return [*lines, ends_line(left, right, span, inset, page)]


def ends_line(left: str, right: str, span: int, inset: str, page: Page) -> Line:
    """The names of two ends under them, cut where they would meet."""
    most = (span - 2) // 2
    left, right = (shorten(name, most, page.glyphs.ellipsis) for name in (left, right))
    return Line(inset + left + " " * (span - width(left) - width(right)) + right, STRONG)


def shares_at(row: int, column: int, rows: int) -> tuple[float, float, float]:
    """The shares that a cell of the triangle stands for; ``column`` counts from the middle."""
    top = 1 - row / rows
    return top, (1 - top - column / rows) / 2, (1 - top + column / rows) / 2


def is_line(dots: Dots, shares: tuple[float, float, float], rows: int) -> bool:
    """Whether the cell lies on a line that cuts off a corner, or on one along a side between two cuts.

    The first share changes from row to row, the two others by half as much from cell to cell.
    """
    reaches = (0.5 / rows, 0.25 / rows, 0.25 / rows)
    near = [
        (abs(share - dots.single_from) < reach, abs(share - dots.pair_rest) < reach)
        for share, reach in zip(shares, reaches, strict=True)
    ]
    return any(cut for cut, _ in near) or (any(side for _, side in near) and max(shares) <= dots.single_from)


def sign_for(marks: list[str], page: Page) -> str:
    """What stands for the people in one cell: a dot or the letter of one, the number of several."""
    if len(marks) == 1:
        return marks[0] or page.glyphs.dot
    return str(len(marks)) if len(marks) < 10 else MANY


def line_of_dots(dots: Dots, page: Page) -> list[Line]:
    """Two ends and everybody between them; people on one cell stand as their number."""
    span = min(page.columns, 2 * ROWS + 1)
    inset = " " * ((page.columns - span) // 2)
    marks: dict[int, list[str]] = {}
    for dot in dots.dots:
        column = round(dot.shares[1] * (span - 1))
        marks.setdefault(column, []).append(dot.mark)
    people = Line(inset)
    for column in range(span):
        people.append(sign_for(marks[column], page) if column in marks else " ", STRONG)
    axis = [page.glyphs.rule] * span
    for share in (dots.single_from, 1 - dots.single_from):
        axis[round(share * (span - 1))] = page.glyphs.zero
    left, right = (page.glyphs.text(corner) for corner in dots.corners)
    return [people, Line(inset + "".join(axis)), ends_line(left, right, span, inset, page)]
