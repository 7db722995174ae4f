"""Every bank in tests/banks/bad has the fault that its folder names, in the line marked ``# <- here``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rolequiz.bank.codes import CODES, KEPT, MEANING, SHAPE, YAML
from rolequiz.bank.inspect import inspect
from rolequiz.bank.shipped import shipped_bank

ROOT = Path(__file__).resolve().parents[3]
BANKS = ROOT / "tests" / "banks"
BAD = sorted(path for path in (BANKS / "bad").iterdir() if path.is_dir())
GOOD = sorted(path for path in (BANKS / "good").iterdir() if path.is_dir())
FILES = ("questions.yaml", "roles.yaml")
NO_FILE = {"too-large"}
"""Codes whose bad bank would be too big to keep; `test_problems` makes it."""
NOT_OF_SHAPE = {"float-as-weight"}
"""JSON Schema takes 1.0 for an integer."""


def code_of(folder: Path) -> str:
    """The code that a folder's name begins with."""
    return max((code for code in CODES if folder.name.startswith(f"{code}-")), key=len)


def marked(folder: Path) -> set[tuple[str, int]]:
    """(file, line) of every mark."""
    return {
        (name, number)
        for name in FILES
        for number, line in enumerate((folder / name).read_bytes().split(b"\n"), start=1)
        if b"# <- here" in line
    }


@pytest.mark.parametrize("folder", BAD, ids=lambda path: path.name)
def test_a_bad_bank_is_refused_for_its_stated_reason_in_its_line(folder: Path) -> None:
    code = code_of(folder)
    found = [problem for problem in inspect(folder).problems if problem.code == code]
    assert found, "the code that the folder names"
    for problem in found:
        assert problem.message
        assert problem.hint, "what to do"
        assert problem.message.isprintable()
    lines = {(Path(problem.file).name, problem.line) for problem in found}
    assert not marked(folder) or marked(folder) & lines


@pytest.mark.parametrize("folder", [*GOOD, shipped_bank()], ids=lambda path: path.name)
def test_a_good_bank_has_no_problem_at_all(folder: Path) -> None:
    assert inspect(folder).problems == ()


def test_every_code_has_a_bad_bank_and_none_is_without_a_code() -> None:
    assert {code_of(folder) for folder in BAD} | NO_FILE == set(CODES)


def test_our_own_bank_promises_all_that_a_bank_can_promise() -> None:
    found = inspect(shipped_bank())
    assert found.bank is not None
    assert set(found.bank.form.promises) == set(KEPT)


def test_a_promise_turns_a_warning_into_an_error() -> None:
    promised, not_promised = (
        next(one for one in inspect(BANKS / "bad" / name).problems if one.code == code)
        for name, code in (
            ("balanced-keys-broken-promise", "balanced-keys"),
            ("balanced-positions-always-first", "balanced-positions"),
        )
    )
    assert (promised.severity, not_promised.severity) == ("error", "warning")


def test_all_problems_come_in_one_run_in_the_order_of_the_files(tmp_path: Path) -> None:
    questions = (GOOD[0] / "questions.yaml").read_text().replace("trait: talk, label", "trait: tolk, lable")
    roles = (GOOD[0] / "roles.yaml").read_text().replace("talk: 1", "talk: x")
    (tmp_path / "questions.yaml").write_text(questions)
    (tmp_path / "roles.yaml").write_text(roles)
    found = inspect(tmp_path).problems
    assert {problem.code for problem in found} >= {"unknown-key", "missing-key", "wrong-type"}
    assert list(found) == sorted(found, key=lambda one: (one.file, one.line, one.column, one.code))


def schema_refuses(folder: Path) -> bool:
    """Whether the public checker refuses one of the two files."""
    codes = [
        subprocess.run(
            [sys.executable, "-m", "check_jsonschema", "--schemafile", ROOT / "schema" / f"{stem}.schema.json",
             folder / f"{stem}.yaml"],
            capture_output=True, check=False,
        ).returncode
        for stem in ("questions", "roles")
    ]  # fmt: skip
    assert set(codes) <= {0, 1}
    return 1 in codes


@pytest.mark.parametrize("folder", [*GOOD, shipped_bank()], ids=lambda path: path.name)
def test_the_schema_accepts_a_good_bank(folder: Path) -> None:
    assert not schema_refuses(folder)


@pytest.mark.parametrize(
    "folder", [path for path in BAD if code_of(path) in SHAPE and path.name not in NOT_OF_SHAPE], ids=lambda p: p.name
)
def test_the_schema_refuses_a_fault_of_shape(folder: Path) -> None:
    assert schema_refuses(folder)


@pytest.mark.parametrize("script", ["write_schema.py", "write_checks.py"])
def test_what_is_derived_is_up_to_date(script: str) -> None:
    done = subprocess.run(
        [sys.executable, f"scripts/{script}", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_page_of_checks_lists_every_code_once() -> None:
    page = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    assert [line[5:-1] for line in page.splitlines() if line.startswith("### `")] == list(CODES)
    assert len(CODES) == len(YAML) + len(SHAPE) + len(MEANING) + len(KEPT)


def test_the_schemas_are_json_of_the_stated_dialect() -> None:
    for path in (ROOT / "schema").glob("*.json"):
        assert json.loads(path.read_text())["$schema"] == "https://json-schema.org/draft/2020-12/schema"
