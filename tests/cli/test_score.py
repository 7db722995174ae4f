"""``rolequiz score``: whole standard output, whole standard error, exit code, and the files that appear."""

from __future__ import annotations

import csv
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from rolequiz import __version__
from rolequiz.cli.app import run
from rolequiz.cli.env import Env
from tests.cli.world import NOW, Ended, Terminal, process, put, rolequiz
from tests.small_banks import shipped
from tests.unit.batch.reading import ANSWERS, HEADER, QUESTIONS, csv_file, csv_line

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "vectors.json").read_text(encoding="utf-8"))
DIGEST = shipped().digest


def score(*arguments: str, stdin: bytes | StringIO = b"", environ: Mapping[str, str] | None = None) -> Ended:
    """Run ``rolequiz score`` inside this process."""
    return rolequiz("score", *arguments, stdin=stdin, environ=environ)


def two_good_one_bad() -> bytes:
    return csv_file(csv_line("p1"), csv_line("p2", q07="7"), csv_line("p3", q01="1"))


TABLE = """\
id               top              label            lead  Activity  User  Content
p001             User operations  clear              26        −4   +22       −9
王小明           Activity         between two         2        +6    −5       +4
                 operations,
                 Content
                 operations
a very long      -                open                2        −1    −1       +1
name that has
to be folded
over several
lines
few              -                12 of 30
                                  answered
more             User operations  leaning, 18 of     18        −3   +15       −6
                                  30 answered
quick            User operations  leaning, quick     11        −5    +8       −3
none             -                0 of 30
                                  answered
"""


def test_the_table_of_a_few_people() -> None:
    few = dict(list(ANSWERS.items())[:12])
    more = dict(list(ANSWERS.items())[:18])
    people = [
        {"id": "p001", "answers": ANSWERS},
        {"id": "王小明", "answers": VECTORS[11]["answers"]},
        {"id": "a very long name that has to be folded over several lines", "answers": VECTORS[3]["answers"]},
        {"id": "few", "answers": few},
        {"id": "more", "answers": more},
        {"id": "quick", "answers": dict(list(ANSWERS.items())[:10]), "mode": "quick", "asked_ids": QUESTIONS[:10]},
        {"id": "none", "answers": {}},
    ]
    ended = score("-", stdin=json.dumps(people).encode())
    assert ended.out == TABLE
    assert (ended.code, ended.err) == (0, "scored 7, rejected 0, of 7\n")


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_table_fits_the_window_in_both_languages(columns: int, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", str(columns))
    rows = [
        [f"人{n}" + "x" * (n % 30), *(str(v["answers"].get(q, "")) for q in QUESTIONS)] for n, v in enumerate(VECTORS)
    ]
    ended = score("--lang", lang, stdin="\n".join([HEADER, *map(",".join, rows)]).encode())
    assert ended.code == 0
    assert max(map(cell_len, ended.out.splitlines())) <= columns
    assert ended.out.count("x") == sum(n % 30 for n in range(50))


def test_a_table_of_very_many_people_has_its_head_once() -> None:
    ended = score(stdin=csv_file(*(csv_line(f"p{n}") for n in range(1201))))
    lines = ended.out.splitlines()
    assert len(lines) == 1202
    assert [n for n, line in enumerate(lines) if line.startswith("id ")] == [0]


def test_ids_cannot_steer_the_terminal() -> None:
    people = [
        {"id": name, "answers": ANSWERS} for name in ("\x1b]0;x\x07", "[bold]x[/]", ":smile:", "\u202egnp", "a\nb")
    ]
    ended = score("--format-in", "json", stdin=json.dumps(people).encode())
    assert [line.split()[0] for line in ended.out.splitlines()[1:]] == [
        "\\x1b]0;x\\x07", "[bold]x[/]", ":smile:", "\\u202egnp", "a\\nb",
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "jsonl", "json"])
def test_the_worked_example_has_its_exact_numbers_in_every_file(form: str) -> None:
    ended = score("--format", form, stdin=csv_file(csv_line("p001")))
    assert (ended.code, ended.err) == (0, "scored 1, rejected 0, of 1\n")
    if form == "csv":
        head, row = csv.reader(StringIO(ended.out))
        named = dict(zip(head, row, strict=True))
        fits = {role: named[f"fit_{role}"] for role in ("user", "activity", "content")}
    else:
        found = json.loads(ended.out)
        roles = (found[0] if form == "json" else found)["roles"]
        fits = {one["role"]: repr(one["fit"]) for one in roles}
    assert fits == {"user": "73.52941176470588", "activity": "35.294117647058826", "content": "27.941176470588236"}


def test_all_vectors_come_out_as_computed_elsewhere_from_csv_and_from_json_lines() -> None:
    rows = [[f"p{n}", *(str(v["answers"].get(q, "")) for q in QUESTIONS)] for n, v in enumerate(VECTORS)]
    put("v.csv", "\n".join([HEADER, *map(",".join, rows)]))
    put("v.jsonl", "\n".join(json.dumps({"id": f"p{n}", "answers": v["answers"]}) for n, v in enumerate(VECTORS)))
    tables = [score(name, "--format", "csv") for name in ("v.csv", "v.jsonl")]
    lines = [score(name, "--format", "jsonl") for name in ("v.csv", "v.jsonl")]
    assert tables[0] == tables[1]
    assert lines[0] == lines[1]
    assert (lines[0].code, lines[0].err) == (0, "scored 50, rejected 0, of 50\n")
    for vector, line, row in zip(
        VECTORS, lines[0].out.splitlines(), csv.DictReader(StringIO(tables[0].out)), strict=True
    ):
        found = json.loads(line)
        for key in ("status", "answered"):
            assert found[key] == vector[key]
            assert row[key] == str(vector[key])
        for key in ("shape", "label", "lead"):
            assert found[key] == vector.get(key)
            assert row[key] == str(vector.get(key, ""))
        assert (found["top"], found["tie"]) == (vector.get("top", []), vector.get("tie", False))
        assert row["top"] == ";".join(vector.get("top", []))
        for one in found["roles"]:
            assert one["points"] == vector["points"][one["role"]]
            assert one["fit"] == vector["fit"][one["role"]]
            assert float(row[f"fit_{one['role']}"]) == one["fit"]
            assert one.get("certainty", 0) == pytest.approx(
                vector.get("certainty", {}).get(one["role"], 0), rel=1e-15, abs=0
            )


def test_csv_on_standard_output_with_rejects_told_to_people() -> None:
    ended = score(put("a.csv", two_good_one_bad()), "--format", "csv", "--columns", "core", "--with-source")
    _, first, second = ended.out.splitlines()
    assert first == (
        "p1,full,full,30,user,false,single,clear,26,24,35.294117647058826,0.04604058386151686,2,"
        "50,73.52941176470588,0.9281200121052042,1,19,27.941176470588236,0.025839404033278827,3,a.csv,2"
    )
    assert second.startswith("p3,full,")
    assert second.endswith(",a.csv,4")
    assert ended.err == "a.csv:3: p2: q07: 7 is no option, choose 1 to 4\nscored 2, rejected 1, of 3\n"
    assert ended.code == 1


def test_an_output_file_comes_with_rejects_and_a_manifest() -> None:
    ended = score(put("a.csv", two_good_one_bad()), "-o", "out.csv", "--max-rejects", "50%", "--with-source")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "rejects: out.rejects.jsonl\nscored 2, rejected 1, of 3\n"
    assert sorted(os.listdir()) == ["a.csv", "out.csv", "out.manifest.json", "out.rejects.jsonl"]
    assert len(Path("out.csv").read_bytes().split(b"\n")) == 4
    (line,) = Path("out.rejects.jsonl").read_text().splitlines()
    fault = {"column": "q07", "value": "7", "code": "not-an-option", "message": "q07: 7 is no option, choose 1 to 4"}
    assert json.loads(line) == {"source": "a.csv", "line": 3, "id": "p2"} | fault | {
        "raw": csv_line("p2", q07="7"),
        "faults": [fault],
    }
    assert stat.S_IMODE(Path("out.rejects.jsonl").stat().st_mode) == 0o600
    manifest = json.loads(Path("out.manifest.json").read_text())
    options = manifest.pop("options")
    assert manifest == {
        "schema": "rolequiz.manifest/1",
        "program": {"name": "rolequiz", "version": __version__},
        "bank": {"id": "ops-roles", "version": "1.0", "digest": DIGEST},
        "counts": {"records": 3, "scored": 2, "rejected": 1, "reject_codes": {"not-an-option": 1}},
        "inputs": [{"source": "a.csv", "bytes": len(two_good_one_bad()), "format": "csv"}],
        "started": NOW.isoformat(timespec="milliseconds"),
        "finished": NOW.isoformat(timespec="milliseconds"),
    }
    assert (options["output"], options["max-rejects"], options["with-source"]) == ("out.csv", "50%", True)
    assert (options["format"], options["columns"]) == (None, "all")


def test_raw_text_can_be_left_out_of_rejects() -> None:
    score(put("a.csv", two_good_one_bad()), "-o", "out.jsonl", "--rejects", "bad.jsonl", "--rejects-no-raw")
    assert sorted(os.listdir()) == ["a.csv", "bad.jsonl", "out.jsonl", "out.manifest.json"]
    assert "raw" not in json.loads(Path("bad.jsonl").read_text())


def test_a_stale_file_of_rejects_goes_when_there_are_none() -> None:
    put("out.rejects.jsonl", '{"source": "a.csv", "line": 2, "faults": []}\n')
    assert score(put("a.csv", csv_file(csv_line("p1"))), "-o", "out.csv").code == 0
    assert sorted(os.listdir()) == ["a.csv", "out.csv", "out.manifest.json"]


@pytest.mark.parametrize(
    ("name", "options"),
    [("notes.jsonl", ("--rejects", "notes.jsonl")), ("out.rejects.jsonl", ()), ("out.manifest.json", ())],
)
def test_a_file_of_the_users_makes_no_room_for_rejects_or_a_manifest(name: str, options: tuple[str, ...]) -> None:
    put(name, "my own notes\n")
    ended = score(put("a.csv", csv_file(csv_line("p1"))), "-o", "out.csv", *options)
    assert ended.code == 2
    assert name in ended.err
    assert Path(name).read_text() == "my own notes\n"
    assert not Path("out.csv").exists()


def test_the_same_run_again_replaces_its_own_rejects_however_long_their_text_is() -> None:
    put("a.csv", csv_file(csv_line("p1"), '"' + "x" * 100_000))
    for _ in range(2):
        assert score("a.csv", "-o", "out.csv", "--max-rejects", "1").code == 0


def test_a_disk_that_is_full_for_the_output_leaves_no_rejects_and_no_manifest_either() -> None:
    put("a.csv", two_good_one_bad())
    put("out.rejects.jsonl", before := '{"source": "a.csv", "line": 9, "faults": []}\n')
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))\n"
        "from rolequiz.cli.app import run; sys.exit(run(['score', 'a.csv', '-o', 'out.jsonl']))"
    )
    done = subprocess.run([sys.executable, "-B", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("rolequiz: out.jsonl: cannot be written: File too large")
    assert sorted(os.listdir()) == ["a.csv", "out.rejects.jsonl"]
    assert Path("out.rejects.jsonl").read_text() == before


def test_rejects_may_go_into_a_file_while_results_go_to_standard_output() -> None:
    ended = score(put("a.csv", two_good_one_bad()), "--format", "csv", "--rejects", "bad.jsonl")
    assert (ended.code, ended.err) == (1, "rejects: bad.jsonl\nscored 2, rejected 1, of 3\n")
    assert sorted(os.listdir()) == ["a.csv", "bad.jsonl"]


@pytest.mark.parametrize(("allowed", "code"), [("0", 1), ("1", 0), ("33%", 1), ("33.4%", 0), ("100%", 0), ("5", 0)])
def test_so_many_rejects_are_no_finding(allowed: str, code: int) -> None:
    ended = score("--max-rejects", allowed, "--format", "csv", stdin=two_good_one_bad())
    assert ended.code == code
    assert ended.lines[-1] == "scored 2, rejected 1, of 3"


@pytest.mark.parametrize(
    ("name", "first"),
    [("out.csv", b"id,status"), ("out.jsonl", b'{"schema"'), ("out.json", b'[\n{"schema"'), ("out.txt", b"id  ")],
)
def test_the_ending_chooses_the_format(name: str, first: bytes) -> None:
    assert score("-o", name, stdin=csv_file(csv_line("p1"))).code == 0
    assert Path(name).read_bytes().startswith(first)
    assert Path("out.manifest.json").exists()


def test_a_format_goes_before_the_ending_and_an_ending_nobody_knows_needs_one() -> None:
    assert score("-o", "out.csv", "--format", "jsonl", stdin=csv_file(csv_line("p1"))).code == 0
    assert Path("out.csv").read_bytes().startswith(b'{"schema"')
    ended = score("-o", "out.xls", stdin=csv_file(csv_line("p1")))
    assert (ended.code, ended.lines[0]) == (2, "rolequiz: out.xls: the ending names no format")
    assert score("-o", "out.xls", "--format", "csv", stdin=csv_file(csv_line("p1"))).code == 0
    assert Path("out.xls.manifest.json").exists()


def test_devices_get_no_manifest_and_list_their_rejects() -> None:
    ended = score("-o", "/dev/null", "--format", "csv", stdin=two_good_one_bad())
    assert (ended.code, ended.out) == (1, "")
    assert ended.lines == ["standard input:3: p2: q07: 7 is no option, choose 1 to 4", "scored 2, rejected 1, of 3"]
    assert os.listdir() == []
    assert not Path("/dev/null.manifest.json").exists()


def test_formulas_are_disarmed_and_counted() -> None:
    data = csv_file(csv_line("=cmd()"), csv_line("-1"), csv_line("+x"))
    ended = score("--format", "csv", stdin=data)
    assert [row[0] for row in csv.reader(StringIO(ended.out))] == ["id", "'=cmd()", "-1", "'+x"]
    assert ended.lines[0] == (
        "note: 2 cells that a spreadsheet would run got a leading ' (--verbatim leaves them as they are)"
    )
    ended = score("--format", "csv", "--verbatim", stdin=data)
    assert [row[0] for row in csv.reader(StringIO(ended.out))] == ["id", "=cmd()", "-1", "+x"]
    assert ended.err == "scored 3, rejected 0, of 3\n"
    assert json.loads(score("--format", "jsonl", stdin=data).out.splitlines()[0])["id"] == "=cmd()"


def test_columns_are_kept_where_they_are_asked_for_and_others_are_noted() -> None:
    put("a.csv", f"mail,team,age,{','.join(QUESTIONS)}\na@b,x,007,{','.join(map(str, ANSWERS.values()))}\n")
    ended = score("a.csv", "--id-column", "mail", "--keep", "age", "--keep", "team", "--format", "csv")
    head, row = csv.reader(StringIO(ended.out))
    assert (head[-2:], row[-2:], row[0]) == (["age", "team"], ["007", "x"], "a@b")
    assert ended.err == "scored 1, rejected 0, of 1\n"
    ended = score("a.csv", "--id-column", "mail", "--format", "jsonl")
    assert ended.lines[0] == "note: a.csv: columns ignored: team, age"
    ended = score("a.csv", "--keep", "status")
    assert (ended.code, ended.lines[0]) == (2, "rolequiz: --keep status: the output has a column of that name")


def test_a_record_for_another_bank_is_rejected_unless_that_is_ignored() -> None:
    data = json.dumps({"id": "p1", "answers": ANSWERS, "bank": {"id": "ops-roles", "digest": "sha256:0"}}).encode()
    ended = score("--format", "jsonl", stdin=data)
    assert (ended.code, ended.out) == (1, "")
    assert "made for a bank with the digest sha256:0" in ended.lines[0]
    ended = score("--format", "jsonl", "--ignore-digest", stdin=data)
    assert ended.code == 0
    assert ended.lines[0] == "note: 1 record made for another bank, scored all the same (p1)"


def test_yaml_and_several_files_in_the_order_given() -> None:
    put("b.yaml", "id: b\nanswers: {q01: 1}\n")
    put("a.jsonl", '{"id": "a", "answers": {}}\n')
    names = ("b.yaml", "-", "a.jsonl")
    ended = score(*names, "--format", "csv", "--with-source", stdin=csv_file(csv_line("c")))
    found = [(row["id"], row["source"], row["line"]) for row in csv.DictReader(StringIO(ended.out))]
    assert found == [("b", "b.yaml", "1"), ("c", "<stdin>", "2"), ("a", "a.jsonl", "1")]
    assert ended.err == "scored 3, rejected 0, of 3\n"


def test_a_terminal_is_not_waited_for() -> None:
    for arguments in ((), ("-",)):
        ended = score(*arguments, stdin=Terminal("id,q01\n"))
        assert (ended.code, ended.out) == (2, "")
        assert ended.lines == [
            "rolequiz: answers are expected on standard input, and that is this terminal",
            "  name a file: rolequiz score answers.csv (or pipe one in: … | rolequiz score -)",
        ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.csv"], "none.csv: there is no such file"),
        (["empty"], "empty: no file in this folder has an ending of answers"),
        (["good.csv", "--explain"], "--explain is for JSON"),
        (["good.csv", "--format", "parquet"], "Parquet is no text for standard output"),
        ([".", "-o", "out.csv"], "out.csv: it would stand among the answers in ."),
        (["*.xml"], "*.xml: no file fits this pattern"),
        (["good.csv", "none.csv"], "none.csv: there is no such file"),
        (["good.csv", "./good.csv"], "./good.csv is given twice (as good.csv before)"),
        (["good.csv", "-o", "none/out.csv"], "none/out.csv: there is no folder none"),
        (["good.csv", "-o", "."], ".: "),
        (["good.csv", "-o", "good.csv"], "good.csv: this file of answers would be overwritten"),
        (["good.csv", "-o", "out.csv", "--rejects", "good.csv"], "good.csv: this file of answers would be overwritten"),
        (["good.csv", "-o", "out.csv", "--rejects", "out.csv"], "out.csv: two outputs would go into one file"),
        (["good.csv", "-o", "out.csv", "--rejects", "none/r"], "none/r: there is no folder none"),
        (["good.csv", "-o", "/dev/full", "--format", "csv"], "/dev/full: cannot be written: No space left on device"),
        (["good.csv", "bad.json", "-o", "out.csv"], "bad.json:1:2: no valid JSON"),
        (["empty.csv", "-o", "out.csv"], "empty.csv: there is nothing in it"),
        (["good.csv", "--max-rejects", "many"], "--max-rejects 'many' is no allowance"),
        (["good.csv", "--lang", "xx"], "the bank has no language 'xx'"),
        (["good.csv", "--bank", "none"], "none"),
        (["picture.csv"], "picture.csv: this is a PNG picture, no answers"),
        (["good.csv", "--id-column", "mail"], "good.csv:1: there is no column mail"),
        (["good.csv", "--keep", "team", "-o", "out.csv"], "good.csv:1: there is no column team to keep"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_says_so_and_leaves_nothing_behind(arguments: list[str], said: str) -> None:
    put("good.csv", csv_file(csv_line("p1")))
    put("bad.json", "[oops")
    put("empty.csv", "")
    Path("empty").mkdir()
    put("picture.csv", b"\x89PNG\r\n\x1a\n")
    before = sorted(os.listdir())
    ended = score(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.lines[0].startswith(f"rolequiz: {said}")
    assert sorted(os.listdir()) == before
    assert Path("good.csv").read_bytes() == csv_file(csv_line("p1"))


def test_earlier_outputs_survive_a_failure() -> None:
    names = ["out.csv", "out.manifest.json", "out.rejects.jsonl"]
    for name in names:
        put(name, "before")
    assert score(put("bad.json", "[oops"), "-o", "out.csv").code == 2
    assert [Path(name).read_text() for name in names] == ["before"] * 3


def test_an_interruption_leaves_nothing_half_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rolequiz.batch.score.assess", interrupt)
    ended = score(put("a.csv", csv_file(csv_line("p1"))), "-o", "out.csv")
    assert (ended.code, ended.out, ended.err) == (
        130,
        "",
        "rolequiz: interrupted after 0 records; out.csv was not written\n",
    )
    assert os.listdir() == ["a.csv"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_process_asked_to_end_leaves_nothing_half_written(number: signal.Signals, code: int) -> None:
    put("old.csv", "before")
    command = [sys.executable, "-m", "rolequiz", "score", "-", "--format-in", "csv", "-o", "old.csv"]
    lines = csv_file(*(csv_line(f"p{n}") for n in range(2000)))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdin is not None
        program.stdin.write(lines)
        program.stdin.flush()
        while not any(name.startswith(".old.csv.") for name in os.listdir()):
            time.sleep(0.01)
        program.send_signal(number)
        program.stdin.close()
        assert program.wait(10) == code
    assert os.listdir() == ["old.csv"]
    assert Path("old.csv").read_text() == "before"


def test_a_mistake_of_the_programs_own_leaves_nothing_half_written_and_shows_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("rolequiz.batch.score.assess", fail)
    with pytest.raises(ZeroDivisionError):
        score(put("a.csv", csv_file(csv_line("p1"))), "-o", "out.csv")
    assert os.listdir() == ["a.csv"]


def test_standard_input_that_is_only_text_is_read_too() -> None:
    out, err = StringIO(), StringIO()
    env = Env(StringIO(csv_file(csv_line("é")).decode()), out, err, {}, lambda: NOW)
    assert run(["score", "--format", "csv", "--columns", "core"], env) == 0
    assert out.getvalue().splitlines()[1].startswith("é,full")


def test_the_whole_program_as_a_process() -> None:
    ended = process("score", "-", "--format", "csv", input=two_good_one_bad().replace(b"\n", b"\r\n"))
    assert ended.returncode == 1
    assert ended.stdout.count(b"\n") == 3
    assert b"\r" not in ended.stdout
    assert ended.stderr == (b"standard input:3: p2: q07: 7 is no option, choose 1 to 4\nscored 2, rejected 1, of 3\n")


def test_a_full_disk_behind_standard_output_is_told_without_a_traceback() -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "rolequiz", "score", put("a.csv", two_good_one_bad()), "--format", "csv"],
            stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert ended.returncode == 2
    assert b"standard output" in ended.stderr
    assert b"Traceback" not in ended.stderr
    assert b"Exception ignored" not in ended.stderr


def test_a_reader_that_leaves_causes_no_traceback() -> None:
    put("a.csv", csv_file(*(csv_line(f"p{n}") for n in range(3000))))
    command = [sys.executable, "-m", "rolequiz", "score", "a.csv", "--format", "csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.readline()
        program.stdout.close()
        assert b"Traceback" not in program.stderr.read()


@pytest.mark.parametrize("form", ["csv", "jsonl", "json"])
def test_files_are_written_without_importing_rich(form: str) -> None:
    script = (
        "import sys\nfrom rolequiz.cli.app import run\n"
        f"code = run(['score', '--format', '{form}'])\n"
        "found = sorted(name for name in sys.modules if name.split('.')[0] == 'rich')\n"
        "sys.exit(code if not found else str(found))"
    )
    ended = subprocess.run([sys.executable, "-c", script], input=two_good_one_bad(), capture_output=True, check=False)
    assert (ended.returncode, ended.stderr.splitlines()[-1]) == (1, b"scored 2, rejected 1, of 3")


def test_the_help_has_an_example_and_names_every_exit_code() -> None:
    ended = process("score", "--help")
    assert ended.returncode == 0
    for words in (b"Usage: rolequiz score [OPTIONS] [FILE]...", b"Example: rolequiz score answers.csv -o scores.csv"):
        assert words in ended.stdout
    assert b"Exit code 0: done." in ended.stdout
