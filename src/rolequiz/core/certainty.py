"""How firm the order is.

Certainty is a posterior under equal prior odds with one constant: every
``doubling`` points of lead double the odds. It speaks about the model of
answering, never about success in a job.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import Literal, TypeAlias

Label: TypeAlias = Literal["clear", "firm", "leaning", "mixed"]
Shape: TypeAlias = Literal["single", "pair", "open"]

LABEL_FLOORS: tuple[tuple[float, Label], ...] = ((0.90, "clear"), (0.75, "firm"), (0.60, "leaning"))
PAIR_FLOOR = 0.85
"""Two highest certainties that sum to this leave a pair: in simulation the truly closest
role was one of the two in 91 % of such sittings."""


def certainties(scores: Sequence[int], doubling: float) -> tuple[float, ...]:
    """Shares that sum to 1: p = 2^(S/doubling) / sum of the same; equal scores get equal shares exactly."""
    highest = max(scores)
    if not doubling:
        return tuple(1 / len(scores) for _ in scores)
    weights = [2.0 ** ((one - highest) / doubling) for one in scores]
    total = 0.0
    for weight in weights:
        total += weight  # one after the other: `sum` adds floats in another way from Python 3.12 on
    return tuple(weight / total for weight in weights)


def label_of(certainty: float, *, tie: bool, provisional: bool) -> Label:
    """The word for the leader's certainty. A tie is never above mixed, a provisional result never above leaning."""
    if tie:
        return "mixed"
    for floor, label in LABEL_FLOORS:
        if certainty >= floor:
            return "leaning" if provisional else label
    return "mixed"


def shape_of(label: Label, shares: Sequence[float]) -> Shape:
    """Whether one role, a pair or none stands out."""
    if label != "mixed":
        return "single"
    return "pair" if fsum(sorted(shares, reverse=True)[:2]) >= PAIR_FLOOR else "open"


def whole_shares(shares: Sequence[float], total: int = 100) -> tuple[int, ...]:
    """Whole numbers close to ``total`` times each share, by largest remainder.

    Equal shares show equal numbers, so the sum may miss ``total`` where a tied
    group would have to split one.
    """
    floors = [int(share * total) for share in shares]
    left = total - sum(floors)
    groups: dict[float, list[int]] = {}
    for index, share in enumerate(shares):
        groups.setdefault(share, []).append(index)
    for share, members in sorted(groups.items(), key=lambda group: int(group[0] * total) - group[0] * total):
        if len(members) <= left and share * total > int(share * total):
            left -= len(members)
            for index in members:
                floors[index] += 1
    return tuple(floors)
