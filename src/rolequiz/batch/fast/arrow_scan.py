"""Regular rows of Parquet, many at once; every other row is left to the reference.

A row is regular where nothing about it needs a decision: an id that is there, is
UTF-8, and stands in the output as it is; and in every question's column an
option's number, or null. Columns to keep are not read here: they are of any
type, and each value of them needs a decision.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rolequiz.batch.fast.csv_scan import OTHER, RUNNABLE
from rolequiz.batch.fast.fragments import LONGEST, Bytes, Ints, Texts
from rolequiz.batch.fast.kernel import Flags
from rolequiz.batch.fast.rows import Clerk, Rows
from rolequiz.batch.parquet_columns import is_text
from rolequiz.batch.parquet_files import RowBatch
from rolequiz.batch.parquet_records import items_at, read_text_answer, texts
from rolequiz.batch.records import Item, Rules
from rolequiz.batch.results import ResultFormat

CONTROLS = bytes(range(32))
SPECIAL: dict[ResultFormat, bytes] = {
    "csv": b'\0,"\r\n',
    "jsonl": CONTROLS + b'"\\',
    "json": CONTROLS + b'"\\',
    "parquet": b"\0",
}
"""Bytes of an id that is refused, or that does not stand in the output as it is."""


class ArrowScanner:
    """Reads batches of rows, without columns to keep."""

    def __init__(self, rules: Rules, clerk: Clerk, form: ResultFormat, *, keeps_formulas: bool) -> None:
        """``keeps_formulas``: ids that a spreadsheet may run need no decision."""
        assert not rules.keep
        self._rules = rules
        self._clerk = clerk
        self._keeps_formulas = keeps_formulas
        self._special = SPECIAL[form]

    def of_batch(self, batch: RowBatch, source: str) -> tuple[Rows, list[Item]]:
        """The regular rows of a batch, and the items of all others."""
        found = self._answers(batch)
        people, regular = self._people(batch.person)
        regular &= (found != OTHER).all(axis=0)
        odd = np.flatnonzero(~regular)
        chosen = np.flatnonzero(regular)
        if len(odd):
            found, people = np.ascontiguousarray(found[:, chosen]), people.take(chosen)
        numbers = chosen + batch.first
        origin, escaped = self._clerk.origin(source, numbers)
        rows = Rows(found, numbers, people, origin, is_bare=True, escaped=escaped)
        return rows, list(items_at(batch, odd.tolist(), source, self._rules)) if len(odd) else []

    def _answers(self, batch: RowBatch) -> Bytes:
        """Option numbers by question of the bank and row; `OTHER` where the reference has to look."""
        found = np.zeros((len(self._rules.table.items), batch.size), np.uint8)
        for (_, question, options), array in zip(batch.header.questions, batch.questions, strict=True):
            place = self._rules.table.positions[question]
            if pa.types.is_null(array.type):
                continue
            found[place] = _of_texts(array, question, options) if is_text(array.type) else _of_integers(array, options)
        return found

    def _people(self, array: pa.Array) -> tuple[Texts, Flags]:
        """The ids, and which are regular."""
        people = texts_of(array)
        regular = people.lengths > 0
        valid = _valid(array)
        if valid is not None:
            regular &= valid
        text = people.buffer[:-LONGEST].tobytes()
        if text.translate(None, self._special) != text:
            found = np.flatnonzero(np.isin(people.buffer[:-LONGEST], list(self._special)))
            regular[np.searchsorted(people.starts + people.lengths, found, side="right")] = False
        if not self._keeps_formulas:
            regular &= ~RUNNABLE[people.buffer[people.starts]]
        if not text.isascii():
            _mark_no_utf8(text, people, regular)
        return people, regular


def texts_of(array: pa.Array) -> Texts:
    """The values of an array of ``large_string``, one after the other."""
    if not len(array):
        return Texts.of([])
    _, places, data = array.buffers()
    offsets: Ints = np.frombuffer(places, np.int64, len(array) + 1, array.offset * 8)
    start, stop = int(offsets[0]), int(offsets[-1])
    buffer = np.zeros(stop - start + LONGEST, np.uint8)
    if stop > start:
        buffer[: stop - start] = np.frombuffer(data, np.uint8, stop - start, start)
    return Texts(buffer, offsets[:-1] - start, np.diff(offsets))


def _of_integers(array: pa.Array, options: int) -> Bytes:
    """The numbers of options in a column of integers."""
    values, valid = _integers(array), _valid(array)
    bad = (values < 1) | (values > options)
    codes = values.astype(np.uint8)
    if valid is not None:
        bad &= valid
        codes *= valid
    if bad.any():
        codes[bad] = OTHER
    return codes


def _of_texts(array: pa.Array, question: str, options: int) -> Bytes:
    """The numbers of options in a column of text: the reference says what each different text means."""
    encoded = array.dictionary_encode()
    codes = np.array([_code(read_text_answer(question, text, options)) for text in texts(encoded.dictionary)], np.uint8)
    places, valid = _integers(encoded.indices), _valid(encoded.indices)
    if valid is None:
        return codes.take(places)
    return np.append(codes, np.uint8(0)).take(np.where(valid, places, len(codes)))


def _integers(array: pa.Array) -> NDArray[np.integer]:
    """The values of an array of integers; those that are null may be anything. (`to_numpy` would load pandas.)"""
    kind = np.dtype(array.type.to_pandas_dtype())
    found: NDArray[np.integer] = np.frombuffer(array.buffers()[1], kind, len(array), array.offset * kind.itemsize)
    return found


def _valid(array: pa.Array) -> Flags | None:
    """Which values of an array are not null; None for all."""
    if not array.null_count:
        return None
    bits = np.frombuffer(array.buffers()[0], np.uint8)
    start, stop = array.offset, array.offset + len(array)
    return np.unpackbits(bits[: -(-stop // 8)], bitorder="little")[start:stop].view(np.bool_)


def _code(number: object) -> int:
    if number is None:
        return 0
    return number if isinstance(number, int) and number < OTHER else OTHER


def _mark_no_utf8(text: bytes, people: Texts, regular: Flags) -> None:
    """Take out the ids that are no UTF-8. None is where all together are UTF-8 and none begins within a character."""
    is_inside = (people.buffer[people.starts] & 0xC0) == 0x80
    if not is_inside.any() and _is_utf8(text):
        return
    for row in np.flatnonzero(regular).tolist():
        regular[row] = _is_utf8(people.bytes_of(row))


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
