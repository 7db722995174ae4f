"""What both faces of a shared laptop need: the room, the bank, the voice, and a participant's seat in it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from rolequiz.bank.code_names import load_names
from rolequiz.cli.context import Loaded
from rolequiz.cli.env import Env
from rolequiz.cli.sitting import Desked, Seat
from rolequiz.core.assess import assess, explain
from rolequiz.core.sitting import Phase, asked_count, seconds
from rolequiz.errors import RolequizError
from rolequiz.report.asking import minutes
from rolequiz.report.glyphs import Glyphs
from rolequiz.report.subject import Subject
from rolequiz.report.voice import Voice, run_on
from rolequiz.store.desk import Desk
from rolequiz.store.journal_lines import Header
from rolequiz.workshop.names import MAX_NAME, NameRefused, code_name, new_name, new_word
from rolequiz.workshop.resume import keep_word
from rolequiz.workshop.room import Room
from rolequiz.workshop.sittings import Place, newest, place_of, put_away, settle


@dataclass(frozen=True, slots=True)
class InRoom(Desked):
    """A seat in a room: who comes back needs the code name and the word, and no command."""

    name: str = ""
    word: str = ""

    def welcome(self) -> str:
        """What is said to somebody who comes back."""
        return self.voice.wording("room_resumed", number=self.seat.view.number)

    def goodbye(self) -> str:
        """What is said to the owner, who leaves before the end."""
        return self.voice.wording("room_left", name=self.name, word=self.word)


@dataclass(frozen=True, slots=True)
class Shared:
    """The shared laptop of one room."""

    env: Env
    room: Room
    loaded: Loaded
    voice: Voice
    glyphs: Glyphs

    def greeting(self) -> tuple[str, ...]:
        """What stands on the screen while nobody sits there; sittings that were finished in a crash are kept first."""
        voice, total = self.voice, len(self.loaded.table.items)
        unfinished, faults = settle(self.room, self.loaded.table)
        done = len(self.room.record_files())
        said = [voice.wording("room_done", done) if done else voice.wording("room_done_none")]
        if unfinished:
            said.append(voice.wording("room_open", unfinished))
        return (
            voice.wording("room_about", total=total, minutes=minutes(total)),
            run_on(said),
            *(str(fault) for fault in faults),
        )

    def named(self, typed: str) -> str:
        """The code name typed, or one given away where nothing was.

        Raises:
            NameRefused: it is not allowed.
        """
        if not typed.strip():
            return new_name(load_names(self.voice.lang), lambda name: not self.room.is_claimed(name))
        return code_name(typed)

    def refusal(self, error: NameRefused) -> str:
        """Why a name is not allowed."""
        if error.fault == "long":
            return self.voice.wording("room_name_long", MAX_NAME)
        return self.voice.wording("room_name_unseen", sign=error.sign)

    def place(self, name: str) -> tuple[Place, str]:
        """Where a code name stands, and what is said where nobody may sit down under it."""
        place = place_of(self.room, name)
        key = {Place.DONE: "room_taken", Place.ELSEWHERE: "room_elsewhere"}.get(place)
        return place, self.voice.wording(key, name=name) if key else ""

    def begun(self, desk: Desk, name: str, word: str) -> InRoom:
        """A new seat; from now on the word leads back to it."""
        now, plan = self.env.now(), self.room.plan
        header = Header(name, self.loaded.bank.stamp, plan.mode, self.voice.lang, now.isoformat(timespec="seconds"))
        keep_word(self.room.desk_folder(name), word)
        seat = Seat.new(self.loaded.table, header, desk.begin(header, now), self.env.now)
        return self._seated(seat, name, word)

    def back(self, desk: Desk, name: str, word: str) -> InRoom:
        """The unfinished seat to which the word led.

        Raises:
            RolequizError: it cannot be read.
        """
        saved = desk.newest()
        if saved is None:
            return self.begun(desk, name, word)
        return self._seated(Seat.back(self.loaded.table, saved, desk, self.env.now), saved.header.person, word)

    def _seated(self, seat: Seat, name: str, word: str) -> InRoom:
        return InRoom(self.env, seat, self.loaded, self.voice, self.glyphs, command="", name=name, word=word)

    def new_word(self) -> str:
        """A word for coming back."""
        return new_word(load_names(self.voice.lang))

    def kept(self, seated: InRoom) -> str:
        """Put a finished sitting into the room; empty, or what to say if that failed."""
        try:
            saved = newest(self.room.desk_folder(seated.name))
            assert saved is not None
            put_away(self.room, self.loaded.table, saved)
        except RolequizError as error:
            return self.voice.wording("room_not_kept", reason=error.message)
        return ""

    def result(self, seated: InRoom) -> Subject:
        """The result of a finished sitting."""
        table, sitting = self.loaded.table, seated.seat.sitting
        assert sitting.phase is Phase.FINISHED
        asked, times = asked_count(table, sitting), seconds(table, sitting)
        assessment = assess(table, sitting.sheet, mode=sitting.mode, asked=asked, seconds=times)
        found = explain(table, assessment)
        return Subject(self.loaded.bank, table, assessment, found, self.voice, self.env.now().date())

    def farewell(self) -> str:
        """What the coach reads at the end."""
        done = len(self.room.record_files())
        command = shlex.join(["rolequiz", "score", str(self.room.path)])
        if not done:
            return self.voice.wording("room_done_none")
        return self.voice.wording("room_ended", done, path=self.room.path, command=command)
