"""Sittings in a real pseudo-terminal: keys, leaving, signals, crashes, and the terminal given back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from rolequiz.cli.terminal import PASTE_OFF, SHOW
from tests.terminal.pseudo import TAKE, Terminal

pytestmark = pytest.mark.tty

WORKED = (2, 3, 1, 2, 1, 3, 4, 2, 3, 3, 2, 4, 5, 3, 1, 1, 2, 1, 4, 2, 2, 4, 5, 2, 3, 2, 3, 2, 2, 1)


def seated(home: Path, *arguments: str, columns: int = 80, rows: int = 24) -> Terminal:
    """A new sitting at its first question."""
    terminal = Terminal(home, *arguments, columns=columns, rows=rows)
    terminal.until(lambda one: "Enter" in one.screen or "回" in one.screen, "the opening")
    terminal.press("\r")
    terminal.at(1)
    return terminal


def journal_answers(home: Path) -> int:
    """How many answers the newest journal holds."""
    newest = sorted((home / "sittings" / "me").glob("*.jsonl"))[-1]
    return newest.read_text().count('"event": "answer"')


def test_thirty_keys_lead_to_the_worked_result(tmp_path: Path) -> None:
    terminal = seated(tmp_path)
    terminal.answer(*WORKED)
    terminal.sees("Your answers lean clearly towards user operations.")
    terminal.sees("+22")
    terminal.press("q")
    assert terminal.ended() == 0


@pytest.mark.parametrize(("columns", "rows"), [(40, 16), (80, 24), (120, 40), (200, 50)])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_question_fits_every_window(tmp_path: Path, columns: int, rows: int, lang: str) -> None:
    terminal = seated(tmp_path, "--lang", lang, columns=columns, rows=rows)
    for place, number in enumerate(WORKED, start=1):
        terminal.at(place)
        options = ["1  ", "2  ", *(["3  "] if place == 1 else [])]
        terminal.until(lambda one, options=options: all(text in one.screen for text in options), "the options")  # type: ignore[misc]  # a default in a lambda
        assert terminal.screen.splitlines()[0].strip().startswith(f"{place}/30")
        terminal.answer(number)
    terminal.until(lambda one: "+22" in one.screen or "rolequiz" in one.screen, "the result")
    terminal.press("q")
    assert terminal.ended() == 0


def test_back_marks_the_answer_and_enter_keeps_it(tmp_path: Path) -> None:
    terminal = seated(tmp_path)
    terminal.answer(2)
    terminal.press("\x1b[D")
    terminal.at(1)
    terminal.sees("> 2")
    terminal.press("\x1b[C")
    terminal.at(2)
    terminal.press("\x7f")
    terminal.at(1)
    terminal.press("\r")
    terminal.at(2)
    assert journal_answers(tmp_path) == 1


def test_enter_without_an_answer_gives_a_hint(tmp_path: Path) -> None:
    terminal = seated(tmp_path)
    terminal.press("\r")
    terminal.sees("No answer here yet")
    terminal.press("b")
    terminal.sees("first question")
    terminal.press("9")
    terminal.sees("1 to 3")


def test_full_width_digits_answer(tmp_path: Path) -> None:
    terminal = seated(tmp_path)
    terminal.press("２".encode())
    terminal.at(2)


def test_a_paste_answers_nothing_and_an_input_method_is_named(tmp_path: Path) -> None:
    terminal = seated(tmp_path)
    terminal.press("123123")
    terminal.sees("One key answers one question")
    terminal.press(b"\x1b[200~1\r2\r3\r\x1b[201~")
    time.sleep(0.2)
    terminal.read()
    assert terminal.place == 1
    terminal.press("你好".encode())
    terminal.sees("input method")
    assert journal_answers(tmp_path) == 0
    terminal.answer(1)
    assert terminal.place == 2


def test_the_menu_reaches_everything_by_digits(tmp_path: Path) -> None:
    terminal = seated(tmp_path)
    terminal.press("0")
    terminal.sees("Menu")
    terminal.press("4")
    terminal.sees("Why this is asked")
    terminal.press("\r")
    terminal.at(1)
    terminal.press("0")
    terminal.sees("Menu")
    terminal.press("3")
    terminal.at(2)
    terminal.press("0")
    terminal.sees("Menu")
    terminal.press("5")
    assert terminal.ended() == 0


def test_why_never_names_a_role(tmp_path: Path) -> None:
    terminal = seated(tmp_path)
    terminal.press("?")
    terminal.sees("Why this is asked")
    assert not any(word in terminal.screen for word in ("Activity", "activity op", "user op", "content op"))


def test_leaving_says_how_to_come_back_and_the_next_take_goes_on(tmp_path: Path) -> None:
    terminal = seated(tmp_path)
    terminal.answer(1, 2)
    terminal.press("q")
    assert terminal.ended() == 0
    assert "Question 3 is next. Come back with: rolequiz take" in terminal.screen
    again = Terminal(tmp_path)
    again.at(3)
    assert "You are at question 3" in again.screen
    assert "--fresh" in again.screen
    fresh = Terminal(tmp_path, "--id", "other")
    fresh.sees("begin")


def test_fresh_begins_anew(tmp_path: Path) -> None:
    terminal = seated(tmp_path)
    terminal.answer(1, 2)
    terminal.press("q")
    terminal.ended()
    again = seated(tmp_path, "--fresh")
    assert again.place == 1
    assert len(list((tmp_path / "sittings" / "me").glob("*.jsonl"))) == 2


def test_a_second_take_on_the_same_id_is_refused(tmp_path: Path) -> None:
    first = seated(tmp_path)
    second = Terminal(tmp_path)
    assert second.ended() == 2, second.screen
    assert first.child.isalive()
    assert "another quiz is open" in second.screen


def test_skipped_questions_are_offered_once(tmp_path: Path) -> None:
    terminal = seated(tmp_path)
    for place, number in enumerate(WORKED, start=1):
        terminal.at(place)
        terminal.press("s" if place in (4, 12) else str(number))
    terminal.sees("You skipped 2 questions")
    terminal.press("1")
    terminal.at(4)
    terminal.press("2")
    terminal.at(12)
    terminal.press("s")
    terminal.sees("29 of 30 answered")


def test_files_are_written_before_the_result_is_read(tmp_path: Path) -> None:
    terminal = seated(tmp_path, "--save", str(tmp_path / "me.json"))
    terminal.answer(*WORKED)
    terminal.sees("+22")
    assert json.loads((tmp_path / "me.json").read_text())["answers"]["q01"] == WORKED[0]
    terminal.child.kill(signal.SIGHUP)
    assert terminal.ended() == -signal.SIGHUP


def test_the_result_comes_in_pages_and_the_first_ends_in_its_line_of_keys(tmp_path: Path) -> None:
    terminal = seated(tmp_path)
    terminal.answer(*WORKED)
    terminal.sees("q close")
    shown = [line for line in terminal.screen.splitlines() if line]
    assert "Enter" in shown[-1]
    assert len(terminal.screen.splitlines()) <= 24
    terminal.press("a")
    terminal.sees("Sum")
    terminal.press("\r")
    terminal.sees("What pulled the other way")
    for _ in range(5):
        terminal.press("\r")
        time.sleep(0.1)
        terminal.read()
    terminal.sees("In files: user 50 of 68 points")
    terminal.press("q")
    assert terminal.ended() == 0


def settings(terminal: Terminal) -> list[object]:
    """The line mode of the pseudo-terminal."""
    return list(termios.tcgetattr(terminal.child.child_fd))


@pytest.mark.parametrize(
    ("how", "code"),
    [("\x03", 130), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGHUP, -signal.SIGHUP), (signal.SIGINT, 130)],
)
def test_however_it_ends_the_terminal_is_given_back_and_the_answers_kept(
    tmp_path: Path, how: str | signal.Signals, code: int
) -> None:
    shell = Terminal(tmp_path, command=["/bin/sh", "-c", f"stty -a > {tmp_path}/before; exec {' '.join(TAKE)}"])
    shell.sees("Enter")
    shell.press("\r")
    shell.at(1)
    shell.answer(1, 2)
    if isinstance(how, str):
        shell.press(how)
    else:
        shell.child.kill(how)
    end = time.monotonic() + 10
    while shell.child.isalive() and time.monotonic() < end:
        shell.read()
    while shell.read():
        pass
    assert SHOW.encode() in shell.raw.rpartition(b"\x1b[?25l")[2]
    assert PASTE_OFF.encode() in shell.raw
    assert shell.ended() == code
    assert journal_answers(tmp_path) == 2
    assert "Come back with: rolequiz take" in shell.screen


def test_the_line_mode_is_as_it_was_after_every_end(tmp_path: Path) -> None:
    for keys in ("q", "\x03"):
        script = f"stty -a > {tmp_path}/before; {' '.join(TAKE)} --fresh; stty -a > {tmp_path}/after; echo over"
        shell = Terminal(tmp_path, command=["/bin/sh", "-c", script])
        shell.sees("Enter")
        shell.press("\r")
        shell.at(1)
        assert not settings(shell)[3] & termios.ECHO  # type: ignore[operator]  # the flags, always an int
        shell.press(keys)
        shell.sees("over")
        assert (tmp_path / "after").read_text() == (tmp_path / "before").read_text()


def test_control_z_suspends_and_fg_paints_again(tmp_path: Path) -> None:
    shell = Terminal(tmp_path, command=["/bin/bash", "--norc", "--noprofile", "-i"])
    shell.press(" ".join(TAKE) + "\n")
    shell.sees("Enter begin")
    shell.press("\r")
    shell.at(1)
    shell.answer(2)
    shell.press("\x1a")
    shell.sees("Stopped")
    shell.press("stty -a | grep -o -- '-*echo ' && echo mode\n")
    shell.sees("mode")
    assert "-echo" not in shell.screen.partition("Stopped")[2].partition("grep")[2].replace("'-*echo", "")
    shell.press("fg\n")
    shell.at(2)
    shell.answer(1)
    assert shell.place == 3


def test_a_resize_paints_again(tmp_path: Path) -> None:
    terminal = seated(tmp_path)
    terminal.resize(50, 20)
    terminal.at(1)
    terminal.answer(1)
    assert terminal.place == 2
    assert all(len(line) <= 50 for line in terminal.screen.splitlines())


def test_a_window_that_is_closed_loses_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    script = f"exec {' '.join(TAKE)} 2>{tmp_path}/talk"
    terminal = Terminal(tmp_path, command=["/bin/sh", "-c", script])
    terminal.sees("Enter")
    terminal.press("\r")
    terminal.at(1)
    terminal.answer(1, 2)
    pid = terminal.child.pid
    assert pid is not None
    os.close(terminal.child.child_fd)
    end = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < end:
        if os.waitpid(pid, os.WNOHANG)[0]:
            break
        time.sleep(0.05)
    assert "Traceback" not in (tmp_path / "talk").read_text()
    assert journal_answers(tmp_path) == 2


def test_a_disk_that_fills_up_is_told_on_a_terminal_that_is_given_back(tmp_path: Path) -> None:
    full = f"export PYTHONDONTWRITEBYTECODE=1; ulimit -f 1; exec {' '.join(TAKE)}"  # Python would keep half of a module
    script = f"stty -a > {tmp_path}/before; ({full}); echo code $?; stty -a > {tmp_path}/after; echo over"
    shell = Terminal(tmp_path, command=["/bin/bash", "--norc", "-c", script])
    shell.sees("Enter")
    shell.press("\r")
    shell.at(1)
    while "over" not in shell.screen:
        place = shell.place
        shell.press("1")
        shell.until(lambda one, place=place: "over" in one.screen or place != one.place is not None, "what follows")  # type: ignore[misc]  # a default in a lambda
    assert "rolequiz: the last answer could not be saved: No space left on device" in shell.screen
    assert "code 2" in shell.screen
    assert SHOW.encode() in shell.raw.rpartition(b"\x1b[?25l")[2]
    assert (tmp_path / "after").read_text() == (tmp_path / "before").read_text()
    again = Terminal(tmp_path)
    again.until(lambda one: one.place is not None, "a question")
    assert again.place == journal_answers(tmp_path) + 1
    assert again.place > 3
    again.press("q")
    again.ended()


def test_without_a_terminal_it_says_the_way_out() -> None:
    done = subprocess.run([*TAKE], input="", capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "--plain" in done.stderr
    assert "Traceback" not in done.stderr


def test_python_runs_it_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "rolequiz", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("rolequiz ")
