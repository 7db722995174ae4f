"""Parquet through the fast engine: what comes out is what the reference gives, and few rows need the reference."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any, get_args

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rolequiz.batch import parquet_files, parquet_records
from rolequiz.batch.cutting import pieces
from rolequiz.batch.fast import arrow_scan, cells, engine
from rolequiz.batch.fast.arrow_page import fits
from rolequiz.batch.fast.engine import FastEngine
from rolequiz.batch.formats import InputFormat
from rolequiz.batch.job import Engine, Job
from rolequiz.batch.notes import Notes
from rolequiz.batch.parquet_columns import header_of_schema
from rolequiz.batch.parquet_files import RowBatch, row_batches, table_batches
from rolequiz.batch.parquet_records import items_at
from rolequiz.batch.parquet_results import ParquetTarget, schema_of
from rolequiz.batch.pieces import Piece
from rolequiz.batch.records import Item, Rules
from rolequiz.batch.results import Layout, ResultFormat
from rolequiz.batch.scalar import ScalarEngine
from rolequiz.batch.sources import Source
from rolequiz.core.table import Range, Table, compile_table
from rolequiz.model import BankStamp, Catalogue, Form
from tests.small_banks import catalogues_and_forms, shipped, shipped_table
from tests.unit.batch.reading import ANSWERS, QUESTIONS, RULES, csv_file, csv_line

RESULT_FORMATS: tuple[ResultFormat, ...] = get_args(ResultFormat)
TABLE = shipped_table()
LAYOUT = Layout(shipped().stamp, TABLE)
ROWS = 400
PEOPLE = ("p", "张三", "p", "é", "O'Neill p", "p")
ODD_PEOPLE = ("", None, "a,b", 'a"b', "a\nb", "a\rb", "a\0b", "a\\b", "a\tb", "=1", "-x", "-1", "\x7f", "x" * 3000)
TEXT_ANSWERS = ("0", "9", "01", " 1", "x", "+1", "1.0", "１", "1000000000000")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gives: result bytes (of Parquet the file), and all that is said about it."""

    results: bytes
    rejects: bytes
    scored: int
    escaped: int
    codes: dict[str, int]
    notes: list[str]


def outcome(engine: Engine, found: Sequence[Piece], job: Job) -> Outcome:
    results: list[bytes] = []
    refused = b""
    scored = escaped = 0
    codes: dict[str, int] = {}
    notes = Notes()
    for piece in found:
        for chunk in engine.chunks(piece):
            results.append(bytes(chunk.results))
            refused += chunk.rejects
            scored += chunk.scored
            escaped += chunk.escaped
            for code, times in chunk.codes.items():
                codes[code] = codes.get(code, 0) + times
            notes.merge(chunk.notes)
    data = in_a_file(results, job.layout, scored) if job.format == "parquet" else b"".join(results)
    return Outcome(data, refused, scored, escaped, codes, notes.lines())


def in_a_file(chunks: Sequence[bytes], layout: Layout, rows: int) -> bytes:
    """The file of these chunks, after a look at each record batch."""
    for chunk in filter(None, chunks):
        stream = pa.ipc.open_stream(chunk)
        assert stream.schema.equals(schema_of(layout))
        for batch in stream:
            batch.validate(full=True)
            assert batch.num_rows > 0
            rows -= batch.num_rows
    assert rows == 0
    parts: list[bytes] = []
    target = ParquetTarget(layout, lambda data: parts.append(bytes(data)))
    target.begin()
    for chunk in chunks:
        target.put(chunk)
    target.end()
    return b"".join(parts)


def table_of(data: bytes) -> pa.Table:
    return pq.read_table(pa.BufferReader(data))


def same(found: Sequence[Piece], job: Job) -> Outcome:
    """What both engines give, which must be the same."""
    wanted, got = outcome(ScalarEngine(job), found, job), outcome(FastEngine(job), found, job)
    assert replace(got, results=b"") == replace(wanted, results=b"")
    if job.format == "parquet":
        assert table_of(got.results).to_pylist() == table_of(wanted.results).to_pylist()
    assert got.results == wanted.results
    return got


def pieces_of(source: Source, rules: Rules, form: InputFormat | None = None) -> list[Piece]:
    return list(pieces([source], rules, Notes(), form))


def job_of(form: ResultFormat, rules: Rules = RULES, layout: Layout = LAYOUT) -> Job:
    return Job(rules, layout, form)


def saved(path: Path, columns: dict[str, object], rows: int | None = None) -> Source:
    pq.write_table(pa.table(columns), path, row_group_size=rows)
    return Source(str(path))


def broken(values: Sequence[bytes | None]) -> pa.Array:
    """Text that need not be UTF-8."""
    return pa.array(values, pa.binary()).view(pa.string())


def sheets(rows: int = ROWS, *, odd: bool = True, seed: int = 1) -> dict[str, object]:
    """Answers in columns of every type: with gaps, and if ``odd`` with rows of every sort that is not regular."""
    source = Random(seed)
    people: list[str | None] = [f"{PEOPLE[row % len(PEOPLE)]}{row}" for row in range(rows)]
    if odd:
        for place, person in enumerate(ODD_PEOPLE):
            people[7 + 6 * place] = person
    columns: dict[str, object] = {"id": people}
    integers = (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())
    texts = (pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string()))
    lots = [0.4 if row % 5 == 0 else 0.8 if row % 11 == 0 else 0.02 for row in range(rows)]
    for place, item in enumerate(TABLE.items):
        numbers = [None if source.random() < gaps else source.randint(1, item.options) for gaps in lots]
        if place % 3 == 2:
            kind = texts[place // 3 % len(texts)]
            words = [None if number is None else str(number) for number in numbers]
            words[3] = "" if kind != texts[3] else None
            if odd:
                words[(5 + place) % rows] = TEXT_ANSWERS[place // 3 % len(TEXT_ANSWERS)]
            columns[item.id] = pa.array(words, kind)
            continue
        kind = integers[place % len(integers)]
        if odd and place % 4 == 0:
            numbers[(20 + 5 * place) % rows] = item.options + 1
            numbers[(21 + 5 * place) % rows] = 0
            if pa.types.is_signed_integer(kind):
                numbers[(22 + 5 * place) % rows] = -1
            if kind.bit_width > 8:
                numbers[(23 + 5 * place) % rows] = 257
        columns[item.id] = pa.array(numbers, kind)
    columns[QUESTIONS[-1]] = pa.nulls(rows, pa.null())
    return columns


LAYOUTS = (LAYOUT, replace(LAYOUT, with_source=True), replace(LAYOUT, columns="core", verbatim=True))


@pytest.mark.parametrize("layout", LAYOUTS, ids=["all", "source", "core"])
@pytest.mark.parametrize("form", RESULT_FORMATS)
def test_rows_of_every_sort(form: ResultFormat, layout: Layout, tmp_path: Path) -> None:
    for rows in (None, 64):
        found = pieces_of(saved(tmp_path / "=a.parquet", sheets(), rows), RULES)
        got = same(found, job_of(form, layout=layout))
        assert 300 < got.scored < ROWS
        assert got.codes.keys() == {"bad-id", "not-an-option", "not-a-number"}


def test_explanations(tmp_path: Path) -> None:
    found = pieces_of(saved(tmp_path / "a.parquet", sheets(100, odd=False)), RULES)
    same(found, job_of("jsonl", layout=replace(LAYOUT, explained=True)))


@pytest.mark.parametrize("form", RESULT_FORMATS)
def test_columns_to_keep(form: ResultFormat, tmp_path: Path) -> None:
    rules, layout = replace(RULES, keep=("team", "age")), replace(LAYOUT, with_source=True, keep=("team", "age"))
    columns = sheets(120) | {"team": ["a", None, "", "=b"] * 30, "age": pa.array([1, None, 3] * 40, pa.int16())}
    got = same(pieces_of(saved(tmp_path / "a.parquet", columns), rules), job_of(form, rules, layout))
    if form == "parquet":
        assert {None, "", "a", "=b"} == set(table_of(got.results).column("team").to_pylist())


def test_text_that_is_no_utf8(tmp_path: Path) -> None:
    people = [
        b"p1",
        b"p\xff",
        b"\xe4\xbd",
        b"\xa0x",
        "你".encode(),
        b"p6",
        None,
        b"p8",
        "p\ud800".encode("utf-8", "surrogatepass"),
    ]
    answers = [b"1", b"2", b"1", b"1", b"1", b"\xe4\xbd", b"1", None, b"1"]
    columns = sheets(len(people), odd=False) | {"id": broken(people), "q03": broken(answers)}
    for form in RESULT_FORMATS:
        got = same(pieces_of(saved(tmp_path / "a.parquet", columns), RULES), job_of(form))
        assert (got.scored, got.codes) == (3, {"not-utf8": 5, "bad-id": 1})


def test_two_halves_of_a_character_in_two_ids_are_no_utf8(tmp_path: Path) -> None:
    columns = sheets(4, odd=False) | {"id": broken([b"a\xe4\xbd", b"\xa0b", "你".encode(), b"c"])}
    got = same(pieces_of(saved(tmp_path / "a.parquet", columns), RULES), job_of("parquet"))
    assert (got.scored, got.codes) == (2, {"not-utf8": 2})


@pytest.mark.parametrize("form", RESULT_FORMATS)
def test_regular_rows_do_without_the_reference(
    form: ResultFormat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def watched(batch: RowBatch, rows: Sequence[int], source: str, rules: Rules) -> Iterator[Item]:
        seen.extend(batch.first + row for row in rows)
        return items_at(batch, rows, source, rules)

    monkeypatch.setattr(arrow_scan, "items_at", watched)
    monkeypatch.setattr(engine, "ROWS", 37)
    columns = sheets(odd=False)
    odd = {"csv": ["a,b", "=1"], "parquet": ["", "x\0"], "json": ['"', "a\tb"], "jsonl": ["\\", "a\nb"]}[form]
    plain = {"csv": "a\tb", "parquet": '=a,"b"\r\n', "json": "=a,b", "jsonl": "=a,b\x7f"}[form]
    people = columns["id"]
    assert isinstance(people, list)
    people[40:43] = [odd[0], plain, odd[1]]
    same(pieces_of(saved(tmp_path / "a.parquet", columns), RULES), job_of(form))
    assert seen == [41, 43]


def test_what_stands_under_a_null_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pyarrow fills it with zeros today, and promises nothing."""
    found = pieces_of(saved(tmp_path / "a.parquet", sheets(4, odd=False)), RULES)

    def filled(batch: RowBatch) -> RowBatch:
        valid = pa.py_buffer(bytes([0b11010]))
        numbers = pa.Array.from_buffers(pa.int8(), 5, [valid, pa.py_buffer(bytes([1, 1, 9, 1, 2]))]).slice(1)
        offsets = pa.py_buffer(np.array([0, 1, 2, 3, 4, 5], np.int64))
        people = pa.Array.from_buffers(pa.large_string(), 5, [valid, offsets, pa.py_buffer(b"abcde")]).slice(1)
        return replace(batch, person=people, questions=(numbers, *batch.questions[1:]))

    def batches(*arguments: Any) -> Iterator[RowBatch]:
        return map(filled, row_batches(*arguments))

    for module in (parquet_files, parquet_records):
        monkeypatch.setattr(module, "row_batches", batches)
    got = same(found, job_of("csv"))
    assert (got.scored, got.codes) == (3, {"bad-id": 1})


@pytest.mark.parametrize("form", RESULT_FORMATS)
def test_no_row_is_valid(form: ResultFormat, tmp_path: Path) -> None:
    columns = sheets(50, odd=False) | {"id": pa.array([None] * 50, pa.string())}
    got = same(pieces_of(saved(tmp_path / "a.parquet", columns), RULES), job_of(form))
    assert (got.scored, got.codes) == (0, {"bad-id": 50})


@pytest.mark.parametrize("form", RESULT_FORMATS)
def test_a_batch_without_rows_gives_nothing(form: ResultFormat) -> None:
    nobody, somebody = pa.table(sheets(4, odd=False)).slice(0, 0), pa.table(sheets(4, odd=False))
    table = pa.concat_tables(
        [pa.table([pa.array([], kind) for kind in somebody.schema.types], somebody.schema.names)] * 2
        + [nobody, somebody]
    )
    header = header_of_schema(table.schema, "a", RULES, Notes())
    chunks = list(FastEngine(job_of(form)).row_chunks(table_batches(table, header), "a"))
    assert [chunk.scored for chunk in chunks if chunk.results] == [4]
    assert len(chunks) > 1


def test_an_array_without_values_may_have_no_offsets() -> None:
    nothing = pa.Array.from_buffers(pa.large_string(), 0, [None, pa.py_buffer(b""), pa.py_buffer(b"")])
    assert len(arrow_scan.texts_of(nothing).lengths) == 0


def test_standings_are_found_again_after_they_were_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MOST", 60)
    monkeypatch.setattr(engine, "ROWS", 25)
    found = pieces_of(saved(tmp_path / "a.parquet", sheets(2000, odd=False)), RULES)
    for form in RESULT_FORMATS:
        same(found, job_of(form))


def test_lines_become_parquet() -> None:
    lines = [csv_line(f"p{row}", q01=str(row % 5), q05="" if row % 3 else "1") for row in range(300)]
    lines[7] = "short"
    lines[20] = lines[20] + ",,"
    lines[30] = '"a ""b"", 张三"' + csv_line("")
    lines[41] = csv_line("", q02="x")
    lines[50] = csv_line("=1+1") + "\r"
    lines[60] = csv_line("p60", **dict.fromkeys(QUESTIONS[3:], ""))
    data = csv_file(*lines) + csv_line("é").encode("latin-1") + b"\n" + csv_line("last").encode()
    for layout in LAYOUTS:
        got = same(pieces_of(Source("a.csv", BytesIO(data)), RULES, "csv"), job_of("parquet", layout=layout))
        people = table_of(got.results).column("id").to_pylist()
        assert {"=1+1", 'a "b", 张三', "last"} < set(people)
        assert got.codes.keys() > {"short-line", "bad-id", "not-utf8"}
    rules, layout = replace(RULES, keep=("q05",)), replace(LAYOUT, keep=("q05",), with_source=True)
    got = same(pieces_of(Source("a.csv", BytesIO(data)), rules, "csv"), job_of("parquet", rules, layout))
    assert set(table_of(got.results).column("q05").to_pylist()) == {"", "1", str(ANSWERS["q05"])}


def quick_lines(rows: int) -> Iterator[str]:
    """Full sheets of two shapes, quick ones, and some that are refused."""
    source = Random(rows)
    for row in range(rows):
        answers = {item.id: source.randint(1, item.options) for item in TABLE.items}
        record: dict[str, object] = {"id": f"p{row}", "answers": answers, "team": [None, "a", 3, ""][row % 4]}
        if row % 7 in (0, 1) or row > rows - 3:
            asked = (10, 15, 20, 25, 30)[row % 5]
            record |= {"answers": dict(list(answers.items())[:asked]), "mode": "quick", "asked_ids": QUESTIONS[:asked]}
        elif row % 13 == 0:
            answers["q02"] = 17
        elif row % 17 == 0:
            record["seconds"] = dict.fromkeys(QUESTIONS, 0.3)
        yield json.dumps(record)


@pytest.mark.parametrize("keep", [(), ("team",)])
@pytest.mark.parametrize("form", RESULT_FORMATS)
def test_quick_sittings_stay_in_their_places(form: ResultFormat, keep: tuple[str, ...]) -> None:
    rules, layout = replace(RULES, keep=keep), replace(LAYOUT, keep=keep, with_source=True)
    data = "\n".join(quick_lines(400)).encode()
    found = pieces_of(Source("a.jsonl", BytesIO(data)), rules, "jsonl")
    got = same(found, job_of(form, rules, layout))
    if form == "parquet":
        table = table_of(got.results)
        assert set(table.column("mode").to_pylist()) == {"full", "quick"}
        numbers = table.column("line").to_pylist()
        assert numbers == sorted(numbers)
        assert any("too-fast" in flags for flags in table.column("flags").to_pylist())
        if keep:
            assert set(table.column("team").to_pylist()) == {None, "a", "3", ""}


@pytest.mark.parametrize("form", RESULT_FORMATS)
def test_only_quick_sittings_or_nothing_at_all(form: ResultFormat) -> None:
    rules, layout = replace(RULES, keep=("team",)), replace(LAYOUT, keep=("team",), with_source=True)
    lines = list(quick_lines(200))
    for chosen in ([line for line in lines if '"quick"' in line], [line for line in lines if '"q02": 17,' in line]):
        found = pieces_of(Source("a.jsonl", BytesIO("\n".join(chosen).encode())), rules, "jsonl")
        got = same(found, job_of(form, rules, layout))
        assert len(chosen) == (got.scored or got.codes["not-an-option"]) > 9


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bank=catalogues_and_forms(), seed=st.integers(0, 1000))
def test_small_banks(bank: tuple[Form, Catalogue], seed: int, tmp_path: Path) -> None:
    table: Table = compile_table(*bank)
    stamp = BankStamp("small", "1", "sha256:0")
    rules, layout, source = Rules(table, stamp), Layout(stamp, table), Random(seed)
    columns: dict[str, object] = {"id": [f"p{row}" for row in range(60)]}
    for item in table.items:
        given = [source.choice([None, *range(1, item.options + 1)]) for _ in range(60)]
        columns[item.id] = pa.array(given, pa.int8())
    found = pieces_of(saved(tmp_path / "a.parquet", columns, 25), rules)
    for form in RESULT_FORMATS:
        same(found, Job(rules, layout, form))


@pytest.mark.parametrize("count", [1, 50, 5000])
def test_fits_are_those_of_the_core(count: int) -> None:
    span = Range(-300, 700)
    for scores in (np.random.default_rng(count).integers(-310, 720, count), np.full(count, 5), np.arange(0)):
        assert fits(span, scores.astype(np.int16)).tolist() == [span.fit(score) for score in scores.tolist()]


def test_points_beyond_the_type_of_their_column_are_an_error_in_both() -> None:
    table = replace(TABLE, trait_ranges=(Range(-(2**31), 0), *TABLE.trait_ranges[1:]))
    layout = Layout(shipped().stamp, table)
    found = pieces_of(Source("a.csv", BytesIO(csv_file(csv_line()))), RULES, "csv")
    for kind in (ScalarEngine, FastEngine):
        with pytest.raises((pa.ArrowInvalid, OverflowError)):
            list(kind(Job(replace(RULES, table=table), layout, "parquet")).chunks(found[0]))


SCORING = """
import sys
from rolequiz.bank.load import load
from rolequiz.bank.shipped import shipped_bank
from rolequiz.batch.fast.engine import FastEngine
from rolequiz.batch.job import Job
from rolequiz.batch.notes import Notes
from rolequiz.batch.records import Rules
from rolequiz.batch.results import Layout
from rolequiz.batch.cutting import pieces
from rolequiz.batch.sources import Source
from rolequiz.core.table import compile_table
bank = load(shipped_bank())
table = compile_table(bank.form, bank.catalogue)
rules = Rules(table, bank.stamp)
engine = FastEngine(Job(rules, Layout(bank.stamp, table), sys.argv[2]))
found = pieces([Source(sys.argv[1])], rules, Notes())
assert sum(chunk.scored for piece in found for chunk in engine.chunks(piece))
print(*{"pyarrow", "pandas"} & set(sys.modules))
"""


def test_only_parquet_loads_pyarrow_and_nothing_loads_pandas(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(csv_file(csv_line()))
    saved(tmp_path / "a.parquet", sheets(100))
    for name, form, loaded in (
        ("a.csv", "csv", set()),
        ("a.csv", "jsonl", set()),
        ("a.csv", "parquet", {"pyarrow"}),
        ("a.parquet", "csv", {"pyarrow"}),
        ("a.parquet", "parquet", {"pyarrow"}),
    ):
        done = subprocess.run(
            [sys.executable, "-c", SCORING, name, form], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        # Before 26 pyarrow itself loads pandas where that is installed.
        known = {"pandas"} if int(pa.__version__.partition(".")[0]) < 26 and loaded else set()
        assert set(done.stdout.split()) - known == loaded, (name, form)
