"""``roles`` and ``bank show``, help, version and wrong usage."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from rolequiz import __version__
from tests.cli.world import process, rolequiz
from tests.golden.cases import FOLDER
from tests.small_banks import shipped

FORM: dict[str, Any] = json.loads((Path(__file__).parents[1] / "form.json").read_text(encoding="utf-8"))
COMMANDS = (
    "take", "explain", "score", "roles", "bank", "bank show", "history show", "history compare", "history delete",
)  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_roles_are_shown_as_agreed(lang: str) -> None:
    names = [[], *([role.id] for role in shipped().roles), *([one.id] for one in shipped().catalogue.neighbours)]
    shown = [rolequiz("roles", *name, "--lang", lang).out for name in names]
    pages = (FOLDER / f"roles.{lang}.80.txt").read_text().split("=" * 20 + "\n")
    assert shown == pages[:-1]


@pytest.mark.parametrize("name", ["user", "USER", "User operations", "community"])
def test_a_role_is_found_by_id_or_name(name: str) -> None:
    assert rolequiz("roles", name).code == 0


def test_an_unknown_role_names_the_nearest() -> None:
    ended = rolequiz("roles", "usr")
    assert (ended.code, ended.out) == (2, "")
    assert "did you mean user?" in ended.err


def test_roles_in_plain_lines_draw_nothing() -> None:
    assert not re.search(r"[─│█]|  ", rolequiz("roles", "content", "--plain").out)


def test_bank_show_prints_the_published_form() -> None:
    ended = rolequiz("bank", "show", "--format", "json")
    assert (ended.code, ended.err) == (0, "")
    shown = json.loads(ended.out)
    assert shown["id"] == "ops-roles"
    assert shown["digest"].startswith("sha256:")
    assert shown["traits"] == FORM["traits"]
    given = [(one["id"], one["format"], [option["points"] for option in one["options"]]) for one in shown["questions"]]
    assert given == [(one["id"], one["format"], one["options"]) for one in FORM["questions"]]


def test_bank_show_of_a_folder_that_is_no_bank() -> None:
    ended = rolequiz("bank", "show", "nowhere")
    assert (ended.code, ended.out) == (2, "")
    assert "nowhere" in ended.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    ended = process(*command.split(), "--help")
    assert ended.returncode == 0
    assert ended.stderr == b""
    if command != "bank":
        assert f"Example: rolequiz {command}".encode() in ended.stdout
    assert max(map(len, ended.stdout.decode().splitlines())) <= 80


def test_the_version() -> None:
    for arguments in (["--version"], ["--version", "take"]):
        ended = process(*arguments)
        assert (ended.returncode, ended.stdout.decode(), ended.stderr) == (0, f"rolequiz {__version__}\n", b"")


@pytest.mark.parametrize(
    "arguments", [["tak"], ["--nope"], ["take", "--nope"], ["roles", "a", "b"], ["explain", "a", "b"]]
)
def test_wrong_usage_is_a_message_and_code_2(arguments: list[str]) -> None:
    ended = process(*arguments)
    assert ended.returncode == 2
    assert ended.stdout == b""
    assert b"Traceback" not in ended.stderr
    assert b"-h' for help" in ended.stderr
