"""The core's rules over arrays equal the core sheet by sheet."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolequiz.core.assess import assess
from rolequiz.core.quality import agreement_bias, inconsistent, straight_lining
from rolequiz.core.quality import too_fast as one_too_fast
from rolequiz.core.quick import stopping_points
from rolequiz.core.score import Sheet, score
from rolequiz.core.table import Table
from rolequiz.lab.arrays import Answers, Arrays, chance_right, too_fast
from tests.small_banks import shipped_table, tables


def sheets(table: Table, seed: int, count: int, *, gaps: float = 0.0) -> list[Sheet]:
    """Random sheets; a third of them keep choosing the position before, so that runs occur."""
    source = Random(seed)
    found = []
    for number in range(count):
        sheet: list[int | None] = []
        for item in table.items:
            if source.random() < gaps:
                sheet.append(None)
            elif number % 3 == 0 and sheet and sheet[-1] is not None and sheet[-1] <= item.options:
                sheet.append(sheet[-1] if source.random() < 0.9 else 1)
            else:
                sheet.append(source.randint(1, item.options))
        found.append(tuple(sheet))
    return found


def array(found: list[Sheet]) -> Answers:
    return np.array([[-1 if one is None else one - 1 for one in sheet] for sheet in found], dtype=np.int8)


def assert_equal(table: Table, found: list[Sheet]) -> None:
    arrays, answers = Arrays(table), array(found)
    scores, traits = arrays.scores(answers), arrays.trait_scores(answers)
    flagged = {
        "straight": arrays.straight_lining(answers),
        "bias": arrays.agreement_bias(answers),
        "inconsistent": arrays.inconsistent(answers),
    }
    certainties = arrays.certainties(scores) if table.roles else None
    for row, sheet in enumerate(found):
        one = score(table, sheet)
        assert tuple(scores[row]) == one.roles
        assert tuple(traits[row]) == one.traits
        assert flagged["straight"][row] == (straight_lining(table, sheet) is not None)
        assert flagged["bias"][row] == (agreement_bias(table, sheet) is not None)
        if None not in sheet:
            assert flagged["inconsistent"][row] == (inconsistent(table, sheet, one) is not None)
        if certainties is not None and None not in sheet:
            result = assess(table, sheet)
            said = {role.role: role.certainty for role in result.roles}
            assert [said[role] for role in table.roles] == pytest.approx(list(certainties[row]), abs=1e-12)


@pytest.mark.parametrize("gaps", [0.0, 0.1])
def test_scores_certainties_and_flags_of_the_shipped_bank(gaps: float) -> None:
    found = sheets(shipped_table(), 7, 600, gaps=gaps)
    assert_equal(shipped_table(), found)
    assert any(straight_lining(shipped_table(), sheet) for sheet in found)


@given(tables(), st.integers(0, 2**31))
def test_scores_certainties_and_flags_of_random_banks(table: Table, seed: int) -> None:
    assert_equal(table, sheets(table, seed, 12, gaps=0.1))


def test_quick_mode_asks_as_many_questions_as_the_core() -> None:
    table = shipped_table()
    found = sheets(table, 11, 600)
    asked = Arrays(table).quick_asked(array(found))
    expected = [(stopping_points(table, sheet) or (len(table.items),))[0] for sheet in found]
    assert list(asked) == expected
    assert len(set(expected)) >= 4, "every checkpoint stops some"


def test_too_fast_is_the_core_rule() -> None:
    table = shipped_table()
    source = Random(3)
    seconds = [[source.choice([1.0, 1.99, 2.0, 9.0]) for _ in table.items] for _ in range(300)]
    sheet = sheets(table, 5, 1)[0]
    said = [
        one_too_fast(table, sheet, {item.id: one for item, one in zip(table.items, row, strict=True)}) is not None
        for row in seconds
    ]
    assert list(too_fast(np.array(seconds))) == said
    assert 0 < sum(said) < len(said)


def test_a_tie_of_k_counts_as_one_in_k() -> None:
    scores = np.array([[5, 1, 1], [5, 5, 1], [4, 4, 4], [1, 5, 5]])
    assert list(chance_right(scores, np.array([0, 0, 2, 0]))) == pytest.approx([1, 1 / 2, 1 / 3, 0])
