"""The smallest change of answers that puts another role first.

Gains of single changes are independent of each other, so taking the largest
first is exact for the number of changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from rolequiz.core.score import Scores, Sheet, leaders, ranking
from rolequiz.core.table import Table


@dataclass(frozen=True, slots=True)
class Change:
    """One answer given differently; option numbers from 1."""

    question: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Flip:
    """The rival overtakes the leader by ``changes``; ``becomes`` are the roles that are then first."""

    rival: str
    lead: int
    becomes: tuple[str, ...]
    changes: tuple[Change, ...]


def smallest_flip(table: Table, sheet: Sheet, scores: Scores) -> Flip | None:
    """The shortest list of changes over all rivals, or None for a tie or where no change suffices.

    Equally short lists: the rival with the higher score, then bank order. Equal
    gains: form order, then the lowest option. Changes are listed in that order
    of gains.
    """
    first = leaders(scores.roles)
    if len(first) != 1:
        return None
    leader = first[0]
    best: tuple[int, list[tuple[int, int]]] | None = None
    for rival in ranking(scores.roles)[1:]:
        moves = overtaking(table, sheet, leader, rival, scores.roles[leader] - scores.roles[rival])
        if moves and (best is None or len(moves) < len(best[1])):
            best = (rival, moves)
    if best is None:
        return None
    rival, moves = best
    after = list(scores.roles)
    changes = []
    for place, number in moves:
        item, before = table.items[place], sheet[place]
        assert before is not None
        for role, (new, old) in enumerate(zip(item.roles[number - 1], item.roles[before - 1], strict=True)):
            after[role] += new - old
        changes.append(Change(item.id, before, number))
    return Flip(
        rival=table.roles[rival],
        lead=scores.roles[leader] - scores.roles[rival],
        becomes=tuple(table.roles[role] for role in leaders(after)),
        changes=tuple(changes),
    )


def overtaking(table: Table, sheet: Sheet, leader: int, rival: int, lead: int) -> list[tuple[int, int]]:
    """(question index, new option) by falling gain until the sum exceeds ``lead``; empty where it cannot."""
    gains = []
    for place, (item, number) in enumerate(zip(table.items, sheet, strict=True)):
        if number is None:
            continue
        present = item.roles[number - 1][rival] - item.roles[number - 1][leader]
        gain, option = 0, 0
        for candidate, points in enumerate(item.roles, start=1):
            if points[rival] - points[leader] - present > gain:
                gain, option = points[rival] - points[leader] - present, candidate
        if gain:
            gains.append((-gain, place, option))
    total = 0
    moves = []
    for gain, place, option in sorted(gains):
        total -= gain
        moves.append((place, option))
        if total > lead:
            return moves
    return []
