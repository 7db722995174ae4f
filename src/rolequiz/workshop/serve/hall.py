"""Everybody in a served room: who may come in, who is who, and what is kept of them."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from secrets import choice

from rolequiz.core.table import Table
from rolequiz.errors import RolequizError
from rolequiz.model import Bank
from rolequiz.store.desk import Desk, InUseError
from rolequiz.store.journal_lines import Header
from rolequiz.workshop.names import code_name, same_key
from rolequiz.workshop.room import Room
from rolequiz.workshop.serve.limits import Limits
from rolequiz.workshop.serve.messages import Batch, Denied, Done, Join
from rolequiz.workshop.serve.participant import Participant, Progress
from rolequiz.workshop.serve.roster import Entry, Roster, hashed

CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and capitals that nobody mistakes for another: no 0 and O, no 1, I and L, no U and V."""

CODE_LENGTH = 6
"""30 signs to the power of 6 are 729 million codes."""


def new_code() -> str:
    """A random join code."""
    return "".join(choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


def typed_code(typed: str) -> str:
    """A code as somebody typed it, in the signs it is made of: full-width and small letters, blanks and dashes."""
    return "".join(sign for sign in same_key(typed).upper() if sign not in " -")


class Hall:
    """The participants of one room. Methods that write are called from a thread, one at a time."""

    def __init__(
        self, room: Room, bank: Bank, table: Table, limits: Limits, code: str, now: Callable[[], datetime]
    ) -> None:
        """Open the room for phones and seat everybody who had joined before.

        Raises:
            RolequizError: it is served already, or what is on the disk cannot be read.
        """
        self.room = room
        self.bank = bank
        self.table = table
        self.limits = limits
        self.code = code
        self.troubles: list[str] = []
        self._now = now
        self._people: list[Participant] = []
        self._roster = Roster(room.desk_home)
        try:
            for entry in self._roster.entries:
                self._people.append(self._returned(entry))
        except RolequizError:
            self.close()
            raise

    @property
    def id(self) -> str:
        """A random name of the room."""
        return self._roster.room

    @property
    def progress(self) -> tuple[Progress, ...]:
        """How far everybody is, in the order of joining."""
        return tuple(one.progress for one in self._people)

    def owner(self, token: str) -> Participant:
        """The participant of a token. All hashes are compared, each in constant time.

        Raises:
            Denied: it is nobody's.
        """
        mine = hashed(token)
        found = None
        for one in self._people:
            if hmac.compare_digest(one.token, mine):
                found = one
        if found is None:
            raise Denied("stranger")
        return found

    def is_code(self, typed: str) -> bool:
        """Whether this is the join code."""
        return hmac.compare_digest(typed_code(typed).encode(errors="replace"), self.code.encode())

    def join(self, wish: Join) -> Participant:
        """Seat somebody who knows the code; the same phone with the same name is seated once.

        Raises:
            Denied: the name is unfit or taken, the room is full, or it could not be saved.
        """
        with self._coach_knows():
            return self._seated(wish)

    def _seated(self, wish: Join) -> Participant:
        try:
            name = code_name(wish.name)
        except RolequizError as error:
            raise Denied("bad-name") from error
        token = hashed(wish.token)
        for one in self._people:
            if hmac.compare_digest(one.token, token):
                if one.name != name:
                    raise Denied("conflict")
                return one
        if len(self._people) >= self.limits.people:
            raise Denied("full")
        if self.room.is_taken(name) or any(same_key(one.name) == same_key(name) for one in self._people):
            raise Denied("name-taken")
        desk = self._free_desk(name)
        lang = wish.lang if wish.lang in self.bank.languages else self.room.plan.lang
        one = Participant(name, token, self.table, desk, self._now)
        try:
            self._roster.join(Entry(name, token))
        except RolequizError as error:
            desk.close()
            raise Denied("not-saved") from error
        self._people.append(one)
        try:
            one.begin(self._header(name, lang))
        except RolequizError as error:
            self._people.remove(one)
            desk.close()
            raise Denied("not-saved") from error
        return one

    def give(self, one: Participant, batch: Batch) -> None:
        """Take answers of a participant.

        Raises:
            Denied: as `Participant.give`.
        """
        with self._coach_knows():
            one.give(batch, self.limits.events)

    def finish(self, one: Participant, done: Done) -> None:
        """End a sitting and put its record into the room.

        Raises:
            Denied: not yet, or it could not be saved.
        """
        with self._coach_knows():
            if not one.is_finished:
                try:
                    self._roster.end(one.name, done.lang if done.lang in self.bank.languages else one.header.lang)
                except RolequizError as error:
                    raise Denied("not-saved") from error
                one.finish(done)
        self._keep(one)

    def close(self) -> None:
        """Let go of everything; all of it is on the disk."""
        for one in self._people:
            one.close()
        self._roster.close()

    @contextmanager
    def _coach_knows(self) -> Iterator[None]:
        """Whoever can make room on the disk is told, once, that it takes no more."""
        try:
            yield
        except Denied as denied:
            cause = denied.__cause__
            if denied.fault == "not-saved" and isinstance(cause, RolequizError):
                told = f"{cause.message}; phones keep what they have and send it again: make room on the disk"
                if told not in self.troubles:
                    self.troubles.append(told)
            raise

    def _free_desk(self, name: str) -> Desk:
        try:
            desk = self.room.desk(name)
        except InUseError as error:
            raise Denied("name-taken") from error
        except RolequizError as error:
            raise Denied("not-saved") from error
        try:
            is_free = desk.newest() is None
        except RolequizError:
            is_free = False
        if not is_free:
            desk.close()
            raise Denied("name-taken")
        return desk

    def _returned(self, entry: Entry) -> Participant:
        """A participant as on the disk: whoever joined but has no sitting yet begins, whoever is done is kept."""
        one = Participant(entry.name, entry.token, self.table, self.room.desk(entry.name), self._now)
        if not one.load():
            one.begin(self._header(entry.name, self.room.plan.lang))
        if one.is_finished:
            self._keep(one)
        return one

    def _keep(self, one: Participant) -> None:
        """Put the record into the room once; a trouble is told to the coach, the answers stay in the journal."""
        if self._roster.is_kept(one.name):
            return
        try:
            self.room.keep(one.record(self._roster.lang(one.name)))
            self._roster.keep(one.name)
        except RolequizError as error:
            self.troubles.append(f"{one.name}: the answers are safe, but not in a file of the room yet: {error}")

    def _header(self, name: str, lang: str) -> Header:
        plan = self.room.plan
        return Header(name, self.bank.stamp, plan.mode, lang, self._now().isoformat(timespec="seconds"))
