"""Results as JSON objects, one a line or in a list."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rolequiz.batch.fast.cells import Cells, Key, Render
from rolequiz.batch.fast.explanations import Explanations
from rolequiz.batch.fast.fragments import Fragments, Index, Page
from rolequiz.batch.fast.kernel import Scored
from rolequiz.batch.fast.rows import Rows
from rolequiz.batch.fast.standings import Standings, role_reach, trait_reach
from rolequiz.batch.renderings import AROUND
from rolequiz.batch.results import Layout, ResultFormat, encoded, json_text
from rolequiz.core.assess import Standing, mix_factors, mixed_fit, status_of
from rolequiz.core.quality import FLAG_IDS
from rolequiz.core.result import SCHEMA
from rolequiz.core.table import Table


class JsonPages:
    """Draws rows as the objects that `JsonRendering` gives for the same results."""

    def __init__(self, layout: Layout, form: ResultFormat) -> None:
        table = self._table = layout.table
        self._layout = layout
        before, self._after = map(encoded, AROUND[form])
        self._before = before + _members({"schema": SCHEMA}, "{") + b', "id": "'
        bank = layout.bank
        self._bank = b'", ' + _members({"bank": {"id": bank.id, "version": bank.version, "digest": bank.digest}})
        asked = len(table.items)
        self._status = Fragments(
            b", " + _members({"status": status_of(count, asked), "mode": "full", "asked": asked, "answered": count})
            for count in range(asked + 1)
        )
        self._standings = Standings(table, 1 + 2 * len(table.roles), self._standing)
        spans = [role_reach(table, role) for role in range(len(table.roles))]
        reach = (min((low for low, _ in spans), default=0), max((high for _, high in spans), default=0))
        self._roles = Cells([(0, max(len(spans) - 1, 0)), reach], 1, self._role)
        self._traits = [
            Cells([trait_reach(table, trait), (0, self._touching(trait))], 1, self._trait(trait))
            for trait in range(len(table.traits))
        ]
        self._neighbours = [_Neighbour(table, number) for number in range(len(table.mixes))]
        self._flags = Fragments(
            encoded(json_text([flag for bit, flag in enumerate(FLAG_IDS) if bits >> bit & 1])) for bits in range(16)
        )
        self._explanations = Explanations(table) if layout.explained else None

    def page(self, rows: Rows, scored: Scored) -> tuple[Page, int]:
        """The objects; nothing in them is kept from being run."""
        page = Page(rows.count)
        page.constant(self._before)
        page.texts(rows.ids)
        page.constant(self._bank)
        page.fragments(self._status, scored.answered)
        ranked = self._standings.ranked(scored)
        self._roles_of(page, scored, ranked)
        for trait, cells in enumerate(self._traits):
            numbers = cells.numbers([scored.traits[:, trait], scored.trait_answers[:, trait]])
            page.fragments(cells.columns[0], numbers)
        for neighbour in self._neighbours:
            neighbour.draw(page, scored, ranked)
        page.fragments(self._flags, scored.flags | rows.speed_bits())
        if self._explanations is not None:
            self._explanations.draw(page, rows.answers, scored, ranked)
        quote = b'"' if rows.is_bare else b""
        for name, column in zip(self._layout.extra, rows.extra, strict=True):
            mark = b"" if name == "line" and self._layout.with_source else quote
            page.constant(encoded(f", {json_text(name)}: ") + mark)
            page.texts(column)
            page.constant(mark)
        page.constant(b"}" + self._after)
        return page, 0

    def _roles_of(self, page: Page, scored: Scored, ranked: Index) -> None:
        standing = self._standings.numbers(scored)
        head, *around = self._standings.cells.columns
        page.fragments(head, standing)
        roles = scored.roles.astype(np.int64)
        order = np.argsort(-roles * ranked[:, np.newaxis], axis=1, kind="stable")
        for rank in range(len(self._table.roles)):
            page.fragments(around[2 * rank], standing)
            score = np.take_along_axis(roles, order[:, rank : rank + 1], 1)[:, 0]
            numbers = self._roles.numbers([order[:, rank], score])
            page.fragments(self._roles.columns[0], numbers)
            page.fragments(around[2 * rank + 1], standing)

    def _standing(self, found: Standing | None) -> list[bytes]:
        """What stands before the roles, and before and after the numbers of each, in ranking order."""
        roles = self._table.roles
        last = b'], "traits": {'
        head = {
            "top": [roles[role] for role in found.first] if found else [],
            "tie": len(found.first) > 1 if found else False,
            "shape": found.shape if found else None,
            "label": found.label if found else None,
            "lead": found.lead if found else None,
        }
        parts = [b", " + _members(head) + b', "roles": [' + (b"" if roles else last)]
        for rank, role in enumerate(found.order if found else range(len(roles))):
            who: dict[str, object] = {"role": roles[role]}
            if found:
                who["place"] = found.places[role]
            certainty = b", " + _members({"certainty": found.shares[role]}) if found else b""
            end = last if rank == len(roles) - 1 else b", "
            parts += [_members(who, "{") + b", ", certainty + b"}" + end]
        return parts

    def _role(self, key: Key) -> list[bytes]:
        role, score = key
        span = self._table.role_ranges[role]
        return [_members({"points": span.points(score), "fit": span.fit(score)})]

    def _touching(self, trait: int) -> int:
        return sum(trait in item.touches for item in self._table.items)

    def _trait(self, trait: int) -> Render:
        span = self._table.trait_ranges[trait]
        name = self._table.traits[trait]
        is_last = trait == len(self._table.traits) - 1
        end = (b'}, "neighbours": {' + (b"" if self._table.mixes else _TO_FLAGS)) if is_last else b", "

        def render(key: Key) -> Sequence[bytes]:
            score, answered = key
            inner = {"points": span.points(score), "fit": span.fit(score), "answered": answered}
            return [_members({name: inner}) + end]

        return render


class _Neighbour:
    """The fit of one neighbouring role."""

    def __init__(self, table: Table, number: int) -> None:
        self._name, mix = table.mixes[number]
        factors, self._whole = mix_factors(table, mix)
        self._end = _TO_FLAGS if number == len(table.mixes) - 1 else b", "
        self._roles = [role for role, factor in enumerate(factors) if factor]
        self._lows = [table.role_ranges[role].low for role in self._roles]
        self._factors = [factors[role] for role in self._roles]
        spans = [role_reach(table, role) for role in self._roles]
        sums = [
            sum(factor * (end[side] - low) for factor, end, low in zip(self._factors, spans, self._lows, strict=True))
            for side in (0, 1)
        ]
        self._is_narrow = max(map(abs, sums)) < MOST
        axes = [(min(0, sums[0]), max(0, sums[1]))] if self._is_narrow else spans
        self._cells = Cells([(0, 1), *axes], 1, self._render)

    def draw(self, page: Page, scored: Scored, ranked: Index) -> None:
        """Add the member of the neighbour; rows without a ranking have none."""
        axes = [scored.roles[:, role].astype(np.int64) for role in self._roles]
        if self._is_narrow:
            parts = zip(axes, self._lows, self._factors, strict=True)
            axes = [sum((factor * (axis - low) for axis, low, factor in parts), start=np.zeros_like(ranked))]
        numbers = self._cells.numbers([ranked, *(axis * ranked for axis in axes)])
        page.fragments(self._cells.columns[0], numbers)

    def _render(self, key: Key) -> Sequence[bytes]:
        is_ranked, *values = key
        if not is_ranked:
            return [_TO_FLAGS if self._end == _TO_FLAGS else b""]
        points = (
            values[0]
            if self._is_narrow
            else sum(f * (score - low) for f, score, low in zip(self._factors, values, self._lows, strict=True))
        )
        return [_members({self._name: mixed_fit(points, self._whole)}) + self._end]


MOST = 1 << 60
"""Sums that stay below it are made with machine integers."""

_TO_FLAGS = b'}, "flags": '


def _members(values: dict[str, object], start: str = "") -> bytes:
    """The members of an object without its braces."""
    return encoded(start + json_text(values)[1:-1])
