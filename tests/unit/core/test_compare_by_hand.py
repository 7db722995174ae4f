"""Two sittings at the tiny bank, compared on paper (`tests.unit.core.tiny`)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rolequiz.core.assess import assess
from rolequiz.core.compare import (
    Change,
    Comparison,
    Lead,
    Move,
    compare,
    retest_band,
    roles_concerned,
    weight,
)
from rolequiz.core.table import compile_table
from rolequiz.model import Catalogue
from tests.unit.core.tiny import CATALOGUE, FORM, SHEET, TABLE

BEFORE = assess(TABLE, (1, 2, None, 4, 4))
"""a 1 - 2 = -1, b 2 + 1 + 4 = 7; s 1 - 2 = -1, t 1 + 2 = 3, u -1."""
AFTER = assess(TABLE, (1, 1, 2, 1, None))
"""a -2 - 1 + 2 = -1, b 2 - 2 - 4 - 4 = -8; s -2 - 1 + 2 = -1, t 1 - 2 = -1, u 2 + 4 = 6."""


def test_every_figure_of_a_comparison_is_that_worked_out_on_paper() -> None:
    # The part answered both times is q1, q2 and q4. Variances of their options: a 0 + 2 + 5/2; b 8/3 + 2 + 10;
    # a - b 8/3 + 0 + 45/2; s 0 + 2 + 5/2; t 2/3 + 0 + 5/2; u 0 + 2 + 0. Times 1.96^2 * 2 * 0.7 = 5.37824, the roots of
    # 24.2, 78.9, 135.4, 24.2, 17.03 and 10.8, downwards.
    assert compare(TABLE, BEFORE, AFTER) == Comparison(
        before=BEFORE,
        after=AFTER,
        roles=(Change(-1, -1, 1, 4), Change(7, -8, -11, 8)),
        traits=(Change(-1, -1, 1, 4), Change(3, -1, -4, 4), Change(-1, 6, 3, 3)),
        lead=Lead("a", "b", Change(-8, 7, 12, 11)),
        moves=(
            Move("q4", 4, 1, (4, -8), (4, -4, 0), 12),
            Move("q3", None, 2, (-1, -4), (-1, 0, 4), 3),
            Move("q2", 2, 1, (-3, -3), (-3, 0, 3), 0),
            Move("q5", 4, None, (0, 0), (0, 0, 0), 0),
        ),
        repeated=3,
    )


def test_what_changed_and_what_of_it_comes_from_one_sitting_only() -> None:
    change = Change(7, -8, -11, 8)
    assert (change.difference, change.once, change.is_within) == (-15, -4, False)


def test_without_a_lead_what_moved_any_role_most_comes_first() -> None:
    few = assess(TABLE, (1, None, None, 1, None))
    found = compare(TABLE, few, AFTER)
    assert found.lead is None
    assert found.moves == (
        Move("q3", None, 2, (-1, -4), (-1, 0, 4), 0),
        Move("q2", None, 1, (-2, -2), (-2, 0, 2), 0),
    )
    assert found.repeated == 2


def test_what_moved_the_lead_most_comes_before_what_moved_both_roles_more() -> None:
    # q1 takes 2 from b, q2 3 from each: the lead of a over b moves by 2 and by nothing.
    found = compare(TABLE, assess(TABLE, (1, 2, 1, 1, 1)), assess(TABLE, (2, 1, 1, 1, 1)))
    assert [(move.question, move.roles, move.lead) for move in found.moves] == [("q1", (0, -2), 2), ("q2", (-3, -3), 0)]


def test_a_bank_without_roles_has_moves_of_traits_alone() -> None:
    profile = compile_table(FORM, Catalogue(CATALOGUE.traits))
    found = compare(profile, assess(profile, (1, 2, 1, 1, 1)), assess(profile, (2, 1, 1, 1, 1)))
    assert found.moves == (Move("q2", 2, 1, (), (-3, 0, 3), 0), Move("q1", 1, 2, (), (0, -1, 0), 0))


def test_the_rival_was_first_or_is_second_now() -> None:
    same = assess(TABLE, SHEET)
    assert roles_concerned(BEFORE, AFTER) == ("a", "b")
    assert roles_concerned(same, AFTER) == ("a", "b")
    assert roles_concerned(AFTER, BEFORE) == ("b", "a")
    few = assess(TABLE, (None,) * 5)
    assert roles_concerned(few, AFTER) is roles_concerned(AFTER, few) is None


@pytest.mark.parametrize(
    ("move", "led", "unled"),
    [
        (Move("q", 1, 2, (2, -7), (9, 0), -3), 3, 7),
        (Move("q", 1, 2, (), (4, -9), 0), 0, 9),
        (Move("q", 1, 2, (), (), 0), 0, 0),
    ],
)
def test_a_move_weighs_by_the_lead_else_by_roles_else_by_traits(move: Move, led: int, unled: int) -> None:
    assert (weight(move, has_lead=True), weight(move, has_lead=False)) == (led, unled)


def test_the_band_is_the_whole_part_of_a_root() -> None:
    # 1.96^2 * 2 * 0.7 = 5.37824 for each point of variance:
    # 5.37824 * 4.6 = 24.7, * 3 = 16.13, * 2.9 = 15.6, * 0.18 = 0.97.
    assert [retest_band(Fraction(spread, 100)) for spread in (460, 300, 290, 18, 0)] == [4, 4, 3, 0, 0]
