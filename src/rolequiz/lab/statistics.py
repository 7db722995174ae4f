"""Statistics of answers, each from its formula and checked against another program in the tests.

Arrays are (people, …) of float64 without gaps. What cannot be computed, because
nothing varies or too little is there, is None and never a number.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import f as f_distribution

from rolequiz.lab.arrays import Floats

CONFIDENCE = 0.95
Z = 1.959963984540054
"""The standard normal's quantile for a two-sided interval of ``CONFIDENCE``."""


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``of``, 0-1, with its Wilson interval (Wilson 1927, doi 10.1080/01621459.1927.10502953)."""

    count: int
    of: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Interval:
    """A value between its bounds."""

    value: float
    low: float
    high: float


def share(count: int, of: int) -> Share:
    """A share with its 95 % Wilson interval; of nothing there is none."""
    if not of:
        return Share(count, of, None, None, None)
    part = count / of
    middle = part + Z**2 / (2 * of)
    half = Z * sqrt(part * (1 - part) / of + Z**2 / (4 * of**2))
    whole = 1 + Z**2 / of
    low = 0.0 if not count else (middle - half) / whole
    high = 1.0 if count == of else (middle + half) / whole
    return Share(count, of, part, low, high)


def correlation(first: Floats, second: Floats) -> float | None:
    """Pearson's r of two columns."""
    if len(first) < 3:
        return None
    one, other = first - first.mean(), second - second.mean()
    scale = sqrt(float(one @ one) * float(other @ other))
    return None if scale == 0 else float(one @ other) / scale


def alpha(items: Floats) -> Interval | None:
    """Cronbach's alpha of keyed items (people, items) with Feldt's 95 % interval.

    Cronbach 1951, doi 10.1007/BF02310555; Feldt 1965, doi 10.1007/BF02289499.
    """
    people, count = items.shape
    if count < 2 or people < 3:
        return None
    total = float(items.sum(axis=1).var(ddof=1))
    if total == 0:
        return None
    value = count / (count - 1) * (1 - float(items.var(axis=0, ddof=1).sum()) / total)
    free = (people - 1, (people - 1) * (count - 1))
    tail = (1 - CONFIDENCE) / 2
    low = 1 - (1 - value) * float(f_distribution.isf(tail, *free))
    high = 1 - (1 - value) * float(f_distribution.isf(1 - tail, *free))
    return Interval(value, low, high)


def omega_total(items: Floats) -> float | None:
    """McDonald's omega of the sum score, from one factor fitted to the covariances by least squares.

    McDonald 1999, Test Theory, ISBN 978-0-8058-3075-2. None below three items, where one factor is not
    determined, and where the fit leaves an item a negative error variance.
    """
    people, count = items.shape
    if count < 3 or people < 3:
        return None
    covariance = np.cov(items, rowvar=False)
    if not (np.diag(covariance) > 0).all():
        return None
    upper = np.triu_indices(count, 1)
    start = np.sqrt(np.diag(covariance)) / 2

    def residuals(loadings: Floats) -> Floats:
        return np.asarray(np.outer(loadings, loadings)[upper] - covariance[upper], dtype=np.float64)

    found = least_squares(residuals, start, xtol=1e-14, ftol=1e-14, gtol=1e-14).x
    errors = np.diag(covariance) - found**2
    if (errors < 0).any():
        return None
    common = float(found.sum()) ** 2
    return common / (common + float(errors.sum()))


def agreement_icc(first: Floats, second: Floats) -> float | None:
    """ICC(A,1), absolute agreement of two sittings (McGraw & Wong 1996, doi 10.1037/1082-989X.1.1.30)."""
    people = len(first)
    if people < 3:
        return None
    values = np.column_stack([first, second])
    grand = values.mean()
    rows = 2 * float(((values.mean(axis=1) - grand) ** 2).sum()) / (people - 1)
    columns = people * float(((values.mean(axis=0) - grand) ** 2).sum())
    rest = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0, keepdims=True) + grand
    error = float((rest**2).sum()) / (people - 1)
    whole = rows + error + 2 / people * (columns - error)
    return None if whole <= 0 else (rows - error) / whole


def kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Cohen's kappa of two namings of each person (Cohen 1960, doi 10.1177/001316446002000104)."""
    if not pairs:
        return None
    observed = sum(one == other for one, other in pairs) / len(pairs)
    named = {name for pair in pairs for name in pair}
    expected = (
        sum(sum(one == name for one, _ in pairs) * sum(other == name for _, other in pairs) for name in named)
        / len(pairs) ** 2
    )
    return None if expected == 1 else (observed - expected) / (1 - expected)
