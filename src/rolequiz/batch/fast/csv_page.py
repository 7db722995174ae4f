"""Results as lines of CSV."""

from __future__ import annotations

from collections.abc import Sequence

from rolequiz.batch.fast.cells import Cells, Render
from rolequiz.batch.fast.fragments import Fragments, Page
from rolequiz.batch.fast.kernel import Scored
from rolequiz.batch.fast.rows import Rows
from rolequiz.batch.fast.standings import Standings, packed, role_reach, trait_reach
from rolequiz.batch.results import Layout, cell, encoded, harmless, quoted
from rolequiz.core.assess import Standing, status_of
from rolequiz.core.quality import FLAG_IDS

TOGETHER = 4096
"""Most ways in which neighbouring traits can come out that share a fragment."""


class CsvPages:
    """Draws rows as the lines that `CsvRendering` gives for the same results."""

    def __init__(self, layout: Layout) -> None:
        table = layout.table
        self._layout = layout
        asked = len(table.items)
        self._status = Fragments(_cells(status_of(answered, asked), "full", answered) for answered in range(asked + 1))
        self._standings = Standings(table, 1 + len(table.roles), self._standing)
        self._roles = [Cells([role_reach(table, role)], 1, self._role(role)) for role in range(len(table.roles))]
        spans = [trait_reach(table, trait) for trait in range(len(table.traits))]
        groups = packed(spans, TOGETHER) if layout.columns == "all" else []
        self._traits = [(group, Cells([spans[one] for one in group], 1, self._trait(group))) for group in groups]
        bank = layout.bank
        self._flags = Fragments(
            _cells(";".join(flag for bit, flag in enumerate(FLAG_IDS) if bits >> bit & 1)) for bits in range(16)
        )
        self._bank, self._escaped = self._constants([bank.id, bank.version, bank.digest] if groups else [])

    def page(self, rows: Rows, scored: Scored) -> tuple[Page, int]:
        """The lines, and how many cells of the bank's in them got a ``'``."""
        page = Page(rows.count)
        page.texts(rows.ids)
        page.fragments(self._status, scored.answered)
        standing = self._standings.numbers(scored)
        head, *certainties = self._standings.cells.columns
        page.fragments(head, standing)
        for role, (cells, column) in enumerate(zip(self._roles, certainties, strict=True)):
            numbers = cells.numbers([scored.roles[:, role]])
            page.fragments(cells.columns[0], numbers)
            page.fragments(column, standing)
        for group, cells in self._traits:
            numbers = cells.numbers([scored.traits[:, trait] for trait in group])
            page.fragments(cells.columns[0], numbers)
        if self._traits:
            page.fragments(self._flags, scored.flags | rows.speed_bits())
        end = self._bank
        for texts in rows.extra:
            page.constant(end + b",")
            page.texts(texts)
            end = b""
        page.constant(end + b"\n")
        return page, self._escaped * rows.count

    def _constants(self, values: Sequence[str]) -> tuple[bytes, int]:
        row, escaped = harmless(self._layout, values)
        return encoded("".join(f",{quoted(one)}" for one in row)), escaped

    def _standing(self, found: Standing | None) -> list[bytes]:
        roles = self._layout.table.roles
        if found is None:
            return [_cells("", False, None, None, None), *(_cells(None, None) for _ in roles)]
        top = ";".join([roles[role] for role in found.first])
        head = _cells(top, len(found.first) > 1, found.shape, found.label, found.lead)
        return [head, *map(_cells, found.shares, found.places)]

    def _role(self, role: int) -> Render:
        span = self._layout.table.role_ranges[role]
        return lambda key: [_cells(span.points(key[0]), span.fit(key[0]))]

    def _trait(self, group: Sequence[int]) -> Render:
        spans = [self._layout.table.trait_ranges[trait] for trait in group]
        return lambda key: [_cells(*(span.points(score) for span, score in zip(spans, key, strict=True)))]


def _cells(*values: object) -> bytes:
    """Cells, each after its comma. None of them can be a formula or needs quotes: numbers, ids and words of our own."""
    return ("," + ",".join(map(cell, values))).encode()
