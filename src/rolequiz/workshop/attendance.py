"""Who is in a room: the answers that can be read, the records that cannot, and how many are not done."""

from __future__ import annotations

from dataclasses import dataclass

from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import Files
from rolequiz.batch.reading import records
from rolequiz.batch.records import Accepted, Rules
from rolequiz.batch.rejects import Reject
from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord
from rolequiz.workshop.names import same_key
from rolequiz.workshop.room import Room
from rolequiz.workshop.sittings import newest


@dataclass(frozen=True, slots=True)
class Attendance:
    """Everybody once: ``records`` by code name, spellings aside; the files of ``repeated`` say one that came before.

    ``unfinished`` people began and have no record.
    """

    records: tuple[AnswerRecord, ...]
    rejects: tuple[Reject, ...]
    repeated: tuple[str, ...]
    unfinished: int


def attendance(room: Room, rules: Rules, notes: Notes) -> Attendance:
    """Everybody in a room. Of a code name that stands in several files the first file counts.

    Raises:
        RolequizError: a file of the room is out of reach.
    """
    found: dict[str, AnswerRecord] = {}
    rejects: list[Reject] = []
    repeated: list[str] = []
    paths = tuple(str(path) for path in room.record_files())
    for item in records(Files(paths, 0), rules, notes):
        match item:
            case Accepted() if same_key(item.record.id) in found:
                repeated.append(item.source)
            case Accepted():
                found[same_key(item.record.id)] = item.record
            case Reject():
                rejects.append(item)
    ordered = tuple(found[key] for key in sorted(found))
    return Attendance(ordered, tuple(rejects), tuple(repeated), unfinished(room))


def unfinished(room: Room) -> int:
    """How many people began a sitting and have no record; one that cannot be read was begun all the same."""
    begun = 0
    for folder in sorted((room.desk_home / "sittings").glob("*")):
        try:
            saved = newest(folder)
        except RolequizError:
            begun += 1
        else:
            begun += saved is not None and not room.is_taken(saved.header.person)
    return begun
