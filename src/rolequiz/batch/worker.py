"""A worker process: pieces in, chunks out; and the messages between it and the parent.

It reads its piece for itself where it can, and writes results into the output
where that is a file, at the place that the parent names.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import Connection
from traceback import format_exc

from rolequiz.batch.engines import engine_for, load_engine
from rolequiz.batch.job import Chunk, Job
from rolequiz.batch.pieces import Piece
from rolequiz.errors import RolequizError
from rolequiz.signals import let_through

AHEAD = 2
"""Pieces that a worker has at a time, and chunks that it holds until it is told where they go."""

BINARY: int = getattr(os, "O_BINARY", 0)
"""Windows would change line ends."""


@dataclass(frozen=True, slots=True)
class Begin:
    """The work of a run; ``path`` is where workers write results themselves, None if they send them."""

    job: Job
    path: str | None
    is_fast: bool


@dataclass(frozen=True, slots=True)
class Rendered:
    """A chunk, and how many bytes of results it has, which follow or stay with the worker."""

    chunk: Chunk
    size: int


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the oldest chunk that a worker holds goes; its first ``skip`` bytes are left out."""

    offset: int
    skip: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A piece is done."""


@dataclass(frozen=True, slots=True)
class Failed:
    """What went wrong in a worker: something to tell the user, or a mistake of the program's."""

    error: Exception
    trace: str = ""


def work_on(connection: Connection, others: list[Connection]) -> None:
    """What a worker process does: pieces in, chunks out, until there are no more or the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    let_through()
    for other in others:
        other.close()
    try:
        load_engine()
        begin: Begin = connection.recv()
        _Desk(connection, begin.path).work(begin.job, is_fast=begin.is_fast)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except (RolequizError, OSError) as error:
        connection.send(Failed(error))
    except MemoryError:
        connection.send(Failed(RolequizError("memory ran out in a worker process", "use fewer --workers")))
    except Exception as error:  # a mistake of ours, whatever it is: the parent raises it with this trace
        connection.send(Failed(RuntimeError(str(error)), format_exc()))


class _Desk:
    """A worker's side of the talk with the parent."""

    def __init__(self, connection: Connection, path: str | None) -> None:
        self._connection = connection
        self._file = os.open(path, os.O_WRONLY | BINARY) if path is not None else None
        self._held: deque[bytes | memoryview] = deque()
        self._pieces: deque[Piece | None] = deque()

    def work(self, job: Job, *, is_fast: bool) -> None:
        """Score pieces until None comes instead of one; then write what is held and say so."""
        engine = engine_for(job, is_fast=is_fast)
        while (piece := self._next()) is not None:
            for chunk in engine.chunks(piece):
                self._give(chunk)
            self._connection.send(Finished())
        self._settle(0)
        self._connection.send(Finished())

    def _next(self) -> Piece | None:
        while not self._pieces:
            self._listen()
        return self._pieces.popleft()

    def _give(self, chunk: Chunk) -> None:
        results, chunk.results = chunk.results, b""
        self._connection.send(Rendered(chunk, len(results)))
        if not results:
            return
        if self._file is None:
            self._connection.send_bytes(results)
        else:
            self._held.append(results)
            self._settle(AHEAD - 1)

    def _settle(self, most: int) -> None:
        while len(self._held) > most:
            self._listen()

    def _listen(self) -> None:
        message = self._connection.recv()
        if not isinstance(message, Placed):
            self._pieces.append(message)
            return
        assert self._file is not None
        rest = memoryview(self._held.popleft())[message.skip :]
        # The handle is this process's own, so nobody else moves its place in the file.
        os.lseek(self._file, message.offset, os.SEEK_SET)
        while rest:
            rest = rest[os.write(self._file, rest) :]
