"""rolequiz in a program: the public names, and a user's file that has to type-check and to run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pytest

import rolequiz
from rolequiz import RolequizError
from tests.cli.world import put
from tests.cli.world import rolequiz as command
from tests.small_banks import shipped
from tests.typing import api
from tests.unit.batch.reading import ANSWERS, QUESTIONS, csv_file, csv_line

USER = Path(__file__).parent / "typing" / "api.py"


@pytest.fixture(autouse=True)
def _somewhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_public_names_are_what_can_be_imported_and_no_more() -> None:
    script = "import sys, rolequiz; print(len(sys.modules)); print(*rolequiz.__all__); from rolequiz import *"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1].split() == sorted(rolequiz.__all__)
    assert set(rolequiz.__all__) <= set(dir(rolequiz))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = rolequiz.nothing


def test_the_users_file_type_checks() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", str(USER)],
        capture_output=True,
        text=True,
        check=False,
        cwd=USER.parents[2],
    )
    assert done.returncode == 0, done.stdout


def test_one_person_of_the_worked_example() -> None:
    assert api.one_person(shipped(), ANSWERS) == "user: +22 points, certainty 0.93, clear"
    assert api.one_person(shipped(), {"q01": 1}) == "too few answers"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"q99": 1}, "q99 is no question of the bank ops-roles"),
        ({"q01": 0}, "q01: 0 is no option, choose 1 to 3"),
        ({"q01": 5}, "q01: 5 is no option, choose 1 to 3"),
        ({"q01": True}, "q01: True is no option, choose 1 to 3"),
    ],
)
def test_answers_that_cannot_be_are_refused_with_a_remedy(answers: dict[str, int], said: str) -> None:
    with pytest.raises(RolequizError) as caught:
        rolequiz.assess(shipped(), answers)
    assert caught.value.message == said
    assert caught.value.hint


def test_files_are_scored_as_the_command_line_does() -> None:
    put("a.csv", csv_file(csv_line("p1"), csv_line("p2", q07="7")))
    put("b.jsonl", json.dumps({"id": "p3", "answers": ANSWERS}) + "\n")
    totals = api.many_people(Path(), shipped())
    assert (totals.read, totals.scored, totals.rejected, totals.codes) == (3, 2, 1, {"not-an-option": 1})
    assert command("score", "a.csv", "b.jsonl", "-o", "other.csv", "--columns", "core").code == 1
    for kind in ("csv", "rejects.jsonl"):
        assert Path(f"scores.{kind}").read_bytes() == Path(f"other.{kind}").read_bytes()
    assert json.loads(Path("scores.manifest.json").read_text())["options"]["workers"] == 2


def test_a_table_in_memory_is_scored_row_by_row_into_results_and_rejects() -> None:
    columns: dict[str, object] = {"id": ["p1", "p2", None]}
    columns |= {question: pa.array([number, number, None], pa.int8()) for question, number in ANSWERS.items()}
    columns["q07"] = pa.array([ANSWERS["q07"], 7, 7], pa.int8())
    columns["team"] = ["a", "b", "c"]
    table = pa.table(columns)
    assert api.in_a_pipeline(table.to_batches()[0]) == (
        1,
        ["q07: 7 is no option, choose 1 to 4", "id: there is no id"],
    )
    scores = rolequiz.score_arrow(table, keep=["team"])
    assert scores.results.to_pylist()[0]["team"] == "a"
    assert scores.results.drop_columns(["team"]).equals(rolequiz.score_arrow(table).results)
    assert scores.rejects.column("row").to_pylist() == [2, 3]
    assert [len(faults) for faults in scores.rejects.column("faults").to_pylist()] == [1, 2]
    assert rolequiz.score_arrow(table).notes == ("the table: column ignored: team",)
    row = scores.results.to_pylist()[0]
    assert (row["top"], row["label"], row["lead"], row["points_user"]) == (["user"], "clear", 26, 50)
    nobody = rolequiz.score_arrow(table.slice(0, 0))
    assert (nobody.results.num_rows, nobody.rejects.num_rows) == (0, 0)
    with pytest.raises(RolequizError, match="the table: there is no column id"):
        rolequiz.score_arrow(table.drop_columns(["id"]))


def test_without_numpy_a_table_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    columns: dict[str, object] = {"id": [f"p{n}" for n in range(50)]}
    columns |= {question: pa.array([1 + n % 6 for n in range(50)], pa.int8()) for question in QUESTIONS}
    table = pa.table(columns)
    fast = rolequiz.score_arrow(table)
    monkeypatch.setattr("rolequiz.batch.arrow_scores.has_numpy", lambda: False)
    slow = rolequiz.score_arrow(table)
    assert fast.results.equals(slow.results)
    assert fast.rejects.equals(slow.rejects)
    assert fast.results.num_rows > 0
    assert fast.rejects.num_rows > 0


def test_what_cannot_be_done_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    assert api.why_not(tmp_path / "none").startswith(f"{tmp_path}/none")
    put("a.csv", csv_file(csv_line("p1")))
    for output, said in (("out.txt", "a table is for people"), ("-", "results go to a file here")):
        with pytest.raises(RolequizError, match=said) as caught:
            rolequiz.score_file("a.csv", output, format=None if output == "out.txt" else "csv")
        assert caught.value.hint
    with pytest.raises(RolequizError, match="there is no place for rejects"):
        rolequiz.score_file("a.csv", "/dev/null", format="csv")
    with pytest.raises(RolequizError, match="--explain is for JSON"):
        rolequiz.score_file("a.csv", "out.csv", explain=True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"format": "xml"}, "format='xml' means nothing here"),
        ({"format_in": "xml"}, "format_in='xml' means nothing here"),
        ({"columns": "foo"}, "columns='foo' means nothing here"),
        ({"keep": "dept"}, "keep='dept' is no list of names"),
        ({"keep": [1]}, "keep=[1] is no list of names"),
        ({"keep": None}, "keep=None is no list of names"),
        ({"keep": 5}, "keep=5 is no list of names"),
        ({"id_column": None}, "id_column=None means nothing here"),
        ({"bank": "x"}, "bank='x' means nothing here"),
        ({"source": None}, "source=None is no path"),
        ({"source": b"a.csv"}, "source=b'a.csv' is no path"),
        ({"output": None}, "output=None means nothing here"),
        ({"format": ["csv"]}, "format=['csv'] means nothing here"),
        ({"workers": 0}, "workers=0 is no number of processes"),
        ({"workers": True}, "workers=True is no number of processes"),
        ({"source": []}, "there is no source"),
        ({"source": "a\0.csv"}, "a\\x00.csv: this is no file name"),
        ({"output": "out\0.csv"}, "this is no file name"),
        ({"rejects": "out\0.jsonl"}, "this is no file name"),
        ({"rejects": "-"}, "--rejects -: rejects go to a file"),
    ],
)
def test_an_argument_that_means_nothing_is_told_and_nothing_is_written(arguments: dict[str, Any], said: str) -> None:
    put("a.csv", csv_file(csv_line("p1")))
    with pytest.raises(RolequizError) as caught:
        rolequiz.score_file(**({"source": "a.csv", "output": "out.csv"} | arguments))
    assert said in caught.value.message
    assert caught.value.hint
    assert os.listdir() == ["a.csv"]


def test_what_is_no_bank_and_what_are_no_answers_is_told() -> None:
    wrong: Any = 5
    with pytest.raises(RolequizError, match="means nothing here"):
        rolequiz.load_bank(wrong)
    for bank, answers in ((wrong, {}), (shipped(), wrong)):
        with pytest.raises(RolequizError, match="means nothing here"):
            rolequiz.assess(bank, answers)


def test_a_program_from_standard_input_scores_in_one_process() -> None:
    put("a.csv", csv_file(*(csv_line(f"p{n}") for n in range(300))))
    body = SMALL_PIECES + "import numpy\nprint(score_file('a.csv', 'out.csv', workers=2).scored)"
    done = subprocess.run([sys.executable, "-"], input=body, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("300\n", "")


def test_what_is_no_table_is_told() -> None:
    wrong: Any = {"id": ["p1"]}
    with pytest.raises(RolequizError, match="dict is no Arrow table"):
        rolequiz.score_arrow(wrong)
    with pytest.raises(RolequizError, match="columns='foo'"):
        rolequiz.score_arrow(pa.table({"id": ["p1"]}), columns=cast("Any", "foo"))


SMALL_PIECES = """
import sys
from rolequiz.batch import run
run.FEW, run.MANY = 100, 1000
from rolequiz import score_file
"""


def program(body: str) -> subprocess.CompletedProcess[str]:
    """A program of a user's, for which a few hundred records are many."""
    put("program.py", SMALL_PIECES + body)
    command = [sys.executable, "program.py"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_program_that_does_not_guard_its_main_module_is_told_to() -> None:
    put("a.csv", csv_file(*(csv_line(f"p{n}") for n in range(300))))
    done = program("import numpy\nscore_file('a.csv', 'out.csv', workers=2)")
    assert done.returncode == 1
    assert "RolequizError: a worker process could not begin" in done.stderr
    assert not Path("out.csv").exists()


def test_a_process_of_a_pool_which_may_start_no_others_scores_by_itself() -> None:
    put("a.csv", csv_file(*(csv_line(f"p{n}") for n in range(300))))
    done = program(
        "def job(name): return score_file('a.csv', name, workers=2).scored\n"
        "if __name__ == '__main__':\n"
        "    from multiprocessing import Pool\n"
        "    with Pool(2) as pool: print(pool.map(job, ['x.csv', 'y.csv']))"
    )
    assert (done.stdout, done.stderr) == ("[300, 300]\n", "")


def test_an_interruption_while_workers_are_started_afresh_shows_one_traceback_only() -> None:
    put("a.csv", csv_file(*(csv_line(f"p{n}") for n in range(20_000))))
    put(
        "program.py",
        SMALL_PIECES + "import numpy\n"
        "if __name__ == '__main__':\n    print('go', flush=True)\n    score_file('a.csv', 'out.csv', workers=3)\n",
    )
    for pause in (0.05, 0.15, 0.3, 0.45):
        command = [sys.executable, "program.py"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as busy:
            assert busy.stdout is not None
            assert busy.stderr is not None
            assert busy.stdout.readline() == "go\n"
            time.sleep(pause)
            for _ in range(3):
                os.killpg(busy.pid, signal.SIGINT)
                time.sleep(0.01)
            said = busy.stderr.read()
            assert busy.wait(30) in (-signal.SIGINT, 0)
        assert "spawn_main" not in said
        assert "multiprocessing/spawn.py" not in said
        assert said.count("KeyboardInterrupt") <= 1 or "During handling" in said
