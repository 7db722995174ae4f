"""Several processes: the same bytes in the same order, and nothing of them left behind whatever happens."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rolequiz.api import score_file
from rolequiz.batch import pool
from rolequiz.batch import run as batch_run
from rolequiz.batch.job import Job
from rolequiz.batch.notes import Notes
from rolequiz.batch.results import Layout
from rolequiz.batch.sources import Source, pieces
from rolequiz.batch.targets import TextTarget
from rolequiz.errors import RolequizError
from tests.small_banks import shipped, shipped_table
from tests.unit.batch.reading import RULES, csv_file, csv_line

LAYOUT = Layout(shipped().stamp, shipped_table())


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(batch_run, "FEW", 100)
    monkeypatch.setattr(batch_run, "MANY", 200)
    monkeypatch.chdir(tmp_path)


def people(count: int) -> bytes:
    return csv_file(*(csv_line(f"p{n}", q07="9" if n % 50 == 7 else "1") for n in range(count)))


def run(data: bytes, workers: int, size: int, tick: Callable[[int, int], object] | None = None) -> list[bytes]:
    Path("a.csv").write_bytes(data)
    out: list[bytes] = []
    rejects: list[bytes] = []
    found = pieces([Source("a.csv")], RULES, Notes(), None, size)
    into = TextTarget("csv", LAYOUT, lambda part: out.append(bytes(part)))
    job = Job(RULES, LAYOUT, "csv")
    batch_run.score_pieces(
        job, found, into, lambda part: rejects.append(bytes(part)), Notes(), workers=workers, tick=tick
    )
    return [b"".join(out), b"".join(rejects)]


@pytest.mark.parametrize("size", [70, 1000, 1 << 16])
def test_any_number_of_workers_gives_the_same_bytes(size: int) -> None:
    data = people(300)
    alone = run(data, 1, 1 << 18)
    assert alone[0].count(b"\n") == 1 + 294
    for workers in (2, 3):
        assert run(data, workers, size) == alone
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("form", ["csv", "jsonl", "json"])
def test_workers_write_into_the_file_themselves(form: str) -> None:
    Path("a.csv").write_bytes(people(5000))
    for workers in (1, 2, 3):
        totals = score_file("a.csv", f"{workers}.{form}", workers=workers)
        assert (totals.scored, totals.rejected) == (4900, 100)
    for kind in (form, "rejects.jsonl"):
        assert Path(f"2.{kind}").read_bytes() == Path(f"1.{kind}").read_bytes()
        assert Path(f"3.{kind}").read_bytes() == Path(f"1.{kind}").read_bytes()


def test_a_list_without_results_is_a_list_with_workers_too() -> None:
    Path("a.csv").write_bytes(csv_file(*["short"] * 100))
    score_file("a.csv", "out.json", workers=2)
    assert Path("out.json").read_text() == "[]\n"


def test_a_worker_that_is_killed_is_told_and_takes_everything_with_it() -> None:
    killed: list[int] = []

    def kill(_: int, __: int) -> None:
        if not killed:
            killed.extend(child.pid or 0 for child in multiprocessing.active_children())
            os.kill(killed[0], signal.SIGKILL)

    with pytest.raises(RolequizError, match=r"a worker process was ended from outside \(code -9\)"):
        run(people(3000), 2, 500, kill)
    assert len(killed) == 2
    assert multiprocessing.active_children() == []


def test_a_file_that_becomes_shorter_while_it_is_read_is_told() -> None:
    def cut(_: int, __: int) -> None:
        os.truncate("a.csv", 5000)

    with pytest.raises(RolequizError, match=r"a\.csv: it became shorter while it was read"):
        run(people(5000), 2, 500, cut)
    assert multiprocessing.active_children() == []


def test_a_mistake_of_the_programs_own_in_a_worker_shows_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise AssertionError("a mistake")

    monkeypatch.setattr(pool, "engine_for", broken)
    monkeypatch.setattr(pool, "_context", lambda: multiprocessing.get_context("fork"))
    with pytest.raises(RuntimeError, match=r"in a worker process:\n(?s:.*)in broken(?s:.*)a mistake"):
        run(people(300), 2, 500)
    assert multiprocessing.active_children() == []


def test_an_interruption_ends_the_workers() -> None:
    def interrupt(_: int, __: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(people(3000), 2, 500, interrupt)
    assert multiprocessing.active_children() == []


def test_bytes_of_a_stream_and_results_go_through_pipes_that_never_wait_for_each_other() -> None:
    data = people(20_000)
    done = subprocess.run(
        [sys.executable, "-m", "rolequiz", "score", "-", "--format", "csv", "--workers", "2", "--max-rejects", "5%"],
        input=data,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.count(b"\n") == 1 + 19_600


def large() -> None:
    line = csv_line("p").encode() + b"\n"
    with Path("a.csv").open("wb") as stream:
        stream.write(csv_file())
        stream.write(line * 200_000)


def children_of(number: int) -> list[int]:
    path = Path(f"/proc/{number}/task/{number}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []


def is_alive(number: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{number}/stat").read_text()
    except FileNotFoundError:
        return False


def until(happens: Callable[[], object]) -> None:
    limit = time.monotonic() + 20
    while not happens():
        assert time.monotonic() < limit
        time.sleep(0.01)


@pytest.fixture
def running() -> Iterator[subprocess.Popen[bytes]]:
    large()
    command = [sys.executable, "-m", "rolequiz", "score", "a.csv", "-o", "out.csv", "--workers", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as program:
        until(lambda: len(children_of(program.pid)) == 2)
        yield program


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_whoever_ends_the_parent_ends_the_workers_and_no_half_file_has_the_name(
    running: subprocess.Popen[bytes], number: signal.Signals, code: int
) -> None:
    children = children_of(running.pid)
    running.send_signal(number)
    assert running.wait(20) == code
    until(lambda: not any(map(is_alive, children)))
    assert not Path("out.csv").exists()
    if number == signal.SIGKILL:
        score_file("a.csv", "out.csv")
        assert Path("out.csv").exists()
    left = [name for name in os.listdir() if name.endswith(".tmp")]
    assert left == []


def test_a_full_disk_in_a_worker_is_a_message() -> None:
    large()
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000_000, 20_000_000))\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from rolequiz.cli.app import run; sys.exit(run(['score', 'a.csv', '-o', 'out.csv', '--workers', '2']))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("rolequiz: out.csv: cannot be written: File too large")
    assert os.listdir() == ["a.csv"]


def test_a_reader_that_leaves_ends_everything_silently() -> None:
    large()
    command = [sys.executable, "-m", "rolequiz", "score", "a.csv", "--format", "csv", "--workers", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert program.stdout.readline().startswith(b"id,")
        children = children_of(program.pid)
        program.stdout.close()
        assert program.wait(20) == 141
        assert program.stderr.read() == b""
    until(lambda: not any(map(is_alive, children)))
