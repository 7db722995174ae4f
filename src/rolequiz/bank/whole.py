"""A valid bank as its promises see it: with its sources, its table and what was counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from rolequiz.bank.rules import Draft
from rolequiz.bank.source import Where
from rolequiz.core.fairness import Survey
from rolequiz.core.table import Table
from rolequiz.model import Problem


@dataclass(frozen=True, slots=True)
class Whole:
    """A valid bank with its sources, its table and what was counted."""

    draft: Draft
    table: Table
    survey: Survey

    def fair(self, code: str, message: str, hint: str) -> Problem:
        """A finding about the form as a whole."""
        return self.at(code, ("questions",), message, hint)

    def at(self, code: str, where: Where, message: str, hint: str) -> Problem:
        """A finding at a place of ``questions.yaml``."""
        return self.draft.form_source.problem(code, where, message, hint, at_key=len(where) == 1)

    def each(self, values: Sequence[object]) -> str:
        """A value for every role, in words."""
        return ", ".join(f"{role} {value}" for role, value in zip(self.table.roles, values, strict=True))


Promise: TypeAlias = Callable[[Whole], Iterator[Problem]]


def decimal(value: Fraction) -> str:
    """A fraction for people; the exact one where it is short."""
    return str(value) if value.denominator <= 100 else f"{float(value):.6f}"
