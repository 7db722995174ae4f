"""What may go wrong around a command as a process meets it: full disks, homes that are not there, signals."""

from __future__ import annotations

import json
import os
import pwd
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from rolequiz.cli.env import real_env
from rolequiz.core.sitting import Answer
from rolequiz.errors import RolequizError
from rolequiz.store.journal import folder_of, journals, read
from tests.cli.world import process, put, rolequiz

ROOT = Path(__file__).resolve().parents[2]
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


NO_MODULES = {"PYTHONDONTWRITEBYTECODE": "1"}


def small_files(size: int) -> Callable[[], None]:
    """No file may become larger: to a program that is a disk that fills up. Python must not write modules meanwhile."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_disk_that_fills_up_keeps_every_answer_before_and_the_next_start_goes_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    typed = b"1\n2\n3\n" * 10
    full = subprocess.run(
        TAKE,
        input=typed,
        capture_output=True,
        env=environ(home, **NO_MODULES),
        preexec_fn=small_files(900),
        check=False,
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
    example = ROOT / "examples" / "answers.csv"
    command = ("explain", "--id", "otter") if form in ("html", "md") else ("score",)
    done = process(
        command[0],
        str(example),
        *command[1:],
        "-o",
        f"out.{form}",
        preexec_fn=small_files(500),
        env=os.environ | NO_MODULES,
    )
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


WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner")
"""What takes from root the rights by which it is refused nothing."""

IN_TURN = """
import json, sys
sys.path.insert(0, sys.argv[1])
from tests.cli.world import rolequiz
ended = [rolequiz(*line, stdin=b"1\\n") for line in json.load(sys.stdin)]
print(json.dumps([[one.code, one.err] for one in ended]))
"""


def as_anybody(*lines: Sequence[str], folder: Path) -> list[tuple[int, str]]:
    """Exit code and talk of commands, one after the other, of somebody whom the system refuses what is closed."""
    before: tuple[str, ...] = ()
    if os.geteuid() == 0:
        if shutil.which(WITHOUT_RIGHTS[0]) is None:
            pytest.skip("root is refused nothing here")
        before = WITHOUT_RIGHTS
    command = [*before, sys.executable, "-c", IN_TURN, str(ROOT)]
    done = subprocess.run(command, input=json.dumps(lines), capture_output=True, text=True, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr
    return [(code, said) for code, said in json.loads(done.stdout)]


@contextmanager
def rights(path: Path, mode: int) -> Iterator[None]:
    """Only these, for a while."""
    path.chmod(mode)
    yield
    path.chmod(0o700)


@pytest.mark.parametrize("mode", [0o300, 0o400, 0o500], ids=oct)
@pytest.mark.parametrize("closed", ["sittings", "sittings/me"])
def test_a_folder_that_is_closed_to_the_user_is_told_and_nothing_in_it_is_lost(closed: str, mode: int) -> None:
    """Who may not look begins no sitting beside one that cannot be seen, nor hears that everything is deleted."""
    assert rolequiz("take", "--plain", stdin=b"1\n" * 30).code == 0
    home = Path("home")
    (journal,) = home.rglob("*.jsonl")
    before = journal.read_bytes()
    is_above = closed == "sittings"
    may_enter, may_look = mode & 0o100 != 0, mode == 0o500
    expected = {
        ("explain", "--plain"): may_enter if is_above else may_look,
        ("take", "--plain"): may_enter and is_above,
        ("history",): True,
        ("history", "delete", "--all", "--yes"): may_look and is_above,
    }
    with rights(home / closed, mode):
        found = as_anybody(*expected, folder=Path.cwd())
    for (line, is_done), (code, said) in zip(expected.items(), found, strict=True):
        assert (code in (0, 130)) is is_done, (line, said)
        assert is_done or f"{home / closed}" in said
        if line == ("history",):
            assert (said == f"note: {home / closed} cannot be read: Permission denied\n") is not may_look
    is_deleted = may_look and is_above
    assert journal.exists() is not is_deleted
    assert is_deleted or journal.read_bytes() == before


class Asked:
    """A quiz in plain lines that waits for an answer."""

    def __init__(self, home: Path, command: Sequence[str] = TAKE) -> None:
        self.program = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ(home)
        )

    def type(self, line: str) -> None:
        """Type a line."""
        assert self.program.stdin is not None
        self.program.stdin.write(f"{line}\n".encode())
        self.program.stdin.flush()

    def answer(self, option: int) -> None:
        """Type an answer as soon as one is asked for."""
        self.until("Your answer")
        self.type(str(option))

    def until(self, text: str) -> None:
        """Read up to a text."""
        assert self.program.stdout is not None
        seen = b""
        while not seen.endswith(text.encode()):
            byte = self.program.stdout.read(1)
            assert byte, seen
            seen += byte

    def ended_after_two(self, number: signal.Signals) -> tuple[int, str]:
        """Answer 2 and 1; then the signal comes. The exit code, and what was said."""
        self.answer(2)
        self.answer(1)
        self.until("Your answer")
        self.program.send_signal(number)
        return self.ended()

    def ended(self) -> tuple[int, str]:
        """The exit code, and what was said."""
        _, said = self.program.communicate(timeout=30)
        return self.program.returncode, said.decode()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=lambda one: str(one)
)
def test_ended_between_two_answers_it_says_how_to_come_back(tmp_path: Path, number: signal.Signals, code: int) -> None:
    ended, said = Asked(tmp_path).ended_after_two(number)
    assert ended == code
    assert said == "Saved. Question 3 is next. Come back with: rolequiz take --lang en --plain\n"
    assert answers(tmp_path) == [2, 1]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=lambda one: str(one))
def test_a_room_in_plain_lines_ends_when_it_is_asked_to(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """In the middle of a sitting, and before one: there is no next person after the laptop was closed."""
    command = (*ROLEQUIZ, "workshop", "run", str(tmp_path / "room"), "--plain", "--lang", "en")
    waiting = Asked(tmp_path / "home", command)
    waiting.until("gives you one): ")
    waiting.program.send_signal(number)
    assert waiting.ended() == (code, "")
    asked = Asked(tmp_path / "home", command)
    asked.type("heron")
    asked.type("")
    ended, said = asked.ended_after_two(number)
    assert ended == code
    assert "To come back" in said
    (journal,) = (tmp_path / "room").rglob("*.jsonl")
    saved = read(journal)
    assert saved is not None
    assert [event.option for event in saved.events if isinstance(event, Answer)] == [2, 1]


TELLS = """
import os, sys

class Told:
    def find_spec(self, name, path=None, target=None):
        if name == "rolequiz.cli":
            sys.meta_path.remove(self)
            os.write(1, b"!")

from rolequiz.__main__ import main
sys.argv = ["rolequiz", *sys.argv[1:]]
sys.meta_path.insert(0, Told())
sys.exit(main())
"""
"""Says when the first module is loaded inside `main`."""


def test_hardly_anything_is_loaded_before_ctrl_c_is_expected() -> None:
    script = "import sys, rolequiz.__main__; print(*sorted(sys.modules))"
    alone = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True, env=alone)
    assert {"typing", "re", "rolequiz.cli"} & set(done.stdout.split()) == set()


@pytest.mark.parametrize("command", [("--help",), ("take", "--plain"), ("score", "-"), ("bank", "simulate")])
def test_interrupted_at_any_moment_of_its_start_it_goes_without_a_word_of_python(command: tuple[str, ...]) -> None:
    """From the first line of `main`; before, the signal meets the interpreter alone."""
    for pause in (0.0, 0.03, 0.08, 0.15, 0.3):
        with subprocess.Popen(
            [sys.executable, "-c", TELLS, *command],
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
        # The signal itself: all was done, and Python had put its handlers away.
        assert program.returncode in (130, 0, -signal.SIGINT), f"after {pause} s: {program.returncode}"


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
