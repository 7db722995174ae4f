"""Results as a table to read: a row for each person, in any width from 40 columns on.

Headings are the names that the same things have in files.
"""

from __future__ import annotations

from rolequiz.batch.records import Accepted
from rolequiz.batch.results import Layout, Put, encoded
from rolequiz.core.assess import Assessment
from rolequiz.printable import printable
from rolequiz.report.grid import GAP, Column, drawn
from rolequiz.report.voice import Voice
from rolequiz.report.wrap import width

ROWS = 500
"""Rows drawn together. Columns keep the widths of the first of them, so that any number of people needs no memory."""

ROOM = 4
"""Cells more for ids where rows may follow: p499 is not the last of p12000."""

STRONGEST = 3

TEXT_HEADS = ("id", "top", "label")
LEAST = (6, 10, 8)
"""Cells that these three keep in the narrowest window."""


class TableWriter:
    """Rows under headings, which wait for the first rows to decide the widths."""

    def __init__(self, layout: Layout, put: Put, voice: Voice, width: int) -> None:
        self._layout = layout
        self._put = put
        self._voice = voice
        self._width = width
        self._columns: tuple[Column, ...] = ()
        self._rows: list[tuple[str, ...]] = []

    def put(self, item: Accepted, result: Assessment) -> None:
        """One row."""
        self._rows.append(row(self._layout, self._voice, item.record.id, result))
        if len(self._rows) >= ROWS:
            self._draw()

    def end(self) -> None:
        """The rows that are left."""
        if self._rows:
            self._draw()

    def _draw(self) -> None:
        rows = self._rows
        if not self._columns:
            self._columns = columns(self._layout, self._voice, rows, self._width)
            rows = [tuple(column.name for column in self._columns), *rows]
        self._put(encoded(drawn(self._columns, rows)))
        self._rows.clear()


def row(layout: Layout, voice: Voice, person: str, result: Assessment) -> tuple[str, ...]:
    """The cells of one person: id, who comes first, how sure, lead, every role's points around 0."""
    is_ranked = bool(result.top)
    points = {one.role: voice.signed(one.score) if is_ranked else "" for one in result.roles}
    lead = "" if result.lead is None else str(result.lead)
    who = printable(person)
    return (who, first(voice, result), sureness(voice, result), lead, *(points[role] for role in layout.table.roles))


def first(voice: Voice, result: Assessment) -> str:
    """The role, the two of a pair, those that share first place; nothing where none stands out."""
    if not result.roles and result.status != "insufficient":
        strongest = sorted(result.traits, key=lambda trait: -trait.score)[:STRONGEST]
        return voice.listed([f"{voice.name(voice.trait(one.trait))} {voice.signed(one.score)}" for one in strongest])
    if result.shape == "pair":
        named = [one.role for one in result.roles[:2]]
    else:
        named = list(result.top) if result.shape == "single" or result.tie else []
    return voice.listed([voice.name(voice.role(role)) for role in named]) or "-"


def sureness(voice: Voice, result: Assessment) -> str:
    """The label in words, and what limits it: answers missing, a sitting cut short."""
    parts: list[str] = []
    if result.shape == "single":
        parts.append(voice.wording(f"tag_{result.label}"))
    elif result.shape == "pair":
        parts.append(voice.wording("tag_pair"))
    elif result.shape == "open":
        parts.append(voice.wording("tag_tie" if result.tie else "tag_open"))
    if result.mode == "quick":
        parts.append(voice.wording("banner_quick"))
    if result.status != "full":
        parts.append(voice.wording("banner_some", answered=result.answered, asked=result.asked))
    return voice.listed(parts)


def columns(layout: Layout, voice: Voice, rows: list[tuple[str, ...]], most: int) -> tuple[Column, ...]:
    """Widths that fit into ``most`` cells: text wraps; where that is not enough, points go, then the lead."""
    names = [voice.short(voice.role(role)) for role in layout.table.roles]
    heads = [*TEXT_HEADS, "lead", *names] if names else list(TEXT_HEADS)
    widest = [max(width(head), *(width(cells[at]) for cells in rows)) for at, head in enumerate(heads)]
    if len(rows) >= ROWS:
        widest[0] += ROOM
    for count in (len(heads), len(TEXT_HEADS) + 1, len(TEXT_HEADS)):
        numbers = widest[len(TEXT_HEADS) : count]
        spare = most - sum(numbers) - GAP * (count - 1)
        if spare >= sum(LEAST):
            break
    texts = shrunk(widest[: len(TEXT_HEADS)], spare)
    return tuple(
        Column(head, size, at >= len(TEXT_HEADS))
        for at, (head, size) in enumerate(zip(heads, texts + numbers, strict=False))
    )


def shrunk(wanted: list[int], spare: int) -> list[int]:
    """Widths taken from the widest column, cell by cell, until all fit or none may give more."""
    sizes = list(wanted)
    while sum(sizes) > spare:
        giving = [at for at, size in enumerate(sizes) if size > LEAST[at]]
        if not giving:
            break
        sizes[max(giving, key=lambda at: sizes[at])] -= 1
    return sizes
