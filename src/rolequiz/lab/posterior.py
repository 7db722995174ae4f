"""The best that anybody could do: the Bayes posterior under the true model, by importance sampling.

Prior draws are weighted with their likelihood. The posterior of a role is the
weight of the draws in which it is the truly closest one. Two halves of the draws
give the Monte Carlo error.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from rolequiz.lab.arrays import Answers, Arrays, Floats, Ints, chance_right
from rolequiz.lab.people import Model, Parameters, draw, log_likelihoods, role_means, trait_values

DRAWS = 40_000
CLEAR = 0.7

LEAST_EFFECTIVE = 50.0
"""Draws that must carry a typical posterior; with fewer its accuracy is no ceiling, only noise."""

TRIED = 500
"""People on whom the draws are tried before the rest is computed."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Accuracy (0-1) of the posterior and of the rule on the same people, for all and for clear profiles.

    ``error`` is the Monte Carlo error of the posterior's accuracy: half the difference between two halves of the
    draws; ``standard_error`` is that of the rule's accuracy over people.
    """

    people: int
    draws: int
    all: float
    clear: float
    rule_all: float
    rule_clear: float
    error: float
    standard_error: float

    @property
    def relative(self) -> float:
        """The rule's accuracy as a share of the ceiling."""
        return self.rule_all / self.all

    @property
    def relative_clear(self) -> float:
        """The same for clear profiles."""
        return self.rule_clear / self.clear


def ceiling(arrays: Arrays, model: Model, items: list[Parameters], people: int, source: Generator) -> Ceiling | None:
    """Compare the rule with the posterior on ``people`` spread over the draws of the items.

    None where so many traits are measured that too few prior draws carry weight (importance sampling fails).
    """
    table = arrays.table
    attentive = replace(model, careless=0.0)
    tried = draw(table, attentive, items[0], TRIED, source)
    if effective_draws(arrays, attentive, items[0], tried.answers, source) < LEAST_EFFECTIVE:
        return None
    best: list[Floats] = []
    first: list[Floats] = []
    second: list[Floats] = []
    rule: list[Floats] = []
    gaps: list[Floats] = []
    for one in items:
        group = draw(table, model, one, people // len(items), source)
        halves = [posterior(arrays, model, one, group.answers, source) for _ in range(2)]
        both = halves[0] + halves[1]
        for shares, found in ((both, best), (halves[0], first), (halves[1], second)):
            found.append(np.asarray(shares.argmax(axis=1) == group.truth, dtype=np.float64))
        rule.append(chance_right(arrays.scores(group.answers), group.truth))
        gaps.append(group.gap)
    right, ours, gap = np.concatenate(best), np.concatenate(rule), np.concatenate(gaps)
    is_clear = gap >= CLEAR
    return Ceiling(
        people=len(right),
        draws=2 * DRAWS,
        all=float(right.mean()),
        clear=float(right[is_clear].mean()) if is_clear.any() else float("nan"),
        rule_all=float(ours.mean()),
        rule_clear=float(ours[is_clear].mean()) if is_clear.any() else float("nan"),
        error=abs(float(np.concatenate(first).mean()) - float(np.concatenate(second).mean())) / 2,
        standard_error=float(ours.std() / np.sqrt(len(ours))),
    )


def effective_draws(arrays: Arrays, model: Model, items: Parameters, answers: Answers, source: Generator) -> float:
    """The median over people of (sum of weights)^2 / sum of squared weights (Kong 1992: effective sample size)."""
    weights = likelihoods(arrays, model, items, answers, source)[1].astype(np.float64)
    return float(np.median(weights.sum(axis=0) ** 2 / (weights**2).sum(axis=0)))


def posterior(arrays: Arrays, model: Model, items: Parameters, answers: Answers, source: Generator) -> Floats:
    """The posterior weight of every role as the truly closest (people, roles), not normalised across halves."""
    table = arrays.table
    truth, weights = likelihoods(arrays, model, items, answers, source)
    is_best = (truth == np.arange(len(table.roles))[:, None]).astype(np.float32)
    found = (is_best @ weights).T.astype(np.float64)
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def likelihoods(
    arrays: Arrays, model: Model, items: Parameters, answers: Answers, source: Generator
) -> tuple[Ints, NDArray[np.float32]]:
    """For prior draws the truly closest role, and each person's weight of each draw (draws, people), up to a factor."""
    table = arrays.table
    traits = trait_values(table, model, DRAWS, source)
    truth: Ints = role_means(table, traits).argmax(axis=1)
    logs = np.hstack(log_likelihoods(table, model, items, traits, source)).astype(np.float32)
    ends = np.cumsum([0, *(item.options for item in table.items)])
    chosen = np.zeros((len(answers), logs.shape[1]), dtype=np.float32)
    for start, column in zip(ends, answers.T, strict=False):
        chosen[np.arange(len(answers)), start + column] = 1
    total = logs @ chosen.T
    careless = np.float32(-sum(np.log(item.options) for item in table.items))
    highest = np.maximum(total.max(axis=0), careless)
    weights = np.float32(1 - model.careless) * np.exp(total - highest)
    weights += np.float32(model.careless) * np.exp(careless - highest)
    return truth, weights
