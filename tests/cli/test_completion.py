"""What a shell offers: the answers of the program, then bash and zsh themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from rolequiz.cli.completion import PLACE, answer
from rolequiz.cli.completion_script import BASH, ZSH
from rolequiz.cli.env import Env
from tests.cli.world import NOW, Terminal, rolequiz

PARK_ROLES = ["guide", "keeper", "ranger"]
PARK = Path(__file__).resolve().parents[1] / "banks" / "good" / "park"


def offered(*words: str) -> tuple[str, list[str]]:
    """The kind of the answer and its words, for a cursor at the end of the last word."""
    out = Terminal()
    assert answer(Env(Terminal(), out, Terminal(), {PLACE: str(len(words))}, lambda: NOW), words) == 0
    kind, *found = out.getvalue().splitlines()
    return kind, [line.partition("\t")[0] for line in found]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("ta",), ["take"]),
        (("history", "de"), ["delete"]),
        (("take", "--fr"), ["--fresh"]),
        (("take", "--quick", "--lang", ""), ["en", "zh"]),
        (("take", "--lang", "=", "z"), ["zh"]),
        (("take", "--lang=z"), ["--lang=zh"]),
        (("roles", "us"), ["user"]),
        (("roles", "--lang", "zh", "com"), ["community"]),
        (("explain", "--format", "m"), ["markdown"]),
        (("completion", ""), ["bash", "zsh"]),
        (("take", "--bank", "nowhere", "--lang", ""), []),
        (("take", "--id", ""), []),
        (("no-such-command", "--x"), []),
        (("roles", "user", ""), []),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_is_offered(words: tuple[str, ...], expected: list[str]) -> None:
    assert offered(*words) == ("words", expected)


def test_another_bank_offers_its_own_roles() -> None:
    assert offered("roles", "--bank", str(PARK), "")[1] == PARK_ROLES


@pytest.mark.parametrize(
    ("words", "kind"),
    [(("take", "--bank", ""), "folders"), (("score", "a.csv", "b"), "files"), (("score", "-o", ""), "files")],
)
def test_paths_are_left_to_the_shell(words: tuple[str, ...], kind: str) -> None:
    assert offered(*words) == (kind, [])


def test_a_shell_that_asks_nonsense_gets_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["rolequiz"])
    assert offered()[1] == []


@pytest.fixture
def path_with_program(tmp_path: Path) -> str:
    """A path on which ``rolequiz`` is this source."""
    program = tmp_path / "bin" / "rolequiz"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m rolequiz "$@"\n')
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}"


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_bash_completes(path_with_program: str, tmp_path: Path) -> None:
    (tmp_path / "my answers.csv").touch()
    (tmp_path / "my bank").mkdir()
    typed = [("take", "--lang", "=", "z"), ("roles", "us"), ("score", "my"), ("take", "--bank", "my")]
    script = BASH + "compopt() { :; }\n"
    for words in typed:
        script += f"COMP_WORDS=(rolequiz {' '.join(words)}); COMP_CWORD={len(words)}; COMPREPLY=()\n"
        script += '_rolequiz rolequiz; (IFS=,; echo "${COMPREPLY[*]}")\n'
    done = subprocess.run(
        ["bash", "--norc", "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path,
        env=os.environ | {"PATH": path_with_program},
    )  # fmt: skip
    assert done.stderr == ""
    found = [sorted(line.split(",")) for line in done.stdout.splitlines()]
    assert found == [["zh"], ["user"], ["my answers.csv", "my bank"], ["my bank"]]


CASES = (("roles us", "roles user ]"), ("score ans", "score answers.csv ]"), ("take --lang=z", "take --lang=zh ]"))
"""What is typed before Tab, and what stands there then."""


@pytest.mark.tty
@pytest.mark.skipif(not shutil.which("zsh"), reason="needs zsh")
def test_zsh_completes(path_with_program: str, tmp_path: Path) -> None:
    (tmp_path / "completion.zsh").write_text(ZSH, encoding="utf-8")
    (tmp_path / "answers.csv").touch()
    environ = os.environ | {"PATH": path_with_program, "HOME": str(tmp_path), "TERM": "xterm", "PS1": "> "}
    shell = pexpect.spawn("zsh", ["-f", "-i"], cwd=str(tmp_path), env=environ, timeout=20, encoding="utf-8")
    shell.sendline("autoload -U compinit; compinit -u -D; source ./completion.zsh")
    shell.sendline("shown() { print -r -- \"[$BUFFER]\" }; zle -N shown; bindkey '^X' shown; echo rea''dy")
    shell.expect("ready")
    for typed, completed in CASES:
        shell.send(f"rolequiz {typed}\t")
        shell.send("\x18")
        shell.expect_exact(f"[rolequiz {completed}")
        shell.send("\x15")
    shell.close(force=True)


def test_the_script_that_is_printed_is_the_one_that_was_tried() -> None:
    assert (rolequiz("completion", "bash").out, rolequiz("completion", "zsh").out) == (BASH, ZSH)
