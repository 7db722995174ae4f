"""Which answer weighed most in a trait."""

from __future__ import annotations

import pytest

from rolequiz.core.explain import Contribution, contributions, heaviest
from tests.unit.core.tiny import SHEET, TABLE


def parts(*points: int) -> tuple[Contribution, ...]:
    """Questions q1, q2… with these points for the second of two traits, and the opposite for the first."""
    return tuple(Contribution(f"q{n}", 1, (), (-one, one)) for n, one in enumerate(points, start=1))


@pytest.mark.parametrize(
    ("points", "wanted"),
    [
        pytest.param((1, 3, -2, 2), "q2", id="a sum above nothing: the most"),
        pytest.param((1, -3, -1, 2), "q2", id="a sum below nothing: the least"),
        pytest.param((2, -3, -3, 1), "q2", id="of equals the first in form order"),
        pytest.param((0, 2, -1, 2), "q2", id="and so above"),
        pytest.param((-2, 1, 1, 0), "q2", id="a sum of nothing counts as above"),
        pytest.param((0, 1, -1, 0), "q2", id="a point is enough"),
        pytest.param((0, 0), None, id="nothing moved it"),
        pytest.param((), None, id="nothing was asked"),
    ],
)
def test_the_heaviest_answer_goes_the_way_of_the_sum(points: tuple[int, ...], wanted: str | None) -> None:
    found = heaviest(parts(*points), 1)
    assert (found.question if found else None) == wanted


def test_of_a_part_of_the_form_only_that_part_is_explained() -> None:
    assert contributions(TABLE, SHEET, 0) == ()
    assert contributions(TABLE, SHEET, 2) == contributions(TABLE, SHEET, 5)[:2]
