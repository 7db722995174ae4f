"""The figures of a simulation as values; what a bank has not (roles, quick mode) is None or empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rolequiz.lab.people import Model
from rolequiz.lab.posterior import Ceiling


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How often the role shown first is the truly closest (0-1), a k-way tie counted as 1/k; by kind of profile."""

    all: float
    clear: float
    moderate: float
    mixed: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Results whose certainty lies between ``low`` and ``high``: their share, mean certainty, and share right."""

    low: float
    high: float
    share: float
    said: float
    right: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The bins, their expected calibration error, and results that claim .9 and more: share of all, share right."""

    bins: tuple[Bin, ...]
    ece: float
    claims: float
    claims_right: float


@dataclass(frozen=True, slots=True)
class Quick:
    """Quick mode: questions asked on average, and how often the role it names is (jointly) first in the full form.

    ``sure_*``: the same where the full form's certainty reaches .75.
    """

    asked: float
    agreement: float
    accuracy: float
    ece: float
    sure_asked: float
    sure_agreement: float


@dataclass(frozen=True, slots=True)
class Gap:
    """After ``missing`` answers are taken away: agreement with the whole sheet, accuracy, calibration error."""

    missing: int
    agreement: float
    accuracy: float
    ece: float


@dataclass(frozen=True, slots=True)
class Condition:
    """One way in which the world may differ from the model's defaults."""

    name: str
    accuracy: float
    ece: float
    claims_right: float
    quick_asked: float | None
    quick_agreement: float | None
    first: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Simulation:
    """All figures of one run. What a bank has not (roles, quick mode) is None or empty."""

    seed: int
    people: int
    model: Model
    profiles: tuple[float, float, float]
    accuracy: Accuracy | None
    bayes: Ceiling | None
    calibration: Calibration | None
    labels: Mapping[str, float]
    label_right: Mapping[str, float]
    shapes: Mapping[str, float]
    first: tuple[float, ...]
    quick: Quick | None
    recovery: tuple[float, ...]
    flags: Mapping[str, Mapping[str, float]]
    gaps: tuple[Gap, ...]
    stress: tuple[Condition, ...]
