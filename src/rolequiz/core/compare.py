"""Two sittings with one bank: what moved, which answers moved it, and what a retest without any change would show.

A question without an answer contributes 0, whether it was skipped or, in a quick
sitting, not asked: answered in one sitting only, it moves a score by all its
points. Such points say nothing about a change of mind, so a difference is told
in two parts, and only the part from questions answered both times is held
against the retest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from rolequiz.core.assess import Assessment
from rolequiz.core.explain import Contribution, contributions
from rolequiz.core.score import Sheet
from rolequiz.core.table import Table, variance

ERROR_SHARE = Fraction(7, 10)
"""Variance of a score over retests of a simulated person, as a share of its variance under random answering.

``scripts/retest.py`` prints it for the shipped bank: .70 for leads and traits, .69 for roles.
"""

Z = Fraction(196, 100)
"""Standard errors to either side that hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Change:
    """One score in both sittings, in points around 0.

    ``repeated`` is the part of the difference that comes from questions answered
    both times; ``retest`` is the largest such part, either way, that 95 % of
    retests without any change would show.
    """

    before: int
    after: int
    repeated: int
    retest: int

    @property
    def difference(self) -> int:
        """Later minus earlier."""
        return self.after - self.before

    @property
    def once(self) -> int:
        """The part of the difference that comes from questions answered in one sitting only."""
        return self.difference - self.repeated

    @property
    def is_within(self) -> bool:
        """Whether a retest without any change would show as much."""
        return abs(self.repeated) <= self.retest


@dataclass(frozen=True, slots=True)
class Lead:
    """The lead that the comparison turns on: of the ``role`` first in the later sitting over its ``rival``.

    The rival was first in the earlier sitting; where that is the same role, it is
    the one that comes second in the later. Ties go by bank order.
    """

    role: str
    rival: str
    change: Change


@dataclass(frozen=True, slots=True)
class Move:
    """One question answered differently: option numbers (None without an answer) and the points it moved.

    ``roles`` and ``traits`` are later minus earlier, bank order; ``lead`` is what
    it moved the lead by, 0 where there is none.
    """

    question: str
    before: int | None
    after: int | None
    roles: tuple[int, ...]
    traits: tuple[int, ...]
    lead: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """An earlier and a later assessment side by side.

    ``roles`` and ``traits`` are in bank order. ``lead`` is None where one of the two
    ranks nothing. ``moves`` hold every answer that differs, those that moved the lead
    most first (without a lead: those that moved any role, or any trait, most), then
    form order; they sum exactly to the differences. ``repeated`` questions were
    answered both times.
    """

    before: Assessment
    after: Assessment
    roles: tuple[Change, ...]
    traits: tuple[Change, ...]
    lead: Lead | None
    moves: tuple[Move, ...]
    repeated: int


def compare(table: Table, before: Assessment, after: Assessment) -> Comparison:
    """Compare two assessed sheets of one table, the earlier first."""
    sheets = (before.sheet, after.sheet)
    concerned = roles_concerned(before, after)
    lead = None
    a = b = 0
    if concerned is not None:
        a, b = (table.roles.index(role) for role in concerned)
        lead = Lead(*concerned, changed([[one[a] - one[b] for one in item.roles] for item in table.items], *sheets))
    size = len(table.items)
    pairs = zip(contributions(table, before.sheet, size), contributions(table, after.sheet, size), strict=True)
    moves = [moved(one, other, a, b) for one, other in pairs if one.answer != other.answer]
    moves.sort(key=lambda move: -weight(move, has_lead=lead is not None))
    return Comparison(
        before=before,
        after=after,
        roles=tuple(
            changed([[option[r] for option in item.roles] for item in table.items], *sheets)
            for r in range(len(table.roles))
        ),
        traits=tuple(
            changed([[dict(option).get(t, 0) for option in item.traits] for item in table.items], *sheets)
            for t in range(len(table.traits))
        ),
        lead=lead,
        moves=tuple(moves),
        repeated=sum(None not in answers for answers in zip(*sheets, strict=True)),
    )


def changed(columns: Sequence[Sequence[int]], before: Sheet, after: Sheet) -> Change:
    """How one score changed; ``columns`` hold its points for every option of every question, form order."""
    earlier = later = repeated = 0
    spread = Fraction()
    for points, one, other in zip(columns, before, after, strict=True):
        was, now = (0 if number is None else points[number - 1] for number in (one, other))
        earlier += was
        later += now
        if one is not None and other is not None:
            repeated += now - was
            spread += variance(points)
    return Change(earlier, later, repeated, retest_band(spread))


def roles_concerned(before: Assessment, after: Assessment) -> tuple[str, str] | None:
    """The role first in the later sitting and its rival (see `Lead`); None where one of the two ranks nothing."""
    if not (before.top and after.top):
        return None
    first, second = after.roles[0].role, after.roles[1].role
    earlier = before.roles[0].role
    return first, earlier if earlier != first else second


def moved(before: Contribution, after: Contribution, a: int, b: int) -> Move:
    """What one question moved, and by how much it moved role ``a`` against role ``b`` (indices)."""
    roles = tuple(later - earlier for earlier, later in zip(before.roles, after.roles, strict=True))
    traits = tuple(later - earlier for earlier, later in zip(before.traits, after.traits, strict=True))
    return Move(before.question, before.answer, after.answer, roles, traits, roles[a] - roles[b] if roles else 0)


def weight(move: Move, *, has_lead: bool) -> int:
    """By which moves are ordered: how far one moved the lead, else any role, else any trait."""
    return abs(move.lead) if has_lead else max(map(abs, move.roles or move.traits), default=0)


def retest_band(spread: Fraction) -> int:
    """The largest change that a retest without any change stays within at the 95 % level, in whole points.

    The reliable change index (Jacobson & Truax 1991): a difference of two sittings has
    twice the error variance of one. ``spread`` is the score's variance under random answering.
    """
    bound = Z**2 * 2 * ERROR_SHARE * spread
    return isqrt(bound.numerator // bound.denominator)
