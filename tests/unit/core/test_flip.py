"""The edges of the smallest flip; that it is the smallest stands in ``tests/property``."""

from __future__ import annotations

from dataclasses import replace

from rolequiz.core.flip import Change, Flip, overtaking, smallest_flip
from rolequiz.core.score import score
from rolequiz.core.table import Table
from tests.unit.core.tiny import TABLE


def table_of(*roles: tuple[tuple[int, ...], ...]) -> Table:
    """Questions with these points by option, then by role; of the traits nothing is said."""
    items = tuple(
        replace(TABLE.items[2], id=f"q{number}", roles=options, traits=((),) * len(options), touches=())
        for number, options in enumerate(roles, start=1)
    )
    names = tuple("abc"[: len(roles[0][0])])
    return replace(TABLE, items=items, roles=names)


def test_two_gains_of_a_point_overtake_a_lead_of_one_and_not_of_two() -> None:
    table = table_of(((1, 0), (1, 1)), ((0, 0), (0, 1)))
    assert overtaking(table, (1, 1), 0, 1, 1) == [(0, 2), (1, 2)]
    assert overtaking(table, (1, 1), 0, 1, 2) == []
    assert overtaking(table, (1, 1), 0, 1, 0) == [(0, 2)]


def test_of_options_that_gain_the_same_the_lowest_is_named() -> None:
    table = table_of(((2, 0), (0, 0), (0, 1), (0, 1)))
    assert smallest_flip(table, (1,), score(table, (1,))) == Flip("b", 2, ("b",), (Change("q1", 1, 3),))


def test_of_rivals_as_far_away_the_higher_then_the_earlier_is_named() -> None:
    # a 4, b 1, c 1; the second answer moves 4 points for b or for c: both are one change away, b is earlier.
    level = table_of(((4, 1, 1),), ((0, 0, 0), (0, 4, 0), (0, 0, 4)))
    assert smallest_flip(level, (1, 1), score(level, (1, 1))) == Flip("b", 3, ("b",), (Change("q2", 1, 2),))
    # With c a point higher, c is named.
    higher = table_of(((4, 1, 2),), ((0, 0, 0), (0, 4, 0), (0, 0, 4)))
    assert smallest_flip(higher, (1, 1), score(higher, (1, 1))) == Flip("c", 2, ("c",), (Change("q2", 1, 3),))


def test_another_than_the_rival_may_be_first_then() -> None:
    # a 2, b 1, c 0: one answer more for b by two gives c five.
    table = table_of(((2, 1, 0),), ((0, 0, 0), (0, 2, 5)))
    assert smallest_flip(table, (1, 1), score(table, (1, 1))) == Flip("b", 1, ("c",), (Change("q2", 1, 2),))


def test_gaps_cannot_be_changed_and_a_tie_has_no_flip() -> None:
    table = table_of(((2, 0), (0, 3)), ((0, 0), (0, 9)))
    assert smallest_flip(table, (1, None), score(table, (1, None))) == Flip("b", 2, ("b",), (Change("q1", 1, 2),))
    firm = table_of(((9, 0), (9, 3)), ((0, 0), (0, 99)))
    assert smallest_flip(firm, (1, None), score(firm, (1, None))) is None
    assert smallest_flip(table, (None, 1), score(table, (None, 1))) is None
