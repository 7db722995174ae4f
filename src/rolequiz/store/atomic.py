"""Files that appear whole or not at all.

A file is written beside its target and renamed over it when everything is on
the disk. What cannot be renamed over (a device, a pipe) is written directly.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from stat import S_IMODE, S_ISREG
from tempfile import mkstemp
from typing import BinaryIO

from rolequiz.errors import RolequizError
from rolequiz.signals import held
from rolequiz.store.lock import LEAVES_NAMES_FREE, locked

PRIVATE = 0o600
PUBLIC_MASK = 0o077
"""A mask under which nothing is public, should another thread create a file meanwhile."""

TEMPORARY = ".tmp"
MADE_BY_MKSTEMP = "[a-z0-9_]{8}"
STREAMS = ("/dev/stdout", "/dev/stderr")
STREAM_FOLDERS = ("/dev/fd/", "/proc/")
"""Names of streams that are already open; even where one leads to a file, others may be writing to it."""


class Sink:
    """Bytes on their way into a file. ``path`` is where they are until it is whole; None if they went out already."""

    __slots__ = ("_stream", "_target", "path", "size")

    def __init__(self, target: Path, stream: BinaryIO, path: str | None = None) -> None:
        self.size = 0
        self.path = path
        self._target = target
        self._stream = stream

    def write(self, data: bytes | memoryview) -> int:
        """Take bytes.

        Raises:
            RolequizError: the disk is full, or the file cannot be written for another reason.
        """
        with blamed(self._target):
            self._stream.write(data)
        self.size += len(data)
        return len(data)

    def reserve(self, size: int) -> int:
        """Leave room for ``size`` bytes that somebody else writes to ``path``; where it begins.

        Raises:
            RolequizError: as `write`.
        """
        with blamed(self._target):
            offset = self.size
            self._stream.seek(offset + size)
        self.size += size
        return offset


def is_direct(path: Path) -> bool:
    """Whether the path is a device, a pipe or the like, which is written to directly and has nothing beside it.

    Raises:
        RolequizError: nobody can tell, because the folder is out of reach.
    """
    with blamed(path):
        name = os.path.abspath(path)
    if name in STREAMS or name.startswith(STREAM_FOLDERS):
        return True
    with blamed(path):
        return path.exists() and not path.is_dir() and not S_ISREG(path.stat().st_mode)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to write; None for none.

    ``private``: only the user may read it. Unless ``keep_empty``, a file without a
    byte is not kept, and an older one at its place is removed.
    """

    path: Path | None
    private: bool = False
    keep_empty: bool = True


@contextmanager
def written(path: Path, *, private: bool = False, keep_empty: bool = True) -> Iterator[Sink]:
    """A sink whose bytes become the file when the block ends well, and vanish when it does not.

    Args:
        private: only the user may read the file.
        keep_empty: if False, a file without a byte is not kept, and an older one at its place is removed.

    Raises:
        RolequizError: the file cannot be written.
    """
    with together([Wanted(path, private, keep_empty)]) as (sink,):
        assert sink is not None
        yield sink


@contextmanager
def together(wanted: Sequence[Wanted]) -> Iterator[list[Sink | None]]:
    """Sinks for several files, which get their names when all of them are on the disk, the first one last.

    Raises:
        RolequizError: one of them cannot be written; then none gets its name.
    """
    with ExitStack() as stack:
        drafts = [stack.enter_context(_draft(one)) if one.path is not None else None for one in wanted]
        yield [None if draft is None else draft.sink for draft in drafts]
        for draft in drafts:
            if draft is not None:
                draft.finish()
        with held(is_last=True):
            for draft in reversed(drafts):
                if draft is not None:
                    draft.commit()


class _Draft:
    """A file that has no name of its own yet; written directly if ``target`` is None."""

    def __init__(self, wanted: Wanted, sink: Sink, stream: BinaryIO, target: Path | None) -> None:
        self.sink = sink
        self._wanted = wanted
        self._stream = stream
        self._target = target

    def finish(self) -> None:
        """Everything is on the disk."""
        assert self._wanted.path is not None
        with blamed(self._wanted.path):
            if self._target is not None:
                self._give_rights(PRIVATE if self._wanted.private else _mode_for(self._target))
            self._stream.flush()
            if self._target is not None:
                os.fsync(self._stream.fileno())
                if not LEAVES_NAMES_FREE:
                    self._stream.close()

    def _give_rights(self, mode: int) -> None:
        if hasattr(os, "fchmod"):  # not on Windows before Python 3.13
            os.fchmod(self._stream.fileno(), mode)

    def commit(self) -> None:
        """The file gets its name; it is still marked as in use, where that is possible."""
        if self._target is None:
            return
        assert self._wanted.path is not None
        assert self.sink.path is not None
        with blamed(self._wanted.path):
            if self.sink.size or self._wanted.keep_empty:
                os.replace(self.sink.path, self._target)
            else:
                self._target.unlink(missing_ok=True)
        sync_folder(self._target.parent)


@contextmanager
def _draft(wanted: Wanted) -> Iterator[_Draft]:
    path = wanted.path
    assert path is not None
    if is_direct(path):
        with blamed(path):
            stream = os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND), "wb")
        with _closing(stream):
            yield _Draft(wanted, Sink(path, stream), stream, None)
        return
    with blamed(path):
        target = Path(real(path))
        _refuse_unwritable(target)
        prefix = temporary_prefix(target.name)
        _sweep(target.parent, prefix)
        handle, name = _temporary(target.parent, prefix)
    stream = os.fdopen(handle, "wb")
    try:
        with _closing(stream):
            yield _Draft(wanted, Sink(path, stream, name), stream, target)
    finally:
        with held(), suppress(OSError):
            os.unlink(name)


def real(path: Path) -> str:
    """The one name that all names of a file lead to.

    Raises:
        RolequizError: nobody can tell, because it is no name or the folder the process stands in is gone.
    """
    with blamed(path):
        return os.path.realpath(path)


def temporary_prefix(name: str) -> str:
    """How the temporary files of a target begin; those of another name never do."""
    return f".{name[:50]}.{sha256(os.fsencode(name)).hexdigest()[:8]}."


def _temporary(folder: Path, prefix: str) -> tuple[int, str]:
    """A new file, locked as a mark that this process and those it starts use it, where others can still write to it."""
    while True:
        handle, name = mkstemp(prefix=prefix, suffix=TEMPORARY, dir=folder)
        if not LEAVES_NAMES_FREE:
            return handle, name
        with suppress(OSError):
            locked(handle, waits=True)
        if os.fstat(handle).st_nlink:
            return handle, name
        os.close(handle)  # somebody swept it away before it was marked


def _sweep(folder: Path, prefix: str) -> None:
    """Remove what a process that was killed left of the same file. One that is at work holds a mark on it."""
    if not LEAVES_NAMES_FREE:
        return
    ours = re.compile(re.escape(prefix) + MADE_BY_MKSTEMP + re.escape(TEMPORARY))
    with suppress(OSError):
        for name in os.listdir(folder):
            if not ours.fullmatch(name):
                continue
            with suppress(OSError), (folder / name).open("rb") as stream:
                if locked(stream.fileno()):
                    (folder / name).unlink()


@contextmanager
def _closing(stream: BinaryIO) -> Iterator[None]:
    """Close at the end; what a full disk does not take then has been told before."""
    try:
        yield
    finally:
        with suppress(OSError):
            stream.close()


def cannot_write(path: Path, error: Exception) -> RolequizError:
    """Why a file cannot be written, and what to do."""
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return RolequizError(f"{path}: there is no folder {path.parent}", "create it, or choose another place")
        case IsADirectoryError():
            return RolequizError(f"{path}: this is a folder", "name a file in it")
        case PermissionError():
            return RolequizError(f"{path}: you may not write there", "choose a place of yours")
        case OSError():
            return RolequizError(f"{path}: cannot be written: {error.strerror}", "make room, or choose another place")
        case _:
            return RolequizError(f"{path}: this is no file name", "check the name")


@contextmanager
def blamed(path: Path) -> Iterator[None]:
    """Errors of the system inside the block become a message about the path; a reader that left stays one."""
    try:
        yield
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        raise cannot_write(path, error) from error


def _refuse_unwritable(target: Path) -> None:
    """A rename would replace even a file that may not be written, as no redirection of a shell does."""
    if target.is_dir():
        raise IsADirectoryError
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError


def _mode_for(target: Path) -> int:
    """The rights of the file that is replaced, or of a new one."""
    with suppress(FileNotFoundError):
        return S_IMODE(target.stat().st_mode)
    return 0o666 & ~_umask()


def _umask() -> int:
    """The rights that new files of this process lack. Asking the usual way sets it for a moment, for all threads."""
    with suppress(OSError, ValueError, IndexError):
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Umask:")).split()[1], 8)
    mask = os.umask(PUBLIC_MASK)
    os.umask(mask)
    return mask


def sync_folder(folder: Path) -> None:
    """Put the new name on the disk too, where the file system allows it."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
