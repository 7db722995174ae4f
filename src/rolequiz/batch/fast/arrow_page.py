"""Results as Arrow record batches, which become a Parquet file.

Arrays are made from buffers: ``pa.array`` and ``pa.scalar`` load pandas where it is
installed, which takes longer than to score 100 000 people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rolequiz.batch.fast.fragments import Index, Ints, Page, Texts
from rolequiz.batch.fast.kernel import Flags, Scored
from rolequiz.batch.fast.rows import ABSENT, Rows
from rolequiz.batch.fast.standings import Standings
from rolequiz.batch.parquet_results import ArrowRendering, schema_of, stream_of
from rolequiz.batch.records import Accepted
from rolequiz.batch.results import Layout
from rolequiz.core.assess import Assessment, Standing, status_of
from rolequiz.core.quality import FLAG_IDS
from rolequiz.core.table import Range, Table


class ArrowPage:
    """Some results as one record batch."""

    def __init__(self, layout: Layout, batch: pa.RecordBatch) -> None:
        self._layout = layout
        self._batch = batch

    def bytes(self) -> memoryview:
        """The batch as an Arrow IPC stream; nothing if it has no rows."""
        return memoryview(stream_of(self._batch) if self._batch.num_rows else b"")

    def with_results(self, places: Sequence[int], results: Iterable[tuple[Accepted, Assessment]]) -> memoryview:
        """The same with single results, each before the row of this number (or at the end)."""
        rendering = ArrowRendering(self._layout)
        for item, result in results:
            rendering.put(item, result)
        with pa.ipc.open_stream(rendering.take()) as stream:
            table = pa.Table.from_batches([self._batch, *stream])
        before = np.concatenate([np.arange(self._batch.num_rows) + 0.5, places])
        (batch,) = table.take(np.argsort(before, kind="stable")).combine_chunks().to_batches()
        return memoryview(stream_of(batch))


class ArrowPages:
    """Draws rows as the record batches that `ArrowRendering` gives for the same results."""

    def __init__(self, layout: Layout) -> None:
        table, bank = layout.table, layout.bank
        self._layout = layout
        self._schema = schema_of(layout)
        asked = len(table.items)
        self._status = _words([status_of(answered, asked) for answered in range(asked + 1)])
        self._mode = _words(["full"])
        self._standings = _StandingColumns(table)
        self._flags = _lists([[flag for bit, flag in enumerate(FLAG_IDS) if bits >> bit & 1] for bits in range(16)])
        self._bank = [_words([text]) for text in (bank.id, bank.version, bank.digest)]

    def page(self, rows: Rows, scored: Scored) -> tuple[ArrowPage, int]:
        """The batch; nothing in it is kept from being run."""
        layout, table = self._layout, self._layout.table
        once = _array(np.zeros(rows.count, np.int8))
        head, by_role = self._standings.columns(scored)
        columns = [_strings(rows.ids), self._status.take(_array(scored.answered)), self._mode.take(once)]
        columns += [_numbers(scored.answered), *head]
        for role, (span, (certainty, place)) in enumerate(zip(table.role_ranges, by_role, strict=True)):
            scores = scored.roles[:, role]
            columns += [_points(span, scores), _array(fits(span, scores)), certainty, place]
        if layout.columns == "all":
            columns += [_points(span, scored.traits[:, trait]) for trait, span in enumerate(table.trait_ranges)]
            columns.append(self._flags.take(_array(scored.flags | rows.speed_bits())))
            columns += [text.take(once) for text in self._bank]
        kinds = self._schema.types[len(columns) :]
        columns += [_strings(texts).cast(kind) for texts, kind in zip(rows.extra, kinds, strict=True)]
        return ArrowPage(layout, pa.RecordBatch.from_arrays(columns, schema=self._schema)), 0


class _StandingColumns:
    """What the standings found so far say, as columns by their numbers."""

    def __init__(self, table: Table) -> None:
        self._roles = table.roles
        self._standings = Standings(table, 0, self._remember)
        self._new: list[Standing | None] = []
        self._known = self._columns_of([])

    def columns(self, scored: Scored) -> tuple[list[pa.Array], list[tuple[pa.Array, pa.Array]]]:
        """Of these rows: the top roles, tie, shape, label and lead; and of each role the certainty and the place."""
        numbers = _array(self._standings.numbers(scored))
        if self._new:
            # Where the standings were forgotten meanwhile, what was known before is gone: the new ones count from 0.
            before = len(self._standings.cells.keys) - len(self._new)
            new = self._columns_of(self._new)
            self._known = [pa.concat_arrays([a.slice(0, before), b]) for a, b in zip(self._known, new, strict=True)]
            self._new.clear()
        columns = [column.take(numbers) for column in self._known]
        return columns[:5], list(zip(columns[5::2], columns[6::2], strict=True))

    def _remember(self, found: Standing | None) -> list[bytes]:
        self._new.append(found)
        return []

    def _columns_of(self, found: Sequence[Standing | None]) -> list[pa.Array]:
        roles = range(len(self._roles))
        valid = np.array([one is not None for one in found], np.bool_)
        columns = [
            _lists([[self._roles[role] for role in one.first] if one else [] for one in found]),
            _array(np.array([one is not None and len(one.first) > 1 for one in found], np.int8)).cast(pa.bool_()),
            _words([one.shape if one else None for one in found]),
            _words([one.label if one else None for one in found]),
            _numbers(np.array([one.lead if one else 0 for one in found], np.int64), valid),
        ]
        for role in roles:
            columns += [
                _array(np.array([one.shares[role] if one else 0 for one in found], np.float64), valid),
                _numbers(np.array([one.places[role] if one else 0 for one in found], np.int64), valid),
            ]
        return columns


def fits(span: Range, scores: Index) -> NDArray[np.float64]:
    """The fit of each score, worked out by the core once for each that there may be."""
    low, high = int(scores.min(initial=0)), int(scores.max(initial=0))
    if high - low <= len(scores):
        return np.array([span.fit(score) for score in range(low, high + 1)], np.float64).take(
            scores.astype(np.int64) - low
        )
    different, places = np.unique(scores, return_inverse=True)
    return np.array([span.fit(score) for score in different.tolist()], np.float64).take(places)


def _points(span: Range, scores: Index) -> pa.Array:
    return _numbers(scores.astype(np.int64) - span.low)


def _numbers(values: Index, valid: Flags | None = None) -> pa.Array:
    """Integers as results have them. The cast raises where one is too large."""
    return _array(values, valid).cast(pa.int32())


def _array(values: NDArray[np.generic], valid: Flags | None = None) -> pa.Array:
    """Numbers as an array, null where they are not valid."""
    data = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [_bits(valid), data])


def _bits(valid: Flags | None) -> pa.Buffer | None:
    return None if valid is None or valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))


def _words(words: Sequence[str | None]) -> pa.Array:
    """An array of text from its values."""
    return _strings(Texts.of([ABSENT if word is None else word.encode() for word in words]))


def _lists(lists: Sequence[Sequence[str]]) -> pa.Array:
    """An array of lists of text from its values."""
    ends = np.cumsum([0, *map(len, lists)], dtype=np.int32)
    return pa.ListArray.from_arrays(_array(ends), _words(list(chain.from_iterable(lists))))


def _strings(texts: Texts) -> pa.Array:
    """Texts as an array; `ABSENT` is null."""
    page = Page(len(texts.lengths))
    page.texts(texts)
    offsets: Ints = np.concatenate([np.zeros(1, np.int64), page.ends()])
    valid = (texts.lengths != len(ABSENT)) | (texts.buffer[texts.starts] != ABSENT[0])
    buffers = [_bits(valid), pa.py_buffer(offsets), pa.py_buffer(page.bytes())]
    return pa.Array.from_buffers(pa.large_string(), len(texts.lengths), buffers).cast(pa.string())
