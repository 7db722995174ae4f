"""Pieces scored thousands of records at a time, with the bytes of the reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

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
from rolequiz.batch.pieces import Rows as RowGroups
from rolequiz.batch.reading import records
from rolequiz.batch.records import Accepted, Item
from rolequiz.batch.rejects import Reject
from rolequiz.batch.renderings import rendering
from rolequiz.batch.score import assess_record
from rolequiz.core.assess import Assessment

if TYPE_CHECKING:
    from rolequiz.batch.fast.arrow_page import ArrowPage, ArrowPages
    from rolequiz.batch.parquet_files import RowBatch

BLOCK = 1 << 18
"""Bytes of lines scored together: the arrays that come of them stay in the processor's cache."""

EXPLAINED = 2
"""How much more is made of a record that is explained."""

LARGEST = (32 << 20) - (1 << 16)
"""Bytes up to which glibc may keep freed memory for the next arrays."""

LINES = 1 << 13
"""Lines scored together at most: of the shortest ones a block holds so many that their results would be large."""

RECORDS = 2000
"""Records scored together where they do not come as lines."""

SCANNERS = 16
"""Different headers remembered at a time; a folder may hold a file of its own for every group."""

ROWS = 1 << 13
"""Rows of Parquet scored together."""

Pages: TypeAlias = "CsvPages | JsonPages | ArrowPages"


class FastEngine:
    """Scores with the kernel; whatever is not regular goes through the code of the reference."""

    def __init__(self, job: Job) -> None:
        keep_freed_memory()
        self._job = job
        self._kernel = Kernel(job.rules.table)
        self._pages = _pages(job)
        self._clerk = Clerk(job.layout, job.format)
        self._keeps_formulas = job.format != "csv" or job.layout.verbatim
        self._scanners: dict[Header | None, CsvScanner | JsonScanner] = {}

    def chunks(self, piece: Piece) -> Iterator[Chunk]:
        """Results and rejects of a piece, some thousand records at a time.

        Raises:
            RolequizError: the piece cannot be read.
        """
        if isinstance(piece, Lines):
            yield from self._lines(piece)
            return
        if isinstance(piece, RowGroups) and not self._job.rules.keep:
            yield from self._row_groups(piece)
            return
        notes = Notes()
        found = records(piece, self._job.rules, notes)
        while batch := list(islice(found, RECORDS)):
            yield self._chunk(None, batch, Notes())
        yield Chunk(notes=notes)

    def _lines(self, piece: Lines) -> Iterator[Chunk]:
        scan = self._scanner(piece.header).scan
        size = BLOCK // EXPLAINED if self._job.layout.explained else BLOCK
        for first, data in parts_of(piece.read(), size, piece.first, LINES):
            notes = Notes()
            rows, items = scan(data, first, piece.source, notes)
            yield self._chunk(rows, items, notes)

    def _row_groups(self, piece: RowGroups) -> Iterator[Chunk]:
        from rolequiz.batch.parquet_files import row_batches

        yield from self.row_chunks(row_batches(piece, self._job.rules, ROWS), piece.source)
        yield Chunk()

    def row_chunks(self, batches: Iterable[RowBatch], source: str) -> Iterator[Chunk]:
        """A chunk for each batch of rows, which have no columns to keep."""
        from rolequiz.batch.fast.arrow_scan import ArrowScanner

        job = self._job
        scanner = ArrowScanner(job.rules, self._clerk, job.format, keeps_formulas=self._keeps_formulas)
        for batch in batches:
            rows, items = scanner.of_batch(batch, source)
            yield self._chunk(rows, items, Notes())

    def _scanner(self, header: Header | None) -> CsvScanner | JsonScanner:
        """The scanner for lines below a header, or for JSON."""
        found = self._scanners.get(header)
        if found is None:
            if len(self._scanners) >= SCANNERS:
                self._scanners.clear()
            keeps = self._keeps_formulas
            found = self._scanners[header] = (
                CsvScanner(
                    header,
                    self._job.rules,
                    self._clerk,
                    keeps_formulas=keeps,
                    is_escaped=self._job.format in ("json", "jsonl"),
                )
                if header is not None
                else JsonScanner(
                    self._job.rules, self._clerk, keeps_formulas=keeps, is_quoted=self._job.format == "csv"
                )
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
        if rows is not None and not rows.count:
            # The further records may have values that are no text, which must not be bare in JSON.
            rows = None
        is_bare = rows is not None and rows.is_bare
        more = self._clerk.rows([item for _, item in full], [place for place, _ in full], is_bare=is_bare)
        rows = more if rows is None else merged(rows, more)
        page, escaped = self._pages.page(rows, self._kernel.score(rows.answers))
        chunk.scored, chunk.escaped = rows.count + len(quick), rows.escaped + escaped
        chunk.rejects = b"".join(refused)
        if quick:
            self._insert(chunk, page, rows, quick)
        else:
            chunk.results = page.bytes()
        return chunk

    def _insert(self, chunk: Chunk, page: Page | ArrowPage, rows: Rows, quick: Sequence[tuple[int, Accepted]]) -> None:
        """Put quick sittings, which are scored one by one, where they belong."""
        places = np.searchsorted(rows.places, [place for place, _ in quick]).tolist()
        table, notes = self._job.rules.table, chunk.notes
        results = [(item, assess_record(table, item.record, notes)) for _, item in quick]
        if isinstance(page, Page):
            chunk.results, escaped = self._joined(page, places, results)
            chunk.escaped += escaped
        else:
            chunk.results = page.with_results(places, results)

    def _joined(
        self, page: Page, places: Sequence[int], results: Sequence[tuple[Accepted, Assessment]]
    ) -> tuple[bytes, int]:
        """The text of a page with single results before these rows, and how many of their cells got a ``'``."""
        made = rendering(self._job.format, self._job.layout)
        data, ends = page.bytes(), [0, *page.ends().tolist()]
        parts: list[bytes | memoryview] = []
        done = 0
        for place, (item, result) in zip(places, results, strict=True):
            made.put(item, result)
            parts += [data[done : ends[place]], made.take()]
            done = ends[place]
        return b"".join([*parts, data[done:]]), made.escaped


def _pages(job: Job) -> Pages:
    """What draws results."""
    match job.format:
        case "csv":
            return CsvPages(job.layout)
        case "parquet":
            from rolequiz.batch.fast.arrow_page import ArrowPages

            return ArrowPages(job.layout)
        case _:
            return JsonPages(job.layout, job.format)


def keep_freed_memory() -> None:
    """Let the arrays of a block have the memory of the block before.

    glibc gives large blocks back to the system at once, and every page of the
    next one has to be mapped anew, until it has seen one of this size freed
    (M_MMAP_THRESHOLD in mallopt(3)). Elsewhere it changes nothing; the pages are never touched.
    """
    with suppress(MemoryError):
        np.empty(LARGEST, np.uint8)
