"""Which values are answers, ids, times and stamps, in text and in JSON."""

from __future__ import annotations

import json

import pytest

from rolequiz.batch.notes import Notes
from rolequiz.printable import printable
from tests.unit.batch.reading import ANSWERS, BANK, RULES, codes, csv_file, csv_line, one, read, record, reject


def person(**changes: object) -> bytes:
    return json.dumps({"id": "p1", "answers": ANSWERS} | changes).encode()


def answered(value: str) -> bytes:
    """A JSON person whose q07 is written exactly so."""
    return f'{{"id": "p1", "answers": {{"q07": {value}}}}}'.encode()


@pytest.mark.parametrize("cell", ["1", "2", "3", "4", "5"])
def test_every_option_of_a_question_is_an_answer(cell: str) -> None:
    assert record(one(csv_file(csv_line(q07="4", q13=cell)))).record.answers["q13"] == int(cell)


def test_an_empty_cell_is_a_gap_and_no_answer() -> None:
    assert "q07" not in record(one(csv_file(csv_line(q07="")))).record.answers


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        pytest.param("0", "not-an-option", id="zero"),
        pytest.param("5", "not-an-option", id="one too many"),
        pytest.param("-1", "not-an-option", id="negative"),
        pytest.param("9" * 5000, "not-an-option", id="five thousand digits"),
        pytest.param(" 2", "not-a-number", id="blank before"),
        pytest.param("2 ", "not-a-number", id="blank after"),
        pytest.param("+2", "not-a-number", id="sign"),
        pytest.param("02", "not-a-number", id="leading zero"),
        pytest.param("2.0", "not-a-number", id="point"),
        pytest.param("２", "not-a-number", id="full-width digit"),
        pytest.param("٢", "not-a-number", id="Arabic digit"),
        pytest.param("1_0", "not-a-number", id="underscore"),
        pytest.param("A", "not-a-number", id="letter"),
        pytest.param("2\0", "not-a-number", id="NUL"),
        pytest.param(" ", "not-a-number", id="only a blank"),
    ],
)
def test_text_that_is_no_answer_is_a_fault_of_its_column(cell: str, code: str) -> None:
    assert codes(one(csv_file(csv_line(q07=cell)))) == [("q07", code)]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("0", "not-an-option"),
        ("-2", "not-an-option"),
        ("5", "not-an-option"),
        ("9" * 5000, "not-an-option"),
        ("-" + "9" * 5000, "not-an-option"),
        ("2.0", "not-a-number"),
        ("2e0", "not-a-number"),
        ("1e999", "not-a-number"),
        ("NaN", "not-a-number"),
        ("-Infinity", "not-a-number"),
        ("true", "not-a-number"),
        ('"2"', "not-a-number"),
        ('""', "not-a-number"),
        ("[2]", "not-a-number"),
        ("{}", "not-a-number"),
    ],
)
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json_that_is_no_integer_or_no_option_is_a_fault(value: str, code: str, form: str) -> None:
    item = one(answered(value), "json" if form == "json" else "jsonl")
    assert codes(item) == [("q07", code)]
    assert reject(item).id == "p1"


def test_null_is_a_gap() -> None:
    assert record(one(answered("null"), "json")).record.answers == {}


def test_the_message_names_the_question_the_value_and_the_range() -> None:
    fault = reject(one(csv_file(csv_line(q07="7")))).faults[0]
    assert (fault.column, fault.value, fault.code) == ("q07", "7", "not-an-option")
    assert fault.message == "q07: 7 is no option, choose 1 to 4"


def test_every_fault_of_a_record_is_told_not_just_the_first() -> None:
    item = one(csv_file(csv_line("", q01="9", q02="x")))
    assert codes(item) == [("id", "bad-id"), ("q01", "not-an-option"), ("q02", "not-a-number")]
    item = one(person(id=5, answers={"q01": 9, "q99": 1}, seconds={"q01": -1}, mode="fast"), "json")
    assert codes(item) == [
        ("id", "bad-id"),
        ("q01", "not-an-option"),
        ("q99", "unknown-question"),
        ("mode", "bad-value"),
        ("seconds.q01", "bad-seconds"),
    ]


@pytest.mark.parametrize("value", ["", "a\0b", None, 5, True, ["p1"], "\ud800"])
def test_an_id_is_text_with_something_in_it(value: object) -> None:
    assert codes(one(person(id=value), "json")) == [("id", "bad-id")]
    assert reject(one(person(id=value), "json")).id is None


def test_a_missing_id_is_a_fault() -> None:
    assert codes(one(json.dumps({"answers": ANSWERS}).encode(), "json")) == [("id", "bad-id")]


@pytest.mark.parametrize("value", [" ", "=1+1", "名字", "a,b", "\x1b[31m", "p1\r"])
def test_any_other_text_is_an_id_and_stays_as_it_is(value: str) -> None:
    assert record(one(person(id=value), "json")).record.id == value


@pytest.mark.parametrize("value", [None, 5, [], "q01"])
def test_answers_that_are_no_mapping_are_a_fault(value: object) -> None:
    assert codes(one(person(answers=value), "json")) == [("answers", "bad-answers")]


def test_missing_answers_are_a_fault_but_none_given_is_a_record() -> None:
    assert codes(one(b'{"id": "p1"}', "json")) == [("answers", "bad-answers")]
    assert record(one(b'{"id": "p1", "answers": {}}', "json")).record.answers == {}


@pytest.mark.parametrize("value", ["5", "null", '"p1"', "[]", "true"])
def test_a_line_that_is_no_mapping_is_no_record(value: str) -> None:
    lines = f"{value}\n".encode() + person()
    first, second = read(lines, "jsonl")
    assert codes(first) == [("", "not-a-record")]
    record(second)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"id": "p1", "id": "p2", "answers": {}}', "id"),
        ('{"id": "p1", "answers": {"q01": 1, "q01": 1}}', "q01"),
        ('{"id": "p1", "answers": {}, "answers": {"q01": 1}}', "answers"),
        ('{"id": "p1", "answers": {}, "seconds": {"q01": 1, "q01": 2}}', "q01"),
        ('{"id": "p1", "answers": {}, "more": [{"a": 1, "a": 1}]}', "a"),
    ],
)
def test_a_key_given_twice_rejects_the_record_wherever_it_stands(text: str, key: str) -> None:
    assert codes(one(text.encode(), "json")) == [(key, "repeated-key")]
    assert codes(one(text.encode(), "jsonl")) == [(key, "repeated-key")]


@pytest.mark.parametrize("given", [0, 0.5, 4.2, 86400, 10**300])
def test_times_are_finite_numbers_from_0_up(given: float) -> None:
    assert record(one(person(seconds={"q01": given, "q02": None}), "json")).record.seconds == {"q01": float(given)}


@pytest.mark.parametrize("given", ["-0.1", "NaN", "Infinity", "1e999", '"4.2"', "true", "[1]", "9" * 390])
def test_anything_else_is_no_time(given: str) -> None:
    text = f'{{"id": "p1", "answers": {{}}, "seconds": {{"q01": {given}}}}}'
    assert codes(one(text.encode(), "json")) == [("seconds.q01", "bad-seconds")]


def test_times_of_unknown_questions_and_times_that_are_no_mapping_are_faults() -> None:
    assert codes(one(person(seconds={"q99": 1}), "json")) == [("seconds.q99", "unknown-question")]
    assert codes(one(person(seconds=[1, 2]), "json")) == [("seconds", "bad-value")]


@pytest.mark.parametrize("key", ["lang", "started", "finished"])
def test_other_known_keys_are_text_or_absent(key: str) -> None:
    assert codes(one(person(**{key: 5}), "json")) == [(key, "bad-value")]
    assert getattr(record(one(person(**{key: None}), "json")).record, key) == ""


def stamp(**changes: object) -> dict[str, object]:
    return {"id": BANK.id, "version": BANK.version, "digest": BANK.digest} | changes


@pytest.mark.parametrize("bank", [stamp(), {}, stamp(version=None), {"id": BANK.id}, None, stamp(more=1)])
def test_a_stamp_of_the_bank_in_use_is_fine_however_much_it_says(bank: object) -> None:
    notes = Notes()
    record(one(person(bank=bank), "json", notes=notes))
    assert notes.lines() == []


@pytest.mark.parametrize(
    ("bank", "column"),
    [(stamp(digest="sha256:00"), "bank.digest"), (stamp(id="other"), "bank.id"), ({"digest": "x"}, "bank.digest")],
)
def test_a_record_for_another_bank_is_rejected_and_says_so(bank: object, column: str) -> None:
    item = one(person(bank=bank), "json")
    assert codes(item) == [(column, "other-bank")]
    assert "--ignore-digest" in reject(item).faults[0].message


def test_a_record_for_another_bank_is_accepted_on_request_with_a_note() -> None:
    notes = Notes()
    record(one(person(bank=stamp(digest="sha256:00")), "json", notes=notes, ignore_digest=True))
    assert notes.lines() == ["1 record made for another bank, scored all the same (p1)"]


def test_another_version_with_the_same_digest_is_only_noted() -> None:
    notes = Notes()
    record(one(person(bank=stamp(version="0.9")), "json", notes=notes))
    assert notes.lines("1.0") == ["1 record made for version 0.9 of the bank, scored with 1.0"]


@pytest.mark.parametrize("bank", ["ops-roles", [], 5, {"id": 5}, {"version": 1.0}])
def test_a_stamp_of_the_wrong_kind_is_a_fault(bank: object) -> None:
    assert [code for _, code in codes(one(person(bank=bank), "json"))] == ["bad-value"]


def test_unknown_keys_are_named_once_and_change_nothing() -> None:
    notes = Notes()
    lines = person(team="a") + b"\n" + person(team="b", age=5) + b"\n"
    first, second = read(lines, "jsonl", notes=notes)
    assert record(first).record == record(second).record
    assert notes.lines() == ["standard input: unknown keys ignored: team, age"]


def test_a_note_remembers_a_few_names_only() -> None:
    notes = Notes()
    read(b"\n".join(person(**{f"k{n}": 1}) for n in range(500)), "jsonl", notes=notes)
    (line,) = notes.lines()
    assert line.endswith("k19 and others")
    assert len(line) < 200


def test_kept_values_come_along_as_they_stand() -> None:
    item = record(one(person(team="a", size=2, ratio=0.5), "json", keep=("team", "size", "ratio", "q07", "none")))
    assert item.kept == ("a", 2, 0.5, 4, None)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("名字", "名字"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\u202egnp", "\\u202egnp"),
        ("\x9b1m", "\\x9b1m"),
        ("\ud800", "\\ud800"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("[bold]", "[bold]"),
    ],
)
def test_text_of_strangers_steers_no_terminal(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_the_rules_of_these_tests_are_those_of_the_shipped_bank() -> None:
    assert len(RULES.table.items) == 30
