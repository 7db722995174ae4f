"""A sheet, scores and a table that do not belong together are refused; nothing is cut to the shorter of two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rolequiz.core.assess import assess, mix_factors, neighbour_fits
from rolequiz.core.compare import changed, compare, moved
from rolequiz.core.explain import Contribution, contributions
from rolequiz.core.fairness import count
from rolequiz.core.flip import overtaking, smallest_flip
from rolequiz.core.quality import agreement_bias, inconsistent, too_fast
from rolequiz.core.score import Sheet, score
from tests.unit.core.tiny import SHEET, TABLE

SHORT: Sheet = SHEET[:4]
LONG: Sheet = (*SHEET, 1)
SCORES = score(TABLE, SHEET)
PART = Contribution("q1", 1, (0, 2), (0, 1, 0))
THIN = replace(
    TABLE,
    items=(*TABLE.items[:3], replace(TABLE.items[3], roles=((2, -4), (1, -2), (-1, 2), (-2, 4, 0))), TABLE.items[4]),
)
"""q4's last option has points for one role more."""

CALLS: dict[str, Callable[[], object]] = {
    "score of a short sheet": lambda: score(TABLE, SHORT),
    "score of a long sheet": lambda: score(TABLE, LONG),
    "contributions of a short sheet": lambda: contributions(TABLE, SHORT, 5),
    "flip of a long sheet": lambda: smallest_flip(TABLE, LONG, SCORES),
    "overtaking on a short sheet": lambda: overtaking(TABLE, SHORT, 0, 1, 4),
    "flip to an option with more roles": lambda: smallest_flip(THIN, SHEET, SCORES),
    "bias of a short sheet": lambda: agreement_bias(TABLE, SHORT),
    "consistency of a long sheet": lambda: inconsistent(TABLE, LONG, SCORES),
    "speed of a short sheet": lambda: too_fast(TABLE, SHORT, {"q1": 1.0}),
    "a mix of one role": lambda: mix_factors(TABLE, (1,)),
    "neighbours of three scores": lambda: neighbour_fits(TABLE, (1, 2, 3)),
    "owners among three roles": lambda: replace(TABLE, roles=("a", "b", "c")).owners(0),
    "change of a short column": lambda: changed([[0, 1]], SHEET, SHEET),
    "change of sheets of two lengths": lambda: changed([[0, 1, 2, 3]] * 5, SHEET, SHORT),
    "a move of other roles": lambda: moved(PART, replace(PART, roles=(0, 2, 0)), 0, 1),
    "a move of other traits": lambda: moved(PART, replace(PART, traits=(0, 1)), 0, 1),
    "comparison of an assessment of another bank": lambda: compare(
        TABLE, assess(TABLE, SHEET), replace(assess(TABLE, SHEET), sheet=LONG)
    ),
    "counts of vectors of two lengths": lambda: count([[(0, 1)], [(0, 1, 2)]], {(0, 0, 0): 1}),
}  # fmt: skip


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_nothing_is_cut(call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"argument [23] is"):
        call()
