"""The scored sheets that were computed apart from this program, and the worked example by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rolequiz.core.assess import assess, explain
from rolequiz.core.quick import stopping_points
from rolequiz.core.score import cut_after, lead, score, sheet_of
from rolequiz.core.sitting import Answer, Phase, asked_count, begin
from rolequiz.core.sitting import apply as apply_event
from rolequiz.core.table import compiled_questions
from tests.small_banks import shipped_table

ROOT = Path(__file__).resolve().parents[2]
VECTORS: list[dict[str, Any]] = json.loads((ROOT / "vectors.json").read_text(encoding="utf-8"))
FORM: dict[str, Any] = json.loads((ROOT / "form.json").read_text(encoding="utf-8"))

# Options from 0 in form order, as the design's worked example gives them.
WORKED = [1, 2, 0, 1, 0, 2, 3, 1, 2, 2, 1, 3, 4, 2, 0, 0, 1, 0, 3, 1, 1, 3, 4, 1, 2, 1, 2, 1, 1, 0]
WORKED_SHEET = tuple(option + 1 for option in WORKED)


def test_the_shipped_bank_compiles_to_exactly_the_designed_form() -> None:
    table = shipped_table()
    owners = {trait: table.owners(number)[0] for number, trait in enumerate(table.traits)}
    assert owners == FORM["traits"]
    expected = [
        {"id": q["id"], "format": q["format"], "options": [{"points": points} for points in q["options"]]}
        for q in FORM["questions"]
    ]
    assert compiled_questions(table) == expected


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['status']}-{vector['answered']}")
def test_every_scored_sheet_comes_out_as_it_was_computed_elsewhere(vector: dict[str, Any]) -> None:
    table = shipped_table()
    result = assess(table, sheet_of(table, vector["answers"]))
    assert result.status == vector["status"]
    assert result.answered == vector["answered"]
    assert {one.role: one.points for one in result.roles} == vector["points"]
    assert {one.role: one.fit for one in result.roles} == vector["fit"]
    assert result.shape == vector.get("shape")
    assert result.label == vector.get("label")
    assert result.lead == vector.get("lead")
    assert list(result.top) == vector.get("top", [])
    assert result.tie == vector.get("tie", False)
    expected = vector.get("certainty")
    if expected is None:
        assert all(one.certainty is None and one.place is None for one in result.roles)
    else:
        assert {one.role: one.certainty for one in result.roles} == pytest.approx(expected, rel=1e-15, abs=0)
    flip = explain(table, result).flip
    assert (len(flip.changes) if flip else None) == vector["smallest_flip"]


def test_the_worked_example_has_the_traits_and_scores_computed_by_hand() -> None:
    table = shipped_table()
    result = assess(table, WORKED_SHEET)
    traits = {one.trait: one.score for one in result.traits}
    assert traits == {
        "quick_wins": 0, "high_energy": 0, "campaign_drive": 0, "front_line": -4,
        "social_ease": 7, "coordination": 7, "even_temper": 6, "duty_rigour": 2,
        "making": -2, "taste": 0, "aspiration": -6, "audience_sense": -1,
    }  # fmt: skip
    assert {one.role: one.score for one in result.roles} == {"user": 22, "activity": -4, "content": -9}
    assert [one.role for one in result.roles] == ["user", "activity", "content"]
    assert {one.role: one.points for one in result.roles} == {"user": 50, "activity": 24, "content": 19}
    assert result.role("user").fit == 100 * 50 / 68
    # 2^((S - 22) / 6): 1, 2^(-26/6), 2^(-31/6)
    weights = {"user": 1.0, "activity": 2 ** (-26 / 6), "content": 2 ** (-31 / 6)}
    for one in result.roles:
        assert one.certainty == pytest.approx(weights[one.role] / sum(weights.values()), rel=1e-12)
    assert (result.label, result.shape, result.lead) == ("clear", "single", 26)


def test_the_worked_example_flips_by_its_five_forced_choices() -> None:
    table = shipped_table()
    flip = explain(table, assess(table, WORKED_SHEET)).flip
    assert flip is not None
    assert (flip.rival, flip.lead, flip.becomes) == ("activity", 26, ("activity",))
    changes = [(change.question, change.before, change.after) for change in flip.changes]
    # Options from 1 here; each moves 6 points, 30 > 26 while four would move 24.
    assert changes == [("q01", 2, 1), ("q02", 3, 1), ("q05", 1, 3), ("q06", 3, 2), ("q10", 3, 1)]


def test_the_worked_example_block_by_block() -> None:
    table = shipped_table()
    blocks = [score(table, cut_after(WORKED_SHEET, 5 * n)).roles for n in range(1, 7)]
    assert blocks == [(-4, 7, -3), (-5, 8, -3), (-6, 14, -5), (-4, 14, -5), (-2, 17, -8), (-4, 22, -9)]
    assert [lead(roles) for roles in blocks] == [10, 11, 19, 18, 19, 26]
    assert stopping_points(table, WORKED_SHEET) == (10, 15, 20, 25)


def test_a_quick_sitting_of_the_worked_example_stops_after_the_second_block() -> None:
    table = shipped_table()
    sitting = begin(table, "quick")
    given = 0
    for item, number in zip(table.items, WORKED_SHEET, strict=True):
        if sitting.phase is not Phase.ASKING:
            break
        sitting = apply_event(table, sitting, Answer(item.id, number))
        given += 1
    assert given == asked_count(table, sitting) == 10


def test_three_gaps_in_the_worked_example_contribute_nothing() -> None:
    table = shipped_table()
    answers = {item.id: number for item, number in zip(table.items, WORKED_SHEET, strict=True)}
    for question in ("q04", "q12", "q13"):
        del answers[question]
    result = assess(table, sheet_of(table, answers))
    assert {one.role: one.score for one in result.roles} == {"activity": -4, "user": 20, "content": -10}
    assert result.role("user").fit == pytest.approx(70.58823529411765)
    shares = {one.role: one.certainty for one in result.roles}
    assert shares == pytest.approx({"activity": 0.0571, "user": 0.9143, "content": 0.0286}, abs=5e-5)


@pytest.mark.parametrize("question", ["q99", "Q01"])
def test_an_unknown_question_is_an_error_of_the_caller(question: str) -> None:
    with pytest.raises(KeyError):
        sheet_of(shipped_table(), {question: 1})


@pytest.mark.parametrize("number", [0, -1, 4])
def test_a_number_that_is_no_option_is_an_error_of_the_caller(number: int) -> None:
    with pytest.raises(ValueError, match="q01 has no option"):
        sheet_of(shipped_table(), {"q01": number})
