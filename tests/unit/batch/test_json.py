"""JSON, JSON lines and YAML: one person or many, and what a broken file or line costs."""

from __future__ import annotations

import json

import pytest

from rolequiz.batch.notes import Notes
from rolequiz.errors import RolequizError
from tests.unit.batch.reading import ANSWERS, codes, one, read, record, reject


def person(name: str = "p1", more: dict[str, object] | None = None) -> str:
    return json.dumps({"id": name, "answers": ANSWERS} | (more or {}))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_one_person_as_a_document(mark: bytes) -> None:
    more: dict[str, object] = {
        "lang": "zh",
        "started": "2026-11-24T09:00:00Z",
        "finished": "2026-11-24T09:05:00Z",
        "seconds": {"q01": 4.2},
    }
    item = record(one(mark + person(more=more).encode(), "json"))
    assert (item.number, item.record.id, item.record.answers) == (1, "p1", ANSWERS)
    assert (item.record.lang, item.record.started, item.record.finished) == ("zh", more["started"], more["finished"])
    assert item.record.seconds == {"q01": 4.2}
    assert item.record.mode == "full"


def test_a_list_of_people_is_counted_from_1_and_one_bad_record_does_not_hide_the_next() -> None:
    items = read(f"[{person('p1')}, 5,\n {{}}, {person('p2')}]\n".encode(), "json")
    assert record(items[0]).number == 1
    assert (codes(items[1]), reject(items[1]).number, reject(items[1]).unit) == ([("", "not-a-record")], 2, "record")
    assert codes(items[2]) == [("id", "bad-id"), ("answers", "bad-answers")]
    assert (reject(items[1]).raw, reject(items[2]).raw) == ("5", "{}")
    assert record(items[3]).number == 4


@pytest.mark.parametrize("text", ["[]", " [ ] \n"])
def test_an_empty_list_is_a_file_of_nobody(text: str) -> None:
    assert read(text.encode(), "json") == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"id": "p1", "answers": }', "1:25"),
        ('[{"id": "p1"},\n {"id" "p2"}]', "2:8"),
        ("[{}\n {}]", "2:2"),
        ("[{},]", "1:5"),
        ("[{}", "1:4"),
        ("{} {}", "1:4"),
        ("[] x", "1:4"),
        ("id,q01", "1:1"),
        ('"p1"', "1:1"),
        ('{"id": "a\nb"}', "1:10"),
    ],
)
def test_a_broken_document_stops_everything_and_says_where(text: str, place: str) -> None:
    with pytest.raises(RolequizError) as caught:
        read(text.encode(), "json")
    assert caught.value.message.startswith(f"standard input:{place}: no valid JSON: ")
    assert caught.value.hint


def test_a_document_is_checked_to_its_end_before_the_first_record_is_given() -> None:
    with pytest.raises(RolequizError):
        read(f"[{person()}, {person()}, oops]".encode(), "json")


def test_json_lines_called_json_are_recognised() -> None:
    with pytest.raises(RolequizError) as caught:
        read(f"{person()}\n{person()}\n".encode(), "json")
    assert "--format-in jsonl" in caught.value.hint


def test_invalid_utf8_in_a_document_stops_everything_and_says_where() -> None:
    with pytest.raises(RolequizError, match=r"^standard input:2:3: this byte is no UTF-8 \(\\xff\)"):
        read(b'{\n "\xff": 1}', "json")


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_nesting_deeper_than_the_machine_crashes_nothing(form: str) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    text = f'{{"id": "p1", "answers": {{}}, "x": {deep}}}'.encode()
    if form == "jsonl":
        first, second = read(text + b"\n" + person().encode(), "jsonl")
        assert codes(first) == [("", "malformed")]
        record(second)
    else:
        with pytest.raises(RolequizError, match="nested too deeply"):
            read(text, "json")


def test_lines_of_json() -> None:
    data = f"{person('p1')}\n\n \t\r\n{person('p2')}\r\n {person('p3')} ".encode()
    items = [record(item) for item in read(data, "jsonl")]
    assert [(item.number, item.record.id) for item in items] == [(1, "p1"), (4, "p2"), (5, "p3")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("oops", "malformed"),
        ('{"id": "p1", "answers": {}', "malformed"),
        ("{} {}", "malformed"),
        ("[]", "not-a-record"),
        ('{"id": "a\tb", "answers": {}}', "malformed"),
        ("id,q01", "malformed"),
    ],
)
def test_a_bad_line_is_a_reject_wherever_it_stands(line: str, code: str) -> None:
    first, second, third = read(f"{line}\n{person()}\n{line}\n".encode(), "jsonl")
    assert codes(first) == codes(third) == [("", code)]
    assert (reject(first).number, reject(third).number, reject(first).raw) == (1, 3, line)
    assert reject(first).unit == "line"
    record(second)


def test_a_bad_line_of_json_says_in_which_column() -> None:
    assert reject(one(b'{"id": x}\n', "jsonl")).faults[0].message == "no valid JSON at column 8: Expecting value"


def test_invalid_utf8_rejects_its_line_and_is_kept() -> None:
    first, second = read(b'{"id": "p\xc3"}\n' + person().encode(), "jsonl")
    assert codes(first) == [("", "not-utf8")]
    assert reject(first).raw == '{"id": "p\\xc3"}'
    record(second)


YAML = """\
id: p1
lang: zh
answers:
  q01: 2
  q02: null
  q03:
seconds: {q01: 4.2}
"""


def test_one_person_in_yaml() -> None:
    item = record(one(YAML.encode(), "yaml"))
    assert (item.record.id, item.record.answers, item.record.seconds) == ("p1", {"q01": 2}, {"q01": 4.2})


def test_a_list_in_yaml_with_one_bad_record() -> None:
    text = "- {id: p1, answers: {q01: 1}}\n- {id: 5, answers: {q01: 2.0, q02: '2', q03: true, q04: yes}}\n- 5\n"
    first, second, third = read(text.encode(), "yaml")
    record(first)
    assert codes(second) == [
        ("id", "bad-id"),
        ("q01", "not-a-number"),
        ("q02", "not-a-number"),
        ("q03", "not-a-number"),
        ("q04", "not-a-number"),
    ]
    assert (reject(second).number, reject(second).unit) == (2, "record")
    assert codes(third) == [("", "not-a-record")]


def test_a_key_given_twice_in_yaml_rejects_its_record_only() -> None:
    text = "- {id: p1, answers: {q01: 1, q01: 2}}\n- {id: p2, id: p3, answers: {}}\n- {id: p4, answers: {q01: 1}}\n"
    first, second, third = read(text.encode(), "yaml")
    assert codes(first) == [("q01", "repeated-key")]
    assert codes(second) == [("id", "repeated-key")]
    record(third)


def test_a_huge_integer_in_yaml_is_no_option_and_no_time() -> None:
    item = one(b"id: p1\nanswers: {q01: 12345678901234567890}\nseconds: {q01: 12345678901234567890}\n", "yaml")
    assert codes(item) == [("q01", "not-an-option"), ("seconds.q01", "bad-seconds")]
    assert reject(item).faults[0].value == "12345678901234567890"


@pytest.mark.parametrize(
    "text",
    [
        "id: [",
        "id: p1\n id: p2",
        "a: &x 1\nb: *x",
        "- - - a: {",
        "id: p1\n---\nid: p2",
        "!!python/object:os.system {}",
        "[" * 1000,
        "id: \x01",
    ],
)
def test_yaml_that_cannot_be_read_stops_everything_and_says_where(text: str) -> None:
    with pytest.raises(RolequizError, match=r"^standard input:[0-9]+:[0-9]+: "):
        read(text.encode(), "yaml")


@pytest.mark.parametrize("text", ["5", "just text", "null # nothing"])
def test_yaml_that_holds_no_people_stops_everything(text: str) -> None:
    with pytest.raises(RolequizError, match="a person's record"):
        read(text.encode(), "yaml")


def test_an_id_column_is_for_tables_and_is_noted_elsewhere() -> None:
    notes = Notes()
    read(person().encode(), "json", id_column="mail", notes=notes)
    assert notes.lines() == ["standard input: --id-column mail is for CSV; here the key id counts"]
