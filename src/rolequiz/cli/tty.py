"""What a terminal has to offer for a sitting key by key, and which of the ways this system has."""

from __future__ import annotations

from importlib import import_module
from types import FrameType
from typing import Protocol

from rolequiz.errors import RolequizError


class Unavailable(Exception):
    """The terminal cannot be had; the text says why."""


class Woken(Exception):
    """The reader is to look up: the window changed, or (``is_back``) the process had been stopped."""

    def __init__(self, *, is_back: bool = False) -> None:
        super().__init__(is_back)
        self.is_back = is_back


class Tty(Protocol):
    """A terminal to read keys from."""

    @property
    def waking(self) -> tuple[int, ...]:
        """Signals that `wake` is to handle."""

    @property
    def is_in_front(self) -> bool:
        """Whether the terminal is this process's to draw on."""

    def take(self, *, drops: bool) -> None:
        """Single keys, no echo, no signals from keys; raises `Unavailable`."""

    def give_back(self) -> None:
        """The terminal as it was found."""

    def read(self, wait: float | None) -> bytes | None:
        """Bytes as `rolequiz.cli.keys` reads them, None after ``wait`` seconds; raises `Woken` and EOFError."""

    def forget(self) -> None:
        """Drop what has been typed."""

    def suspend(self) -> None:
        """Stop until somebody lets the process go on; nothing happens where a process cannot be stopped."""

    def wake(self, number: int, frame: FrameType | None) -> None:
        """Signal handler."""

    def close(self) -> None:
        """Release what it holds."""


WAYS = (("termios", "tty_posix", "PosixTty"), ("msvcrt", "tty_windows", "WindowsTty"))
"""A module of the standard library that some systems have, and what is made with it."""


def tty_of(source: int) -> Tty:
    """The terminal at a file descriptor.

    Raises:
        RolequizError: keys cannot be read one by one on this system.
    """
    for needed, module, name in WAYS:
        try:
            import_module(needed)
        except ImportError:
            continue
        made: Tty = getattr(import_module(f"rolequiz.cli.{module}"), name)(source)
        return made
    raise RolequizError("keys cannot be read one by one on this system", "use --plain")
