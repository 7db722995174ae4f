"""Two sittings side by side: sums that hold for every bank, and figures that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from math import floor, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolequiz.core.assess import Assessment, assess
from rolequiz.core.compare import Comparison, compare
from rolequiz.core.score import Sheet, sheet_of
from rolequiz.core.table import Table
from rolequiz.model import Mode
from tests.small_banks import sheets, shipped_table, tables
from tests.unit.report.results import WORKED, level, profile_table


@st.composite
def comparisons(draw: st.DrawFn) -> tuple[Table, Comparison]:
    """Two sheets of a random bank, with gaps; each full, or quick and stopped anywhere."""
    table = draw(tables())

    def one() -> Assessment:
        mode: Mode = draw(st.sampled_from(["full", "quick"]))
        asked = draw(st.integers(1, len(table.items))) if mode == "quick" else None
        return assess(table, draw(sheets(table)), mode=mode, asked=asked)

    return table, compare(table, one(), one())


def changes(*answers: tuple[str, int | None]) -> Sheet:
    """The published worked example with other answers; None takes one away."""
    table, sheet = shipped_table(), list(WORKED)
    for question, number in answers:
        sheet[table.positions[question]] = number
    return tuple(sheet)


def compared(before: Sheet, after: Sheet) -> Comparison:
    return compare(shipped_table(), assess(shipped_table(), before), assess(shipped_table(), after))


@given(comparisons())
def test_the_answers_that_differ_add_up_exactly_to_every_difference(case: tuple[Table, Comparison]) -> None:
    table, found = case
    for r, role in enumerate(table.roles):
        before, after = found.before.role(role).score, found.after.role(role).score
        assert (found.roles[r].before, found.roles[r].after) == (before, after)
        assert sum(move.roles[r] for move in found.moves) == after - before == found.roles[r].difference
    for t, trait in enumerate(table.traits):
        before, after = found.before.trait(trait).score, found.after.trait(trait).score
        assert (found.traits[t].before, found.traits[t].after) == (before, after)
        assert sum(move.traits[t] for move in found.moves) == after - before == found.traits[t].difference
    if found.lead is not None:
        assert sum(move.lead for move in found.moves) == found.lead.change.difference


@given(comparisons())
def test_the_part_answered_both_times_is_the_sum_of_those_answers_alone(case: tuple[Table, Comparison]) -> None:
    table, found = case
    both = [move for move in found.moves if move.before is not None and move.after is not None]
    once = [move for move in found.moves if move.before is None or move.after is None]
    for r in range(len(table.roles)):
        assert found.roles[r].repeated == sum(move.roles[r] for move in both)
        assert found.roles[r].once == sum(move.roles[r] for move in once)
    for t in range(len(table.traits)):
        assert found.traits[t].repeated == sum(move.traits[t] for move in both)
        assert found.traits[t].once == sum(move.traits[t] for move in once)
    if found.lead is not None:
        assert found.lead.change.repeated == sum(move.lead for move in both)


@given(comparisons())
def test_the_lead_is_the_difference_of_the_two_roles_concerned(case: tuple[Table, Comparison]) -> None:
    table, found = case
    if found.lead is None:
        assert "insufficient" in (found.before.status, found.after.status)
        return
    a, b = table.roles.index(found.lead.role), table.roles.index(found.lead.rival)
    assert a != b
    for part in ("before", "after", "difference", "repeated", "once"):
        assert getattr(found.lead.change, part) == getattr(found.roles[a], part) - getattr(found.roles[b], part)
    assert found.lead.role in found.after.top
    assert found.lead.change.after >= 0
    assert found.lead.rival in found.before.top or found.lead.role in found.before.top


@given(comparisons())
def test_every_answer_that_differs_is_there_once_and_no_other(case: tuple[Table, Comparison]) -> None:
    table, found = case
    differing = {
        item.id: (one, other)
        for item, one, other in zip(table.items, found.before.sheet, found.after.sheet, strict=True)
        if one != other
    }
    assert {move.question: (move.before, move.after) for move in found.moves} == differing
    assert len(found.moves) == len(differing)


@given(comparisons())
def test_what_moved_most_comes_first_and_ties_follow_the_form(case: tuple[Table, Comparison]) -> None:
    table, found = case
    keys = [
        (-abs(move.lead) if found.lead else -max(map(abs, move.roles)), table.positions[move.question])
        for move in found.moves
    ]
    assert keys == sorted(keys)


@given(comparisons())
def test_the_other_way_round_every_sign_turns(case: tuple[Table, Comparison]) -> None:
    table, found = case
    back = compare(table, found.after, found.before)
    for one, other in zip(found.roles + found.traits, back.roles + back.traits, strict=True):
        assert (one.difference, one.repeated) == (-other.difference, -other.repeated)
        assert (one.retest, one.is_within) == (other.retest, other.is_within)


@given(comparisons())
def test_a_sitting_beside_itself_has_not_moved(case: tuple[Table, Comparison]) -> None:
    table, found = case
    same = compare(table, found.before, found.before)
    assert same.moves == ()
    assert all(one.difference == 0 and one.is_within for one in same.roles + same.traits)


def test_the_bands_of_the_shipped_bank_are_those_of_the_method() -> None:
    # A score's variance under random answering: 42 for a role and 118 for a lead (measurement.md, section 4).
    # A trait: one agreement item of variance 2, three choices of (4+1+1)/3 = 2, one pair of (4+1+1+4)/4: 10.5.
    found = compared(WORKED, WORKED)
    assert {one.retest for one in found.roles} == {floor(1.96 * sqrt(2 * 0.7 * 42))} == {15}
    assert {one.retest for one in found.traits} == {floor(1.96 * sqrt(2 * 0.7 * 10.5))} == {7}
    assert found.lead is not None
    assert found.lead.change.retest == floor(1.96 * sqrt(2 * 0.7 * 118)) == 25


def test_the_smallest_flip_of_the_worked_example_moves_its_lead_by_thirty_points() -> None:
    # measurement.md, section 5: lead 26 over activity; five answers, each moving 6 points, put activity 4 points ahead.
    found = compared(WORKED, changes(("q01", 1), ("q02", 1), ("q05", 3), ("q06", 2), ("q10", 1)))
    assert found.lead is not None
    assert (found.lead.role, found.lead.rival) == ("activity", "user")
    assert (found.lead.change.before, found.lead.change.after, found.lead.change.difference) == (-26, 4, 30)
    assert [(move.question, move.lead) for move in found.moves] == [
        ("q01", 6), ("q02", 6), ("q05", 6), ("q06", 6), ("q10", 6),
    ]  # fmt: skip
    assert not found.lead.change.is_within


def test_the_same_first_role_is_held_against_the_second_of_the_later_sitting() -> None:
    # One answer less for user: q01 from its option (2 for user, -1 each other) to content's: user -3, content +3.
    found = compared(WORKED, changes(("q01", 3)))
    assert found.lead is not None
    assert (found.lead.role, found.lead.rival) == ("user", "activity")
    # activity has -1 from q01 either way, so the lead over it falls by 3: from 26 to 23.
    assert (found.lead.change.before, found.lead.change.after) == (26, 23)
    assert [(move.before, move.after, move.roles, move.lead) for move in found.moves] == [(2, 3, (0, -3, 3), -3)]


def test_a_difference_on_the_edge_of_the_band_is_within_and_a_point_more_is_not() -> None:
    change = compared(WORKED, WORKED).roles[0]
    for repeated, expected in ((15, True), (-15, True), (16, False), (-16, False)):
        assert replace(change, repeated=repeated).is_within is expected


def test_a_gap_moves_the_score_but_says_nothing_about_the_retest() -> None:
    # Without q04, q12 and q13 the worked example has -4, 20, -10 (measurement.md, section 5).
    found = compared(WORKED, changes(("q04", None), ("q12", None), ("q13", None)))
    assert [one.difference for one in found.roles] == [0, -2, -1]
    assert [one.repeated for one in found.roles] == [0, 0, 0]
    assert [one.once for one in found.roles] == [0, -2, -1]
    assert found.repeated == 27
    # q12 is an agreement item of activity (variance 2); q04 a pair of content and activity (variance 2.5).
    assert found.roles[0].retest == floor(1.96 * sqrt(2 * 0.7 * (42 - 2 - 2.5)))


def test_a_quick_sitting_is_held_against_the_questions_it_asked() -> None:
    table = shipped_table()
    found = compare(table, assess(table, WORKED, mode="quick", asked=10), assess(table, WORKED))
    # After block 2 the scores are -5, 8, -3, at the end -4, 22, -9 (measurement.md, section 5).
    assert [(one.before, one.after) for one in found.roles] == [(-5, -4), (8, 22), (-3, -9)]
    assert [one.repeated for one in found.roles] == [0, 0, 0]
    assert found.repeated == 10
    assert len(found.moves) == 20
    assert all(move.before is None for move in found.moves)
    # Each role stands in all four choices (variance 2) and in four of the six pairs (2.5): 18.
    assert {one.retest for one in found.roles} == {floor(1.96 * sqrt(2 * 0.7 * 18))}


@pytest.mark.parametrize("which", ["before", "after"])
def test_too_few_answers_have_no_lead_but_every_point(which: str) -> None:
    few = sheet_of(shipped_table(), {"q01": 2})
    found = compared(few, WORKED) if which == "before" else compared(WORKED, few)
    assert found.lead is None
    assert {move.lead for move in found.moves} == {0}
    assert [one.before if which == "before" else one.after for one in found.roles] == [-1, 2, -1]


def test_roles_exactly_level_go_by_bank_order() -> None:
    found = compared(level(), level())
    assert found.lead is not None
    assert (found.lead.role, found.lead.rival) == ("activity", "user")


def test_a_bank_without_roles_compares_traits() -> None:
    table = profile_table()
    # q12 agrees with quick_wins, from 4 to 1 is three points less; q01 from social_ease to making: 3 points each.
    found = compare(table, assess(table, WORKED), assess(table, changes(("q12", 1), ("q01", 3))))
    assert (found.roles, found.lead) == ((), None)
    assert [move.question for move in found.moves] == ["q01", "q12"]
    assert [one.difference for one in found.traits if one.difference] == [-3, -3, 3]
