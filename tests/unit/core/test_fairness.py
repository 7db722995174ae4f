"""Exact counts under random answering: against listing every sheet, and against the published figures."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product
from math import prod

import pytest
from hypothesis import assume, given

from rolequiz.core import fairness
from rolequiz.core.certainty import certainties
from rolequiz.core.fairness import (
    TooLargeError,
    bounds,
    claims,
    constant_patterns,
    count,
    duels,
    first_places,
    moments,
    quick_stops,
)
from rolequiz.core.quick import stopping_points
from rolequiz.core.score import leaders, score
from rolequiz.core.table import Table
from tests.small_banks import shipped_table, tables

TABLE = shipped_table()


def listed(table: Table) -> list[tuple[int, ...]]:
    """The role scores of every sheet without gaps."""
    return [score(table, sheet).roles for sheet in product(*(range(1, item.options + 1) for item in table.items))]


@given(tables(most_questions=4))
def test_small_banks_agree_with_listing_every_sheet(table: Table) -> None:
    every = listed(table)
    for role, found in enumerate(moments(table)):
        values = [scores[role] for scores in every]
        mean = Fraction(sum(values), len(values))
        assert found.mean == mean
        assert found.variance == Fraction(sum(value * value for value in values), len(values)) - mean * mean
    shares = [Fraction()] * len(table.roles)
    for scores in every:
        for role in leaders(scores):
            shares[role] += Fraction(1, len(leaders(scores)) * len(every))
    fought = duels(table)
    for duel in fought:
        assert duel.a_ahead == Fraction(sum(one[duel.a] > one[duel.b] for one in every), len(every))
        assert duel.level == Fraction(sum(one[duel.a] == one[duel.b] for one in every), len(every))
    for share, bound in zip(shares, bounds(len(table.roles), fought), strict=True):
        assert bound.low <= share <= bound.high
    assume(len(table.roles) <= 3)
    found_places = first_places(table)
    assert list(found_places.shares) == shares
    assert found_places.sheets == len(every)
    ties = Counter(len(leaders(scores)) for scores in every)
    assert found_places.ties == {ways: n for ways, n in sorted(ties.items()) if ways > 1}
    assert sum(found_places.sole) == ties[1]


@given(tables(most_questions=4))
def test_quick_stops_and_claims_agree_with_listing_every_sheet(table: Table) -> None:
    assume(len(table.roles) <= 3)
    sheets = list(product(*(range(1, item.options + 1) for item in table.items)))
    stops = Counter(points[0] for sheet in sheets if (points := stopping_points(table, sheet)))
    for stop in quick_stops(table):
        assert sum(stop.shares) == Fraction(stops[stop.asked], len(sheets))
    highest = [max(certainties(score(table, sheet).roles, table.doubling)) for sheet in sheets]
    for floor, share in zip((0.4, 0.6), claims(table, (0.4, 0.6)), strict=True):
        assert share == Fraction(sum(one >= floor for one in highest), len(sheets))


def test_the_shipped_bank_is_exactly_fair_at_every_block_end() -> None:
    for asked in (5, 10, 15, 20, 25, 30):
        found = first_places(TABLE, asked)
        assert found.shares == (Fraction(1, 3),) * 3
        assert len(set(found.sole)) == 1


def test_the_shipped_bank_has_the_published_figures() -> None:
    found = first_places(TABLE)
    # 5^12 * 3^12 * 4^6 sheets; sole first place .31587185 each; ties 5.2384 %, of them 5.09 two-way and .15 three-way.
    assert found.sheets == 5**12 * 3**12 * 4**6 == 531_441_000_000_000_000
    assert found.sole[0] / found.sheets == pytest.approx(0.31587185, abs=5e-9)
    assert 100 * sum(found.ties.values()) / found.sheets == pytest.approx(5.2384, abs=5e-5)
    assert 100 * found.ties[3] / found.sheets == pytest.approx(0.15, abs=5e-3)
    assert {(one.mean, one.variance) for one in moments(TABLE)} == {(Fraction(0), Fraction(42))}
    # Random sheets reach .75 in 12.40 % and .90 in 1.06 %.
    assert [100 * float(share) for share in claims(TABLE, (0.75, 0.90))] == pytest.approx([12.40, 1.06], abs=5e-3)


def test_random_quick_sittings_stop_early_equally_for_every_role() -> None:
    stops = quick_stops(TABLE)
    assert [stop.asked for stop in stops] == [10, 15, 20, 25]
    assert all(len(set(stop.shares)) == 1 for stop in stops)
    # Random sheets stop early in 63 %.
    assert 100 * float(sum(sum(stop.shares) for stop in stops)) == pytest.approx(63, abs=0.5)


def test_the_sixty_constant_patterns_score_nothing() -> None:
    patterns = list(constant_patterns(TABLE))
    assert len(patterns) == 5 * 3 * 4
    assert {scores for _, scores in patterns} == {(0, 0, 0)}
    assert patterns[0][0] == {"agree of 5": 1, "choice of 3": 1, "pair of 4": 1}


def test_counting_knows_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert count([]) == {}
    assert count([[(1,), (1,)], [(0,), (-2,)]]) == {(-1,): 2, (1,): 2}
    assert count([[(0, 1)]], {}) == {}
    monkeypatch.setattr(fairness, "MOST_WORK", 10)
    with pytest.raises(TooLargeError):
        first_places(TABLE)


def test_sixty_questions_are_counted_in_good_time() -> None:
    doubled = [[tuple(v) for v in row] for row in fairness.leads(TABLE.items, (0, 1, 2))] * 2
    counts = count(doubled)
    assert sum(counts.values()) == prod(item.options for item in TABLE.items) ** 2
