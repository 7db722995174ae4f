"""A shared laptop with a screen: one person after the other, and nothing of the last one left for the next."""

from __future__ import annotations

from enum import Enum
from time import sleep

from rich.text import Text as Line

from rolequiz.cli.ask_terminal import Canvas, Face, end_by
from rolequiz.cli.exits import Exit
from rolequiz.cli.keys import Burst, Key, Named
from rolequiz.cli.pager import Pager
from rolequiz.cli.shared import InRoom, Shared
from rolequiz.cli.terminal import SHOW, Resized, Screen, Terminated, opened
from rolequiz.core.sitting import Phase
from rolequiz.errors import RolequizError
from rolequiz.report.asking import text_frame
from rolequiz.report.page import page_for
from rolequiz.report.wrap import width
from rolequiz.store.desk import InUseError
from rolequiz.workshop.names import MAX_NAME, NameRefused
from rolequiz.workshop.resume import is_right, seconds_to_wait
from rolequiz.workshop.sittings import Place

Keys = tuple[tuple[str, str], ...]

FIELD = "> "
"""What stands before the text that is typed."""


class Closed(Exception):
    """The coach ends the loop, with this code."""

    def __init__(self, code: Exit) -> None:
        super().__init__(code)
        self.code = code


class Choice(Enum):
    """What somebody does who is shown a code name and a word."""

    BEGIN = "begin"
    OTHER = "other"
    BACK = "back"


def run(shared: Shared) -> int:
    """One person after the other until the coach ends it; the screen is wiped before the terminal is given back."""
    env = shared.env
    try:
        with opened(env.stdin.fileno(), env.stdout.fileno()) as screen:
            try:
                code = SharedScreen(shared, screen).run()
            finally:
                if screen.is_in_front:
                    screen.wipe()
    except Terminated as end:
        return end_by(end)
    except EOFError:
        return int(Exit.INTERRUPTED)
    env.say(shared.farewell())
    return code


class SharedScreen:
    """The loop on one screen."""

    def __init__(self, shared: Shared, screen: Screen) -> None:
        self._shared = shared
        self._screen = screen
        self._voice = shared.voice
        self._canvas = Canvas()
        self._hint = ""

    def run(self) -> int:
        """Until the coach ends it; the exit code."""
        while True:
            self._screen.wipe()
            try:
                name, is_given = self.arrival()
            except Closed as end:
                return int(end.code)
            try:
                while self.seat(name, is_given=is_given) is Choice.OTHER:
                    name = self._shared.named("")
            except InUseError:
                self._hint = self._voice.wording("room_in_use", name=name)
            except RolequizError as error:  # one person's trouble is not the next one's
                self._hint = str(error)

    def arrival(self) -> tuple[str, bool]:
        """The code name of who comes next, and whether it was given away here.

        Raises:
            Closed: the coach ends it.
        """
        voice, shared = self._voice, self._shared
        keys = ((voice.wording("key_enter"), voice.wording("room_key_next")), ("Ctrl-D", voice.wording("room_key_end")))
        greeting = shared.greeting()
        typed = ""
        while True:
            texts = (*greeting, voice.wording("room_ask"))
            key, typed = self.typed(shared.room.plan.title, texts, keys, voice.wording("room_field"), typed)
            if key is not Named.ENTER:
                raise Closed(Exit.INTERRUPTED if key is Named.INTERRUPT else Exit.DONE)
            self._hint = ""
            try:
                return shared.named(typed), not typed.strip()
            except NameRefused as error:
                self._hint = shared.refusal(error)

    def seat(self, name: str, *, is_given: bool) -> Choice:
        """One sitting under a code name, unless its place is not free; whether another name is wanted instead.

        Raises:
            InUseError: somebody sits there now.
        """
        with self._shared.room.desk(name) as desk:
            place, self._hint = self._shared.place(name)
            if place is Place.FREE:
                word = self._shared.new_word()
                choice = self.begin_or_not(name, word, is_given=is_given)
                if choice is Choice.BEGIN:
                    self.sit(self._shared.begun(desk, name, word))
                return choice
            if place is Place.UNFINISHED:
                word = self.word_of(name)
                if word:
                    self.sit(self._shared.back(desk, name, word))
        return Choice.BACK

    def begin_or_not(self, name: str, word: str, *, is_given: bool) -> Choice:
        """Show the code name and the word, and let their owner choose."""
        voice = self._voice
        texts = tuple(voice.wording(key, word=word) for key in ("room_word", "room_word_note", "room_where"))
        keys = [(voice.wording("key_enter"), voice.wording("key_begin")), ("b", voice.wording("room_key_back"))]
        if is_given:
            keys.insert(1, ("n", voice.wording("room_key_other")))
        while True:
            match self.shown(voice.wording("room_name_title", name=name), texts, tuple(keys)):
                case Named.ENTER | Named.FORWARD:
                    return Choice.BEGIN
                case "n" | "N" if is_given:
                    return Choice.OTHER
                case "b" | "B" | "q" | "Q" | "0" | Named.BACK | Named.END | Named.INTERRUPT:
                    return Choice.BACK

    def word_of(self, name: str) -> str:
        """The word that leads back, once it was right; empty if its owner gives up."""
        voice, folder = self._voice, self._shared.room.desk_folder(name)
        keys = (
            (voice.wording("key_enter"), voice.wording("room_key_next")),
            ("Ctrl-D", voice.wording("room_key_back")),
        )
        title = voice.wording("room_name_title", name=name)
        texts = (voice.wording("room_word_ask", name=name), voice.wording("room_word_lost"))
        while True:
            key, typed = self.typed(title, texts, keys, voice.wording("room_word_field"))
            self._hint = ""
            if key is not Named.ENTER or not typed.strip():
                return ""
            sleep(seconds_to_wait(folder, self._shared.env.now().timestamp()))
            now = self._shared.env.now().timestamp()
            if is_right(folder, typed, now):
                return typed
            self._screen.drop_keys()
            self._hint = voice.wording("room_word_wrong", seconds_to_wait(folder, now))

    def sit(self, seated: InRoom) -> None:
        """The sitting, then its result, or how to come back."""
        try:
            Face(seated, self._screen).run()
        finally:
            seated.seat.close()
        self._screen.end_painting()
        self._screen.drop_keys()
        voice = self._voice
        end = ((voice.wording("key_enter"), voice.wording("room_key_next")),)
        if seated.seat.sitting.phase is not Phase.FINISHED:
            self.told(voice.wording("room_left_title"), (seated.goodbye(), voice.wording("room_left_note")), end)
            return
        failure = self._shared.kept(seated)
        if failure:
            self.told(self._shared.room.plan.title, (failure,), end)
        Pager(self._screen, self._shared.result(seated), self._shared.glyphs).run()

    def told(self, title: str, texts: tuple[str, ...], keys: Keys) -> None:
        """A screen that stays until Enter."""
        while self.shown(title, texts, keys) not in (Named.ENTER, Named.FORWARD, Named.INTERRUPT, Named.END):
            continue

    def shown(self, title: str, texts: tuple[str, ...], keys: Keys, field: str | None = None) -> Key:
        """Paint words, and a field at their end, and wait for a key."""
        while True:
            columns, rows = self._screen.size
            page = page_for(columns, self._shared.glyphs, self._voice.wording("sign_minus"))
            said = (*texts, *((self._hint,) if self._hint else ()), *((field,) if field is not None else ()))
            frame = text_frame(title, said, keys, page, rows)
            self._screen.paint(self._canvas.drawn(frame, columns))
            if field is not None:
                self.put_cursor(frame.lines, field)
            try:
                key = self._screen.key()
            except Resized:
                continue
            if key is Named.SUSPEND:
                self._screen.wipe()
                self._screen.suspend()
            else:
                return key

    def put_cursor(self, lines: tuple[Line, ...], field: str) -> None:
        """The cursor where the next character goes: an input method opens its window there."""
        last = field.rstrip()[-8:]
        found = [place for place, line in enumerate(lines) if last in line.plain]
        if found:
            place = found[-1]
            blanks = len(field) - len(field.rstrip())
            self._screen.write(f"\x1b[{place + 1};{width(lines[place].plain.rstrip()) + blanks + 1}H{SHOW}")

    def typed(self, title: str, texts: tuple[str, ...], keys: Keys, field: str, typed: str = "") -> tuple[Key, str]:
        """A line as it is typed, until Enter, Ctrl-C or Ctrl-D; that key and the line."""
        while True:
            key = self.shown(title, texts, keys, f"{field} {FIELD}{typed}")
            match key:
                case Named.ENTER | Named.INTERRUPT | Named.END:
                    return key, typed
                case Named.BACK:
                    typed = typed[:-1]
                case str():
                    typed += key
                case Burst(text):
                    typed += text.partition("\n")[0].partition("\r")[0]
            typed = "".join(sign for sign in typed if sign.isprintable())[: 2 * MAX_NAME]
