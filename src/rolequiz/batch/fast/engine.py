"""Pieces scored thousands of records at a time, with the bytes of the reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from rolequiz.batch.fast.csv_page import CsvPages
from rolequiz.batch.fast.csv_scan import CsvScanner
from rolequiz.batch.fast.fragments import Page
from rolequiz.batch.fast.json_page import JsonPages
from rolequiz.batch.fast.json_scan import JsonScanner
from rolequiz.batch.fast.kernel import Kernel
from rolequiz.batch.fast.rows import Clerk, Rows, merged
from rolequiz.batch.job import Chunk, Job
from rolequiz.batch.lines import parts_of
from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import Header, Lines, Piece
from rolequiz.batch.reading import records
from rolequiz.batch.records import Accepted, Item
from rolequiz.batch.rejects import Reject
from rolequiz.batch.results import rendering
from rolequiz.batch.score import assess_record

BLOCK = 1 << 18
"""Bytes of lines scored together: the arrays that come of them stay in the processor's cache."""

LARGEST = (32 << 20) - (1 << 16)
"""Bytes up to which glibc may keep freed memory for the next arrays."""

RECORDS = 2000
"""Records scored together where they do not come as lines."""


class FastEngine:
    """Scores with the kernel; whatever is not regular goes through the code of the reference."""

    def __init__(self, job: Job) -> None:
        keep_freed_memory()
        self._job = job
        self._kernel = Kernel(job.rules.table)
        self._pages = CsvPages(job.layout) if job.format == "csv" else JsonPages(job.layout, job.format)
        self._clerk = Clerk(job.layout, job.format)
        self._scanners: dict[Header | None, CsvScanner | JsonScanner] = {}

    def chunks(self, piece: Piece) -> Iterator[Chunk]:
        """Results and rejects of a piece, some thousand records at a time.

        Raises:
            RolequizError: the piece cannot be read.
        """
        if isinstance(piece, Lines):
            yield from self._lines(piece)
            return
        notes = Notes()
        found = records(piece, self._job.rules, notes)
        while batch := list(islice(found, RECORDS)):
            yield self._chunk(None, batch, notes)
        yield Chunk(notes=notes)

    def _lines(self, piece: Lines) -> Iterator[Chunk]:
        scan = self._scanner(piece.header).scan
        for first, data in parts_of(piece.read(), BLOCK, piece.first):
            notes = Notes()
            rows, items = scan(data, first, piece.source, notes)
            yield self._chunk(rows, items, notes)

    def _scanner(self, header: Header | None) -> CsvScanner | JsonScanner:
        """The scanner for lines below a header, or for JSON."""
        found = self._scanners.get(header)
        if found is None:
            keeps = self._job.format != "csv" or self._job.layout.verbatim
            found = self._scanners[header] = (
                CsvScanner(header, self._job.rules, self._clerk, keeps_formulas=keeps)
                if header is not None
                else JsonScanner(self._job.rules, self._clerk, keeps_formulas=keeps)
            )
        return found

    def _chunk(self, rows: Rows | None, items: Sequence[Item], notes: Notes) -> Chunk:
        """The chunk of rows and of further records between them; ``rows`` is None where those are all."""
        places = range(len(items)) if rows is None else [item.number for item in items]
        chunk = Chunk(notes=notes)
        full: list[tuple[int, Accepted]] = []
        quick: list[tuple[int, Accepted]] = []
        refused: list[bytes] = []
        for place, item in zip(places, items, strict=True):
            if isinstance(item, Reject):
                refused.append(self._job.reject_bytes(item))
                chunk.codes[item.faults[0].code] += 1
            elif item.record.mode == "quick":
                quick.append((place, item))
            else:
                full.append((place, item))
        is_bare = rows is not None and rows.is_bare
        more = self._clerk.rows([item for _, item in full], [place for place, _ in full], is_bare=is_bare)
        rows = more if rows is None else merged(rows, more)
        page, escaped = self._pages.page(rows, self._kernel.score(rows.answers))
        chunk.scored, chunk.escaped = rows.count + len(quick), rows.escaped + escaped
        chunk.results, chunk.rejects = page.bytes(), b"".join(refused)
        if quick:
            self._insert(chunk, page, rows, quick)
        return chunk

    def _insert(self, chunk: Chunk, page: Page, rows: Rows, quick: Sequence[tuple[int, Accepted]]) -> None:
        """Put quick sittings, which are scored one by one, where they belong."""
        job = self._job
        ends = [0, *page.ends().tolist()]
        parts: list[bytes | memoryview] = []
        done = 0
        for place, item in quick:
            end = ends[int(np.searchsorted(rows.places, place))]
            made = rendering(job.format, job.layout)
            made.put(item, assess_record(job.rules.table, item.record, chunk.notes))
            parts += [memoryview(chunk.results)[done:end], made.take()]
            done = end
            chunk.escaped += made.escaped
        chunk.results = b"".join([*parts, memoryview(chunk.results)[done:]])


def keep_freed_memory() -> None:
    """Let the arrays of a block have the memory of the block before.

    glibc gives large blocks back to the system at once, and every page of the
    next one has to be mapped anew, until it has seen one of this size freed
    (M_MMAP_THRESHOLD in mallopt(3)). Elsewhere it changes nothing; the pages are never touched.
    """
    np.empty(LARGEST, np.uint8)
