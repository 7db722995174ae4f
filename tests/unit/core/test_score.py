"""Sums, cuts and places of plain numbers."""

from __future__ import annotations

import pytest

from rolequiz.core.quick import stopping_points, stops_at
from rolequiz.core.score import cut_after, lead, leaders, places, ranking, sheet_of
from tests.unit.core.tiny import SHEET, TABLE


def test_answers_by_id_are_a_sheet_in_form_order() -> None:
    assert sheet_of(TABLE, {"q5": 4, "q1": 1, "q4": 1, "q2": 2}) == SHEET
    assert sheet_of(TABLE, {"q1": 3, "q3": 2}) == (3, None, 2, None, None)
    assert sheet_of(TABLE, {}) == (None,) * 5


def test_a_number_that_is_no_option_is_named() -> None:
    with pytest.raises(ValueError, match=r"^q3 has no option 3$"):
        sheet_of(TABLE, {"q3": 3})
    with pytest.raises(ValueError, match=r"^q3 has no option 0$"):
        sheet_of(TABLE, {"q3": 0})


def test_a_sheet_is_cut_to_gaps() -> None:
    assert cut_after((1, 2, 3), 2) == (1, 2, None)
    assert cut_after((1, 2, 3), 0) == (None, None, None)
    assert cut_after((1, 2, 3), 3) == (1, 2, 3)


@pytest.mark.parametrize(
    ("scores", "placed", "order", "first"),
    [
        ((4, 9, 4, 9, -1), (3, 1, 3, 1, 5), (1, 3, 0, 2, 4), (1, 3)),
        ((2, 1), (1, 2), (0, 1), (0,)),
        ((-5, -5, -7), (1, 1, 3), (0, 1, 2), (0, 1)),
        ((), (), (), ()),
    ],
)
def test_equal_scores_share_a_place_and_the_next_is_counted_on(
    scores: tuple[int, ...], placed: tuple[int, ...], order: tuple[int, ...], first: tuple[int, ...]
) -> None:
    assert (places(scores), ranking(scores), leaders(scores)) == (placed, order, first)


def test_the_lead_is_between_the_two_highest() -> None:
    assert (lead((1, 7, 4)), lead((7, 7, 1)), lead((-3, -9))) == (3, 0, 6)


def test_a_checkpoint_needs_four_fifths_of_the_answers_and_the_lead() -> None:
    # After four: a 1 + 2 = 3, b 2 + 1 + 6 - 4 = 5. After two: b leads by 2.
    sheet = (1, 2, 1, 1, 1)
    assert stops_at(TABLE, sheet, 4, 2)
    assert not stops_at(TABLE, sheet, 4, 3)
    assert stopping_points(TABLE, sheet) == (4,)
    # Four of five are enough (a 3, b -1 without q3), three are not (without q1: a 3, b -3).
    assert stops_at(TABLE, SHEET, 5, 4)
    assert not stops_at(TABLE, (None, *SHEET[1:]), 5, 4)
    # Three of four are too few.
    assert not stops_at(TABLE, SHEET, 4, 1)
