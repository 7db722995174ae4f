"""A sitting with its journal: every event that is accepted is appended; a refused one leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from rolequiz.cli.context import Loaded
from rolequiz.cli.env import Env
from rolequiz.core.sitting import Event, Phase, Resume, Sitting, View, apply, begin, view
from rolequiz.core.table import Table
from rolequiz.report.glyphs import Glyphs
from rolequiz.report.voice import Voice, run_on
from rolequiz.signals import held
from rolequiz.store.desk import Desk
from rolequiz.store.journal import Journal, Saved
from rolequiz.store.journal_lines import Header


class Seat:
    """The sitting in progress. `act` writes, `sync` makes it durable; call it before reading the next key."""

    def __init__(
        self, table: Table, header: Header, journal: Journal, now: Callable[[], datetime], sitting: Sitting
    ) -> None:
        self._table = table
        self._journal = journal
        self._now = now
        self.header = header
        self.sitting = sitting
        self.is_resumed = False
        self.finished = ""

    @classmethod
    def new(cls, table: Table, header: Header, journal: Journal, now: Callable[[], datetime]) -> Self:
        """A sitting before its first answer."""
        return cls(table, header, journal, now, begin(table, header.mode))

    @classmethod
    def back(cls, table: Table, saved: Saved, desk: Desk, now: Callable[[], datetime]) -> Self:
        """A saved sitting, resumed."""
        sitting = saved.sitting(table)
        seat = cls(table, saved.header, desk.resume(saved), now, sitting)
        seat.is_resumed = bool(saved.events)
        if seat.is_resumed:
            seat.act(Resume())
            seat.sync()
        return seat

    @property
    def view(self) -> View:
        """The present moment."""
        return view(self._table, self.sitting)

    def act(self, event: Event) -> None:
        """Apply an event and append it.

        Raises:
            Refused: it cannot follow here; nothing has changed.
            RolequizError: it could not be saved; nothing has changed.
        """
        after = apply(self._table, self.sitting, event)
        moment = self._now()
        with held():  # Ctrl-C between the two would leave a journal that is ahead of the sitting
            self._journal.append(event, moment)
            self.sitting = after
            if after.phase is Phase.FINISHED:
                self.finished = moment.isoformat(timespec="seconds")

    def sync(self) -> None:
        """Everything so far is on the disk."""
        self._journal.sync()

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()


@dataclass(frozen=True, slots=True)
class Desked:
    """What a face needs to ask: the world, the seat, the bank, the voice, the signs, the way back."""

    env: Env
    seat: Seat
    loaded: Loaded
    voice: Voice
    glyphs: Glyphs
    command: str
    is_quick_wanted: bool = False

    def welcome(self) -> str:
        """What is said to somebody who comes back; a full sitting does not become a quick one on the way."""
        said = [self.voice.wording("resumed", number=self.seat.view.number)]
        if self.is_quick_wanted and self.seat.sitting.mode == "full":
            said.append(self.voice.wording("resumed_full"))
        return run_on(said)

    def goodbye(self) -> str:
        """What is said to somebody who leaves before the end."""
        now = self.seat.sitting
        at = next((n for n, one in enumerate(now.sheet) if one is None and n not in now.skipped), None)
        if at is None and now.route:
            at = now.at
        if at is None:
            return self.voice.wording("left_ready", command=self.command)
        return self.voice.wording("left", number=at + 1, command=self.command)
