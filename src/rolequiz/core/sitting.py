"""One person answering one form: states, events, and the table of what may follow what.

A pure reducer: ``apply(table, sitting, event)`` returns the next sitting or
raises `Refused` and changes nothing. The terminal, plain lines and the journal
are faces of it. A journal replayed event by event gives the sitting again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import Literal, TypeAlias

from rolequiz.core.quick import stops_at
from rolequiz.core.score import Sheet
from rolequiz.core.table import Table
from rolequiz.model import Mode


class Phase(Enum):
    """What the sitting waits for."""

    ASKING = "asking"
    """An answer to the question at ``at``."""
    READY = "ready"
    """Every question asked is decided: finish, go back, or visit the skipped ones once."""
    PAUSED = "paused"
    """The taker left; resume comes first."""
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Answer:
    """Option ``option`` (from 1) of the question shown; ``seconds`` since it was shown, if known."""

    question: str
    option: int
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    """The question shown is left without an answer, on purpose: it counts as decided."""

    question: str


@dataclass(frozen=True, slots=True)
class Back:
    """Return to the question before."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Move on with the answer already given."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Go round the skipped questions once more."""


@dataclass(frozen=True, slots=True)
class Quit:
    """Save and leave."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Come back, after quitting or after a crash: to the first question neither answered nor skipped.

    Where there is none, to the skipped question under visit.
    """


@dataclass(frozen=True, slots=True)
class Finish:
    """Done: the result may be shown."""


Event: TypeAlias = Answer | Skip | Back | Keep | Visit | Quit | Resume | Finish

Reason: TypeAlias = Literal["not-now", "other-question", "no-such-option", "no-answer-yet", "at-start"]


class Refused(Exception):
    """An event that cannot follow; the sitting is what it was."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Sitting:
    """The whole state. ``at`` is an index into the form; ``route`` the skipped questions under visit, if any."""

    mode: Mode
    phase: Phase
    at: int
    sheet: Sheet
    skipped: frozenset[int] = frozenset()
    seconds: tuple[float | None, ...] = ()
    route: tuple[int, ...] = ()
    is_offer_used: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What a face needs to show the present moment.

    ``number`` of ``total`` is the place of the question, from 1; ``chosen`` its
    present answer; ``skipped`` how many questions stand skipped.
    """

    phase: Phase
    question: str
    number: int
    total: int
    chosen: int | None
    can_go_back: bool
    skipped: int
    can_visit: bool


def begin(table: Table, mode: Mode = "full") -> Sitting:
    """A sitting before its first answer."""
    blank = (None,) * len(table.items)
    return Sitting(mode, Phase.ASKING, 0, blank, seconds=blank)


def apply(table: Table, sitting: Sitting, event: Event) -> Sitting:
    """The sitting after an event.

    Raises:
        Refused: the event cannot follow here.
    """
    handler = TRANSITIONS[sitting.phase].get(type(event))
    if handler is None:
        raise Refused("not-now")
    return handler(table, sitting, event)


def replay(table: Table, events: Iterable[Event], mode: Mode = "full") -> Sitting:
    """The sitting that a journal's events lead to."""
    sitting = begin(table, mode)
    for event in events:
        sitting = apply(table, sitting, event)
    return sitting


def asked_count(table: Table, sitting: Sitting) -> int:
    """How many questions the sitting asks: all, or up to the first checkpoint at which quick mode stops."""
    if sitting.mode == "quick" and table.roles:
        for checkpoint, needed in table.checkpoints:
            if not all(is_decided(sitting, place) for place in range(checkpoint)):
                break
            if stops_at(table, sitting.sheet, checkpoint, needed):
                return checkpoint
    return len(table.items)


def is_decided(sitting: Sitting, place: int) -> bool:
    """Answered or skipped."""
    return sitting.sheet[place] is not None or place in sitting.skipped


def answers(table: Table, sitting: Sitting) -> dict[str, int]:
    """The answers that count, by question id."""
    counting = sitting.sheet[: asked_count(table, sitting)]
    return {table.items[place].id: number for place, number in enumerate(counting) if number is not None}


def seconds(table: Table, sitting: Sitting) -> dict[str, float]:
    """Answering times that are known, by question id."""
    counting = sitting.seconds[: asked_count(table, sitting)]
    return {table.items[place].id: time for place, time in enumerate(counting) if time is not None}


def view(table: Table, sitting: Sitting) -> View:
    """The present moment as a value."""
    asked = asked_count(table, sitting)
    skipped = sum(place < asked for place in sitting.skipped)
    return View(
        phase=sitting.phase,
        question=table.items[sitting.at].id,
        number=sitting.at + 1,
        total=len(table.items),
        chosen=sitting.sheet[sitting.at],
        can_go_back=previous(sitting) is not None,
        skipped=skipped,
        can_visit=sitting.phase is Phase.READY and bool(skipped) and not sitting.is_offer_used,
    )


def previous(sitting: Sitting) -> int | None:
    """The question before, along the route under visit or the form; None at the start."""
    if sitting.route:
        place = sitting.route.index(sitting.at)
        return sitting.route[place - 1] if place else None
    return sitting.at - 1 if sitting.at else None


def _moved_on(table: Table, sitting: Sitting) -> Sitting:
    if sitting.route:
        after = sitting.route[sitting.route.index(sitting.at) + 1 :]
        return replace(sitting, at=after[0]) if after else _to_first_open(table, sitting)
    if sitting.at + 1 < asked_count(table, sitting):
        return replace(sitting, at=sitting.at + 1)
    return replace(sitting, phase=Phase.READY)


def _check_shown(table: Table, sitting: Sitting, question: str) -> None:
    if question != table.items[sitting.at].id:
        raise Refused("other-question")


def _answer(table: Table, sitting: Sitting, event: Answer) -> Sitting:
    _check_shown(table, sitting, event.question)
    if not 1 <= event.option <= table.items[sitting.at].options:
        raise Refused("no-such-option")
    times = list(sitting.seconds)
    if event.seconds is not None:
        times[sitting.at] = (times[sitting.at] or 0.0) + event.seconds
    sheet = (*sitting.sheet[: sitting.at], event.option, *sitting.sheet[sitting.at + 1 :])
    answered = replace(sitting, sheet=sheet, skipped=sitting.skipped - {sitting.at}, seconds=tuple(times))
    return _moved_on(table, answered)


def _skip(table: Table, sitting: Sitting, event: Skip) -> Sitting:
    _check_shown(table, sitting, event.question)
    sheet = (*sitting.sheet[: sitting.at], None, *sitting.sheet[sitting.at + 1 :])
    return _moved_on(table, replace(sitting, sheet=sheet, skipped=sitting.skipped | {sitting.at}))


def _back(_table: Table, sitting: Sitting, _event: Event) -> Sitting:
    before = previous(sitting)
    if before is None:
        raise Refused("at-start")
    return replace(sitting, at=before)


def _reopen(_table: Table, sitting: Sitting, _event: Event) -> Sitting:
    return replace(sitting, phase=Phase.ASKING)


def _keep(table: Table, sitting: Sitting, _event: Event) -> Sitting:
    if sitting.sheet[sitting.at] is None:
        raise Refused("no-answer-yet")
    return _moved_on(table, sitting)


def _visit(table: Table, sitting: Sitting, _event: Event) -> Sitting:
    route = tuple(place for place in sorted(sitting.skipped) if place < asked_count(table, sitting))
    if not route or sitting.is_offer_used:
        raise Refused("not-now")
    return replace(sitting, phase=Phase.ASKING, at=route[0], route=route, is_offer_used=True)


def _resume(table: Table, sitting: Sitting, _event: Event) -> Sitting:
    after = _to_first_open(table, sitting)
    if sitting.route and after.phase is Phase.READY:
        return replace(sitting, phase=Phase.ASKING)
    return after


def _to_first_open(table: Table, sitting: Sitting) -> Sitting:
    """To the first question asked that is neither answered nor skipped; a quick sitting may have grown one."""
    asked = asked_count(table, sitting)
    still_open = (place for place in range(asked) if not is_decided(sitting, place))
    at = next(still_open, None)
    if at is None:
        return replace(sitting, phase=Phase.READY, at=asked - 1, route=())
    return replace(sitting, phase=Phase.ASKING, at=at, route=())


def _to(phase: Phase, _table: Table, sitting: Sitting, _event: Event) -> Sitting:
    return replace(sitting, phase=phase)


TRANSITIONS: Mapping[Phase, Mapping[type, Callable[..., Sitting]]] = {
    Phase.ASKING: {
        Answer: _answer,
        Skip: _skip,
        Back: _back,
        Keep: _keep,
        Quit: partial(_to, Phase.PAUSED),
        Resume: _resume,
    },
    Phase.READY: {
        Back: _reopen,
        Visit: _visit,
        Quit: partial(_to, Phase.PAUSED),
        Resume: _resume,
        Finish: partial(_to, Phase.FINISHED),
    },
    Phase.PAUSED: {Resume: _resume},
    Phase.FINISHED: {},
}
