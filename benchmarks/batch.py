"""How fast ``rolequiz score`` is, and in how much memory, against what else would do the job. Prints a Markdown table.

    python benchmarks/batch.py [--records 1000000] [--runs 5] [--folder DIR] [--only NAME…] [--write docs/scale.md]

Every run is a whole process. A command and its rival alternate, so that both
meet the same drift of the machine. Figures are medians, with the least and the
greatest behind them; a goal that is not reached stays in the table. Data are
made in DIR (default: a temporary folder) unless they are there.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from shutil import rmtree
from statistics import median
from threading import Event, Thread
from time import perf_counter
from typing import Literal, TypeAlias

HERE = Path(__file__).resolve().parent
MASTER = "local-cluster[2,1,1024]"
FEW = 1_000
"""Records of the runs that show what starting up costs."""

SHARE = 10
"""Slow rivals get this part of the records."""

POLL = 0.02
MARKS = ("<!-- benchmark -->", "<!-- /benchmark -->")
IMPORTS_NUMPY = "import numpy, time; time.sleep(0.2)"

Kind: TypeAlias = Literal["answers.csv", "dirty.csv", "answers.jsonl", "answers.parquet", "scored.csv"]
Clock: TypeAlias = Literal["process", "manifest", "printed"]


class Failed(Exception):
    """A command that did not end well, with the end of what it said."""


@dataclass(frozen=True, slots=True)
class Run:
    """One process and its children: wall seconds; peak resident MB of the first process and of the largest other."""

    seconds: float
    parent: float
    child: float

    @property
    def worker(self) -> float:
        """The largest process that scores: a worker, or the only process there is."""
        return self.child or self.parent


Runs: TypeAlias = list[Run]


class Sampler(Thread):
    """Looks at the peak of every process of a session until told to stop. ``ru_maxrss`` would count what forked it."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.peaks: dict[int, float] = {session: 0.0}
        self.done = Event()
        self._session = session
        self._others = {int(name) for name in os.listdir("/proc") if name.isdigit()} - {session}

    def run(self) -> None:
        """Look every 20 ms."""
        while not self.done.wait(POLL):
            for pid in [int(name) for name in os.listdir("/proc") if name.isdigit()]:
                if pid not in self._others:
                    self._look_at(pid)

    def _look_at(self, pid: int) -> None:
        with suppress(OSError):
            if os.getsid(pid) != self._session:
                self._others.add(pid)
                return
            found = re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
            if found:
                self.peaks[pid] = max(self.peaks.get(pid, 0.0), int(found[1]) / 1024)


def run(argv: Sequence[str], environ: Mapping[str, str]) -> tuple[Run, str]:
    """One process from start to end, and what it printed.

    Raises:
        Failed: its exit code is not 0.
    """
    began = perf_counter()
    process = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environ},
        start_new_session=True,
    )
    sampler = Sampler(process.pid)
    sampler.start()
    try:
        out, err = process.communicate()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    seconds = perf_counter() - began
    sampler.done.set()
    sampler.join()
    if process.returncode:
        said = err.strip().splitlines() or ["nothing said"]
        raise Failed(f"exit code {process.returncode}: {said[-1]}")
    parent = sampler.peaks.pop(process.pid)
    return Run(seconds, parent, max(sampler.peaks.values(), default=0.0)), out


@dataclass(frozen=True, slots=True)
class Command:
    """Something that reads one file and writes another.

    ``records`` multiplies those of the benchmark. ``clock`` says whose seconds
    count: the whole process, those in the manifest, those it prints.
    """

    name: str
    argv: tuple[str, ...]
    kind: Kind
    output: str
    options: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)
    records: int = 1
    clock: Clock = "process"
    is_ours: bool = False


def ours(
    kind: Kind = "answers.csv",
    output: str = "out.csv",
    *options: str,
    workers: int = 2,
    records: int = 1,
    name: str = "",
    clock: Clock = "process",
    environ: Mapping[str, str] | None = None,
) -> Command:
    """``rolequiz score``."""
    argv = (sys.executable, "-m", "rolequiz", "score")
    rest = ("--no-progress", *options)
    if clock == "process":
        rest = ("--workers", str(workers), *rest)
    return Command(name, argv, kind, output, rest, environ or {}, records, clock, is_ours=True)


def rival(
    name: str,
    job: str,
    kind: Kind,
    output: str = "out.csv",
    environ: Mapping[str, str] | None = None,
    clock: Clock = "process",
) -> Command:
    """A job of ``batch_rivals.py``."""
    argv = (sys.executable, str(HERE / "batch_rivals.py"), job)
    return Command(name, argv, kind, output, (), environ or {}, 1, clock)


def polars(kind: Kind, environ: Mapping[str, str] | None = None) -> tuple[Command, Command]:
    """Polars in both its ways; the faster one is the rival."""
    return (
        rival("Polars", "polars-csv", kind, environ=environ),
        rival("Polars streaming", "polars-csv-streaming", kind, environ=environ),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; ``is_reached`` is None where nothing could be measured."""

    work: str
    ours: str
    rival: str
    ratio: str
    goal: str
    is_reached: bool | None

    @property
    def line(self) -> str:
        """As Markdown."""
        reached = {True: "yes", False: "no", None: "no (not measured)"}[self.is_reached]
        return f"| {self.work} | {self.ours} | {self.rival} | {self.ratio} | {self.goal} | {reached} |"


def say(text: str) -> None:
    """Talk while it goes on."""
    print(text, file=sys.stderr, flush=True)


def spread(values: Sequence[float], form: str) -> str:
    """``1.02 (0.98–1.10)``."""
    middle = format(median(values), form)
    return middle if len(values) == 1 else f"{middle} ({min(values):{form}}–{max(values):{form}})"


class Bench:
    """Files, and runs over them."""

    def __init__(self, folder: Path, records: int, runs: int) -> None:
        self.folder = folder
        self.records = records
        self.runs = runs
        self.base = median(run([sys.executable, "-c", IMPORTS_NUMPY], {})[0].parent for _ in range(3))
        self._made: set[Path] = set()

    def file(self, kind: Kind, records: int) -> Path:
        """An input, made if it is not there. What we scored is always made anew."""
        name, ending = kind.split(".")
        path = self.folder / f"{name}-{records}.{ending}"
        if path in self._made or (path.exists() and kind != "scored.csv"):
            return path
        say(f"making {path.name}")
        if kind == "scored.csv":
            source = self.file("answers.csv", records)
            command = ours()
            run([*command.argv, str(source), "-o", str(path), *command.options], {})
        else:
            run([sys.executable, str(HERE / "batch_data.py"), str(path), "--records", str(records)], {})
        os.sync()
        self._made.add(path)
        return path

    def warm(self, path: Path) -> None:
        """Read a file once, so that no run waits for the disk."""
        with path.open("rb") as file:
            while file.read(1 << 24):
                pass

    def once(self, command: Command, records: int) -> Run:
        """One run; its outputs are gone afterwards.

        Raises:
            Failed: the command did.
        """
        source = self.file(command.kind, records)
        target = self.folder / "out" / command.output
        rmtree(target.parent, ignore_errors=True)
        target.parent.mkdir()
        places = ["-o", str(target)] if command.is_ours else [str(target)]
        try:
            found, out = run([*command.argv, str(source), *places, *command.options], command.environ)
            if not target.exists():
                raise Failed("no output")
            if command.clock != "process":
                found = Run(timed(command.clock, target, out), found.parent, found.child)
        except Failed as failed:
            raise Failed(f"{command.name or 'rolequiz score'}: {failed}") from None
        finally:
            rmtree(target.parent, ignore_errors=True)
        say(f"  {command.name or 'rolequiz score'}, {records} records of {command.kind}: {found.seconds:.2f} s")
        return found

    def alternate(self, commands: Sequence[Command], records: int | None = None) -> list[Runs]:
        """Every command in turn, so many times; before that each on a few records, to have the programs in memory."""
        for command in commands:
            if records is None:
                self.once(command, FEW)
            self.warm(self.file(command.kind, (records or self.records) * command.records))
        found: list[Runs] = [[] for _ in commands]
        for _ in range(self.runs):
            for command, runs in zip(commands, found, strict=True):
                runs.append(self.once(command, (records or self.records) * command.records))
        return found

    def writing(self, command: Command) -> str:
        """How long it takes to write the bytes of a result, and to have them on the disk, without making them."""
        source = self.file(command.kind, self.records * command.records)
        target, copy = self.folder / "out" / command.output, self.folder / "out" / "copy"
        rmtree(target.parent, ignore_errors=True)
        target.parent.mkdir()
        run([*command.argv, str(source), "-o", str(target), *command.options], command.environ)
        found = []
        for _ in range(self.runs):
            begin = perf_counter()
            with target.open("rb") as old, copy.open("wb") as new:
                while data := old.read(1 << 20):
                    new.write(data)
                new.flush()
                os.fsync(new.fileno())
            found.append(perf_counter() - begin)
            copy.unlink()
        size = target.stat().st_size
        rmtree(target.parent)
        return f"; copying its {size / 1e9:.1f} GB: {spread(found, '.2f')} s"

    def cell(self, command: Command, runs: Runs, *, is_named: bool = True) -> str:
        """Time and memory, in words."""
        if command.is_ours:
            memory = f"+{median(one.worker for one in runs) - self.base:.0f} MB a worker"
        else:
            memory = f"{median(one.worker for one in runs):.0f} MB"
        text = f"{spread([one.seconds for one in runs], '.2f')} s, {memory}"
        return f"{command.name}: {text}" if is_named and command.name else text


def timed(clock: Clock, target: Path, out: str) -> float:
    """The seconds that a command states itself.

    Raises:
        Failed: it does not.
    """
    if clock == "printed":
        found = re.search(r"^seconds ([0-9.]+)$", out, re.MULTILINE)
        if not found:
            raise Failed("no seconds printed")
        return float(found[1])
    manifests = sorted(target.parent.rglob("*manifest.json"))
    if not manifests:
        raise Failed("no manifest")
    stated = json.loads(manifests[0].read_text(encoding="utf-8"))
    times = [datetime.fromisoformat(stated[key]) for key in ("started", "finished")]
    return (times[1] - times[0]).total_seconds()


@dataclass(frozen=True, slots=True)
class Goal:
    """A ratio to reach: our time by the rival's, or, where ``is_speedup``, the rival's by ours."""

    limit: float
    is_speedup: bool = False

    def of(self, ours: float, rival: float) -> float:
        """The ratio."""
        return rival / ours if self.is_speedup else ours / rival

    def row(self, work: str, cells: tuple[str, str], ours: Sequence[float], rival: Sequence[float]) -> Row:
        """A line of the table: the ratio of the medians, and behind it those of the pairs."""
        ratio = self.of(median(ours), median(rival))
        shown = f"{ratio:.2f}"
        if len(ours) == len(rival) > 1:
            pairs = [self.of(*pair) for pair in zip(ours, rival, strict=True)]
            shown += f" ({min(pairs):.2f}–{max(pairs):.2f})"
        if self.is_speedup:
            return Row(work, *cells, shown, f"≥ {self.limit:g} × faster", ratio >= self.limit)
        return Row(work, *cells, shown, f"≤ {self.limit:g} ×", ratio <= self.limit)


def seconds(runs: Runs) -> list[float]:
    """The times of runs."""
    return [one.seconds for one in runs]


def compared(bench: Bench, work: str, command: Command, rivals: Sequence[Command], goal: Goal) -> Row:
    """Against the fastest of several rivals, all shown."""
    own, *others = bench.alternate([command, *rivals])
    best = min(others, key=lambda runs: median(seconds(runs)))
    cells = "; ".join(bench.cell(one, runs) for one, runs in zip(rivals, others, strict=True))
    return goal.row(work, (bench.cell(command, own), cells), seconds(own), seconds(best))


def against_slow(bench: Bench, work: str, other: Command) -> Row:
    """Against a rival that has one run over a part of the records, the rest by proportion, start-up counted once."""
    part = max(bench.records // SHARE, FEW)
    own = bench.alternate([ours()])[0]
    bench.warm(bench.file(other.kind, part))
    few, some = bench.once(other, FEW), bench.once(other, part)
    whole = some.seconds
    how = "1 run"
    if part > FEW:
        whole += (some.seconds - few.seconds) * (bench.records - part) / (part - FEW)
        how = f"1 run over {part:,} records in {some.seconds:.1f} s, scaled up"
    cell = f"{other.name}: {whole:.1f} s ({how}), {some.worker:.0f} MB there"
    return Goal(15, is_speedup=True).row(work, (bench.cell(ours(), own), cell), seconds(own), [whole])


def csv_row(bench: Bench) -> Iterator[Row]:
    """Two workers."""
    yield compared(
        bench, "CSV to CSV, 2 workers; rival: the output passed through", ours(), polars("scored.csv"), Goal(1.25)
    )


def core_row(bench: Bench) -> Iterator[Row]:
    """The narrow output."""
    command = ours("answers.csv", "out.csv", "--columns", "core")
    work = "`--columns core`, 2 workers; rival: the input passed through"
    yield compared(bench, work, command, polars("answers.csv"), Goal(1.25))


def one_row(bench: Bench) -> Iterator[Row]:
    """One worker, one thread."""
    work = "CSV to CSV, 1 worker; rival: the output passed through by 1 thread"
    threads = {"POLARS_MAX_THREADS": "1"}
    yield compared(bench, work, ours(workers=1), polars("scored.csv", threads), Goal(1.15))


def pandas_row(bench: Bench) -> Iterator[Row]:
    """The usual way."""
    yield against_slow(bench, "against pandas as a user would write it", rival("pandas", "pandas", "answers.csv"))


def module_row(bench: Bench) -> Iterator[Row]:
    """The other usual way."""
    other = rival("csv module", "csv-module", "answers.csv")
    yield against_slow(bench, "against the csv module and our scalar scorer", other)


def memory_row(bench: Bench) -> Iterator[Row]:
    """Beyond an interpreter that has imported numpy."""
    runs = bench.alternate([ours()])[0]
    beyond = [one.worker - bench.base for one in runs]
    parent = median(one.parent for one in runs) - bench.base
    cell = f"{spread(beyond, '+.0f')} MB a worker, {parent:+.0f} MB the process that starts them"
    base = f"Python with numpy imported: {bench.base:.0f} MB"
    yield Row("memory, 2 workers", cell, base, "", "≤ +64 MB a worker", median(beyond) <= 64)


def ten_row(bench: Bench) -> Iterator[Row]:
    """Ten times the records: time and memory."""
    many, few = ours(records=10), ours()
    more, less = bench.alternate([many, few])
    work = f"{10 * bench.records:,} records against {bench.records:,}"
    yield Goal(10.5).row(work, (bench.cell(many, more), bench.cell(few, less)), seconds(more), seconds(less))
    larger, smaller = ([one.worker - bench.base for one in runs] for runs in (more, less))
    cells = (f"{spread(larger, '+.1f')} MB a worker", f"{spread(smaller, '+.1f')} MB a worker")
    yield Goal(1.1).row(f"memory: {work}", cells, larger, smaller)


def workers_row(bench: Bench) -> Iterator[Row]:
    """What the second one brings."""
    two, one = ours(), ours(workers=1, name="1 worker")
    yield compared(bench, "2 workers against 1", two, [one], Goal(1.5, is_speedup=True))


def dirty_row(bench: Bench) -> Iterator[Row]:
    """One line of a hundred is irregular."""
    dirty = ours("dirty.csv", "out.csv", "--max-rejects", "100%")
    clean = ours("answers.csv", "out.csv", "--max-rejects", "100%", name="clean")
    yield compared(bench, "1 % irregular lines against none", dirty, [clean], Goal(1.2))


def jsonl_row(bench: Bench) -> Iterator[Row]:
    """JSON on both sides."""
    command = ours("answers.jsonl", "out.jsonl")
    row = compared(bench, "JSONL to JSONL", command, [ours(name="CSV to CSV")], Goal(2.5))
    yield replace(row, ours=row.ours + bench.writing(command))


def explain_row(bench: Bench) -> Iterator[Row]:
    """With every answer's points and what flips the result."""
    command = ours("answers.csv", "out.jsonl", "--explain")
    row = compared(bench, "CSV to JSONL with `--explain`", command, [ours(name="CSV to CSV")], Goal(5))
    yield replace(row, ours=row.ours + bench.writing(command))


def parquet_row(bench: Bench) -> Iterator[Row]:
    """Against reading and writing."""
    other = rival("Polars", "polars-parquet", "answers.parquet", "out.parquet")
    work = "Parquet to Parquet, 2 workers; rival: the input passed through"
    yield compared(bench, work, ours("answers.parquet", "out.parquet"), [other], Goal(3))


def spark_row(bench: Bench) -> Iterator[Row]:
    """On a cluster of two processes on this machine; what a run over few records takes is taken off."""
    environ = {"PYSPARK_PYTHON": sys.executable}
    options = ("--format", "csv", "--engine", "spark", "--master", MASTER)
    command = ours("answers.csv", "out", *options, clock="manifest", environ=environ)
    other = rival("Spark", "spark", "answers.csv", "out", environ, clock="printed")
    small = bench.alternate([command, other], FEW)
    large = bench.alternate([command, other], bench.records)
    starts = [median(seconds(runs)) for runs in small]
    own, theirs = ([max(one - start, 0.01) for one in seconds(runs)] for runs, start in zip(large, starts, strict=True))
    cells = tuple(f"{spread(one, '.2f')} s" for one in (own, theirs))
    work = f"Spark, `{MASTER}`; rival: the input passed through"
    starts_text = "start-up not counted: {:.1f} s, Spark's {:.1f} s".format(*starts)
    yield Goal(1.2).row(f"{work}; {starts_text}", (cells[0], f"Spark: {cells[1]}"), own, theirs)


ROWS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "csv": csv_row,
    "core": core_row,
    "one": one_row,
    "pandas": pandas_row,
    "csv-module": module_row,
    "memory": memory_row,
    "10m": ten_row,
    "workers": workers_row,
    "dirty": dirty_row,
    "jsonl": jsonl_row,
    "explain": explain_row,
    "parquet": parquet_row,
    "spark": spark_row,
}


def measured(bench: Bench, names: Sequence[str]) -> Iterator[Row]:
    """The rows asked for. What fails is said, and stays in the table."""
    for name in names:
        say(name)
        try:
            yield from ROWS[name](bench)
        except Failed as failed:
            say(f"  failed: {failed}")
            yield Row(f"`{name}`", str(failed).replace("|", "\\|"), "–", "–", "–", None)


def machine() -> Iterator[str]:
    """What it was measured on, and with."""
    cpu = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    yield f"{len(os.sched_getaffinity(0))} cores"
    yield f"{int(memory[1]) / 2**20:.0f} GB RAM" if memory else "RAM unknown"
    yield cpu[1].strip() if cpu else platform.machine()
    yield f"{platform.system()} {platform.release()}"
    yield f"Python {platform.python_version()}"
    for package in ("rolequiz", "numpy", "polars", "pandas", "pyarrow", "pyspark"):
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            yield f"no {package}"
    yield java()
    yield f"{datetime.now(UTC):%Y-%m-%d}"


def java() -> str:
    """The version of Java."""
    try:
        said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    except OSError:
        return "no Java"
    found = re.search(r'version "([^"]+)"', said)
    return f"Java {found[1]}" if found else "Java of unknown version"


def report(bench: Bench, rows: Sequence[Row]) -> str:
    """The table, how to read it, and the machine."""
    missed = sum(not row.is_reached for row in rows)
    runs = "1 run" if bench.runs == 1 else f"medians of {bench.runs} runs (least–greatest)"
    reading = (
        f"{bench.records:,} records of 30 answers; {runs} of whole processes, ours and the rival's in turn. "
        "Behind the ratio of the medians: the least and the greatest of the pairs. Of two rivals the faster counts. "
        "Memory is the peak resident set of the largest process; ours of a worker beyond Python with numpy "
        f"imported ({bench.base:.0f} MB). {len(rows) - missed} of {len(rows)} reached."
    )
    table = ["| work | ours | rival | ratio | to reach | reached |", "|---|---|---|---|---|---|"]
    return "\n".join([*table, *(row.line for row in rows), "", reading, "", f"Machine: {', '.join(machine())}."])


def marked(path: Path) -> tuple[str, str]:
    """What stands before and after the place of the table in a file.

    Raises:
        SystemExit: the file has no such place.
    """
    try:
        before, rest = path.read_text(encoding="utf-8").split(MARKS[0])
        _, after = rest.split(MARKS[1])
    except (OSError, ValueError):
        raise SystemExit(f"{path}: not a file with {MARKS[0]} and {MARKS[1]} in it, once each") from None
    return before, after


def main() -> int:
    """Measure; 1 if something could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where data are made and kept; default: a temporary one")
    parser.add_argument("--only", nargs="+", choices=ROWS, metavar="NAME", help=", ".join(ROWS))
    parser.add_argument("--write", type=Path, metavar="FILE", help=f"put the table between {MARKS[0]} and {MARKS[1]}")
    parser.add_argument("--skip-10m", action="store_true")
    parser.add_argument("--skip-spark", action="store_true")
    args = parser.parse_args()
    if args.write:
        marked(args.write)
    skipped = {name for name, is_left in (("10m", args.skip_10m), ("spark", args.skip_spark)) if is_left}
    names = [name for name in ROWS if name not in skipped and (not args.only or name in args.only)]
    with tempfile.TemporaryDirectory(prefix="rolequiz-benchmark-") as temporary:
        folder = (args.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(folder, args.records, args.runs)
        rows = list(measured(bench, names))
        text = report(bench, rows)
    print(text)
    if args.write:
        before, after = marked(args.write)
        args.write.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}", encoding="utf-8")
    return 1 if any(row.is_reached is None for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
