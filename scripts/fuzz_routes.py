"""Mutation fuzz of the two ways to score lines, over several banks: the reference and the numpy engine.

    python scripts/fuzz_routes.py [--lines 1000000] [--seed 1] [--route both] [--processes 2]

Batches of some thousand valid lines are damaged (bits flipped, bytes cut, doubled, swapped, special bytes put
in; lines joined, doubled, mixed up; now and then the header too) and scored with random settings, cut at random
places. Each batch must give the same bytes on both ways, results and rejects must be as many as the lines that
hold something (counted here by walking the bytes), and nothing may raise. A batch that breaks this is kept, its
name and its settings are printed, and the exit code is 1.

`fuzz_scoring.py` does the same over the shipped bank only, with smaller files.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from io import BytesIO, StringIO
from json import dumps
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from time import perf_counter
from traceback import format_exc
from typing import Literal, TypeAlias, get_args

from rolequiz.bank.load import load
from rolequiz.bank.shipped import shipped_bank
from rolequiz.batch.cutting import pieces
from rolequiz.batch.fast import engine as fast
from rolequiz.batch.fast.engine import FastEngine
from rolequiz.batch.job import Engine, Job, RejectFormat
from rolequiz.batch.notes import Notes
from rolequiz.batch.records import Rules
from rolequiz.batch.results import Layout, ResultFormat
from rolequiz.batch.scalar import ScalarEngine
from rolequiz.batch.sources import Source
from rolequiz.core.table import Table, compile_table
from rolequiz.errors import RolequizError
from rolequiz.model import Bank

Route: TypeAlias = Literal["csv", "jsonl"]

BANKS = Path(__file__).parent.parent / "examples" / "banks"
BOM = b"\xef\xbb\xbf"
SPECIAL = (
    b'"', b'""', b'"x"', b",", b",,", b"\r", b"\n", b"\r\n", b"\r\r\n", b"\n\n", b"\0", b"\xff", b"\xe4\xb8",
    b"\xc0\x80", b"\xed\xa0\x80", b"\xf0\x9f\x99\x82", BOM, b"\xe2\x80\xa8", b"\xc2\x85", b"\x0b", b"\x0c", b"\x1f",
    b"\x7f", b"\t", b" ", b"0", b"1", b"6", b"01", b"12", b"+1", b"-1", b"2.0", b"1e0", b"\xef\xbc\x91", b"=", b"@",
    b"+", b"-", b"'", b"\\", b"\\u0041", b"\\ud800", b"{", b"}", b"[", b"]", b":", b"null", b"true", b"NaN",
    b'"q01":1', b'"id":"y",', b'"answers": {', b"x" * 70,
)  # fmt: skip
IDS = (
    "p{}", "p{}", "p{}", "p{}", "p{}", "王小明{}", "é{}", "={}", "@{}", "+{}", "-{}", "\t{}", "+1e{}", "-{}.5", " {}",
    "{},b", 'a"{}', "\\{}", "\x01{}", "\x7f{}", "🙂{}", "\u2028{}", "{}" + "x" * 62, "{}" + "x" * 64,
    "{}" + "王" * 30, "{}" + "y" * 900,
)  # fmt: skip
TEXTS = ("", "", "Bob", "张三", "=1+1", "-2", "+x", "a;b", "7", "a,b", 'c"d', "\\n")
SOURCES = ("answers", "answers", "=answers", "a,b", 'say "hi"', "答案", "a\\b", "-5")


@dataclass(frozen=True, slots=True)
class Batch:
    """A file, how it is scored, and where it is cut: into ``pieces``, ``blocks``, and reads of ``drops`` bytes."""

    data: bytes
    route: Route
    source: str
    job: Job
    piece: int
    block: int
    drop: int

    def settings(self) -> str:
        """How the batch is scored, in words."""
        layout, rules = self.job.layout, self.job.rules
        return (
            f"bank {rules.bank.id}, source {self.source!r}, {self.job.format} {layout.columns}, "
            f"rejects {self.job.rejects}, with source {layout.with_source}, keep {layout.keep}, "
            f"verbatim {layout.verbatim}, explained {layout.explained}, id column {rules.id_column!r}, "
            f"ignore digest {rules.ignore_digest}, piece {self.piece}, block {self.block}, drop {self.drop}"
        )


@dataclass(slots=True)
class Made:
    """What an engine makes of a batch, however it was cut."""

    results: bytes = b""
    rejects: bytes = b""
    scored: int = 0
    escaped: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    refused: str = ""


class Dripping(BytesIO):
    """A stream that gives a few bytes at a time, as a pipe may."""

    def __init__(self, data: bytes, most: int) -> None:
        super().__init__(data)
        self._most = most

    def read1(self, size: int | None = -1, /) -> bytes:
        """At most so many bytes."""
        return super().read1(min(size if size and size > 0 else self._most, self._most))


@cache
def banks() -> list[tuple[Bank, Table]]:
    """The shipped bank and the examples, compiled."""
    found = [load(shipped_bank()), *(load(BANKS / name) for name in ("two-roles", "five-traits", "thirty-traits"))]
    return [(bank, compile_table(bank.form, bank.catalogue)) for bank in found]


def damaged(random: Random, line: bytes) -> bytes:
    """The line with one to four mutations."""
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        start = random.randrange(len(line) + 1)
        stop = min(len(line), start + random.randrange(1, 12))
        part = line[start:stop]
        match random.randrange(10):
            case 0 if part:
                line = line[:start] + bytes([part[0] ^ (1 << random.randrange(8))]) + line[start + 1 :]
            case 1 if part:
                line = line[:start] + bytes([random.randrange(256)]) + line[start + 1 :]
            case 2:
                line = random.choice((line[:start], line[start:], line[: max(0, len(line) - stop + start)]))
            case 3:
                line = line[:stop] + line[start:]
            case 4:
                line = line[:start] + line[stop:]
            case 5:
                line = line[:start] + part[::-1] + line[stop:]
            case 6:
                line = random.choice(SPECIAL) + line
            case 7:
                line = line + random.choice(SPECIAL)
            case _:
                line = line[:start] + random.choice(SPECIAL) + line[random.choice((start, stop)) :]
    return line


def spoiled(random: Random, lines: Sequence[bytes], rate: float) -> bytes:
    """The lines, some damaged, joined with the next one, doubled or swapped, with line ends of any kind."""
    ends = random.choice(((b"\n",), (b"\r\n",), (b"\n", b"\r\n")))
    out = bytearray()
    for line in lines:
        found = damaged(random, line) if random.random() < rate else line
        end = random.choice(ends)
        match random.randrange(100) if rate else 99:
            case 0:
                out += found  # joined with the next line
            case 1:
                out += (found + end) * 2
            case 2:
                out += end * random.randrange(1, 4) + found + end
            case _:
                out += found + end
    if rate and random.random() < 0.4:
        cut = random.choice((1, 1, 2, random.randrange(1, 200)))
        del out[-cut:]
    return bytes(out)


def answers(random: Random, table: Table) -> dict[str, int]:
    """A sheet: at random with gaps, all the same, or nothing at all."""
    kind = random.random()
    if kind < 0.02:
        return {}
    if kind < 0.06:
        option = random.randint(1, 4)
        return {item.id: min(option, item.options) for item in table.items}
    missing = random.choice((0.0, 0.0, 0.03, 0.5))
    return {item.id: random.randint(1, item.options) for item in table.items if random.random() >= missing}


def quoted(random: Random, text: str, likely: float) -> str:
    """A cell, in quotes where it needs them and sometimes where not."""
    needs = any(sign in text for sign in '",\r\n')
    return '"' + text.replace('"', '""') + '"' if needs or random.random() < likely else text


def csv_batch(random: Random, table: Table, count: int, id_column: str) -> tuple[bytes, tuple[str, ...]]:
    """A CSV file, and which of its columns to keep."""
    columns = [item.id for item in table.items]
    if random.random() < 0.4:
        random.shuffle(columns)
    if random.random() < 0.25:
        columns = columns[: random.randint(1, len(columns))]
    others = random.sample(["name", "", "note, long", "=team", "Q01", "answered?"], random.choice((0, 0, 0, 1, 2, 4)))
    for column in [*others, id_column]:
        columns.insert(random.choice((0, 0, len(columns), random.randrange(len(columns) + 1))), column)
    likely = random.choice((0.0, 0.0, 0.0, 0.02, 1.0))
    head = ",".join(quoted(random, column, likely) for column in columns).encode()
    lines = []
    for number in range(count):
        cells: dict[str, object] = {other: random.choice(TEXTS) for other in others}
        cells |= answers(random, table)
        cells[id_column] = random.choice(IDS).format(number)
        lines.append(",".join(quoted(random, str(cells.get(column, "")), likely) for column in columns).encode())
    if random.random() < 0.02:
        head = damaged(random, head)
    before = random.choice((b"", b"", b"", BOM)) + random.choice((b"", b"", b"", b"\n", b"\r\n\n"))
    body = spoiled(random, lines, random.choice((0.0, 0.05, 0.3, 0.3)))
    keep = tuple(column for column in [*others, columns[0]] if column != id_column and random.random() < 0.4)
    return before + head + random.choice((b"\n", b"\r\n")) + body, tuple(dict.fromkeys(keep))


def frames(bank: Bank) -> tuple[dict[str, object], ...]:
    """What may stand around id and answers in all lines of a file."""
    stamp: dict[str, object] = {"id": bank.id, "version": bank.version, "digest": bank.digest}
    return (
        {}, {}, {}, {"lang": "zh"}, {"mode": "full"}, {"mode": None}, {"extra": [1, {"answers": {}}]}, {"bank": stamp},
        {"bank": stamp, "lang": "en", "started": "2026-01-01T00:00:00Z"}, {"bank": {"version": "0.9"}},
        {"bank": {"id": "other"}}, {"bank": {"digest": "sha256:0"}}, {"seconds": {}}, {"lang": "}{ \"answers\": {"},
        {"asked_ids": [{"answers": {}}]}, {"bank": {"answers": {bank.form.questions[0].id: 1}}},
    )  # fmt: skip


def json_record(random: Random, bank: Bank, table: Table, number: int, frame: dict[str, object]) -> dict[str, object]:
    """A valid record: in the frame or not, with times or not, quick or not."""
    ids = [item.id for item in table.items]
    sheet: dict[str, int | None] = dict(answers(random, table))
    if random.random() < 0.3:
        sheet = {question: sheet.get(question) for question in ids}
    if random.random() < 0.05:
        sheet = dict(random.sample(list(sheet.items()), len(sheet)))
    parts: list[dict[str, object]] = [{"id": random.choice(IDS).format(number)}]
    parts.append(frame if random.random() < 0.9 else random.choice(frames(bank)))
    parts.append({"answers": sheet})
    kind = random.random()
    if kind < 0.04:
        parts.append({"seconds": {question: random.choice((0, 0.5, 1.99, 2, 3.5, None)) for question in ids}})
    elif kind < 0.1:
        asked = random.choice((10, 15, 20, 25, len(ids), random.randrange(len(ids) + 1)))
        parts.append({"mode": "quick", "asked_ids": ids[:asked]})
        parts[2] = {"answers": {question: sheet.get(question) for question in ids[:asked]}}
    elif kind < 0.13:
        random.shuffle(parts)
    return {key: value for part in parts for key, value in part.items()}


def json_batch(random: Random, bank: Bank, table: Table, count: int) -> tuple[bytes, tuple[str, ...]]:
    """A JSONL file in one style or another, and keys to keep."""
    styles = random.choice(((None,), ((",", ":"),), (None, (",", ":"), (" , ", " : "))))
    plain = random.choice((True, False))
    frame = random.choice(frames(bank))
    lines = []
    for number in range(count):
        record = json_record(random, bank, table, number, frame)
        lines.append(dumps(record, ensure_ascii=plain, separators=random.choice(styles)).encode())
    body = spoiled(random, lines, random.choice((0.0, 0.05, 0.3, 0.3)))
    keep = ("lang", "extra", bank.form.questions[0].id) if random.random() < 0.1 else ()
    return random.choice((b"", b"", b"", BOM)) + body, keep


def batch(random: Random, count: int, route: Route) -> Batch:
    """About ``count`` lines and settings for them."""
    bank, table = random.choice((banks()[0], banks()[0], *banks()))
    id_column = random.choice(("id", "id", "id", "person", "编号")) if route == "csv" else "id"
    if route == "csv":
        data, keep = csv_batch(random, table, count, id_column)
    else:
        data, keep = json_batch(random, bank, table, count)
    out: ResultFormat = random.choice(("csv", "csv", "jsonl", "json"))
    layout = Layout(
        bank.stamp,
        table,
        random.choice(("all", "core")),
        with_source=random.random() < 0.4,
        keep=keep,
        verbatim=random.random() < 0.3,
        explained=out != "csv" and random.random() < 0.2,
    )
    rules = Rules(table, bank.stamp, id_column, keep, ignore_digest=random.random() < 0.3)
    job = Job(rules, layout, out, random.choice(get_args(RejectFormat)))
    cuts = (random.randrange(1, 500), 5000, 1 << 14, 1 << 18, 1 << 20)
    drop = random.choice((random.randrange(100, 3000), 1 << 16, 1 << 18))
    return Batch(data, route, random.choice(SOURCES), job, random.choice(cuts), random.choice(cuts), drop)


def made(make: Callable[[Job], Engine], one: Batch, piece: int, drop: int) -> Made:
    """A batch through an engine, read in drops and cut into pieces."""
    notes = Notes()
    found = Made()
    results: list[bytes] = []
    rejects: list[bytes] = []
    source = Source(one.source, Dripping(one.data, drop))
    try:
        cut = list(pieces([source], one.job.rules, notes, one.route, piece))
        engine = make(one.job)
        for chunk in (chunk for piece_ in cut for chunk in engine.chunks(piece_)):
            results.append(bytes(chunk.results))
            rejects.append(chunk.rejects)
            found.scored += chunk.scored
            found.escaped += chunk.escaped
            found.codes.update(chunk.codes)
            notes.merge(chunk.notes)
    except RolequizError as error:
        found.refused = str(error)
    return replace(
        found, results=b"".join(results), rejects=b"".join(rejects), notes=notes.lines(one.job.rules.bank.version)
    )


def lines_with_something(data: bytes, route: Route) -> int:
    """Physical lines that are records, found by walking over the bytes: the first one of CSV is the header."""
    blank = b"" if route == "csv" else b" \t\r"
    count = 0
    stream = BytesIO(data.removeprefix(BOM))
    for line in stream:
        text = line[:-1] if line[-1:] == b"\n" else line
        text = text[:-1] if text[-1:] == b"\r" else text
        count += bool(text.strip(blank) if blank else text)
    return count - (route == "csv")


@contextmanager
def blocks_of(size: int) -> Iterator[None]:
    """The fast engine with blocks of another size."""
    before = fast.BLOCK
    fast.BLOCK = size
    try:
        yield
    finally:
        fast.BLOCK = before


def fault_of(one: Batch) -> tuple[str, Made]:
    """What is wrong with a batch, or nothing; and what the reference makes of it."""
    slow = made(ScalarEngine, one, 1 << 18, 1 << 18)
    with blocks_of(one.block):
        quick = made(FastEngine, one, one.piece, one.drop)
    differing = [name for name in Made.__slots__ if getattr(slow, name) != getattr(quick, name)]
    if differing:
        return "the engines differ in " + ", ".join(differing), slow
    expected = 0 if slow.refused else lines_with_something(one.data, one.route)
    for name, engine in (("the reference", slow), ("the fast engine", quick)):
        if engine.scored + engine.codes.total() != expected:
            return f"{name}: {engine.scored} results and {engine.codes.total()} rejects of {expected} lines", slow
    found = (written(slow.results, one.job.format), slow.rejects.count(b"\n"))
    if found != (slow.scored, slow.codes.total()):
        return f"written are {found}, but counted {slow.scored} and {slow.codes.total()}", slow
    return "", slow


def written(results: bytes, form: ResultFormat) -> int:
    """Results in a file, counted by its format alone."""
    if form != "csv":
        return results.count(b"\n")
    csv.field_size_limit(1 << 24)
    return sum(1 for _ in csv.reader(StringIO(results.decode(errors="replace"), newline=""), strict=True))


def kept(one: Batch, fault: str, folder: Path, name: str) -> str:
    """Where a batch that failed is now, and how to look at it."""
    path = folder / f"{name}.{one.route}"
    path.write_bytes(one.data)
    return f"{path}: {fault}\n  {one.settings()}"


def share(wanted: tuple[str, int, Sequence[Route], Path]) -> tuple[int, Counter[str], str]:
    """Lines and what became of them in one process's share, and the first batch that failed."""
    seed, lines, routes, folder = wanted
    random = Random(f"routes {seed}")
    read = 0
    became: Counter[str] = Counter()
    while read < lines:
        one = batch(random, random.choice((20, 300, 2000, 5000)), random.choice(routes))
        name = f"{seed}-{read}"
        try:
            fault, found = fault_of(one)
        except Exception:  # whatever is raised is a finding, kept with its input
            return read, became, kept(one, format_exc(), folder, name)
        if fault:
            return read, became, kept(one, fault, folder, name)
        became["scored"] += found.scored
        became.update(found.codes)
        became["files refused"] += bool(found.refused)
        read += found.scored + found.codes.total()
    return read, became, ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the fuzz."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--route", choices=(*get_args(Route), "both"), default="both")
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args(arguments)
    began = perf_counter()
    routes: tuple[Route, ...] = get_args(Route) if args.route == "both" else (args.route,)
    parts = max(1, min(args.processes * 8, args.lines // 10_000))
    folder = Path(mkdtemp(prefix="fuzz-routes-"))
    shares = [(f"{args.seed}-{part}", -(-args.lines // parts), routes, folder) for part in range(parts)]
    read = 0
    became: Counter[str] = Counter()
    faults: list[str] = []
    # Started afresh: numpy and its threads are no company for a fork.
    with get_context("spawn").Pool(args.processes) as pool:
        for lines, more, fault in pool.imap_unordered(share, shares):
            read += lines
            became.update(more)
            faults += [fault] if fault else []
    scored, refused = became.pop("scored", 0), became.pop("files refused", 0)
    codes = ", ".join(f"{code} {count}" for code, count in became.most_common())
    print(
        f"{read} lines: {scored} accepted, {became.total()} rejected ({codes}), "
        f"{refused} files refused, {perf_counter() - began:.0f} s"
    )
    if not faults:
        folder.rmdir()
    print("\n".join(faults) or "both routes give the same, and no line is lost")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
