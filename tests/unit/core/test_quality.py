"""Flags: each rule at its threshold, with its evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rolequiz.core.assess import assess
from rolequiz.core.quality import Flag, agreement_bias
from rolequiz.core.score import Sheet
from tests.small_banks import random_sheet, shipped_table
from tests.unit.core import tiny

FIRST = 1
CALM: Sheet = tuple(number for _ in range(15) for number in (1, 2))


def flag(sheet: Sheet, wanted: str, seconds: dict[str, float] | None = None) -> Flag | None:
    return next((one for one in assess(shipped_table(), sheet, seconds=seconds).flags if one.id == wanted), None)


def test_seven_equal_positions_are_nothing_and_eight_are_straight_lining() -> None:
    seven = (1,) * 7 + CALM[7:]
    assert seven[7] == 2
    assert flag(seven, "straight-lining") is None
    eight = (*CALM[:4], 3, *(1,) * 8, 2, *CALM[14:])
    found = flag(eight, "straight-lining")
    assert found == Flag("straight-lining", 8, tuple(f"q{n:02d}" for n in range(6, 14)))


def test_a_gap_ends_a_run() -> None:
    assert flag((*(1,) * 7, None, *(1,) * 7, *CALM[15:]), "straight-lining") is None


def test_the_longest_run_is_the_evidence() -> None:
    found = flag((1,) * 9 + (2,) * 21, "straight-lining")
    assert found is not None
    assert (found.amount, found.questions[0]) == (21, "q10")


@pytest.mark.parametrize(("agreed", "expected"), [(11, None), (12, 12), (24, 24), (-12, -12)])
def test_agreement_off_centre_is_flagged_from_twelve_on(agreed: int, expected: int | None) -> None:
    table = shipped_table()
    left = agreed
    sheet: list[int | None] = list(CALM)
    for place, item in enumerate(table.items):
        if item.format == "agree":
            step = max(-2, min(2, left))
            left -= step
            sheet[place] = 3 + step
    found = flag(tuple(sheet), "agreement-bias")
    assert (found.amount if found else None) == expected


def test_agreement_bias_needs_every_agreement_item() -> None:
    table = shipped_table()
    sheet: list[int | None] = [5 if item.format == "agree" else 1 for item in table.items]
    assert flag(tuple(sheet), "agreement-bias") is not None
    sheet[table.positions["q12"]] = None
    assert flag(tuple(sheet), "agreement-bias") is None


def test_the_consistency_sum_is_computed_by_hand() -> None:
    table = shipped_table()
    sheet = random_sheet(table, "quality-3")
    by_trait: dict[int, list[int]] = {}
    for item, number in zip(table.items, sheet, strict=True):
        assert number is not None
        for trait, points in item.traits[number - 1]:
            by_trait.setdefault(trait, []).append(points)
    q = sum(sum(points) ** 2 - sum(one * one for one in points) for points in by_trait.values())
    strict = replace(table, inconsistent=q)
    found = next(one for one in assess(strict, sheet).flags if one.id == "inconsistent")
    assert found.amount == q
    assert "inconsistent" not in {one.id for one in assess(replace(table, inconsistent=q - 1), sheet).flags}


@pytest.mark.parametrize(("fast", "expected"), [(9, False), (10, True)])
def test_ten_answers_under_two_seconds_are_too_fast(fast: int, expected: bool) -> None:
    seconds = {f"q{n:02d}": 1.999 if n <= fast else 2.0 for n in range(1, 31)}
    found = flag(CALM, "too-fast", seconds)
    assert (found is not None) == expected
    assert found is None or found.questions == tuple(f"q{n:02d}" for n in range(1, 11))


def test_without_times_nothing_is_too_fast() -> None:
    assert flag(CALM, "too-fast") is None


def test_thresholds_that_a_bank_does_not_state_raise_nothing() -> None:
    table = replace(shipped_table(), agreement_bias=None, inconsistent=None)
    sheet = tuple(item.options for item in table.items)
    assert {one.id for one in assess(table, sheet).flags} <= {"straight-lining"}


def test_the_run_that_ends_the_form_is_counted_to_its_end() -> None:
    found = flag((*CALM[:21], 3, *(2,) * 8), "straight-lining")
    assert found == Flag("straight-lining", 8, tuple(f"q{n}" for n in range(23, 31)))
    assert flag((*CALM[:21], 3, None, *(2,) * 7), "straight-lining") is None


def test_of_two_runs_equally_long_the_first_is_the_evidence() -> None:
    found = flag((*(1,) * 8, *(2,) * 8, *CALM[16:]), "straight-lining")
    assert found == Flag("straight-lining", 8, tuple(f"q{n:02d}" for n in range(1, 9)))


def test_gaps_are_no_run() -> None:
    assert flag((None,) * 20 + CALM[20:], "straight-lining") is None
    assert flag((None,) * 30, "straight-lining") is None


def test_only_answers_with_a_known_time_can_be_too_fast() -> None:
    seconds = {f"q{n:02d}": 0.5 for n in range(1, 11)}
    assert flag(CALM, "too-fast", seconds) == Flag("too-fast", 10, tuple(seconds))
    # Without the answer to q03, or without its time, there are nine.
    assert flag((*CALM[:2], None, *CALM[3:]), "too-fast", seconds) is None
    assert flag(CALM, "too-fast", {one: time for one, time in seconds.items() if one != "q03"}) is None


def test_flags_stand_in_their_order_with_no_questions_where_all_carry_them() -> None:
    # All 30 answers the first option, each in a second: agreement 12 * -2; Q worked out as above from the points.
    table = replace(shipped_table(), inconsistent=1000)
    found = assess(table, (1,) * 30, seconds=dict.fromkeys(table.positions, 1.0)).flags
    assert [(one.id, one.amount, len(one.questions)) for one in found[:2]] == [
        ("straight-lining", 30, 30),
        ("agreement-bias", -24, 0),
    ]
    assert [(one.id, len(one.questions)) for one in found[2:]] == [("inconsistent", 0), ("too-fast", 30)]


def test_both_ends_of_agreement_are_flagged_at_the_threshold_itself() -> None:
    one = tiny.TABLE
    for number, threshold, expected in ((1, 1, -1), (3, 1, 1), (1, 2, None), (2, 1, None), (2, 0, 0)):
        table = replace(one, agreement_bias=threshold)
        found = agreement_bias(table, (number, None, None, None, None))
        assert (found.amount if found else None) == expected
