"""Records from rows of Parquet, one after the other: the reference for what is valid there."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import isfinite, isnan
from typing import Any, TypeAlias

from rolequiz.batch import rejects
from rolequiz.batch.lines import MAX_LINE
from rolequiz.batch.parquet_columns import is_text, is_written
from rolequiz.batch.parquet_files import BATCH, RowBatch, row_batches
from rolequiz.batch.pieces import Rows
from rolequiz.batch.records import Accepted, Item, Rules, text_answer, text_id, text_of, value_answer
from rolequiz.batch.rejects import Fault, Reject, raw_text, spelled_bytes
from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord
from rolequiz.printable import short, shown_source

try:
    import pyarrow as pa
except ImportError:
    # Said when a file is to be read, for then it has a name.
    pa = None

ReadAnswer: TypeAlias = Callable[[str, Any, int], "int | Fault | None"]
"""From a question, a value of its column and the number of options: an answer, a fault, or None for a gap."""


def row_items(piece: Rows, rules: Rules, size: int = BATCH) -> Iterator[Item]:
    """One record a row; ``size`` rows are in memory at a time.

    Raises:
        RolequizError: the row groups cannot be read, or changed.
    """
    for batch in row_batches(piece, rules, size):
        yield from items_of(batch, piece.source, rules)


def items_of(batch: RowBatch, source: str, rules: Rules) -> Iterator[Item]:
    """The records of all rows of a batch."""
    return _items(batch, range(batch.first, batch.first + batch.size), source, rules)


def items_at(batch: RowBatch, rows: Sequence[int], source: str, rules: Rules) -> Iterator[Item]:
    """The records of single rows of a batch, which count from 0 here; the other ones are not looked at."""
    # pa.array would load pandas where that is installed.
    chosen = pa.Array.from_buffers(pa.int64(), len(rows), [None, pa.py_buffer(array("q", rows))])
    taken = RowBatch(
        batch.header,
        batch.first,
        len(rows),
        batch.person.take(chosen),
        tuple(column.take(chosen) for column in batch.questions),
        tuple(column.take(chosen) for column in batch.keep),
    )
    return _items(taken, [batch.first + row for row in rows], source, rules)


def _items(batch: RowBatch, numbers: Sequence[int], source: str, rules: Rules) -> Iterator[Item]:
    """The records of all rows of a batch, whose numbers in the file are these."""
    header = batch.header
    people = texts(batch.person)
    answers = [texts(array) if is_text(array.type) else array.to_pylist() for array in batch.questions]
    readers: list[ReadAnswer] = [read_text_answer if is_text(array.type) else value_answer for array in batch.questions]
    kept = [_plain_values(array, name, source) for name, array in zip(rules.keep, batch.keep, strict=True)]
    checked = [place for place, name in enumerate(rules.keep) if name != rules.id_column]
    checked = [place for place in checked if rules.keep[place] not in rules.table.positions]
    questions = [
        (question, options, reader, values)
        for (_, question, options), reader, values in zip(header.questions, readers, answers, strict=True)
    ]
    for row, row_number in enumerate(numbers):
        faults: list[Fault] = []
        person = _text_id(rules.id_column, people[row])
        if isinstance(person, Fault):
            faults.append(person)
        found: dict[str, int] = {}
        for question, options, read, values in questions:
            number = read(question, values[row], options)
            if isinstance(number, Fault):
                faults.append(number)
            elif number is not None:
                found[question] = number
        carried = tuple(values[row] for values in kept)
        for place in checked:
            value = carried[place]
            if isinstance(value, bytes):
                faults.append(_not_utf8(rules.keep[place], value))
        if not faults and isinstance(person, str):
            yield Accepted(source, row_number, AnswerRecord(person, found), carried)
            continue
        shown: dict[str, object] = {rules.id_column: people[row]}
        shown |= {question: values[row] for question, _, _, values in questions}
        shown |= {name: value for name, value in zip(rules.keep, carried, strict=True) if name not in shown}
        known = person if isinstance(person, str) else None
        yield Reject(source, row_number, "record", known, tuple(faults), _raw(shown))


def _text_id(column: str, value: str | bytes | None) -> str | Fault:
    return _not_utf8(column, value) if isinstance(value, bytes) else text_id(column, value or "")


def read_text_answer(question: str, value: str | bytes | None, options: int) -> int | Fault | None:
    return _not_utf8(question, value) if isinstance(value, bytes) else text_answer(question, value or "", options)


def _not_utf8(column: str, data: bytes) -> Fault:
    """The fault of a cell; other than in a line, the rest of the record can be read."""
    found = rejects.not_utf8(data)
    return replace(found, column=column, message=f"{short(column)}: {found.message}")


def texts(array: pa.Array) -> list[str | bytes | None]:
    """The values of an array of text; those that are no UTF-8 as bytes."""
    try:
        found: list[str | bytes | None] = array.to_pylist()
    except UnicodeDecodeError:
        return [_text_or_bytes(data) for data in array.cast(pa.large_binary()).to_pylist()]
    return found


def _text_or_bytes(data: bytes | None) -> str | bytes | None:
    try:
        return None if data is None else data.decode()
    except UnicodeDecodeError:
        return data


def _plain_values(array: pa.Array, column: str, source: str) -> list[object]:
    """The values of a column to keep, as JSON could hold them.

    Raises:
        RolequizError: they cannot be written as text, for instance because nobody knows their time zone.
    """
    if is_text(array.type):
        return list(texts(array))
    if pa.types.is_floating(array.type):
        return [_number(value) for value in array.cast(pa.float64()).to_pylist()]
    try:
        return list((array.cast(pa.large_string()) if is_written(array.type) else array).to_pylist())
    except pa.ArrowException as error:
        raise RolequizError(
            f"{shown_source(source)}: the column {short(column)} to keep is no text: {short(str(error))}",
            "cast the column to string before the file is written",
        ) from error


def _number(value: float | None) -> float | str | None:
    """A number; one that JSON has no digits for as a word, as when it is read from JSON."""
    if value is None or isfinite(value):
        return value
    return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _raw(row: dict[str, object]) -> str:
    """The row as one JSON object; of one that is longer than any line may be the beginning."""
    text = text_of({name: spelled_bytes(value) if isinstance(value, bytes) else value for name, value in row.items()})
    data = text.encode()
    return raw_text(data, len(data) > MAX_LINE)
