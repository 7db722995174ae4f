"""Blocks laid out for a terminal of a given width: styled lines, no writing.

Every width is in cells, so that Chinese and Latin line up. Lines never exceed
the width, from 40 columns on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.text import Text as Line

from rolequiz.report.blocks import (
    Answers,
    Banner,
    BarRow,
    Bars,
    Block,
    Dots,
    Facts,
    Heading,
    Headline,
    Numbered,
    Para,
    Scale,
    ScaleRow,
    Section,
    SideBySide,
    Strips,
    Table,
    Tally,
)
from rolequiz.report.crowd import dots_lines, strips_lines, tally_lines
from rolequiz.report.page import ACCENT, AGAINST, QUIET, STRONG, TOWARDS, Page, set_text
from rolequiz.report.tabular import answers_lines, table_lines
from rolequiz.report.voice import run_on
from rolequiz.report.wrap import pad, shorten, width, wrap


def section_lines(section: Section, page: Page) -> list[Line]:
    """A section as lines, its margin included, no blank line around it."""
    lines: list[Line] = []
    if section.heading is not None:
        lines += heading_lines(section.heading, page)
    for block in section.blocks:
        lines += block_lines(block, page)
    return [Line(" " * page.margin) + line if line.plain else line for line in lines]


def joined_sections(sections: Iterable[Section], page: Page) -> list[Line]:
    """Sections one after the other, a blank line between."""
    lines: list[Line] = []
    for section in sections:
        if lines:
            lines.append(Line())
        lines += section_lines(section, page)
    return lines


def block_lines(block: Block, page: Page) -> list[Line]:
    """One block as lines of at most the page's columns."""
    match block:
        case Banner():
            return banner_lines(block, page)
        case Headline():
            lines = [Line(text, STRONG) for text in set_text(block.text, page)]
            return [Line(), *lines, *(Line(text) for text in set_text(block.detail, page) if text)]
        case Para():
            return [Line(text) for text in set_text(run_on(block.sentences), page)]
        case Scale():
            return scale_lines(block, page)
        case Bars():
            return bars_lines(block, page)
        case SideBySide():
            return side_by_side_lines(block, page)
        case Facts():
            return facts_lines(block, page)
        case Numbered():
            return numbered_lines(block, page)
        case Answers():
            return answers_lines(block, page)
        case Table():
            return table_lines(block, page)
        case Tally():
            return tally_lines(block, page)
        case Strips():
            return strips_lines(block, page)
        case Dots():
            return dots_lines(block, page)


def heading_lines(heading: Heading, page: Page) -> list[Line]:
    """The heading, a rule to the edge, and its tag."""
    tag = f" {heading.tag}" if heading.tag else ""
    text = page.glyphs.text(heading.text)
    room = page.columns - width(text) - width(tag) - 1
    if room >= 2:
        return [Line.assemble((text, STRONG), " ", (page.glyphs.rule * room, QUIET), (tag, ACCENT))]
    lines = [Line(part, STRONG) for part in wrap(text, page.columns)]
    return [*lines, Line(heading.tag, ACCENT)] if heading.tag else lines


def banner_lines(banner: Banner, page: Page) -> list[Line]:
    """Left and right at the edges, or one above the other."""
    right = page.glyphs.text(banner.between.join(banner.right))
    room = page.columns - width(banner.left) - width(right)
    if room >= 2:
        return [Line.assemble((banner.left, ACCENT), " " * room + right)]
    return [Line(banner.left, ACCENT), *(Line(part) for part in wrap(right, page.columns))]


@dataclass(frozen=True, slots=True)
class Axis:
    """Where 0 stands and how many points a cell is worth."""

    left: int
    right: int
    unit: int


def axis_of(scale: Scale, cells: int) -> Axis:
    """The finest axis whose two sides and 0 fit into ``cells``."""
    unit = 1
    while -(-max(0, -scale.low) // unit) + -(-max(0, scale.high) // unit) + 1 > cells:
        unit += 1
    return Axis(-(-max(0, -scale.low) // unit), -(-max(0, scale.high) // unit), unit)


def scale_lines(scale: Scale, page: Page) -> list[Line]:
    """The roles around 0: bars beside the names, or under them where it is narrow."""
    values = max(width(page.signed(row.value)) for row in scale.rows)
    names = max(width(row.name) for row in scale.rows)
    beside = page.columns - 3 - names - 1 - values - 1
    is_stacked = page.is_narrow or beside < 24
    start = 3 if is_stacked else 3 + names + 1
    axis = axis_of(scale, page.columns - 3 if is_stacked else beside)
    zero = start + axis.left
    lines = [axis_line(scale, zero, page)]
    for row in scale.rows:
        value = page.signed(row.value)
        head = pad(row.mark, 3) + row.name
        bar = Line(" " * start) + bar_around_zero(row, axis, page, is_marked=bool(scale.random_note))
        if is_stacked:
            if width(head) + width(value) + 1 > page.columns:
                head = shorten(head, page.columns - width(value) - 1, page.glyphs.ellipsis)
            lines.append(Line(pad(head, page.columns - width(value)) + value))
            lines.append(bar)
        else:
            gap = " " * (page.columns - bar.cell_len - width(value))
            lines.append(Line(pad(head, start)) + bar[start:] + Line(gap + value))
    for note in (scale.note, scale.random_note):
        if note:
            lines += [Line("   " + part) for part in wrap(page.glyphs.text(note), page.columns - 3)]
    return lines


def axis_line(scale: Scale, zero: int, page: Page) -> Line:
    """The words on both sides of 0."""
    left = shorten(scale.against, max(1, zero - 1), page.glyphs.ellipsis)
    return Line(" " * max(0, zero - 1 - width(left)) + f"{left} 0 {scale.towards}")


def bar_around_zero(row: ScaleRow, axis: Axis, page: Page, *, is_marked: bool) -> Line:
    """One bar from 0 to either side, in half cells where the signs allow; with the random mark if asked."""
    glyphs = page.glyphs
    halves = 2 if glyphs.left_half else 1
    amount = max(1, round(abs(row.value) * halves / axis.unit)) if row.value else 0
    full, half = divmod(amount, halves)
    left = glyphs.right_half * half + glyphs.full * full if row.value < 0 else ""
    right = glyphs.full * full + glyphs.left_half * half if row.value > 0 else ""
    cells = list(left.rjust(axis.left) + glyphs.zero + right.ljust(axis.right))
    styles = [AGAINST] * axis.left + [""] + [TOWARDS] * axis.right
    if is_marked:
        place = min(len(cells) - 1, max(0, axis.left + round(row.random / axis.unit)))
        cells[place], styles[place] = glyphs.random, ""
    line = Line()
    for cell, style in zip(cells, styles, strict=True):
        line.append(cell, style if cell.strip() else "")
    line.rstrip()
    return line


def bar_cells(value: int, reach: int) -> int:
    """Cells of a bar from 0: one a point, or fewer where points reach far; none below 0."""
    unit = -(-reach // 12) or 1
    return max(1, round(value / unit)) if value > 0 else 0


def bars_lines(bars: Bars, page: Page) -> list[Line]:
    """Name, points, bar, and the quoted answer beside it where it fits, else under it."""
    if not bars.rows:
        return []
    names = max(width(row.name) for row in bars.rows)
    values = max(width(page.signed(row.value)) for row in bars.rows)
    longest = max(bar_cells(row.value, bars.reach) for row in bars.rows)
    start = names + 2 + values + 2 + longest + 2
    room = page.columns - start
    lines = []
    for row in bars.rows:
        line = bar_line(row, bars, names, values, page)
        quote = fitting(row.quotes, room, page)
        if room >= 26 and quote:
            line.append(" " * (start - line.cell_len) + quote)
            lines.append(line)
            continue
        lines.append(line)
        if row.quotes:
            lines += [Line("  " + part) for part in wrap(page.glyphs.text(row.quotes[0]), page.columns - 2)]
    return lines


def bar_line(row: BarRow, bars: Bars, names: int, values: int, page: Page) -> Line:
    """Name, points and bar of one trait."""
    value = page.signed(row.value)
    line = Line(pad(row.name, names) + "  " + " " * (values - width(value)) + value)
    cells = bar_cells(row.value, bars.reach)
    if cells:
        line.append("  ")
        line.append(page.glyphs.full * cells, TOWARDS)
    return line


def fitting(quotes: Sequence[str], room: int, page: Page) -> str:
    """The longest wording that fits, or the shortest, cut."""
    for quote in quotes:
        if width(page.glyphs.text(quote)) <= room:
            return page.glyphs.text(quote)
    return shorten(page.glyphs.text(quotes[-1]), room, page.glyphs.ellipsis) if quotes and room > 8 else ""


def side_by_side_lines(block: SideBySide, page: Page) -> list[Line]:
    """Two sets of bars, next to each other or one above the other."""
    both = []
    column = page.columns if page.is_narrow else page.columns // 2
    for bars in (block.left, block.right):
        names = max(width(row.name) for row in bars.rows)
        values = max(width(page.signed(row.value)) for row in bars.rows)
        total = "" if bars.total is None else "  " + page.signed(bars.total)
        lines = [Line(bars.title + total, STRONG)]
        lines += [bar_line(row, bars, names, values, page) for row in bars.rows]
        both.append(lines)
    left, right = both
    if page.is_narrow or max(line.cell_len for line in left) > column - 2:
        return [*left, Line(), *right]
    left += [Line()] * (len(right) - len(left))
    right += [Line()] * (len(left) - len(right))
    return [
        one + Line(" " * (column - one.cell_len)) + other if other.plain else one
        for one, other in zip(left, right, strict=True)
    ]


def facts_lines(facts: Facts, page: Page) -> list[Line]:
    """Terms in a column with their texts beside them, or above where it is narrow."""
    terms = max(width(term) for term, _ in facts.rows)
    lines = []
    for term, text in facts.rows:
        if page.is_narrow or terms > 24:
            lines += [Line(part, STRONG) for part in wrap(term, page.columns)]
            lines += [Line("  " + part) for part in set_text(text, page, 2)]
            continue
        for number, part in enumerate(set_text(text, page, terms + 2)):
            lines.append(Line.assemble((pad(term if number == 0 else "", terms + 2), STRONG), part))
    return lines


def numbered_lines(block: Numbered, page: Page) -> list[Line]:
    """Numbers, texts, and asides under them."""
    lines = []
    for number, (text, asides) in enumerate(block.rows, start=1):
        for place, part in enumerate(set_text(text, page, 3)):
            lines.append(Line.assemble((pad(str(number) if place == 0 else "", 3), ACCENT), part))
        joined = page.glyphs.text(block.between.join(asides))
        under = [joined] if width(joined) <= page.columns - 3 else asides
        lines += [Line("   " + part) for aside in under if aside for part in set_text(aside, page, 3)]
    return lines
