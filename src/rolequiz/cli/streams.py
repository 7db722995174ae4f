"""The standard streams, made to say what is wrong with them: closed, full, or nobody there to read."""

from __future__ import annotations

import io
import os
import select
import sys
from contextlib import suppress
from typing import Any, TextIO

from rolequiz.errors import RolequizError

STDIN, STDOUT, STDERR = 0, 1, 2


class Outlet(io.RawIOBase):
    """A standard stream to write to. A failure is told once; what still waits in buffers after it is let go."""

    def __init__(self, number: int, *, is_open: bool, is_vital: bool) -> None:
        """``is_vital``: a failure matters. Talk that nobody can hear is no failure."""
        self._number = number
        self._is_open = is_open
        self._is_vital = is_vital
        self._is_lost = False

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        if not self._is_open:
            raise io.UnsupportedOperation("fileno")
        return self._number

    def isatty(self) -> bool:
        return self._is_open and os.isatty(self._number)

    def write(self, data: Any, /) -> int:
        """Write what goes at once.

        Raises:
            RolequizError: the stream is closed, or does not take it.
            BrokenPipeError: nobody reads on.
        """
        if not self._is_lost:
            try:
                return self._written(data)
            except (OSError, RolequizError) as error:
                self._is_lost = True
                if self._is_vital:
                    raise _told(error) from error
        return memoryview(data).nbytes

    def _written(self, data: Any) -> int:
        if not self._is_open:
            raise RolequizError("standard output is closed", "send it to a terminal, a file or a pipe")
        while True:
            try:
                return os.write(self._number, data)
            except BlockingIOError:
                select.select([], [self._number], [])


def _told(error: OSError | RolequizError) -> OSError | RolequizError:
    if isinstance(error, BrokenPipeError | RolequizError):
        return error
    return RolequizError(
        f"standard output cannot be written: {error.strerror}", "make room, or send it to another place"
    )


class Inlet(io.RawIOBase):
    """Standard input to read. That nothing is there yet is no end: another process may have made it non-blocking."""

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return STDIN

    def isatty(self) -> bool:
        return os.isatty(STDIN)

    def readinto(self, into: Any, /) -> int:
        """Read what is there, at least a byte unless it is the end."""
        while True:
            try:
                return os.readv(STDIN, [into])
            except BlockingIOError:
                select.select([STDIN], [], [])


class ClosedInlet(io.RawIOBase):
    """Standard input where there is none."""

    def readable(self) -> bool:
        return True

    def readinto(self, _: Any, /) -> int:
        """Nothing can be read.

        Raises:
            RolequizError: always.
        """
        raise RolequizError("standard input is closed", "give it a terminal, a file or a pipe")


def standard_streams() -> tuple[TextIO, TextIO, TextIO]:
    """Input, output and talk of this process, in place of the interpreter's own; UTF-8 whatever the locale says.

    A stream that somebody has put in place already stays.
    """
    given, stdout, stderr = sys.stdin, sys.stdout, sys.stderr
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(ClosedInlet()), encoding="utf-8", errors="replace")
    elif sys.stdin is sys.__stdin__ and hasattr(os, "readv"):
        sys.stdin = io.TextIOWrapper(io.BufferedReader(Inlet()), encoding="utf-8", errors="replace")
    else:
        _speak_utf8(sys.stdin, "replace")
    if sys.stdout is sys.__stdout__:
        sys.stdout = _outgoing(STDOUT, stdout)
    else:
        _speak_utf8(sys.stdout, "backslashreplace")
    if sys.stderr is sys.__stderr__:
        sys.stderr = _outgoing(STDERR, stderr)
    else:
        _speak_utf8(sys.stderr, "backslashreplace")
    if None in (given, stdout, stderr):
        _keep_numbers_taken()
    return sys.stdin, sys.stdout, sys.stderr


def _outgoing(number: int, replaced: TextIO | None) -> TextIO:
    """Standard output, or talk, which goes out line by line."""
    if replaced is not None:
        with suppress(OSError):
            replaced.flush()
    is_talk = number == STDERR
    raw = Outlet(number, is_open=replaced is not None, is_vital=not is_talk)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace", line_buffering=is_talk or raw.isatty()
    )


def _speak_utf8(stream: object, errors: str) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors=errors)


def _keep_numbers_taken() -> None:
    """The next file opened would get the number of the closed stream, and whoever writes there would spoil it."""
    while (number := os.open(os.devnull, os.O_RDONLY)) <= STDERR:
        pass
    os.close(number)
