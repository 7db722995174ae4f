"""``rolequiz explain``: one person's result as text, JSON or a few lines; whole streams and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.world import Terminal, put, rolequiz
from tests.golden.cases import FOLDER
from tests.unit.batch.reading import ANSWERS, csv_file, csv_line

RECORD = {"id": "p001", "answers": ANSWERS, "finished": "2026-11-24T10:00:00Z"}


def worked() -> str:
    return put("me.json", json.dumps(RECORD))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_text_is_the_result_and_then_every_answer(lang: str) -> None:
    ended = rolequiz("explain", worked(), "--lang", lang)
    assert (ended.code, ended.err) == (0, "")
    result, answers = ((FOLDER / f"{name}.{lang}.80.txt").read_text() for name in ("clear", "answers"))
    assert ended.out == result + "\n" + answers


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_plain_text_is_sentences(lang: str) -> None:
    ended = rolequiz("explain", worked(), "--lang", lang, "--plain")
    assert ended.out == (FOLDER / f"clear.{lang}.plain.txt").read_text()


def test_piped_text_has_no_control_sequences_whatever_the_colour_wishes() -> None:
    for environ in ({}, {"NO_COLOR": "1"}, {"TERM": "xterm-256color"}):
        assert "\x1b" not in rolequiz("explain", worked(), environ=environ).out


def test_json_is_the_result_record_with_its_explanation() -> None:
    ended = rolequiz("explain", worked(), "--format", "json")
    record = json.loads(ended.out)
    assert record["schema"] == "rolequiz.result/1"
    user, activity, content = record["roles"]
    assert [one["role"] for one in record["roles"]] == ["user", "activity", "content"]
    # measurement.md's worked example: 50, 24 and 19 of 68 points.
    assert [one["points"] for one in record["roles"]] == [50, 24, 19]
    assert (user["fit"], activity["fit"], content["fit"]) == (100 * 50 / 68, 100 * 24 / 68, 100 * 19 / 68)
    parts = record["explanation"]["contributions"]
    assert len(parts) == 30
    for role, points in (("user", 22), ("activity", -4), ("content", -9)):
        assert sum(part["points"][role] for part in parts) == points
    flip = record["explanation"]["flip"]
    assert (flip["rival"], flip["lead"], flip["becomes"]) == ("activity", 26, ["activity"])
    assert [(one["question"], one["from"], one["to"]) for one in flip["changes"]] == [
        ("q01", 2, 1), ("q02", 3, 1), ("q05", 1, 3), ("q06", 3, 2), ("q10", 3, 1),
    ]  # fmt: skip


def test_json_is_the_same_in_every_language() -> None:
    texts = {rolequiz("explain", worked(), "--format", "json", "--lang", lang).out for lang in ("en", "zh")}
    assert len(texts) == 1


@pytest.mark.parametrize("name", ["same.json", "./same.json"])
def test_answers_are_never_overwritten_by_their_explanation(name: str) -> None:
    answers = put("same.json", Path(worked()).read_text())
    before = Path(answers).read_text()
    assert rolequiz("explain", answers, "-o", name).code == 2
    assert Path(answers).read_text() == before


def test_a_dash_is_standard_output() -> None:
    ended = rolequiz("explain", worked(), "-o", "-", "--format", "json")
    assert json.loads(ended.out)["id"]
    assert not Path("-").exists()


def test_a_stated_format_needs_no_known_ending() -> None:
    assert rolequiz("explain", worked(), "-o", "result.xyz", "--format", "json").code == 0
    assert json.loads(Path("result.xyz").read_text())
    ended = rolequiz("explain", worked(), "-o", "result.xyz")
    assert (ended.code, "give --format" in ended.err) == (2, True)


def test_brief_is_a_few_lines_to_send() -> None:
    ended = rolequiz("explain", worked(), "--format", "brief")
    first = '"Which operations role fits you?": my answers lean clearly towards user operations.'
    assert ended.out.splitlines()[0] == first
    assert len(ended.out.splitlines()) <= 6


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("r.txt", "  rolequiz"),
        ("r.json", "{"),
        ("r.html", '<!DOCTYPE html>\n<html lang="en">'),
        ("r.HTM", "<!DOCTYPE html>"),
        ("r.md", "Which operations role fits you?\n"),
    ],
)
def test_the_ending_of_the_file_chooses_the_format(name: str, begins: str) -> None:
    ended = rolequiz("explain", worked(), "-o", name)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert Path(name).read_text().startswith(begins)


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_a_page_is_the_same_in_a_file_a_pipe_and_from_take(form: str) -> None:
    name = {"html": "r.html", "markdown": "r.md"}[form]
    typed = "".join(f"{number}\n" for number in ANSWERS.values()).encode()
    assert rolequiz("take", "--plain", "--save", "me.json", "--report", name, stdin=typed).code == 0
    taken = Path(name).read_text()
    assert rolequiz("explain", "me.json", "--format", form, "--plain").out == taken
    assert rolequiz("explain", "me.json", "-o", name).code == 0
    assert Path(name).read_text() == taken
    # The last of all thirty answers, and the sums of its columns.
    assert "until both agree" in taken
    assert "plus 22" not in taken


def test_a_text_in_a_file_is_sentences_where_they_are_asked_for() -> None:
    rolequiz("explain", worked(), "-o", "r.txt", "--plain")
    assert Path("r.txt").read_text() == rolequiz("explain", worked(), "--plain").out


@pytest.mark.parametrize("name", ["r.doc", "r.pdf", "no/such/r.txt", "."])
def test_a_file_that_cannot_be_is_named_and_nothing_is_written(name: str) -> None:
    ended = rolequiz("explain", worked(), "-o", name)
    assert (ended.code, ended.out) == (2, "")
    assert name in ended.err
    assert [path.name for path in Path().iterdir()] == ["me.json"]


def test_one_person_of_many_by_id() -> None:
    put("all.csv", csv_file(csv_line("p1"), csv_line("p2", q01="1")))
    assert rolequiz("explain", "all.csv", "--id", "p2").code == 0
    ended = rolequiz("explain", "all.csv")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "rolequiz: all.csv: several people are in it: p1, p2\n  choose one with --id\n"
    ended = rolequiz("explain", "all.csv", "--id", "p3")
    assert ended.code == 2
    assert "p3 is not in it" in ended.err


def test_answers_come_from_standard_input_too() -> None:
    assert rolequiz("explain", "-", stdin=json.dumps(RECORD).encode()).code == 0
    ended = rolequiz("explain", "-", stdin=Terminal())
    assert ended.code == 2
    assert "this terminal" in ended.err


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(json.dumps(RECORD | {"answers": ANSWERS | {"q07": 9}}), "q07", id="an answer 9 of 4"),
        pytest.param(json.dumps(RECORD | {"answers": ANSWERS | {"q07": "2"}}), "q07", id="a number in quotes"),
        pytest.param(json.dumps(RECORD | {"answers": {"q99": 1}}), "q99", id="an unknown question"),
        pytest.param(json.dumps(RECORD | {"bank": {"id": "other"}}), "other", id="another bank"),
        pytest.param("", "nothing in it", id="an empty file"),
        pytest.param("{", "no valid JSON", id="half a file"),
        pytest.param("[]", "nobody", id="nobody"),
        pytest.param("\x00" * 100, "me.json", id="noise"),
    ],
)
def test_bad_input_is_a_message_with_place_and_remedy(data: str, told: str) -> None:
    ended = rolequiz("explain", put("me.json", data))
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err
    assert len(ended.lines) >= 2, "what is wrong, and what to do"


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_file_that_cannot_be_read_is_named(name: str) -> None:
    ended = rolequiz("explain", name)
    assert (ended.code, ended.out) == (2, "")
    assert name in ended.err


def test_an_unknown_language_names_those_that_are_known() -> None:
    ended = rolequiz("explain", worked(), "--lang", "fr")
    assert (ended.code, ended.out) == (2, "")
    assert "en, zh" in ended.err
