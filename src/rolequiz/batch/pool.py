"""Pieces scored by several processes, the chunks given in input order.

The parent cuts the input and keeps the order; a worker reads its piece for
itself where it can, and where the output is a file it writes there too, at the
place that the parent names. So the bytes of a large file pass through no pipe.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import current_process, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pickle import UnpicklingError, dumps
from typing import TYPE_CHECKING, Protocol

from rolequiz.batch.job import Chunk, Job
from rolequiz.batch.pieces import Piece, without_data
from rolequiz.batch.targets import Target
from rolequiz.batch.worker import AHEAD, Begin, Failed, Finished, Placed, Rendered, work_on
from rolequiz.errors import RolequizError
from rolequiz.signals import held

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, SpawnContext

SMALL = 1 << 13
"""Bytes that go into a pipe although nobody reads it at the moment."""

PATIENCE = 5.0
"""Seconds that a worker gets to end."""


class Room(Protocol):
    """A file in which space is given away piece by piece; ``path`` is where it can be opened."""

    path: str | None

    def reserve(self, size: int) -> int:
        """Where the next ``size`` bytes go."""


@dataclass(slots=True)
class Worker:
    """A process and what it has to do: numbers of pieces; chunks of them that wait for their turn."""

    process: BaseProcess
    connection: Connection
    numbers: deque[int] = field(default_factory=deque)
    waiting: deque[Rendered | Finished] = field(default_factory=deque)
    results: deque[bytes] = field(default_factory=deque)
    is_spawned: bool = False


@contextmanager
def crew(count: int) -> Iterator[list[Worker]]:
    """Worker processes, which end with the block.

    They may be started before the work is known, and load meanwhile what it will
    need. Where they cannot be, the list is empty.

    Raises:
        RolequizError: the system does not give as many.
    """
    workers: list[Worker] = []
    try:
        if can_start():
            _start(workers, count)
        yield workers
    finally:
        _end(workers)


def can_start() -> bool:
    """Whether this process may start others.

    Those of a pool, which end with their parent, may not; nor can a program that came
    from standard input be started anew.
    """
    if current_process().daemon:
        return False
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    return main is None or os.path.exists(main) or _context().get_start_method() == "fork"


def is_cheap() -> bool:
    """Whether workers cost next to nothing to start, so that it may be done on suspicion."""
    return can_start() and _context().get_start_method() == "fork"


def in_processes(
    job: Job, pieces: Iterator[Piece], workers: list[Worker], target: Target, room: Room | None, *, is_fast: bool
) -> Iterator[tuple[int, Chunk]]:
    """Every chunk of every piece, in input order, with the bytes of input that end with it; once for a crew.

    Raises:
        RolequizError: a piece cannot be read, or a worker was ended from outside.
        OSError: a worker cannot write results.
    """
    begin = dumps(Begin(job, room.path if room else None, is_fast))
    for worker in workers:
        _send(worker, begin)
    yield from _Order(workers, target, room).chunks(pieces)
    for worker in workers:
        _send(worker, dumps(None))
    for worker in workers:
        _received(worker)
        worker.process.join()


def _end(workers: list[Worker]) -> None:
    """Let no process stay. A signal that comes while a process is being forked is lost, so it is not relied on."""
    with held():
        for worker in workers:
            worker.connection.close()
            worker.process.terminate()
        for worker in workers:
            worker.process.join(PATIENCE)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()


def _start(workers: list[Worker], count: int) -> None:
    """Add ``count`` workers to the list, each as soon as it is there.

    Raises:
        RolequizError: the system does not give as many.
    """
    context = _context()
    is_spawned = context.get_start_method() == "spawn"
    if is_spawned and os.name == "posix":
        from multiprocessing import resource_tracker

        # It would start with the first process, and let signals through on the way.
        resource_tracker.ensure_running()
    for _ in range(count):
        try:
            with held():
                here, there = context.Pipe()
                others = [] if is_spawned else [*(worker.connection for worker in workers), here]
                process = context.Process(target=work_on, args=(there, others), daemon=True)
                process.start()
                there.close()
                workers.append(Worker(process, here, is_spawned=is_spawned))
        except OSError as error:
            raise RolequizError(
                f"after {len(workers)} worker processes the system gives no more: {error.strerror}",
                "run it again with fewer --workers",
            ) from error


def _context() -> ForkContext | SpawnContext:
    """Fork where it is safe (it costs nothing), else start afresh."""
    is_alone = threading.active_count() == 1 and "numpy" not in sys.modules and "pyarrow" not in sys.modules
    return get_context("fork") if sys.platform == "linux" and is_alone else get_context("spawn")


class _Order:
    """Hands out pieces and takes chunks back in the order of the pieces."""

    def __init__(self, workers: list[Worker], target: Target, room: Room | None) -> None:
        self._workers = workers
        self._target = target
        self._room = room
        self._sizes: deque[int] = deque()
        self._handed = 0
        self._done = 0

    def chunks(self, pieces: Iterator[Piece]) -> Iterator[tuple[int, Chunk]]:
        upcoming = _packed(pieces)
        while upcoming is not None or self._done < self._handed:
            while upcoming is not None and (worker := self._free(len(upcoming[1]))) is not None:
                size, data = upcoming
                _send(worker, data)
                worker.numbers.append(self._handed)
                self._sizes.append(size)
                self._handed += 1
                upcoming = _packed(pieces)
            self._receive()
            yield from self._ready()

    def _free(self, size: int) -> Worker | None:
        """The worker with least to do, if it may get a piece that is ``size`` bytes to send.

        One that gets more than a pipe holds has to be reading: it might be sending results at
        the moment, and both would wait for each other.
        """
        worker = min(self._workers, key=lambda one: len(one.numbers))
        return worker if len(worker.numbers) < (1 if size > SMALL else AHEAD) else None

    def _receive(self) -> None:
        """At least one message. A worker whose turn is far is not listened to, so that nothing piles up here."""
        heard = [one for one in self._workers if len(one.waiting) < AHEAD or one.numbers[0] == self._done]
        ready = wait([one.connection for one in heard] + [one.process.sentinel for one in heard])
        for worker in heard:
            if worker.connection in ready or worker.process.sentinel in ready:
                self._take(worker)

    def _take(self, worker: Worker) -> None:
        message = _received(worker)
        worker.waiting.append(message)
        if isinstance(message, Rendered) and self._room is None and message.size:
            worker.results.append(_received_bytes(worker))

    def _ready(self) -> Iterator[tuple[int, Chunk]]:
        """The chunks whose turn it is."""
        while self._done < self._handed:
            worker = next(one for one in self._workers if one.numbers and one.numbers[0] == self._done)
            if not worker.waiting:
                return
            message = worker.waiting.popleft()
            if isinstance(message, Finished):
                worker.numbers.popleft()
                self._done += 1
                yield self._sizes.popleft(), Chunk()
                continue
            if message.size and self._room is None:
                message.chunk.results = worker.results.popleft()
            elif message.size and self._room is not None:
                skip = self._target.skip(message.size)
                _send(worker, dumps(Placed(self._room.reserve(message.size - skip), skip)))
            yield 0, message.chunk


def _packed(pieces: Iterator[Piece]) -> tuple[int, bytes] | None:
    """The next piece: its bytes of input, and as it is sent."""
    piece = next(pieces, None)
    return None if piece is None else (piece.size, dumps(without_data(piece)))


def _received(worker: Worker) -> Rendered | Finished:
    try:
        message = worker.connection.recv()
    except (EOFError, OSError):
        raise _ended(worker) from None
    if isinstance(message, Failed):
        raise _failure(message)
    assert isinstance(message, Rendered | Finished)
    return message


def _received_bytes(worker: Worker) -> bytes:
    try:
        return worker.connection.recv_bytes()
    except (EOFError, OSError):
        raise _ended(worker) from None


def _send(worker: Worker, data: bytes) -> None:
    try:
        worker.connection.send_bytes(data)
    except OSError:
        raise _last_words(worker) from None


def _last_words(worker: Worker) -> Exception:
    """Why a worker listens no more: what it said before it went, if it did."""
    while True:
        try:
            message = worker.connection.recv()
        except (EOFError, OSError):
            return _ended(worker)
        except (UnpicklingError, ValueError):
            continue  # bytes of results
        if isinstance(message, Failed):
            return _failure(message)


def _failure(message: Failed) -> Exception:
    return RuntimeError(f"in a worker process:\n{message.trace}") if message.trace else message.error


def _ended(worker: Worker) -> RolequizError:
    worker.process.join()
    if worker.process.exitcode == 1 and worker.is_spawned:
        return RolequizError(
            "a worker process could not begin",
            'guard the main module of the program (if __name__ == "__main__":), or use one worker',
        )
    return RolequizError(
        f"a worker process was ended from outside (code {worker.process.exitcode})",
        "perhaps memory ran out: run it again with fewer --workers",
    )
