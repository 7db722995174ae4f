"""A touch on a phone as events of the sitting: a phone goes to any question behind it, a sitting step by step."""

from __future__ import annotations

from rolequiz.core.sitting import Back, Event, Finish, Phase, Refused, Resume, Sitting, apply
from rolequiz.core.table import Table
from rolequiz.workshop.serve.messages import Given


def moves(table: Table, sitting: Sitting, given: Given) -> tuple[tuple[Event, ...], Sitting]:
    """The steps to the question and the answer itself, and the sitting after them.

    Raises:
        Refused: the question lies ahead of an open one, or the answer is none.
    """
    place = table.positions.get(given.question)
    if place is None:
        raise Refused("other-question")
    events: list[Event] = []
    if sitting.phase is Phase.ASKING and sitting.at < place:
        events.append(Resume())
        sitting = apply(table, sitting, Resume())
    if sitting.phase is Phase.READY:
        events.append(Back())
        sitting = apply(table, sitting, Back())
    while sitting.at > place:
        events.append(Back())
        sitting = apply(table, sitting, Back())
    return (*events, given), apply(table, sitting, given)


def ending(table: Table, sitting: Sitting) -> tuple[tuple[Event, ...], Sitting]:
    """The steps from wherever the sitting is to its end.

    Raises:
        Refused: a question is still open.
    """
    events: list[Event] = []
    if sitting.phase is Phase.ASKING:
        events.append(Resume())
        sitting = apply(table, sitting, Resume())
    return (*events, Finish()), apply(table, sitting, Finish())
