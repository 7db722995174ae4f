"""The statistics against pingouin on measured data to 1e-9, and against arithmetic where it offers none."""

from __future__ import annotations

from itertools import combinations
from math import sqrt

import numpy as np
import pandas as pd
import pingouin
import pytest
from scipy.stats import binomtest

from rolequiz.lab.arrays import Floats
from rolequiz.lab.statistics import agreement_icc, alpha, correlation, kappa, omega_total, share

CLOSE = 1e-9


def personality() -> Floats:
    """Five scores of 500 people (pingouin's data set ``pairwise_corr``)."""
    return np.asarray(pingouin.read_dataset("pairwise_corr").iloc[:, 1:], dtype=np.float64)


@pytest.mark.parametrize("columns", [[1, 2, 3], [0, 1, 2, 3, 4]])
def test_alpha_is_pingouins(columns: list[int]) -> None:
    values = personality()[:, columns]
    found = alpha(values)
    assert found is not None
    expected, interval = pingouin.cronbach_alpha(pd.DataFrame(values))
    assert found.value == pytest.approx(float(expected), abs=CLOSE)
    assert [round(found.low, 3), round(found.high, 3)] == list(interval), "pingouin rounds its interval"


def test_alphas_interval_is_pingouins_over_binary_items() -> None:
    complete = pingouin.read_dataset("cronbach_wide_missing").dropna()
    found = alpha(np.asarray(complete, dtype=np.float64))
    assert found is not None
    expected, interval = pingouin.cronbach_alpha(complete)
    assert found.value == pytest.approx(float(expected), abs=CLOSE)
    assert [round(found.low, 3), round(found.high, 3)] == list(interval)


def test_correlations_are_pingouins() -> None:
    values = personality()
    for one, other in combinations(range(5), 2):
        expected = pingouin.corr(values[:, one], values[:, other])["r"].iloc[0]
        assert correlation(values[:, one], values[:, other]) == pytest.approx(float(expected), abs=CLOSE)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore:The inplace keyword")
def test_icc_is_pingouins() -> None:
    ratings = pingouin.read_dataset("icc")
    judges = [np.asarray(ratings[ratings["Judge"] == judge]["Scores"], dtype=np.float64) for judge in "AB"]
    two = ratings[ratings["Judge"].isin(["A", "B"])]
    table = pingouin.intraclass_corr(data=two, targets="Wine", raters="Judge", ratings="Scores")
    expected = float(table.loc[table["Type"].str.replace(",", "").isin(["ICC2", "ICC(A1)"]), "ICC"].iloc[0])
    assert agreement_icc(judges[0], judges[1]) == pytest.approx(expected, abs=CLOSE)


@pytest.mark.parametrize(("count", "of"), [(0, 10), (1, 10), (5, 10), (10, 10), (37, 240), (999, 1000)])
def test_shares_have_scipys_wilson_interval(count: int, of: int) -> None:
    found = share(count, of)
    expected = binomtest(count, of).proportion_ci(0.95, method="wilson")
    assert found.share == count / of
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=CLOSE)


def test_a_share_of_nothing_is_none() -> None:
    found = share(0, 0)
    assert (found.share, found.low, found.high) == (None, None, None)


def test_kappa_by_hand() -> None:
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: p_o = .7, p_e = .5 * .6 + .5 * .4 = .5, kappa = .2 / .5 = .4."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa([("y", "y")] * 9) is None, "nothing varies"
    assert kappa([]) is None


def test_omega_recovers_the_factor_that_made_the_items() -> None:
    """Items = loading * f + error, all uncorrelated exactly: omega = (sum of loadings)^2 / (that + error variances)."""
    loadings, errors = np.array([0.9, 0.7, 0.5, 1.2]), np.array([0.5, 0.8, 1.0, 0.3])
    raw = np.random.default_rng(1).normal(size=(400, 5))
    centred = raw - raw.mean(axis=0)
    whitened = centred @ np.linalg.inv(np.linalg.cholesky(np.cov(centred, rowvar=False)).T)
    items = whitened[:, :1] * loadings + whitened[:, 1:] * np.sqrt(errors)
    common = loadings.sum() ** 2
    assert omega_total(items) == pytest.approx(common / (common + errors.sum()), abs=1e-8)
    assert common / (common + errors.sum()) == pytest.approx(3.3**2 / (3.3**2 + 2.6))


def test_omega_and_alpha_agree_where_all_loadings_are_equal() -> None:
    raw = np.random.default_rng(2).normal(size=(300, 5))
    centred = raw - raw.mean(axis=0)
    whitened = centred @ np.linalg.inv(np.linalg.cholesky(np.cov(centred, rowvar=False)).T)
    items = whitened[:, :1] + whitened[:, 1:] * sqrt(2)
    found = alpha(items)
    assert found is not None
    assert omega_total(items) == pytest.approx(found.value, abs=1e-8)


def test_what_cannot_be_computed_is_none() -> None:
    flat, two = np.ones((10, 3)), np.arange(20.0).reshape(10, 2)
    assert alpha(flat) is None
    assert alpha(two[:, :1]) is None
    assert omega_total(flat) is None
    assert omega_total(two) is None, "one factor is not determined by two items"
    assert correlation(flat[:, 0], two[:, 0]) is None
    assert agreement_icc(two[:2, 0], two[:2, 1]) is None
    assert agreement_icc(flat[:, 0], flat[:, 1]) is None
    opposed = np.array([[1.0, -1, 0], [-1, 1, 0], [2, -2, 1], [-2, 2, 1], [0, 0, -1]])
    assert omega_total(opposed) is None or 0 <= (omega_total(opposed) or 0) <= 1
