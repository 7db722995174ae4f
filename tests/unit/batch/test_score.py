"""A stream of records: every one counted once, quick claims checked, rejects allowed for."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rolequiz.batch.cutting import items
from rolequiz.batch.formats import InputFormat
from rolequiz.batch.notes import Notes
from rolequiz.batch.records import Accepted
from rolequiz.batch.rejects import Reject, reject_line, reject_record
from rolequiz.batch.renderings import rendering
from rolequiz.batch.results import Layout, ResultFormat
from rolequiz.batch.score import Allowance, Totals, allowance, assess_record, quick_asked, score_items
from rolequiz.batch.sources import Source
from rolequiz.core.assess import Assessment
from rolequiz.core.score import Sheet, sheet_of
from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord
from tests.small_banks import random_sheet, sheets, shipped, shipped_table
from tests.unit.batch.reading import ANSWERS, HEADER, QUESTIONS, RULES, csv_file, csv_line, one, read, record

TABLE = shipped_table()
RESULTS: tuple[ResultFormat, ...] = ("csv", "jsonl")
VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "vectors.json").read_text(encoding="utf-8"))


def scored(data: bytes, form: InputFormat) -> tuple[list[tuple[str, Assessment]], list[Reject], Totals, Notes]:
    results: list[tuple[str, Assessment]] = []
    rejects: list[Reject] = []
    notes = Notes()
    stream = read(data, form, notes=notes)
    totals = score_items(stream, TABLE, lambda i, a: results.append((i.record.id, a)), rejects.append, notes)
    return results, rejects, totals, notes


def quick(asked: int, answers: dict[str, int] | None = None, **more: object) -> bytes:
    given = dict(list(ANSWERS.items())[:asked]) if answers is None else answers
    claim: dict[str, object] = {"id": "p1", "answers": given, "mode": "quick", "asked_ids": QUESTIONS[:asked]}
    return json.dumps(claim | more).encode()


def test_every_record_comes_out_once_as_a_result_or_a_reject() -> None:
    lines = [csv_line(f"p{n}", q07="9" if n % 3 else "1") for n in range(10)] + ["short"]
    results, rejects, totals, _ = scored(csv_file(*lines), "csv")
    assert [name for name, _ in results] == ["p0", "p3", "p6", "p9"]
    assert [found.number for found in rejects] == [3, 4, 6, 7, 9, 10, 12]
    assert totals == Totals(4, 7, {"not-an-option": 6, "short-line": 1})
    assert totals.read == 11
    assert str(totals) == "scored 4, rejected 7, of 11"


@pytest.mark.parametrize("asked", [10, 15, 20, 25, 30])
def test_a_quick_claim_holds_where_the_rule_stops_or_everything_was_asked(asked: int) -> None:
    results, _, _, notes = scored(quick(asked), "json")
    assert (results[0][1].mode, results[0][1].asked, results[0][1].status) == ("quick", asked, "full")
    assert notes.lines() == []


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(quick(5), id="no checkpoint stops there"),
        pytest.param(quick(12), id="no checkpoint"),
        pytest.param(quick(0), id="nothing asked"),
        pytest.param(quick(10, ANSWERS), id="answers after the stop"),
        pytest.param(quick(10, asked_ids=QUESTIONS[1:11]), id="not from the beginning"),
        pytest.param(quick(10, asked_ids=QUESTIONS[9::-1]), id="another order"),
        pytest.param(quick(10, asked_ids=[*QUESTIONS, *QUESTIONS]), id="too many"),
        pytest.param(quick(10, asked_ids=None), id="not said"),
        pytest.param(quick(10, asked_ids="q01"), id="no list"),
        pytest.param(quick(10, asked_ids=[1, 2]), id="no ids"),
        pytest.param(quick(10, {}), id="nothing answered"),
    ],
)
def test_any_other_quick_claim_is_scored_as_full_with_gaps_and_noted(data: bytes) -> None:
    results, _, totals, notes = scored(data, "json")
    assert totals.scored == 1
    assert (results[0][1].mode, results[0][1].asked) == ("full", 30)
    assert notes.lines() == [
        "1 record claimed to be quick, but did not stop where the rule stops: scored as full, with gaps (p1)"
    ]


def test_full_records_may_say_what_they_were_asked() -> None:
    results, _, _, notes = scored(quick(10, ANSWERS, mode="full"), "json")
    assert (results[0][1].mode, results[0][1].asked, results[0][1].answered) == ("full", 30, 30)
    assert notes.lines() == []


def test_a_claim_of_more_questions_than_there_are_does_not_hold() -> None:
    claim = AnswerRecord("p", ANSWERS, "quick", (*QUESTIONS, "q31"))
    assert quick_asked(TABLE, sheet_of(TABLE, ANSWERS), claim) is None


def test_times_reach_the_speed_flag() -> None:
    fast = AnswerRecord("p", ANSWERS, seconds=dict.fromkeys(QUESTIONS, 0.5))
    assert [flag.id for flag in assess_record(TABLE, fast, Notes()).flags] == ["too-fast"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", Allowance()),
        ("25", Allowance(25)),
        ("5%", Allowance(share=Fraction(1, 20))),
        ("0%", Allowance(share=Fraction())),
    ],
)
def test_allowances(text: str, expected: Allowance) -> None:
    assert allowance(text) == expected


@pytest.mark.parametrize("text", ["", "-1", "1.5", "%", "101%", "100.1%", "5 %", "five", "1e3", "٣"])
def test_no_allowances(text: str) -> None:
    with pytest.raises(RolequizError) as caught:
        allowance(text)
    assert "--max-rejects" in caught.value.message


@pytest.mark.parametrize(
    ("text", "rejected", "of", "covered"),
    [
        ("0", 0, 10, True),
        ("0", 1, 10, False),
        ("2", 2, 10, True),
        ("2", 3, 10, False),
        ("10%", 1, 10, True),
        ("10%", 2, 10, False),
        ("0.1%", 1, 1000, True),
        ("0.1%", 1, 999, False),
        ("0%", 0, 0, True),
        ("100%", 10, 10, True),
    ],
)
def test_an_allowance_covers_exactly_so_many(text: str, rejected: int, of: int, covered: bool) -> None:
    assert allowance(text).covers(Totals(of - rejected, rejected, {})) is covered


def test_a_reject_as_a_record() -> None:
    (item,) = read(csv_file(csv_line("p0811", q07="7", q08="x")))
    assert isinstance(item, Reject)
    first = {"column": "q07", "value": "7", "code": "not-an-option", "message": "q07: 7 is no option, choose 1 to 4"}
    found = reject_record(item)
    assert list(found) == ["source", "line", "id", "column", "value", "code", "message", "raw", "faults"]
    assert found == {"source": "<stdin>", "line": 2, "id": "p0811"} | first | {
        "raw": csv_line("p0811", q07="7", q08="x"),
        "faults": [
            first,
            {
                "column": "q08",
                "value": "x",
                "code": "not-a-number",
                "message": "q08: x is no whole number in plain digits, choose 1 to 4",
            },
        ],
    }
    assert "raw" not in reject_record(item, with_raw=False)
    assert "record" in reject_record(read(b"[5]", "json")[0])  # type: ignore[arg-type]  # a reject


def test_a_reject_as_a_line_for_people_steers_no_terminal() -> None:
    (item,) = read(csv_file(csv_line("p\x1b[31m", q07="\x1b]0;x\x07")))
    assert isinstance(item, Reject)
    line = reject_line(item)
    assert line.startswith("standard input:2: p\\x1b[31m: q07: \\x1b]0;x\\x07 is no whole number")
    assert line.isprintable()


def test_memory_does_not_grow_with_the_number_of_records() -> None:
    import gc
    import tracemalloc

    long = f"{csv_line()},{'x' * 1000}\n".encode()  # so that few records are many blocks

    class Endless:
        """A stream of so many hundred records, made as they are read."""

        def __init__(self, count: int) -> None:
            self.parts = iter([f"{HEADER},more\n".encode()] + [long * 100] * count)

        def read(self, _: int = -1) -> bytes:
            return next(self.parts, b"")

    peaks = []
    for count in (20, 60):
        gc.collect()  # empties CPython's lists of free tuples, whose first filling would look like growth
        tracemalloc.start()
        stream = items([Source("<stdin>", Endless(count))], RULES, Notes())  # type: ignore[arg-type]  # only read is used
        totals = score_items(stream, TABLE, lambda _i, _a: None, lambda _r: None, Notes())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert totals.scored == 100 * count
    assert peaks[1] < 1.2 * peaks[0]


def test_the_vectors_come_through_csv_and_json_lines_as_they_were_computed_elsewhere() -> None:
    rows = [[f"p{n}", *(str(v["answers"].get(q, "")) for q in QUESTIONS)] for n, v in enumerate(VECTORS)]
    table = "\n".join([HEADER, *map(",".join, rows)]).encode()
    lines = "\n".join(json.dumps({"id": f"p{n}", "answers": v["answers"]}) for n, v in enumerate(VECTORS)).encode()
    for data, form in ((table, "csv"), (lines, "jsonl")):
        results, _, totals, _ = scored(data, form)  # type: ignore[arg-type]  # two literals
        assert totals.scored == len(VECTORS) == 50
        for vector, (_, result) in zip(VECTORS, results, strict=True):
            assert (result.status, result.answered) == (vector["status"], vector["answered"])
            assert {one.role: one.points for one in result.roles} == vector["points"]
            assert {one.role: one.fit for one in result.roles} == vector["fit"]
            assert (list(result.top), result.tie) == (vector.get("top", []), vector.get("tie", False))
            assert (result.shape, result.label, result.lead) == tuple(
                vector.get(key) for key in ("shape", "label", "lead")
            )


def in_format(form: InputFormat, people: list[tuple[str, Sheet]]) -> bytes:
    records = [
        {"id": name, "answers": {q: n for q, n in zip(QUESTIONS, sheet, strict=True) if n is not None}}
        for name, sheet in people
    ]
    match form:
        case "csv":
            lines = [",".join([name, *("" if n is None else str(n) for n in sheet)]) for name, sheet in people]
            return "\n".join([HEADER, *lines, ""]).encode()
        case "json":
            return json.dumps(records).encode()
        case "jsonl":
            return "".join(json.dumps(one) + "\n" for one in records).encode()
        case "yaml":
            return yaml.safe_dump(records, allow_unicode=True).encode()
        case "parquet":
            raise NotImplementedError


def outputs(form: InputFormat, data: bytes) -> list[bytes]:
    found = []
    for form_out in RESULTS:
        made = rendering(form_out, Layout(shipped().stamp, TABLE))
        score_items(read(data, form), TABLE, made.put, lambda _: None, Notes())
        found.append(bytes(made.take()))
    return found


@settings(max_examples=25)
@given(st.lists(sheets(TABLE), min_size=1, max_size=4))
def test_every_format_gives_the_same_bytes_for_the_same_people(found: list[Sheet]) -> None:
    people = [(f"p{n}", sheet) for n, sheet in enumerate(found)]
    first, *others = [outputs(form, in_format(form, people)) for form in ("csv", "json", "jsonl", "yaml")]
    assert all(other == first for other in others)
    assert first[1].count(b"\n") == len(people)


def test_a_sheet_drawn_at_random_is_read_as_it_was_drawn() -> None:
    sheet = random_sheet(TABLE, "read", 0.3)
    item = record(one(in_format("csv", [("p", sheet)]), "csv"))
    assert isinstance(item, Accepted)
    assert sheet_of(TABLE, item.record.answers) == sheet
