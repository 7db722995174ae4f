"""CSV: physical lines, headers, and what a broken line costs (itself)."""

from __future__ import annotations

import csv
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolequiz.batch.csv_lines import cells_of
from rolequiz.batch.lines import MAX_LINE, Line, physical_lines
from rolequiz.batch.notes import Notes
from rolequiz.batch.rejects import Fault
from rolequiz.errors import RolequizError
from tests.unit.batch.reading import ANSWERS, HEADER, QUESTIONS, codes, csv_file, csv_line, one, read, record, reject


def ids(data: bytes) -> list[str | None]:
    """The ids that came through, None for a reject."""
    return [None if hasattr(item, "faults") else record(item).record.id for item in read(data, "csv")]


def test_a_line_is_a_record_in_the_order_of_the_file() -> None:
    first, second = read(csv_file(csv_line("p1"), csv_line("p2", q01="")))
    assert (record(first).number, record(first).record.id, record(first).record.answers) == (2, "p1", ANSWERS)
    assert (record(second).number, record(second).record.id) == (3, "p2")
    assert record(first).source == "<stdin>"


def test_columns_may_stand_in_any_order() -> None:
    assert record(one(b"q30,id,q01\n2,p1,3\n", "csv")).record.answers == {"q30": 2, "q01": 3}


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "unended"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
def test_line_ends_and_byte_order_marks_make_no_difference(end: bytes, last: bool, mark: bytes) -> None:
    lines = [HEADER.encode(), csv_line("p1").encode(), csv_line("p2").encode()]
    data = mark + end.join(lines) + (end if last else b"")
    assert [record(item).record.answers for item in read(data, "csv")] == [ANSWERS, ANSWERS]


def test_blank_lines_count_as_lines_but_are_no_records() -> None:
    data = f"\n\r\n{HEADER}\n\n{csv_line('p1')}\n\r\n\n{csv_line('p2')}\n\n".encode()
    assert [record(item).number for item in read(data, "csv")] == [5, 8]


def test_ids_may_repeat() -> None:
    assert ids(csv_file(csv_line("p1"), csv_line("p1"))) == ["p1", "p1"]


def test_short_and_long_lines_are_rejected_never_repaired() -> None:
    items = read(csv_file(csv_line("p1") + ",", csv_line("p2")[:-2], "p3", csv_line("p4")))
    assert [codes(item) for item in items[:3]] == [[("", "long-line")], [("", "short-line")], [("", "short-line")]]
    assert [reject(item).id for item in items[:3]] == ["p1", "p2", "p3"]
    assert reject(items[1]).faults[0].message == "30 cells, but the header has 31 columns"
    assert reject(items[2]).raw == "p3"
    record(items[3])


def test_an_unclosed_quote_costs_its_own_record_only() -> None:
    items = read(csv_file(csv_line('"p1'), csv_line("p2"), csv_line('"p3"')))
    assert codes(items[0]) == [("", "open-quote")]
    assert reject(items[0]).raw.startswith('"p1,2,3')
    assert [record(item).record.id for item in items[1:]] == ["p2", "p3"]


def test_both_lines_of_a_quoted_newline_are_rejected_and_no_person_is_made_of_the_rest() -> None:
    assert ids(csv_file(csv_line('"p\n1"'), csv_line("p2"))) == [None, None, "p2"]


def test_bytes_that_are_no_utf8_reject_their_line_and_are_kept() -> None:
    data = csv_file(csv_line("p1"), csv_line("p2")).replace(b"p1", b"p\xff1")
    first, second = read(data, "csv")
    assert codes(first) == [("", "not-utf8")]
    assert reject(first).raw.startswith("p\\xff1,2,3,1")
    record(second)


def test_a_line_without_an_end_is_cut_off_and_the_next_one_is_read() -> None:
    data = csv_file("x" * (MAX_LINE + 1), csv_line("p2"))
    first, second = read(data, "csv")
    assert codes(first) == [("", "too-long")]
    assert reject(first).raw == "x" * 4096
    assert (record(second).record.id, record(second).number) == ("p2", 3)


@pytest.mark.parametrize("extra", [0, 1, 2, 3, 70_000, 3_000_000])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
@pytest.mark.parametrize("piece", [65536, 4_000_000])
def test_lines_are_cut_exactly_at_the_cap(extra: int, end: bytes, piece: int) -> None:
    data = b"a" * (MAX_LINE + extra) + end + (b"b\n" if end else b"")
    chunks = [data[at : at + piece] for at in range(0, len(data), piece)]
    lines = list(physical_lines(chunks))
    assert lines[0] == Line(1, b"a" * MAX_LINE, extra > 0)
    assert lines[1:] == ([Line(2, b"b")] if end else [])


def test_an_endless_line_takes_no_more_memory_than_the_cap() -> None:
    tracemalloc.start()
    (line,) = physical_lines(b"x" * 65536 for _ in range(1000))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(line.content) == MAX_LINE
    assert most < 5 * MAX_LINE


@given(st.binary(max_size=40).map(lambda data: data.replace(b"\x00", b"\n")), st.integers(1, 7))
def test_lines_do_not_depend_on_how_the_bytes_arrive(data: bytes, piece: int) -> None:
    chunks = [data[at : at + piece] for at in range(0, len(data), piece)]
    expected = [line.removesuffix(b"\r") for line in data.split(b"\n")]
    if data.endswith(b"\n") or not data:
        expected.pop()
    assert [line.content for line in physical_lines(chunks)] == expected


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", ("",)),
        ("a", ("a",)),
        ("a,b", ("a", "b")),
        (",", ("", "")),
        ('"a"', ("a",)),
        ('"a,b",c', ("a,b", "c")),
        ('"a""b",""', ('a"b', "")),
        ('"",,""', ("", "", "")),
        ('"a\rb"', ("a\rb",)),
        ('""""', ('"',)),
    ],
)
def test_cells_as_rfc_4180_writes_them(text: str, cells: tuple[str, ...]) -> None:
    assert cells_of(text) == cells


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('"', "open-quote"),
        ('a,"b', "open-quote"),
        ('"a""', "open-quote"),
        ('"a"b', "malformed"),
        ('"a" ,b', "malformed"),
        ('a"b', "malformed"),
        (' "a"', "malformed"),
        ("a\rb", "malformed"),
        ('a\rb"c', "malformed"),
    ],
)
def test_anything_else_is_a_fault_and_not_a_guess(text: str, code: str) -> None:
    found = cells_of(text)
    assert isinstance(found, Fault)
    assert found.code == code


@given(st.text(alphabet='ab,"\r é', max_size=20))
def test_the_csv_module_reads_the_same_cells_from_every_line_that_is_accepted(text: str) -> None:
    found = cells_of(text)
    if not isinstance(found, Fault) and text:
        assert tuple(next(csv.reader([text], strict=True))) == found


@given(st.lists(st.text(alphabet='ab,"\r é\0', max_size=8), min_size=1, max_size=5))
def test_cells_come_back_from_their_quoted_form(cells: list[str]) -> None:
    assert cells_of(",".join('"' + cell.replace('"', '""') + '"' for cell in cells)) == tuple(cells)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        pytest.param("name,q01", "standard input:1: there is no column id", id="no id"),
        pytest.param("id,name", "standard input:1: no column is a question of the bank ops-roles", id="no question"),
        pytest.param("id,q01,q01", "standard input:1: columns stand there more than once: q01", id="repeated question"),
        pytest.param("id,q01,id", "standard input:1: columns stand there more than once: id", id="repeated id"),
        pytest.param("id,q01,x,x", "standard input:1: columns stand there more than once: x", id="repeated other"),
        pytest.param("id,q01,,", "standard input:1: columns stand there more than once: (no name)", id="no names"),
        pytest.param('id,"q01', "standard input:1: no valid CSV: a quoted cell does not end on this line", id="quote"),
        pytest.param("\n\nname,q01", "standard input:3: there is no column id", id="after blank lines"),
    ],
)
def test_a_header_that_cannot_be_used_stops_everything(header: str, message: str) -> None:
    with pytest.raises(RolequizError) as caught:
        read(f"{header}\np1,1\n".encode(), "csv")
    assert caught.value.message.startswith(message)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("header", "hint"),
    [
        ("id;q01;q02", "the columns are separated by semicolons; save the file with commas"),
        ("id\tq01\tq02", "the columns are separated by tabs; save the file with commas"),
        ("ID,q01", 'name it with --id-column "ID"'),
        ("name,q01", "name the column that holds the ids with --id-column; the columns are name, q01"),
    ],
)
def test_a_missing_id_column_comes_with_the_likely_remedy(header: str, hint: str) -> None:
    with pytest.raises(RolequizError) as caught:
        read(header.encode(), "csv")
    assert caught.value.hint == hint


def test_a_header_in_another_encoding_or_without_an_end_stops_everything() -> None:
    with pytest.raises(RolequizError, match="standard input:1: the header is no UTF-8 \\(byte 4\\)"):
        read("id,ü,q01\n".encode("latin-1"), "csv")
    with pytest.raises(RolequizError, match="standard input:1: the header is longer than 1048576 bytes"):
        read(b"i" * (MAX_LINE + 1), "csv")


def test_the_id_may_stand_in_a_column_of_another_name() -> None:
    notes = Notes()
    data = b"id,mail,q01\nx,a@b,1\n"
    assert record(one(data, "csv", id_column="mail", notes=notes)).record.id == "a@b"
    assert "standard input: column ignored: id" in notes.lines()
    with pytest.raises(RolequizError, match="q01 is a question, not the id"):
        read(b"id,q01\np,1\n", "csv", id_column="q01")


def test_missing_questions_and_other_columns_are_noted() -> None:
    notes = Notes()
    header = ",".join(["id", "team", "age", *QUESTIONS[2:]])
    read(f"{header}\n".encode(), "csv", notes=notes)
    assert notes.lines() == [
        "standard input: no column for q01, q02: nobody's answer to it is known",
        "standard input: columns ignored: team, age",
    ]


def test_columns_to_keep_come_along_as_text_and_must_exist() -> None:
    notes = Notes()
    data = b"id,team,q01\np1,007,1\n"
    item = record(one(data, "csv", keep=("team", "q01"), notes=notes))
    assert item.kept == ("007", "1")
    assert not [line for line in notes.lines() if "ignored" in line]
    with pytest.raises(RolequizError, match="there is no column dept to keep"):
        read(data, "csv", keep=("dept",))


def test_a_header_alone_is_a_file_of_nobody() -> None:
    assert read(f"{HEADER}\n".encode(), "csv") == []
