"""A signal while an answer is saved: the journal and the sitting never differ, and nothing follows the end."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rolequiz.cli.sitting import Seat
from rolequiz.core.sitting import Answer, Event, Finish, Quit
from rolequiz.model import BankStamp
from rolequiz.store.desk import Desk
from rolequiz.store.journal_lines import Header
from tests.small_banks import shipped_table

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TABLE = shipped_table()
ALL = [Answer(item.id, 1) for item in TABLE.items]


@contextmanager
def interrupted(monkeypatch: pytest.MonkeyPatch, when: str) -> Iterator[None]:
    """Ctrl-C comes just before or just after the system has written."""
    write: Callable[[int, bytes], int] = os.write

    def writing(handle: int, data: bytes) -> int:
        if when == "before":
            signal.raise_signal(signal.SIGINT)
        written = write(handle, data)
        if when == "after":
            signal.raise_signal(signal.SIGINT)
        return written

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", writing)
        yield


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("given", "last"), [(0, ALL[0]), (3, ALL[3]), (30, Finish())], ids=["first", "fourth", "end"])
def test_ctrl_c_while_saving_leaves_journal_and_sitting_alike(
    given: int, last: Event, when: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = Header("me", BankStamp("ops-roles", "1.0", "sha256:x"), "full", "en", NOW.isoformat())
    with Desk(tmp_path, "me") as desk:
        seat = Seat.new(TABLE, header, desk.begin(header, NOW), lambda: NOW)
        for event in ALL[:given]:
            seat.act(event)
        with interrupted(monkeypatch, when), pytest.raises(KeyboardInterrupt):
            seat.act(last)
        saved = desk.newest()
        assert saved is not None
        assert saved.events == (*ALL[:given], last)
        assert saved.sitting(TABLE) == seat.sitting
        if given < 30:
            seat.act(Quit())
            seat.sync()
            saved = desk.newest()
            assert saved is not None
            assert saved.events == (*ALL[:given], last, Quit())
        seat.close()
