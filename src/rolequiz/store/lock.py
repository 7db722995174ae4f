"""Locks on open files, held until the file is closed or the process ends, however it ends.

They keep out other processes and other openings of the same file in this one. Where
there is ``fcntl``, the lock is the open file's and its content and name stay free;
elsewhere it is that of Windows, tried with a stand-in, not on Windows.
"""

from __future__ import annotations

import importlib
import os
from time import sleep
from typing import Any

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]  # the type of a module cannot be widened

LEAVES_NAMES_FREE = fcntl is not None
"""Whether a file that somebody has open can be renamed, replaced and removed."""

FAR = 0x7FFF_FFFE
"""The byte that stands for the whole file where locks are on bytes: nobody can read or write a locked one."""

PAUSE = 0.05
"""Seconds between two tries where nothing tells that a lock has become free."""


def locked(handle: int, *, waits: bool = False) -> bool:
    """Lock an open file; False where somebody else has it already. ``waits``: until it can be had.

    Raises:
        OSError: there are no locks in this file system.
    """
    if fcntl is None:
        return _lock_byte(handle, waits=waits)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_byte(handle: int, *, waits: bool) -> bool:
    msvcrt: Any = importlib.import_module("msvcrt")
    at = os.lseek(handle, 0, os.SEEK_CUR)
    try:
        while True:
            os.lseek(handle, FAR, os.SEEK_SET)
            try:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            except PermissionError:
                if not waits:
                    return False
                sleep(PAUSE)
            else:
                return True
    finally:
        os.lseek(handle, at, os.SEEK_SET)
