"""Results as Parquet: typed columns, and a file whose bytes depend on its rows only.

Chunks of results travel as Arrow IPC streams, which any engine and process can
make; one place turns them into the file. pyarrow is an extra; only what writes
Parquet imports this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from rolequiz.batch.records import Accepted
from rolequiz.batch.results import Layout, Put, cell, encoded, header, values
from rolequiz.core.assess import Assessment
from rolequiz.errors import RolequizError

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:
    raise RolequizError(
        "writing Parquet needs pyarrow", "install it with: pip install 'rolequiz[parquet]', or write CSV or JSONL"
    ) from error

GROUP = 1 << 16
"""Rows of a row group; only the last one has fewer."""

LEVEL = 1
"""Of zstd. Written down, for the default of a library may change, and the bytes of every file with it."""

UNIQUE = ("id", "line")
"""Columns whose values hardly repeat: without a dictionary the file is smaller. All others get one."""


FRAMING = 1 << 10
"""Bytes of a stream beside its schema and its batch, and more."""


class ArrowRendering:
    """One row a result, on its way as a table; ids and other texts stay as they are."""

    def __init__(self, layout: Layout) -> None:
        self.escaped = 0
        self._layout = layout
        self._schema = schema_of(layout)
        self._rows: list[list[object]] = []

    def put(self, item: Accepted, result: Assessment) -> None:
        """Add one row."""
        self._rows.append(row(self._layout, item, result))

    def take(self) -> bytes | memoryview:
        """The rows added since the last time: an Arrow IPC stream of one record batch, or nothing."""
        if not self._rows:
            return b""
        columns = [
            pa.array(column, field.type)
            for column, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
        ]
        self._rows.clear()
        return stream_of(pa.record_batch(columns, schema=self._schema))


def schema_of(layout: Layout) -> pa.Schema:
    """The columns of `results.header`, in its order, with their types."""
    text, number, real = pa.string(), pa.int32(), pa.float64()
    several = pa.list_(text)
    kinds = [text, text, text, number, several, pa.bool_(), text, text, number]
    for _ in layout.table.roles:
        kinds += [number, real, real, number]
    if layout.columns == "all":
        kinds += [number] * len(layout.table.traits)
        kinds += [several, text, text, text]
    if layout.with_source:
        kinds += [text, pa.int64()]
    kinds += [text] * len(layout.keep)
    return pa.schema([pa.field(_writable(name), kind) for name, kind in zip(header(layout), kinds, strict=True)])


def row(layout: Layout, item: Accepted, result: Assessment) -> list[object]:
    """One result in the order of `schema_of`; what is absent is None."""
    found = values(layout, item, result)
    own = len(found) - len(item.kept)
    kept = (None if value is None else _writable(cell(value)) for value in item.kept)
    return [*(_writable(one) if isinstance(one, str) else one for one in found[:own]), *kept]


def stream_of(batch: pa.RecordBatch) -> memoryview:
    """A record batch as the bytes of a chunk."""
    room = pa.allocate_buffer(batch.schema.serialize().size + pa.ipc.get_record_batch_size(batch) + FRAMING)
    sink = pa.FixedSizeBufferWriter(room)
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    return memoryview(room)[: sink.tell()]


class ParquetTarget:
    """A Parquet file from chunks; at most two row groups and one chunk are in memory.

    A thread writes: pyarrow does so beside Python.
    """

    def __init__(self, layout: Layout, put: Put) -> None:
        self.escaped = 0
        self._schema = schema_of(layout)
        self._sink = _Sink(put)
        self._writer: pq.ParquetWriter = None
        self._waiting: list[pa.RecordBatch] = []
        self._held = 0
        self._thread = ThreadPoolExecutor(1)
        self._written: Future[None] = Future()
        self._written.set_result(None)

    def begin(self) -> None:
        """The mark at the beginning of the file."""
        repeating = [_leaf(field) for field in self._schema if field.name not in UNIQUE]
        with self._sink.in_use():
            self._writer = pq.ParquetWriter(
                self._sink,
                self._schema,
                compression="zstd",
                compression_level=LEVEL,
                use_dictionary=repeating,
            )

    def skip(self, size: int) -> int:  # noqa: ARG002 - the protocol has it
        """Chunks are never part of the file as they are."""
        return 0

    def put(self, chunk: bytes | memoryview) -> None:
        """Take over the rows of a chunk; row groups that are full are written."""
        if not chunk:
            return
        with pa.ipc.open_stream(pa.py_buffer(chunk)) as stream:
            for batch in stream:
                self._waiting.append(batch)
                self._held += batch.num_rows
        while self._held >= GROUP:
            self._write(GROUP)

    def end(self) -> None:
        """The rows left over, and the list of columns that ends the file."""
        if self._held:
            self._write(self._held)
        self._written.result()
        with self._sink.in_use():
            self._writer.close()

    def _write(self, rows: int) -> None:
        """The first rows that wait as one row group, while the next ones are scored."""
        table = pa.Table.from_batches(self._waiting, self._schema)
        self._waiting = table.slice(rows).to_batches()
        self._held -= rows
        self._written.result()
        self._written = self._thread.submit(self._write_group, table.slice(0, rows))

    def _write_group(self, table: pa.Table) -> None:
        """A row group; copied into one piece before, for pages are cut where pieces end, and would depend on chunks."""
        with self._sink.in_use():
            self._writer.write_table(table.combine_chunks(), row_group_size=table.num_rows)


class _Sink:
    """A file as pyarrow wants it, that hands bytes on.

    Only while the target is at work: a writer that is left behind after an error
    ends its file when it is thrown away, and nobody wants that end any more.
    """

    closed = False

    def __init__(self, put: Put) -> None:
        self._put = put
        self._position = 0
        self._is_in_use = False

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Bytes count within the block."""
        self._is_in_use = True
        try:
            yield
        finally:
            self._is_in_use = False

    def write(self, data: bytes) -> int:
        """Hand on a copy: the memory belongs to pyarrow."""
        copy = bytes(data)
        if self._is_in_use:
            self._put(copy)
        self._position += len(copy)
        return len(copy)

    def tell(self) -> int:
        """Bytes so far."""
        return self._position

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Whoever gave ``put`` closes the file."""


def _leaf(field: pa.Field) -> str:
    """The name of a column's values inside the file."""
    return f"{field.name}.list.element" if pa.types.is_list(field.type) else str(field.name)


def _writable(text: str) -> str:
    """Text that UTF-8 can hold, as in every other format."""
    return encoded(text).decode()
