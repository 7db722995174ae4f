"""The reference engine: one record after the other, the standard library only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from rolequiz.batch.job import Chunk, Job
from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import Piece
from rolequiz.batch.reading import records
from rolequiz.batch.records import Item
from rolequiz.batch.renderings import rendering
from rolequiz.batch.score import score_items

RECORDS = 1000
"""Records of a chunk."""


class ScalarEngine:
    """Scores every record with the core."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def chunks(self, piece: Piece) -> Iterator[Chunk]:
        """Results and rejects of a piece, ``RECORDS`` at a time.

        Raises:
            RolequizError: the piece cannot be read.
        """
        notes = Notes()
        found = records(piece, self._job.rules, notes)
        while batch := list(islice(found, RECORDS)):
            yield self.scored(batch, notes)
        yield Chunk(notes=notes)

    def scored(self, batch: Iterable[Item], notes: Notes) -> Chunk:
        """The chunk of some records."""
        job = self._job
        made = rendering(job.format, job.layout)
        refused: list[bytes] = []
        totals = score_items(
            batch, job.rules.table, made.put, lambda reject: refused.append(job.reject_bytes(reject)), notes
        )
        return Chunk(made.take(), b"".join(refused), totals.scored, made.escaped, Counter(totals.codes))
