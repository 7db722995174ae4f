"""A whole scoring run: pieces through an engine, here or in other processes, into a target and a place for rejects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain
from typing import TYPE_CHECKING

from rolequiz.batch.engines import engine_for, has_numpy
from rolequiz.batch.job import Chunk, Engine, Job
from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import Piece
from rolequiz.batch.results import Put
from rolequiz.batch.score import Totals
from rolequiz.batch.targets import Target

if TYPE_CHECKING:
    from rolequiz.batch.pool import Room, Worker

FEW = 1 << 17
"""Bytes of input that are scored before numpy would be loaded."""

MANY = 1 << 22
"""Bytes of input for which further processes pay."""

Tick = Callable[[int, int], object]
"""Told of bytes read and records seen since the last time."""


def score_pieces(
    job: Job,
    pieces: Iterator[Piece],
    target: Target,
    refuse: Put,
    notes: Notes,
    *,
    workers: int = 1,
    started: Sequence[Worker] = (),
    room: Room | None = None,
    tick: Tick | None = None,
    slow: Callable[[], object] | None = None,
) -> Totals:
    """Score every piece; results and rejects come out in input order.

    How it is done depends on the size of the input only: a little of it is
    scored at once, more with numpy, much of it by ``workers`` processes.

    Args:
        started: a crew of so many workers that is there already.
        room: where other processes may write results themselves; None if they have to pass through here.
        tick: told of progress.
        slow: called once if the input is large and numpy is not there.

    Raises:
        RolequizError: a piece cannot be read, or an output not be written.
    """
    workers = len(started) or workers
    head, length = _first(pieces, MANY if workers > 1 else FEW)
    pieces = chain(head, pieces)
    is_fast = length > FEW and has_numpy()
    if length > FEW and not is_fast and slow is not None:
        slow()
    with ExitStack() as stack:
        found: Iterator[tuple[int, Chunk]] | None = None
        if workers > 1 and length > MANY:
            from rolequiz.batch.pool import crew, in_processes  # a small input does not wait for it to load

            those = list(started) or stack.enter_context(crew(workers))
            found = in_processes(job, pieces, those, target, room, is_fast=is_fast) if those else None
        if found is None:
            found = _in_this_process(engine_for(job, is_fast=is_fast), pieces)
        return _collected(found, target, refuse, notes, tick)


def _collected(
    found: Iterable[tuple[int, Chunk]], target: Target, refuse: Put, notes: Notes, tick: Tick | None
) -> Totals:
    """Results and rejects where they belong, and everything counted."""
    scored = 0
    codes: Counter[str] = Counter()
    target.begin()
    for size, chunk in found:
        target.put(chunk.results)
        if chunk.rejects:
            refuse(chunk.rejects)
        scored += chunk.scored
        codes.update(chunk.codes)
        target.escaped += chunk.escaped
        notes.merge(chunk.notes)
        if tick is not None:
            tick(size, chunk.scored + chunk.codes.total())
    target.end()
    return Totals(scored, codes.total(), dict(sorted(codes.items())))


def _first(pieces: Iterator[Piece], most: int) -> tuple[list[Piece], int]:
    """The first pieces, until they are more than ``most`` bytes, and how many bytes they are."""
    found: list[Piece] = []
    total = 0
    for piece in pieces:
        found.append(piece)
        total += piece.size
        if total > most:
            break
    return found, total


def _in_this_process(engine: Engine, pieces: Iterable[Piece]) -> Iterator[tuple[int, Chunk]]:
    for piece in pieces:
        size = piece.size
        for chunk in engine.chunks(piece):
            yield size, chunk
            size = 0
