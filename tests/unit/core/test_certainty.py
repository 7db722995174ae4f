"""Labels, shapes and whole shares at their edges."""

from __future__ import annotations

import pytest

from rolequiz.core.certainty import Label, Shape, certainties, label_of, shape_of, whole_shares


def test_six_points_double_the_odds() -> None:
    high, low = certainties((6, 0), 6.0)
    assert high / low == 2
    assert certainties((12, 0), 6.0)[0] == 0.8


def test_scores_far_apart_do_not_overflow() -> None:
    assert certainties((1_000_000, -1_000_000), 1.0) == (1.0, 0.0)


def test_without_a_doubling_all_are_equal() -> None:
    assert certainties((5, 1, 0), 0.0) == (1 / 3, 1 / 3, 1 / 3)


@pytest.mark.parametrize(
    ("certainty", "tie", "provisional", "expected"),
    [
        pytest.param(0.90, False, False, "clear", id="clear begins at .90"),
        pytest.param(0.8999, False, False, "firm", id="below it is firm"),
        pytest.param(0.75, False, False, "firm", id="firm begins at .75"),
        pytest.param(0.7499, False, False, "leaning", id="below it is leaning"),
        pytest.param(0.60, False, False, "leaning", id="leaning begins at .60"),
        pytest.param(0.5999, False, False, "mixed", id="below it is mixed"),
        pytest.param(0.99, False, True, "leaning", id="provisional is capped"),
        pytest.param(0.59, False, True, "mixed", id="provisional lifts nothing"),
        pytest.param(0.95, True, False, "mixed", id="a tie is never above mixed"),
    ],
)
def test_labels_change_where_they_should(certainty: float, tie: bool, provisional: bool, expected: Label) -> None:
    assert label_of(certainty, tie=tie, provisional=provisional) == expected


@pytest.mark.parametrize(
    ("label", "shares", "expected"),
    [
        ("leaning", (0.6, 0.3, 0.1), "single"),
        ("mixed", (0.5, 0.35, 0.15), "pair"),
        ("mixed", (0.5, 0.34, 0.16), "open"),
        ("mixed", (0.425, 0.425, 0.15), "pair"),
        ("mixed", (1 / 3, 1 / 3, 1 / 3), "open"),
        ("mixed", (0.5, 0.5), "pair"),
    ],
)
def test_a_mixed_result_is_a_pair_or_open(label: Label, shares: tuple[float, ...], expected: Shape) -> None:
    assert shape_of(label, shares) == expected


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        pytest.param((0.928, 0.046, 0.026), (93, 4, 3), id="92 + 4 + 2 = 98: the two largest remainders get one"),
        pytest.param((0.5, 0.5), (50, 50), id="exact"),
        pytest.param((1 / 3, 1 / 3, 1 / 3), (33, 33, 33), id="three equal shares stay equal"),
        pytest.param((0.432, 0.432, 0.136), (43, 43, 14), id="joint leaders show the same figure"),
        pytest.param((0.436, 0.282, 0.282), (44, 28, 28), id="one left for the largest remainder"),
        pytest.param((0.5415, 0.4285, 0.03), (54, 43, 3), id="as on the designed screen"),
        pytest.param((1.0, 0.0), (100, 0), id="nothing for nothing"),
        pytest.param((1 / 3, 1 / 3, 1 / 3, 0.0), (33, 33, 33, 0), id="what a tied group cannot split falls to nobody"),
        pytest.param((0.25, 0.375, 0.375), (25, 37, 37), id="and not to one without a remainder"),
    ],
)
def test_whole_shares_add_up_and_tied_roles_show_the_same(shares: tuple[float, ...], expected: tuple[int, ...]) -> None:
    assert whole_shares(shares) == expected
