"""``rolequiz bank check`` and ``bank schema``: whole streams and exit codes."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.cli.world import process, put, rolequiz

BANKS = Path(__file__).parents[1] / "banks"

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "banks"


def bank(name: str) -> str:
    return str(BANKS / name)


def test_our_own_bank_is_clean_with_every_promise_kept() -> None:
    ended = rolequiz("bank", "check")
    assert (ended.code, ended.out, ended.err) == (0, "", "0 errors, 0 warnings\n")


def test_a_problem_is_one_line_whatever_the_width() -> None:
    ended = rolequiz("bank", "check", bank("bad/unknown-trait-nearly-right"), environ={"COLUMNS": "40"})
    assert ended.code == 1
    (line,) = ended.out.splitlines()
    path = BANKS / "bad" / "unknown-trait-nearly-right" / "questions.yaml"
    assert line == f"{path}:41:37: error unknown-trait: there is no trait 'talks' (did you mean talk?)"
    assert ended.err == "1 error, 0 warnings\n"


def test_warnings_end_with_0_and_with_1_where_strict() -> None:
    folder = bank("bad/narrow-labels-too-wide")
    ended = rolequiz("bank", "check", folder)
    assert (ended.code, ended.err) == (0, "0 errors, 1 warning\n")
    assert rolequiz("bank", "check", folder, "--strict").code == 1


def test_json_for_editors_holds_every_field() -> None:
    ended = rolequiz("bank", "check", bank("bad/float-as-weight"), "--format", "json")
    assert ended.code == 1
    found = json.loads(ended.out)
    assert found["bank"] is None
    (problem,) = found["problems"]
    assert {key: problem[key] for key in ("code", "severity", "line", "path", "message", "hint")} == {
        "code": "float", "severity": "error", "line": 7, "path": "roles[0].traits.talk",
        "message": "1.0 where an integer is meant", "hint": "write 1",
    }  # fmt: skip
    clean = json.loads(rolequiz("bank", "check", "--format", "json").out)
    assert clean["problems"] == []
    assert clean["first_places"] == {str(asked): ["1/3"] * 3 for asked in (10, 15, 20, 25, 30)}


def test_the_table_shows_what_was_counted() -> None:
    out = rolequiz("bank", "check", "--format", "table").out
    for told in ("31.5872 %", "531441000000000000", "none of 60", "62.9553 %", "12.4027 %", "18 of 18 kept"):
        assert told in out
    broken = rolequiz("bank", "check", bank("bad/balanced-keys-broken-promise"), "--format", "table").out
    assert "1 of 2 kept" in broken


@pytest.mark.parametrize("name", ["nowhere", "a-file", "empty"])
def test_what_cannot_be_read_ends_with_2(name: str) -> None:
    put("a-file", "x")
    Path("empty").mkdir()
    ended = rolequiz("bank", "check", name)
    assert (ended.code, ended.out) == (2, "")
    assert name in ended.err


def test_a_bank_with_errors_is_not_taken_and_says_why() -> None:
    ended = rolequiz("take", "--plain", "--bank", bank("bad/unknown-trait-nearly-right"), stdin=b"1\n")
    assert (ended.code, ended.out) == (2, "")
    assert "did you mean talk?" in ended.err


def test_texts_of_strangers_write_no_markup_to_the_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    shutil.copytree(BANKS / "good" / "park", folder)
    path = folder / "questions.yaml"
    path.write_text(path.read_text().replace("A quiet hour by the lake. You?", "'[bold red]:smile: A [link=x]hour[/]'"))
    out = rolequiz("take", "--plain", "--bank", str(folder), stdin=b"q\n").out
    assert "[bold red]:smile: A [link=x]hour[/]" in out
    assert "[bold red]:smile: A [link=x]hour[/]" in rolequiz("bank", "show", str(folder)).out.replace("\n", " ")


@pytest.mark.parametrize("which", ["questions", "roles"])
def test_the_schema_printed_is_the_one_that_is_kept(which: str) -> None:
    kept = (Path(__file__).parents[2] / "schema" / f"{which}.schema.json").read_text()
    assert rolequiz("bank", "schema", which).out == kept


def test_a_bank_of_fifty_megabytes_is_refused_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    shutil.copytree(BANKS / "good" / "park", folder)
    (folder / "questions.yaml").write_bytes(b"a: 'x'\n" * (50 * 1024 * 1024 // 7))
    ended = process("bank", "check", str(folder), timeout=5)
    assert ended.returncode == 1
    assert b"too-large" in ended.stdout


def test_a_pipe_is_no_bank() -> None:
    os.mkdir("piped")
    os.mkfifo("piped/questions.yaml")
    os.mkfifo("piped/roles.yaml")
    ended = rolequiz("bank", "check", "piped")
    assert (ended.code, "pipe" in ended.err) == (2, True)


def test_quick_mode_without_two_roles_is_refused() -> None:
    shutil.copytree(EXAMPLES / "five-traits", "profile")
    form = Path("profile/questions.yaml")
    form.write_text(form.read_text() + "\nquick: {checkpoints: {10: 5}}\n")
    ended = rolequiz("bank", "check", "profile")
    assert ended.code == 1
    assert "no two roles" in ended.out


@pytest.mark.parametrize("key", ['"-1"', "−1"])
def test_a_key_in_quotes_or_with_a_typographic_minus_is_explained(key: str) -> None:
    shutil.copytree(EXAMPLES / "five-traits", "profile")
    form = Path("profile/questions.yaml")
    head, _, items = form.read_text().partition("\nquestions:")
    form.write_text(head + "\nquestions:" + items.replace("key: -1", f"key: {key}", 1))
    ended = rolequiz("bank", "check", "profile")
    assert ended.code == 1
    assert "write 1 or -1 without quotes, with the hyphen of the keyboard" in ended.out
