"""The edges of the process: streams that are closed, full or unread; stopped and continued; odd ids, odd journals."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rolequiz.cli.terminal import CLEAR_BELOW, SYNC_END
from tests.cli.world import process, put, rolequiz
from tests.small_banks import shipped
from tests.terminal.pseudo import TAKE, Terminal
from tests.unit.batch.reading import csv_file, csv_line

STDIN, STDOUT, STDERR = 0, 1, 2

SPEAKING = [
    ["roles"],
    ["explain", "one.json"],
    ["score", "ok.csv"],
    ["bank", "check", "--format", "table"],
    ["bank", "schema"],
    ["take", "--plain"],
    ["--help"],
    ["score", "--help"],
    ["--version"],
]
"""Command lines that put something on standard output, one of each way there."""


@pytest.fixture(autouse=True)
def _answers() -> None:
    put("ok.csv", csv_file(csv_line("p1")))
    answers = {question.id: 1 for question in shipped().form.questions}
    put("one.json", json.dumps({"id": "p1", "answers": answers}))


def closing(number: int) -> Callable[[], None]:
    """What the shell's ``>&-`` does, in the new process."""
    return lambda: os.close(number)


def joined(arguments: list[str]) -> str:
    return " ".join(arguments)


@pytest.mark.parametrize("arguments", SPEAKING, ids=joined)
def test_closed_standard_output_is_said_in_one_line_with_a_remedy(arguments: list[str]) -> None:
    ended = process(*arguments, input=b"1\n", preexec_fn=closing(STDOUT))
    assert ended.returncode == 2
    assert ended.stderr.endswith(
        b"rolequiz: standard output is closed\n  send it to a terminal, a file or a pipe\n"
    )  # talk, like a closing count, may stand before it
    assert b"Traceback" not in ended.stderr
    assert b"Exception ignored" not in ended.stderr


@pytest.mark.parametrize("arguments", SPEAKING, ids=joined)
def test_a_full_device_is_said_in_one_line_with_a_remedy(arguments: list[str]) -> None:
    def fill() -> None:
        os.dup2(os.open("/dev/full", os.O_WRONLY), STDOUT)

    ended = process(*arguments, input=b"1\n", preexec_fn=fill)
    assert ended.returncode == 2
    assert ended.stderr.count(b"rolequiz: standard output cannot be written: No space left on device\n  make room") == 1
    assert b"Traceback" not in ended.stderr
    assert b"Exception ignored" not in ended.stderr


@pytest.mark.parametrize("arguments", SPEAKING, ids=joined)
def test_a_reader_that_has_left_ends_it_quietly_with_the_code_of_a_closed_pipe(arguments: list[str]) -> None:
    def leave() -> None:
        reader, writer = os.pipe()
        os.dup2(writer, STDOUT)
        os.close(reader)

    ended = process(*arguments, input=b"1\n", preexec_fn=leave)
    assert ended.returncode == 128 + signal.SIGPIPE
    assert b"rolequiz:" not in ended.stderr
    assert b"Traceback" not in ended.stderr
    assert b"Exception ignored" not in ended.stderr


@pytest.mark.parametrize("arguments", [["score"], ["explain", "-"], ["take", "--plain"]], ids=joined)
def test_closed_standard_input_is_said_in_one_line_with_a_remedy(arguments: list[str]) -> None:
    ended = process(*arguments, preexec_fn=closing(STDIN))
    assert ended.returncode == 2
    assert ended.stderr == b"rolequiz: standard input is closed\n  give it a terminal, a file or a pipe\n"


def test_take_with_a_closed_input_or_output_is_not_in_a_terminal() -> None:
    for number in (STDIN, STDOUT):
        ended = process("take", preexec_fn=closing(number))
        assert ended.returncode == 2
        assert ended.stderr.startswith(b"rolequiz: take asks its questions in a terminal; this is not one\n")


def test_what_needs_no_input_and_writes_files_does_without_standard_streams() -> None:
    def close_all() -> None:
        for number in (STDIN, STDOUT, STDERR):
            os.close(number)

    with_streams = process("score", "ok.csv", "-o", "with.csv")
    without = process("score", "ok.csv", "-o", "without.csv", preexec_fn=close_all)
    assert (with_streams.returncode, without.returncode) == (0, 0)
    assert Path("without.csv").read_bytes() == Path("with.csv").read_bytes()


@pytest.mark.parametrize("arguments", [["score", "ok.csv"], ["take", "--plain"]], ids=joined)
@pytest.mark.parametrize("how", ["closed", "full"])
def test_a_broken_standard_error_breaks_nothing(arguments: list[str], how: str) -> None:
    def spoil() -> None:
        if how == "closed":
            os.close(STDERR)
        else:
            os.dup2(os.open("/dev/full", os.O_WRONLY), STDERR)

    good, spoilt = process(*arguments, input=b""), process(*arguments, input=b"", preexec_fn=spoil)
    assert spoilt.returncode == good.returncode
    if arguments[0] != "take":  # the second sitting resumes the first
        assert spoilt.stdout == good.stdout


@pytest.mark.parametrize("how", ["closed", "full"])
def test_mistakes_keep_their_code_where_nobody_can_be_told(how: str) -> None:
    def spoil() -> None:
        if how == "closed":
            os.close(STDERR)
        else:
            os.dup2(os.open("/dev/full", os.O_WRONLY), STDERR)

    for arguments in (["explain", "missing.json"], ["score", "--nonsense"], ["nonsense"]):
        ended = process(*arguments, preexec_fn=spoil)
        assert (ended.returncode, ended.stdout) == (2, b"")


def test_a_slow_reader_of_a_pipe_that_does_not_wait_gets_everything() -> None:
    script = (
        "import os, subprocess, sys, time\n"
        "reader, writer = os.pipe()\n"
        "os.set_blocking(writer, False)\n"
        "program = subprocess.Popen([sys.executable, '-m', 'rolequiz', *sys.argv[1:]], stdout=writer)\n"
        "os.close(writer)\n"
        "time.sleep(1)\n"
        "sys.stdout.buffer.write(open(reader, 'rb').read())\n"
        "sys.exit(program.wait())"
    )
    put("many.csv", csv_file(*(csv_line(f"p{number}") for number in range(2000))))
    arguments = ["score", "many.csv", "--format", "jsonl"]
    ended = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, check=False)
    assert (ended.returncode, ended.stdout.count(b"\n")) == (0, 2000)


def test_an_id_that_is_no_text_is_no_name() -> None:
    ended = process("take", "--plain", b"--id=bad\xff", input=b"1\n")
    assert ended.returncode == 2
    assert ended.stderr == b"rolequiz: --id 'bad\\udcff' is no name\n  use 1 to 200 visible characters\n"
    ended = process("explain", b"--id=bad\xff")
    assert ended.returncode == 2
    assert ended.stderr.startswith(b"rolequiz: no finished sitting of 'bad\\udcff' is kept on this machine\n")


@pytest.mark.parametrize("sign", ["\u200b", "\u2028", "\u00a0", "\u202e", "\u0007", "\ufeff"])
def test_an_id_of_what_nobody_sees_is_no_name(sign: str) -> None:
    ended = rolequiz("take", "--plain", "--id", f"a{sign}b", stdin=b"q\n")
    assert ended.code == 2
    assert ended.lines == [f"rolequiz: --id {f'a{sign}b'!r} is no name", "  use 1 to 200 visible characters"]
    assert rolequiz("take", "--plain", "--id", "  ", stdin=b"q\n").code == 2


def test_an_id_of_letters_signs_and_blanks_is_a_name() -> None:
    for name in ("王小明", "Zoë O'Neil", "a/b", "Łódź 😀"):
        assert rolequiz("take", "--plain", "--id", name, stdin=b"q\n").code == 0


def journal_of_me() -> Path:
    """A sitting with one answer, left."""
    assert rolequiz("take", "--plain", stdin=b"1\nq\n").code == 0
    return next(Path("home/sittings/me").glob("*.jsonl"))


def test_a_journal_that_is_a_folder_is_named_with_a_way_out() -> None:
    journal = journal_of_me()
    journal.unlink()
    journal.mkdir()
    for arguments in (["take", "--plain"], ["explain"]):
        ended = rolequiz(*arguments, stdin=b"q\n")
        assert ended.code == 2
        assert ended.lines == [
            f"rolequiz: {journal}: the saved sitting cannot be opened: Is a directory",
            "  make it a file of yours again, or move it away; rolequiz take --fresh begins anew without it",
        ]
    assert rolequiz("take", "--plain", "--fresh", stdin=b"q\n").code == 0


@pytest.mark.parametrize("mode", [0o000, 0o400])
def test_a_journal_that_one_may_not_read_or_write_is_named_with_a_way_out(
    mode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = journal_of_me()
    if os.geteuid() == 0:  # who may do everything is refused nothing
        refuse_in_place_of_the_system(journal, mode, monkeypatch)
    else:
        journal.chmod(mode)
    ended = rolequiz("take", "--plain", stdin=b"q\n")
    assert ended.code == 2
    assert ended.lines[0] == f"rolequiz: {journal}: the saved sitting cannot be opened: Permission denied"
    assert "--fresh" in ended.lines[1]


def refuse_in_place_of_the_system(journal: Path, mode: int, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = PermissionError(13, os.strerror(13))
    read, opened = Path.read_bytes, os.open

    def read_bytes(path: Path) -> bytes:
        if path.name == journal.name and not mode & 0o400:
            raise refused
        return read(path)

    def open_file(path: str | Path, flags: int, *rest: int) -> int:
        if Path(path).name == journal.name and flags & os.O_WRONLY:
            raise refused
        return opened(path, flags, *rest)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    monkeypatch.setattr(os, "open", open_file)


@pytest.mark.parametrize("arguments", [["score", "--format", "xml", "ok.csv"], ["bank", "check", "--format", "xml"]])
def test_a_wrong_choice_is_told_without_words_of_a_library(arguments: list[str]) -> None:
    ended = process(*arguments)
    assert ended.returncode == 2
    assert b"Error: Invalid value for '--format': 'xml' is not one of '" in ended.stderr


def shell() -> Terminal:
    """An interactive shell with job control."""
    return Terminal(Path("home").absolute(), command=["/bin/bash", "--norc", "--noprofile", "-i"])


def stopped(terminal: Terminal, times: int) -> None:
    """Wait until the shell has said so often that the job is stopped."""
    terminal.until(lambda one: one.raw.count(b"Stopped") >= times, f"{times} times Stopped")


@pytest.mark.tty
def test_stopped_sent_to_the_background_and_fetched_back_it_goes_on() -> None:
    terminal = shell()
    terminal.press(shlex.join(TAKE) + "\n")
    terminal.sees("Enter begin")
    terminal.press("\r")
    terminal.at(1)
    terminal.answer(2)
    for times in (1, 3):
        terminal.press("\x1a")
        stopped(terminal, times)
        terminal.press("bg; sleep 0.5; jobs\n")
        stopped(terminal, times + 1)
        terminal.press("fg\n")
        terminal.at(2)
    terminal.answer(1)
    assert terminal.place == 3
    terminal.press("q")
    terminal.sees("Come back with: rolequiz take")
    assert b"Traceback" not in terminal.raw


@pytest.mark.tty
def test_begun_in_the_background_it_waits_and_leaves_the_line_mode_as_it_was() -> None:
    terminal = shell()
    terminal.press(f"stty -a > before; {shlex.join(TAKE)} & sleep 1; jobs\n")
    stopped(terminal, 1)
    terminal.press("fg\n")
    terminal.sees("Enter begin")
    terminal.press("\r")
    terminal.at(1)
    terminal.press("q")
    terminal.sees("Come back with: rolequiz take")
    terminal.press("stty -a > after; echo o''ver\n")
    terminal.sees("over")
    assert b"Traceback" not in terminal.raw
    assert Path("after").read_text() == Path("before").read_text()


@pytest.mark.tty
def test_stopped_from_elsewhere_and_fetched_back_it_paints_and_takes_keys_again() -> None:
    terminal = shell()
    terminal.press(f"{shlex.join(TAKE)}\n")
    terminal.sees("Enter begin")
    terminal.press("\r")
    terminal.at(1)
    group = os.tcgetpgrp(terminal.child.child_fd)
    os.killpg(group, signal.SIGSTOP)
    stopped(terminal, 1)
    seen = len(terminal.raw)
    terminal.press("stty sane; fg\n")
    terminal.until(lambda one: SYNC_END.encode() in one.raw[seen:], "a new frame")
    terminal.at(1)
    terminal.answer(2)
    assert terminal.place == 2


@pytest.mark.tty
def test_ended_while_stopped_it_leaves_the_screen_to_the_shell() -> None:
    terminal = shell()
    terminal.press(shlex.join(TAKE) + "\n")
    terminal.sees("Enter begin")
    terminal.press("\r")
    terminal.at(1)
    terminal.press("\x1a")
    stopped(terminal, 1)
    seen = len(terminal.raw)
    terminal.press("kill %1; sleep 1; jobs\n")
    terminal.sees("Come back with: rolequiz take")
    terminal.sees("Terminated")
    assert CLEAR_BELOW.encode() not in terminal.raw[seen:]
    assert b"Traceback" not in terminal.raw


@pytest.mark.tty
@pytest.mark.parametrize(("key", "code"), [("\x03", 130), ("\x04", 0), ("q", 0)])
def test_the_result_is_closed_like_everything_else(key: str, code: int) -> None:
    terminal = Terminal(Path("home").absolute())
    terminal.sees("Enter begin")
    terminal.press("\r")
    terminal.at(1)
    terminal.answer(*[1] * 29)
    terminal.press("1")
    terminal.sees("q close")
    terminal.press(key)
    assert terminal.ended() == code
    assert "rolequiz explain" in terminal.screen
