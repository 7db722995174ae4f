"""Locks on open files: one holder at a time, wherever the system's locks are."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from rolequiz.store import lock
from rolequiz.store.atomic import written
from rolequiz.store.desk import Desk, InUseError


class ByteLocks:
    """A stand-in for ``msvcrt``: a byte of a file is one handle's, until that is closed."""

    LK_NBLCK = 2

    def __init__(self) -> None:
        self.held: dict[tuple[int, int, int], int] = {}

    def locking(self, handle: int, mode: int, count: int) -> None:
        assert (mode, count) == (self.LK_NBLCK, 1)
        about = os.fstat(handle)
        place = about.st_dev, about.st_ino, os.lseek(handle, 0, os.SEEK_CUR)
        holder = self.held.get(place, handle)
        if holder != handle and is_open(holder):
            raise PermissionError(errno.EACCES, "Permission denied")
        self.held[place] = handle


def is_open(handle: int) -> bool:
    try:
        os.fstat(handle)
    except OSError:
        return False
    return True


@pytest.fixture(params=["of the system", "msvcrt"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "msvcrt":
        monkeypatch.setattr(lock, "fcntl", None)
        monkeypatch.setitem(sys.modules, "msvcrt", ByteLocks())
    return str(request.param)


@contextmanager
def opened(path: Path) -> Iterator[int]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        yield handle
    finally:
        if is_open(handle):
            os.close(handle)


@pytest.mark.usefixtures("system")
def test_one_opening_holds_a_file_and_closing_it_lets_go(tmp_path: Path) -> None:
    with opened(tmp_path / "a") as one, opened(tmp_path / "a") as other:
        assert lock.locked(one)
        assert not lock.locked(other)
        os.close(one)
        assert lock.locked(other)


@pytest.mark.usefixtures("system")
def test_whoever_waits_has_it_when_it_is_free(tmp_path: Path) -> None:
    with opened(tmp_path / "a") as one, opened(tmp_path / "a") as other:
        assert lock.locked(one)
        got: list[bool] = []
        waiting = threading.Thread(target=lambda: got.append(lock.locked(other, waits=True)))
        waiting.start()
        waiting.join(0.1)
        assert got == []
        os.close(one)
        waiting.join(60)
        assert got == [True]


@pytest.mark.usefixtures("system")
def test_a_lock_leaves_the_place_in_the_file_and_its_length(tmp_path: Path) -> None:
    with opened(tmp_path / "a") as handle:
        os.write(handle, b"four")
        os.lseek(handle, 1, os.SEEK_SET)
        assert lock.locked(handle)
        assert os.lseek(handle, 0, os.SEEK_CUR) == 1
        assert os.fstat(handle).st_size == 4


@pytest.mark.usefixtures("system")
def test_one_sits_at_a_desk(tmp_path: Path) -> None:
    with Desk(tmp_path, "me"), pytest.raises(InUseError):
        Desk(tmp_path, "me")
    with Desk(tmp_path, "me"):
        pass


def test_a_file_system_without_locks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("rolequiz.store.lock.fcntl", SimpleNamespace(flock=refuse, LOCK_EX=2, LOCK_NB=4))
    with pytest.raises(Exception, match=r"answers cannot be saved in .*: No locks available"):
        Desk(tmp_path, "me")


def test_a_process_that_was_killed_lets_go(tmp_path: Path) -> None:
    script = (
        "import os, sys\nfrom rolequiz.store.lock import locked\n"
        "assert locked(os.open(sys.argv[1], os.O_RDWR | os.O_CREAT))\nprint('held', flush=True)\nsys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "a")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with opened(tmp_path / "a") as handle:
            assert not lock.locked(handle)
            other.kill()
            other.wait()
            assert lock.locked(handle)


def test_a_file_is_closed_before_it_gets_its_name_where_an_open_one_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where an open file cannot be renamed."""
    monkeypatch.setattr("rolequiz.store.atomic.LEAVES_NAMES_FREE", False)
    replace = os.replace

    def strict(source: str, target: Path) -> None:
        inode = os.stat(source).st_ino
        assert inode not in {os.fstat(handle).st_ino for handle in range(256) if is_open(handle)}
        replace(source, target)

    monkeypatch.setattr(os, "replace", strict)
    with written(tmp_path / "a") as sink:
        sink.write(b"whole")
    assert (tmp_path / "a").read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]
