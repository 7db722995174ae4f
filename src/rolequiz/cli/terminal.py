"""The terminal for the length of a sitting: keys in, frames out, always given back as it was.

Stays on the normal screen, so that a killed process leaves nothing to repair but
the line mode, which every shell repairs itself. Echo is off throughout, so
type-ahead is never shown.
"""

from __future__ import annotations

import errno
import os
import select
import shutil
import signal
import termios
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from rolequiz.cli.keys import Decoder, Key
from rolequiz.errors import RolequizError

ESCAPE_WAIT = 0.05
"""Seconds in which the rest of an escape sequence must follow."""

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
PASTE_ON, PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"
SYNC_BEGIN, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
HOME, CLEAR_LINE, CLEAR_BELOW = "\x1b[H", "\x1b[K", "\x1b[J"
WIPE = HOME + "\x1b[2J" + "\x1b[3J"
"""Screen, then scrollback: some terminals move the screen into the scrollback when they clear it."""

RESIZED, CONTINUED = b"r", b"c"
"""What the signal handler leaves for the reader."""


class Resized(Exception):
    """The window changed, or the process came back from being stopped: paint again."""


class Terminated(BaseException):
    """A signal asks the process to end; raised so that everything is put back first."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Screen:
    """An open terminal. Use `opened`."""

    def __init__(self, source: int, sink: int) -> None:
        self._source = source
        self._sink = sink
        self._saved: list[Any] | None = None
        self._is_started = False
        self._decoder = Decoder()
        self._keys: list[Key] = []
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._is_painting = False

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        try:
            size = os.get_terminal_size(self._sink)
        except OSError:
            size = shutil.get_terminal_size()
        return size.columns or 80, size.lines or 24

    @property
    def is_in_front(self) -> bool:
        """Whether the terminal is this process's to draw on, and not the shell's at the moment."""
        try:
            return os.tcgetpgrp(self._source) == os.getpgrp()
        except OSError:
            return True

    def start(self) -> None:
        """Single keys, no echo, no signals from keys; earlier type-ahead is dropped.

        Raises:
            termios.error: the terminal cannot be had.
        """
        self._take_over(termios.TCSAFLUSH)

    def _take_over(self, when: int) -> None:
        """The mode for single keys, once this process is in the foreground.

        In the background the system stops the process in the midst of it, and the
        call ends as interrupted when it goes on: in the foreground, or in the
        background to be stopped again. The mode is read anew each time, because
        the one found in the background is that of the shell's line editor.
        """
        while True:
            found = termios.tcgetattr(self._source)
            try:
                termios.tcsetattr(self._source, when, single_keys(found))
            except termios.error as error:
                if error.args[0] != errno.EINTR:
                    raise
            else:
                break
        if self._saved is None:
            self._saved = found
        self._is_started = True
        with suppress(BlockingIOError):
            os.read(self._wake_read, 4096)
        self.write(PASTE_ON)

    def stop(self) -> None:
        """The terminal as it was found; nothing to do if it is gone, or has been given back already."""
        if not self._is_started or self._saved is None:
            return
        self._is_started = False
        self.write(SYNC_END + PASTE_OFF + SHOW)
        with suppress(termios.error):
            termios.tcsetattr(self._source, termios.TCSADRAIN, self._saved)

    def close(self) -> None:
        """Release the pipe that wakes the reader."""
        os.close(self._wake_read)
        os.close(self._wake_write)

    def write(self, text: str) -> None:
        """Everything, or nothing if nobody listens any more."""
        data = text.encode(errors="replace")
        try:
            while data:
                data = data[os.write(self._sink, data) :]
        except OSError:
            return

    def begin_painting(self) -> None:
        """Scroll what stands on the screen out of the way, so that frames never overwrite it."""
        _, rows = self.size
        self.write("\n" * (rows - 1) + HIDE)
        self._is_painting = True

    def paint(self, lines: Sequence[str]) -> None:
        """One frame from the top of the screen, in one update: no flicker, nothing left of the last one."""
        body = (CLEAR_LINE + "\r\n").join(lines)
        self.write(SYNC_BEGIN + HIDE + HOME + body + CLEAR_LINE + CLEAR_BELOW + SYNC_END)

    def end_painting(self) -> None:
        """Clear the frame and show the cursor again."""
        if self._is_painting:
            self.write(HOME + CLEAR_BELOW + SHOW)
            self._is_painting = False

    def key(self) -> Key:
        """The next key.

        Raises:
            Resized: the picture is out of date.
            EOFError: the terminal is gone.
        """
        while not self._keys:
            wait = ESCAPE_WAIT if self._decoder.is_waiting else None
            ready, _, _ = select.select([self._source, self._wake_read], [], [], wait)
            if self._wake_read in ready:
                if CONTINUED in os.read(self._wake_read, 4096):
                    self._come_back(termios.TCSADRAIN, self._is_painting)
                raise Resized
            if self._source in ready:
                try:
                    data = os.read(self._source, 65536)
                except OSError as error:
                    raise EOFError from error
                if not data:
                    raise EOFError
                self._keys += self._decoder.feed(data)
            else:
                self._keys += self._decoder.flush()
        return self._keys.pop(0)

    def wipe(self) -> None:
        """Nothing of what was shown or typed is left, above the screen either, as far as the terminal obeys."""
        self._is_painting = False
        self.write(WIPE + SHOW)
        with suppress(termios.error):
            termios.tcflush(self._source, termios.TCIFLUSH)
        self.drop_keys()

    def drop_keys(self) -> None:
        """Forget keys that were read together with one that has been acted on."""
        self._keys.clear()

    def suspend(self) -> None:
        """Stop the process group as Ctrl-Z does, and come back with everything in place.

        Raises:
            EOFError: the terminal is gone.
        """
        was_painting = self._is_painting
        self.end_painting()
        self.stop()
        os.kill(0, signal.SIGTSTP)
        self._come_back(termios.TCSAFLUSH, was_painting)

    def _come_back(self, when: int, is_painting: bool) -> None:
        """After a stop, whoever asked for it: the mode again, and what stands on the screen out of the way."""
        try:
            self._take_over(when)
        except termios.error as error:
            raise EOFError from error
        if is_painting:
            self.begin_painting()

    def wake(self, number: int, _frame: FrameType | None) -> None:
        """Signal handler: make the waiting reader look up."""
        try:
            os.write(self._wake_write, CONTINUED if number == signal.SIGCONT else RESIZED)
        except BlockingIOError:
            return


def single_keys(found: list[Any]) -> list[Any]:
    """A mode in which every key comes at once, unechoed, and none is a signal."""
    mode = [*found[:6], list(found[6])]
    mode[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
    mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
    return mode


def _terminated(number: int, _frame: FrameType | None) -> None:
    raise Terminated(number)


@contextmanager
def opened(source: int, sink: int) -> Iterator[Screen]:
    """A terminal ready for single keys, put back however the block ends.

    Raises:
        RolequizError: it cannot be had.
    """
    screen = Screen(source, sink)
    handlers: dict[signal.Signals, Callable[[int, FrameType | None], None]] = {
        signal.SIGWINCH: screen.wake,
        signal.SIGCONT: screen.wake,
        signal.SIGTERM: _terminated,
        signal.SIGHUP: _terminated,
        signal.SIGINT: _terminated,
    }
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        try:
            screen.start()
        except termios.error as error:
            raise RolequizError(
                f"the terminal cannot be used: {error.args[1]}", "start it in the foreground, or use --plain"
            ) from error
        yield screen
    finally:
        if screen.is_in_front:
            screen.end_painting()
            screen.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
        screen.close()
