"""A file of lines on a disk that refuses: whole lines stay, torn ones go, and what comes later is whole again."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rolequiz.store.lines import Lines

FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Lines]:
    """One line that is safe."""
    made = Lines(tmp_path / "a", os.O_CREAT)
    made.append("first\n")
    made.sync()
    yield made
    made.close()


def refuse(monkeypatch: pytest.MonkeyPatch, *calls: str) -> None:
    def refused(*_: object) -> None:
        raise FULL

    for call in calls:
        monkeypatch.setattr(os, call, refused)


def tear(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk takes three bytes more."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:3]))


def test_a_line_that_does_not_fit_leaves_nothing(lines: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tear(monkeypatch)
    with pytest.raises(OSError, match="No space left"):
        lines.append("second\n")
    assert (tmp_path / "a").read_text() == "first\n"
    monkeypatch.undo()
    lines.append("third\n")
    assert (tmp_path / "a").read_text() == "first\nthird\n"


def test_lines_before_a_refused_one_stay(lines: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines.append("second\n")
    refuse(monkeypatch, "write")
    with pytest.raises(OSError, match="No space left"):
        lines.append("third\n")
    assert (tmp_path / "a").read_text() == "first\nsecond\n"


def test_what_cannot_be_made_safe_is_in_the_file_no_more(
    lines: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines.append("second\n")
    lines.append("third\n")
    refuse(monkeypatch, "fsync")
    with pytest.raises(OSError, match="No space left"):
        lines.sync()
    assert (tmp_path / "a").read_text() == "first\n"
    monkeypatch.undo()
    lines.append("fourth\n")
    lines.sync()
    assert (tmp_path / "a").read_text() == "first\nfourth\n"


def test_a_torn_line_that_cannot_be_cut_off_yet_is_cut_off_before_the_next(
    lines: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tear(monkeypatch)
    refuse(monkeypatch, "ftruncate")
    for _ in range(2):
        with pytest.raises(OSError, match="No space left"):
            lines.append("second\n")
        assert (tmp_path / "a").read_text() == "first\nsec", "no more follows a torn line"
    monkeypatch.undo()
    lines.append("third\n")
    assert (tmp_path / "a").read_text() == "first\nthird\n"
