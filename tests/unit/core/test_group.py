"""What is counted about a room, by arithmetic shown here; and what is held back."""

from __future__ import annotations

from fractions import Fraction
from math import hypot, isclose, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rolequiz.core.assess import assess
from rolequiz.core.group import (
    DETAILED,
    FEWEST,
    PAIR_REST,
    SINGLE_FROM,
    GroupAssessment,
    Member,
    assess_group,
    dispersion,
    has_camps,
    position,
    quartile,
)
from rolequiz.core.group_result import group_record
from rolequiz.core.score import Sheet, sheet_of
from rolequiz.core.table import Item, compile_table
from rolequiz.model import BankStamp, Catalogue, Form, Role, Scales, Trait
from tests.small_banks import agree, random_sheet, shipped_table, tables

STAMP = BankStamp("ops-roles", "1.0", "sha256:00")
LEVEL = {"agree": 3, "choice": 1, "pair": 2}
"""Answers that score 0 for every role where they are given to every question of the shipped bank."""


def level(**changes: int) -> Sheet:
    table = shipped_table()
    return sheet_of(table, {item.id: LEVEL[item.format] for item in table.items} | changes)


def room(*sheets: Sheet) -> list[Member]:
    return [Member(f"p{number:02d}", assess(shipped_table(), sheet)) for number, sheet in enumerate(sheets)]


def group_of(*sheets: Sheet, is_named: bool = False) -> GroupAssessment:
    return assess_group(shipped_table(), room(*sheets), is_named=is_named)


def item(form: str, options: int) -> Item:
    return next(one for one in shipped_table().items if one.format == form and one.options == options)


def pure(role: str) -> Sheet:
    """The sheet that says yes to everything of one role and no to everything else."""
    table = shipped_table()
    index = table.roles.index(role)

    def best(one: Item) -> int:
        lead = [2 * points[index] - sum(points) for points in one.roles]
        return lead.index(max(lead)) + 1

    return tuple(best(one) for one in table.items)


# Places in the triangle: 2^(S/6) over the sum of the same.


def test_a_lead_of_six_points_doubles_a_share() -> None:
    # q12 and q22 are forward items of activity, q13 of user: strongly agree gives +2 each; q27 and q17 reversed, +2
    # for activity where strongly disagreed: S = (2 + 2 + 2, 0, 0) = (6, 0, 0), so the shares are 2, 1, 1 of 4.
    found = group_of(*[level(q12=5, q22=5, q27=1)] * FEWEST).first
    assert found is not None
    assert [place.shares for place in found.places] == [(0.5, 0.25, 0.25)] * 5


def test_the_middle_of_the_triangle_means_exactly_level_and_its_sides_are_one_long() -> None:
    third = 1 / 3
    x, y = position((third, third, third))
    assert isclose(x, 0, abs_tol=1e-15)
    assert isclose(y, sqrt(3) / 6)  # the height of the centre: a third of the height sqrt(3)/2
    assert position((0, 1, 0)) == (-0.5, 0)
    top, left, right = position((1, 0, 0)), position((0, 1, 0)), position((0, 0, 1))
    for one, other in ((top, left), (left, right), (right, top)):
        assert isclose(hypot(one[0] - other[0], one[1] - other[1]), 1)


@settings(max_examples=200)
@given(seed=st.integers(0, 10**6))
def test_the_lines_of_the_picture_are_the_wordings_of_the_results(seed: int) -> None:
    one = assess(shipped_table(), random_sheet(shipped_table(), str(seed), 0.1))
    if not one.top:
        return
    shares = sorted((result.certainty or 0.0 for result in one.roles), reverse=True)
    zone = "single" if shares[0] >= SINGLE_FROM else "pair" if shares[2] <= PAIR_REST else "open"
    assert isclose(shares[2], PAIR_REST, abs_tol=1e-9) or zone == one.shape


def test_agreeing_with_everything_moves_nobody() -> None:
    # All twelve statements agreed with: keys are balanced, so every role still scores 0 (checked below).
    yes = level(**{f"q{number}": 5 for number in (12, 13, 14, 17, 18, 19, 22, 23, 24, 27, 28, 29)})
    assert [result.score for result in assess(shipped_table(), yes).roles] == [0, 0, 0]
    found = group_of(level(), level(), level(), yes, yes).first
    assert found is not None
    assert {place.shares for place in found.places} == {(1 / 3, 1 / 3, 1 / 3)}


# What came first.


def test_every_person_with_a_ranking_is_counted_once() -> None:
    # Two pure sheets of activity and one of user; (6, 6, 0): shares 2, 2, 1 of 5 are below 0.85 for two, so open and
    # a tie; the level sheet is a tie too; 10 of 30 answers are not enough.
    both = level(q12=5, q22=5, q27=1, q13=5, q23=5, q28=1)
    few = (*level()[:10], *(None,) * 20)
    found = group_of(pure("activity"), pure("activity"), pure("user"), both, level(), few)
    assert found.people == 6
    assert found.ranked == 5
    assert found.statuses == (("full", 5), ("provisional", 0), ("insufficient", 1))
    assert found.answered == ((30, 5), (10, 1))
    first = found.first
    assert first is not None
    assert first.single == (("activity", 2), ("user", 1), ("content", 0))
    assert first.labels == (("clear", 3), ("firm", 0), ("leaning", 0))
    assert (first.pairs, first.open, first.ties) == ((), 2, 2)
    assert len(first.places) == 5


def test_pairs_are_counted_whoever_of_the_two_is_ahead() -> None:
    # Activity's and user's forward items agreed with, content's pairs chosen against it: far behind. One point more
    # for either side does not change the pair.
    base = {"q14": 1, "q24": 1, "q19": 5, "q29": 5, "q03": 1, "q04": 4, "q08": 4, "q09": 1, "q12": 5, "q13": 5}
    sheets = [level(**base), level(**base, q22=4), level(**base, q23=4)]
    shapes = [assess(shipped_table(), sheet) for sheet in sheets]
    assert [one.shape for one in shapes] == ["pair"] * 3
    assert {one.roles[0].role for one in shapes} == {"activity", "user"}
    found = group_of(*sheets, level(), level()).first
    assert found is not None
    assert found.pairs == ((("activity", "user"), 3),)


def test_too_few_people_with_a_ranking_have_no_picture() -> None:
    few = (*level()[:10], *(None,) * 20)
    assert group_of(level(), level(), level(), level(), few).first is None
    named = group_of(level(), level(), level(), level(), few, is_named=True).first
    assert named is not None
    assert [place.name for place in named.places] == ["p00", "p01", "p02", "p03"]


# Quartiles.


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        # A quarter of 8 is 2: halfway between the second and the third; of 9 the third, as 2.25 are needed.
        (range(1, 9), (Fraction(5, 2), Fraction(9, 2), Fraction(13, 2))),
        (range(1, 10), (3, 5, 7)),
        ((4,), (4, 4, 4)),
        ((1, 2), (1, Fraction(3, 2), 2)),
        ((0, 0, 0, 7), (0, 0, Fraction(7, 2))),
    ],
)
def test_quartiles_follow_the_rule_of_averaged_steps(values: range, wanted: tuple[Fraction | int, ...]) -> None:
    assert tuple(quartile(list(values), quarter) for quarter in (1, 2, 3)) == wanted


@given(values=st.lists(st.integers(-7, 10), min_size=1, max_size=40), quarter=st.integers(1, 3))
def test_at_least_the_quarter_lies_on_either_side_of_a_quartile(values: list[int], quarter: int) -> None:
    found = quartile(sorted(values), quarter)
    assert 4 * sum(value <= found for value in values) >= quarter * len(values)
    assert 4 * sum(value >= found for value in values) >= (4 - quarter) * len(values)


# Dispersion.


@pytest.mark.parametrize(
    ("form", "counts", "wanted"),
    [
        # Two of three options: 1 - (1/4 + 1/4) = 1/2 of 1 - 1/3 = 2/3 would be the share of an endless room; ten people
        # can at most stand 4, 3, 3: 100 - 34 = 66, and here 100 - 50 = 50.
        ("choice", (5, 5, 0), Fraction(50, 66)),
        ("choice", (10, 0, 0), Fraction(0)),
        ("choice", (4, 3, 3), Fraction(1)),
        ("choice", (0, 0, 1), None),
        # Half at either end: 5 * 5 at each of 4 steps, over 4 * 25.
        ("agree", (5, 0, 0, 0, 5), Fraction(1)),
        # Two each: 2*8 + 4*6 + 6*4 + 8*2 = 80 over 4 * 25.
        ("agree", (2, 2, 2, 2, 2), Fraction(80, 100)),
        # Half on one point, half on the next: one step of four.
        ("agree", (0, 5, 5, 0, 0), Fraction(1, 4)),
        # Five people cannot be halved: 2 and 3 are as far apart as they can be, 4 * 6 over 4 * (25 // 4).
        ("agree", (2, 0, 0, 0, 3), Fraction(1)),
        ("pair", (0, 3, 3, 0), Fraction(1, 3)),
        ("pair", (3, 0, 0, 3), Fraction(1)),
    ],
)
def test_dispersion_is_the_mean_distance_over_the_largest(
    form: str, counts: tuple[int, ...], wanted: Fraction | None
) -> None:
    assert dispersion(item(form, len(counts)), counts) == wanted


@given(data=st.data())
def test_dispersion_is_the_mean_distance_counted_over_all_couples(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(["agree", "choice", "pair"]))
    one = next(one for one in shipped_table().items if one.format == form)
    answers = data.draw(st.lists(st.integers(1, one.options), min_size=2, max_size=7))

    def total(given: list[int]) -> int:
        return sum(int(a != b) if form == "choice" else abs(a - b) for a in given for b in given)

    def every(people: int, least: int) -> list[list[int]]:
        if not people:
            return [[]]
        return [[first, *rest] for first in range(least, one.options + 1) for rest in every(people - 1, first)]

    counts = [answers.count(option) for option in range(1, one.options + 1)]
    assert dispersion(one, counts) == Fraction(total(answers), max(map(total, every(len(answers), 1))))


@pytest.mark.parametrize(
    ("form", "counts", "wanted"),
    [
        ("choice", (7, 1, 0), False),
        ("choice", (6, 2, 0), True),
        ("agree", (1, 0, 6, 0, 1), False),
        ("agree", (1, 1, 4, 1, 1), True),
        ("pair", (0, 1, 1, 5), False),
        ("pair", (1, 1, 2, 0), True),
    ],
)
def test_one_against_all_is_no_division(form: str, counts: tuple[int, ...], wanted: bool) -> None:
    assert has_camps(item(form, len(counts)), counts) is wanted


def test_the_questions_to_talk_about_are_two_of_each_format_by_dispersion_then_form_order() -> None:
    # Four and four at the ends of q12, q13 and q14: dispersion 1 each, and of equals the first two of the form.
    # q24: half on 2, half on 4: two steps of four, 1/2. q01: 4 and 4 of three options: 64 - 32 = 32 over 64 - 22 = 42.
    # q02: 4 and 4 at the ends, 1.
    one = level(q12=1, q13=1, q14=1, q24=2, q01=2, q02=1)
    other = level(q12=5, q13=5, q14=5, q24=4, q01=3, q02=4)
    found = group_of(*[one, other] * 4).divided
    assert [(part.question, part.dispersion) for part in found] == [
        ("q02", 1),
        ("q12", 1),
        ("q13", 1),
        ("q01", Fraction(32, 42)),
    ]
    assert found[0].counts == (4, 0, 0, 4)


# What is held back.


def test_nothing_is_said_of_fewer_than_five_people() -> None:
    with pytest.raises(ValueError, match="4 people"):
        group_of(*[level()] * 4)
    assert group_of(level(), is_named=True).people == 1
    with pytest.raises(ValueError, match="0 people"):
        assess_group(shipped_table(), [], is_named=True)


def test_extremes_are_said_with_names_only() -> None:
    sheets = [random_sheet(shipped_table(), str(seed)) for seed in range(60)]
    assert all(one.low is None and one.high is None for one in group_of(*sheets).traits)
    for one in group_of(*sheets, is_named=True).traits:
        scores = [assess(shipped_table(), sheet).trait(one.id).score for sheet in sheets]
        assert (one.low, one.high) == (min(scores), max(scores))


@pytest.mark.parametrize("people", [5, 6, 7, 8])
def test_quartiles_and_counts_of_answers_begin_with_eight_people(people: int) -> None:
    sheets = [level(q02=1, q12=1) if number % 2 else level(q02=4, q12=5) for number in range(people)]
    found = group_of(*sheets)
    is_told = people >= DETAILED
    assert all((one.lower is not None) is is_told and one.median is not None for one in found.traits)
    assert [one.question for one in found.divided] == ["q02", "q12"]
    assert all((one.counts is not None) is is_told for one in found.divided)
    assert all((one.dispersion is not None) is is_told for one in (*found.divided, *found.questions))
    assert (found.flags is not None) is is_told


def test_an_answer_that_everybody_gave_is_never_told_for_it_is_everybodys_answer() -> None:
    found = group_of(*[level()] * 20)
    assert found.divided == ()
    assert all(one.counts is None for one in found.questions)


def test_a_flag_of_fewer_than_three_people_is_not_counted() -> None:
    # The same answer to q12-q14, q17-q19, q22-q24, q27-q29 is agreement bias.
    yes = level(**{f"q{number}": 5 for number in (12, 13, 14, 17, 18, 19, 22, 23, 24, 27, 28, 29)})
    counts = {people: group_of(*[yes] * people, *[level()] * (9 - people)).flags for people in range(4)}
    told = {people: dict(found)["agreement-bias"] for people, found in counts.items() if found is not None}
    assert told == {0: None, 1: None, 2: None, 3: 3}
    named = group_of(yes, *[level()] * 4, is_named=True).flags
    assert named is not None
    assert dict(named)["agreement-bias"] == 1


def test_without_names_no_name_is_in_the_value_nor_in_the_record() -> None:
    found = group_of(*(random_sheet(shipped_table(), str(seed)) for seed in range(9)))
    assert "p0" not in repr(found)
    assert "p0" not in repr(group_record(STAMP, shipped_table(), found))


# Whoever they are.


@settings(max_examples=25)
@given(data=st.data())
def test_the_order_of_people_makes_no_difference(data: st.DataObject) -> None:
    sheets = [random_sheet(shipped_table(), str(seed), 0.2) for seed in range(data.draw(st.integers(5, 12)))]
    members = room(*sheets)
    is_named = data.draw(st.booleans())
    shuffled = data.draw(st.permutations(members))
    table = shipped_table()
    assert assess_group(table, shuffled, is_named=is_named) == assess_group(table, members, is_named=is_named)


@settings(max_examples=40)
@given(data=st.data())
def test_everybody_is_counted_once_in_any_bank(data: st.DataObject) -> None:
    table = data.draw(tables())
    people = data.draw(st.integers(5, 9))
    answers = [st.none() | st.integers(1, one.options) for one in table.items]
    sheets = data.draw(st.lists(st.tuples(*answers), min_size=people, max_size=people))
    members = [Member(str(number), assess(table, sheet)) for number, sheet in enumerate(sheets)]
    found = assess_group(table, members, is_named=data.draw(st.booleans()))
    assert sum(count for _, count in found.statuses) == people
    assert sum(count for _, count in found.answered) == people
    if found.first is not None:
        single = sum(count for _, count in found.first.single)
        pairs = sum(count for _, count in found.first.pairs)
        assert single + pairs + found.first.open == len(found.first.places) == found.ranked
        assert sum(count for _, count in found.first.labels) == single
        for place in found.first.places:
            assert isclose(sum(place.shares), 1)
    for number, one in enumerate(found.questions):
        assert one.people == sum(sheet[number] is not None for sheet in sheets)
        assert one.dispersion is None or 0 <= one.dispersion <= 1


def test_a_bank_without_roles_has_traits_and_questions_only() -> None:
    form = Form("one", "1", "title", ("en",), (agree(1, "t", 1), agree(2, "t", -1)), Scales(("a", "b", "c")))
    table = compile_table(form, Catalogue((Trait("t", "trait"),)))
    members = [Member(str(number), assess(table, (1 + number % 3, 2))) for number in range(8)]
    found = assess_group(table, members)
    assert (found.first, found.ranked, found.roles) == (None, 0, ())
    # Scores -1, 0, 1 of the first item, three, three and two of them: quartiles halfway between the 2nd and 3rd of
    # -1 -1 -1 0 0 0 1 1, the 4th and 5th, the 6th and 7th.
    assert found.traits[0].lower == -1
    assert found.traits[0].median == 0
    assert found.traits[0].upper == Fraction(1, 2)
    record = group_record(STAMP, table, found)
    assert (record["first"], record["roles"]) == (None, {})
    assert record["traits"] == {
        "t": {"people": 8, "min": None, "lower_quartile": -1, "median": 0, "upper_quartile": 0.5, "max": None}
    }


def test_two_roles_stand_on_a_line() -> None:
    roles = (Role("a", "A", {"s": 1}), Role("b", "B", {"t": 1}))
    form = Form("two", "1", "title", ("en",), (agree(1, "s", 1), agree(2, "t", 1)), Scales(("a", "b", "c")))
    table = compile_table(form, Catalogue((Trait("s", "s"), Trait("t", "t")), roles))
    members = [Member(str(number), assess(table, (3, 1))) for number in range(5)]
    found = assess_group(table, members).first
    assert found is not None
    assert [len(place.shares) for place in found.places] == [2] * 5
