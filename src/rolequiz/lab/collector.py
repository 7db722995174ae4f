"""From sittings, one after the other, to their analysis.

People are counted once: of an id that comes several times the first sitting
counts, and the first two are compared.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import get_args

import numpy as np

from rolequiz.core.assess import Assessment, Status
from rolequiz.core.certainty import Label, Shape
from rolequiz.core.quality import FLAG_IDS
from rolequiz.core.table import Item, Table
from rolequiz.lab.analysis import ENOUGH, Analysis, Coefficient, Finding, QuestionAnalysis, Retest, Scale, Seconds
from rolequiz.lab.arrays import Answers, Floats, Ints
from rolequiz.lab.statistics import Interval, agreement_icc, alpha, correlation, kappa, omega_total, share

POPULAR = 0.6
"""A choice's option that more people take is more attractive than its neighbours."""

FIXED_SUM = "no agreement items; in choices and pairs the points of a question have a fixed sum, so alpha says nothing"
TOO_FEW_ITEMS = "one agreement item; choices and pairs cannot join it, since their points have a fixed sum"
TOO_FEW = "one agreement item, and alpha needs two"


@dataclass(frozen=True, slots=True)
class _Sitting:
    scores: tuple[int, ...]
    top: tuple[str, ...]


class Collector:
    """Sittings one after the other, then their analysis; about 200 bytes a person."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._first: dict[str, _Sitting] = {}
        self._second: dict[str, _Sitting] = {}
        self._sittings = 0
        self._answers = array("b")
        self._asked = array("i")
        self._seconds = array("f")
        self._timed = 0
        self._counts: dict[str, Counter[str]] = {
            kind: Counter() for kind in ("status", "top", "label", "shape", "flag")
        }

    def add(self, person: str, result: Assessment, seconds: Mapping[str, float] | None) -> None:
        """One sitting of a person."""
        self._sittings += 1
        by_role = {one.role: one.score for one in result.roles}
        sitting = _Sitting(tuple(by_role[role] for role in self._table.roles), result.top)
        if person in self._first:
            if person not in self._second:
                self._second[person] = sitting
            return
        self._first[person] = sitting
        self._answers.extend(-1 if number is None else number - 1 for number in result.sheet)
        self._asked.append(result.asked)
        times = seconds or {}
        self._seconds.extend(times.get(item.id, float("nan")) for item in self._table.items)
        self._timed += bool(times)
        counts = self._counts
        counts["status"][result.status] += 1
        if result.top:
            counts["top"]["" if result.tie else result.top[0]] += 1
            counts["label"][str(result.label)] += 1
            counts["shape"][str(result.shape)] += 1
        counts["flag"].update(flag.id for flag in result.flags)

    def analysis(self, *, is_forced: bool = False) -> Analysis:
        """The analysis of what was collected; ``is_forced`` gives coefficients however few people there are."""
        table, counts = self._table, self._counts
        people = len(self._first)
        data = _Data(
            table,
            np.array(self._answers, dtype=np.int8).reshape(people, len(table.items)),
            np.array(self._asked, dtype=np.int64),
            np.array(self._seconds, dtype=np.float64).reshape(people, len(table.items)),
            0 if is_forced else ENOUGH,
        )
        ranked = counts["top"].total()
        names = {"status": get_args(Status), "label": get_args(Label), "shape": get_args(Shape)}
        shares = {
            kind: {name: share(counts[kind][name], people if kind == "status" else ranked) for name in of}
            for kind, of in names.items()
        }
        of_flag = {flag: self._timed if flag == "too-fast" else people for flag in FLAG_IDS}
        questions = tuple(data.question(number) for number in range(len(table.items)))
        return Analysis(
            sittings=self._sittings,
            people=people,
            ranked=ranked,
            timed=self._timed,
            shares_only=people < data.enough,
            statuses=shares["status"],
            top={role: share(counts["top"][role], ranked) for role in table.roles},
            top_shared=share(counts["top"][""], ranked) if table.roles else None,
            labels=shares["label"] if table.roles else {},
            shapes=shares["shape"] if table.roles else {},
            flags={flag: share(counts["flag"][flag], of) for flag, of in of_flag.items()},
            questions=questions,
            scales={trait: data.trait_scale(number) for number, trait in enumerate(table.traits)},
            role_scales={role: data.role_scale(number) for number, role in enumerate(table.roles)},
            retest=self._retest(data) if self._second else None,
            findings=tuple(finding for one in questions for finding in findings(one, data.enough)),
        )

    def _retest(self, data: _Data) -> Retest:
        pairs = [
            (self._first[person], again)
            for person, again in self._second.items()
            if self._first[person].top and again.top
        ]
        n, roles = len(pairs), self._table.roles
        first, second = (
            np.array([pair[at].scores for pair in pairs], dtype=np.float64).reshape(n, len(roles)) for at in (0, 1)
        )
        icc = {
            role: data.coefficient(n, partial(agreement_icc, first[:, number], second[:, number]))
            for number, role in enumerate(roles)
        }
        return Retest(
            len(self._second), icc, data.coefficient(n, lambda: kappa([(one.top, other.top) for one, other in pairs]))
        )


@dataclass(frozen=True)
class _Data:
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


def findings(question: QuestionAnalysis, enough: int) -> list[Finding]:
    """What the author of a question should look at."""
    found = []
    if question.answered >= enough:
        for number, one in enumerate(question.options, start=1):
            if question.format == "choice" and one.share is not None and one.share > POPULAR:
                found.append(
                    Finding(
                        "popular-option",
                        question.id,
                        number,
                        "",
                        one.share,
                        f"option {number} is taken by {one.share:.0%}: more attractive than the others",
                    )
                )
            if one.count == 0 and one.of:
                found.append(Finding("unused-option", question.id, number, "", 0.0, f"nobody takes option {number}"))
    for kind, rests in (("trait", question.trait_rest), ("role", question.role_rest)):
        for name, rest in rests.items():
            if rest.value is not None and rest.value < 0:
                found.append(
                    Finding(
                        "negative-item-rest",
                        question.id,
                        None,
                        name,
                        rest.value,
                        f"its points for the {kind} {name} run against the other questions' (r = {rest.value:.2f}"
                        f"{', unstable' if rest.is_unstable else ''})",
                    )
                )
    return found
