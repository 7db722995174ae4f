"""Several processes: the same bytes in the same order, and nothing of them left behind whatever happens."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from json import dumps
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rolequiz.api import score_file
from rolequiz.batch import lines, pool, worker
from rolequiz.batch import run as batch_run
from rolequiz.batch.cutting import pieces
from rolequiz.batch.fast import engine as fast
from rolequiz.batch.job import Job
from rolequiz.batch.notes import Notes
from rolequiz.batch.results import Layout, ResultFormat
from rolequiz.batch.sources import Source
from rolequiz.batch.targets import TextTarget
from rolequiz.errors import RolequizError
from rolequiz.scoring import run as scoring_run
from rolequiz.scoring.places import places
from rolequiz.scoring.run import Request, Streams, score
from tests.small_banks import shipped, shipped_table
from tests.unit.batch.reading import ANSWERS, RULES, csv_file, csv_line

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

    monkeypatch.setattr(worker, "engine_for", broken)
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


def test_workers_that_wait_for_the_bank_end_when_it_cannot_be_loaded() -> None:
    large()
    script = (
        "import sys, time\nfrom rolequiz.cli import app\nfrom rolequiz.cli import score\n"
        "from rolequiz.errors import RolequizError\n"
        "def slow(_):\n    print('loading', flush=True); time.sleep(1); raise RolequizError('no bank')\n"
        "score.load_bank = slow\n"
        "sys.exit(app.run(['score', 'a.csv', '-o', 'out.csv', '--workers', '2']))"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert program.stdout.readline() == b"loading\n"
        children = children_of(program.pid)
        assert len(children) == 2
        assert program.wait(20) == 2
        assert program.stderr.read() == b"rolequiz: no bank\n"
    until(lambda: not any(map(is_alive, children)))
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


def mixed_lines(count: int) -> bytes:
    """JSONL with rejects, quick sittings, other versions, formulas and times; long and short lines."""
    kinds: list[dict[str, object]] = [
        {"id": "p", "answers": ANSWERS},
        {"id": "=1", "answers": ANSWERS},
        {"id": "k", "mode": "quick", "asked_ids": ["q01"], "answers": {"q01": 1}},
        {"id": "v", "bank": {"version": "0.1"}, "answers": ANSWERS},
        {"id": "t", "answers": ANSWERS, "seconds": dict.fromkeys(ANSWERS, 0.5)},
        {"id": "x" * 700, "mood": "=x", "answers": {"q01": 2}},
        {"id": "", "answers": ANSWERS},
    ]
    return b"".join(dumps(kinds[n * n % 7 if n % 11 else n % 7]).encode() + b"\n" for n in range(count))


def scored(
    names: Sequence[str],
    output: str | None,
    form: ResultFormat,
    workers: int,
    tick: Callable[[int, int], object] | None = None,
    **more: Any,
) -> tuple[object, ...]:
    """A whole run, into a file or through this process: results, rejects, and what is said of them."""
    table = shipped_table()
    request = Request([Source(name) for name in names], shipped(), table, workers=workers, **more)
    out: list[bytes] = []
    rejects: list[bytes] = []
    streams = Streams(
        lambda part: out.append(bytes(part)),
        lambda part: rejects.append(bytes(part)),
        lambda: datetime(2026, 1, 1, tzinfo=UTC),
        tick,
    )
    at = places(Path(output) if output else None, form, Path("rejects.jsonl"))
    outcome = score(request, at, form, streams)
    results = Path(output).read_bytes() if output else b"".join(out)
    totals = outcome.totals
    assert not rejects
    return results, Path("rejects.jsonl").read_bytes(), totals, outcome.escaped, outcome.notes.lines("1.0")


@pytest.mark.parametrize(
    ("form", "piece"),
    [("csv", 100), ("csv", 3000), ("csv", 1 << 18), ("jsonl", 3000), ("json", 100), ("json", 1 << 18)],
)
def test_a_file_or_a_pipe_gets_the_same_whoever_writes(
    form: ResultFormat, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring_run, "piece_size", lambda *_, **__: piece)
    Path("a.jsonl").write_bytes(mixed_lines(80))
    Path("=b.csv").write_bytes(people(60) + b"last,1")
    sources = ["a.jsonl", "=b.csv"]
    more: dict[str, Any] = {"with_source": True, "explained": form == "json"}
    alone = scored(sources, None, form, 1, **more)
    assert alone[2] is not None
    assert "rejected" in str(alone[2])
    assert len(cast("list[str]", alone[4])) >= 2
    for workers in (1, 2, 3):
        assert scored(sources, "out", form, workers, **more) == alone
        assert scored(sources, None, form, workers, **more) == alone
    assert multiprocessing.active_children() == []


def test_a_reader_of_progress_hears_of_every_byte_and_record_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "BLOCK", 1000)
    Path("a.csv").write_bytes(people(300))
    for workers in (1, 2):
        heard: list[tuple[int, int]] = []
        scored(["a.csv"], "out.csv", "csv", workers, lambda size, count, heard=heard: heard.append((size, count)))  # type: ignore[misc]  # a default in a lambda
        header = people(0)
        assert [sum(one) for one in zip(*heard, strict=True)] == [len(people(300)) - len(header), 300]


@pytest.mark.parametrize("output", ["out.csv", None])
@pytest.mark.parametrize("what", ["kill", "interrupt", "shorten"])
def test_whatever_ends_a_run_leaves_no_process_and_no_file(
    what: str, output: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring_run, "piece_size", lambda *_, **__: 500)
    Path("a.csv").write_bytes(people(4000))
    ticks: list[int] = []

    def end(_: int, __: int) -> None:
        ticks.append(1)
        if len(ticks) != 5:
            return
        if what == "kill":
            os.kill(multiprocessing.active_children()[-1].pid or 0, signal.SIGKILL)
        elif what == "shorten":
            os.truncate("a.csv", 5000)
        else:
            raise KeyboardInterrupt

    messages = {"kill": r"a worker process was ended from outside \(code -9\)", "shorten": r"a\.csv: it became shorter"}
    expected = KeyboardInterrupt if what == "interrupt" else RolequizError
    with pytest.raises(expected, match=messages.get(what)):
        scored(["a.csv"], output, "csv", 2, end)
    assert multiprocessing.active_children() == []
    assert os.listdir() == ["a.csv"]


def test_an_older_result_stays_where_a_new_run_is_interrupted() -> None:
    Path("a.csv").write_bytes(people(300))
    scored(["a.csv"], "out.csv", "csv", 1)
    before = {name: Path(name).read_bytes() for name in os.listdir()}

    def interrupt(_: int, __: int) -> None:
        raise KeyboardInterrupt

    Path("a.csv").write_bytes(people(299))
    with pytest.raises(KeyboardInterrupt):
        scored(["a.csv"], "out.csv", "csv", 2, interrupt)
    after = {name: Path(name).read_bytes() for name in os.listdir()}
    assert {**after, "a.csv": b""} == {**before, "a.csv": b""}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a Linux device")
@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("is_named", [True, False])
def test_a_full_device_is_a_message(form: str, is_named: bool) -> None:
    large()
    command = [sys.executable, "-m", "rolequiz", "score", "a.csv", "--format", form, "--workers", "2"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*command, "-o", "/dev/full"] if is_named else command,
            stdout=subprocess.DEVNULL if is_named else full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert os.listdir() == ["a.csv"]


small_texts = st.lists(
    st.sampled_from([b"a", b"bcd", b"\n", b"\r\n", b"\r", b"e" * 19, b"f" * 40, b"\n\n"]), max_size=25
).map(b"".join)


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    """The data in chunks that end at any places; some of them are empty."""
    ends = [0, *sorted(min(place, len(data)) for place in places), len(data)]
    return [data[start:stop] for start, stop in pairwise(ends)]


@contextmanager
def capped(most: int) -> Iterator[int]:
    """Lines with a cap of a few bytes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "MAX_LINE", most)
        patch.setattr(lines, "KEPT", most + 2)
        yield most + 2


@settings(max_examples=300)
@given(small_texts, st.lists(st.integers(0, 400), max_size=12), st.integers(1, 20), st.integers(1, 30))
def test_blocks_with_lines_over_the_cap_are_the_stream_too(
    data: bytes, places: list[int], most: int, size: int
) -> None:
    with capped(most) as kept:
        chunks = cut(data, places)
        found = list(lines.blocks(chunks, min(size, kept)))
        assert [line for block in found for line in lines.physical_lines([block.data], block.first)] == list(
            lines.physical_lines([data])
        )
        assert list(lines.physical_lines(chunks)) == list(lines.physical_lines([data]))
        at = 0
        for block in found:
            assert block.start == at
            assert block.first == 1 + data.count(b"\n", 0, at)
            whole = data[at : at + block.length]
            assert block.data == (whole if block.is_whole else whole[:kept])
            assert block.is_whole or whole.find(b"\n") in (-1, len(whole) - 1)
            at += block.length
        assert at == len(data)


@settings(max_examples=300)
@given(small_texts, st.lists(st.integers(0, 400), max_size=12), st.integers(1, 20))
def test_the_first_line_over_the_cap_is_cut_and_nothing_else_is_lost(data: bytes, places: list[int], most: int) -> None:
    with capped(most) as kept:
        chunks = iter([one for one in cut(data, places) if one])
        line, length, rest = lines.first_line(chunks)
        expected = next((one for one in lines.physical_lines([data]) if one.content), None)
        assert line == expected
        if line is None or not line.is_cut:
            assert rest + b"".join(chunks) == data[length:]
        else:
            assert len(line.content) == kept - 2


@pytest.mark.parametrize("end", [b"", b"\nlast\n"])
def test_an_endless_line_takes_no_memory(end: bytes) -> None:
    def stream() -> Iterator[bytes]:
        for _ in range(512):
            yield bytes(b"x" * (1 << 18))
        if end:
            yield end

    ways: list[Callable[[], int]] = [
        lambda: len(list(lines.blocks(stream(), 1 << 18))),
        lambda: len(list(lines.physical_lines(stream()))),
        lambda: 1 if lines.first_line(stream())[0] else 0,
    ]
    for way in ways:
        tracemalloc.start()
        try:
            assert way() == (2 if end and way is not ways[2] else 1)
            assert tracemalloc.get_traced_memory()[1] < 10 << 20
        finally:
            tracemalloc.stop()
