"""A room of eight at the tiny bank: everything that is said of it, counted on paper (`tests.unit.core.tiny`)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from rolequiz.core.assess import Assessment, assess
from rolequiz.core.certainty import certainties
from rolequiz.core.group import (
    Division,
    FirstPlaces,
    GroupAssessment,
    Member,
    Place,
    Spread,
    assess_group,
    divided,
    division,
    first_places,
    has_camps,
    may_be_shown,
)
from rolequiz.core.score import Sheet
from tests.small_banks import shipped_table
from tests.unit.core.tiny import SHEET, TABLE
from tests.unit.report.results import KINDS

A = assess(TABLE, SHEET)
"""a 3, b -1: a alone, leaning (2/3). s 3, t -1, u -1. Flags: agreement, consistency."""
B = assess(TABLE, (1, 2, None, 4, 4))
"""a 1 - 2, b 3 + 4: b alone, firm (2^2 to 1). s -1, t 1 + 2, u -1. Flags: agreement; Q = 1 + 9 + 1 - 1 - 2 - 8 = 0."""
C = assess(TABLE, (2, 2, None, None, 1))
"""a 1, b 1: level, provisional. Only u is shown (two of three questions), -1. Flag: Q = 1 + 1 - 2 = 0."""
D = assess(TABLE, (1, None, None, 1, None))
"""Two answers: insufficient. Only t is shown, 1 - 2. Flags: agreement; Q = 4 + 1 - 1 - 8."""
E = assess(TABLE, SHEET, mode="quick", asked=2)
"""a 1, b 2 + 1: mixed (2^0.5 to 1), and of two roles a pair. s 1, t 1, u -1. Flags: agreement; Q = 3 - 1 - 2."""

ROOM = [
    Member(name, one)
    for name, one in (("zoe", A), ("yan", B), ("xu", C), ("wim", D), ("vic", E), ("ula", A), ("tom", B), ("sam", E))
]

OF_E = certainties((1, 3), 4.0)
SHARES = {"A": (2 / 3, 1 / 3), "B": (0.2, 0.8), "C": (0.5, 0.5), "E": OF_E}

NAMED = GroupAssessment(
    people=8,
    is_named=True,
    statuses=(("full", 6), ("provisional", 1), ("insufficient", 1)),
    quick=2,
    answered=((4, 4), (3, 1), (2, 3)),
    ranked=7,
    first=FirstPlaces(
        single=(("a", 2), ("b", 2)),
        labels=(("clear", 0), ("firm", 2), ("leaning", 2)),
        pairs=((("a", "b"), 3),),
        open=0,
        ties=1,
        places=tuple(
            Place(SHARES[kind], name)
            for kind, name in zip("EBAECBA", ("sam", "tom", "ula", "vic", "xu", "yan", "zoe"), strict=True)
        ),
    ),
    # a of seven: -1 -1 1 1 1 3 3, the 2nd, the 4th and the 6th; b: -1 -1 1 3 3 7 7.
    roles=(
        Spread("a", 7, -1, Fraction(-1), Fraction(1), Fraction(3), 3),
        Spread("b", 7, -1, Fraction(-1), Fraction(3), Fraction(7), 7),
    ),
    # s of six: -1 -1 1 1 3 3; t of seven: -1 -1 -1 1 1 3 3; u of seven: -1.
    traits=(
        Spread("s", 6, -1, Fraction(-1), Fraction(1), Fraction(3), 3),
        Spread("t", 7, -1, Fraction(-1), Fraction(1), Fraction(3), 3),
        Spread("u", 7, -1, Fraction(-1), Fraction(-1), Fraction(-1), -1),
    ),
    # q1: seven and one, a step of two: 7 * 1 over 2 * 16. q2: all alike. q3: nobody. q4: three and two at the ends.
    # q5: one and four at the ends, 3 * 4 over 3 * (25 // 4).
    questions=(
        Division("q1", 8, Fraction(7, 32), None),
        Division("q2", 7, Fraction(0), None),
        Division("q3", 0, None, None),
        Division("q4", 5, Fraction(1), None),
        Division("q5", 5, Fraction(12, 18), None),
    ),
    divided=(Division("q4", 5, Fraction(1), (3, 0, 0, 2)),),
    flags=(("straight-lining", 0), ("agreement-bias", 7), ("inconsistent", 8), ("too-fast", 0)),
)

UNNAMED = GroupAssessment(
    people=8,
    is_named=False,
    statuses=NAMED.statuses,
    quick=2,
    answered=NAMED.answered,
    ranked=7,
    first=FirstPlaces(
        single=(("a", 2), ("b", 2)),
        labels=(("clear", 0), ("firm", 2), ("leaning", 2)),
        pairs=((("a", "b"), 3),),
        open=0,
        ties=1,
        places=tuple(Place(SHARES[kind], None) for kind in "AACEEBB"),
    ),
    # Seven people have no quartiles, and nobody an extreme.
    roles=(Spread("a", 7, None, None, Fraction(1), None, None), Spread("b", 7, None, None, Fraction(3), None, None)),
    traits=(
        Spread("s", 6, None, None, Fraction(1), None, None),
        Spread("t", 7, None, None, Fraction(1), None, None),
        Spread("u", 7, None, None, Fraction(-1), None, None),
    ),
    questions=(
        Division("q1", 8, Fraction(7, 32), None),
        Division("q2", 7, None, None),
        Division("q3", 0, None, None),
        Division("q4", 5, None, None),
        Division("q5", 5, None, None),
    ),
    divided=(Division("q4", 5, None, None),),
    flags=(("straight-lining", None), ("agreement-bias", 7), ("inconsistent", 8), ("too-fast", None)),
)


def test_with_names_everything_is_said() -> None:
    assert assess_group(TABLE, ROOM, is_named=True) == NAMED


def test_without_names_what_is_one_persons_is_held_back() -> None:
    assert assess_group(TABLE, ROOM) == UNNAMED


def test_eight_scores_have_quartiles_without_names() -> None:
    # Eight times A: all quartiles are its own scores.
    found = assess_group(TABLE, [Member(str(number), A) for number in range(8)])
    assert found.roles[0] == Spread("a", 8, None, Fraction(3), Fraction(3), Fraction(3), None)


def test_one_person_with_a_name_has_every_figure() -> None:
    found = assess_group(TABLE, [Member("zoe", A)], is_named=True)
    three = Fraction(3)
    assert found.roles[0] == Spread("a", 1, 3, three, three, three, 3)


def test_a_share_of_nothing_is_nothing() -> None:
    sure = replace(A, roles=(replace(A.roles[0], certainty=1.0), replace(A.roles[1], certainty=0.0)))
    assert first_places(TABLE, [Member("zoe", sure)], is_named=True).places == (Place((1.0, 0.0), "zoe"),)


@pytest.mark.parametrize(
    ("people", "named", "unnamed"), [(0, False, False), (1, True, False), (4, True, False), (5, True, True)]
)
def test_of_whom_something_is_said(people: int, named: bool, unnamed: bool) -> None:
    assert may_be_shown(people, is_named=True) is named
    assert may_be_shown(people, is_named=False) is unnamed


def of_kind(kind: str) -> Assessment:
    sheet, mode, asked = KINDS[kind]
    return assess(shipped_table(), sheet, mode=mode, asked=asked)


def test_pairs_stand_by_falling_count_then_bank_order() -> None:
    """Three roles of the shipped bank; each pair is made by certainties of 0.45, 0.45 and 0.1."""
    pair = of_kind("pair-level")

    def between(*roles: str) -> Assessment:
        by_id = {one.role: one for one in pair.roles}
        return replace(
            pair,
            roles=tuple(replace(by_id[role], certainty=0.45) for role in roles)
            + tuple(replace(one, certainty=0.1) for one in pair.roles if one.role not in roles),
        )

    kinds = [("content", "user"), ("content", "activity"), ("user", "activity"), ("activity", "user")]
    members = [Member(str(number), between(*kind)) for number, kind in enumerate(kinds)]
    found = first_places(shipped_table(), members, is_named=False)
    assert found.pairs == ((("activity", "user"), 2), (("activity", "content"), 1), (("user", "content"), 1))
    assert (found.open, found.single) == (0, (("activity", 0), ("user", 0), ("content", 0)))
    # Bank order: activity, user, content; falling shares of the first, then of the second.
    assert [place.shares for place in found.places] == [
        (0.45, 0.45, 0.1), (0.45, 0.45, 0.1), (0.45, 0.1, 0.45), (0.1, 0.45, 0.45),
    ]  # fmt: skip


def test_a_question_by_itself_is_counted_unless_not_wanted() -> None:
    sheets = [member.assessment for member in ROOM]
    assert division(TABLE.items[0], 0, sheets, is_named=False) == Division("q1", 8, Fraction(7, 32), (7, 1, 0))
    assert division(TABLE.items[0], 0, sheets, is_named=False, is_counted=False).counts is None
    assert division(TABLE.items[3], 3, sheets, is_named=True) == Division("q4", 5, Fraction(1), (3, 0, 0, 2))


def test_two_are_a_camp_and_the_centre_is_on_no_side() -> None:
    choice, agree, pair = TABLE.items[1], TABLE.items[0], TABLE.items[3]
    assert has_camps(choice, (2, 0, 2))
    assert not has_camps(choice, (1, 5, 1))
    assert has_camps(agree, (2, 5, 2))
    assert not has_camps(agree, (2, 5, 1))
    assert has_camps(pair, (0, 2, 2, 0))
    assert not has_camps(pair, (1, 1, 0, 1))


def test_the_second_most_divided_of_a_format_is_put_forward_and_no_third() -> None:
    """Eight people at the shipped bank's first agreement items; q12 4:4 apart, q13 3:5, q14 2:6, all at the ends."""
    table = shipped_table()
    level = {"agree": 3, "choice": 1, "pair": 2}
    places = [table.positions[question] for question in ("q12", "q13", "q14")]
    sheets = []
    for person in range(8):
        sheet: list[int | None] = [level[item.format] for item in table.items]
        for place, low in zip(places, (4, 3, 2), strict=True):
            sheet[place] = 1 if person < low else 5
        sheets.append(assess(table, tuple(sheet)))
    found = divided(table, sheets, is_named=False)
    assert [(one.question, one.dispersion, one.counts) for one in found] == [
        ("q12", 1, (4, 0, 0, 0, 4)),
        ("q13", Fraction(15, 16), (3, 0, 0, 0, 5)),
    ]


def test_a_question_that_four_answered_is_not_put_forward_without_names() -> None:
    gaps: Sheet = (1, None, 1, None, None)
    sheets = [assess(TABLE, (1, None, 1, 1, 1)), assess(TABLE, (1, None, 1, 4, 1))] * 2 + [assess(TABLE, gaps)] * 4
    assert divided(TABLE, sheets, is_named=False) == ()
    assert [one.question for one in divided(TABLE, sheets, is_named=True)] == ["q4"]
