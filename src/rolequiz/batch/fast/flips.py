"""The smallest flip of many sheets at once, as `rolequiz.core.flip` defines it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rolequiz.batch.fast.fragments import distinct
from rolequiz.batch.fast.kernel import Answers, Scored
from rolequiz.core.table import Table

Small: TypeAlias = NDArray[np.int64]
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Flips:
    """One flip a row, or none: then ``rival`` is ``NOBODY``.

    ``becomes`` (n, roles) marks who is first afterwards. ``changes`` are the k-th
    changes of all rows, as questions; ``NOBODY`` where a row has fewer. ``options`` are those chosen then.
    """

    rival: Small
    lead: Small
    becomes: NDArray[np.bool_]
    changes: list[Small]
    options: list[Small]


class FlipFinder:
    """The gains of every answer for every two roles."""

    def __init__(self, table: Table) -> None:
        self._roles = len(table.roles)
        widest = max(item.options for item in table.items)
        self._points = np.zeros((len(table.items), widest + 1, self._roles), np.int64)
        for place, item in enumerate(table.items):
            self._points[place, 1 : item.options + 1] = np.array(item.roles).reshape(item.options, self._roles)
        self._options = [item.options for item in table.items]
        self._gains: dict[tuple[int, int], tuple[NDArray[np.integer], NDArray[np.uint8]]] = {}

    def find(self, answers: Answers, scored: Scored, ranked: NDArray[np.bool_]) -> Flips:
        """The flips of the rows that are ``ranked`` and have one leader."""
        count = answers.shape[1]
        flips = Flips(
            np.full(count, NOBODY), np.zeros(count, np.int64), np.zeros((count, self._roles), np.bool_), [], []
        )
        if self._roles < 2:
            return flips
        roles = scored.roles.astype(np.int64)
        order = np.argsort(-roles, axis=1, kind="stable")
        is_led = ranked & (np.take_along_axis(roles, order[:, 1:2], 1)[:, 0] < roles.max(axis=1))
        for leader in range(self._roles):
            rows = np.flatnonzero(is_led & (order[:, 0] == leader))
            if len(rows):
                self._of_leader(leader, rows, answers[:, rows], roles[rows], order[rows], flips)
        return flips

    def _of_leader(self, leader: int, rows: Small, answers: Answers, roles: Small, order: Small, flips: Flips) -> None:
        """Fill in the rows that one role leads. Rivals are tried by rank; a later one has to be shorter."""
        best = np.full(len(rows), len(answers) + 1)
        moves = np.full((len(answers), len(rows)), NOBODY)
        for rank in range(1, self._roles):
            for rival in distinct(order[:, rank]).tolist():
                some = np.flatnonzero(order[:, rank] == rival)
                lead = roles[some, leader] - roles[some, rival]
                sequence, needed = self._overtaking(leader, rival, answers[:, some], lead)
                better = needed < best[some]
                chosen = some[better]
                best[chosen] = needed[better]
                moves[:, chosen] = sequence[:, better]
                flips.rival[rows[chosen]] = rival
                flips.lead[rows[chosen]] = lead[better]
        self._apply(leader, rows, answers, roles.copy(), moves, best, flips)

    def _overtaking(self, leader: int, rival: int, answers: Answers, lead: Small) -> tuple[Small, Small]:
        """Questions by falling gain, form order among equals; and how many of them are needed (too many if none do)."""
        gains, _ = self._gain_tables(leader, rival)
        gain = np.stack([table.take(row) for table, row in zip(gains, answers, strict=True)])
        sequence = np.argsort(-gain, axis=0, kind="stable")
        total = np.cumsum(np.take_along_axis(gain, sequence, 0), axis=0, dtype=np.int64)
        needed = (total <= lead).sum(axis=0) + 1
        return sequence, np.where(total[-1] > lead, needed, len(answers) + 1)

    def _apply(
        self, leader: int, rows: Small, answers: Answers, after: Small, moves: Small, needed: Small, flips: Flips
    ) -> None:
        """Note the changes, and who is first after them."""
        rival = flips.rival[rows]
        for number in range(int(np.where(rival == NOBODY, 0, needed).max(initial=0))):
            active = np.flatnonzero((rival != NOBODY) & (needed > number))
            question = moves[number, active]
            before = answers[question, active]
            option = np.zeros(len(active), np.int64)
            for one in distinct(rival[active]).tolist():
                of_one = rival[active] == one
                option[of_one] = self._gain_tables(leader, one)[1][question[of_one], before[of_one]]
            after[active] += self._points[question, option] - self._points[question, before]
            if number == len(flips.changes):
                flips.changes.append(np.full(len(flips.rival), NOBODY))
                flips.options.append(np.zeros(len(flips.rival), np.int64))
            flips.changes[number][rows[active]] = question
            flips.options[number][rows[active]] = option
        flips.becomes[rows] = after == after.max(axis=1, keepdims=True)

    def _gain_tables(self, leader: int, rival: int) -> tuple[NDArray[np.integer], NDArray[np.uint8]]:
        """By question and answer: the most that another answer adds, and the lowest option that adds so much."""
        found = self._gains.get((leader, rival))
        if found is None:
            lead = self._points[:, :, rival] - self._points[:, :, leader]
            gains = np.zeros(lead.shape, np.int64)
            options = np.zeros(lead.shape, np.uint8)
            for question, count in enumerate(self._options):
                row = lead[question, 1 : count + 1]
                gains[question, 1 : count + 1] = row.max() - row
                options[question, 1 : count + 1] = row.argmax() + 1
            narrow = np.int16 if gains.max() <= np.iinfo(np.int16).max else np.int64
            found = self._gains[leader, rival] = (gains.astype(narrow), options)
        return found
