"""What uniformly random answering does to a bank, exactly: integers and fractions, no random numbers.

Every sheet is counted, without listing one. The number of sheets that lead to
each difference of scores is a polynomial; it is held in one big integer, each
coefficient in its own field of bits, so that adding a question is a few shifts
and additions (Kronecker substitution).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import prod
from typing import TypeAlias

from rolequiz.core.certainty import certainties
from rolequiz.core.table import Item, Table, variance

Vector: TypeAlias = tuple[int, ...]
Counts: TypeAlias = Mapping[Vector, int]

MOST_WORK = 3_000_000_000
"""Bytes of shifting that one count may take (about two seconds); larger banks get bounds instead."""


MOST_PATTERNS = 20_000


class TooLargeError(Exception):
    """Counting would take more than ``MOST_WORK``."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean and variance of one role's score under random answering."""

    mean: Fraction
    variance: Fraction


@dataclass(frozen=True, slots=True)
class FirstPlaces:
    """Who comes first over all ``sheets``: alone (``sole``), and with a k-way tie counted as 1/k each (``shares``).

    ``ties`` counts the sheets in which 2, 3, … roles share first place. Roles in bank order.
    """

    sheets: int
    sole: tuple[int, ...]
    shares: tuple[Fraction, ...]
    ties: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Duel:
    """Two roles (indices) against each other: exact shares of all sheets."""

    a: int
    b: int
    a_ahead: Fraction
    b_ahead: Fraction

    @property
    def level(self) -> Fraction:
        """The share of sheets in which both score the same."""
        return 1 - self.a_ahead - self.b_ahead


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the duels say about one role's share of first places: between ``low`` and ``high``."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Stop:
    """Random quick sittings that end after ``asked`` questions, by the role that leads then (shares of all sheets)."""

    asked: int
    shares: tuple[Fraction, ...]


def moments(table: Table, asked: int | None = None) -> tuple[Moments, ...]:
    """Exact mean and variance of every role's score, bank order; after ``asked`` questions, or all."""
    found = []
    for role in range(len(table.roles)):
        mean = spread = Fraction()
        for item in table.items[:asked]:
            values = [option[role] for option in item.roles]
            mean += Fraction(sum(values), len(values))
            spread += variance(values)
        found.append(Moments(mean, spread))
    return tuple(found)


def count(rows: Sequence[Sequence[Vector]], start: Counts | None = None) -> dict[Vector, int]:
    """How many ways of choosing one vector from each row lead to each sum of vectors; sorted, none with 0.

    Args:
        start: sums already reached, each with its number of ways; none is the zero vector, once.

    Raises:
        TooLargeError: it would take too long.
    """
    if not rows:
        return dict(start or {})
    axes = range(len(rows[0][0]))
    before = start if start is not None else {tuple(0 for _ in axes): 1}
    if not before:
        return {}
    lowest = [(row, [min(vector[axis] for vector in row) for axis in axes]) for row in rows]
    least = [min(sums[axis] for sums in before) for axis in axes]
    widths = [
        max(sums[axis] for sums in before)
        - least[axis]
        + sum(max(vector[axis] for vector in row) - low[axis] for row, low in lowest)
        + 1
        for axis in axes
    ]
    field = -(-(sum(before.values()) * prod(map(len, rows))).bit_length() // 8)
    cells = prod(widths)
    if cells * field * sum(map(len, rows)) > MOST_WORK:
        raise TooLargeError
    strides = [prod(widths[:axis]) for axis in axes]

    def shift(vector: Sequence[int], low: Sequence[int]) -> int:
        steps = sum((value - first) * stride for value, first, stride in zip(vector, low, strides, strict=True))
        return 8 * field * steps

    packed = sum(ways << shift(sums, least) for sums, ways in before.items())
    for row, low in lowest:
        packed = sum(packed << shift(vector, low) for vector in row)
    origin = [least[axis] + sum(low[axis] for _, low in lowest) for axis in axes]
    return dict(sorted(_unpacked(packed, field, widths, origin)))


def _unpacked(packed: int, field: int, widths: Sequence[int], origin: Sequence[int]) -> Iterator[tuple[Vector, int]]:
    cells = prod(widths)
    data = packed.to_bytes(cells * field, "little")
    empty = bytes(field)
    for cell in range(cells):
        ways = data[cell * field : (cell + 1) * field]
        if ways == empty:
            continue
        rest, vector = cell, []
        for width, first in zip(widths, origin, strict=True):
            rest, step = divmod(rest, width)
            vector.append(first + step)
        yield tuple(vector), int.from_bytes(ways, "little")


def leads(items: Sequence[Item], roles: Sequence[int]) -> list[list[Vector]]:
    """For each question, what every option does to the lead of the first of ``roles`` over each of the others."""
    first, *others = roles
    return [[tuple(option[first] - option[other] for other in others) for option in item.roles] for item in items]


def first_places(table: Table, asked: int | None = None) -> FirstPlaces:
    """Exact counts of who comes first after ``asked`` questions, or all; for two or three roles.

    Raises:
        TooLargeError: there are more roles, or points too large to count.
    """
    if not 2 <= len(table.roles) <= 3:
        raise TooLargeError
    items = table.items[:asked]
    return places_of(count(leads(items, range(len(table.roles)))), len(table.roles))


def places_of(counts: Counts, roles: int) -> FirstPlaces:
    """Who comes first, from counts of the leads of role 0 over the others."""
    sole, shares = [0] * roles, [Fraction()] * roles
    ties: dict[int, int] = {}
    for vector, ways in counts.items():
        behind = (0, *vector)
        first = [role for role in range(roles) if behind[role] == min(behind)]
        if len(first) == 1:
            sole[first[0]] += ways
        else:
            ties[len(first)] = ties.get(len(first), 0) + ways
        for role in first:
            shares[role] += Fraction(ways, len(first))
    total = sum(counts.values())
    return FirstPlaces(total, tuple(sole), tuple(share / total for share in shares), dict(sorted(ties.items())))


def duels(table: Table, asked: int | None = None) -> tuple[Duel, ...]:
    """Every pair of roles, exactly; for any number of roles.

    Raises:
        TooLargeError: points are too large to count.
    """
    found = []
    for a, b in combinations(range(len(table.roles)), 2):
        counts = count(leads(table.items[:asked], (a, b)))
        total = sum(counts.values())
        ahead = sum(ways for (lead,), ways in counts.items() if lead > 0)
        behind = sum(ways for (lead,), ways in counts.items() if lead < 0)
        found.append(Duel(a, b, Fraction(ahead, total), Fraction(behind, total)))
    return tuple(found)


def bounds(roles: int, fought: Sequence[Duel]) -> tuple[Bounds, ...]:
    """Bounds of every role's share of first places that follow from the duels alone.

    A role cannot come first more often than it is at least level with any one
    rival; it comes first at least whenever no rival is level or ahead.
    """
    found = []
    for role in range(roles):
        at_least_level, overtaken = [], Fraction()
        for duel in fought:
            if role in (duel.a, duel.b):
                rival_ahead = duel.b_ahead if role == duel.a else duel.a_ahead
                at_least_level.append(1 - rival_ahead)
                overtaken += rival_ahead + duel.level
        found.append(Bounds(max(Fraction(), 1 - overtaken), min(at_least_level)))
    return tuple(found)


def quick_stops(table: Table) -> tuple[Stop, ...]:
    """Where random sheets without gaps end in quick mode, and who leads then; for two or three roles.

    Raises:
        TooLargeError: as `first_places`.
    """
    if not 2 <= len(table.roles) <= 3:
        raise TooLargeError
    total = prod(item.options for item in table.items)
    going: Counts | None = None
    found, at = [], 0
    for asked, needed in table.checkpoints:
        rows = leads(table.items[at:asked], range(len(table.roles)))
        going = count(rows, going)
        rest = total // prod(item.options for item in table.items[:asked])
        stopped = {vector: ways for vector, ways in going.items() if _lead(vector) >= needed}
        going = {vector: ways for vector, ways in going.items() if vector not in stopped}
        shares = [Fraction()] * len(table.roles)
        for vector, ways in stopped.items():
            behind = (0, *vector)
            shares[behind.index(min(behind))] += Fraction(ways * rest, total)
        found.append(Stop(asked, tuple(shares)))
        at = asked
    return tuple(found)


def _lead(vector: Vector) -> int:
    first, second = sorted((0, *vector))[:2]
    return second - first


def claims(table: Table, floors: Sequence[float]) -> tuple[Fraction, ...]:
    """The exact share of random sheets whose leader's certainty reaches each floor; for two or three roles.

    Raises:
        TooLargeError: as `first_places`.
    """
    if not 2 <= len(table.roles) <= 3:
        raise TooLargeError
    counts = count(leads(table.items, range(len(table.roles))))
    total = sum(counts.values())
    reached = [0] * len(floors)
    for vector, ways in counts.items():
        highest = max(certainties([0, *(-lead for lead in vector)], table.doubling))
        for place, floor in enumerate(floors):
            reached[place] += ways * (highest >= floor)
    return tuple(Fraction(ways, total) for ways in reached)


Pattern: TypeAlias = tuple[Mapping[str, int], tuple[int, ...]]
"""One fixed answer for each kind of question ("choice of 3": 2), and the role scores that it leads to."""


def constant_patterns(table: Table) -> Iterator[Pattern]:
    """Every way of giving one fixed answer to each kind of question.

    A kind is a format with its number of options; an answer is an option's number from 1.

    Raises:
        TooLargeError: the bank mixes so many kinds that there are more than ``MOST_PATTERNS``.
    """
    kinds = sorted({(item.format, item.options) for item in table.items})
    if prod(options for _, options in kinds) > MOST_PATTERNS:
        raise TooLargeError
    choices: list[tuple[int, ...]] = [()]
    for _, options in kinds:
        choices = [(*chosen, number) for chosen in choices for number in range(1, options + 1)]
    for chosen in choices:
        answer = dict(zip(kinds, chosen, strict=True))
        scores = [0] * len(table.roles)
        for item in table.items:
            for role, points in enumerate(item.roles[answer[item.format, item.options] - 1]):
                scores[role] += points
        yield {f"{form} of {options}": number for (form, options), number in answer.items()}, tuple(scores)


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that can be counted about a bank's roles; None where counting would take too long.

    ``places`` holds the first places after each quick checkpoint and at the end, by questions asked; it is empty
    for four roles and more, of which only the ``duels`` are exact.
    """

    moments: tuple[Moments, ...]
    places: Mapping[int, FirstPlaces] | None
    duels: tuple[Duel, ...] | None
    patterns: tuple[Pattern, ...] | None


def survey(table: Table) -> Survey:
    """Count what can be counted."""
    ends = (*(asked for asked, _ in table.checkpoints), len(table.items))
    roles = len(table.roles)
    places: dict[int, FirstPlaces] | None = {}
    fought: tuple[Duel, ...] | None = ()
    patterns: tuple[Pattern, ...] | None
    try:
        if 2 <= roles <= 3:
            places = {asked: first_places(table, asked) for asked in ends}
        elif roles:
            fought = duels(table)
    except TooLargeError:
        places = fought = None
    try:
        patterns = tuple(constant_patterns(table))
    except TooLargeError:
        patterns = None
    return Survey(moments(table), places, fought, patterns)
