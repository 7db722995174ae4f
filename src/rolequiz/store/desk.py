"""The desk of an id: its folder, locked, so that one sitting at a time is written there."""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from rolequiz.errors import RolequizError
from rolequiz.store.atomic import sync_folder
from rolequiz.store.journal import ENDING, Journal, Saved, folder_of, number_of, out_of_reach, places, read
from rolequiz.store.journal_lines import Header, encode_header
from rolequiz.store.lines import Lines
from rolequiz.store.lock import locked

LOCK = "lock"
"""The file in an id's folder that whoever writes there has locked."""


class InUseError(RolequizError):
    """Another process holds a sitting of the same id."""


def _make_private(folder: Path) -> None:
    """The folder and whatever is missing above it, for the user alone. It may be gone again when this returns."""
    missing = [folder]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for one in reversed(missing):
        try:
            one.mkdir(mode=0o700)
        except FileExistsError:
            if one.is_symlink() and not one.exists():  # would be looked for without end
                raise


def folder_lock(folder: Path) -> int | None:
    """The lock of an id's folder, which is made if it is missing; None where another process has it.

    The handle is to be closed. Deleting the last sitting of an id removes the lock file and the folder:
    whoever comes in that moment looks again.

    Raises:
        OSError: the folder cannot be written.
    """
    while True:
        _make_private(folder)
        try:
            handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            if (folder / LOCK).is_symlink():
                raise
            continue
        with ExitStack() as stack:
            stack.callback(os.close, handle)
            if not locked(handle):
                return None
            if os.fstat(handle).st_nlink:
                stack.pop_all()
                return handle


class Desk:
    """The locked folder of one id: finds the sitting that counts, begins and continues journals."""

    def __init__(self, home: Path, person: str) -> None:
        """Lock the id.

        Raises:
            InUseError: another process has it.
            RolequizError: the data folder cannot be written.
        """
        self._folder = folder_of(home, person)
        try:
            handle = folder_lock(self._folder)
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        if handle is None:
            raise InUseError(
                f"another quiz is open for the id {person!r}", "finish it there, or choose another name with --id"
            )
        self._lock = handle

    def newest(self) -> Saved | None:
        """The sitting that counts, finished or not; a file without a whole header does not."""
        for path in reversed(places(self._folder)):
            saved = read(path)
            if saved is not None:
                return saved
        return None

    def begin(self, header: Header, now: datetime) -> Journal:
        """A new journal with its header on disk. What a kill left of one that had not even that goes away.

        Raises:
            RolequizError: the disk does not take it.
        """
        found = places(self._folder)
        if found and _is_headless(found[-1]):
            with suppress(OSError):
                found.pop().unlink()
        last = number_of(found[-1]) if found else 0
        name = f"{last + 1:04d}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}{ENDING}"
        try:
            lines = Lines(self._folder / name, os.O_CREAT | os.O_EXCL)
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        try:
            lines.append(encode_header(header))
            lines.sync()
        except OSError as error:
            lines.close()
            with suppress(OSError):
                (self._folder / name).unlink()
            raise _unwritable(self._folder, error) from error
        sync_folder(self._folder)
        return Journal(lines)

    def resume(self, saved: Saved) -> Journal:
        """The journal of a saved sitting, its torn last line cut off, ready for more.

        Raises:
            RolequizError: it cannot be written.
        """
        try:
            lines = Lines(saved.path)
            lines.cut(saved.end)
        except OSError as error:
            raise out_of_reach(saved.path, error) from error
        return Journal(lines)

    def close(self) -> None:
        """Let others have the id."""
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _is_headless(path: Path) -> bool:
    with suppress(OSError):
        return b"\n" not in path.read_bytes()
    return False


def _unwritable(folder: Path, error: OSError) -> RolequizError:
    return RolequizError(
        f"answers cannot be saved in {folder}: {error.strerror}",
        "make room or make it writable, or set ROLEQUIZ_HOME to a folder of yours",
    )
