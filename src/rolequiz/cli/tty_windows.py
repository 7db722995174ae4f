"""A terminal key by key in a Windows console: the one place that knows msvcrt and kernel32.

It is tried with stand-ins for both, not on Windows.
"""

from __future__ import annotations

import ctypes
import importlib
import shutil
from time import monotonic, sleep
from types import FrameType
from typing import Any

from rolequiz.cli.keys import PASTE_BEGIN, PASTE_END
from rolequiz.cli.tty import Unavailable, Woken

LOOK = 0.02
"""Seconds between two looks for a key: nothing tells when one comes."""

OUTPUT = -11
DRAWS, UTF_8 = 0x0004, 65001
"""The console obeys control sequences; its code page."""

SPECIAL = ("\x00", "\xe0")
"""What comes before the code of a key without a character of its own."""

ARROWS = {"H": b"\x1b[A", "P": b"\x1b[B", "M": b"\x1b[C", "K": b"\x1b[D"}
OTHER = b"\x1b[9~"
"""A key that means nothing here."""


class WindowsTty:
    """A console. Ctrl-C comes as a signal there, and there is no Ctrl-Z that stops a process."""

    waking: tuple[int, ...] = ()
    is_in_front = True

    def __init__(self, _source: int) -> None:
        self._keyboard: Any = importlib.import_module("msvcrt")
        self._system: Any = getattr(getattr(ctypes, "windll", None), "kernel32", None)
        self._saved: tuple[int, int] | None = None
        self._size = shutil.get_terminal_size()

    def take(self, *, drops: bool) -> None:
        """Control sequences and UTF-8; keys come singly and without echo anyway.

        Raises:
            Unavailable: it is no console, or one too old to draw on.
        """
        if self._system is None:
            raise Unavailable("it is no console")
        handle, found = self._system.GetStdHandle(OUTPUT), ctypes.c_uint32()
        if not self._system.GetConsoleMode(handle, ctypes.byref(found)):
            raise Unavailable("it is no console")
        page = self._system.GetConsoleOutputCP()
        if not self._system.SetConsoleMode(handle, found.value | DRAWS):
            raise Unavailable("it cannot be drawn on")
        self._system.SetConsoleOutputCP(UTF_8)
        if self._saved is None:
            self._saved = found.value, page
        if drops:
            self.forget()

    def give_back(self) -> None:
        """Mode and code page as they were found."""
        if self._saved is not None:
            mode, page = self._saved
            self._system.SetConsoleMode(self._system.GetStdHandle(OUTPUT), mode)
            self._system.SetConsoleOutputCP(page)

    def read(self, wait: float | None) -> bytes | None:
        """What has been typed, None if nothing was within ``wait`` seconds.

        Raises:
            Woken: the window has another size.
        """
        until = None if wait is None else monotonic() + wait
        while not self._keyboard.kbhit():
            size = shutil.get_terminal_size()
            if size != self._size:
                self._size = size
                raise Woken
            if until is not None and monotonic() >= until:
                return None
            sleep(LOOK)
        return self._typed()

    def _typed(self) -> bytes:
        """The key that waits; several characters that wait are a paste, as a terminal would mark it."""
        text = ""
        while self._keyboard.kbhit():
            sign = self._keyboard.getwch()
            if sign not in SPECIAL or not self._keyboard.kbhit():
                text += sign
                continue
            code = self._keyboard.getwch()
            if not text:
                return ARROWS.get(code, OTHER)
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        data = text.encode()
        return data if len(text) == 1 else PASTE_BEGIN + data + PASTE_END

    def forget(self) -> None:
        """Drop what has been typed."""
        while self._keyboard.kbhit():
            self._keyboard.getwch()

    def suspend(self) -> None:
        """A process cannot be stopped."""

    def wake(self, _number: int, _frame: FrameType | None) -> None:
        """No signal wakes it."""

    def close(self) -> None:
        """It holds nothing."""
