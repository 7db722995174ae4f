"""What may go wrong around a command as a process meets it: full disks, homes that are not there, signals."""

from __future__ import annotations

import os
import pwd
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rolequiz.cli.env import real_env
from rolequiz.core.sitting import Answer
from rolequiz.errors import RolequizError
from rolequiz.store.journal import folder_of, journals, read
from tests.cli.world import process, put

ROLEQUIZ = (sys.executable, "-m", "rolequiz")
TAKE = (*ROLEQUIZ, "take", "--plain", "--lang", "en")


def answers(home: Path) -> list[int]:
    """The options that the one journal holds."""
    (found,) = journals(folder_of(home, "me"))
    saved = read(found)
    assert saved is not None
    return [event.option for event in saved.events if isinstance(event, Answer)]


def environ(home: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "ROLEQUIZ_HOME": str(home), **more}


def small_files(size: int) -> Callable[[], None]:
    """No file may become larger: to a program that is a disk that fills up."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_disk_that_fills_up_keeps_every_answer_before_and_the_next_start_goes_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    typed = b"1\n2\n3\n" * 10
    full = subprocess.run(
        TAKE, input=typed, capture_output=True, env=environ(home), preexec_fn=small_files(900), check=False
    )
    assert full.returncode == 2
    assert b"Traceback" not in full.stderr
    first, second = full.stderr.decode().splitlines()
    assert first == "rolequiz: the last answer could not be saved: No space left on device"
    assert "run the same command again" in second
    kept = answers(home)
    assert 2 <= len(kept) < 29
    assert kept == ([1, 2, 3] * 10)[: len(kept)]
    assert full.stdout.decode().count("Question ") == len(kept) + 1
    again = subprocess.run(TAKE, input=b"q\n", capture_output=True, env=environ(home), check=False)
    assert again.returncode == 0
    assert f"Question {len(kept) + 1} of 30." in again.stdout.decode()


@pytest.mark.parametrize("form", ["csv", "jsonl", "html", "md"])
def test_a_disk_that_fills_up_leaves_no_half_file(form: str) -> None:
    example = Path(__file__).resolve().parents[2] / "examples" / "answers.csv"
    command = ("explain", "--id", "otter") if form in ("html", "md") else ("score",)
    done = process(command[0], str(example), *command[1:], "-o", f"out.{form}", preexec_fn=small_files(500))
    assert done.returncode == 2
    assert done.stderr.decode().startswith(f"rolequiz: out.{form}: cannot be written: File too large\n")
    assert os.listdir() == []


def test_without_a_home_the_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_: int) -> object:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    for name in ("HOME", "ROLEQUIZ_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(RolequizError, match="no home folder") as refused:
        _ = real_env().home
    assert "ROLEQUIZ_HOME" in str(refused.value.hint)


def test_a_home_of_somebody_unknown_is_told() -> None:
    done = process("history", env=environ(Path("~nobody-has-this-name/x")))
    assert done.returncode == 2
    assert done.stderr.decode().startswith("rolequiz: ROLEQUIZ_HOME=~nobody-has-this-name/x: no user has this home\n")


def test_without_the_variable_home_the_system_is_asked(tmp_path: Path) -> None:
    known = {name: value for name, value in os.environ.items() if name not in ("HOME", "ROLEQUIZ_HOME")}
    done = process("history", env={**known, "XDG_DATA_HOME": str(tmp_path)})
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("command", [("history",), ("take", "--plain"), ("explain",)])
def test_a_data_folder_that_is_a_file_is_told_or_is_empty(command: tuple[str, ...], tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("mine")
    done = process(*command, stdin=subprocess.DEVNULL, env=environ(home))
    assert b"Traceback" not in done.stderr
    assert (done.returncode == 2) is (command != ("history",))
    assert home.read_text() == "mine"


class Asked:
    """A quiz in plain lines that waits for an answer."""

    def __init__(self, home: Path) -> None:
        self.program = subprocess.Popen(
            TAKE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ(home)
        )

    def answer(self, option: int) -> None:
        """Type an answer, and read on to the next question."""
        assert self.program.stdin is not None
        self.until("Your answer")
        self.program.stdin.write(f"{option}\n".encode())
        self.program.stdin.flush()

    def until(self, text: str) -> None:
        """Read up to a text."""
        assert self.program.stdout is not None
        seen = b""
        while not seen.endswith(text.encode()):
            byte = self.program.stdout.read(1)
            assert byte, seen
            seen += byte

    def ended(self) -> tuple[int, str]:
        """The exit code, and what was said."""
        _, said = self.program.communicate(timeout=30)
        return self.program.returncode, said.decode()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=lambda one: str(one)
)
def test_ended_between_two_answers_it_says_how_to_come_back(tmp_path: Path, number: signal.Signals, code: int) -> None:
    asked = Asked(tmp_path)
    asked.answer(2)
    asked.answer(1)
    asked.until("Your answer")
    asked.program.send_signal(number)
    ended, said = asked.ended()
    assert ended == code
    assert said == "Saved. Question 3 is next. Come back with: rolequiz take --lang en --plain\n"
    assert answers(tmp_path) == [2, 1]


@pytest.mark.parametrize("command", [("--help",), ("take", "--plain"), ("score", "-"), ("bank", "simulate")])
def test_interrupted_at_any_moment_of_its_start_it_goes_without_a_word_of_python(command: tuple[str, ...]) -> None:
    """From when the first module of ours is there; before, the signal meets the interpreter alone."""
    begun = (
        "import sys, os\nfrom rolequiz import __main__ as program\nos.write(1, b'!')\n"
        "sys.argv = ['rolequiz', *sys.argv[1:]]\nsys.exit(program.main())"
    )
    for pause in (0.0, 0.03, 0.08, 0.15, 0.3):
        with subprocess.Popen(
            [sys.executable, "-c", begun, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as program:
            assert program.stdout is not None
            assert program.stdout.read(1) == b"!"
            time.sleep(pause)
            program.send_signal(signal.SIGINT)
            _, said = program.communicate(timeout=60)
        assert b"Traceback" not in said, said.decode()
        assert program.returncode in (130, 0), f"after {pause} s: {program.returncode}"


def test_a_batch_that_is_interrupted_leaves_no_file() -> None:
    os.mkfifo("slow.csv")
    command = (*ROLEQUIZ, "score", "slow.csv", "-o", "out.csv", "--rejects", "rejects.jsonl")
    with subprocess.Popen(command, stderr=subprocess.PIPE) as program:
        with Path("slow.csv").open("wb", buffering=0) as writer:
            writer.write(b"id,q01\n" + b"p,1\n" * 1000)
            time.sleep(0.3)
            program.send_signal(signal.SIGINT)
            _, said = program.communicate(timeout=30)
        assert program.returncode == 130
        assert b"Traceback" not in said
    assert os.listdir() == ["slow.csv"]


def test_a_reader_who_leaves_early_ends_a_long_list_quietly() -> None:
    put("a.csv", b"id,q01\n" + b"p,1\n" * 50_000)
    line = f"{sys.executable} -m rolequiz score a.csv --format csv | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, check=False)
    header, code = done.stdout.decode().splitlines()
    assert header.startswith("id,")
    assert code == "141"
    assert done.stderr == b""


def test_two_processes_share_no_sitting(tmp_path: Path) -> None:
    asked = Asked(tmp_path)
    asked.answer(2)
    asked.until("Your answer")
    second: Any = subprocess.run(TAKE, input=b"1\n", capture_output=True, env=environ(tmp_path), check=False)
    assert second.returncode == 2
    assert second.stderr.decode().startswith("rolequiz: another quiz is open for the id 'me'\n")
    asked.program.send_signal(signal.SIGINT)
    assert asked.ended()[0] == 130
    assert answers(tmp_path) == [2]
