"""A scoring table as arrays, and the core's rules over many sheets at once.

Answers are int8 arrays (people, questions): option numbers from 0, −1 for a gap.
Whatever is computed here must equal `rolequiz.core` sheet by sheet; a test holds
it to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rolequiz.core.quality import FAST_QUESTIONS, FAST_SECONDS, STRAIGHT_RUN
from rolequiz.core.table import Table

Answers = NDArray[np.int8]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Arrays:
    """Points of every option: ``roles[i]`` (options + 1, roles) and ``traits[i]`` (options + 1, traits).

    The last row of each is the gap's, all zeros, so that −1 finds it.
    """

    table: Table

    @cached_property
    def roles(self) -> list[Ints]:
        """Points of each question's options for every role."""
        return [
            np.array([*item.roles, (0,) * len(self.table.roles)], dtype=np.int64).reshape(item.options + 1, -1)
            for item in self.table.items
        ]

    @cached_property
    def traits(self) -> list[Ints]:
        """Points of each question's options for every trait."""
        found = []
        for item in self.table.items:
            rows = np.zeros((item.options + 1, len(self.table.traits)), dtype=np.int64)
            for number, option in enumerate(item.traits):
                for trait, points in option:
                    rows[number, trait] = points
            found.append(rows)
        return found

    def scores(self, answers: Answers, asked: int | None = None) -> Ints:
        """Role scores after ``asked`` questions, or all (people, roles)."""
        total = np.zeros((len(answers), len(self.table.roles)), dtype=np.int64)
        for points, column in zip(self.roles[:asked], answers.T[:asked], strict=True):
            total += points[column]
        return total

    def trait_scores(self, answers: Answers) -> Ints:
        """Trait scores (people, traits)."""
        total = np.zeros((len(answers), len(self.table.traits)), dtype=np.int64)
        for points, column in zip(self.traits, answers.T, strict=True):
            total += points[column]
        return total

    def certainties(self, scores: Ints) -> Floats:
        """Certainty of every role (people, roles)."""
        if not self.table.doubling:
            return np.full(scores.shape, 1 / scores.shape[1])
        weights = np.exp2((scores - scores.max(axis=1, keepdims=True)) / self.table.doubling)
        return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float64)

    def straight_lining(self, answers: Answers) -> Bools:
        """Who chose the same position ``STRAIGHT_RUN`` times in a row."""
        run = np.zeros(len(answers), dtype=np.int64)
        longest = np.zeros(len(answers), dtype=np.int64)
        before = np.full(len(answers), -2, dtype=np.int64)
        for column in answers.T:
            run = np.where(column < 0, 0, np.where(column == before, run + 1, 1))
            longest = np.maximum(longest, run)
            before = column.astype(np.int64)
        return longest >= STRAIGHT_RUN

    def agreement_bias(self, answers: Answers) -> Bools:
        """Whose raw agreement is as far off centre as the bank's threshold; all False where it has none."""
        total = np.zeros(len(answers), dtype=np.int64)
        complete = np.ones(len(answers), dtype=bool)
        for item, column in zip(self.table.items, answers.T, strict=True):
            if item.raw:
                total += np.array([*item.raw, 0])[column]
                complete &= column >= 0
        if self.table.agreement_bias is None:
            return np.zeros(len(answers), dtype=bool)
        return complete & (np.abs(total) >= self.table.agreement_bias)

    def inconsistent(self, answers: Answers) -> Bools:
        """Whose consistency sum Q is at most the bank's threshold; all False where it has none."""
        if self.table.inconsistent is None:
            return np.zeros(len(answers), dtype=bool)
        consistency = (self.trait_scores(answers) ** 2).sum(axis=1)
        for points, column in zip(self.traits, answers.T, strict=True):
            consistency -= (points**2).sum(axis=1)[column]
        return np.asarray(consistency <= self.table.inconsistent)

    def quick_asked(self, answers: Answers) -> Ints:
        """Questions that quick mode asks each person, for sheets without gaps."""
        asked = np.full(len(answers), len(self.table.items), dtype=np.int64)
        going = np.ones(len(answers), dtype=bool)
        for checkpoint, needed in self.table.checkpoints:
            stops = going & (lead(self.scores(answers, checkpoint)) >= needed)
            asked[stops] = checkpoint
            going &= ~stops
        return asked


def too_fast(seconds: Floats) -> Bools:
    """Who answered too many questions too quickly."""
    return np.asarray((seconds < FAST_SECONDS).sum(axis=1) >= FAST_QUESTIONS)


def lead(scores: Ints) -> Ints:
    """Points between the two highest scores."""
    ordered = np.sort(scores, axis=1)
    return np.asarray(ordered[:, -1] - ordered[:, -2], dtype=np.int64)


def chance_right(scores: Ints, truth: Ints) -> Floats:
    """The chance that the role shown first is ``truth``, a k-way tie counted as 1/k."""
    first = scores == scores.max(axis=1, keepdims=True)
    hit = first[np.arange(len(scores)), truth]
    return np.asarray(hit / first.sum(axis=1), dtype=np.float64)
