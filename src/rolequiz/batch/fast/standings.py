"""How the roles stand to each other in many rows: the few different cases, each worked out once by the core."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

import numpy as np

from rolequiz.batch.fast.cells import Cells, Key
from rolequiz.batch.fast.fragments import Index
from rolequiz.batch.fast.kernel import Scored
from rolequiz.core.assess import Standing, Status, standing, status_of
from rolequiz.core.table import Table

STATUSES: tuple[Status, ...] = ("insufficient", "provisional", "full")


class Standings:
    """Cells that depend on the differences of the roles' scores and on the status of the sheet."""

    def __init__(self, table: Table, columns: int, render: Callable[[Standing | None], Sequence[bytes]]) -> None:
        self._table = table
        self._statuses = np.array([STATUSES.index(status_of(n, len(table.items))) for n in range(len(table.items) + 1)])
        self._render_standing = render
        self._cells = Cells([(0, len(STATUSES) - 1), *_differences(table)], columns, self._render)

    @property
    def cells(self) -> Cells:
        """The cells found so far."""
        return self._cells

    def numbers(self, scored: Scored) -> Index:
        """The number of each row's standing."""
        status = self._status(scored)
        base = scored.roles[:, :1].astype(np.int64)
        differences = (scored.roles[:, 1:] - base) * (status > 0)[:, np.newaxis]
        return self._cells.numbers([status, *differences.T])

    def ranked(self, scored: Scored) -> Index:
        """1 for the rows in which roles are ranked, else 0."""
        return (self._status(scored) > 0).astype(np.int64)

    def _status(self, scored: Scored) -> Index:
        return self._statuses[scored.answered] if self._table.roles else np.zeros(len(scored.answered), np.int64)

    def of(self, key: Key) -> Standing | None:
        """The standing that a key stands for; None where nothing is ranked."""
        status, *differences = key
        if not status:
            return None
        provisional = STATUSES[status] == "provisional"
        return standing((0, *differences), self._table.doubling, provisional=provisional)

    def _render(self, key: Key) -> Sequence[bytes]:
        return self._render_standing(self.of(key))


def _differences(table: Table) -> list[tuple[int, int]]:
    """The range of each role's score less the first one's; a gap adds nothing."""
    return [
        reach([[option[role] - option[0] for option in item.roles] for item in table.items])
        for role in range(1, len(table.roles))
    ]


def reach(points: Sequence[Sequence[int]]) -> tuple[int, int]:
    """The least and the greatest sum of one value (or a gap, 0) from each row."""
    return sum(min(0, *row) for row in points), sum(max(0, *row) for row in points)


def role_reach(table: Table, role: int) -> tuple[int, int]:
    """The range of a role's score, gaps included."""
    return reach([[option[role] for option in item.roles] for item in table.items])


def trait_reach(table: Table, trait: int) -> tuple[int, int]:
    """The range of a trait's score, gaps included."""
    return reach([[dict(option).get(trait, 0) for option in item.traits] for item in table.items])


def packed(spans: Sequence[tuple[int, int]], most: int) -> list[list[int]]:
    """Neighbouring axes together, as long as at most ``most`` keys come of it."""
    groups: list[list[int]] = []
    for axis in range(len(spans)):
        size = prod(spans[one][1] - spans[one][0] + 1 for one in [*(groups[-1] if groups else []), axis])
        if groups and size <= most:
            groups[-1].append(axis)
        else:
            groups.append([axis])
    return groups
