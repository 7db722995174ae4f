"""Rooms and sittings to test with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rolequiz.bank.load import load
from rolequiz.bank.shipped import shipped_bank
from rolequiz.core.sitting import Answer, Event, Finish, Quit
from rolequiz.core.table import compile_table
from rolequiz.model import Mode
from rolequiz.store.journal_lines import Header
from rolequiz.workshop.room import Plan, Room

BANK = load(shipped_bank())
TABLE = compile_table(BANK.form, BANK.catalogue)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def new_room(folder: Path, mode: Mode = "full") -> Room:
    """A new room of the shipped bank."""
    return Room.begin(folder / "room", Plan("Spring", BANK.stamp, "en", mode))


def sat(room: Room, name: str, answered: int, *, is_finished: bool = False) -> None:
    """A sitting in the room's journals, with the first option for the first questions."""
    header = Header(name, BANK.stamp, "full", "en", NOW.isoformat(timespec="seconds"))
    events: list[Event] = [Answer(item.id, 1, 2.5) for item in TABLE.items[:answered]]
    events.append(Finish() if is_finished else Quit())
    with room.desk(name) as desk:
        journal = desk.begin(header, NOW)
        for event in events:
            journal.append(event, NOW)
        journal.close()
