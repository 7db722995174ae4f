"""Scores of one sheet and the order that follows, ties visible.

A sheet is a tuple with one entry per question in form order: the number of the
chosen option from 1, or None for a gap. A gap contributes 0, its expectation
under random answering in a balanced bank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rolequiz.core.table import Table

Sheet: TypeAlias = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """Integer sums, bank order: ``roles`` and ``traits`` around 0; answers given, in all and per trait."""

    answered: int
    roles: tuple[int, ...]
    traits: tuple[int, ...]
    trait_answers: tuple[int, ...]


def sheet_of(table: Table, answers: Mapping[str, int]) -> Sheet:
    """Answers by question id as a sheet.

    Raises:
        KeyError: an id is no question of the table.
        ValueError: a number is no option of its question.
    """
    sheet: list[int | None] = [None] * len(table.items)
    for question, number in answers.items():
        place = table.positions[question]
        if not 1 <= number <= table.items[place].options:
            raise ValueError(f"{question} has no option {number}")
        sheet[place] = number
    return tuple(sheet)


def score(table: Table, sheet: Sheet) -> Scores:
    """Sum the points of the answers given."""
    roles = [0] * len(table.roles)
    traits = [0] * len(table.traits)
    touched = [0] * len(table.traits)
    answered = 0
    for item, number in zip(table.items, sheet, strict=True):
        if number is None:
            continue
        answered += 1
        for role, points in enumerate(item.roles[number - 1]):
            roles[role] += points
        for trait, points in item.traits[number - 1]:
            traits[trait] += points
        for trait in item.touches:
            touched[trait] += 1
    return Scores(answered, tuple(roles), tuple(traits), tuple(touched))


def cut_after(sheet: Sheet, asked: int) -> Sheet:
    """The sheet with everything after the first ``asked`` questions a gap."""
    return sheet[:asked] + (None,) * (len(sheet) - asked)


def places(scores: Sequence[int]) -> tuple[int, ...]:
    """Competition places from 1, in the order given: equal scores share a place (1, 1, 3)."""
    falling = sorted(scores, reverse=True)
    return tuple(falling.index(one) + 1 for one in scores)


def ranking(scores: Sequence[int]) -> tuple[int, ...]:
    """Indices by score, highest first; ties in the order given."""
    return tuple(sorted(range(len(scores)), key=scores.__getitem__, reverse=True))


def leaders(scores: Sequence[int]) -> tuple[int, ...]:
    """Indices of the highest score, in the order given; none of none."""
    highest = max(scores, default=0)
    return tuple(index for index, one in enumerate(scores) if one == highest)


def lead(scores: Sequence[int]) -> int:
    """Points between the two highest scores; 0 in a tie."""
    first, second = sorted(scores, reverse=True)[:2]
    return first - second
