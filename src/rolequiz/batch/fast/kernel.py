"""Integer sums for many sheets at once.

A few neighbouring questions are answered in so many ways that all of them fit
into a table: one look-up gives what they add to every sum. The entries of the
tables are the points of the scoring table, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rolequiz.core.quality import STRAIGHT_RUN
from rolequiz.core.table import Item, Table

Answers: TypeAlias = NDArray[np.uint8]
"""Sheets by question and row: option numbers from 1, 0 for a gap."""

Sums: TypeAlias = NDArray[np.signedinteger]
Flags: TypeAlias = NDArray[np.bool_]

STATES = 2048
"""Most ways to answer the questions of one table: it stays in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Sums of ``n`` sheets: ``traits`` and ``roles`` (n, …) around 0; answers given, in all and per trait.

    ``flags`` are bits in the order of ``FLAG_IDS``; the one for speed is not in
    them. ``roles`` and ``traits`` may be narrow integers.
    """

    answered: Sums
    traits: Sums
    roles: Sums
    trait_answers: Sums
    flags: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Group:
    """Questions ``start`` to before ``stop``; a way to answer them is a number in mixed radix."""

    start: int
    stop: int
    radix: tuple[int, ...]
    sums: Sums


class Kernel:
    """The tables of a bank."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.traits, self.roles = len(table.traits), len(table.roles)
        self._agreement = sum(1 for item in table.items if item.raw)
        width = _width([[_lanes(table, item, number) for number in range(item.options + 1)] for item in table.items])
        self._groups = [_group(table, start, stop, width) for start, stop in _parts(table.items)]

    def score(self, answers: Answers) -> Scored:
        """The sums of sheets, given by question (first axis) and row."""
        total = self._sums(answers)
        traits = total[:, : self.traits]
        at = self.traits + self.roles
        answered, squares, raw, agreed = (total[:, at + lane] for lane in range(4))
        return Scored(
            answered=answered,
            traits=traits,
            roles=total[:, self.traits : at],
            trait_answers=total[:, at + 4 :],
            flags=self._flags(answers, traits, squares, raw, agreed),
        )

    def _sums(self, answers: Answers) -> Sums:
        total: Sums | None = None
        for group in self._groups:
            number = answers[group.start].astype(np.int64)
            for question, radix in zip(range(group.start + 1, group.stop), group.radix[1:], strict=True):
                number *= radix
                number += answers[question]
            part = group.sums.take(number, axis=0)
            if total is None:
                total = part
            else:
                total += part
        assert total is not None
        return total

    def _flags(self, answers: Answers, traits: Sums, squares: Sums, raw: Sums, agreed: Sums) -> NDArray[np.uint8]:
        table = self._table
        flags = straight(answers).astype(np.uint8)
        if table.agreement_bias is not None:
            flags |= ((agreed == self._agreement) & (abs(raw) >= table.agreement_bias)).astype(np.uint8) << 1
        if table.inconsistent is not None:
            wide = traits.astype(np.int64)
            consistency = np.einsum("nt,nt->n", wide, wide) - squares
            flags |= (consistency <= table.inconsistent).astype(np.uint8) << 2
        return flags


def straight(answers: Answers) -> Flags:
    """Which sheets have the same option ``STRAIGHT_RUN`` times in a row."""
    if len(answers) < STRAIGHT_RUN:
        return np.zeros(answers.shape[1], np.bool_)
    run = (answers[1:] == answers[:-1]) & (answers[1:] != 0)
    length = 1
    while length < STRAIGHT_RUN - 1:
        step = min(length, STRAIGHT_RUN - 1 - length)
        run = run[:-step] & run[step:]
        length += step
    return np.asarray(run.any(axis=0), np.bool_)


def _lanes(table: Table, item: Item, number: int) -> list[int]:
    """What an answer (0 for a gap) adds: to each trait and role, answers, squares, agreement, answers per trait."""
    traits, touches = [0] * len(table.traits), [0] * len(table.traits)
    if number == 0:
        return [0] * (2 * len(traits) + len(table.roles) + 4)
    for trait, points in item.traits[number - 1]:
        traits[trait] = points
    for trait in item.touches:
        touches[trait] = 1
    squares = sum(points * points for points in traits)
    agreement = (item.raw[number - 1], 1) if item.raw else (0, 0)
    return [*traits, *item.roles[number - 1], 1, squares, *agreement, *touches]


def _width(lanes: Sequence[Sequence[Sequence[int]]]) -> type[np.signedinteger]:
    """The narrowest integers that hold every sum that any sheet can reach."""
    most = max(sum(max(abs(option[lane]) for option in item) for item in lanes) for lane in range(len(lanes[0][0])))
    return next(kind for kind in (np.int16, np.int32, np.int64) if most <= np.iinfo(kind).max)


def _parts(items: Sequence[Item]) -> Iterator[tuple[int, int]]:
    """Neighbouring questions that share a table."""
    start, ways = 0, 1
    for place, item in enumerate(items):
        if ways * (item.options + 1) > STATES and place > start:
            yield start, place
            start, ways = place, 1
        ways *= item.options + 1
    yield start, len(items)


def _group(table: Table, start: int, stop: int, width: type[np.signedinteger]) -> _Group:
    items = table.items[start:stop]
    sums = np.zeros((1, 1), width)
    for item in items:
        lanes = np.array([_lanes(table, item, number) for number in range(item.options + 1)], width)
        sums = (sums[:, np.newaxis] + lanes).reshape(-1, lanes.shape[1])
    return _Group(start, stop, tuple(item.options + 1 for item in items), sums)
