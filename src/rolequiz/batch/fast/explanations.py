"""The explanation of many rows as JSON: every answer's points, and the smallest flip."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rolequiz.batch.fast.cells import Cells, Key, Render
from rolequiz.batch.fast.flips import NOBODY, FlipFinder, Flips
from rolequiz.batch.fast.fragments import Fragments, Index, Page
from rolequiz.batch.fast.kernel import STATES, Answers, Scored
from rolequiz.batch.fast.standings import packed
from rolequiz.batch.results import encoded, json_text
from rolequiz.core.table import Table


class Explanations:
    """Draws what `explanation_record` says of the same rows."""

    def __init__(self, table: Table) -> None:
        self._table = table
        spans = [(0, item.options) for item in table.items]
        self._groups = [
            (group, Cells([spans[one] for one in group], 1, self._contributions(group)))
            for group in packed(spans, STATES)
        ]
        self._finder = FlipFinder(table)
        self._flips = Cells(
            [(NOBODY, max(len(table.roles) - 1, 0)), _leads(table), *((0, 1) for _ in table.roles)], 1, self._flip
        )
        self._options = np.array([item.options for item in table.items])
        sizes = self._options * self._options
        self._bases = 1 + np.cumsum(sizes) - sizes
        changes = [
            json_text({"question": item.id, "from": before, "to": after})
            for item in table.items
            for before in range(1, item.options + 1)
            for after in range(1, item.options + 1)
        ]
        self._first = Fragments(map(encoded, ["", *changes]))
        self._further = Fragments(map(encoded, ["", *(f", {one}" for one in changes)]))
        self._ends = Fragments([b"}", b"]}}"])

    def draw(self, page: Page, answers: Answers, scored: Scored, ranked: Index) -> None:
        """Add the member ``explanation`` to objects."""
        page.constant(b', "explanation": {"contributions": [')
        for group, cells in self._groups:
            numbers = cells.numbers([answers[question] for question in group])
            page.fragments(cells.columns[0], numbers)
        flips = self._finder.find(answers, scored, ranked.astype(np.bool_))
        numbers = self._flips.numbers([flips.rival, flips.lead, *flips.becomes.T])
        page.fragments(self._flips.columns[0], numbers)
        for number in range(len(flips.changes)):
            page.fragments(self._further if number else self._first, self._change(flips, number, answers))
        page.fragments(self._ends, (flips.rival != NOBODY).astype(np.int64))

    def _change(self, flips: Flips, number: int, answers: Answers) -> Index:
        question = flips.changes[number]
        before = answers[question, np.arange(len(question))]
        found = self._bases[question] + (before.astype(np.int64) - 1) * self._options[question]
        return np.where(question == NOBODY, 0, found + flips.options[number] - 1)

    def _contributions(self, group: Sequence[int]) -> Render:
        table = self._table
        end = '], "flip": ' if group[-1] == len(table.items) - 1 else ", "

        def render(key: Key) -> Sequence[bytes]:
            found = []
            for question, answer in zip(group, key, strict=True):
                item = table.items[question]
                points = item.roles[answer - 1] if answer else (0,) * len(table.roles)
                found.append(
                    {
                        "question": item.id,
                        "answer": answer or None,
                        "points": dict(zip(table.roles, points, strict=True)),
                    }
                )
            return [encoded(json_text(found)[1:-1] + end)]

        return render

    def _flip(self, key: Key) -> Sequence[bytes]:
        """The flip up to its first change, or null."""
        rival, lead, *becomes = key
        if rival == NOBODY:
            return [b"null"]
        roles = self._table.roles
        first = [role for role, is_first in zip(roles, becomes, strict=True) if is_first]
        head = json_text({"rival": roles[rival], "lead": lead, "becomes": first})
        return [encoded(f'{head[:-1]}, "changes": [')]


def _leads(table: Table) -> tuple[int, int]:
    """The range of a lead of one role over another."""
    spread = sum(
        max(max(abs(a - b) for a in option for b in option) for option in item.roles) if table.roles else 0
        for item in table.items
    )
    return 0, spread
