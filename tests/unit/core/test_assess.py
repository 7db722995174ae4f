"""One sheet, assessed: every figure of the tiny bank, worked out on paper (`tests.unit.core.tiny`)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rolequiz.core.assess import (
    Assessment,
    RoleResult,
    TraitResult,
    assess,
    explain,
    mix_factors,
    neighbour_fits,
    standing,
    status_of,
)
from rolequiz.core.explain import Contribution
from rolequiz.core.flip import Change, Flip
from rolequiz.core.quality import Flag
from rolequiz.core.score import Scores, score
from rolequiz.core.table import Range
from tests.small_banks import shipped_table
from tests.unit.core.tiny import SHEET, TABLE

ASSESSED = Assessment(
    status="full",  # 4 of 5 are exactly 80 %
    mode="full",
    asked=5,
    answered=4,
    top=("a",),
    shape="single",
    label="leaning",  # 4 points of lead where 4 double the odds: 2/3
    lead=4,
    roles=(
        RoleResult("a", 3, 8, 100.0, 1, 2 / 3),  # 3 + 5 of 8
        RoleResult("b", -1, 11, 44.0, 2, 1 / 3),  # -1 + 12 of 25
    ),
    traits=(  # each in three questions, of which two are answered: 2 >= 1.8
        TraitResult("s", 3, 8, 100.0, 2, True),
        TraitResult("t", -1, 2, 100 * 2 / 9, 2, True),
        TraitResult("u", -1, 0, 0.0, 2, True),
    ),
    # (1 * 100 + 2 * 44) / 3 = 188/3, as one division: 100 * (8 * 25 + 11 * 16) / (200 * 3)
    neighbours=(("mixed", 100 * 376 / 600), ("alone", 44.0)),
    # q1 disagreed with: 1 - 2. Q: 9 + 1 + 1 from the traits, less 1 + (1 + 1) + (4 + 4) + 0 from the answers.
    flags=(Flag("agreement-bias", -1), Flag("inconsistent", 0)),
    sheet=SHEET,
)


def test_every_figure_of_the_tiny_bank_is_that_worked_out_on_paper() -> None:
    assert assess(TABLE, SHEET) == ASSESSED
    assert score(TABLE, SHEET) == Scores(4, (3, -1), (3, -1, -1), (2, 2, 2))


def test_its_explanation_names_every_answer_and_the_one_that_would_flip_it() -> None:
    found = explain(TABLE, ASSESSED)
    assert found.contributions == (
        Contribution("q1", 1, (0, 2), (0, 1, 0)),
        Contribution("q2", 2, (1, 1), (1, 0, -1)),
        Contribution("q3", None, (0, 0), (0, 0, 0)),
        Contribution("q4", 1, (2, -4), (2, -2, 0)),
        Contribution("q5", 4, (0, 0), (0, 0, 0)),
    )
    # b is behind by 4; q4 from 1 to 4 moves 12 points: a 3 - 4, b -1 + 8.
    assert found.flip == Flip("b", 4, ("b",), (Change("q4", 1, 4),))


def test_a_quick_sitting_counts_what_it_asked() -> None:
    # q1 and q2 only: a 1, b 2 + 1; s 1 (of q2), t 1 (of q1), u -1 (of q2).
    found = assess(TABLE, SHEET, mode="quick", asked=2)
    assert (found.mode, found.asked, found.answered, found.status) == ("quick", 2, 2, "full")
    assert [(one.role, one.score, one.place) for one in found.roles] == [("b", 3, 1), ("a", 1, 2)]
    assert [(one.trait, one.score, one.answered, one.is_shown) for one in found.traits] == [
        ("s", 1, 1, True),
        ("t", 1, 1, True),
        ("u", -1, 1, True),
    ]
    assert found.sheet == (1, 2, None, None, None)
    assert [part.question for part in explain(TABLE, found).contributions] == ["q1", "q2"]


def test_too_few_answers_rank_nothing_and_say_so_everywhere() -> None:
    # 2 of 5 are below half: no order, no place, no certainty; the points of a, s 2 - so 2 + 5 - stay.
    found = assess(TABLE, (1, None, None, 1, None))
    assert found == replace(
        ASSESSED,
        status="insufficient",
        answered=2,
        top=(),
        shape=None,
        label=None,
        lead=None,
        roles=(RoleResult("a", 2, 7, 87.5, None, None), RoleResult("b", -2, 10, 40.0, None, None)),
        traits=(  # one and two of three questions: 1 < 1.8; none
            TraitResult("s", 2, 7, 87.5, 1, False),
            TraitResult("t", -1, 2, 100 * 2 / 9, 2, True),
            TraitResult("u", 0, 1, 100 * 1 / 7, 0, False),
        ),
        neighbours=(),
        # Q: 4 + 1 - 1 - 8 = -4
        flags=(Flag("agreement-bias", -1), Flag("inconsistent", -4)),
        sheet=(1, None, None, 1, None),
    )
    assert explain(TABLE, found).flip is None
    assert not found.tie


def test_half_the_answers_are_provisional_and_lean_at_most() -> None:
    # 3 of 5; a 2 + 1, b -4 + 1: a lead of 6 gives 2^1.5 / (1 + 2^1.5) = .739: not firm, and leaning anyhow.
    found = assess(TABLE, (None, 2, None, 1, 1))
    assert (found.status, found.label, found.shape, found.lead) == ("provisional", "leaning", "single", 6)
    # With q1 for b's loss, a lead of 8: 4/5 would be firm, but is provisional without q2's point for both.
    firm = assess(TABLE, (3, None, None, 1, 1))
    assert (firm.status, firm.label, firm.lead, firm.roles[0].certainty) == ("provisional", "leaning", 8, 0.8)
    assert assess(TABLE, (3, 2, None, 1, 1)).label == "firm"


@pytest.mark.parametrize(
    ("answered", "asked", "status"),
    [
        (24, 30, "full"), (23, 30, "provisional"), (15, 30, "provisional"), (14, 30, "insufficient"),
        (4, 5, "full"), (3, 5, "provisional"), (2, 5, "insufficient"), (8, 10, "full"), (5, 10, "provisional"),
    ],
)  # fmt: skip
def test_four_fifths_are_full_and_half_is_provisional(answered: int, asked: int, status: str) -> None:
    assert status_of(answered, asked) == status


@pytest.mark.parametrize(("answered", "shown"), [(5, True), (4, True), (3, True), (2, False), (0, False)])
def test_a_trait_is_shown_with_three_of_its_five_questions_answered(answered: int, shown: bool) -> None:
    # measurement.md, section 10; every trait of the shipped bank is in five questions.
    table = shipped_table()
    about = [place for place, item in enumerate(table.items) if 0 in item.touches]
    sheet = [None if place in about[answered:] else 1 for place in range(len(table.items))]
    found = assess(table, tuple(sheet)).trait(table.traits[0])
    assert (len(about), found.answered, found.is_shown) == (5, answered, shown)


def test_a_tie_is_mixed_and_shared() -> None:
    # All gaps but q5, q2 (1 point each) and the third of q3's... only q2 and q5 and q1's centre: 1 each.
    found = assess(TABLE, (2, 2, None, None, 1))
    assert (found.top, found.tie, found.label, found.lead) == (("a", "b"), True, "mixed", 0)
    assert [(one.place, one.certainty) for one in found.roles] == [(1, 0.5), (1, 0.5)]
    assert found.shape == "pair"
    assert explain(TABLE, found).flip is None


def test_an_unknown_role_or_trait_is_not_found() -> None:
    assert ASSESSED.role("b").score == -1
    assert ASSESSED.trait("t").points == 2
    with pytest.raises(StopIteration):
        ASSESSED.role("s")
    with pytest.raises(StopIteration):
        ASSESSED.trait("a")


def test_times_reach_the_flag_of_speed() -> None:
    slow = {item.id: 5.0 for item in TABLE.items}
    long = replace(TABLE, items=TABLE.items * 3)
    fast = dict.fromkeys(slow, 1.0)
    # 12 of 15 answered (q3 is a gap three times), all in one second.
    assert Flag("too-fast", 12, ("q1", "q2", "q4", "q5") * 3) in assess(long, SHEET * 3, seconds=fast).flags
    assert "too-fast" not in {flag.id for flag in assess(long, SHEET * 3, seconds=slow).flags}


def test_a_mix_of_a_role_that_cannot_move_counts_nothing_of_it() -> None:
    # Spans 0 (so the role's points are always 0) and 6, weights 1 and 1: 100 * 1 * 3 / (2 * 6).
    table = replace(TABLE, role_ranges=(Range(2, 2), Range(-3, 3)), mixes=(("both", (1, 1)),))
    assert repr(mix_factors(table, (1, 1))) == "((6, 1), 12)"  # whole numbers: the one division comes last
    assert neighbour_fits(table, (2, 0)) == (("both", 25.0),)
    # A role without weight has no say in the common denominator: 4 for the second alone.
    wide = replace(TABLE, role_ranges=(Range(0, 7), Range(0, 4)))
    assert mix_factors(wide, (0, 3)) == ((0, 3), 12)


def test_the_standing_depends_on_differences_only() -> None:
    one, other = standing((3, 7, 7, -1), 2.0, provisional=False), standing((13, 17, 17, 9), 2.0, provisional=False)
    assert one == other
    assert (one.order, one.places, one.first, one.lead) == ((1, 2, 0, 3), (3, 1, 1, 4), (1, 2), 0)
    # Weights 2^-2, 1, 1, 2^-4: 1/4 + 1 + 1 + 1/16 = 37/16; the two first have 32/37 = .865, a pair.
    assert one.shares == pytest.approx((4 / 37, 16 / 37, 16 / 37, 1 / 37), rel=1e-15)
    assert (one.label, one.shape) == ("mixed", "pair")
