"""Pieces scored by the executors of Spark: every task reads its part of the input and writes a part of the output.

Spark carries only what has to be done and what was counted. Executors read and
write the same paths as the driver, so they need a file system in common, and
rolequiz in their Python. pyspark is an extra; only what runs on Spark imports this module.

A task may die or run twice: an attempt writes files of its own, and renames them
when they are whole. All attempts of a task write the same bytes.
"""

from __future__ import annotations

import json
import os
import re
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from itertools import accumulate, chain
from pathlib import Path
from secrets import token_hex
from subprocess import TimeoutExpired
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Literal, TypeAlias, TypeVar
from warnings import catch_warnings

from rolequiz.batch.folders import files_in
from rolequiz.batch.formats import BOM, GZIP_ENDING, InputFormat, named_format
from rolequiz.batch.job import Job
from rolequiz.batch.lines import first_line
from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import Files, Header, Piece, Rows
from rolequiz.batch.printable import printable, short, shown_source
from rolequiz.batch.ranges import Range, line_count, range_pieces, ranges
from rolequiz.batch.records import Rules
from rolequiz.batch.run import FEW, engine_for, has_numpy
from rolequiz.batch.score import Totals
from rolequiz.batch.sources import FILES, FILES_SIZE, Source, pieces, source_format
from rolequiz.batch.targets import target
from rolequiz.errors import RolequizError

try:
    from py4j.protocol import Py4JError, Py4JJavaError
    from pyspark import RDD, SparkConf, SparkContext, TaskContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
except ImportError as error:
    raise RolequizError(
        "scoring with Spark needs pyspark", "install it with: pip install 'rolequiz[spark]', or leave --engine out"
    ) from error

RANGE = 32 << 20
LEAST_RANGE = 4 << 20
"""Bytes of input of a task, at most; and at least where there are enough."""

TASKS = 3
"""Tasks for every core, if ranges would not become too small: nobody waits long for the last one."""

PACKED = 8
"""How many bytes of lines a byte of Parquet or gzip stands for, about."""

RESULTS, REJECTS = "part-", "rejects/part-"
PRIVATE = 0o600
PATIENCE = 30
"""Seconds that Java gets to end."""

ERROR = "rolequiz-error "
"""What stands before an error for the user in the text that Spark gives back of a task that failed."""

FAILED = re.compile(r"^(?:Exception in thread .*?: |Error: )(.+)$", re.MULTILINE)
"""What Java says if it ends at once."""

NO_JAVA = re.compile(r"JAVA_HOME is not set|bin/java: |java: (command )?not found|UnsupportedClassVersionError")

T = TypeVar("T")
Begun = Callable[[int, int], object]
"""Told of the number of a task and of its attempt (both from 0), when its files are open."""


@dataclass(frozen=True, slots=True)
class LineFile:
    """A file of lines, which begin at ``start`` with the number ``first``."""

    path: str
    format: Literal["csv", "jsonl"]
    header: Header | None
    start: int
    stop: int
    first: int


@dataclass(frozen=True, slots=True)
class WholeFile:
    """A file that cannot be cut: JSON, YAML, or packed. ``place`` is that of its source."""

    path: str
    format: InputFormat | None
    place: int
    size: int


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of a range, the first of which has the number ``first``."""

    range: Range
    format: Literal["csv", "jsonl"]
    header: Header | None
    first: int


Input: TypeAlias = LineFile | WholeFile | Files | Rows
Share: TypeAlias = Section | WholeFile | Files | Rows


@dataclass(frozen=True, slots=True)
class Task:
    """What makes one part; ``size`` bytes of lines, or what is as much work."""

    number: int
    shares: tuple[Share, ...]
    size: int


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
class Outcome:
    """What a run on Spark gave; ``parts`` are the files of results and rejects, ``is_slow`` that numpy was missing."""

    totals: Totals
    escaped: int
    parts: tuple[str, ...]
    is_slow: bool


def inputs(sources: Sequence[Source], rules: Rules, notes: Notes, stated: InputFormat | None = None) -> list[Input]:
    """The files of all sources, checked as far as they can be before they are read.

    Raises:
        RolequizError: a source cannot be read as a whole, or by several processes.
    """
    for source in sources:
        if not source.is_folder and not source.is_repeatable:
            raise RolequizError(
                f"{shown_source(source.name)}: the tasks of Spark read files, and this is a stream",
                "save it as a file first",
            )
    pieces(sources, rules, notes, stated)
    found: list[Input] = []
    for place, source in enumerate(sources):
        if source.is_folder:
            found += _in_folder(source, place, rules, notes)
        else:
            found += _of_file(source, place, rules)
    return found


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
    with _explained():
        cores = context.defaultParallelism
    most = size or min(RANGE, max(LEAST_RANGE, -(-sum(map(_weight, found)) // (TASKS * cores))))
    sections = _sections(found, most, lambda wanted: _counted(context, wanted, home))
    tasks = _tasks(sections, most)
    work = _Work(job, folder, home, piece, len(tasks), begun)
    done = _collected(context, lambda: context.parallelize(tasks, len(tasks)).mapPartitions(work))
    totals, parts, escaped = _merged(done, sources, notes, work)
    return Outcome(totals, escaped, parts, any(one.is_slow for one in done))


@contextmanager
def running(master: str | None = None) -> Iterator[SparkContext]:
    """The context of Spark that runs already, or a quiet one for the block.

    Raises:
        RolequizError: Spark does not start, or another master than ``master`` is in charge.
    """
    active = SparkContext._active_spark_context
    if active is not None:
        if master is not None and master != active.master:
            raise RolequizError(
                f"--master {printable(master)}: Spark runs already, with {printable(str(active.master))}",
                "leave --master out",
            )
        yield active
        return
    if (master or os.environ.get("SPARK_REMOTE", "")).startswith("sc:"):
        raise RolequizError("Spark Connect runs no tasks of Python programs' own", "name the cluster itself: --master")
    with _started(master) as context:
        try:
            yield context
        finally:
            with suppress(Py4JError, OSError):
                context.stop()


@contextmanager
def _started(master: str | None) -> Iterator[SparkContext]:
    """A context, and Java if it is not there (under spark-submit it is). What Java says is kept from the terminal."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    conf = SparkConf(loadDefaults=False).setAppName("rolequiz score")
    conf.set("spark.log.level", "ERROR").set("spark.ui.showConsoleProgress", "false")
    if master is not None:
        conf.setMaster(master)
    if SparkContext._gateway is not None or "PYSPARK_GATEWAY_PORT" in os.environ:
        with _starting(None):
            context = _aside(lambda: SparkContext(conf=conf))
        yield context
        return
    with TemporaryFile() as said:
        with _starting(said):
            launch: Callable[..., Any] = launch_gateway
            gateway = launch(conf, {"stdout": said, "stderr": said})
        try:
            with _starting(said):
                context = _aside(lambda: SparkContext(conf=conf, gateway=gateway))
            yield context
        finally:
            SparkContext._gateway = SparkContext._jvm = None
            with suppress(Py4JError, OSError):
                gateway.shutdown()
            with suppress(OSError):
                gateway.proc.stdin.close()
            try:
                gateway.proc.wait(PATIENCE)
            except TimeoutExpired:
                gateway.proc.kill()
                gateway.proc.wait()


@contextmanager
def _starting(said: BinaryIO | None) -> Iterator[None]:
    """What keeps Spark from starting becomes a message; ``said`` is what Java had to say.

    Warnings that pyspark has for its own developers are nobody's matter here.
    """
    try:
        with catch_warnings(action="ignore", category=FutureWarning):
            yield
    except (Py4JError, PySparkException, OSError, ValueError) as error:
        heard = b""
        if said is not None:
            said.seek(0)
            heard = said.read()
        text = heard.decode(errors="replace")
        if NO_JAVA.search(text):
            raise RolequizError(
                "Spark needs Java (17 or newer), and none was found",
                "install a JRE, and set JAVA_HOME if it is in no usual place",
            ) from error
        found = FAILED.search(text)
        why = _java_message(error) if isinstance(error, Py4JJavaError) else found[1] if found else str(error)
        raise RolequizError(
            f"Spark did not start: {short(why.splitlines()[0], 300)}", "check --master, JAVA_HOME and SPARK_HOME"
        ) from error


def _of_file(source: Source, place: int, rules: Rules) -> Iterator[Input]:
    """A file that was checked."""
    length = source.status().st_size
    match source_format(source):
        case ("csv" | "jsonl") as form if not source.is_packed:
            yield _line_file(source, form, length, rules)
            source.size = length
        case "parquet":
            from rolequiz.batch.parquet_records import row_pieces

            source.size = length
            for rows in row_pieces(source.name, rules, Notes()):
                assert isinstance(rows, Rows)
                yield rows
        case form:
            source.size = 0
            yield WholeFile(source.name, form, place, length * PACKED if source.is_packed else length)


def _line_file(source: Source, form: Literal["csv", "jsonl"], length: int, rules: Rules) -> LineFile:
    """A file of lines; the header is read here."""
    with source.open() as stream:
        chunks = source.chunks(stream)
        head = next(chunks, b"")
        start = len(BOM) if head.startswith(BOM) else 0
        if form == "jsonl":
            return LineFile(source.name, form, None, start, length, 1)
        from rolequiz.batch.csv_records import header_of

        line, behind, _ = first_line(chain([head[start:]], chunks))
        if line is None:
            raise RolequizError(f"{printable(source.name)}: it changed while it was read", "run it again")
        header = header_of(line, source.name, rules, Notes())
        return LineFile(source.name, form, header, start + behind, length, line.number + 1)


def _in_folder(source: Source, place: int, rules: Rules, notes: Notes) -> Iterator[Input]:
    """The files of a folder that was checked, small ones together."""
    small: list[str] = []
    held = source.size = source.files = 0
    for path in files_in(source.name, notes):
        source.files += 1
        one = Source(path)
        is_small = named_format(path) in ("json", "yaml") and not path.endswith(GZIP_ENDING)
        if is_small:
            length = one.status().st_size
            small.append(path)
            held, source.size = held + length, source.size + length
        if small and (not is_small or len(small) >= FILES or held >= FILES_SIZE):
            yield Files(tuple(small), held)
            small, held = [], 0
        if not is_small:
            pieces([one], rules, Notes())
            yield from _of_file(one, place, rules)
            source.size += one.size
    if small:
        yield Files(tuple(small), held)


def _weight(one: Input | Share) -> int:
    """How much work it is, in bytes of lines."""
    match one:
        case LineFile():
            return one.stop - one.start
        case Section():
            return one.range.stop - one.range.start
        case Rows():
            return one.size * PACKED
        case _:
            return one.size


def _sections(found: Iterable[Input], size: int, counted: Callable[[list[Range]], list[int]]) -> list[Share]:
    """Files of lines cut into ranges of at most ``size`` bytes; ``counted`` gives the number of lines of ranges."""
    cuts = {one: ranges(one.path, one.start, one.stop, size) for one in found if isinstance(one, LineFile)}
    wanted = [one for cut in cuts.values() for one in cut[:-1]]
    counts = dict(zip(wanted, counted(wanted), strict=True)) if wanted else {}
    shares: list[Share] = []
    for one in found:
        if not isinstance(one, LineFile):
            shares.append(one)
            continue
        cut = cuts[one]
        firsts = accumulate((counts[before] for before in cut[:-1]), initial=one.first)
        shares += [Section(own, one.format, one.header, first) for own, first in zip(cut, firsts, strict=False)]
    return shares


def _tasks(shares: Sequence[Share], size: int) -> list[Task]:
    """Neighbours together while they are at most ``size`` bytes; at least one task, which may have nothing to do."""
    found: list[Task] = []
    held: list[Share] = []
    total = 0
    for share in shares:
        weight = _weight(share)
        if held and total + weight > size:
            found.append(Task(len(found), tuple(held), total))
            held, total = [], 0
        held.append(share)
        total += weight
    if held or not found:
        found.append(Task(len(found), tuple(held), total))
    return found


def _counted(context: SparkContext, wanted: list[Range], home: str | None) -> list[int]:
    return _collected(context, lambda: context.parallelize(wanted, len(wanted)).mapPartitions(_Count(home)))


def _collected(context: SparkContext, made: Callable[[], RDD[T]]) -> list[T]:
    """What a job gives; if the wait for it is interrupted, it is called off."""
    group = f"rolequiz-{token_hex(4)}"

    def work() -> list[T]:
        context.setJobGroup(group, "rolequiz score", interruptOnCancel=True)
        return made().collect()

    with _explained():
        return _aside(work, lambda: context.cancelJobGroup(group))


def _aside(work: Callable[[], T], call_off: Callable[[], object] | None = None) -> T:
    """What a piece of work gives that talks to Java, from another thread.

    An interruption in the midst of such a talk would be answered with a traceback
    by the library that holds it.
    """
    with ThreadPoolExecutor(1) as thread:
        result = thread.submit(work)
        try:
            return result.result()
        except (KeyboardInterrupt, SystemExit):
            if call_off is not None:
                with suppress(Py4JError, OSError):
                    call_off()
            raise


def _merged(
    found: Iterable[Done], sources: Sequence[Source], notes: Notes, work: _Work
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


class TaskError(Exception):
    """A `RolequizError` of a task, on its way through Spark, which knows text only."""


@dataclass(frozen=True, slots=True)
class _Count:
    """Counts the lines of ranges, on an executor."""

    home: str | None

    def __call__(self, wanted: Iterable[Range]) -> Iterator[int]:
        with _told(), _at(self.home):
            counts = []
            for one in wanted:
                _expect(one.path)
                counts.append(line_count(one))
        return iter(counts)


@dataclass(frozen=True, slots=True)
class _Work:
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
            with _told(), _at(self.home):
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
        _expect(self.folder.whole)
        for share in task.shares:
            for path in _paths(share):
                _expect(path)
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


def _paths(share: Share) -> tuple[str, ...]:
    """Files that must be there; of a folder of small files the first stands for all."""
    match share:
        case Section():
            return (share.range.path,)
        case WholeFile():
            return (share.path,)
        case Rows():
            return (share.source,)
        case Files():
            return share.paths[:1]


def _expect(path: str) -> None:
    """Stop where an executor does not see what the driver saw.

    Raises:
        RolequizError: it does not.
    """
    if not os.path.exists(path):
        raise RolequizError(
            f"{printable(path)}: it is not there for the executor on {socket.gethostname()}",
            "executors and driver need one file system in common; input and output have to be on it",
        )


@contextmanager
def _at(home: str | None) -> Iterator[None]:
    """In the folder that names are meant from."""
    if home is not None:
        _expect(home)
    with chdir(home) if home is not None else nullcontext():
        yield


@contextmanager
def _told() -> Iterator[None]:
    """Errors for the user are marked, so that the driver finds them in what Spark says."""
    try:
        yield
    except RolequizError as error:
        raise TaskError(ERROR + json.dumps([error.message, error.hint])) from error


@contextmanager
def _explained() -> Iterator[None]:
    """What Spark raises inside the block: an error for the user, or a mistake of the program's with its traceback."""
    try:
        yield
    except Py4JJavaError as error:
        raise _cause(_java_message(error)) from None
    except (Py4JError, ConnectionError) as error:
        raise RolequizError("Spark was ended from outside", "run it again; Spark's own logs may say more") from error


def _java_message(error: Py4JJavaError) -> str:
    """What a Java exception says."""
    try:
        return str(error.java_exception.getMessage())
    except (Py4JError, OSError):
        return str(error.errmsg)


def _cause(said: str) -> Exception:
    """What failed, by the message of a job that was given up."""
    told = re.search(f"{ERROR}(\\[.*\\])$", said, re.MULTILINE)
    if told:
        return RolequizError(*json.loads(told[1]))
    if "No module named 'rolequiz'" in said:
        return RolequizError(
            "the Python of the executors has no rolequiz",
            "install it on every machine of the cluster, and name that Python in PYSPARK_PYTHON",
        )
    if "stopped SparkContext" in said or "SparkContext was shut down" in said:
        return RolequizError(
            "Spark ended before the work was done", "check that --master is right, and look into Spark's own logs"
        )
    if "PYTHON_VERSION_MISMATCH" in said:
        return RolequizError(
            "the executors have another version of Python than the driver", "name the right one in PYSPARK_PYTHON"
        )
    trace = re.search(r"^.*Traceback \(most recent call last\):\n(?:(?!\s*\tat ).*\n?)*", said, re.MULTILINE)
    if trace:
        return RuntimeError(f"in a task of Spark:\n{trace[0].strip()}")
    why = said.rpartition("most recent failure: ")[2].strip().partition("\n")[0]
    return RolequizError(f"Spark gave up: {short(why, 300)}", "Spark's own logs say more; run it again")
