"""Parquet files cut by row groups, and their rows a batch at a time.

So a file of one huge row group needs no more memory than one of many. pyarrow is
an extra; only what reads Parquet imports this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from rolequiz.batch.compressed import blamed, cannot_read
from rolequiz.batch.notes import Notes
from rolequiz.batch.parquet_columns import header_of_schema, is_text
from rolequiz.batch.pieces import Header, Piece, Rows
from rolequiz.batch.records import Rules
from rolequiz.errors import RolequizError
from rolequiz.printable import short, shown_source

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
        return iter(_cut(file.metadata, name, _version(name)))


def row_batches(piece: Rows, rules: Rules, size: int = BATCH) -> Iterator[RowBatch]:
    """The rows of a piece, at most ``size`` at a time, only the columns that are needed.

    Raises:
        RolequizError: the row groups cannot be read, or changed.
    """
    with _opened(piece.source) as file:
        schema = file.schema_arrow
        if _version(piece.source) != piece.version:
            raise _changed(piece.source)
        header = header_of_schema(schema, piece.source, rules, Notes())
        groups = [file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups)]
        if piece.stop > len(groups) or sum(groups[: piece.start]) + 1 != piece.first:
            raise _changed(piece.source)
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


def _version(name: str) -> tuple[int, int]:
    """What changes when a file is written anew: its length, and the time of the last change in nanoseconds."""
    with blamed(name):
        status = Path(name).stat()
    return status.st_size, status.st_mtime_ns


def _changed(name: str) -> RolequizError:
    return RolequizError(f"{shown_source(name)}: it changed while it was read", "run it again")


def _cut(metadata: pq.FileMetaData, name: str, version: tuple[int, int]) -> list[Rows]:
    """The pieces of a file. Each has the share of them that it has of the unpacked data.

    (pyarrow knows packed sizes by column only, and where that list is damaged it ends the whole program.)
    """
    with _explained(name):
        groups = [metadata.row_group(group) for group in range(metadata.num_row_groups)]
        rows = list(accumulate((group.num_rows for group in groups), initial=0))
        ends = list(accumulate((max(group.total_byte_size, 0) for group in groups), initial=0))
    length, _ = version
    places = [length * end // max(ends[-1], 1) for end in ends]
    found: list[Rows] = []
    start = 0
    for stop in range(1, len(rows)):
        if stop == len(groups) or rows[stop + 1] - rows[start] > ROWS:
            found.append(Rows(name, start, stop, rows[start] + 1, places[stop] - places[start], version))
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
        if not pa.types.is_dictionary(array.type):
            return array.cast(pa.large_string())
        words = array.dictionary.cast(pa.large_string())  # views cannot be taken from
        return pa.DictionaryArray.from_arrays(array.indices, words).dictionary_decode()

    questions = tuple(column(cell) for cell, _, _ in header.questions)
    return RowBatch(
        header, first, batch.num_rows, column(header.person), questions, tuple(column(cell) for cell in header.keep)
    )
