"""``rolequiz score`` with what large inputs need: explanations, folders, progress, and the same bytes by any way."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from rolequiz.batch import run as batch_run
from rolequiz.batch.sources import Source
from rolequiz.cli import progress
from rolequiz.cli.env import Env
from rolequiz.core.score import Sheet
from tests.cli.world import NOW, Ended, Terminal, put, rolequiz
from tests.small_banks import random_sheet, shipped_table
from tests.unit.batch.reading import ANSWERS, HEADER, QUESTIONS, csv_file, csv_line


def score(*arguments: str, stdin: bytes = b"") -> Ended:
    return rolequiz("score", *arguments, stdin=stdin)


def line(person: str, sheet: Sheet) -> str:
    return ",".join([person, *("" if number is None else str(number) for number in sheet)])


def people(count: int) -> bytes:
    """A few hundred different sheets over and over, one line in a hundred out of order."""
    sheets = [line("p", random_sheet(shipped_table(), f"large {n}", 0.02))[1:] for n in range(199)]
    lines = [f"p{n}{sheets[n % 199]}" if n % 100 else f'"p,{n}"{sheets[n % 199]}' for n in range(count)]
    for n in range(50, count, 500):
        lines[n] = f"p{n},1,2"
    return "\n".join([HEADER, *lines, ""]).encode()


def test_a_large_file_gives_the_same_bytes_alone_and_with_workers_and_line_by_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put("a.csv", people(4000))
    for name, few, many, workers in (
        ("slow", 1 << 40, 1 << 40, "1"),
        ("one", 1000, 1 << 40, "1"),
        ("two", 100, 1000, "2"),
    ):
        monkeypatch.setattr(batch_run, "FEW", few)
        monkeypatch.setattr(batch_run, "MANY", many)
        ended = score("a.csv", "-o", f"{name}.csv", "--workers", workers, "--max-rejects", "1%", "--with-source")
        assert (ended.code, ended.lines[-1]) == (0, "scored 3992, rejected 8, of 4000")
    for kind in ("csv", "rejects.jsonl"):
        assert Path(f"one.{kind}").read_bytes() == Path(f"slow.{kind}").read_bytes()
        assert Path(f"two.{kind}").read_bytes() == Path(f"slow.{kind}").read_bytes()
    manifest = json.loads(Path("two.manifest.json").read_text())
    assert manifest["counts"] == {
        "records": 4000, "scored": 3992, "rejected": 8, "reject_codes": {"short-line": 8},
    }  # fmt: skip
    assert manifest["inputs"] == [{"source": "a.csv", "bytes": Path("a.csv").stat().st_size, "format": "csv"}]


def test_pieces_that_are_large_to_send_hold_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_run, "FEW", 100)
    monkeypatch.setattr(batch_run, "MANY", 1000)
    columns = ",".join(f"question_of_a_survey_{n:06}" for n in range(12_000))
    put("wide.csv", f"id,{columns},q01\n" + "".join(f"p{n},1,2,3\n" for n in range(90_000)))
    ended = score("wide.csv", "-o", "out.csv", "--workers", "2", "--max-rejects", "100%")
    assert ended.lines[-1] == "scored 0, rejected 90000, of 90000"


def test_without_numpy_it_takes_longer_and_says_so_once(monkeypatch: pytest.MonkeyPatch) -> None:
    put("a.csv", people(3000))
    with_numpy = score("a.csv", "--format", "csv", "--workers", "1")
    monkeypatch.setattr(batch_run, "has_numpy", lambda: False)
    without = score("a.csv", "--format", "csv", "--workers", "1")
    assert without.out == with_numpy.out
    assert without.lines[0] == "note: without numpy this takes many times as long: pip install 'rolequiz[batch]'"
    assert without.lines[1:] == with_numpy.lines
    assert "numpy" not in score("--format", "csv", stdin=csv_file(csv_line("p1"))).err


def test_an_explanation_adds_up_and_is_that_of_explain(monkeypatch: pytest.MonkeyPatch) -> None:
    put("a.csv", people(300))
    for few in (1 << 40, 0):
        monkeypatch.setattr(batch_run, "FEW", few)
        ended = score("a.csv", "--format", "jsonl", "--explain", "--max-rejects", "1")
        assert ended.code == 0
        for text in ended.out.splitlines()[::37]:
            found = json.loads(text)
            parts = found["explanation"]["contributions"]
            assert [part["question"] for part in parts] == list(QUESTIONS)
            for role in found["roles"]:
                assert sum(part["points"][role["role"]] for part in parts) + 28 == role["points"]
            single = rolequiz("explain", "a.csv", "--id", found["id"], "--format", "json")
            assert json.loads(single.out)["explanation"] == found["explanation"]


def test_a_folder_of_single_answer_files_is_scored_in_the_order_of_their_names() -> None:
    Path("room/late").mkdir(parents=True)
    for n in range(450):
        put(f"room/p{n:03}.json", json.dumps({"id": f"p{n:03}", "answers": ANSWERS}))
    put("room/late/q.csv.gz", gzip.compress(csv_file(csv_line("q1"), csv_line("q2"))))
    put("room/p007.json", "{oops")
    put("room/notes.txt", "not an answer")
    ended = score("room", "-o", "out.csv", "--with-source", "--max-rejects", "1")
    assert ended.code == 0
    assert ended.lines == [
        "note: 1 file in folders left out, by the ending no answers: room/notes.txt",
        "rejects: out.rejects.jsonl",
        "scored 451, rejected 1, of 452",
    ]
    rows = [row.split(",") for row in Path("out.csv").read_text().splitlines()[1:]]
    assert [row[0] for row in rows] == ["q1", "q2", *(f"p{n:03}" for n in range(450) if n != 7)]
    assert rows[0][-2:] == ["room/late/q.csv.gz", "2"]
    assert rows[2][-2:] == ["room/p000.json", "1"]
    manifest = json.loads(Path("out.manifest.json").read_text())
    assert manifest["inputs"][0] | {"bytes": 0} == {"source": "room", "bytes": 0, "format": "folder", "files": 451}


def test_parquet_in_and_out_says_the_same_as_csv() -> None:
    put("a.csv", people(600))
    assert score("a.csv", "-o", "from-csv.parquet", "--max-rejects", "2").code == 0
    table = pa_csv.read_csv(
        "a.csv",
        convert_options=pa_csv.ConvertOptions(column_types={"id": "string"}),
        parse_options=pa_csv.ParseOptions(invalid_row_handler=lambda _: "skip"),
    )
    pq.write_table(table, "a.parquet", row_group_size=150)
    ended = score("a.parquet", "-o", "from-parquet.parquet")
    assert (ended.code, ended.lines[-1]) == (0, "scored 598, rejected 0, of 598")
    assert pq.read_table("from-parquet.parquet").equals(pq.read_table("from-csv.parquet"))
    (read,) = json.loads(Path("from-parquet.manifest.json").read_text())["inputs"]
    assert read == {"source": "a.parquet", "bytes": Path("a.parquet").stat().st_size, "format": "parquet"}


def test_a_bar_on_a_terminal_shows_bytes_speed_and_time_left_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100))
    monkeypatch.setattr(progress, "monotonic", lambda: float(next(clock)))
    monkeypatch.setenv("COLUMNS", "100")
    put("a.csv", bytes(4000))
    screen = Terminal()
    env = Env(StringIO(), StringIO(), screen, {"TERM": "xterm"}, lambda: NOW)
    with progress.progress(env, [Source("a.csv")], None) as seen:
        seen.tick(1000, 30)
        seen.tick(1000, 30)
        shown = screen.getvalue()
        assert "2.0/4.0 kB" in shown
        assert "30 records/s" in shown
        seen.pause()
        screen.write("a.csv:7: a reject\n")
        seen.tick(1000, 30)
        assert "3.0/4.0 kB" in screen.getvalue()
    assert seen.records == 90
    assert screen.getvalue().endswith("\x1b[2K")


@pytest.mark.parametrize(("wanted", "lines"), [(None, 0), (False, 0), (True, 2)])
def test_without_a_terminal_progress_is_lines_and_only_where_it_is_asked_for(
    wanted: bool | None, lines: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 1000, 6))
    monkeypatch.setattr(progress, "monotonic", lambda: float(next(clock)))
    put("a.csv", bytes(4000))
    talk = StringIO()
    env = Env(StringIO(), StringIO(), talk, {}, lambda: NOW)
    with progress.progress(env, [Source("a.csv")], wanted) as seen:
        for _ in range(4):
            seen.tick(1000, 30)
    said = ["60 records so far (50 % of the input), 5 a second", "120 records so far (100 % of the input), 5 a second"]
    assert talk.getvalue().splitlines() == said[:lines]


def test_an_interruption_says_how_far_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(self: progress.Counter, _: int, records: int) -> None:
        self.records += records
        if self.records > 1000:
            raise KeyboardInterrupt

    monkeypatch.setattr(progress.Counter, "tick", interrupt)
    put("a.csv", people(3000))
    ended = score("a.csv", "-o", "out.csv", "--workers", "1")
    assert ended.code == 130
    assert ended.err == "rolequiz: interrupted after 3000 records; out.csv was not written\n"
    assert os.listdir() == ["a.csv"]


@pytest.mark.parametrize("name", ["a.csv", "answers"])
def test_a_working_folder_that_is_gone_is_a_message(name: str, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    put("a.csv", csv_file(csv_line("p1")))
    Path("answers").mkdir()
    put("answers/b.csv", csv_file(csv_line("p1")))
    script = (  # Python 3.13.0 cannot load a compiled module, such as one that typer needs, in a folder that is gone
        "import os, sys, typer; os.chdir(sys.argv[1]); os.rmdir(sys.argv[1])\n"
        "from rolequiz.cli.app import run; sys.exit(run(sys.argv[2:]))"
    )
    for given in (
        [name, "-o", "out.csv"],
        [str(Path(name).resolve()), "-o", "out.csv"],
        [".", "-o", str(tmp_path / "never.csv")],
    ):
        command = [sys.executable, "-c", script, str(gone), "score", *given]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        gone.mkdir(exist_ok=True)
        assert done.returncode == 2
        assert done.stderr.startswith("rolequiz: ")
        assert "Traceback" not in done.stderr


def test_more_workers_than_the_system_gives_is_a_message_about_workers() -> None:
    put("a.csv", people(40_000))
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))\n"
        "from rolequiz.batch import run; run.MANY = 1000\n"
        "from rolequiz.cli.app import run; sys.exit(run(['score', 'a.csv', '-o', 'out.csv', '--workers', '50']))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "worker processes the system gives no more: Too many open files" in done.stderr
    assert "run it again with fewer --workers" in done.stderr
    assert os.listdir() == ["a.csv"]


def test_packed_input_that_comes_in_single_bytes_is_unpacked() -> None:
    data = gzip.compress(csv_file(csv_line("p1")))
    command = [sys.executable, "-m", "rolequiz", "score", "-", "--format", "csv"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for place in range(3):
            program.stdin.write(data[place : place + 1])
            program.stdin.flush()
            time.sleep(0.7 if not place else 0.1)
        program.stdin.write(data[3:])
        program.stdin.close()
        assert program.stdout.read().splitlines()[1].startswith(b"p1,full,")
        assert program.wait(20) == 0


def test_empty_lines_without_end_before_the_header_are_counted() -> None:
    put("a.csv", b"\n" * 400_000 + csv_file(csv_line("p1"), csv_line("p2", q07="9")))
    ended = score("a.csv", "-o", "out.csv")
    assert ended.lines[-1] == "scored 1, rejected 1, of 2"
    assert json.loads(Path("out.rejects.jsonl").read_text())["line"] == 400_003


def test_options_that_change_nothing_are_told() -> None:
    put("a.jsonl", json.dumps({"id": "p1", "answers": ANSWERS, "team": "x"}) + "\n")
    ended = score("a.jsonl", "--format", "jsonl", "--keep", "team", "--keep", "taem", "--columns", "core", "--verbatim")
    assert ended.code == 0
    assert ended.lines[:-1] == [
        "note: --columns core changes nothing here: it is not for jsonl",
        "note: --verbatim changes nothing here: it is not for jsonl",
        "note: --keep taem: in no record",
    ]
    ended = score("a.jsonl", "-o", "out.csv", "--keep", "team", "--columns", "core", "--verbatim")
    assert ended.lines == ["scored 1, rejected 0, of 1"]


def test_rejects_have_no_stream() -> None:
    put("a.csv", csv_file(csv_line("p1")))
    ended = score("a.csv", "-o", "out.csv", "--rejects", "-")
    assert (ended.code, ended.lines[0]) == (2, "rolequiz: --rejects -: rejects go to a file")
    assert os.listdir() == ["a.csv"]


def test_in_a_folder_a_file_of_one_person_that_cannot_be_read_is_a_reject_and_one_of_many_ends_the_run() -> None:
    Path("answers").mkdir()
    put("answers/good.json", json.dumps({"id": "p1", "answers": ANSWERS}))
    put("answers/empty.json", "")
    Path("answers/link.json").symlink_to("nowhere.json")
    ended = score("answers", "-o", "out.csv")
    assert ended.lines == [
        "note: 1 in folders left out, no files (links, pipes): answers/link.json",
        "rejects: out.rejects.jsonl",
        "scored 1, rejected 1, of 2",
    ]
    put("answers/empty.csv", "")
    ended = score("answers", "-o", "out.csv")
    assert (ended.code, ended.lines[0]) == (2, "rolequiz: answers/empty.csv: there is nothing in it")


def test_a_file_of_a_folder_that_the_system_does_not_give_is_a_reject(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("answers").mkdir()
    put("answers/a.json", json.dumps({"id": "p1", "answers": ANSWERS}))
    put("answers/b.json", json.dumps({"id": "p2", "answers": ANSWERS}))
    real = Path.open

    def refused(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "b.json":
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refused)
    ended = score("answers", "-o", "out.csv")
    assert ended.lines[-1] == "scored 1, rejected 1, of 2"
    reject = json.loads(Path("out.rejects.jsonl").read_text())
    assert (reject["source"], reject["code"]) == ("answers/b.json", "malformed")
    assert "you may not read it" in reject["message"]


def test_standard_input_that_does_not_wait_is_read_to_its_end() -> None:
    """Another process that shares the pipe may have made it non-blocking: nothing there yet is no end."""
    data = csv_file(*(csv_line(f"p{n}") for n in range(500)))
    script = (
        "import os, sys; os.set_blocking(0, False)\n"
        "os.execv(sys.executable, [sys.executable, '-m', 'rolequiz', 'score', '-', '-o', 'out.csv'])"
    )
    for pause_first in (True, False):
        with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as program:
            assert program.stdin is not None
            assert program.stderr is not None
            if pause_first:
                time.sleep(1)
            program.stdin.write(data[:20_000])
            program.stdin.flush()
            time.sleep(1)
            program.stdin.write(data[20_000:])
            program.stdin.close()
            assert program.stderr.read() == b"scored 500, rejected 0, of 500\n"


@pytest.mark.parametrize("name", [".", "/", "", "..", "sub/.."])
def test_an_output_without_a_name_is_a_message(name: str) -> None:
    put("a.csv", csv_file(csv_line("p1")))
    Path("sub").mkdir()
    ended = score("a.csv", "-o", name, "--format", "csv")
    assert ended.code == 2
    assert ended.lines[0].startswith("rolequiz: ")
    assert sorted(os.listdir()) == ["a.csv", "sub"]


@pytest.mark.parametrize("data", [b"\xc2\xa0\n", b"\x1f", b"\x1c\n", b"\xe3\x80\x80", b"\xe2\x80\xa8\n"])
def test_white_space_of_any_kind_is_nothing(data: bytes) -> None:
    ended = score("-", stdin=data)
    assert (ended.code, ended.lines[0]) == (2, "rolequiz: standard input: there is nothing in it")


def test_standard_input_under_another_name_is_given_twice() -> None:
    put("a.csv", csv_file(csv_line("p1")))
    with Path("a.csv").open("rb") as stream:
        command = [sys.executable, "-m", "rolequiz", "score", "-", "/dev/stdin", "-o", "out.csv"]
        done = subprocess.run(command, stdin=stream, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "is given twice" in done.stderr


def test_results_do_not_go_to_the_end_of_their_own_input() -> None:
    data = csv_file(csv_line("p1"))
    put("a.csv", data)
    with Path("a.csv").open("ab") as stream:
        command = [sys.executable, "-m", "rolequiz", "score", "a.csv", "--format", "csv"]
        done = subprocess.run(command, stdout=stream, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "goes into a file of answers that is read" in done.stderr
    assert Path("a.csv").read_bytes() == data


def test_an_interruption_when_everything_has_its_name_is_none() -> None:
    put("a.csv", csv_file(csv_line("p1")))
    script = (
        "import os, signal, sys\nfrom rolequiz.store import atomic\nreal = atomic.sync_folder\n"
        "def interrupted(folder):\n    os.kill(os.getpid(), signal.SIGINT)\n    real(folder)\n"
        "atomic.sync_folder = interrupted\n"
        "from rolequiz.cli.app import run; sys.exit(run(['score', 'a.csv', '-o', 'out.csv']))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "scored 1, rejected 0, of 1\n")
    assert Path("out.csv").exists()


def test_folders_in_folders_a_thousand_times() -> None:
    here, depth = os.getcwd(), 1100
    for _ in range(depth):
        os.mkdir("d")
        os.chdir("d")
    put("a.json", json.dumps({"id": "p1", "answers": ANSWERS}))
    os.chdir(here)
    try:
        ended = score("d", "-o", "out.csv")
        assert (ended.code, ended.lines) == (0, ["scored 1, rejected 0, of 1"])
    finally:  # nobody who clears folders away by recursion gets through these
        for _ in range(depth):
            os.chdir("d")
        os.unlink("a.json")
        for _ in range(depth):
            os.chdir("..")
            os.rmdir("d")


def test_a_lack_of_memory_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("rolequiz.cli.score.score", none_left)
    put("a.csv", csv_file(csv_line("p1")))
    ended = score("a.csv", "-o", "out.csv")
    assert (ended.code, ended.lines[0]) == (2, "rolequiz: memory ran out")
