"""Answer files for ``benchmarks/batch.py``: the same random answers as CSV, dirty CSV, JSONL or Parquet.

    python benchmarks/batch_data.py FILE [--records 1000000]

FILE ends in .csv, .jsonl or .parquet; a CSV whose name begins with ``dirty`` gets
1 % irregular lines. Uniform answers to the shipped bank, each missing with
probability 0.01. Seeded: the same records give the same bytes, and a longer file
begins with a shorter one.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rolequiz.bank.load import load
from rolequiz.bank.shipped import shipped_bank
from rolequiz.core.table import Table, compile_table

SEED = 1
CHUNK = 50_000
MISSING = 0.01
IRREGULAR = 0.01
DIGITS = 8
"""Of the longest id: ``p0000001`` has seven."""

Bytes: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive people, counted from 1: ``answers`` from 1, 0 where there is none."""

    numbers: NDArray[np.int64]
    answers: Bytes


@dataclass(frozen=True, slots=True)
class Part:
    """Columns of characters, the same for every line, and which of them a line has."""

    characters: Bytes
    is_there: NDArray[np.bool_]


def chunks(table: Table, records: int) -> Iterator[Chunk]:
    """People in pieces that fit into memory."""
    options = np.array([item.options for item in table.items])
    for start in range(0, records, CHUNK):
        source = np.random.default_rng([SEED, start])
        answers = (1 + source.random((CHUNK, len(options))) * options).astype(np.uint8)
        answers[source.random(answers.shape) < MISSING] = 0
        numbers = np.arange(start + 1, min(start + CHUNK, records) + 1)
        yield Chunk(numbers, answers[: len(numbers)])


def constant(size: int, text: str) -> Part:
    """The same text in every line."""
    characters = np.broadcast_to(np.frombuffer(text.encode(), np.uint8), (size, len(text.encode())))
    return Part(characters, np.ones(characters.shape, bool))


def ids(chunk: Chunk) -> Part:
    """``p0000001``; one digit more from ten million on."""
    powers = 10 ** np.arange(DIGITS - 1, -1, -1)
    digits = (chunk.numbers[:, None] // powers % 10 + ord("0")).astype(np.uint8)
    part = constant(len(digits), "p" + DIGITS * "0")
    characters, is_there = part.characters.copy(), part.is_there
    characters[:, 1:] = digits
    is_there[:, 1] = digits[:, 0] != ord("0")
    return Part(characters, is_there)


def joined(parts: list[Part]) -> bytes:
    """Lines, each of the characters it has."""
    characters = np.concatenate([part.characters for part in parts], axis=1)
    is_there = np.concatenate([part.is_there for part in parts], axis=1)
    return bytes(characters[is_there].data)


def csv_lines(_: Table, chunk: Chunk) -> bytes:
    """One line a person: the id and the answers in form order, an empty cell where there is none."""
    size, width = chunk.answers.shape
    cells = constant(size, width * ",0")
    characters, is_there = cells.characters.copy(), cells.is_there
    characters[:, 1::2] = chunk.answers + ord("0")
    is_there[:, 1::2] = chunk.answers != 0
    return joined([ids(chunk), Part(characters, is_there), constant(size, "\n")])


def json_lines(table: Table, chunk: Chunk) -> bytes:
    """One object a line, as ``json.dumps`` writes it; no key where there is no answer."""
    size = len(chunk.numbers)
    parts = [constant(size, '{"id": "'), ids(chunk), constant(size, '", "answers": {')]
    is_first = np.ones(size, bool)
    for item, answers in zip(table.items, chunk.answers.T, strict=True):
        is_given = answers != 0
        part = constant(size, f', "{item.id}": 0')
        characters, is_there = part.characters.copy(), part.is_there & is_given[:, None]
        characters[:, -1] = answers + ord("0")
        is_there[:, :2] &= ~is_first[:, None]
        is_first &= ~is_given
        parts.append(Part(characters, is_there))
    return joined([*parts, constant(size, "}}\n")])


def short(line: bytes) -> bytes:
    """Some cells are missing at the end."""
    return b",".join(line.split(b",")[:20])


def with_quoted_id(line: bytes) -> bytes:
    """Valid, but no regular line."""
    person, rest = line.split(b",", 1)
    return b'"' + person + b'",' + rest


def with_answer(answer: bytes) -> Callable[[bytes], bytes]:
    """The seventh answer is something else."""

    def changed(line: bytes) -> bytes:
        cells = line.split(b",")
        return b",".join([*cells[:7], answer, *cells[8:]])

    return changed


def with_bad_bytes(line: bytes) -> bytes:
    """The id is no UTF-8."""
    return b"p\xff\xfe" + line


def with_stray_quote(line: bytes) -> bytes:
    """A quote that nothing closes."""
    person, rest = line.split(b",", 1)
    return person + b',"' + rest


FAULTS: tuple[Callable[[bytes], bytes], ...] = (
    short,
    with_quoted_id,
    with_answer(b"9"),
    with_answer(b"often"),
    with_bad_bytes,
    with_stray_quote,
)
"""In equal parts. Of these only quoted ids can be scored."""


def dirty_lines(table: Table, chunk: Chunk) -> bytes:
    """Lines of CSV of which 1 % are irregular."""
    source = Random(int(chunk.numbers[0]))
    lines = csv_lines(table, chunk).split(b"\n")
    for number, place in enumerate(source.sample(range(len(chunk.numbers)), round(IRREGULAR * len(chunk.numbers)))):
        lines[place] = FAULTS[number % len(FAULTS)](lines[place])
    return b"\n".join(lines)


def write_text(path: Path, table: Table, records: int, lines: Callable[[Table, Chunk], bytes]) -> None:
    """A file of lines, CSV with its header."""
    with path.open("wb") as file:
        if lines is not json_lines:
            file.write(",".join(["id", *(item.id for item in table.items)]).encode() + b"\n")
        for chunk in chunks(table, records):
            file.write(lines(table, chunk))


def write_parquet(path: Path, table: Table, records: int) -> None:
    """The ids as strings, the answers as int8 with nulls."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    schema = pa.schema([("id", pa.string()), *((item.id, pa.int8()) for item in table.items)])
    with ParquetWriter(path, schema) as writer:
        for chunk in chunks(table, records):
            people = pa.array([f"p{number:07}" for number in chunk.numbers.tolist()])
            columns = [pa.array(one.astype(np.int8), mask=one == 0) for one in chunk.answers.T]
            writer.write_table(pa.table([people, *columns], schema=schema))


def write(path: Path, records: int) -> None:
    """The file that a name asks for; whole or not at all."""
    bank = load(shipped_bank())
    table = compile_table(bank.form, bank.catalogue)
    assert max(item.options for item in table.items) <= 9, "an answer is one digit here"
    beside = path.with_name(f".{path.name}.part")
    if path.suffix == ".parquet":
        write_parquet(beside, table, records)
    else:
        lines = json_lines if path.suffix == ".jsonl" else dirty_lines if path.name.startswith("dirty") else csv_lines
        write_text(beside, table, records, lines)
    beside.rename(path)


def main() -> None:
    """Write one file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--records", type=int, default=1_000_000)
    args = parser.parse_args()
    write(args.file, args.records)


if __name__ == "__main__":
    main()
