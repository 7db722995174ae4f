"""Answers of form tools: matched exactly or rejected, whatever tool and language."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolequiz.errors import RolequizError
from rolequiz.model import Agree, AnswerRecord, Choice, Pair, words
from rolequiz.workshop.importing import Reading, mapped, read_rows
from rolequiz.workshop.matching import Cells, Headers
from rolequiz.workshop.sheet import parsed
from tests.unit.workshop.rooms import BANK, new_room, sat

IDS = [question.id for question in BANK.questions]


def table_of(header: Sequence[str], *rows: Sequence[str], delimiter: str = ",") -> bytes:
    out = StringIO()
    csv.writer(out, delimiter=delimiter).writerows([header, *rows])
    return out.getvalue().encode()


def reading(data: bytes, name_column: str | None = None) -> Reading:
    sheet = parsed(data, "f.csv")
    return read_rows(BANK, sheet, mapped(BANK, sheet.header, "f.csv", name_column), None, "en")


def faults(data: bytes) -> list[tuple[int, int, str, str]]:
    return [(one.line, one.column, one.value, one.message) for row in reading(data).rejected for one in row]


def headers_of(place: int) -> list[str]:
    """Ways in which form tools head a question."""
    question, number = BANK.questions[place], place + 1
    found = [question.id, question.id.upper(), str(number), f"{number}.", f"Q{number}", f"Question {number}:"]
    found += [f"问题{number}", f"第{number}题", f"{number}、", f"Ｑ{number}", f"  q {number} "]
    for lang in BANK.languages:
        found += [words(question.label, lang), words(question.label, lang).upper() + " *"]
        if isinstance(question, Pair):
            found.append(f"{words(question.first.text, lang)}\n{words(question.second.text, lang)}")
        else:
            text = words(question.text, lang)
            found += [text, f"{number}. {text}", f"{number}、{text}", f"Q{number}: {text.upper()}", f" {text}\n"]
    return found


@pytest.mark.parametrize("place", range(30))
def test_every_way_to_head_a_question_means_it(place: int) -> None:
    headers = Headers(BANK)
    for header in headers_of(place):
        assert [one.place for one in headers.meanings(header)] == [place], header


@pytest.mark.parametrize(
    "header", ["", "q31", "0", "31", "Q", "q1x", "1.5", "12 3", "Email", "q01 q02", "7. Quiet café"]
)
def test_other_headers_mean_nothing(header: str) -> None:
    assert Headers(BANK).meanings(header) == ()


def test_a_number_before_the_text_of_another_question_means_nothing() -> None:
    question = BANK.questions[0]
    assert isinstance(question, Choice)
    assert Headers(BANK).meanings(f"2. {words(question.text, 'en')}") == ()


@pytest.mark.parametrize("place", range(30))
def test_every_way_to_write_an_answer_means_it(place: int) -> None:
    question = BANK.questions[place]
    cells = Cells(BANK, question)
    scales = BANK.form.scales
    options: list[list[str]]
    match question:
        case Agree():
            options = [[words(point, lang) for lang in BANK.languages] for point in scales.agree]
        case Pair():
            options = [[words(point, lang) for lang in BANK.languages] for point in scales.pair]
        case Choice():
            options = [
                [words(text, lang) for lang in BANK.languages for text in (one.text, one.said or one.text)]
                for one in question.options
            ]
    for number, texts in enumerate(options, start=1):
        ways = [str(number), f" {number} ", chr(0xFF10 + number), f"{number}."]
        for text in texts:
            ways += [text, text.upper(), f"{text}.", f"{text}。", f"{number}. {text}", f"{'abcde'[number - 1]}、{text}"]
            ways.append(text.replace("'", "’"))
        for way in ways:
            assert cells.options(way) == (number,), way
    wrong = "2" if len(options) < 2 else "1"
    assert cells.options(f"{len(options) + 1}") == ()
    assert cells.options(f"{len(options)}. {options[int(wrong) - 1][0]}") == ()


@pytest.mark.parametrize("cell", ["0", "6", "-1", "1.0", "01", "1,2", "one", "agre", "Agree or not", "B", "x" * 5000])
def test_other_cells_mean_nothing(cell: str) -> None:
    question = next(one for one in BANK.questions if isinstance(one, Agree))
    assert Cells(BANK, question).options(cell) == ()


def test_the_words_of_two_options_are_ambiguous() -> None:
    question = next(one for one in BANK.questions if isinstance(one, Choice))
    first, second, third = question.options
    twins = replace(question, options=(first, replace(second, said={"en": "2"}), replace(third, said={"en": "2"})))
    assert Cells(BANK, twins).options("2") == (2, 3)


def test_a_table_becomes_records_whatever_delimits_it() -> None:
    row = ["heron", *("1" for _ in IDS)]
    for delimiter in ",;\t":
        found = reading(table_of(["id", *IDS], row, delimiter=delimiter))
        assert [one.id for one in found.records] == ["heron"]
        assert found.records[0] == AnswerRecord("heron", dict.fromkeys(IDS, 1), bank=BANK.stamp, lang="en")


def test_blank_lines_marks_at_the_start_and_feeds_of_any_kind_make_no_difference() -> None:
    plain_table = table_of(["id", *IDS], ["heron", *("1" for _ in IDS)])
    for data in (
        b"\xef\xbb\xbf" + plain_table,
        plain_table.replace(b"\r\n", b"\n"),
        b"\r\n\r\n" + plain_table + b"\r\n,,,\r\n",
    ):
        assert reading(data).records == reading(plain_table).records


def test_a_header_and_a_cell_over_several_lines_keep_the_count_of_lines() -> None:
    header = ["code name", "1\n", *IDS[1:]]
    data = table_of(header, ["heron", *("1" for _ in IDS)], ["owl", "9", *("1" for _ in IDS[1:])])
    assert faults(data) == [(4, 2, "9", "is no option of q01")]


def test_every_fault_of_a_row_is_told_and_nothing_of_it_is_kept() -> None:
    data = table_of(["id", *IDS], ["a\u202eb", "9", "maybe", *("1" for _ in IDS[2:])])
    found = reading(data)
    assert found.records == ()
    assert [(one.column, one.header) for one in found.rejected[0]] == [(1, "id"), (2, "q01"), (3, "q02")]


def test_an_empty_cell_is_a_gap_and_a_row_of_gaps_a_reject() -> None:
    data = table_of(["id", *IDS], ["heron", "", *("2" for _ in IDS[1:])], ["owl", *("" for _ in IDS)])
    found = reading(data)
    assert found.records[0].answers == dict.fromkeys(IDS[1:], 2)
    assert [row[0].message for row in found.rejected] == ["no question is answered"]


def test_short_and_long_rows_are_rejected() -> None:
    ones = ["1" for _ in IDS]
    data = table_of(["id", *IDS], ["heron", *ones[1:]], ["owl", *ones, "1"])
    assert [message for *_, message in faults(data)] == [
        "30 cells, where the header has 31",
        "32 cells, where the header has 31",
    ]


def test_of_a_name_that_is_there_twice_no_row_counts() -> None:
    ones = ["1" for _ in IDS]
    found = reading(table_of(["id", *IDS], ["Heron", *ones], ["fox", *ones], ["ＨＥＲＯＮ", *ones]))
    assert [one.id for one in found.records] == ["fox"]
    assert [row[0].line for row in found.rejected] == [2, 4]


def test_names_of_the_room_are_rejected(tmp_path: Path) -> None:
    room = new_room(tmp_path)
    room.keep(AnswerRecord("heron", {"q01": 1}))
    sat(room, "owl", 3)
    sheet = parsed(table_of(["id", "q01"], ["HERON", "1"], ["Owl", "1"], ["fox", "1"]), "f.csv")
    found = read_rows(BANK, sheet, mapped(BANK, sheet.header, "f.csv"), room, "en")
    assert [one.id for one in found.records] == ["fox"]
    assert [row[0].message for row in found.rejected] == [
        "already in the room",
        "this code name has an unfinished sitting in the room",
    ]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (["id", "q01", "Q1"], "columns 2 and 3 are both q01"),
        (["q01", "q02"], "no column holds code names"),
        (["id", "name", "q01"], r"several columns may hold code names: 1 \('id'\), 2 \('name'\)"),
        (["id", "colour", "mood"], "no column is a question"),
        (["id", "q01", "mood"], "no column for q02, .* and unknown ones: 3"),
    ],
)
def test_a_header_that_leaves_a_doubt_stops_everything(header: list[str], said: str) -> None:
    with pytest.raises(RolequizError, match=said):
        mapped(BANK, header, "f.csv")


def test_the_column_of_names_can_be_named() -> None:
    found = mapped(BANK, ["id", "Name", *IDS], "f.csv", "name")
    assert [column.use for column in found.columns[:2]] == ["unknown", "name"]
    with pytest.raises(RolequizError, match="no column is called 'nick'"):
        mapped(BANK, ["id", "Name", *IDS], "f.csv", "nick")


def test_a_header_that_may_mean_two_questions_is_an_error() -> None:
    first, second, *rest = BANK.questions
    twins = replace(BANK, form=replace(BANK.form, questions=(first, replace(second, label={"en": "1"}), *rest)))
    with pytest.raises(RolequizError, match="may mean several questions: q01, q02"):
        mapped(twins, ["id", "1"], "f.csv")


def test_times_are_ignored_and_known_as_such() -> None:
    found = mapped(BANK, ["Timestamp", "提交时间", "id", "q01"], "f.csv")
    assert [column.use for column in found.columns] == ["time", "time", "name", "question"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("代号,q01\nheron,1\n".encode("gb18030"), "this is not UTF-8"),
        ("id,q01\nheron,1\n".encode("utf-16"), "UTF-16"),
        ("id,q01\nheron,1\n".encode("utf-16-le"), "UTF-16"),
        (b"PK\x03\x04rest", "workbook"),
        (b"", "nothing in it"),
        (b"\n\n", "nothing in it"),
        (b"id\nheron\n", "one column only"),
        (b'id,q01\nheron,"1\nowl,1\n', "no CSV"),
    ],
)
def test_other_files_are_a_message_that_says_how_to_save(data: bytes, said: str) -> None:
    with pytest.raises(RolequizError, match=said) as caught:
        parsed(data, "f.csv")
    assert caught.value.hint


@given(st.binary(max_size=200))
def test_no_bytes_at_all_are_a_traceback(data: bytes) -> None:
    try:
        reading(data)
    except RolequizError:
        return


@given(st.lists(st.lists(st.one_of(st.none(), st.integers(1, 3)), min_size=30, max_size=30), min_size=1, max_size=5))
def test_sheets_come_back_as_they_were_written(sheets: list[list[int | None]]) -> None:
    rows = [[f"p{place}", *("" if one is None else str(one) for one in sheet)] for place, sheet in enumerate(sheets)]
    found = reading(table_of(["id", *IDS], *rows))
    wanted = [{question: one for question, one in zip(IDS, sheet, strict=True) if one is not None} for sheet in sheets]
    assert [record.answers for record in found.records] == [one for one in wanted if one]
    assert len(found.rejected) == sum(not one for one in wanted)
