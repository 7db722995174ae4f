"""What a document is about: one assessed sheet with its bank, and which kind of result it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from rolequiz.core.assess import Assessment, Explanation, RoleResult
from rolequiz.core.table import Table
from rolequiz.model import Bank
from rolequiz.report.voice import Voice

Kind: TypeAlias = Literal["single", "pair", "open", "tie", "insufficient", "profile"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything the words are chosen from."""

    bank: Bank
    table: Table
    assessment: Assessment
    explanation: Explanation
    voice: Voice
    day: date | None = None

    @property
    def kind(self) -> Kind:
        """Which wording the result needs; ``tie`` is an exact tie that leaves no pair."""
        result = self.assessment
        if not self.table.roles:
            return "profile"
        if result.status == "insufficient":
            return "insufficient"
        if result.shape == "single":
            return "single"
        if result.shape == "pair":
            return "pair"
        return "tie" if result.tie else "open"

    @property
    def named(self) -> tuple[RoleResult, ...]:
        """The roles a result speaks of: one, the two of a pair, or the first three and whatever ties with the first."""
        roles = self.assessment.roles
        most = {"single": 1, "pair": 2}.get(self.kind, max(3, len(self.assessment.top)))
        return roles[:most]

    @property
    def neutral(self) -> bool:
        """Whether random answering averages 0 for every role, so that 0 means no leaning."""
        return not any(self.table.random_means)

    def weight(self, role: str, trait: str) -> int:
        """A role's weight on a trait."""
        return self.table.weights[self.table.roles.index(role)][self.table.traits.index(trait)]
