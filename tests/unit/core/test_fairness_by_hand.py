"""Counts under random answering that can be done on paper, for the tiny bank (`tests.unit.core.tiny`) and bare vectors.

The lead of a over b in the tiny bank, by option: q1 -2 0 2; q2 0 0 0; q3 -6 3; q4 6 3 -3 -6; q5 0 0 0 0.
q3 and q4 together: 0 -3 -9 -12 and 9 6 0 -3; with q1 each of these less 2, itself, and 2 more: 24 leads.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolequiz.core import fairness
from rolequiz.core.fairness import (
    Bounds,
    Counts,
    Duel,
    FirstPlaces,
    Moments,
    Stop,
    Survey,
    TooLargeError,
    Vector,
    bounds,
    claims,
    constant_patterns,
    count,
    duels,
    first_places,
    leads,
    moments,
    places_of,
    quick_stops,
    survey,
)
from rolequiz.core.score import score
from rolequiz.core.table import Table
from tests.unit.core.tiny import TABLE

SOLO = replace(TABLE, roles=("a",))
PROFILE = replace(TABLE, roles=(), items=tuple(replace(item, roles=((),) * item.options) for item in TABLE.items))
FOUR = replace(
    TABLE,
    roles=("a", "b", "c", "d"),
    items=tuple(replace(item, roles=tuple((*row, -row[0], 1) for row in item.roles)) for item in TABLE.items),
)
"""c has the opposite of a's points, d one for every answer."""
THREE = replace(
    FOUR,
    roles=("a", "b", "c"),
    items=tuple(replace(item, roles=tuple(row[:3] for row in item.roles)) for item in FOUR.items),
)


def test_means_and_variances_add_up_over_the_questions_asked() -> None:
    # a: q2 (4 + 1 + 1)/3 = 2, q3 1/4 around -1/2, q4 10/4. b: q1 8/3, q2 2, q3 25 around 1, q4 40/4.
    half = Fraction(1, 2)
    assert moments(TABLE) == (Moments(-half, Fraction(19, 4)), Moments(Fraction(1), Fraction(119, 3)))
    assert moments(TABLE, 2) == (Moments(Fraction(0), Fraction(2)), Moments(Fraction(0), Fraction(14, 3)))


def test_leads_are_of_the_first_over_each_other() -> None:
    assert leads(TABLE.items[2:4], (0, 1)) == [[(-6,), (3,)], [(6,), (3,), (-3,), (-6,)]]
    assert leads(TABLE.items[2:3], (1, 0)) == [[(6,), (-3,)]]
    # d has 1 for both options of q3, a 0 and -1, b 6 and -4.
    assert leads(FOUR.items[2:3], (3, 0, 1)) == [[(1, -5), (2, 5)]]


def test_first_places_after_two_questions_and_at_the_end() -> None:
    # After two: leads -2, 0, 2, three sheets each.
    level = Fraction(1, 2)
    assert first_places(TABLE, 2) == FirstPlaces(9, (3, 3), (level, level), {2: 3})
    # Of the 24 leads 8 are above nothing, 2 nothing, 14 below; q2 and q5 make twelve sheets of each.
    ends = FirstPlaces(288, (96, 168), (Fraction(9, 24), Fraction(15, 24)), {2: 24})
    assert first_places(TABLE) == first_places(TABLE, 5) == ends


def test_places_of_three_with_every_kind_of_tie() -> None:
    # Leads of the first over the others: all level once; the third ahead twice; first and second level three times;
    # second and third level four times; the second ahead five times.
    found = places_of({(0, 0): 1, (1, -1): 2, (0, 5): 3, (-2, -2): 4, (-3, 0): 5}, 3)
    thirds = (Fraction(1, 3) + Fraction(3, 2), Fraction(1, 3) + Fraction(3, 2) + 2 + 5, Fraction(1, 3) + 2 + 2)
    assert found == FirstPlaces(15, (0, 5, 2), tuple(one / 15 for one in thirds), {2: 7, 3: 1})
    assert list(found.ties) == [2, 3]


def test_duels_are_exact_shares() -> None:
    third = Fraction(1, 3)
    assert duels(TABLE, 2) == (Duel(0, 1, third, third),)
    (end,) = duels(TABLE)
    assert (end, end.level) == (Duel(0, 1, Fraction(8, 24), Fraction(14, 24)), Fraction(2, 24))
    assert [(one.a, one.b) for one in duels(FOUR, 1)] == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]


def test_bounds_follow_from_the_duels() -> None:
    fought = (
        Duel(0, 1, Fraction(18, 20), Fraction(1, 20)),  # level 1/20
        Duel(0, 2, Fraction(8, 10), Fraction(1, 10)),  # level 1/10
        Duel(1, 2, Fraction(1, 5), Fraction(3, 5)),  # level 1/5
    )
    assert bounds(3, fought) == (
        # Not overtaken: 1 - (1/20 + 1/20) - (1/10 + 1/10); at least level with the third: 9/10.
        Bounds(Fraction(7, 10), Fraction(9, 10)),
        Bounds(Fraction(0), Fraction(1, 10)),  # the first is ahead in 18/20
        Bounds(Fraction(0), Fraction(1, 5)),  # the first is ahead in 8/10
    )


def test_quick_stops_take_away_what_has_stopped() -> None:
    # Lead 3 after two: never. Lead 2 after four: of the 24 leads, 8 are at least 2 and 12 at most -2.
    nothing = Fraction(0)
    assert quick_stops(TABLE) == (Stop(2, (nothing, nothing)), Stop(4, (Fraction(8, 24), Fraction(12, 24))))
    # Lead 2 after two: a third each; what is level goes on, and of its 8 leads 9 and 6 stop for a, four for b.
    early = replace(TABLE, checkpoints=((2, 2), (4, 2)))
    third = Fraction(1, 3)
    assert quick_stops(early) == (Stop(2, (third, third)), Stop(4, (third * 2 / 8, third * 4 / 8)))


def test_claims_are_shares_of_leads_that_are_large_enough() -> None:
    # 4 points double: .8 from a lead of 8 on (9 11 8 -11 -9 -14 -12 -10), .9 from log2(9) * 4 = 12.7 on (-14).
    assert claims(TABLE, (0.5, 0.8, 0.9)) == (Fraction(1), Fraction(8, 24), Fraction(1, 24))
    assert claims(TABLE, ()) == ()


def test_every_constant_pattern_is_there_in_order_with_its_scores() -> None:
    kinds = ("agree of 3", "choice of 2", "choice of 3", "pair of 4")
    wanted = []
    for chosen in product(range(1, 4), range(1, 3), range(1, 4), range(1, 5)):
        agreed, stated, choice, pair = chosen
        wanted.append((dict(zip(kinds, chosen, strict=True)), score(TABLE, (agreed, choice, stated, pair, pair)).roles))
    assert list(constant_patterns(TABLE)) == wanted
    assert list(constant_patterns(replace(TABLE, items=()))) == [({}, (0, 0))]


def test_a_survey_holds_what_can_be_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    patterns = tuple(constant_patterns(TABLE))
    places = {asked: first_places(TABLE, asked) for asked in (2, 4, 5)}
    assert survey(TABLE) == Survey(moments(TABLE), places, (), patterns)
    assert survey(FOUR) == Survey(moments(FOUR), {}, duels(FOUR), tuple(constant_patterns(FOUR)))
    of_three = {asked: first_places(THREE, asked) for asked in (2, 4, 5)}
    assert survey(THREE) == Survey(moments(THREE), of_three, (), tuple(constant_patterns(THREE)))
    profile = survey(PROFILE)
    assert (profile.moments, profile.places, profile.duels, len(profile.patterns or ())) == ((), {}, (), 72)
    monkeypatch.setattr(fairness, "MOST_PATTERNS", 72)
    assert survey(TABLE).patterns == patterns
    monkeypatch.setattr(fairness, "MOST_PATTERNS", 71)
    assert survey(TABLE) == Survey(moments(TABLE), places, (), None)
    monkeypatch.setattr(fairness, "MOST_WORK", 10)
    assert survey(TABLE) == Survey(moments(TABLE), None, None, None)
    assert survey(FOUR) == Survey(moments(FOUR), None, None, None)


@pytest.mark.parametrize("table", [SOLO, FOUR], ids=["one role", "four roles"])
def test_first_places_are_counted_for_two_or_three_roles_only(table: Table) -> None:
    for call in (first_places, quick_stops, lambda one: claims(one, (0.5,))):
        with pytest.raises(TooLargeError):
            call(table)
    assert len(first_places(THREE).shares) == len(quick_stops(THREE)[0].shares) == 3
    assert claims(THREE, (0.0,)) == (Fraction(1),)


def test_ways_multiply_and_sums_are_sorted() -> None:
    found = count([[(0, 0), (1, 2)], [(-1, 0), (0, 1), (0, 1)]])
    assert list(found.items()) == [((-1, 0), 1), ((0, 1), 2), ((0, 2), 1), ((1, 3), 2)]
    reached: Counts = {(5,): 2, (6,): 300}
    assert count([[(0,), (1,)]], reached) == {(5,): 2, (6,): 302, (7,): 300}
    start: Counts = {(3,): 4}
    assert count([], start) == start
    assert count([], start) is not start
    assert count([]) == {}
    assert count([[(1,)]], {}) == {}


VECTORS: st.SearchStrategy[Vector] = st.tuples(st.integers(-4, 4), st.integers(-9, 3), st.integers(0, 2))


@given(
    rows=st.lists(st.lists(VECTORS, min_size=1, max_size=4), min_size=1, max_size=4),
    start=st.none() | st.dictionaries(VECTORS, st.integers(1, 10**6), max_size=4),
)
def test_counting_is_adding_one_row_after_the_other(rows: list[list[Vector]], start: dict[Vector, int] | None) -> None:
    sums = Counter({(0, 0, 0): 1} if start is None else start)
    for row in rows:
        after: Counter[Vector] = Counter()
        for reached, ways in sums.items():
            for vector in row:
                after[tuple(one + step for one, step in zip(reached, vector, strict=True))] += ways
        sums = after
    assert list(count(rows, start).items()) == sorted(sums.items())


@pytest.mark.parametrize(
    ("rows", "start", "work"),
    [
        # Sums 0 to 2 are 3 cells; 2 * 2 ways fit one byte; 2 + 2 shifts: 3 * 1 * 4.
        ([[(0,), (1,)], [(0,), (1,)]], None, 12),
        # 100 * 4 ways need 9 bits, so two bytes.
        ([[(0,), (1,)], [(0,), (1,)]], {(7,): 100}, 24),
        # 64 * 4 = 256 ways need 9 bits as well, and 63 * 4 = 252 8.
        ([[(0,), (1,)], [(0,), (1,)]], {(7,): 64}, 24),
        ([[(0,), (1,)], [(0,), (1,)]], {(7,): 63}, 12),
        # 2 more sums to start from: 5 cells.
        ([[(0,), (1,)], [(0,), (1,)]], {(7,): 1, (9,): 1}, 20),
        # 2 by 4 cells, one byte, 3 shifts.
        ([[(0, 0), (1, 3), (0, 1)]], None, 24),
    ],
)
def test_the_work_is_bytes_of_all_cells_for_every_shift(
    monkeypatch: pytest.MonkeyPatch,
    rows: list[list[tuple[int, ...]]],
    start: dict[tuple[int, ...], int] | None,
    work: int,
) -> None:
    monkeypatch.setattr(fairness, "MOST_WORK", work)
    count(rows, start)
    monkeypatch.setattr(fairness, "MOST_WORK", work - 1)
    with pytest.raises(TooLargeError):
        count(rows, start)
