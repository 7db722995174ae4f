"""Everything that can be said about one sheet, as one frozen, language-free value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Literal, TypeAlias

from rolequiz.core.certainty import Label, Shape, certainties, label_of, shape_of
from rolequiz.core.quality import Flag, flags
from rolequiz.core.score import Sheet, cut_after, lead, leaders, places, ranking, score
from rolequiz.core.table import Table
from rolequiz.model import Mode

if TYPE_CHECKING:
    from rolequiz.core.explain import Contribution
    from rolequiz.core.flip import Flip

Status: TypeAlias = Literal["full", "provisional", "insufficient"]

FULL = Fraction(4, 5)
PROVISIONAL = Fraction(1, 2)
TRAIT_SHOWN = Fraction(3, 5)
"""Share of a trait's questions that must be answered before its bar means anything."""


@dataclass(frozen=True, slots=True)
class RoleResult:
    """One role: ``score`` is S, around 0; ``points`` start at 0; ``fit`` 0-100. No place where too little is known."""

    role: str
    score: int
    points: int
    fit: float
    place: int | None
    certainty: float | None


@dataclass(frozen=True, slots=True)
class TraitResult:
    """One trait: ``score`` around 0, ``points`` from 0, ``fit`` 0-100, answers given of those asked about it."""

    trait: str
    score: int
    points: int
    fit: float
    answered: int
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """The result of one sheet.

    ``roles`` are in ranking order, ties in bank order (bank order where the
    result is insufficient). ``top``, ``shape``, ``label`` and ``lead`` are empty
    or None where nothing may be ranked.
    """

    status: Status
    mode: Mode
    asked: int
    answered: int
    top: tuple[str, ...]
    shape: Shape | None
    label: Label | None
    lead: int | None
    roles: tuple[RoleResult, ...]
    traits: tuple[TraitResult, ...]
    neighbours: tuple[tuple[str, float], ...]
    flags: tuple[Flag, ...]
    sheet: Sheet

    @property
    def tie(self) -> bool:
        """Whether several roles share the first place."""
        return len(self.top) > 1

    def role(self, role: str) -> RoleResult:
        """The result of one role by id."""
        return next(result for result in self.roles if result.role == role)

    def trait(self, trait: str) -> TraitResult:
        """The result of one trait by id."""
        return next(result for result in self.traits if result.trait == trait)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why: every asked question's contribution, and the smallest change that flips the result."""

    contributions: tuple[Contribution, ...]
    flip: Flip | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How the roles stand to each other; depends on the differences of their scores only.

    ``order`` are role indices, best first, ties in bank order; ``places`` and
    ``shares`` (certainties) are in bank order; ``first`` are the indices that
    share the highest score.
    """

    order: tuple[int, ...]
    places: tuple[int, ...]
    shares: tuple[float, ...]
    first: tuple[int, ...]
    shape: Shape
    label: Label
    lead: int


def standing(scores: tuple[int, ...], doubling: float, *, provisional: bool) -> Standing:
    """The standing of at least two roles' scores."""
    shares = certainties(scores, doubling)
    first = leaders(scores)
    label = label_of(max(shares), tie=len(first) > 1, provisional=provisional)
    return Standing(ranking(scores), places(scores), shares, first, shape_of(label, shares), label, lead(scores))


def status_of(answered: int, asked: int) -> Status:
    """Full from 80 % of the questions asked, provisional from half, else insufficient."""
    if answered >= FULL * asked:
        return "full"
    return "provisional" if answered >= PROVISIONAL * asked else "insufficient"


def assess(
    table: Table,
    sheet: Sheet,
    *,
    mode: Mode = "full",
    asked: int | None = None,
    seconds: Mapping[str, float] | None = None,
) -> Assessment:
    """Score, order and qualify one sheet.

    Args:
        asked: for a quick sitting the number of questions asked; answers after them do not count.
        seconds: answering time by question id, for the speed flag.
    """
    asked = len(table.items) if asked is None else asked
    sheet = cut_after(sheet, asked)
    scores = score(table, sheet)
    status = status_of(scores.answered, asked)
    trait_results = tuple(
        TraitResult(
            trait=trait,
            score=scores.traits[t],
            points=table.trait_ranges[t].points(scores.traits[t]),
            fit=table.trait_ranges[t].fit(scores.traits[t]),
            answered=scores.trait_answers[t],
            is_shown=scores.trait_answers[t] >= TRAIT_SHOWN * sum(t in item.touches for item in table.items[:asked]),
        )
        for t, trait in enumerate(table.traits)
    )
    is_ranked = bool(table.roles) and status != "insufficient"
    found = standing(scores.roles, table.doubling, provisional=status == "provisional") if is_ranked else None
    roles = tuple(
        RoleResult(
            role=table.roles[r],
            score=scores.roles[r],
            points=table.role_ranges[r].points(scores.roles[r]),
            fit=table.role_ranges[r].fit(scores.roles[r]),
            place=found.places[r] if found else None,
            certainty=found.shares[r] if found else None,
        )
        for r in (found.order if found else range(len(table.roles)))
    )
    return Assessment(
        status=status,
        mode=mode,
        asked=asked,
        answered=scores.answered,
        top=tuple(table.roles[r] for r in found.first) if found else (),
        shape=found.shape if found else None,
        label=found.label if found else None,
        lead=found.lead if found else None,
        roles=roles,
        traits=trait_results,
        neighbours=neighbour_fits(table, scores.roles) if found else (),
        flags=flags(table, sheet, scores, seconds),
        sheet=sheet,
    )


def neighbour_fits(table: Table, scores: tuple[int, ...]) -> tuple[tuple[str, float], ...]:
    """The fit of every neighbouring role that is a mix of the bank's, 0-100."""
    found = []
    for name, mix in table.mixes:
        factors, whole = mix_factors(table, mix)
        parts = zip(factors, table.role_ranges, scores, strict=True)
        found.append((name, mixed_fit(sum(factor * span.points(one) for factor, span, one in parts), whole)))
    return tuple(found)


def mix_factors(table: Table, mix: tuple[int, ...]) -> tuple[tuple[int, ...], int]:
    """What each role's points count in a mix, and what they come to at most: all on one common denominator."""
    parts = [(span.span or 1, weight) for span, weight in zip(table.role_ranges, mix, strict=True)]
    common = lcm(*(span for span, weight in parts if weight))
    return tuple(weight * (common // span) for span, weight in parts), common * sum(mix)


def mixed_fit(points: int, whole: int) -> float:
    """A weighted mean of role fits, 0-100, in one division. A mean is always nearer the middle than the best role."""
    return 100 * points / whole


def explain(table: Table, assessment: Assessment) -> Explanation:
    """The contributions of an assessed sheet and its smallest flip (None in a tie or without a ranking)."""
    from rolequiz.core.explain import contributions  # here, since scoring explains nothing
    from rolequiz.core.flip import smallest_flip

    parts = contributions(table, assessment.sheet, assessment.asked)
    flip = smallest_flip(table, assessment.sheet, score(table, assessment.sheet)) if len(assessment.top) == 1 else None
    return Explanation(parts, flip)
