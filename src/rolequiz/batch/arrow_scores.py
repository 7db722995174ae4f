"""A table of Arrow in memory, scored: for programs with pipelines of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from json import loads

import pyarrow as pa

from rolequiz.batch.engines import has_numpy
from rolequiz.batch.job import Chunk, Job
from rolequiz.batch.notes import Notes
from rolequiz.batch.parquet_columns import header_of_schema
from rolequiz.batch.parquet_files import RowBatch, table_batches
from rolequiz.batch.parquet_records import items_of
from rolequiz.batch.parquet_results import schema_of
from rolequiz.batch.scalar import ScalarEngine
from rolequiz.errors import RolequizError

NAME = "the table"
"""What messages call it."""

FAULT = pa.struct([(name, pa.string()) for name in ("column", "value", "code", "message")])
REJECTS = pa.schema([("row", pa.int64()), ("id", pa.string()), *FAULT, ("faults", pa.list_(FAULT))])


@dataclass(frozen=True, slots=True)
class ArrowScores:
    """Every row of a table is in exactly one of ``results`` and ``rejects``, both in the order of the table.

    ``results`` has the columns of a Parquet output. ``rejects`` has ``row`` (from
    1), ``id``, the first fault (``column``, ``value``, ``code``, ``message``), and all ``faults``.
    ``notes`` are what the command line would note.
    """

    results: pa.RecordBatch
    rejects: pa.RecordBatch
    notes: tuple[str, ...]


def scored_table(job: Job, data: pa.RecordBatch | pa.Table) -> ArrowScores:
    """The scores of a table with a column of ids and columns of answers.

    Raises:
        RolequizError: it is no table, or its columns are not those of answers.
    """
    if not isinstance(data, pa.RecordBatch | pa.Table):
        raise RolequizError(f"{type(data).__name__} is no Arrow table", "give a pyarrow Table or RecordBatch")
    table = pa.Table.from_batches([data]) if isinstance(data, pa.RecordBatch) else data
    notes = Notes()
    header = header_of_schema(table.schema, NAME, job.rules, notes)
    chunks = list(_chunks(job, table_batches(table, header)))
    results = [batch for chunk in chunks if chunk.results for batch in pa.ipc.open_stream(pa.py_buffer(chunk.results))]
    rejects = [loads(line) for chunk in chunks for line in chunk.rejects.splitlines()]
    rows = [
        {"row": found["record"]} | {name: found[name] for name in REJECTS.names if name != "row"} for found in rejects
    ]
    return ArrowScores(
        _one(pa.Table.from_batches(results, schema_of(job.layout))),
        pa.RecordBatch.from_pylist(rows, REJECTS),
        tuple(notes.lines()),
    )


def _chunks(job: Job, batches: Iterator[RowBatch]) -> Iterator[Chunk]:
    if has_numpy() and not job.rules.keep:
        from rolequiz.batch.fast.engine import FastEngine

        return FastEngine(job).row_chunks(batches, NAME)
    engine = ScalarEngine(job)
    return (engine.scored(items_of(batch, NAME, job.rules), Notes()) for batch in batches)


def _one(table: pa.Table) -> pa.RecordBatch:
    """The rows of a table as one batch."""
    found: Sequence[pa.RecordBatch] = table.combine_chunks().to_batches()
    return found[0] if found else pa.RecordBatch.from_pylist([], table.schema)
