"""From sittings, one after the other, to their analysis.

People are counted once: of an id that comes several times the first sitting
counts, and the first two are compared.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import get_args

import numpy as np

from rolequiz.core.assess import Assessment, Status
from rolequiz.core.certainty import Label, Shape
from rolequiz.core.quality import FLAG_IDS
from rolequiz.core.table import Table
from rolequiz.lab.analysis import ENOUGH, Analysis, Retest
from rolequiz.lab.data import Data
from rolequiz.lab.findings import findings
from rolequiz.lab.statistics import agreement_icc, kappa, share


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
        data = Data(
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

    def _retest(self, data: Data) -> Retest:
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
