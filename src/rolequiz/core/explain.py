"""What each answer did: contributions that sum exactly to the scores."""

from __future__ import annotations

from dataclasses import dataclass

from rolequiz.core.score import Sheet
from rolequiz.core.table import Table


@dataclass(frozen=True, slots=True)
class Contribution:
    """One asked question: its answer (None for a gap) and its points for every role and trait, bank order."""

    question: str
    answer: int | None
    roles: tuple[int, ...]
    traits: tuple[int, ...]


def contributions(table: Table, sheet: Sheet, asked: int) -> tuple[Contribution, ...]:
    """One for each of the first ``asked`` questions, form order, zeros included."""
    found = []
    no_roles = (0,) * len(table.roles)
    for item, number in zip(table.items[:asked], sheet[:asked], strict=True):
        traits = [0] * len(table.traits)
        if number is None:
            found.append(Contribution(item.id, None, no_roles, tuple(traits)))
            continue
        for trait, points in item.traits[number - 1]:
            traits[trait] = points
        found.append(Contribution(item.id, number, item.roles[number - 1], tuple(traits)))
    return tuple(found)


def heaviest(parts: tuple[Contribution, ...], trait: int) -> Contribution | None:
    """The answer that weighed most in a trait, in the direction of the trait's sum; ties in form order.

    None where no answer moved the trait that way.
    """
    total = sum(part.traits[trait] for part in parts)
    sign = -1 if total < 0 else 1
    best = max(parts, key=lambda part: sign * part.traits[trait], default=None)
    return best if best is not None and sign * best.traits[trait] > 0 else None
