"""Terminals where there is no termios: a Windows console, which stand-ins play here, and none at all."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections import deque
from pathlib import Path
from types import ModuleType

import pytest

from rolequiz.cli import tty_windows
from rolequiz.cli.keys import Burst, Key, Named
from rolequiz.cli.terminal import PASTE_ON, Resized, Screen, opened
from rolequiz.errors import RolequizError


class Keyboard(ModuleType):
    """msvcrt with keys that come a moment after one another; a text of several signs comes at once."""

    def __init__(self, *typed: str) -> None:
        super().__init__("msvcrt")
        self._coming = deque(typed)
        self._there: deque[str] = deque()
        self._is_looking = False

    def kbhit(self) -> bool:
        """Every other look after nothing was there finds the next text."""
        if not self._there and self._coming and self._is_looking:
            self._there.extend(self._coming.popleft())
        self._is_looking = not self._there
        return bool(self._there)

    def getwch(self) -> str:
        return self._there.popleft()


class Kernel:
    """kernel32's console: a mode and a code page."""

    def __init__(self) -> None:
        self.mode, self.page = 3, 437
        self.is_console = True

    def GetStdHandle(self, number: int) -> int:  # noqa: N802  # as Windows spells it
        return number

    def GetConsoleMode(self, _: int, into: object) -> bool:  # noqa: N802
        into._obj.value = self.mode  # type: ignore[attr-defined]  # what byref refers to
        return self.is_console

    def SetConsoleMode(self, _: int, mode: int) -> bool:  # noqa: N802
        self.mode = mode
        return True

    def GetConsoleOutputCP(self) -> int:  # noqa: N802
        return self.page

    def SetConsoleOutputCP(self, page: int) -> bool:  # noqa: N802
        self.page = page
        return True


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    """A system without termios and with a console."""
    found = Kernel()
    library = type("Library", (), {"kernel32": found})
    monkeypatch.setattr(ctypes, "windll", library, raising=False)
    monkeypatch.setitem(sys.modules, "termios", None)
    monkeypatch.setattr(tty_windows, "LOOK", 0)
    return found


def keys_of(monkeypatch: pytest.MonkeyPatch, sink: Path, *typed: str, count: int) -> list[Key]:
    monkeypatch.setitem(sys.modules, "msvcrt", Keyboard(*typed))
    with sink.open("wb") as stream, opened(0, stream.fileno()) as screen:
        return [screen.key() for _ in range(count)]


@pytest.mark.usefixtures("kernel")
def test_keys_of_a_console_are_those_of_a_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    typed = ("1", "\r", "\x08", "\xe0K", "\x00M", "\xe0H", "\xe0;", "\x04", "好", "\ud83d\ude00", "é")
    found = keys_of(monkeypatch, tmp_path / "sink", *typed, count=len(typed))
    arrows = [Named.BACK, Named.FORWARD, Named.UP, Named.OTHER]
    assert found == ["1", Named.ENTER, Named.BACK, *arrows, Named.END, "好", "😀", "é"]


@pytest.mark.usefixtures("kernel")
def test_a_paste_into_a_console_is_no_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert keys_of(monkeypatch, tmp_path / "sink", "1\r2\r", "à", count=2) == [Burst("1\r2\r"), "à"]


def test_a_console_is_given_back_as_it_was(kernel: Kernel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "msvcrt", Keyboard())
    sink = tmp_path / "sink"
    with sink.open("wb") as stream, opened(0, stream.fileno()) as screen:
        assert (kernel.mode, kernel.page) == (3 | 4, 65001)
        screen.suspend()
        assert (kernel.mode, kernel.page) == (3 | 4, 65001)
    assert (kernel.mode, kernel.page) == (3, 437)
    assert sink.read_text(encoding="utf-8").startswith(PASTE_ON)


@pytest.mark.usefixtures("kernel")
def test_a_console_of_another_size_is_painted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "msvcrt", Keyboard())
    screen = Screen(tty_windows.WindowsTty(0), 1)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_: os.terminal_size((33, 7)))
    with pytest.raises(Resized):
        screen.key()


def test_what_is_no_console_is_refused_with_a_way_out(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel.is_console = False
    monkeypatch.setitem(sys.modules, "msvcrt", Keyboard())
    with pytest.raises(RolequizError, match="no console") as refused, opened(0, 1):
        pass
    assert "--plain" in (refused.value.hint or "")


def test_without_any_way_to_read_keys_there_is_the_plain_face(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "termios", None)
    monkeypatch.setitem(sys.modules, "msvcrt", None)
    with pytest.raises(RolequizError, match="one by one") as refused, opened(0, 1):
        pass
    assert refused.value.hint == "use --plain"
