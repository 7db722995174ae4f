"""A terminal key by key where there is termios: the one place that knows it."""

from __future__ import annotations

import errno
import os
import select
import signal
import termios
from contextlib import suppress
from types import FrameType
from typing import Any

from rolequiz.cli.tty import Unavailable, Woken

RESIZED, CONTINUED = b"r", b"c"
"""What the signal handler leaves for the reader."""


class PosixTty:
    """A terminal in the mode for single keys, with a pipe by which signals wake the reader."""

    waking = (signal.SIGWINCH, signal.SIGCONT)

    def __init__(self, source: int) -> None:
        self._source = source
        self._saved: list[Any] | None = None
        self._wake_read, self._wake_write = os.pipe()
        for end in (self._wake_read, self._wake_write):
            os.set_blocking(end, False)

    @property
    def is_in_front(self) -> bool:
        """Whether the terminal is this process's to draw on, and not the shell's at the moment."""
        try:
            return os.tcgetpgrp(self._source) == os.getpgrp()
        except OSError:
            return True

    def take(self, *, drops: bool) -> None:
        """The mode for single keys, once this process is in the foreground; ``drops``: without earlier type-ahead.

        In the background the system stops the process in the midst of it, and the
        call ends as interrupted when it goes on: in the foreground, or in the
        background to be stopped again. The mode is read anew each time, because
        the one found in the background is that of the shell's line editor.

        Raises:
            Unavailable: it cannot be had.
        """
        while True:
            try:
                found = termios.tcgetattr(self._source)
                termios.tcsetattr(self._source, termios.TCSAFLUSH if drops else termios.TCSADRAIN, single_keys(found))
            except termios.error as error:
                if error.args[0] != errno.EINTR:
                    raise Unavailable(str(error.args[1])) from error
            else:
                break
        if self._saved is None:
            self._saved = found
        with suppress(BlockingIOError):
            os.read(self._wake_read, 4096)

    def give_back(self) -> None:
        """The mode as it was found, if the terminal is still there."""
        if self._saved is not None:
            with suppress(termios.error):
                termios.tcsetattr(self._source, termios.TCSADRAIN, self._saved)

    def read(self, wait: float | None) -> bytes | None:
        """What has been typed, None if nothing was within ``wait`` seconds.

        Raises:
            Woken: by a signal.
            EOFError: the terminal is gone.
        """
        ready, _, _ = select.select([self._source, self._wake_read], [], [], wait)
        if self._wake_read in ready:
            raise Woken(is_back=CONTINUED in os.read(self._wake_read, 4096))
        if self._source not in ready:
            return None
        try:
            data = os.read(self._source, 65536)
        except OSError as error:
            raise EOFError from error
        if not data:
            raise EOFError
        return data

    def forget(self) -> None:
        """What has been typed and not read is lost."""
        with suppress(termios.error):
            termios.tcflush(self._source, termios.TCIFLUSH)

    def suspend(self) -> None:
        """Stop the process group as Ctrl-Z does, until somebody lets it go on."""
        os.kill(0, signal.SIGTSTP)

    def wake(self, number: int, _frame: FrameType | None) -> None:
        """Signal handler: make the waiting reader look up."""
        with suppress(BlockingIOError):
            os.write(self._wake_write, CONTINUED if number == signal.SIGCONT else RESIZED)

    def close(self) -> None:
        """Release the pipe."""
        os.close(self._wake_read)
        os.close(self._wake_write)


def single_keys(found: list[Any]) -> list[Any]:
    """A mode in which every key comes at once, unechoed, and none is a signal."""
    mode = [*found[:6], list(found[6])]
    mode[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
    mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
    return mode
