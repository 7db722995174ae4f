"""The shared laptop in a real pseudo-terminal: nothing of one person is left for the next."""

from __future__ import annotations

import json
import re
import signal
import sys
from pathlib import Path

import pytest

from rolequiz.cli.terminal import PASTE_OFF, SHOW, WIPE
from tests.terminal.pseudo import Terminal

pytestmark = pytest.mark.tty

RUN = [sys.executable, "-m", "rolequiz", "workshop", "run"]
WORD = re.compile(r"(?:coming back: |口令：)(\S+(?: \d+)?)")


def opened(folder: Path, *arguments: str, columns: int = 80, rows: int = 24, sign: str = "Code name >") -> Terminal:
    """A room at its welcome."""
    line = [str(folder / "room"), *arguments]
    terminal = Terminal(folder / "home", *line, columns=columns, rows=rows, command=RUN)
    terminal.sees(sign)
    return terminal


def seated(terminal: Terminal, name: str) -> str:
    """A new sitting at its first question; the word that leads back."""
    terminal.press(name)
    terminal.sees(f"> {name}")
    terminal.press("\r")
    terminal.sees(f"Your code name: {name}")
    found = WORD.search(terminal.screen)
    assert found
    terminal.press("\r")
    terminal.sees("Enter begin")
    terminal.until(lambda one: "no right or better" in one.screen, "the opening")
    terminal.press("\r")
    terminal.at(1)
    return found[1]


def records(folder: Path) -> list[str]:
    return sorted(path.stem for path in (folder / "room").glob("*.json"))


def after_last_wipe(terminal: Terminal) -> str:
    return terminal.raw.rpartition(WIPE.encode())[2].decode(errors="replace")


def test_a_whole_sitting_is_kept_and_its_screen_wiped(tmp_path: Path) -> None:
    terminal = opened(tmp_path, "--title", "Spring")
    word = seated(terminal, "heron")
    terminal.answer(*[1] * 30)
    terminal.sees("Enter")
    terminal.until(lambda one: "0 means no leaning" in one.screen, "the result")
    assert records(tmp_path) == ["heron"]
    terminal.press("q")
    terminal.sees("1 person has finished.")
    left = after_last_wipe(terminal)
    assert "heron" not in left
    assert word not in left
    assert "leaning" not in left
    terminal.press("\x04")
    assert terminal.ended() == 0
    assert WIPE.endswith("\x1b[2J\x1b[3J")
    assert terminal.raw.count(WIPE.encode()) >= 3
    record = json.loads((tmp_path / "room" / "heron.json").read_text())
    assert len(record["answers"]) == len(record["seconds"]) == 30


def test_who_leaves_is_told_the_word_and_comes_back_with_it(tmp_path: Path) -> None:
    terminal = opened(tmp_path)
    word = seated(terminal, "heron")
    terminal.answer(1, 2, 3)
    terminal.press("\x03")
    terminal.sees(f"the code name heron, then the word {word}")
    terminal.press("\r")
    terminal.sees("1 sitting is unfinished")
    assert word not in after_last_wipe(terminal)
    terminal.press("Heron")
    terminal.sees("> Heron")
    terminal.press("\r")
    terminal.sees("Word >")
    terminal.press("wrong 11")
    terminal.sees("> wrong 11")
    terminal.press("\r")
    terminal.sees("That is not the word. Next try in 2 seconds.")
    assert "/30" not in terminal.screen
    terminal.press(word)
    terminal.sees(f"> {word}")
    terminal.press("\r")
    terminal.at(4)
    terminal.sees("Welcome back. You are at question 4.")
    terminal.press("q")
    terminal.sees(word)


def test_another_name_may_be_chosen_before_anything_is_written(tmp_path: Path) -> None:
    terminal = opened(tmp_path)
    terminal.press("\r")
    terminal.sees("Your code name:")
    first = terminal.screen.splitlines()[0]
    terminal.press("n")
    terminal.until(lambda one: "Your code name:" in one.screen and one.screen.splitlines()[0] != first, "another name")
    terminal.press("b")
    terminal.sees("Nobody has finished yet.")
    assert "unfinished" not in terminal.screen
    assert not list((tmp_path / "room").rglob("*.jsonl"))


@pytest.mark.parametrize("answered", [0, 5, 29])
def test_a_kill_loses_no_answer_that_was_shown(tmp_path: Path, answered: int) -> None:
    terminal = opened(tmp_path)
    word = seated(terminal, "heron")
    terminal.answer(*[1] * answered)
    terminal.at(answered + 1)
    terminal.child.kill(signal.SIGKILL)
    assert terminal.ended() == -signal.SIGKILL
    assert records(tmp_path) == []
    again = opened(tmp_path)
    again.sees("1 sitting is unfinished")
    again.press("heron")
    again.sees("> heron")
    again.press("\r")
    again.sees("Word >")
    again.press(word)
    again.sees(f"> {word}")
    again.press("\r")
    if not answered:
        again.until(lambda one: "no right or better" in one.screen, "the opening")
        again.press("\r")
    again.at(answered + 1)
    again.answer(*[1] * (30 - answered))
    again.until(lambda one: "0 means no leaning" in one.screen, "the result")
    record = json.loads((tmp_path / "room" / "heron.json").read_text())
    assert list(record["answers"].values()) == [1] * 30


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_a_wiped_screen_and_the_terminal_as_it_was(tmp_path: Path, number: signal.Signals) -> None:
    terminal = opened(tmp_path)
    seated(terminal, "heron")
    terminal.answer(1, 2)
    terminal.child.kill(number)
    assert terminal.ended() == -number
    left = after_last_wipe(terminal)
    assert PASTE_OFF in left
    assert SHOW in left
    assert "heron" not in left


def test_ctrl_c_at_the_welcome_ends_it(tmp_path: Path) -> None:
    terminal = opened(tmp_path)
    terminal.press("\x03")
    assert terminal.ended() == 130


def test_two_screens_cannot_have_one_name(tmp_path: Path) -> None:
    one, other = opened(tmp_path), opened(tmp_path)
    seated(one, "heron")
    other.press("heron")
    other.sees("> heron")
    other.press("\r")
    other.sees("heron is in use on another screen")


def test_typed_ahead_keys_do_not_reach_the_next_person(tmp_path: Path) -> None:
    terminal = opened(tmp_path)
    seated(terminal, "heron")
    terminal.press("q")
    terminal.sees("To come back")
    terminal.press("\rsecret")
    terminal.sees("Code name >")
    terminal.read(0.2)
    assert "secret" not in terminal.screen


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("columns", "rows"), [(40, 16), (80, 24)])
def test_every_screen_fits(tmp_path: Path, lang: str, columns: int, rows: int) -> None:
    ask, keys = ("Code name >", "Ctrl-D end") if lang == "en" else ("代号 >", "Ctrl-D 结束")
    terminal = opened(tmp_path, "--lang", lang, columns=columns, rows=rows, sign=ask)
    terminal.sees(keys)
    terminal.press("青鹭".encode())
    terminal.until(lambda one: "鹭" in one.screen, "the name")
    terminal.press("\r")
    terminal.until(lambda one: WORD.search(one.screen) is not None, "the word")
    terminal.sees("b back" if lang == "en" else "b 返回")
    for _ in range(2):
        terminal.press("\r")
        terminal.read(0.3)
    terminal.at(1)
    terminal.press("q")
    terminal.sees("Enter go on" if lang == "en" else "回车 继续")
