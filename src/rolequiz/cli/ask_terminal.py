"""The sitting on a screen: one question a screen, one key an answer, saved before the next key is read."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from io import StringIO
from time import monotonic

from rich.console import Console

from rolequiz.cli.exits import Exit
from rolequiz.cli.keys import Burst, Key, Named
from rolequiz.cli.sitting import Desked
from rolequiz.cli.terminal import Resized, Screen, Terminated, opened
from rolequiz.core.sitting import Answer, Back, Event, Finish, Keep, Phase, Quit, Refused, Skip, Visit
from rolequiz.report.asking import Frame, minutes, options_of, question_frame, text_frame
from rolequiz.report.page import Page, page_for

SMALL = (40, 16)
"""Columns and rows from which everything is shown."""


def ask(desked: Desked) -> int:
    """Ask until the form is done or the taker leaves; the terminal is given back in any case."""
    try:
        with opened(desked.env.stdin.fileno(), desked.env.stdout.fileno()) as screen:
            code = Face(desked, screen).run()
    except Terminated as end:
        with suppress(OSError):
            desked.env.say(desked.goodbye())
        return end_by(end)
    except EOFError:
        return int(Exit.INTERRUPTED)
    if desked.seat.sitting.phase is not Phase.FINISHED:
        desked.env.say(desked.goodbye())
    return code


def end_by(end: Terminated) -> int:
    """End as the signal asks, now that everything is put back; Ctrl-C is an exit code."""
    if end.number == signal.SIGINT:
        return int(Exit.INTERRUPTED)
    signal.signal(end.number, signal.SIG_DFL)
    os.kill(os.getpid(), end.number)
    return 128 + end.number


class Leave(Exception):
    """The taker leaves, with this code."""

    def __init__(self, code: Exit) -> None:
        super().__init__(code)
        self.code = code


class Face:
    """One sitting on one screen."""

    def __init__(self, desked: Desked, screen: Screen) -> None:
        self._desked = desked
        self._screen = screen
        self._seat = desked.seat
        self._voice = desked.voice
        self._canvas = Canvas()
        self._hint = ""
        self._shown = monotonic()
        self._since: tuple[str, int] = ("", 0)

    def run(self) -> int:
        """The whole sitting; the exit code."""
        self._screen.begin_painting()
        try:
            if self._seat.is_resumed:
                self._hint = self._desked.welcome() if self._seat.sitting.phase is Phase.ASKING else ""
            else:
                self.opening()
            while self._seat.sitting.phase is not Phase.FINISHED:
                if self._seat.sitting.phase is Phase.READY:
                    self.finish()
                else:
                    self.question()
        except Leave as leave:
            self.save_and_leave()
            return int(leave.code)
        return int(Exit.DONE)

    def page(self) -> tuple[Page, int]:
        """The room there is now."""
        columns, rows = self._screen.size
        return page_for(columns, self._desked.glyphs, self._voice.wording("sign_minus")), rows

    def shown(self, frame: Callable[[Page, int], Frame]) -> Key:
        """Paint a frame, make what was answered durable, and wait for a key; paint again as often as needed."""
        while True:
            page, rows = self.page()
            self._screen.paint(self._canvas.drawn(frame(page, rows), self._screen.size[0]))
            self._seat.sync()
            try:
                key = self._screen.key()
            except Resized:
                continue
            if key is Named.SUSPEND:
                self._screen.suspend()
            elif key is Named.INTERRUPT:
                raise Leave(Exit.INTERRUPTED)
            else:
                return key

    def opening(self) -> None:
        """One screen before the first question."""
        voice, table = self._voice, self._desked.loaded.table
        quick = "_quick" if self._seat.sitting.mode == "quick" else ""
        texts = (
            voice.wording("opening_1", title=voice.text(self._desked.loaded.bank.form.title)),
            voice.wording(f"opening_2{quick}", total=len(table.items), minutes=minutes(len(table.items))),
            voice.wording("opening_3"),
        )
        keys = ((voice.wording("key_enter"), voice.wording("key_begin")), ("q", voice.wording("key_quit")))
        while True:
            key = self.shown(lambda page, rows: text_frame(voice.wording("opening_title"), texts, keys, page, rows))
            if key in (Named.ENTER, Named.FORWARD):
                return
            if key in ("q", Named.END):
                raise Leave(Exit.DONE)

    def question(self) -> None:
        """One question until a key moves the sitting."""
        view = self._seat.view
        if self._since[0] != view.question:
            self._since, self._shown = (view.question, 0), monotonic()
        hint = self._hint

        def frame(page: Page, rows: int) -> Frame:
            columns, _ = self._screen.size
            small = columns < SMALL[0] or rows < SMALL[1]
            said = hint or (self._voice.wording("hint_small") if small else "")
            return question_frame(view, self._voice, page, rows, said)

        key = self.shown(frame)
        self._hint = ""
        count = len(options_of(self._voice.question(view.question), self._voice))
        match key:
            case str() if key in "123456789"[:count]:
                self.act(Answer(view.question, int(key), round(monotonic() - self._shown, 3)))
            case "b" | "B" | Named.BACK:
                self.act(Back())
            case Named.ENTER | Named.FORWARD:
                self.act(Keep())
            case "s" | "S":
                self.act(Skip(view.question))
            case "?":
                self.why()
            case "0":
                self.menu()
            case "q" | "Q" | Named.END:
                raise Leave(Exit.DONE)
            case Burst(text):
                is_wide = any(ord(sign) > 0x2E80 for sign in text)
                self._hint = self._voice.wording("hint_method" if is_wide else "hint_burst")
            case _:
                self._hint = self._voice.wording("hint_number", n=count)

    def act(self, event: Event) -> None:
        """Apply an event; a refusal becomes a hint."""
        try:
            self._seat.act(event)
        except Refused as refusal:
            key = {"at-start": "hint_at_start", "no-answer-yet": "hint_no_answer"}.get(refusal.reason)
            self._hint = self._voice.wording(key) if key else ""
        else:
            self._since = ("", 0)

    def why(self) -> None:
        """Why this is asked: the format and how it counts."""
        voice = self._voice
        question = voice.question(self._seat.view.question)
        texts = (voice.wording(f"why_{question.format}"), voice.wording("why_no_role"))
        keys = ((voice.wording("key_enter"), voice.wording("key_return")),)
        self.shown(lambda page, rows: text_frame(voice.wording("why_title"), texts, keys, page, rows))

    def menu(self) -> None:
        """Every command under a digit, for keyboards in the middle of an input method."""
        voice = self._voice
        choices = (
            ("1", voice.wording("menu_return")),
            ("2", voice.wording("menu_back")),
            ("3", voice.wording("menu_skip")),
            ("4", voice.wording("menu_why")),
            ("5", voice.wording("key_quit")),
        )
        texts = tuple(f"{number}  {what}" for number, what in choices)
        keys = (("1-5", voice.wording("key_choose")),)
        key = self.shown(lambda page, rows: text_frame(voice.wording("menu_title"), texts, keys, page, rows))
        match key:
            case "2":
                self.act(Back())
            case "3":
                self.act(Skip(self._seat.view.question))
            case "4":
                self.why()
            case "5" | Named.END:
                raise Leave(Exit.DONE)

    def finish(self) -> None:
        """The end: one offer to visit skipped questions, then the result."""
        voice, view = self._voice, self._seat.view
        if not view.can_visit:
            self._seat.act(Finish())
            self._seat.sync()
            return
        texts = (voice.wording("offer", view.skipped),)
        keys = (
            ("1", voice.wording("key_visit")),
            ("2", voice.wording("key_finish")),
            ("b", voice.wording("key_back")),
            ("q", voice.wording("key_quit")),
        )
        key = self.shown(lambda page, rows: text_frame(voice.wording("offer_title"), texts, keys, page, rows))
        match key:
            case "1":
                self._seat.act(Visit())
            case "2" | Named.ENTER | Named.FORWARD:
                self._seat.act(Finish())
            case "b" | "B" | Named.BACK:
                self._seat.act(Back())
            case "q" | "Q" | Named.END:
                raise Leave(Exit.DONE)
        self._seat.sync()

    def save_and_leave(self) -> None:
        """The last event of a sitting that is left."""
        if self._seat.sitting.phase in (Phase.ASKING, Phase.READY):
            self._seat.act(Quit())
            self._seat.sync()


class Canvas:
    """Styled lines to the bytes of a terminal, in the colours it has and the user allows."""

    def __init__(self) -> None:
        self._buffer = StringIO()
        self._console = Console(
            file=self._buffer,
            force_terminal=True,
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=True,
            legacy_windows=False,
        )

    def drawn(self, frame: Frame, columns: int) -> list[str]:
        """One string a line, control sequences included."""
        self._console.width = max(columns, 1)
        lines = []
        for line in frame.lines:
            self._buffer.seek(0)
            self._buffer.truncate()
            self._console.print(line, end="")
            lines.append(self._buffer.getvalue())
        return lines
