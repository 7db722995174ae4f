"""``rolequiz score --engine spark``: the bytes and totals of one machine, whatever dies on the way.

One session on a small cluster of real processes serves most tests; it lives in a
process of its own, which runs the command lines that it is sent.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.cli.world import Ended, process, rolequiz
from tests.small_banks import shipped_table
from tests.unit.batch.reading import ANSWERS, HEADER, csv_file, csv_line

MASTER = "local-cluster[2,1,1024]"
LINES = 1_010_000
SIZE = 5_000_011
"""Bytes of a task: many of them, and no round number."""

JAVA_HOME = os.environ.get("JAVA_HOME")
MISSING = [
    name
    for name, is_there in (
        ("pyspark", find_spec("pyspark") is not None),
        ("Java", Path(JAVA_HOME, "bin", "java").exists() if JAVA_HOME else shutil.which("java") is not None),
    )
    if not is_there
]

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"needs {' and '.join(MISSING)}"),
]

SERVER = """
import json, os, sys
from datetime import datetime
from functools import partial
from io import BytesIO, StringIO, TextIOWrapper
from traceback import format_exc

from pyspark import SparkContext
from rolequiz.cli.app import run
from rolequiz.cli.env import Env
from rolequiz.errors import RolequizError
from rolequiz.scoring import spark

def dies(task, attempt):
    if task == 1 and attempt == 0:
        os._exit(1)

def dies_always(task, attempt):
    os._exit(1)

def is_mistaken(task, attempt):
    return 1 // 0

def refuses(task, attempt):
    raise RolequizError('the "disk" é is full', "make room")

def hides(task, attempt):
    os.remove("b.csv")
    os._exit(1)

score = spark.score_on_spark
with SparkContext(sys.argv[1], "tests") as context:
    context.setLogLevel("OFF")
    for line in sys.stdin:
        cwd, arguments, begun, size = json.loads(line)
        os.chdir(cwd)
        spark.score_on_spark = partial(score, begun=globals().get(begun), size=size)
        out, err = TextIOWrapper(BytesIO(), encoding="utf-8"), StringIO()
        try:
            code = run(arguments, Env(TextIOWrapper(BytesIO()), out, err, {}, lambda: datetime.now().astimezone()))
        except Exception:
            code = 1000
            err.write(format_exc())
        print(json.dumps([code, err.getvalue()]), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A process with a running session."""

    program: subprocess.Popen[str]

    def score(self, folder: Path, *arguments: str, begun: str = "", size: int | None = None) -> Ended:
        """Run ``rolequiz score --engine spark`` there; attempts of tasks call ``begun`` of `SERVER`."""
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        line = json.dumps([str(folder), ["score", "--engine", "spark", *arguments], begun, size])
        self.program.stdin.write(line + "\n")
        self.program.stdin.flush()
        code, err = json.loads(self.program.stdout.readline())
        return Ended(code, "", err)


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A home of Spark whose files of running programs are no litter in the installed package."""
    spec = find_spec("pyspark")
    assert spec is not None, "CI needs pyspark"
    assert spec.submodule_search_locations is not None
    home = tmp_path_factory.mktemp("spark")
    for entry in Path(spec.submodule_search_locations[0]).iterdir():
        if entry.name != "work":
            (home / entry.name).symlink_to(entry)
    more = {"SPARK_HOME": str(home), "SPARK_LOCAL_DIRS": str(home / "local"), "SPARK_LOCAL_IP": "127.0.0.1"}
    return {**os.environ, **more, "PYSPARK_PYTHON": sys.executable}


@pytest.fixture(scope="module")
def cluster(environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    script = tmp_path_factory.mktemp("server") / "server.py"
    script.write_text(SERVER)
    with subprocess.Popen(
        [sys.executable, script, MASTER],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environ,
    ) as program:  # fmt: skip
        yield Cluster(program)


def dirty_templates() -> list[bytes]:
    """Lines of all kinds, about one in a hundred of them odd; ``#`` stands for a number."""
    random = Random(8)
    options = [item.options for item in shipped_table().items]
    found = [
        b"p#," + ",".join(str(random.randint(1, most)) if random.random() < 0.97 else "" for most in options).encode()
        for _ in range(9967)
    ]
    good = found[0].partition(b",")[2]
    odd = [
        b"p#,1,2",
        b"p#," + good + b",1",
        b'"p#",' + good,
        b"p#,9" + good[1:],
        b"p#,\xff" + good[1:],
        b'p"#,' + good,
        b'"p#,' + good,
        b"p#," + good + b"\r",
        b"\r",
        b"",
        "=王#,".encode() + good,
    ]
    for place in range(0, len(found), 100):
        found[place] = odd[place // 100 % len(odd)]
    return found


@dataclass(frozen=True, slots=True)
class Million:
    """A large dirty file, and what one machine makes of it."""

    folder: Path
    ended: Ended


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> Million:
    folder = tmp_path_factory.mktemp("million")
    templates = dirty_templates()
    count = len(templates)
    lines = [templates[n % count].replace(b"#", b"%07d" % n) for n in range(LINES)]
    (folder / "a.csv").write_bytes(HEADER.encode() + b"\r\n" + b"\n".join(lines))
    ended = process("score", "a.csv", "-o", "one.csv", "--with-source", "--workers", "2", cwd=folder)
    assert manifest(folder / "one.manifest.json")["counts"]["records"] > 1_000_000
    return Million(folder, Ended(ended.returncode, "", ended.stderr.decode()))


def manifest(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def digest(paths: list[Path]) -> str:
    """Of the files one behind the other."""
    found = sha256()
    for path in paths:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                found.update(chunk)
    return found.hexdigest()


def parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*"))


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def expect_same(million: Million, ended: Ended, name: str) -> None:
    """The folder holds what one machine made; then it is removed."""
    folder = million.folder / name
    talk = million.ended.err.replace("one.rejects.jsonl", f"{name}/rejects")
    assert ended == Ended(million.ended.code, "", talk)
    assert len(parts(folder)) > 10
    assert digest(parts(folder)) == digest([million.folder / "one.csv"])
    assert digest(parts(folder / "rejects")) == digest([million.folder / "one.rejects.jsonl"])
    assert {stat.S_IMODE(path.stat().st_mode) for path in parts(folder / "rejects")} == {0o600}
    about, one = manifest(folder / "manifest.json"), manifest(million.folder / "one.manifest.json")
    for key in ("schema", "program", "bank", "counts", "inputs"):
        assert about[key] == one[key]
    assert about["engine"] == "spark"
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == {"manifest.json", *about["parts"]}
    shutil.rmtree(folder)
    assert sorted(os.listdir(million.folder)) == ["a.csv", "one.csv", "one.manifest.json", "one.rejects.jsonl"]


def test_a_million_dirty_records_give_the_bytes_of_one_machine(cluster: Cluster, million: Million) -> None:
    ended = cluster.score(million.folder, "a.csv", "-o", "out", "--with-source", size=SIZE)
    expect_same(million, ended, "out")


def test_a_task_that_dies_on_its_first_attempt_changes_nothing(cluster: Cluster, million: Million) -> None:
    ended = cluster.score(million.folder, "a.csv", "-o", "again", "--with-source", size=SIZE, begun="dies")
    expect_same(million, ended, "again")


@pytest.mark.parametrize(
    ("begun", "code", "said"),
    [
        ("refuses", 2, 'rolequiz: the "disk" é is full\n  make room\n'),
        ("dies_always", 2, "rolequiz: Spark gave up: Lost task "),
        ("is_mistaken", 1000, "in a task of Spark:\n"),
    ],
)
def test_what_fails_for_good_is_told_without_java_and_leaves_nothing(
    cluster: Cluster, begun: str, code: int, said: str
) -> None:
    Path("a.csv").write_bytes(csv_file(csv_line("p1")))
    ended = cluster.score(Path.cwd(), "a.csv", "-o", "out", begun=begun)
    assert ended.code == code
    assert said in ended.err
    assert "\tat " not in ended.err
    assert ("ZeroDivisionError" in ended.err) == (begun == "is_mistaken")
    assert os.listdir() == ["a.csv"]


def test_an_executor_that_does_not_see_the_input_says_what_it_needs(cluster: Cluster) -> None:
    for name in ("a.csv", "b.csv"):
        Path(name).write_bytes(csv_file(csv_line("p1")))
    ended = cluster.score(Path.cwd(), "a.csv", "b.csv", "-o", "out", begun="hides")
    assert ended.code == 2
    assert ended.lines[0].startswith("rolequiz: b.csv: it is not there for the executor on ")
    assert "one file system in common" in ended.lines[1]
    assert os.listdir() == ["a.csv"]


def person(name: str, **more: object) -> dict[str, object]:
    return {"id": name, "answers": ANSWERS, **more}


def test_every_kind_of_file_at_once(cluster: Cluster) -> None:
    Path("folder/inner").mkdir(parents=True)
    lines = "\n".join(
        json.dumps(person(f"l{n}", **{f"k{n}": 1} if n % 100 == 99 else {})) for n in range(3000)
    ).encode()
    Path("lines.jsonl").write_bytes(b"\xef\xbb\xbf" + lines + b"\r\n\n[oops\n")
    Path("packed.csv.gz").write_bytes(gzip.compress(csv_file(csv_line("g1"), csv_line("g2", q01="9"))))
    Path("list.json").write_text(json.dumps([person("j1", colour="red"), {"id": ""}, person("j2")]))
    Path("header.csv").write_text(HEADER + "\n")
    Path("long.csv").write_bytes(b"\n" + csv_file(csv_line("x" * 3_000_000), csv_line("short")))
    for number in range(450):
        Path(f"folder/inner/{number:03}.json").write_text(json.dumps(person(f"f{number}")))
    Path("folder/m.csv").write_bytes(csv_file(csv_line("=m")))
    Path("folder/readme.txt").write_text("no answers")
    names = ["list.json", "lines.jsonl", "packed.csv.gz", "header.csv", "folder", "long.csv"]
    one = rolequiz("score", *names, "-o", "one.jsonl", "--with-source", "--explain")
    ended = cluster.score(
        Path.cwd(), *names, "-o", "out", "--format", "jsonl", "--with-source", "--explain", size=100_000
    )
    assert ended == Ended(one.code, "", one.err.replace("one.rejects.jsonl", "out/rejects"))
    assert len(ended.lines) > 4
    assert digest(parts(Path("out"))) == digest([Path("one.jsonl")])
    assert digest(parts(Path("out/rejects"))) == digest([Path("one.rejects.jsonl")])
    about, alone = manifest(Path("out/manifest.json")), manifest(Path("one.manifest.json"))
    assert (about["counts"], about["inputs"]) == (alone["counts"], alone["inputs"])


def test_parquet_in_row_groups_becomes_parquet_in_parts(cluster: Cluster) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    random = Random(3)
    count = 150_000
    table = pa.table(
        {"id": [f"p{n}" for n in range(count)]}
        | {item.id: pa.array(random.choices(range(1, 10), k=count), pa.int8()) for item in shipped_table().items[:2]}
    )
    pq.write_table(table, "a.parquet", row_group_size=20_000)
    one = rolequiz("score", "a.parquet", "-o", "one.parquet", "--with-source")
    ended = cluster.score(Path.cwd(), "a.parquet", "-o", "out", "--format", "parquet", "--with-source", size=400_000)
    assert ended == Ended(1, "", one.err.replace("one.rejects.jsonl", "out/rejects"))
    assert len(parts(Path("out"))) > 1
    assert pa.concat_tables(map(pq.read_table, parts(Path("out")))) == pq.read_table("one.parquet")
    assert digest(parts(Path("out/rejects"))) == digest([Path("one.rejects.jsonl")])


def test_an_older_result_makes_room_and_nothing_else_does(cluster: Cluster) -> None:
    Path("a.csv").write_bytes(csv_file(csv_line("p1"), csv_line("p2", q01="9")))
    Path("b.csv").write_bytes(csv_file(csv_line("p3")))
    Path("out").mkdir()
    assert cluster.score(Path.cwd(), "a.csv", "-o", "out").err == "rejects: out/rejects\nscored 1, rejected 1, of 2\n"
    assert sorted(files(Path("out"))) == ["manifest.json", "part-00000.csv", "rejects/part-00000.jsonl"]
    assert cluster.score(Path.cwd(), "b.csv", "-o", "out").err == "scored 1, rejected 0, of 1\n"
    assert sorted(files(Path("out"))) == ["manifest.json", "part-00000.csv"]
    Path("out/mine.txt").write_text("mine")
    before = files(Path("out"))
    ended = cluster.score(Path.cwd(), "a.csv", "-o", "out")
    assert (ended.code, ended.lines[0]) == (2, "rolequiz: out: there is something in this folder")
    assert files(Path("out")) == before
    assert sorted(os.listdir()) == ["a.csv", "b.csv", "out"]


def test_another_master_than_that_of_the_running_session_is_refused(cluster: Cluster) -> None:
    Path("a.csv").write_bytes(csv_file(csv_line("p1")))
    ended = cluster.score(Path.cwd(), "a.csv", "-o", "out", "--master", "local[1]")
    assert (ended.code, ended.lines[0]) == (2, f"rolequiz: --master local[1]: Spark runs already, with {MASTER}")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.csv"], "--engine spark writes a folder of parts"),
        (["a.csv", "-o", "-"], "--engine spark writes a folder of parts"),
        (["-", "-o", "out"], "standard input: the tasks of Spark read files, and this is a stream"),
        (["a.csv", "-o", "out", "--format", "table"], "--engine spark does not write table"),
        (["a.csv", "-o", "out.json"], "--engine spark does not write json"),
        (["a.csv", "-o", "out", "--explain"], "--explain is for JSON"),
        (["a.csv", "-o", "out", "--workers", "2"], "--workers is for this machine"),
        (["a.csv", "-o", "out", "--rejects", "r.jsonl"], "--rejects r.jsonl: --engine spark writes rejects in parts"),
        (["a.csv", "a.csv", "-o", "out"], "a.csv is given twice"),
        (["a.csv", "-o", "full"], "full: there is something in this folder"),
        (["a.csv", "-o", "full/b.csv"], "full/b.csv: this is a file"),
        (["full/b.csv", "-o", "full"], "full: answers are read from this folder"),
        (["full", "-o", "full/out"], "full/out: it would stand among the answers in full"),
        (["a.csv", "-o", "."], ".: answers are read from this folder"),
        (["full/b.csv", "-o", ".."], "..: answers are read from this folder"),
        (["a.csv", "-o", "none/out"], "none/out: there is no folder none"),
        (["none.csv", "-o", "out"], "none.csv: there is no such file"),
        (["bad.json", "-o", "out"], "bad.json:1:2: no valid JSON"),
        (["a.csv", "-o", "out", "--master", "sc://host"], "Spark Connect runs no tasks"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_refused_before_spark_starts(arguments: list[str], said: str) -> None:
    Path("full").mkdir()
    for name in ("a.csv", "full/b.csv"):
        Path(name).write_bytes(csv_file(csv_line("p1")))
    Path("bad.json").write_text("[oops")
    before = files(Path.cwd())
    ended = rolequiz("score", "--engine", "spark", *arguments)
    assert ended.code == 2
    assert ended.lines[0].startswith(f"rolequiz: {said}")
    assert files(Path.cwd()) == before
    assert sorted(os.listdir()) == ["a.csv", "bad.json", "full"]


def test_a_master_without_spark_is_refused() -> None:
    ended = rolequiz("score", "--master", "local[1]")
    assert ended.lines == ["rolequiz: --master is for Spark", "  give --engine spark too, or leave it out"]


@pytest.mark.parametrize("home", [None, "nowhere"])
def test_without_java_the_message_says_so(home: str | None, environ: dict[str, str]) -> None:
    Path("a.csv").write_bytes(csv_file(csv_line("p1")))
    Path("bin").mkdir()
    for name in ("bash", "dirname", "ps", "sh", "env", "ls"):
        found = shutil.which(name)
        if found is not None:
            Path("bin", name).symlink_to(found)
    world = {name: value for name, value in environ.items() if name != "JAVA_HOME"} | {
        "PATH": str(Path("bin").resolve())
    }
    if home is not None:
        world["JAVA_HOME"] = home
    ended = process("score", "a.csv", "-o", "out", "--engine", "spark", "--master", "local[1]", env=world)
    assert ended.stderr.decode().splitlines() == [
        "rolequiz: Spark needs Java (17 or newer), and none was found",
        "  install a JRE, and set JAVA_HOME if it is in no usual place",
    ]
    assert ended.returncode == 2
    assert sorted(os.listdir()) == ["a.csv", "bin"]


def test_the_whole_program_starts_spark_and_stays_quiet(environ: dict[str, str]) -> None:
    Path("a.csv").write_bytes(csv_file(csv_line("p1"), csv_line("p2", q07="7")))
    ended = process("score", "a.csv", "-o", "out", "--engine", "spark", "--master", "local[1]", env=environ)
    assert (ended.stdout, ended.stderr) == (b"", b"rejects: out/rejects\nscored 1, rejected 1, of 2\n")
    assert ended.returncode == 1
    assert sorted(os.listdir()) == ["a.csv", "out"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_leaves_nothing(
    number: signal.Signals, code: int, environ: dict[str, str], million: Million
) -> None:
    command = [sys.executable, "-m", "rolequiz", "score", str(million.folder / "a.csv"), "-o", "out"]
    command += ["--engine", "spark", "--master", "local[1]"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environ) as program:
        while not list(Path.cwd().glob(".out.*.tmp/attempts/*")):
            assert program.poll() is None
            time.sleep(0.01)
        program.send_signal(number)
        _, err = program.communicate(timeout=60)
    said = b"rolequiz: interrupted; out was not written\n" if number == signal.SIGINT else b""
    assert (program.returncode, err) == (code, said)
    assert os.listdir() == []
