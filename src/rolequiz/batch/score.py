"""Records through the scorer: every one comes out as a result or as a reject, in input order, in constant memory."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from rolequiz.batch.notes import Notes
from rolequiz.batch.records import Accepted, Item
from rolequiz.batch.rejects import Reject
from rolequiz.core.assess import Assessment, assess
from rolequiz.core.quick import stopping_points
from rolequiz.core.score import Sheet, sheet_of
from rolequiz.core.table import Table
from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord

COUNT = re.compile(r"[0-9]{1,18}")
PERCENT = re.compile(r"([0-9]{1,3}(\.[0-9]{1,9})?)%")


@dataclass(frozen=True, slots=True)
class Totals:
    """What became of the records: ``read = scored + rejected``; ``codes`` counts each reject by its first fault."""

    scored: int
    rejected: int
    codes: Mapping[str, int]

    @property
    def read(self) -> int:
        """Records in."""
        return self.scored + self.rejected

    def __str__(self) -> str:
        return f"scored {self.scored}, rejected {self.rejected}, of {self.read}"


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many rejects are no finding: a number, or a share of the records read."""

    count: int = 0
    share: Fraction | None = None

    def covers(self, totals: Totals) -> bool:
        """Whether the rejects stay within it."""
        most = self.count if self.share is None else self.share * totals.read
        return totals.rejected <= most


def allowance(text: str) -> Allowance:
    """``25`` or ``0.5%`` as an allowance.

    Raises:
        RolequizError: it is neither.
    """
    if COUNT.fullmatch(text):
        return Allowance(int(text))
    found = PERCENT.fullmatch(text)
    share = Fraction(found[1]) / 100 if found else Fraction(2)
    if share > 1:
        raise RolequizError(
            f"--max-rejects {text!r} is no allowance", "give a number (25) or a share up to 100% (0.5%)"
        )
    return Allowance(share=share)


def score_items(
    items: Iterable[Item],
    table: Table,
    put: Callable[[Accepted, Assessment], object],
    refuse: Callable[[Reject], object],
    notes: Notes,
) -> Totals:
    """Score every valid record, pass on every other one, and count both."""
    scored = 0
    codes: Counter[str] = Counter()
    for item in items:
        match item:
            case Accepted():
                put(item, assess_record(table, item.record, notes))
                scored += 1
            case Reject():
                refuse(item)
                codes[item.faults[0].code] += 1
    return Totals(scored, codes.total(), dict(sorted(codes.items())))


def assess_record(table: Table, record: AnswerRecord, notes: Notes) -> Assessment:
    """The assessment of a valid record; a quick claim that does not hold is noted, and scored as full with gaps."""
    sheet = sheet_of(table, record.answers)
    if record.mode == "full":
        return assess(table, sheet, seconds=record.seconds)
    asked = quick_asked(table, sheet, record)
    if asked is None:
        notes.quick_not_honoured(record.id)
        return assess(table, sheet, seconds=record.seconds)
    return assess(table, sheet, mode="quick", asked=asked, seconds=record.seconds)


def quick_asked(table: Table, sheet: Sheet, record: AnswerRecord) -> int | None:
    """How many questions a quick sitting asked, if its claim holds.

    It holds where the questions asked are the first N of the form, the rule stops
    this sheet at N (or N is all of them), and nothing else is answered: otherwise
    anybody could leave out the questions that spoil a result.
    """
    asked = len(record.asked_ids)
    if record.asked_ids != tuple(item.id for item in table.items[:asked]):
        return None
    if any(number is not None for number in sheet[asked:]):
        return None
    return asked if asked == len(table.items) or asked in stopping_points(table, sheet) else None
