"""Result rows: names, order, and bytes."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolequiz.batch.records import Accepted, Unread
from rolequiz.batch.renderings import rendering
from rolequiz.batch.results import Layout, ResultFormat, cells, csv_line, header, is_formula, record, taken
from rolequiz.batch.targets import target
from rolequiz.core.assess import assess
from rolequiz.core.result import result_record
from rolequiz.core.score import Sheet, sheet_of
from rolequiz.core.table import Table, compile_table
from rolequiz.model import AnswerRecord, Bank
from tests.small_banks import catalogues_and_forms, sheets, shipped, shipped_table
from tests.unit.batch.reading import ANSWERS

LAYOUT = Layout(shipped().stamp, shipped_table())
DIGEST = shipped().digest
FULL = assess(shipped_table(), sheet_of(shipped_table(), ANSWERS))
FEW = assess(shipped_table(), sheet_of(shipped_table(), {"q01": 1, "q02": 2}))


def person(name: str = "p001", *kept: object) -> Accepted:
    return Accepted("answers.csv", 2, AnswerRecord(name, ANSWERS), kept)


def as_bytes(form: ResultFormat, layout: Layout, *people: Accepted) -> bytes:
    parts: list[bytes] = []
    into = target(form, layout, lambda data: parts.append(bytes(data)))
    into.begin()
    for one in people:
        made = rendering(form, layout)
        made.put(one, FULL)
        into.put(made.take())
    into.end()
    return b"".join(parts)


def test_the_columns_stand_in_the_promised_order() -> None:
    assert ",".join(header(LAYOUT)) == (
        "id,status,mode,answered,top,tie,shape,label,lead,"
        "points_activity,fit_activity,certainty_activity,place_activity,"
        "points_user,fit_user,certainty_user,place_user,"
        "points_content,fit_content,certainty_content,place_content,"
        "trait_quick_wins,trait_high_energy,trait_campaign_drive,trait_front_line,"
        "trait_social_ease,trait_coordination,trait_even_temper,trait_duty_rigour,"
        "trait_making,trait_taste,trait_aspiration,trait_audience_sense,"
        "flags,bank,version,digest"
    )
    core = Layout(shipped().stamp, shipped_table(), "core", with_source=True, keep=("team", "age"))
    assert header(core)[-6:] == ("certainty_content", "place_content", "source", "line", "team", "age")
    full = Layout(shipped().stamp, shipped_table(), with_source=True, keep=("team",))
    assert header(full)[-4:] == ("digest", "source", "line", "team")


def test_the_row_of_the_worked_example() -> None:
    assert ",".join(cells(LAYOUT, person(), FULL)) == (
        "p001,full,full,30,user,false,single,clear,26,"
        "24,35.294117647058826,0.04604058386151686,2,"
        "50,73.52941176470588,0.9281200121052042,1,"
        "19,27.941176470588236,0.025839404033278827,3,"
        f"7,7,7,3,14,14,13,9,5,7,1,6,,ops-roles,1.0,{DIGEST}"
    )


def test_what_is_absent_is_empty() -> None:
    row = dict(zip(header(LAYOUT), cells(LAYOUT, person(), FEW), strict=True))
    empty = {name for name, text in row.items() if not text}
    roles = ("activity", "user", "content")
    assert empty == {"top", "shape", "label", "lead", "flags"} | {
        f"{kind}_{role}" for kind in ("certainty", "place") for role in roles
    }
    assert (row["status"], row["tie"], row["answered"], row["points_user"]) == ("insufficient", "false", "2", "26")


def test_several_values_in_a_cell_and_booleans() -> None:
    tied = assess(shipped_table(), (None,) * 30, asked=0)
    row = dict(zip(header(LAYOUT), cells(LAYOUT, person(), tied), strict=True))
    assert (row["top"], row["tie"]) == ("activity;user;content", "true")
    straight = assess(shipped_table(), (1,) * 30)
    row = dict(zip(header(LAYOUT), cells(LAYOUT, person(), straight), strict=True))
    assert row["flags"].startswith("straight-lining;")


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("=1+1", True),
        ("@SUM(A1)", True),
        ("\t=1", True),
        ("\r=1", True),
        ("+1+1", True),
        ("-", True),
        ("+", True),
        ("-cmd|x", True),
        ("+٣", True),
        ("-1", False),
        ("+1.5", False),
        ("-1e5", False),
        ("-.5", False),
        ("", False),
        ("p1", False),
        ("1=1", False),
        (" =1", False),
        ("'=1", False),
    ],
)
def test_which_cells_a_spreadsheet_would_run(text: str, runs: bool) -> None:
    assert is_formula(text) is runs


def test_cells_that_would_run_get_an_apostrophe_and_are_counted() -> None:
    layout = Layout(shipped().stamp, shipped_table(), "core", keep=("note",))
    made = rendering("csv", layout)
    made.put(person("=A1", "@x"), FULL)
    made.put(person("-5", "ok"), FULL)
    rows = list(csv.reader(StringIO(bytes(made.take()).decode())))
    assert made.escaped == 2
    assert [(row[0], row[-1]) for row in rows] == [("'=A1", "'@x"), ("-5", "ok")]


def test_verbatim_leaves_them_and_json_always_does() -> None:
    layout = Layout(shipped().stamp, shipped_table(), verbatim=True)
    assert b"\n=A1,full" in as_bytes("csv", layout, person("=A1"))
    assert json.loads(as_bytes("jsonl", LAYOUT, person("=A1")))["id"] == "=A1"


@pytest.mark.parametrize(
    ("cell", "written"),
    [("a,b", '"a,b"'), ('a"b', '"a""b"'), ("a\nb", '"a\nb"'), ("a\rb", '"a\rb"'), ("a b", "a b"), ("名", "名")],
)
def test_cells_are_quoted_where_needed(cell: str, written: str) -> None:
    assert csv_line(["x", cell]) == f"x,{written}\n"


@given(st.lists(st.text(max_size=8), min_size=2, max_size=4))
def test_rows_read_back_as_they_were(row: list[str]) -> None:
    assert list(csv.reader(StringIO(csv_line(row), newline=""))) == [row]


def test_json_lines_hold_the_result_record_with_unrounded_numbers() -> None:
    line = as_bytes("jsonl", LAYOUT, person())
    assert line.count(b"\n") == 1
    assert line.endswith(b"}\n")
    assert json.loads(line) == result_record(shipped().stamp, "p001", FULL)
    assert b'"fit": 73.52941176470588' in line


def test_a_json_list_is_one_document_for_any_number_of_people() -> None:
    assert as_bytes("json", LAYOUT) == b"[]\n"
    for count in (1, 2, 3):
        found = json.loads(as_bytes("json", LAYOUT, *(person(f"p{n}") for n in range(count))))
        assert [one["id"] for one in found] == [f"p{n}" for n in range(count)]


def test_origin_and_kept_columns_end_the_json_record() -> None:
    layout = Layout(shipped().stamp, shipped_table(), with_source=True, keep=("team", "tags", "size", "big"))
    found = record(layout, person("p1", "a", ["x", 1], None, Unread("1e999")), FULL)
    assert list(found)[-6:] == ["source", "line", "team", "tags", "size", "big"]
    assert list(found.values())[-6:] == ["answers.csv", 2, "a", '["x", 1]', None, "1e999"]


@pytest.mark.parametrize("form", ["csv", "jsonl", "json"])
def test_text_without_utf8_and_absurd_values_are_written_all_the_same(form: ResultFormat) -> None:
    deep: list[object] = []
    for _ in range(990):
        deep = [deep]
    layout = Layout(shipped().stamp, shipped_table(), keep=("x", "y"))
    data = as_bytes(form, layout, person("p1", deep, "\ud800"))
    assert b"\\ud800" in data
    data.decode()


@pytest.mark.parametrize("name", ["id", "points_user", "trait_taste", "digest", "source", "roles", "schema"])
def test_names_that_an_output_has_already_cannot_be_kept(name: str) -> None:
    assert taken(Layout(shipped().stamp, shipped_table(), "core", keep=("team", name))) == (name,)


@st.composite
def banks_with_sheets(draw: st.DrawFn) -> tuple[Bank, Table, Sheet]:
    form, catalogue = draw(catalogues_and_forms())
    table = compile_table(form, catalogue)
    return Bank(form, catalogue, "sha256:0"), table, draw(sheets(table))


@given(banks_with_sheets())
def test_csv_and_json_tell_the_same_of_every_bank_and_sheet(case: tuple[Bank, Table, Sheet]) -> None:
    bank, table, sheet = case
    result = assess(table, sheet)
    layout = Layout(bank.stamp, table)
    row = dict(zip(header(layout), cells(layout, person("p"), result), strict=True))
    found = record(layout, person("p"), result)
    for key in ("status", "mode", "shape", "label"):
        assert row[key] == (found[key] or "")
    assert row["top"] == ";".join(result.top)
    for one in result.roles:
        assert float(row[f"fit_{one.role}"]) == one.fit
        assert row[f"certainty_{one.role}"] == ("" if one.certainty is None else repr(one.certainty))
        assert row[f"place_{one.role}"] == ("" if one.place is None else str(one.place))
        assert row[f"points_{one.role}"] == str(one.points)
    assert [row[f"trait_{one.trait}"] for one in result.traits] == [str(one.points) for one in result.traits]
