"""A file that grows by whole lines: what the disk does not take whole is taken back."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

PRIVATE = 0o600
IN_BYTES = getattr(os, "O_BINARY", 0)
"""On Windows a line feed would become two bytes otherwise."""


class Lines:
    """An open file to append to, private to the user if it is new. Others may read along; a torn last line is no line.

    Lines that were appended are safe after `sync`. When the disk refuses, the file
    ends again where it was whole: after the last line if it refused a line, after
    what is safe if it refused to make it so.
    """

    def __init__(self, path: Path, flags: int = 0) -> None:
        """Open it. ``flags``: ``os.O_CREAT`` to make it if it is missing, ``os.O_EXCL`` too if it must be.

        Raises:
            OSError: it cannot be opened.
        """
        self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | IN_BYTES | flags, PRIVATE)
        self._end = self._safe = os.fstat(self._handle).st_size
        self._is_torn = False

    def fileno(self) -> int:
        """The handle, for a lock."""
        return self._handle

    def cut(self, end: int) -> None:
        """The file ends after so many bytes, which are safe.

        Raises:
            OSError: it cannot be cut.
        """
        self._end = self._safe = end
        self._is_torn = True
        self._take_back()

    def append(self, lines: str) -> None:
        """Write lines, all of them or none.

        Raises:
            OSError: the disk does not take them.
        """
        if self._is_torn:
            self._take_back()
        data = lines.encode()
        self._is_torn = True
        try:
            if os.write(self._handle, data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            self._end_whole()
            raise
        self._is_torn = False
        self._end += len(data)

    def sync(self) -> None:
        """Force what was appended onto the disk.

        Raises:
            OSError: the disk does not take it; it is in the file no more.
        """
        try:
            os.fsync(self._handle)
        except OSError:
            self._end, self._is_torn = self._safe, True
            self._end_whole()
            raise
        self._safe = self._end

    def close(self) -> None:
        """Close the file."""
        os.close(self._handle)

    def _end_whole(self) -> None:
        """What is torn goes at once if the disk allows it, else before the next line."""
        with suppress(OSError):
            self._take_back()

    def _take_back(self) -> None:
        os.ftruncate(self._handle, self._end)
        self._is_torn = False
