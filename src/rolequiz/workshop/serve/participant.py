"""One participant: the sitting with its journal, and the numbers that make sending again harmless.

The number of an answer or skip is its place among the answers and skips of the
journal, so it is as durable as they are. Methods write and wait for the disk: call
them from a thread, one at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from rolequiz.core.sitting import Answer, Event, Phase, Refused, Sitting, Skip, asked_count, begin, is_decided
from rolequiz.core.table import Table
from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord
from rolequiz.store.desk import Desk
from rolequiz.store.journal import Journal
from rolequiz.store.journal_lines import Header
from rolequiz.store.records import sitting_record
from rolequiz.workshop.serve.messages import Batch, Denied, Done, Given
from rolequiz.workshop.serve.moves import ending, moves

Stage: TypeAlias = Literal["joined", "answering", "done"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a participant is, and no answer."""

    name: str
    stage: Stage
    decided: int
    asked: int


class Participant:
    """Somebody who joined, with what is on the disk of them."""

    def __init__(self, name: str, token: str, table: Table, desk: Desk, now: Callable[[], datetime]) -> None:
        self.name = name
        self.token = token
        self.sitting: Sitting = begin(table)
        self.given: list[Given] = []
        self.finished = ""
        self._table = table
        self._desk = desk
        self._now = now
        self._journal: Journal | None = None
        self._header: Header | None = None

    @property
    def header(self) -> Header:
        """Whose sitting it is, of which bank, since when."""
        assert self._header is not None
        return self._header

    def begin(self, header: Header) -> None:
        """The sitting before its first answer, on the disk.

        Raises:
            RolequizError: it could not be saved.
        """
        self._journal = self._desk.begin(header, self._now())
        self._header = header
        self.sitting = begin(self._table, header.mode)

    def load(self) -> bool:
        """What is on the disk becomes what is; False where nothing is.

        Raises:
            RolequizError: it cannot be read.
        """
        saved = self._desk.newest()
        if saved is None:
            return False
        sitting = saved.sitting(self._table)
        self._close_journal()
        self._header = saved.header
        self.sitting = sitting
        self.given = [event for event in saved.events if isinstance(event, Answer | Skip)]
        if saved.is_finished():
            self.finished = datetime.fromisoformat(saved.finished).isoformat(timespec="seconds")
        else:
            self._journal = self._desk.resume(saved)
        return True

    @property
    def is_finished(self) -> bool:
        """Whether nothing more is taken."""
        return self.sitting.phase is Phase.FINISHED

    @property
    def asked(self) -> int:
        """How many questions are asked, as far as the answers tell."""
        return asked_count(self._table, self.sitting)

    @property
    def progress(self) -> Progress:
        """How far it is."""
        asked = self.asked
        decided = sum(is_decided(self.sitting, place) for place in range(asked))
        stage: Stage = "done" if self.is_finished else "answering" if self.given else "joined"
        return Progress(self.name, stage, decided, asked)

    def decided(self) -> dict[str, int]:
        """The answers by question id, 0 for a skipped question."""
        return {
            item.id: self.sitting.sheet[place] or 0
            for place, item in enumerate(self._table.items)
            if is_decided(self.sitting, place)
        }

    def record(self, lang: str) -> AnswerRecord:
        """The answer record of the finished sitting."""
        return sitting_record(self._table, self.header, self.sitting, lang, self.finished)

    def give(self, batch: Batch, most: int) -> None:
        """Take the answers that are new; those that are here already must be the same.

        Raises:
            Denied: a number does not follow, or stands for something else here; one is refused (those before it
                are saved); or it could not be saved, and nothing has changed.
        """
        have = len(self.given)
        if batch.seq > have + 1:
            raise Denied("conflict")
        known = batch.given[: have + 1 - batch.seq]
        if any(not _same(a, b) for a, b in zip(known, self.given[batch.seq - 1 :], strict=False)):
            raise Denied("conflict")
        new = batch.given[len(known) :]
        if not new:
            return
        if self.is_finished:
            raise Denied("finished")
        if have + len(new) > most:
            raise Denied("too-many")
        events: list[Event] = []
        taken: list[Given] = []
        sitting = self.sitting
        refused = False
        for given in new:
            try:
                steps, sitting = moves(self._table, sitting, given)
            except Refused:
                refused = True
                break
            events += steps
            taken.append(given)
        if events:
            self._save(events)
            self.sitting = sitting
            self.given += taken
        if refused:
            raise Denied("refused")

    def finish(self, done: Done) -> None:
        """The end; again and again is the same as once.

        Raises:
            Denied: answers are on their way, or a question is open; or it could not be saved.
        """
        if self.is_finished:
            return
        if done.seq != len(self.given):
            raise Denied("conflict")
        try:
            steps, sitting = ending(self._table, self.sitting)
        except Refused as error:
            raise Denied("not-done") from error
        moment = self._save(list(steps))
        self.sitting = sitting
        self.finished = moment.isoformat(timespec="seconds")
        self._close_journal()

    def close(self) -> None:
        """Leave the desk."""
        self._close_journal()
        self._desk.close()

    def _save(self, events: list[Event]) -> datetime:
        """Append and sync.

        Raises:
            Denied: the disk does not take it, and has none of it.
        """
        assert self._journal is not None
        moment = self._now()
        try:
            self._journal.append_all(events, moment)
            self._journal.sync()
        except RolequizError as error:
            raise Denied("not-saved") from error
        return moment

    def _close_journal(self) -> None:
        if self._journal is not None:
            self._journal.close()
            self._journal = None


def _same(one: Given, other: Given) -> bool:
    """Whether the two decide the same question alike; the time it took does not matter."""
    return type(one) is type(other) and one.question == other.question and _option(one) == _option(other)


def _option(given: Given) -> int:
    return given.option if isinstance(given, Answer) else 0
