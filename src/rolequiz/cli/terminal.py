"""The terminal for the length of a sitting: keys in, frames out, always given back as it was.

Stays on the normal screen, so that a killed process leaves nothing to repair but
the line mode, which every shell repairs itself. Echo is off throughout, so
type-ahead is never shown.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from rolequiz.cli.keys import Decoder, Key
from rolequiz.cli.tty import Tty, Unavailable, Woken, tty_of
from rolequiz.errors import RolequizError
from rolequiz.signals import ENDING

ESCAPE_WAIT = 0.05
"""Seconds in which the rest of an escape sequence must follow."""

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
PASTE_ON, PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"
SYNC_BEGIN, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
HOME, CLEAR_LINE, CLEAR_BELOW = "\x1b[H", "\x1b[K", "\x1b[J"
WIPE = HOME + "\x1b[2J" + "\x1b[3J"
"""Screen, then scrollback: some terminals move the screen into the scrollback when they clear it."""


class Resized(Exception):
    """The window changed, or the process came back from being stopped: paint again."""


class Terminated(BaseException):
    """A signal asks the process to end; raised so that everything is put back first."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Screen:
    """An open terminal. Use `opened`."""

    def __init__(self, tty: Tty, sink: int) -> None:
        self._tty = tty
        self._sink = sink
        self._is_started = False
        self._decoder = Decoder()
        self._keys: list[Key] = []
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
        return self._tty.is_in_front

    def start(self) -> None:
        """Single keys, no echo, no signals from keys; earlier type-ahead is dropped.

        Raises:
            Unavailable: the terminal cannot be had.
        """
        self._take_over(drops=True)

    def _take_over(self, *, drops: bool) -> None:
        self._tty.take(drops=drops)
        self._is_started = True
        self.write(PASTE_ON)

    def stop(self) -> None:
        """The terminal as it was found; nothing to do if it is gone, or has been given back already."""
        if not self._is_started:
            return
        self._is_started = False
        self.write(SYNC_END + PASTE_OFF + SHOW)
        self._tty.give_back()

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
            try:
                data = self._tty.read(ESCAPE_WAIT if self._decoder.is_waiting else None)
            except Woken as woken:
                if woken.is_back:
                    self._come_back(drops=False, is_painting=self._is_painting)
                raise Resized from None
            self._keys += self._decoder.flush() if data is None else self._decoder.feed(data)
        return self._keys.pop(0)

    def wipe(self) -> None:
        """Nothing of what was shown or typed is left, above the screen either, as far as the terminal obeys."""
        self._is_painting = False
        self.write(WIPE + SHOW)
        self._tty.forget()
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
        self._tty.suspend()
        self._come_back(drops=True, is_painting=was_painting)

    def _come_back(self, *, drops: bool, is_painting: bool) -> None:
        """After a stop, whoever asked for it: the mode again, and what stands on the screen out of the way."""
        try:
            self._take_over(drops=drops)
        except Unavailable as error:
            raise EOFError from error
        if is_painting:
            self.begin_painting()


def _terminated(number: int, _frame: FrameType | None) -> None:
    raise Terminated(number)


@contextmanager
def opened(source: int, sink: int) -> Iterator[Screen]:
    """A terminal ready for single keys, put back however the block ends.

    Raises:
        RolequizError: it cannot be had.
    """
    tty = tty_of(source)
    screen = Screen(tty, sink)
    handlers: dict[int, Callable[[int, FrameType | None], None]] = {
        **dict.fromkeys(tty.waking, tty.wake),
        **dict.fromkeys(ENDING, _terminated),
    }
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        try:
            screen.start()
        except Unavailable as error:
            raise RolequizError(
                f"the terminal cannot be used: {error}", "start it in the foreground, or use --plain"
            ) from error
        yield screen
    finally:
        if screen.is_in_front:
            screen.end_painting()
            screen.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
        tty.close()
