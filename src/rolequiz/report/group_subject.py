"""Everything that the words about a room are chosen from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rolequiz.core.group import (
    GroupAssessment,
)
from rolequiz.core.table import Table as Scoring
from rolequiz.report.voice import Voice

DRAWN = (2, 3)
"""Numbers of roles for which there is a picture: a line, a triangle."""


@dataclass(frozen=True, slots=True)
class RoomSubject:
    """Everything the words about a room are chosen from; those ``unfinished`` or ``rejected`` are not in ``group``."""

    table: Scoring
    group: GroupAssessment
    voice: Voice
    title: str
    day: date | None = None
    unfinished: int = 0
    rejected: int = 0


def shorts(subject: RoomSubject) -> tuple[str, ...]:
    """The roles' short names, bank order."""
    return tuple(subject.voice.short(subject.voice.role(role)) for role in subject.table.roles)


def names(subject: RoomSubject) -> str:
    """The roles as a list inside a sentence."""
    return subject.voice.roles_inside(subject.table.roles)
