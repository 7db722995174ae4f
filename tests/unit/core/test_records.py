"""Results as JSON values: keys, their order and every number, from values made by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from json import dumps

import pytest

from rolequiz.core.assess import Explanation, assess
from rolequiz.core.compare import Change as Moved
from rolequiz.core.compare import Comparison, Lead, Move
from rolequiz.core.explain import Contribution
from rolequiz.core.flip import Change, Flip
from rolequiz.core.group import Division, FirstPlaces, GroupAssessment, Place, Spread
from rolequiz.core.group_result import group_record, number
from rolequiz.core.result import comparison_record, explanation_record, result_record
from tests.unit.core.tiny import SHEET, STAMP, TABLE

RESULT = assess(TABLE, SHEET)
"""Its figures are held to paper in ``test_assess.py``."""


def written(record: dict[str, object]) -> str:
    """The record as text: the order of keys is part of the contract."""
    return dumps(record)


def test_a_result_has_its_keys_in_order_and_its_numbers_unrounded() -> None:
    assert written(result_record(STAMP, "p7", RESULT)) == dumps({
        "schema": "rolequiz.result/1",
        "id": "p7",
        "bank": {"id": "tiny", "version": "2", "digest": "sha256:0f"},
        "status": "full",
        "mode": "full",
        "asked": 5,
        "answered": 4,
        "top": ["a"],
        "tie": False,
        "shape": "single",
        "label": "leaning",
        "lead": 4,
        "roles": [
            {"role": "a", "place": 1, "points": 8, "fit": 100.0, "certainty": 2 / 3},
            {"role": "b", "place": 2, "points": 11, "fit": 44.0, "certainty": 1 / 3},
        ],
        "traits": {
            "s": {"points": 8, "fit": 100.0, "answered": 2},
            "t": {"points": 2, "fit": 100 * 2 / 9, "answered": 2},
            "u": {"points": 0, "fit": 0.0, "answered": 2},
        },
        "neighbours": {"mixed": 100 * 376 / 600, "alone": 44.0},
        "flags": ["agreement-bias", "inconsistent"],
    })  # fmt: skip


def test_a_result_without_a_ranking_has_neither_place_nor_certainty() -> None:
    few = assess(TABLE, (1, None, None, 1, None), mode="quick", asked=5)
    record = result_record(STAMP, "p8", few)
    assert written({"roles": record["roles"]}) == dumps(
        {"roles": [{"role": "a", "points": 7, "fit": 87.5}, {"role": "b", "points": 10, "fit": 40.0}]}
    )
    assert [record[key] for key in ("status", "mode", "top", "tie", "shape", "label", "lead", "neighbours")] == [
        "insufficient", "quick", [], False, None, None, None, {},
    ]  # fmt: skip


def test_an_explanation_names_points_by_role_and_the_changes_of_the_flip() -> None:
    parts = (Contribution("q1", 1, (0, 2), (0, 1, 0)), Contribution("q3", None, (0, 0), (0, 0, 0)))
    flip = Flip("b", 4, ("b", "a"), (Change("q4", 1, 4), Change("q1", 2, 3)))
    assert written(explanation_record(TABLE, Explanation(parts, flip))) == dumps({
        "contributions": [
            {"question": "q1", "answer": 1, "points": {"a": 0, "b": 2}},
            {"question": "q3", "answer": None, "points": {"a": 0, "b": 0}},
        ],
        "flip": {
            "rival": "b",
            "lead": 4,
            "becomes": ["b", "a"],
            "changes": [{"question": "q4", "from": 1, "to": 4}, {"question": "q1", "from": 2, "to": 3}],
        },
    })  # fmt: skip
    assert explanation_record(TABLE, Explanation((), None)) == {"contributions": [], "flip": None}


BEFORE = assess(TABLE, (1, 2, None, 4, 4))
"""q4 the other way round: a 1 - 2 = -1, b 2 + 1 + 4 = 7, so b comes first."""

COMPARED = Comparison(
    before=BEFORE,
    after=RESULT,
    roles=(Moved(-1, 3, 4, 9), Moved(7, -1, -8, 2)),
    traits=(Moved(-1, 3, 4, 5), Moved(3, -1, -4, 6), Moved(-1, -1, 0, 3)),
    lead=Lead("a", "b", Moved(-8, 4, 11, 12)),
    moves=(Move("q4", 4, 1, (4, -8), (4, -4, 0), 12), Move("q5", None, 3, (0, 0), (0, 0, 1), 0)),
    repeated=3,
)


def moved(earlier: int, later: int, change: int, repeated: int, retest: int, *, within: bool) -> dict[str, object]:
    return {
        "earlier": earlier, "later": later, "change": change, "repeated": repeated, "retest": retest,
        "within_retest": within,
    }  # fmt: skip


def test_a_comparison_has_points_from_nothing_and_a_lead_around_it() -> None:
    # a's least is -5, b's -12, s's -5, t's -3, u's -1: so much is added to both ends, not to what moved.
    assert written(comparison_record(TABLE, COMPARED)) == dumps({
        "schema": "rolequiz.comparison/1",
        "repeated": 3,
        "lead": {"role": "a", "rival": "b", **moved(-8, 4, 12, 11, 12, within=True)},
        "roles": [
            {"role": "a", "place": {"earlier": 2, "later": 1}, **moved(4, 8, 4, 4, 9, within=True)},
            {"role": "b", "place": {"earlier": 1, "later": 2}, **moved(19, 11, -8, -8, 2, within=False)},
        ],
        "traits": {
            "s": moved(4, 8, 4, 4, 5, within=True),
            "t": moved(6, 2, -4, -4, 6, within=True),
            "u": moved(0, 0, 0, 0, 3, within=True),
        },
        "answers": [
            {
                "question": "q4", "earlier": 4, "later": 1, "points": {"a": 4, "b": -8},
                "traits": {"s": 4, "t": -4}, "lead": 12,
            },
            {
                "question": "q5", "earlier": None, "later": 3, "points": {"a": 0, "b": 0},
                "traits": {"u": 1}, "lead": 0,
            },
        ],
    })  # fmt: skip
    unled = comparison_record(TABLE, replace(COMPARED, lead=None))
    assert unled["lead"] is None
    assert [answer["lead"] for answer in unled["answers"]] == [None, None]  # type: ignore[attr-defined]  # a list


GROUP = GroupAssessment(
    people=9,
    is_named=False,
    statuses=(("full", 6), ("provisional", 2), ("insufficient", 1)),
    quick=2,
    answered=((5, 6), (3, 3)),
    ranked=8,
    first=FirstPlaces(
        single=(("a", 5), ("b", 1)),
        labels=(("clear", 3), ("firm", 2), ("leaning", 1)),
        pairs=((("a", "b"), 2),),
        open=4,
        ties=7,
        places=(Place((0.75, 0.25), "ann"), Place((0.5, 0.5), "bo")),
    ),
    roles=(
        Spread("a", 8, None, Fraction(3, 2), Fraction(2), Fraction(9, 4), None),
        Spread("b", 8, -4, None, Fraction(-1), None, 6),
    ),
    traits=(Spread("s", 7, None, None, None, None, None),),
    questions=(Division("q1", 8, Fraction(1, 3), None), Division("q2", 9, None, None)),
    divided=(Division("q4", 8, Fraction(1), (4, 0, 0, 4)), Division("q5", 6, Fraction(2, 5), None)),
    flags=(("straight-lining", 3), ("too-fast", None)),
)

SPREADS = ("people", "min", "lower_quartile", "median", "upper_quartile", "max")
PLACES = [{"certainty": {"a": 0.75, "b": 0.25}}, {"certainty": {"a": 0.5, "b": 0.5}}]


def test_a_room_has_its_keys_in_order_and_null_for_what_is_held_back() -> None:
    assert written(group_record(STAMP, TABLE, GROUP, unfinished=3, rejected=4)) == dumps({
        "schema": "rolequiz.group/1",
        "bank": {"id": "tiny", "version": "2", "digest": "sha256:0f"},
        "people": 9,
        "unfinished": 3,
        "rejected": 4,
        "named": False,
        "status": {"full": 6, "provisional": 2, "insufficient": 1},
        "quick": 2,
        "answered": [{"answers": 5, "people": 6}, {"answers": 3, "people": 3}],
        "ranked": 8,
        "first": {
            "single": {"a": 5, "b": 1},
            "labels": {"clear": 3, "firm": 2, "leaning": 1},
            "pairs": [{"roles": ["a", "b"], "people": 2}],
            "open": 4,
            "ties": 7,
            "places": PLACES,
        },
        "roles": {
            "a": dict(zip(SPREADS, (8, None, 1.5, 2, 2.25, None), strict=True)),
            "b": dict(zip(SPREADS, (8, -4, None, -1, None, 6), strict=True)),
        },
        "traits": {"s": dict(zip(SPREADS, (7, None, None, None, None, None), strict=True))},
        "questions": {"q1": {"people": 8, "dispersion": 1 / 3}, "q2": {"people": 9, "dispersion": None}},
        "divided": [
            {"question": "q4", "people": 8, "dispersion": 1, "counts": [4, 0, 0, 4]},
            {"question": "q5", "people": 6, "dispersion": 0.4, "counts": None},
        ],
        "flags": {"straight-lining": 3, "too-fast": None},
    })  # fmt: skip


def test_a_room_with_names_says_them_and_one_without_a_picture_has_none() -> None:
    named = group_record(STAMP, TABLE, replace(GROUP, is_named=True))
    assert (named["named"], named["unfinished"], named["rejected"]) == (True, 0, 0)
    assert written({"places": named["first"]["places"]}) == dumps(  # type: ignore[index]  # a mapping
        {"places": [{"id": "ann", **PLACES[0]}, {"id": "bo", **PLACES[1]}]}
    )
    bare = group_record(STAMP, TABLE, replace(GROUP, first=None, flags=None))
    assert (bare["first"], bare["flags"]) == (None, None)


@pytest.mark.parametrize(
    ("value", "wanted"), [(None, "null"), (Fraction(4, 2), "2"), (Fraction(-3, 2), "-1.5"), (Fraction(0), "0")]
)
def test_an_exact_value_is_whole_where_it_is_and_else_one_division(value: Fraction | None, wanted: str) -> None:
    assert dumps(number(value)) == wanted


def test_records_of_another_bank_are_refused_and_not_cut() -> None:
    """A table and values that do not belong together have other lengths."""
    wide = replace(TABLE, roles=("a", "b", "c"))
    more = replace(TABLE, traits=("s", "t", "u", "v"))
    parts = Explanation((Contribution("q1", 1, (0, 2), (0, 1, 0)),), None)
    with pytest.raises(ValueError, match="zip"):
        explanation_record(wide, parts)
    with pytest.raises(ValueError, match="zip"):
        group_record(STAMP, wide, GROUP)
    still = replace(COMPARED, moves=())
    for table, comparison in (
        (wide, still),
        (more, still),
        (wide, replace(COMPARED, roles=(*COMPARED.roles, COMPARED.roles[0]))),
        (replace(TABLE, role_ranges=TABLE.role_ranges * 2), still),
        (replace(TABLE, trait_ranges=TABLE.trait_ranges * 2), still),
        (TABLE, replace(COMPARED, moves=(Move("q4", 4, 1, (4, -8, 0), (4, -4, 0), 12),))),
        (TABLE, replace(COMPARED, moves=(Move("q4", 4, 1, (4, -8), (4, -4), 12),))),
    ):
        with pytest.raises(ValueError, match="zip"):
            comparison_record(table, comparison)
