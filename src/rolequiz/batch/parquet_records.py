"""Records from Parquet: the meaning of the columns, files cut by row groups, and one row after the other.

Rows are read a batch at a time, so that a file of one huge row group needs no more
memory than one of many. pyarrow is an extra; only what reads Parquet imports this module.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate
from math import isfinite, isnan
from pathlib import Path
from typing import Any, TypeAlias

from rolequiz.batch import rejects
from rolequiz.batch.compressed import blamed, cannot_read
from rolequiz.batch.csv_records import meaning_of, note_columns
from rolequiz.batch.lines import MAX_LINE
from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import Header, Piece, Rows
from rolequiz.batch.records import Accepted, Item, Rules, text_answer, text_id, text_of, value_answer
from rolequiz.batch.rejects import Fault, Reject, raw_text, spelled_bytes
from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord
from rolequiz.printable import listed, short, shown_source

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError:
    # Said when a file is to be read, for then it has a name.
    pa = pq = None

ROWS = 1 << 16
"""Rows up to which neighbouring row groups make one piece."""

BATCH = 1 << 13
"""Rows in memory at a time."""

READ_AHEAD = 1 << 16
"""Bytes read of a column at a time; pyarrow takes the column of a whole row group otherwise."""

ENCRYPTED = b"PARE"
"""How a file begins whose list of columns is encrypted."""

ReadAnswer: TypeAlias = Callable[[str, Any, int], "int | Fault | None"]
"""From a question, a value of its column and the number of options: an answer, a fault, or None for a gap."""


@dataclass(frozen=True, slots=True)
class RowBatch:
    """Some rows, by columns; the number of the first one is ``first``.

    ``questions`` are arrays of integers, text or nulls, in the order of
    ``header.questions``; ``keep`` in that of ``header.keep``. Text of any kind is
    ``large_string`` here, and may hold bytes that are no UTF-8: Parquet does not check.
    """

    header: Header
    first: int
    size: int
    person: pa.Array
    questions: tuple[pa.Array, ...]
    keep: tuple[pa.Array, ...]


def row_pieces(name: str, rules: Rules, notes: Notes) -> Iterator[Piece]:
    """A file cut by its row groups, small ones together; its columns are checked before this returns.

    Raises:
        RolequizError: pyarrow is missing, it is no readable Parquet, or its columns are not those of answers.
    """
    with _opened(name) as file:
        header_of_schema(file.schema_arrow, name, rules, notes)
        with blamed(name):
            length = Path(name).stat().st_size
        return iter(_cut(file.metadata, name, length))


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


def row_batches(piece: Rows, rules: Rules, size: int = BATCH) -> Iterator[RowBatch]:
    """The rows of a piece, at most ``size`` at a time, only the columns that are needed.

    Raises:
        RolequizError: the row groups cannot be read, or changed.
    """
    with _opened(piece.source) as file:
        schema = file.schema_arrow
        header = header_of_schema(schema, piece.source, rules, Notes())
        groups = [file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups)]
        if piece.stop > len(groups) or sum(groups[: piece.start]) + 1 != piece.first:
            raise RolequizError(f"{shown_source(piece.source)}: it changed while it was read", "run it again")
        first = piece.first
        for batch in _read(file, piece, header, size):
            yield _row_batch(batch, header, schema.names, first)
            first += batch.num_rows
        if first - piece.first != sum(groups[piece.start : piece.stop]):
            raise _damaged(piece.source, "rows are missing", first)


def table_batches(table: pa.Table, header: Header, size: int = BATCH) -> Iterator[RowBatch]:
    """The rows of a table in memory, at most ``size`` at a time; they count from 1."""
    first = 1
    for batch in table.to_batches(max_chunksize=size):
        yield _row_batch(batch, header, table.schema.names, first)
        first += batch.num_rows


def header_of_schema(schema: pa.Schema, source: str, rules: Rules, notes: Notes) -> Header:
    """The meaning of the columns, by their places in the file.

    Raises:
        RolequizError: as for the header of CSV; or the values of a column are not of a kind that can be read.
    """
    where = shown_source(source)
    header = meaning_of(tuple(schema.names), where, rules)
    _check_types(schema, where, rules, [question for _, question, _ in header.questions])
    note_columns(header, source, rules, notes)
    return header


def _check_types(schema: pa.Schema, where: str, rules: Rules, questions: list[str]) -> None:
    """Stop where a column cannot hold what it should: no row could be right then."""
    kinds = {column: schema.field(column).type for column in (rules.id_column, *questions, *rules.keep)}
    person = kinds[rules.id_column]
    if not is_text(person):
        column = short(rules.id_column)
        raise RolequizError(
            f"{where}: the id column {column} is {_shown(person)}, but an id is text",
            f'cast the column to string, in pandas: df["{column}"] = df["{column}"].astype("string")',
        )
    wrong = [column for column in questions if not _is_answer(kinds[column])]
    if wrong:
        kind = kinds[wrong[0]]
        alike = [column for column in wrong if kinds[column] == kind]
        what = f"column {alike[0]} is" if len(alike) == 1 else f"columns {listed(alike)} are"
        raise RolequizError(f"{where}: {what} {_shown(kind)}, but answers are whole numbers", _remedy(alike, kind))
    for column in rules.keep:
        if not (_is_plain(kinds[column]) or is_text(kinds[column])):
            raise RolequizError(
                f"{where}: the column {short(column)} to keep is {_shown(kinds[column])}, more than one value",
                "cast the column to string before the file is written",
            )


def _remedy(columns: list[str], kind: pa.DataType) -> str:
    if not pa.types.is_floating(kind):
        return "an answer is the number of an option, from 1: cast to an integer type, null for a gap"
    one = f'df["{columns[0]}"]'
    others = ", and so the others" if len(columns) > 1 else ""
    return f'for the gaps pandas made floats of them; before writing: {one} = {one}.astype("Int8"){others}'


def _shown(kind: pa.DataType) -> str:
    return short(str(kind))


def is_text(kind: pa.DataType) -> bool:
    """Whether values are text, as they are or by a dictionary."""
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner) or pa.types.is_string_view(inner))


def _is_answer(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_null(kind) or is_text(kind))


def _is_plain(kind: pa.DataType) -> bool:
    """Whether a value is one thing, and no text."""
    types = pa.types
    is_number = types.is_boolean(kind) or types.is_integer(kind) or types.is_floating(kind) or types.is_null(kind)
    return bool(is_number or _is_written(kind))


def _is_written(kind: pa.DataType) -> bool:
    """Whether pyarrow shall write values as text, for what Python makes of them depends on the packages installed."""
    types = pa.types
    return bool(types.is_date(kind) or types.is_time(kind) or types.is_timestamp(kind) or types.is_decimal(kind))


@contextmanager
def _opened(name: str) -> Iterator[pq.ParquetFile]:
    if pq is None:
        raise RolequizError(
            f"{shown_source(name)}: reading Parquet needs pyarrow", "install it with: pip install 'rolequiz[parquet]'"
        )
    with ExitStack() as stack:
        with blamed(name):
            stream = stack.enter_context(Path(name).open("rb"))
            head = stream.read(len(ENCRYPTED))
        if head == ENCRYPTED:
            raise _encrypted(name)
        with _explained(name):
            # No threads of pyarrow's own: they are gone in a process that was forked.
            file = pq.ParquetFile(stream, pre_buffer=False, buffer_size=READ_AHEAD, page_checksum_verification=True)
            file.schema_arrow.names  # noqa: B018 - names that are no UTF-8 are found here
        yield file


def _cut(metadata: pq.FileMetaData, name: str, length: int) -> list[Rows]:
    """The pieces of a file of ``length`` bytes. Each has the share of them that it has of the unpacked data.

    (pyarrow knows packed sizes by column only, and where that list is damaged it ends the whole program.)
    """
    with _explained(name):
        groups = [metadata.row_group(group) for group in range(metadata.num_row_groups)]
        rows = list(accumulate((group.num_rows for group in groups), initial=0))
        ends = list(accumulate((max(group.total_byte_size, 0) for group in groups), initial=0))
    places = [length * end // max(ends[-1], 1) for end in ends]
    found: list[Rows] = []
    start = 0
    for stop in range(1, len(rows)):
        if stop == len(groups) or rows[stop + 1] - rows[start] > ROWS:
            found.append(Rows(name, start, stop, rows[start] + 1, places[stop] - places[start]))
            start = stop
    return found


def _read(file: pq.ParquetFile, piece: Rows, header: Header, size: int) -> Iterator[pa.RecordBatch]:
    names = file.schema_arrow.names
    used = dict.fromkeys([header.person, *(cell for cell, _, _ in header.questions), *header.keep])
    first = piece.first
    with _explained(piece.source, first):
        batches = file.iter_batches(
            batch_size=size,
            row_groups=list(range(piece.start, piece.stop)),
            columns=[names[cell] for cell in used],
            use_threads=False,
        )
    while True:
        with _explained(piece.source, first):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch
        first += batch.num_rows


@contextmanager
def _explained(name: str, first: int | None = None) -> Iterator[None]:
    """What pyarrow raises inside the block becomes a message about the file, from the row ``first`` on."""
    try:
        yield
    except OSError as error:
        # pyarrow uses this type for what it finds in the file as well; those have no number.
        raise (cannot_read(name, error) if error.errno else _unreadable(name, error, first)) from error
    except (pa.ArrowException, ValueError, OverflowError) as error:
        raise _unreadable(name, error, first) from error


def _unreadable(name: str, error: Exception, first: int | None) -> RolequizError:
    said = str(error)
    if "crypt" in said:
        return _encrypted(name)
    if "magic bytes" in said or "Parquet file size" in said:
        return RolequizError(
            f"{shown_source(name)}: this is no Parquet file, or its end is missing",
            "get the file again from its source, or say what it is with --format-in",
        )
    return _damaged(name, said.partition("\n")[0], first)


def _damaged(name: str, said: str, first: int | None) -> RolequizError:
    what = "it cannot be read" if first is None else f"its rows cannot be read from row {first} on"
    return RolequizError(
        f"{shown_source(name)}: {what}: {short(said, 200)}", "get the file again from its source, or write it anew"
    )


def _encrypted(name: str) -> RolequizError:
    return RolequizError(f"{shown_source(name)}: it is encrypted", "write it again without encryption")


def _row_batch(batch: pa.RecordBatch, header: Header, names: list[str], first: int) -> RowBatch:
    """The columns by their names: a batch can hold more of them, and in another order, than were asked for."""

    def column(cell: int) -> pa.Array:
        array = batch.column(batch.schema.get_field_index(names[cell]))
        if not is_text(array.type):
            return array
        plain = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
        return plain.cast(pa.large_string())

    questions = tuple(column(cell) for cell, _, _ in header.questions)
    return RowBatch(
        header, first, batch.num_rows, column(header.person), questions, tuple(column(cell) for cell in header.keep)
    )


def _items(batch: RowBatch, numbers: Sequence[int], source: str, rules: Rules) -> Iterator[Item]:
    """The records of all rows of a batch, whose numbers in the file are these."""
    header = batch.header
    people = texts(batch.person)
    answers = [texts(array) if is_text(array.type) else array.to_pylist() for array in batch.questions]
    readers: list[ReadAnswer] = [read_text_answer if is_text(array.type) else value_answer for array in batch.questions]
    kept = [_plain_values(array) for array in batch.keep]
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


def _plain_values(array: pa.Array) -> list[object]:
    """The values of a column to keep, as JSON could hold them."""
    if is_text(array.type):
        return list(texts(array))
    if pa.types.is_floating(array.type):
        return [_number(value) for value in array.cast(pa.float64()).to_pylist()]
    return list((array.cast(pa.large_string()) if _is_written(array.type) else array).to_pylist())


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
