"""What collected answers say about a bank: shares, item and scale statistics, retest, findings.

Coefficients need ``ENOUGH`` people and are called unstable below ``STABLE``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rolequiz.lab.statistics import Share
from rolequiz.model import Format

ENOUGH = 50
STABLE = 200


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A statistic over ``n`` people; None where it is withheld or undefined, and ``why``."""

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    why: str = ""

    @property
    def is_unstable(self) -> bool:
        """Whether so few people make the next sample's figure a different one."""
        return self.value is not None and self.n < STABLE


@dataclass(frozen=True, slots=True)
class Seconds:
    """Answering times in seconds: how many, and their quartiles."""

    n: int
    lower: float
    median: float
    upper: float


@dataclass(frozen=True, slots=True)
class QuestionAnalysis:
    """One question: ``missing`` was asked and not answered; item-rest by what its options give points to."""

    id: str
    format: Format
    answered: int
    missing: int
    options: tuple[Share, ...]
    trait_rest: Mapping[str, Coefficient]
    role_rest: Mapping[str, Coefficient]
    seconds: Seconds | None


@dataclass(frozen=True, slots=True)
class Scale:
    """The keyed agreement items of a trait or role as one scale; ``refused`` says why there is no alpha."""

    items: tuple[str, ...]
    alpha: Coefficient
    omega: Coefficient
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Retest:
    """First and second sitting of the same ids: ICC of S by role, kappa of who comes first."""

    n: int
    icc: Mapping[str, Coefficient]
    kappa: Coefficient


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about an item that its author should look at."""

    code: str
    question: str
    option: int | None
    scale: str
    value: float
    message: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything; ``shares_only`` where too few people answered for coefficients."""

    sittings: int
    people: int
    ranked: int
    timed: int
    shares_only: bool
    statuses: Mapping[str, Share]
    top: Mapping[str, Share]
    top_shared: Share | None
    labels: Mapping[str, Share]
    shapes: Mapping[str, Share]
    flags: Mapping[str, Share]
    questions: tuple[QuestionAnalysis, ...]
    scales: Mapping[str, Scale]
    role_scales: Mapping[str, Scale]
    retest: Retest | None
    findings: tuple[Finding, ...]
