"""A run on Spark: tasks out, counts back."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import TypeVar

from pyspark import RDD, SparkContext

from rolequiz.batch.job import Job
from rolequiz.batch.notes import Notes
from rolequiz.batch.ranges import Range
from rolequiz.batch.score import Totals
from rolequiz.batch.sources import Source
from rolequiz.batch.spark.session import aside, explained
from rolequiz.batch.spark.shares import (
    LEAST_RANGE,
    RANGE,
    TASKS,
    Input,
    sections,
    tasks_of,
    weight,
)
from rolequiz.batch.spark.work import Begun, Count, Done, Folder, Work
from rolequiz.errors import RolequizError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run on Spark gave; ``parts`` are the files of results and rejects, ``is_slow`` that numpy was missing."""

    totals: Totals
    escaped: int
    parts: tuple[str, ...]
    is_slow: bool


def score_on_spark(
    job: Job,
    found: Sequence[Input],
    sources: Sequence[Source],
    folder: Folder,
    notes: Notes,
    context: SparkContext,
    *,
    piece: int,
    size: int | None = None,
    begun: Begun | None = None,
) -> Outcome:
    """Score what `inputs` found; ``part-00000.csv`` and so on come into being, in input order.

    Args:
        sources: get the sizes that only tasks can count.
        piece: bytes of lines scored at a time.
        size: bytes of input of a task; None for what fits the cluster.
        begun: called by every attempt of a task (a test may let one die there).

    Raises:
        RolequizError: an executor cannot read or write, or Spark gave up.
    """
    home = None if all(os.path.isabs(source.name) for source in sources) else os.getcwd()
    with explained():
        cores = context.defaultParallelism
    most = size or min(RANGE, max(LEAST_RANGE, -(-sum(map(weight, found)) // (TASKS * cores))))
    shares = sections(found, most, lambda wanted: _counted(context, wanted, home))
    tasks = tasks_of(shares, most)
    work = Work(job, folder, home, piece, len(tasks), begun)
    done = _collected(context, lambda: context.parallelize(tasks, len(tasks)).mapPartitions(work))
    totals, parts, escaped = _merged(done, sources, notes, work)
    return Outcome(totals, escaped, parts, any(one.is_slow for one in done))


def _counted(context: SparkContext, wanted: list[Range], home: str | None) -> list[int]:
    return _collected(context, lambda: context.parallelize(wanted, len(wanted)).mapPartitions(Count(home)))


def _collected(context: SparkContext, made: Callable[[], RDD[T]]) -> list[T]:
    """What a job gives; if the wait for it is interrupted, it is called off."""
    group = f"rolequiz-{token_hex(4)}"

    def work() -> list[T]:
        context.setJobGroup(group, "rolequiz score", interruptOnCancel=True)
        return made().collect()

    with explained():
        return aside(work, lambda: context.cancelJobGroup(group))


def _merged(
    found: Iterable[Done], sources: Sequence[Source], notes: Notes, work: Work
) -> tuple[Totals, tuple[str, ...], int]:
    """What all tasks made, in input order: totals, files, escapes."""
    scored = escaped = 0
    codes: Counter[str] = Counter()
    expected: list[str] = []
    for one in sorted(found, key=lambda done: done.number):
        scored, escaped = scored + one.scored, escaped + one.escaped
        codes.update(one.codes)
        notes.merge(one.notes)
        for place, size in one.sizes.items():
            sources[place].size += size
        expected.append(work.results_of(one.number))
        if one.codes:
            expected.append(work.rejects_of(one.number))
    lost = [name for name in expected if not Path(work.folder.whole, name).exists()]
    if lost:
        raise RolequizError(
            f"{len(lost)} parts that executors wrote cannot be seen here, the first is {lost[0]}",
            "executors and driver need one file system in common, for the output too",
        )
    return Totals(scored, codes.total(), dict(sorted(codes.items()))), tuple(expected), escaped
