"""Response-quality flags: notes about how a sheet was answered, each with its evidence.

A flag never blocks and never changes a score. Thresholds of two of them belong
to the bank, because they depend on its length.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rolequiz.core.score import Scores, Sheet
from rolequiz.core.table import Table

FlagId: TypeAlias = Literal["straight-lining", "agreement-bias", "inconsistent", "too-fast"]
FLAG_IDS: tuple[FlagId, ...] = ("straight-lining", "agreement-bias", "inconsistent", "too-fast")

STRAIGHT_RUN = 8
"""Equal option positions in a row."""

FAST_SECONDS = 2.0
"""Seconds per question below which reading is implausible (Bowling et al., doi 10.1177/10944281211056520)."""

FAST_QUESTIONS = 10


@dataclass(frozen=True, slots=True)
class Flag:
    """``amount`` is the evidence: longest run, raw agreement off centre, the consistency sum Q, or fast answers.

    ``questions`` are those that carry it, in form order (empty where all do).
    """

    id: FlagId
    amount: int
    questions: tuple[str, ...] = ()


def flags(table: Table, sheet: Sheet, scores: Scores, seconds: Mapping[str, float] | None) -> tuple[Flag, ...]:
    """The flags a sheet raises, in the order of ``FLAG_IDS``."""
    found = (
        straight_lining(table, sheet),
        agreement_bias(table, sheet),
        inconsistent(table, sheet, scores),
        too_fast(table, sheet, seconds),
    )
    return tuple(flag for flag in found if flag)


def straight_lining(table: Table, sheet: Sheet) -> Flag | None:
    """The same option position at least ``STRAIGHT_RUN`` times in a row; a gap ends a run."""
    best: tuple[int, int] = (0, 0)
    start = 0
    for place, number in enumerate(sheet):
        if place and (number is None or number != sheet[place - 1]):
            start = place
        if number is not None and place - start + 1 > best[1] - best[0]:
            best = (start, place + 1)
    if best[1] - best[0] < STRAIGHT_RUN:
        return None
    return Flag("straight-lining", best[1] - best[0], tuple(item.id for item in table.items[best[0] : best[1]]))


def agreement_bias(table: Table, sheet: Sheet) -> Flag | None:
    """Agreement off centre, summed before keying; only when every agreement item is answered."""
    if table.agreement_bias is None:
        return None
    total = 0
    for item, number in zip(table.items, sheet, strict=True):
        if item.raw:
            if number is None:
                return None
            total += item.raw[number - 1]
    return Flag("agreement-bias", total) if abs(total) >= table.agreement_bias else None


def inconsistent(table: Table, sheet: Sheet, scores: Scores) -> Flag | None:
    """Q = sum over traits of (t^2 - sum of squared contributions to t); its mean is 0 for random answers."""
    if table.inconsistent is None:
        return None
    consistency = sum(total * total for total in scores.traits)
    for item, number in zip(table.items, sheet, strict=True):
        if number is not None:
            consistency -= sum(points * points for _, points in item.traits[number - 1])
    return Flag("inconsistent", consistency) if consistency <= table.inconsistent else None


def too_fast(table: Table, sheet: Sheet, seconds: Mapping[str, float] | None) -> Flag | None:
    """At least ``FAST_QUESTIONS`` answers under ``FAST_SECONDS`` each; needs recorded times."""
    if not seconds:
        return None
    fast = tuple(
        item.id
        for item, number in zip(table.items, sheet, strict=True)
        if number is not None and seconds.get(item.id, FAST_SECONDS) < FAST_SECONDS
    )
    return Flag("too-fast", len(fast), fast) if len(fast) >= FAST_QUESTIONS else None
