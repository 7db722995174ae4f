"""What executors do: count the lines of ranges, and score tasks."""

from __future__ import annotations

import os
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import chdir, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from secrets import token_hex

from pyspark import TaskContext

from rolequiz.batch.cutting import pieces
from rolequiz.batch.engines import engine_for, has_numpy
from rolequiz.batch.job import Job
from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import Piece
from rolequiz.batch.ranges import Range, line_count, range_pieces
from rolequiz.batch.run import FEW
from rolequiz.batch.sources import Source
from rolequiz.batch.spark.errors import expect, told
from rolequiz.batch.spark.shares import (
    Section,
    Share,
    Task,
    WholeFile,
    paths_of,
)
from rolequiz.batch.targets import target
from rolequiz.errors import RolequizError

RESULTS, REJECTS = "part-", "rejects/part-"
PRIVATE = 0o600

Begun = Callable[[int, int], object]
"""Told of the number of a task and of its attempt (both from 0), when its files are open."""


@dataclass(slots=True)
class Done:
    """What became of a task. ``sizes`` are bytes read of sources, by their places, that only the task could count."""

    number: int
    scored: int = 0
    escaped: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    notes: Notes = field(default_factory=Notes)
    sizes: Counter[int] = field(default_factory=Counter)
    is_slow: bool = False


@dataclass(frozen=True, slots=True)
class Folder:
    """Where parts come into being: attempts in one folder, what is whole in the other, rejects in ``rejects`` there."""

    attempts: str
    whole: str


@dataclass(frozen=True, slots=True)
class Count:
    """Counts the lines of ranges, on an executor."""

    home: str | None

    def __call__(self, wanted: Iterable[Range]) -> Iterator[int]:
        with told(), at_home(self.home):
            counts = []
            for one in wanted:
                expect(one.path)
                counts.append(line_count(one))
        return iter(counts)


@dataclass(frozen=True, slots=True)
class Work:
    """Scores tasks, on an executor. ``home`` is the driver's folder, if names are meant from there."""

    job: Job
    folder: Folder
    home: str | None
    piece: int
    count: int
    begun: Begun | None

    def __call__(self, tasks: Iterable[Task]) -> Iterator[Done]:
        context = TaskContext.get()
        assert context is not None
        for task in tasks:
            with told(), at_home(self.home):
                done = self._done(task, context.attemptNumber())
            yield done

    def results_of(self, number: int) -> str:
        """The name of a task's results."""
        return f"{RESULTS}{self._digits(number)}.{self.job.format}"

    def rejects_of(self, number: int) -> str:
        """The name of a task's rejects."""
        return f"{REJECTS}{self._digits(number)}.jsonl"

    def _digits(self, number: int) -> str:
        return f"{number:0{max(5, len(str(self.count - 1)))}}"

    def _done(self, task: Task, attempt: int) -> Done:
        expect(self.folder.whole)
        for share in task.shares:
            for path in paths_of(share):
                expect(path)
        job = self.job
        is_fast = task.size > FEW and has_numpy()
        done = Done(task.number, is_slow=task.size > FEW and not is_fast)
        engine = engine_for(job, is_fast=is_fast)
        with (
            _Attempt(self.folder, self.results_of(task.number)) as results,
            _Attempt(self.folder, self.rejects_of(task.number), is_private=True) as rejects,
        ):
            if self.begun is not None:
                self.begun(task.number, attempt)
            into = target(job.format, job.layout, results.write)
            if task.number == 0 or job.format == "parquet":
                into.begin()
            for share in task.shares:
                for piece in self._pieces(share, done):
                    for chunk in engine.chunks(piece):
                        into.put(chunk.results)
                        rejects.write(chunk.rejects)
                        into.escaped += chunk.escaped
                        done.scored += chunk.scored
                        done.codes.update(chunk.codes)
                        done.notes.merge(chunk.notes)
            into.end()
            done.escaped = into.escaped
            if done.codes:
                rejects.keep()
            results.keep()
        return done

    def _pieces(self, share: Share, done: Done) -> Iterator[Piece]:
        match share:
            case Section():
                yield from range_pieces(share.range, share.format, share.header, share.first, self.piece)
            case WholeFile():
                source = Source(share.path)
                yield from pieces([source], self.job.rules, done.notes, share.format, self.piece)
                done.sizes[share.place] += source.size
            case _:
                yield share


class _Attempt:
    """A file of one attempt of a task; it gets its name when it is whole, and vanishes otherwise."""

    def __init__(self, folder: Folder, name: str, *, is_private: bool = False) -> None:
        self._name = name
        self._final = os.path.join(folder.whole, name)
        self._path = os.path.join(folder.attempts, f"{name.replace(os.sep, '-')}.{token_hex(8)}.tmp")
        self._mode = PRIVATE if is_private else 0o666

    def __enter__(self) -> _Attempt:
        with self._blamed():
            self._stream = os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, self._mode), "wb")
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._stream.close()
        with suppress(OSError):
            os.unlink(self._path)

    def write(self, data: bytes | memoryview) -> int:
        """Take bytes.

        Raises:
            RolequizError: the disk is full, or the file cannot be written for another reason.
        """
        with self._blamed():
            return self._stream.write(data)

    def keep(self) -> None:
        """The file is whole.

        Raises:
            RolequizError: as `write`.
        """
        with self._blamed():
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            os.replace(self._path, self._final)

    @contextmanager
    def _blamed(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise RolequizError(
                f"{self._name}: cannot be written on {socket.gethostname()}: {error.strerror}",
                "make room, or choose another place, where every executor may write",
            ) from error


@contextmanager
def at_home(home: str | None) -> Iterator[None]:
    """In the folder that names are meant from."""
    if home is not None:
        expect(home)
    with chdir(home) if home is not None else nullcontext():
        yield
