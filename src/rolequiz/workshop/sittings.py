"""The sittings of a room on a shared screen: who may sit down, and how a finished one becomes a record."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import datetime
from enum import Enum
from pathlib import Path

from rolequiz.core.table import Table
from rolequiz.errors import RolequizError
from rolequiz.store.desk import InUseError
from rolequiz.store.journal import Saved, journals, listed, read
from rolequiz.store.records import sitting_record
from rolequiz.workshop.resume import has_word
from rolequiz.workshop.room import Room, TakenError


class Place(Enum):
    """What a code name means to somebody who types it."""

    FREE = "free"
    UNFINISHED = "unfinished"
    """A sitting that a word leads back to."""
    ELSEWHERE = "elsewhere"
    """A sitting that has no word, because it is on a phone."""
    DONE = "done"


def place_of(room: Room, name: str) -> Place:
    """Where this code name stands in the room."""
    if room.is_taken(name):
        return Place.DONE
    folder = room.desk_folder(name)
    if not journals(folder):
        return Place.FREE
    return Place.UNFINISHED if has_word(folder) else Place.ELSEWHERE


def newest(folder: Path) -> Saved | None:
    """The last sitting in a code name's folder; one without a whole header does not count.

    Raises:
        RolequizError: it cannot be read.
    """
    return next((saved for path in reversed(journals(folder)) if (saved := read(path)) is not None), None)


def put_away(room: Room, table: Table, saved: Saved) -> Path:
    """Keep a finished sitting as the record of its code name; then nothing else is left of it.

    Whoever calls holds the lock of its desk.

    Raises:
        TakenError: another record has the code name; the sitting stays where it is.
        RolequizError: the record cannot be written.
    """
    header = saved.header
    finished = datetime.fromisoformat(saved.finished).isoformat(timespec="seconds")
    path = room.keep(sitting_record(table, header, saved.sitting(table), header.lang, finished))
    for journal in journals(room.desk_folder(header.person)):
        journal.unlink(missing_ok=True)  # first, because without them the rest means nothing
    shutil.rmtree(room.desk_folder(header.person), ignore_errors=True)
    return path


def settle(room: Room, table: Table) -> tuple[int, list[RolequizError]]:
    """Put away what was finished just before a crash. How many sittings are unfinished, and what is in the way.

    Sittings without a word belong to another program, and are counted only.
    """
    unfinished, faults = 0, list[RolequizError]()
    for folder in listed(room.desk_home / "sittings"):
        try:
            saved = newest(folder)
            if saved is None:
                continue
            if not saved.is_finished():
                unfinished += 1
            elif has_word(folder):
                with suppress(InUseError), room.desk(saved.header.person):
                    put_away(room, table, saved)
        except TakenError as error:
            faults.append(RolequizError(error.message, f"its sitting is in {folder}"))
        except RolequizError as error:
            faults.append(error)
    return unfinished, faults
