"""Parquet in and out: which columns are read, what is refused, and a file that depends on its rows only."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from time import monotonic, sleep

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rolequiz
from rolequiz.batch.notes import Notes
from rolequiz.batch.parquet_columns import header_of_schema
from rolequiz.batch.parquet_files import ROWS, row_batches, row_pieces
from rolequiz.batch.parquet_records import row_items
from rolequiz.batch.parquet_results import GROUP, ArrowRendering, ParquetTarget, schema_of, stream_of
from rolequiz.batch.pieces import Header, Rows
from rolequiz.batch.records import Accepted, Item, Rules
from rolequiz.batch.results import Layout, cells, header
from rolequiz.core.assess import Assessment, assess
from rolequiz.core.score import Sheet, sheet_of
from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord
from tests.small_banks import random_sheet, shipped, shipped_table
from tests.unit.batch.reading import ANSWERS, QUESTIONS, RULES, codes, csv_file, record, reject
from tests.unit.batch.reading import read as read_csv

LAYOUT = Layout(shipped().stamp, shipped_table())
INTEGERS = (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())
TEXTS = (pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string()))


def saved(path: Path, columns: dict[str, object], rows: int | None = None) -> str:
    """A file of these columns, ``rows`` to a row group."""
    pq.write_table(pa.table(columns), path, row_group_size=rows)
    return str(path)


def sheet(rows: int = 1, kind: pa.DataType | None = None, **columns: object) -> dict[str, object]:
    """The columns of people with the same answers; single columns can be replaced or added."""
    written = kind is not None and kind not in INTEGERS
    found: dict[str, object] = {"id": [f"p{row}" for row in range(1, rows + 1)]}
    for question, answer in ANSWERS.items():
        found[question] = pa.array([str(answer) if written else answer] * rows, kind or pa.int8())
    return found | columns


def pieces(name: str, rules: Rules = RULES, notes: Notes | None = None) -> list[Rows]:
    found = list(row_pieces(name, rules, notes if notes is not None else Notes()))
    assert all(isinstance(piece, Rows) for piece in found)
    return [piece for piece in found if isinstance(piece, Rows)]


def read(name: str, rules: Rules = RULES, size: int = 1000) -> list[Item]:
    return [item for piece in pieces(name, rules) for item in row_items(piece, rules, size)]


def refusal(name: str, rules: Rules = RULES) -> RolequizError:
    """What is said before anything is iterated."""
    with pytest.raises(RolequizError) as caught:
        row_pieces(name, rules, Notes())
    assert caught.value.message.startswith(f"{name}: ")
    assert caught.value.hint
    return caught.value


# Reading: what is valid


@pytest.mark.parametrize("kind", [*INTEGERS, *TEXTS], ids=str)
def test_answers_are_integers_of_any_width_or_text_of_any_kind(kind: pa.DataType, tmp_path: Path) -> None:
    name = saved(tmp_path / "a.parquet", sheet(2, kind))
    first, second = read(name)
    assert record(first) == Accepted(name, 1, AnswerRecord("p1", ANSWERS))
    assert record(second) == Accepted(name, 2, AnswerRecord("p2", ANSWERS))


@pytest.mark.parametrize("kind", TEXTS, ids=str)
def test_an_id_is_text_of_any_kind(kind: pa.DataType, tmp_path: Path) -> None:
    name = saved(tmp_path / "a.parquet", sheet(3, id=pa.array(["张三", "=1", "张三"], kind)))
    assert [record(item).record.id for item in read(name)] == ["张三", "=1", "张三"]


def test_a_gap_is_null_or_empty_text_or_a_column_of_nulls(tmp_path: Path) -> None:
    columns = sheet(
        2, q01=pa.array([None, 1], pa.int8()), q02=pa.array(["", None], pa.string()), q03=pa.nulls(2, pa.null())
    )
    first, second = read(saved(tmp_path / "a.parquet", columns))
    rest = {question: answer for question, answer in ANSWERS.items() if question not in ("q01", "q02", "q03")}
    assert record(first).record.answers == rest
    assert record(second).record.answers == {"q01": 1} | rest


def test_columns_stand_in_any_order_and_a_missing_one_is_a_gap_that_is_noted(tmp_path: Path) -> None:
    columns = {"team": ["a"], "q02": [3], "id": ["p1"], "q01": [2], "a.b": [1]}
    name, notes = saved(tmp_path / "a.parquet", columns), Notes()
    (piece,) = pieces(name, notes=notes)
    (item,) = row_items(piece, RULES)
    assert record(item).record.answers == {"q01": 2, "q02": 3}
    missing, ignored = notes.lines()
    assert missing.startswith(f"{name}: no column for q03, q04, ")
    assert ignored == f"{name}: columns ignored: team, a.b"


def test_the_header_says_where_each_column_stands() -> None:
    schema = pa.schema([("team", pa.string()), ("q02", pa.int8()), ("who", pa.string()), ("q01", pa.string())])
    rules = replace(RULES, id_column="who", keep=("team", "q01"))
    options = {item.id: item.options for item in shipped_table().items}
    assert header_of_schema(schema, "a.parquet", rules, Notes()) == Header(
        ("team", "q02", "who", "q01"), 2, ((1, "q02", options["q02"]), (3, "q01", options["q01"])), (0, 3)
    )


def test_a_column_whose_name_has_dots_is_told_from_a_nested_one(tmp_path: Path) -> None:
    nested = pa.array([{"b": 5}], pa.struct([("b", pa.int8())]))
    name = saved(tmp_path / "a.parquet", {"a": nested, "a.b": ["x"], "id": ["p1"], "q01": [1]})
    (item,) = read(name, replace(RULES, keep=("a.b",)))
    assert record(item).kept == ("x",)


def test_kept_columns_come_as_plain_values(tmp_path: Path) -> None:
    extra = {
        "team": ["b", None],
        "age": pa.array([30, None], pa.int16()),
        "is_new": [True, None],
        "height": [1.75, float("nan")],
        "short": pa.array([1.5, float("-inf")], pa.float16()),
        "born": [date(2001, 2, 3), None],
        "seen": pa.array([datetime(2024, 1, 2, 3, 4, 5, 6, UTC), None], pa.timestamp("us", "UTC")),
        "exact": pa.array([1704164645000000001, None], pa.timestamp("ns")),
        "pay": [Decimal("12.50"), None],
        "group": pa.array(["g", None]).dictionary_encode(),
        "none": pa.nulls(2),
    }
    name = saved(tmp_path / "a.parquet", sheet(2, **extra))
    first, second = read(name, replace(RULES, keep=(*extra, "id", "q01")))
    assert record(first).kept == (
        *("b", 30, True, 1.75, 1.5, "2001-02-03", "2024-01-02 03:04:05.000006Z", "2024-01-02 03:04:05.000000001"),
        *("12.50", "g", None, "p1", ANSWERS["q01"]),
    )
    assert record(second).kept == (*(None,) * 3, "NaN", "-Infinity", *(None,) * 6, "p2", ANSWERS["q01"])


# Reading: what is refused as a whole


@pytest.mark.parametrize(
    ("columns", "message", "hint"),
    [
        ({"ID": ["p1"], "q01": [1]}, "there is no column id", 'name it with --id-column "ID"'),
        ({"who": ["p1"], "q01": [1]}, "there is no column id", "the columns are who, q01"),
        ({"id": ["p1"], "x": [1]}, "no column is a question of the bank ops-roles", "--bank"),
        ({"id": [1], "q01": [1]}, "the id column id is int64, but an id is text", 'df["id"].astype("string")'),
        ({"id": pa.array([b"p"]), "q01": [1]}, "the id column id is binary, but an id is text", "string"),
        ({"id": ["p"], "q01": [1.0]}, "column q01 is double, but", 'df["q01"] = df["q01"].astype("Int8")'),
        ({"id": ["p"], "q01": [1.0], "q02": [1.5]}, "columns q01, q02 are double, but", "and so the others"),
        ({"id": ["p"], "q01": [1], "q02": [True]}, "column q02 is bool, but answers are whole numbers", "option"),
        ({"id": ["p"], "q01": [date(2024, 1, 1)]}, "column q01 is date32[day], but", "option"),
        ({"id": ["p"], "q01": [[1]]}, "column q01 is list<element: int64>, but", "option"),
        ({"id": ["p"], "q01": [Decimal(1)]}, "column q01 is decimal128(1, 0), but", "option"),
    ],
)
def test_columns_that_cannot_be_answers_stop_the_whole_file(
    columns: dict[str, object], message: str, hint: str, tmp_path: Path
) -> None:
    found = refusal(saved(tmp_path / "a.parquet", columns))
    assert message in found.message
    assert hint in found.hint


def test_a_repeated_column_stops_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_arrays([pa.array(["p"]), pa.array([1]), pa.array([2])], ["id", "q01", "q01"]), path)
    assert refusal(str(path)).message == f"{path}: columns stand there more than once: q01"


def test_a_question_is_not_the_id_and_what_shall_be_kept_must_be_there_and_one_value(tmp_path: Path) -> None:
    name = saved(tmp_path / "a.parquet", {"id": ["p"], "q01": ["1"], "tags": [["a", "b"]]})
    assert "q01 is a question, not the id" in refusal(name, replace(RULES, id_column="q01")).message
    lost = refusal(name, replace(RULES, keep=("team",)))
    assert (lost.message, lost.hint) == (f"{name}: there is no column team to keep", "the columns are id, q01, tags")
    assert "the column tags to keep is list<element: string>" in refusal(name, replace(RULES, keep=("tags",))).message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"id,q01\np1,1\n", "this is no Parquet file, or its end is missing"),
        (b"PAR1", "this is no Parquet file, or its end is missing"),
        (b"PARE" + bytes(100) + b"PARE", "it is encrypted"),
    ],
)
def test_what_is_no_readable_parquet_is_said_in_words(data: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(data)
    assert message in refusal(str(path)).message


def test_a_file_cut_off_or_absent_is_said_in_words(tmp_path: Path) -> None:
    name = saved(tmp_path / "a.parquet", sheet(50))
    data = Path(name).read_bytes()
    Path(name).write_bytes(data[:-20])
    assert "no Parquet file, or its end is missing" in refusal(name).message
    assert "there is no such file" in refusal(str(tmp_path / "b.parquet")).message
    assert "this is a folder" in refusal(str(tmp_path)).message


def test_a_row_group_damaged_in_the_middle_names_the_row_and_keeps_what_was_before(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(
        pa.table(sheet(300)),
        path,
        row_group_size=100,
        compression="none",
        use_dictionary=False,
        write_page_checksum=True,
    )
    data = path.read_bytes()
    assert data.count(b"p150") == 1
    path.write_bytes(data.replace(b"p150", b"p999"))
    (piece,) = pieces(str(path))
    found: list[Item] = []
    with pytest.raises(RolequizError) as caught:
        found.extend(iter(row_items(piece, RULES, 100)))
    assert caught.value.message.startswith(f"{path}: its rows cannot be read from row 101 on: ")
    assert "\n" not in caught.value.message


def test_damage_in_any_page_is_never_a_traceback(tmp_path: Path) -> None:
    name = saved(tmp_path / "a.parquet", sheet(200), 100)
    good, source = Path(name).read_bytes(), Random(7)
    pages = len(good) - 8 - int.from_bytes(good[-8:-4], "little")
    refused = 0
    for _ in range(60):
        data = bytearray(good)
        at = source.randrange(4, pages - 30)
        data[at : at + 30] = source.randbytes(30)
        Path(name).write_bytes(data)
        # Whatever else is raised makes this test red. (Without checksums some damage reads as other values.)
        with suppress(RolequizError):
            read(name)
            refused -= 1
        refused += 1
    assert refused > 30


def test_a_file_that_changed_after_it_was_checked_stops_the_run(tmp_path: Path) -> None:
    name = saved(tmp_path / "a.parquet", sheet(ROWS + 10), ROWS)
    _, last = pieces(name)
    saved(tmp_path / "a.parquet", sheet(10))
    with pytest.raises(RolequizError, match="it changed while it was read"):
        list(row_items(last, RULES))
    saved(tmp_path / "a.parquet", sheet(20), 10)
    with pytest.raises(RolequizError, match="it changed while it was read"):
        list(row_items(last, RULES))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "from rolequiz.batch.parquet_files import row_pieces\nrow_pieces('a.parquet', None, None)",
            "a.parquet: reading Parquet needs pyarrow (install it with: pip install 'rolequiz[parquet]')",
        ),
        ("import rolequiz.batch.parquet_results", "writing Parquet needs pyarrow (install it with: pip install "),
    ],
)
def test_without_pyarrow_the_message_says_what_to_install(code: str, message: str) -> None:
    body = code.replace("\n", "\n    ")
    script = (
        "import sys\nsys.modules['pyarrow'] = None\nfrom rolequiz.errors import RolequizError\n"
        f"try:\n    {body}\nexcept RolequizError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(message)


# Reading: rejects


def test_every_fault_of_a_row_is_reported_in_the_order_of_the_columns(tmp_path: Path) -> None:
    rules = replace(RULES, keep=("team",))
    columns = sheet(
        3,
        id=["p1", None, ""],
        q02=pa.array([99, 3, -1], pa.int32()),
        q01=pa.array(["0", "2", " 2"]),
        q30=pa.array([2**63, 1, 0], pa.uint64()),
        team=["a", "b", "c"],
    )
    name = saved(tmp_path / "a.parquet", columns)
    found = [reject(item) for item in read(name, rules)]
    assert [codes(item) for item in found] == [
        [("q01", "not-an-option"), ("q02", "not-an-option"), ("q30", "not-an-option")],
        [("id", "bad-id")],
        [("id", "bad-id"), ("q01", "not-a-number"), ("q02", "not-an-option"), ("q30", "not-an-option")],
    ]
    assert [(item.source, item.number, item.unit, item.id) for item in found] == [
        (name, 1, "record", "p1"),
        (name, 2, "record", None),
        (name, 3, "record", None),
    ]
    assert [fault.value for fault in found[0].faults] == ["0", "99", str(2**63)]
    assert "there is no id" in found[1].faults[0].message
    first = {"id": "p1", **ANSWERS, "q01": "0", "q02": 99, "q30": 2**63, "team": "a"}
    assert json.loads(found[0].raw) == first
    assert list(json.loads(found[0].raw)) == list(first)
    assert json.loads(found[1].raw)["id"] is None


def test_text_that_is_no_utf8_is_a_fault_of_its_row_only(tmp_path: Path) -> None:
    def broken(good: str) -> pa.Array:
        return pa.array([good.encode(), b"a\xff", None], pa.binary()).view(pa.string())

    columns = sheet(3, id=pa.array([b"p1", b"\xfe", b"p3"], pa.binary()).view(pa.string()))
    name = saved(tmp_path / "a.parquet", columns | {"q05": broken("1"), "team": broken("x")})
    first, second, third = read(name, replace(RULES, keep=("team", "id", "q05")))
    assert record(first).record.answers["q05"] == 1
    assert record(first).kept == ("x", "p1", "1")
    assert codes(second) == [("id", "not-utf8"), ("q05", "not-utf8"), ("team", "not-utf8")]
    assert [fault.message for fault in reject(second).faults][1] == r"q05: byte 2 is no UTF-8 (\xff)"
    raw = json.loads(reject(second).raw)
    assert (raw["id"], raw["q05"], raw["team"]) == (r"\xfe", r"a\xff", r"a\xff")
    assert "q05" not in record(third).record.answers
    assert record(third).kept == (None, "p3", None)


def test_of_a_huge_row_the_reject_keeps_the_beginning(tmp_path: Path) -> None:
    name = saved(tmp_path / "a.parquet", {"id": ["x" * 3_000_000], "q01": [0]})
    (item,) = read(name)
    assert len(reject(item).raw) == 4096
    assert reject(item).raw.startswith('{"id": "xxx')


CELLS = st.sampled_from(["1", "2", "3", "0", "9", "", "-1", "01", " 1", "1.0", "１", "x", "1000000000000", "+1"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.sampled_from(["p1", "", "a b", "p\0"]), CELLS, CELLS), min_size=1, max_size=9))
def test_text_means_the_same_as_in_csv(rows: Sequence[tuple[str, str, str]], tmp_path: Path) -> None:
    people, ones, twos = zip(*rows, strict=True)
    name = saved(tmp_path / "a.parquet", {"id": people, "q01": ones, "q02": twos}, 4)
    lines = "".join(f"{person},{one},{two}\n" for person, one, two in rows)
    wanted = read_csv(f"id,q01,q02\n{lines}".encode(), "csv")
    for number, (item, other) in enumerate(zip(read(name, size=3), wanted, strict=True), 1):
        assert item.number == number == other.number - 1
        if isinstance(other, Accepted):
            assert record(item).record == other.record
        else:
            assert reject(item).faults == other.faults
            assert reject(item).id == other.id


def test_integers_mean_the_same_as_in_json_except_that_the_file_has_their_type(tmp_path: Path) -> None:
    numbers = list(range(-2, 8))
    name = saved(tmp_path / "a.parquet", {"id": [f"p{n}" for n in numbers], "q01": numbers})
    people = "\n".join(json.dumps({"id": f"p{n}", "answers": {"q01": n}}) for n in numbers)
    for item, other in zip(read(name), read_csv(people.encode(), "jsonl"), strict=True):
        if isinstance(other, Accepted):
            assert record(item).record.answers == other.record.answers
        else:
            assert reject(item).faults == other.faults


# Reading: pieces and batches


def test_small_row_groups_make_one_piece_and_large_ones_their_own(tmp_path: Path) -> None:
    schema, path = pa.schema([("id", pa.string()), ("q01", pa.int8())]), tmp_path / "a.parquet"
    sizes = [10, 20, 70_000, 5, ROWS - 5, 1, 30_000, 30_000, 30_000]
    with pq.ParquetWriter(path, schema) as writer:
        for size in sizes:
            writer.write_table(pa.table([["p"] * size, [1] * size], schema=schema), row_group_size=size)
    found = pieces(str(path))
    assert [(piece.start, piece.stop) for piece in found] == [(0, 2), (2, 3), (3, 5), (5, 8), (8, 9)]
    assert [piece.first for piece in found] == [1 + sum(sizes[: piece.start]) for piece in found]
    assert sum(piece.size for piece in found) == path.stat().st_size
    assert all(piece.size > 0 for piece in found)


def test_row_numbers_count_through_row_groups_pieces_and_batches(tmp_path: Path) -> None:
    name = saved(tmp_path / "a.parquet", {"id": [f"p{n}" for n in range(1, 251)], "q01": [n % 4 for n in range(250)]})
    whole = read(name)
    assert [item.number for item in whole] == list(range(1, 251))
    assert [reject(item).number for item in whole if not isinstance(item, Accepted)] == list(range(1, 251, 4))[:63]
    for rows, size in ((1, 1), (7, 3), (64, 100), (250, 16)):
        cut = saved(
            tmp_path / "a.parquet", {"id": [f"p{n}" for n in range(1, 251)], "q01": [n % 4 for n in range(250)]}, rows
        )
        assert read(cut, size=size) == whole


def test_batches_have_the_wanted_columns_only_and_no_more_rows_than_asked_for(tmp_path: Path) -> None:
    name = saved(tmp_path / "a.parquet", sheet(1000, pa.dictionary(pa.int8(), pa.string()), more=[b"x"] * 1000))
    (piece,) = pieces(name)
    batches = list(row_batches(piece, RULES, 300))
    assert [(batch.first, batch.size) for batch in batches] == [(1, 300), (301, 300), (601, 300), (901, 100)]
    assert batches[3].person.to_pylist() == [f"p{n}" for n in range(901, 1001)]
    for batch in batches:
        assert [question for _, question, _ in batch.header.questions] == list(QUESTIONS)
        assert len(batch.questions) == len(QUESTIONS)
        assert {array.type for array in batch.questions} == {pa.large_string()}
        assert batch.keep == ()


def test_a_file_without_rows_has_no_pieces(tmp_path: Path) -> None:
    empty = {"id": pa.array([], pa.string()), "q01": pa.array([], pa.int8())}
    assert read(saved(tmp_path / "a.parquet", empty)) == []


# Writing


def sheets() -> Iterator[Sheet]:
    """Sheets of every sort: full, with gaps, hardly any answers, flagged, tied."""
    table = shipped_table()
    yield sheet_of(table, ANSWERS)
    yield sheet_of(table, {})
    yield sheet_of(table, {"q01": 1, "q02": 2})
    yield tuple(1 for _ in table.items)
    yield tuple(item.options for item in table.items)
    for number in range(300):
        yield random_sheet(table, f"parquet {number}", (0, 0.1, 0.4, 0.8)[number % 4])


ASSESSED = [assess(shipped_table(), one) for one in sheets()]


def people(results: Sequence[Assessment], *kept: object) -> list[tuple[Accepted, Assessment]]:
    return [
        (Accepted("b.csv", number, AnswerRecord(f"=p{number}", {}), kept), result)
        for number, result in enumerate(results, 2)
    ]


def rendered(layout: Layout, rows: Sequence[tuple[Accepted, Assessment]]) -> bytes:
    made = ArrowRendering(layout)
    for item, result in rows:
        made.put(item, result)
    assert made.escaped == 0
    return bytes(made.take())


def file_of(layout: Layout, *chunks: bytes | memoryview) -> bytes:
    parts: list[bytes | memoryview] = []
    into = ParquetTarget(layout, parts.append)
    into.begin()
    for chunk in chunks:
        assert into.skip(len(chunk)) == 0
        into.put(chunk)
    into.end()
    assert into.escaped == 0
    return b"".join(parts)


def table_of(data: bytes) -> pa.Table:
    return pq.read_table(pa.BufferReader(data))


def as_cell(value: object) -> str:
    """A value as CSV has it, said once more in the simplest way."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(
    "layout",
    [
        LAYOUT,
        replace(LAYOUT, columns="core"),
        replace(LAYOUT, with_source=True, keep=("team", "age", "new", "none", "half")),
        replace(LAYOUT, columns="core", with_source=True),
    ],
)
def test_every_value_equals_the_cell_of_csv(layout: Layout) -> None:
    rows = people(ASSESSED, *("运营 b", 41, True, None, 1.5)[: len(layout.keep)])
    table = table_of(file_of(layout, rendered(layout, rows)))
    assert tuple(table.schema.names) == header(layout)
    found = [tuple(map(as_cell, row.values())) for row in table.to_pylist()]
    assert found == [cells(layout, item, result) for item, result in rows]
    assert {result.status for result in ASSESSED} == {"full", "provisional", "insufficient"}
    assert any(result.tie for result in ASSESSED)
    assert any(len(result.flags) > 1 for result in ASSESSED)


def test_the_types_are_the_promised_ones() -> None:
    layout = replace(LAYOUT, with_source=True, keep=("points_team", "line_manager"))
    schema = table_of(file_of(layout, rendered(layout, people(ASSESSED[:3], 1, 2)))).schema
    assert schema.equals(schema_of(layout))
    text, number = pa.string(), pa.int32()
    wanted = {"tie": pa.bool_(), "top": pa.list_(text), "flags": pa.list_(text), "line": pa.int64()}
    wanted |= dict.fromkeys(("answered", "lead"), number)
    wanted |= {f"{kind}_{role}": number for role in shipped_table().roles for kind in ("points", "place")}
    wanted |= {f"{kind}_{role}": pa.float64() for role in shipped_table().roles for kind in ("fit", "certainty")}
    wanted |= {f"trait_{trait}": number for trait in shipped_table().traits}
    for field in schema:
        assert field.type == wanted.get(field.name, text), field


def test_what_an_insufficient_record_has_not_is_null_and_its_lists_are_empty() -> None:
    few = assess(shipped_table(), sheet_of(shipped_table(), {"q01": 1}))
    (row,) = table_of(file_of(LAYOUT, rendered(LAYOUT, people([few])))).to_pylist()
    assert (row["status"], row["tie"], row["top"], row["flags"]) == ("insufficient", False, [], [])
    absent = {name for name, value in row.items() if value is None}
    by_role = {f"{kind}_{role}" for role in shipped_table().roles for kind in ("certainty", "place")}
    assert absent == {"shape", "label", "lead"} | by_role


def test_a_line_number_beyond_32_bits_and_names_that_are_no_utf8_can_be_written() -> None:
    layout = replace(LAYOUT, with_source=True, keep=("note",))
    item = Accepted("\udcff.csv", 2**40, AnswerRecord("p", {}), ("a\ud800",))
    (row,) = table_of(file_of(layout, rendered(layout, [(item, ASSESSED[0])]))).to_pylist()
    assert (row["line"], row["source"], row["note"]) == (2**40, "\\udcff.csv", "a\\ud800")


def test_a_rendering_gives_the_rows_since_the_last_time_as_one_batch() -> None:
    made = ArrowRendering(LAYOUT)
    assert made.take() == b""
    for item, result in people(ASSESSED[:3]):
        made.put(item, result)
    stream = pa.ipc.open_stream(made.take())
    assert stream.schema.equals(schema_of(LAYOUT))
    assert [batch.num_rows for batch in stream] == [3]
    assert made.take() == b""


def many(rows: int) -> pa.RecordBatch:
    """Rows of every sort in an order by chance, with ids so long that a row group has several pages of them."""
    layout = replace(LAYOUT, with_source=True)
    source = Random(rows)
    batch = pa.ipc.open_stream(rendered(layout, people(ASSESSED))).read_all().combine_chunks()
    table = batch.take(pa.array(source.choices(range(len(batch)), k=rows)))
    ids = pa.array([f"{source.randrange(10**9):0150}"[source.randrange(60) :] for _ in range(rows)])
    table = table.set_column(0, "id", ids).set_column(table.schema.names.index("line"), "line", pa.array(range(rows)))
    (found,) = table.combine_chunks().to_batches()
    return found


def cut(batch: pa.RecordBatch, ends: Sequence[int]) -> list[bytes]:
    starts = [0, *ends]
    return [
        bytes(stream_of(batch.slice(start, end - start)))
        for start, end in zip(starts, [*ends, batch.num_rows], strict=True)
        if end > start
    ]


def test_the_bytes_of_the_file_do_not_depend_on_the_chunks() -> None:
    layout, rows = replace(LAYOUT, with_source=True), 2 * GROUP + 1234
    batch, source = many(rows), Random(1)
    whole = file_of(layout, *cut(batch, []))
    assert table_of(whole).equals(pa.Table.from_batches([batch]))
    metadata = pq.ParquetFile(pa.BufferReader(whole)).metadata
    groups = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
    assert groups == [65_536, 65_536, 1234]
    cuts = (
        [GROUP, 2 * GROUP],
        list(range(1000, rows, 1000)),
        [1, 2, GROUP - 1, GROUP + 1, 2 * GROUP],
        sorted(source.sample(range(1, rows), 400)),
    )
    for ends in cuts:
        assert file_of(layout, b"", *cut(batch, ends)) == whole, ends[:5]


def test_a_file_that_ends_with_a_full_row_group_has_no_empty_one() -> None:
    data = file_of(replace(LAYOUT, with_source=True), *cut(many(GROUP), [7]))
    assert pq.ParquetFile(pa.BufferReader(data)).metadata.num_row_groups == 1


def test_without_results_the_file_is_valid_and_has_its_columns() -> None:
    table = table_of(file_of(LAYOUT))
    assert table.num_rows == 0
    assert tuple(table.schema.names) == header(LAYOUT)


def test_rows_are_written_as_soon_as_a_row_group_is_full() -> None:
    sizes: list[int] = []
    into = ParquetTarget(replace(LAYOUT, with_source=True), lambda data: sizes.append(len(data)))
    into.begin()
    first, *others = cut(many(GROUP + 10), [GROUP - 1, GROUP])
    into.put(first)
    assert sum(sizes) == len(b"PAR1")
    into.put(others[0])
    until = monotonic() + 10
    while sum(sizes) < 100_000 and monotonic() < until:
        sleep(0.01)
    assert sum(sizes) > 100_000
    into.put(others[1])
    into.end()


def test_a_full_disk_is_passed_on_and_nothing_is_written_after_it() -> None:
    parts: list[bytes] = []

    def put(data: bytes | memoryview) -> None:
        if parts:
            raise OSError(28, "No space left on device")
        parts.append(bytes(data))

    into = ParquetTarget(LAYOUT, put)
    into.begin()
    into.put(rendered(LAYOUT, people(ASSESSED)))
    with pytest.raises(OSError, match="No space left on device"):
        into.end()
    parts.clear()
    del into
    gc.collect()
    assert parts == []


def test_a_target_left_behind_writes_nothing_more() -> None:
    parts: list[bytes | memoryview] = []
    into = ParquetTarget(LAYOUT, parts.append)
    into.begin()
    into.put(rendered(LAYOUT, people(ASSESSED)))
    del into
    gc.collect()
    assert parts == [b"PAR1"]


def test_a_written_file_of_answers_is_read_back_as_the_same_records(tmp_path: Path) -> None:
    from_csv = read_csv(csv_file("p1," + ",".join(str(ANSWERS[question]) for question in QUESTIONS)), "csv")
    from_parquet = read(saved(tmp_path / "a.parquet", sheet(1)))
    assert [record(item).record for item in from_parquet] == [record(item).record for item in from_csv]


def test_a_file_that_was_written_anew_is_not_read_on(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": ["p1", "p2"], "q01": [1, 2]}), path)
    (piece,) = row_pieces(str(path), RULES, Notes())
    sleep(0.01)
    pq.write_table(pa.table({"id": ["n1", "n2"], "q01": [1, 2]}), path)
    assert isinstance(piece, Rows)
    with pytest.raises(RolequizError, match="it changed while it was read"):
        list(row_items(piece, RULES))


def test_a_time_zone_that_nobody_knows_is_told() -> None:
    times = pa.array([1], pa.timestamp("ns", "Nowhere/X"))
    table = pa.table({"id": ["p1"], "q01": [1], "at": times})
    with pytest.raises(RolequizError, match="the column at to keep is no text"):
        rolequiz.score_arrow(table, keep=["at"])


def test_words_by_number_are_read_whatever_holds_the_words() -> None:
    ids = pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["a", "b"], pa.string_view()))
    scores = rolequiz.score_arrow(pa.table({"id": ids, "q01": [1, 3]}))
    assert scores.results.column("id").to_pylist() == ["a", "b"]
