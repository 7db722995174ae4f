"""Everything that can be said about a bank before anyone answers it: errors, warnings, and what was counted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rolequiz.bank.load import drafted, in_order
from rolequiz.bank.promises import findings, unknown_promises
from rolequiz.bank.whole import Whole
from rolequiz.core.fairness import Survey, survey
from rolequiz.core.table import Table, digest
from rolequiz.model import Bank, Problem


@dataclass(frozen=True, slots=True)
class Inspection:
    """The bank with its table and survey, or None for all three where it is not valid; every problem."""

    bank: Bank | None
    table: Table | None
    survey: Survey | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that make a bank unusable or break its promises."""
        return tuple(one for one in self.problems if one.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Problems that a bank may have."""
        return tuple(one for one in self.problems if one.severity == "warning")


def inspect(folder: Path) -> Inspection:
    """Check a bank's shape, its meaning and what a good bank keeps.

    Raises:
        RolequizError: the folder or a file cannot be opened.
    """
    drawn, problems = drafted(folder)
    if drawn is None:
        return Inspection(None, None, None, problems)
    draft, table = drawn
    counted = survey(table)
    found = in_order([*unknown_promises(draft), *findings(Whole(draft, table, counted))])
    return Inspection(Bank(draft.form, draft.catalogue, digest(table)), table, counted, found)
