"""The Chinese documents keep step with the English, and what a README shows of a command is what it prints."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.cli.world import rolequiz

ROOT = Path(__file__).resolve().parents[1]
TWINS = (("README.md", "README.zh.md"), ("docs/coach.md", "docs/coach.zh.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
INSTALLING = ("python3 -m venv",)
"""What begins a line that installs: tests/test_install.py runs those of README, and .ci/run the second."""


def read(name: str) -> str:
    """A document."""
    return (ROOT / name).read_text(encoding="utf-8")


def shape(text: str) -> list[str]:
    """The levels of all headings, list items of either kind, rows of tables and kinds of blocks, in order."""
    found = []
    inside = False
    for line in text.splitlines():
        if line.startswith("```"):
            inside = not inside
            found += [line] if inside else []
        elif not inside:
            begins = re.match(r"#+ |\d+\. |- |\| |    \w", line)
            found += [begins[0]] if begins else []
    return found


def commands(text: str) -> list[str]:
    """Every line of a block that is a command, without what chooses the language."""
    lines = [line.removeprefix("$ ") for kind, body in BLOCK.findall(text) for line in body.splitlines()
             if kind == "sh" or line.startswith("$ ")]  # fmt: skip
    return [line.removesuffix(" --lang zh") for line in lines if line]


def mentioned(text: str) -> set[str]:
    """Every command within a sentence, which may be broken over two lines."""
    return set(re.findall(r"`(rolequiz [^`]+)`", " ".join(text.split())))


@pytest.mark.parametrize(("english", "chinese"), TWINS)
def test_both_languages_have_the_same_headings_lists_tables_and_commands(english: str, chinese: str) -> None:
    assert shape(read(english)) == shape(read(chinese))
    assert commands(read(english)) == commands(read(chinese))
    mentioned = [
        sorted(set(re.findall(r"`rolequiz [^`]+`", " ".join(read(name).split())))) for name in (english, chinese)
    ]
    assert mentioned[0] == mentioned[1]


@pytest.mark.parametrize(("english", "chinese"), TWINS)
def test_each_points_to_the_other_in_its_first_line(english: str, chinese: str) -> None:
    assert read(english).splitlines()[0] == f"[中文]({Path(chinese).name})"
    assert read(chinese).splitlines()[0] == f"[English]({Path(english).name})"


SESSIONS = [
    (name, body.splitlines()[0].removeprefix("$ "), "".join(f"{line}\n" for line in body.splitlines()[1:]))
    for name in ("README.md", "README.zh.md")
    for kind, body in BLOCK.findall(read(name))
    if kind == "console"
]


@pytest.mark.parametrize(("name", "line", "shown"), SESSIONS)
def test_a_session_in_a_readme_is_what_the_program_prints(
    name: str, line: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    done = rolequiz(*shlex.split(line)[1:])
    assert done.out + done.err == shown, name
    assert done.code == (1 if "rejected 1" in shown else 0)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", "docs/coach.zh.md"])
def test_every_command_that_is_mentioned_exists_with_its_options(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(read(name).split())
    mentioned = {
        *re.findall(r"`(rolequiz [^`]+)`", text),
        *(line for line in commands(read(name)) if "rolequiz" in line),
    }
    assert len(mentioned) > 8
    for line in sorted(mentioned):
        if line.startswith(INSTALLING):
            continue
        arguments = shlex.split(line)[1:]
        groups = ("workshop", "bank", "history")
        depth = 2 if arguments[0] in groups and len(arguments) > 1 and not arguments[1].startswith("-") else 1
        assert rolequiz(*arguments[:depth], "--help").code == 0, line
        help_text = capsys.readouterr().out
        for option in (one for one in arguments[depth:] if one.startswith("-")):
            assert re.search(rf"(?<![\w-]){option}(?![\w-])", help_text), f"{option} of {line}"
