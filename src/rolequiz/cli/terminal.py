"""The terminal for the length of a sitting: keys in, frames out, always given back as it was.

Stays on the normal screen, so that a killed process leaves nothing to repair but
the line mode, which every shell repairs itself. Echo is off throughout, so
type-ahead is never shown.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import termios
import tty
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

from rolequiz.cli.keys import Decoder, Key

ESCAPE_WAIT = 0.05
"""Seconds in which the rest of an escape sequence must follow."""

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
PASTE_ON, PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"
SYNC_BEGIN, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
HOME, CLEAR_LINE, CLEAR_BELOW = "\x1b[H", "\x1b[K", "\x1b[J"


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
        self._saved = termios.tcgetattr(source)
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

    def start(self) -> None:
        """Single keys, no echo, no signals from keys; earlier type-ahead is dropped."""
        tty.setcbreak(self._source, termios.TCSAFLUSH)
        mode = termios.tcgetattr(self._source)
        mode[3] &= ~termios.ISIG
        termios.tcsetattr(self._source, termios.TCSADRAIN, mode)
        self.write(PASTE_ON)

    def stop(self) -> None:
        """The terminal as it was found; nothing to do if it is gone."""
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
                os.read(self._wake_read, 4096)
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

    def drop_keys(self) -> None:
        """Forget keys that were read together with one that has been acted on."""
        self._keys.clear()

    def suspend(self) -> None:
        """Stop the process group as Ctrl-Z does, and come back with everything in place."""
        was_painting = self._is_painting
        self.end_painting()
        self.stop()
        os.kill(0, signal.SIGTSTP)
        self.start()
        if was_painting:
            self.begin_painting()

    def wake(self, _signal: int, _frame: FrameType | None) -> None:
        """Signal handler: make the waiting reader look up."""
        try:
            os.write(self._wake_write, b"!")
        except BlockingIOError:
            return


def _terminated(number: int, _frame: FrameType | None) -> None:
    raise Terminated(number)


@contextmanager
def opened(source: int, sink: int) -> Iterator[Screen]:
    """A terminal ready for single keys, put back however the block ends."""
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
        screen.start()
        yield screen
    finally:
        screen.end_painting()
        screen.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
        screen.close()
