"""Collected answers as arrays, and the statistics of a question or a scale over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rolequiz.core.table import Item, Table
from rolequiz.lab.analysis import Coefficient, QuestionAnalysis, Scale, Seconds
from rolequiz.lab.arrays import Answers, Floats, Ints
from rolequiz.lab.statistics import Interval, alpha, correlation, omega_total, share

FIXED_SUM = "no agreement items; in choices and pairs the points of a question have a fixed sum, so alpha says nothing"
TOO_FEW_ITEMS = "one agreement item; choices and pairs cannot join it, since their points have a fixed sum"
TOO_FEW = "one agreement item, and alpha needs two"


@dataclass(frozen=True)
class Data:
    """Answers as arrays: options from 0, -1 for none; seconds with nan for none."""

    table: Table
    answers: Answers
    asked: Ints
    seconds: Floats
    enough: int

    def coefficient(self, n: int, compute: Callable[[], float | Interval | None]) -> Coefficient:
        """A statistic over ``n`` people, unless they are too few or nothing varies."""
        if n < self.enough:
            return Coefficient(n, why=f"fewer than {self.enough} people")
        found = compute()
        match found:
            case None:
                return Coefficient(n, why="not defined for these answers")
            case Interval(value, low, high):
                return Coefficient(n, value, low, high)
            case value:
                return Coefficient(n, value)

    def question(self, number: int) -> QuestionAnalysis:
        """One question's shares, item-rest correlations and times."""
        item, column = self.table.items[number], self.answers[:, number]
        answered = int((column >= 0).sum())
        times = self.seconds[:, number]
        times = times[~np.isnan(times)]
        return QuestionAnalysis(
            id=item.id,
            format=item.format,
            answered=answered,
            missing=int(((column < 0) & (number < self.asked)).sum()),
            options=tuple(share(int((column == option).sum()), answered) for option in range(item.options)),
            trait_rest={self.table.traits[trait]: self._rest(item, number, _trait(trait)) for trait in item.touches},
            role_rest={
                role: self._rest(item, number, _role(at))
                for at, role in enumerate(self.table.roles)
                if any(points[at] for points in item.roles)
            },
            seconds=quartiles(times) if len(times) else None,
        )

    def _rest(self, item: Item, number: int, points: Points) -> Coefficient:
        """Correlation of the question's points with the sum of the others', over people complete on all of them."""
        others = [at for at, other in enumerate(self.table.items) if at != number and any(points(other))]
        complete = (self.answers[:, [number, *others]] >= 0).all(axis=1)
        n = int(complete.sum())
        if not others:
            return Coefficient(n, why="no other question")
        rows = self.answers[complete]

        def compute() -> float | None:
            own = np.array(points(item), dtype=np.float64)[rows[:, number]]
            rest = np.zeros(n)
            for at in others:
                rest += np.array(points(self.table.items[at]), dtype=np.float64)[rows[:, at]]
            return correlation(own, rest)

        return self.coefficient(n, compute)

    def trait_scale(self, trait: int) -> Scale:
        """A trait's keyed agreement items."""
        return self._scale(_trait(trait))

    def role_scale(self, role: int) -> Scale:
        """The keyed agreement items of all traits of a role: different traits on purpose, so alpha is low."""
        return self._scale(_role(role))

    def _scale(self, points: Points) -> Scale:
        touching = [at for at, item in enumerate(self.table.items) if any(points(item))]
        keyed = [at for at in touching if self.table.items[at].format == "agree"]
        ids = tuple(self.table.items[at].id for at in keyed)
        complete = (self.answers[:, keyed] >= 0).all(axis=1)
        if len(keyed) < 2:
            refused = (TOO_FEW_ITEMS if len(touching) > 1 else TOO_FEW) if keyed else FIXED_SUM
            nothing = Coefficient(int(complete.sum()) if keyed else 0, why=refused)
            return Scale(ids, nothing, nothing, refused)
        rows = self.answers[complete]
        n = len(rows)
        values = np.column_stack(
            [np.array(points(self.table.items[at]), dtype=np.float64)[rows[:, at]] for at in keyed]
        )
        return Scale(
            ids,
            self.coefficient(n, lambda: alpha(values)),
            self.coefficient(n, lambda: omega_total(values)),
        )


Points = Callable[[Item], Sequence[int]]
"""A question's points by option, for one trait or role."""


def quartiles(times: Floats) -> Seconds:
    """How many times there are, and their quartiles."""
    lower, median, upper = (float(one) for one in np.percentile(times, (25, 50, 75)))
    return Seconds(len(times), lower, median, upper)


def _trait(trait: int) -> Points:
    return lambda item: [dict(option).get(trait, 0) for option in item.traits]


def _role(role: int) -> Points:
    return lambda item: [points[role] for points in item.roles]
