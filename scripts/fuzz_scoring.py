"""Mutation fuzz of batch scoring: damaged answer files through the reference and the fast engine.

    python scripts/fuzz_scoring.py [--lines 1000000] [--seed 1] [--processes 2]

Valid lines of CSV and JSONL are damaged (bytes flipped, cut, doubled, swapped; special
bytes put in) and scored with random settings, cut at random places. For every file:
both engines give the same bytes, rejects, counts and notes; every line that is not
blank is in exactly one of results and rejects, counted by splitting the file; and
nothing raises. A file that breaks this is kept, its name is printed, and the exit
code is 1.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from json import dumps
from multiprocessing import Pool
from pathlib import Path
from random import Random
from tempfile import gettempdir
from time import perf_counter
from typing import Literal

from rolequiz.bank.load import load
from rolequiz.bank.shipped import shipped_bank
from rolequiz.batch.cutting import pieces
from rolequiz.batch.fast import engine as fast
from rolequiz.batch.fast.engine import FastEngine
from rolequiz.batch.job import Engine, Job
from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import Piece
from rolequiz.batch.records import Rules
from rolequiz.batch.results import Columns, Layout
from rolequiz.batch.scalar import ScalarEngine
from rolequiz.batch.sources import Source
from rolequiz.core.table import compile_table
from rolequiz.errors import RolequizError

BANK = load(shipped_bank())
TABLE = compile_table(BANK.form, BANK.catalogue)
QUESTIONS = [item.id for item in TABLE.items]

SPECIAL = (
    b'"', b",", b"\r", b"\n", b"\0", b"\xff", b"\xe4\xb8", b"\xe4\xb8\xad", b"1", b"0", b"12", b" ", b"=", b"+",
    b"\t", b"\\", b"{", b"}", b":", b"null", b"\r\n", b"\xef\xbb\xbf", b"\x0b", b"\x1f", b"-", b"'", b"2.0", b'""',
)  # fmt: skip
IDS = ("p{}", "人{}", "={}", "+{}", "-{}", "p {}", "é{}", "{}" + "x" * 70)
JSON_IDS = (*IDS, 'a"{}', "\\{}", "\x01{}")
FRAMES: tuple[dict[str, object], ...] = (
    {},
    {"lang": "en"},
    {"mode": "full"},
    {"extra": 1},
    {"bank": {"id": BANK.id, "version": BANK.version, "digest": BANK.digest}},
    {"bank": {"version": "0.9"}},
    {"bank": {"id": "other"}},
)


@dataclass(frozen=True, slots=True)
class Case:
    """One file and how it is scored: ``size`` and ``block`` are where it is cut."""

    data: bytes
    form: Literal["csv", "jsonl"]
    job: Job
    size: int
    block: int


@dataclass(slots=True)
class Outcome:
    """Everything that comes out of a run, or the message why nothing does."""

    results: list[bytes] = field(default_factory=list)
    rejects: list[bytes] = field(default_factory=list)
    scored: int = 0
    escaped: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    refused: str = ""

    def comparable(self) -> tuple[object, ...]:
        """The same however it was cut into chunks."""
        results, rejects = b"".join(self.results), b"".join(self.rejects)
        return results, rejects, self.scored, self.escaped, dict(self.codes), self.notes, self.refused


def damaged(random: Random, line: bytes) -> bytes:
    """The line with one to three mutations."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        start = random.randrange(len(line) + 1)
        stop = min(len(line), start + random.randrange(1, 9))
        match random.randrange(7):
            case 0 if start < len(line):
                line = line[:start] + bytes([line[start] ^ (1 << random.randrange(8))]) + line[start + 1 :]
            case 1:
                line = line[:start]
            case 2:
                line = line[:stop] + line[start:]
            case 3:
                line = line[:start] + line[stop:]
            case 4 if start + 1 < len(line):
                line = line[:start] + line[start + 1 : start + 2] + line[start : start + 1] + line[start + 2 :]
            case 5:
                line = random.choice((b"", line)) + random.choice(SPECIAL) + random.choice((line, b""))
            case _:
                line = line[:start] + random.choice(SPECIAL) + line[start:]
    return line


def sheet(random: Random) -> dict[str, int]:
    """Answers at random, one in thirty missing; sometimes all the same."""
    if random.random() < 0.02:
        return dict.fromkeys(QUESTIONS, 1)
    return {item.id: random.randint(1, item.options) for item in TABLE.items if random.random() > 0.03}


def csv_file(random: Random, count: int) -> tuple[bytes, tuple[str, ...]]:
    """A CSV file with columns in any order, and which of its other columns to keep."""
    columns = list(QUESTIONS)
    if random.random() < 0.3:
        random.shuffle(columns)
    if random.random() < 0.2:
        columns = columns[: random.randint(1, len(columns))]
    others = ["name", "note"][: random.choice((0, 0, 0, 1, 2))]
    for column in [*others, "id"]:
        columns.insert(0 if random.random() < 0.6 else random.randrange(len(columns) + 1), column)
    lines = [",".join(columns).encode()]
    for number in range(count):
        cells: dict[str, object] = dict(sheet(random))
        cells |= {"id": random.choice(IDS).format(number), "name": random.choice(("", "Bob", "张三", "=x"))}
        lines.append(",".join(str(cells.get(column, "")) for column in columns).encode())
    return ended(random, lines, 1), tuple(column for column in others if random.random() < 0.5)


def json_file(random: Random, count: int) -> tuple[bytes, tuple[str, ...]]:
    """A JSONL file in one style or another, and keys to keep."""
    separators = random.choice((None, (",", ":")))
    frame = random.choice(FRAMES)
    lines = []
    for number in range(count):
        answers: dict[str, int | None] = dict(sheet(random))
        if random.random() < 0.5:
            answers = {question: answers.get(question) for question in QUESTIONS}
        record: dict[str, object] = {"id": random.choice(JSON_IDS).format(number)}
        record |= {} if random.random() < 0.2 else frame
        record["answers"] = answers
        if random.random() < 0.05:
            record["seconds"] = dict.fromkeys(QUESTIONS, random.choice((0.5, 3.5)))
        if random.random() < 0.05:
            asked = random.choice((10, 15, 20, 25, 30))
            record |= {"mode": "quick", "asked_ids": QUESTIONS[:asked]}
            record["answers"] = {question: answers.get(question) for question in QUESTIONS[:asked]}
        lines.append(dumps(record, ensure_ascii=random.random() < 0.5, separators=separators).encode())
    return ended(random, lines, 0), ("lang", "extra") if random.random() < 0.1 else ()


def ended(random: Random, lines: Sequence[bytes], head: int) -> bytes:
    """Lines, three in ten of them damaged (but not the first ``head``), with line ends of either kind."""
    end = random.choice((b"\n", b"\n", b"\r\n"))
    body = [damaged(random, line) if random.random() < 0.3 else line for line in lines[head:]]
    body = [one for line in body for one in ([line] if random.random() > 0.01 else [line, b"", line])]
    mark = random.choice((b"", b"", b"\xef\xbb\xbf"))
    return mark + end.join([*lines[:head], *body]) + (end if random.random() < 0.6 else b"")


def case(random: Random, count: int, route: str) -> Case:
    """A file of about ``count`` lines and settings for it."""
    form: Literal["csv", "jsonl"] = "csv" if (route == "both" and random.random() < 0.5) or route == "csv" else "jsonl"
    data, keep = (csv_file if form == "csv" else json_file)(random, count)
    out: Literal["csv", "jsonl", "json"] = random.choice(("csv", "csv", "jsonl", "json"))
    columns: Columns = random.choice(("all", "core"))
    layout = Layout(
        BANK.stamp,
        TABLE,
        columns,
        with_source=random.random() < 0.5,
        keep=keep,
        verbatim=random.random() < 0.3,
        explained=out != "csv" and random.random() < 0.3,
    )
    rules = Rules(TABLE, BANK.stamp, keep=keep, ignore_digest=random.random() < 0.3)
    job = Job(rules, layout, out, random.choice(("jsonl", "jsonl-no-raw", "lines")))
    return Case(data, form, job, random.choice((100, 5000, 1 << 18)), random.choice((200, 1 << 14, 1 << 18)))


def run(one: Case, make: Callable[[Job], Engine]) -> Outcome:
    """What an engine makes of a case."""
    found = Outcome()
    notes = Notes()
    source = Source("answers", BytesIO(one.data))
    try:
        cut: list[Piece] = list(pieces([source], one.job.rules, notes, one.form, one.size))
        engine = make(one.job)
        for piece in cut:
            for chunk in engine.chunks(piece):
                found.results.append(bytes(chunk.results))
                found.rejects.append(chunk.rejects)
                found.scored += chunk.scored
                found.escaped += chunk.escaped
                found.codes.update(chunk.codes)
                notes.merge(chunk.notes)
    except RolequizError as error:
        found.refused = str(error)
    found.notes = notes.lines()
    return found


def records_in(one: Case) -> int:
    """Lines that are records, counted on their own: all but blank ones, and but the header of CSV."""
    lines = one.data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    blank = b"" if one.form == "csv" else b" \t\r"
    return sum(bool(line.removesuffix(b"\r").strip(blank) if blank else line.removesuffix(b"\r")) for line in lines) - (
        one.form == "csv"
    )


def fault_of(one: Case) -> tuple[str, Outcome]:
    """What is wrong with how a case is scored, or nothing."""
    fast.BLOCK = one.block
    slow, quick = run(one, ScalarEngine), run(one, FastEngine)
    if slow.comparable() != quick.comparable():
        names = ("results", "rejects", "scored", "escaped", "codes", "notes", "refusal")
        pairs = zip(names, slow.comparable(), quick.comparable(), strict=True)
        return "the engines differ in " + ", ".join(name for name, a, b in pairs if a != b), slow
    if not slow.refused and slow.scored + slow.codes.total() != records_in(one):
        return f"{slow.scored} + {slow.codes.total()} records came out of {records_in(one)}", slow
    return "", slow


def share(wanted: tuple[int, int, str]) -> tuple[int, int, Counter[str], str]:
    """Lines, results and rejects of one process's share, and where a case that failed is kept."""
    seed, lines, route = wanted
    random = Random(f"fuzz {seed}")
    read = scored = 0
    codes: Counter[str] = Counter()
    while read < lines:
        one = case(random, random.choice((5, 50, 300, 1000)), route)
        try:
            fault, outcome = fault_of(one)
        except Exception as error:  # whatever is raised is a finding, kept with its input
            fault, outcome = f"{type(error).__name__}: {error}", Outcome()
        if fault:
            kept = Path(gettempdir()) / f"fuzz-{seed}-{read}.{one.form}"
            kept.write_bytes(one.data)
            return read, scored, codes, f"{kept}: {fault}; {one.job.layout.columns} {one.job.format} {one.job.rejects}"
        read += records_in(one)
        scored += outcome.scored
        codes.update(outcome.codes)
    return read, scored, codes, ""


def main() -> int:
    """Run the fuzz."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--route", choices=("csv", "jsonl", "both"), default="both")
    args = parser.parse_args()
    began = perf_counter()
    parts = max(args.processes * 8, 1)
    shares = [(args.seed * 1000 + part, -(-args.lines // parts), args.route) for part in range(parts)]
    read = scored = 0
    codes: Counter[str] = Counter()
    faults = []
    with Pool(args.processes) as pool:
        for lines, results, found, fault in pool.imap_unordered(share, shares):
            read, scored = read + lines, scored + results
            codes.update(found)
            faults += [fault] if fault else []
    rejected = ", ".join(f"{code} {count}" for code, count in codes.most_common())
    print(f"{read} lines in {perf_counter() - began:.0f} s: {scored} scored, {codes.total()} rejected ({rejected})")
    print("\n".join(faults) or "every line accounted for, both engines the same")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
