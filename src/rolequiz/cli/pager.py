"""The result on a screen: the first screen, more on Enter, all answers on a, in pages that fit the window."""

from __future__ import annotations

from rich.text import Text as Line

from rolequiz.cli.ask_terminal import Canvas, end_by
from rolequiz.cli.env import Env
from rolequiz.cli.exits import Exit
from rolequiz.cli.keys import Key, Named
from rolequiz.cli.terminal import CLEAR_LINE, Resized, Screen, Terminated, opened
from rolequiz.report.asking import Frame, keys_lines
from rolequiz.report.blocks import Section
from rolequiz.report.document import answers_document, document
from rolequiz.report.glyphs import Glyphs
from rolequiz.report.page import Page, page_for
from rolequiz.report.subject import Subject
from rolequiz.report.terminal import section_lines

FIRST_ROWS = 23
"""The first screen ends here at the latest, its line of keys included."""
FIRST_MORE = {
    "single": "keys_more",
    "pair": "keys_more_pair",
    "open": "keys_more_open",
    "tie": "keys_more_open",
}
"""What Enter leads to from the first screen, by the kind of result."""


def show_result(env: Env, subject: Subject, glyphs: Glyphs) -> int:
    """Print the result page by page, waiting for a key between pages; what is printed stays in the scrollback."""
    try:
        with opened(env.stdin.fileno(), env.stdout.fileno()) as screen:
            return int(Pager(screen, subject, glyphs).run())
    except Terminated as end:
        return end_by(end)
    except EOFError:
        return int(Exit.INTERRUPTED)


class Pager:
    """What is left to show, and how."""

    def __init__(self, screen: Screen, subject: Subject, glyphs: Glyphs) -> None:
        self._screen = screen
        self._subject = subject
        self._glyphs = glyphs
        self._canvas = Canvas()
        self._document = document(subject)

    def page(self) -> Page:
        """The room there is now."""
        return page_for(self._screen.size[0], self._glyphs, self._subject.voice.wording("sign_minus"))

    def run(self) -> Exit:
        """First screen, then the rest on Enter; q ends it at any time, and Ctrl-C, which stays an interruption."""
        page = self.page()
        rows = min(self._screen.size[1] - 1, FIRST_ROWS)
        first, rest = packed(self._document.first, page, rows - 1)
        rest = [*rest, *self._document.further]
        self.write(first)
        more = FIRST_MORE.get(self._subject.kind, "keys_more_plain")
        while True:
            key = self.wait(more if rest else None)
            if key is Named.INTERRUPT:
                return Exit.INTERRUPTED
            if key in ("q", "Q", "0", Named.END):
                return Exit.DONE
            if key in ("a", "A", "1"):
                self.answers()
            elif key in (Named.ENTER, Named.FORWARD, " "):
                if not rest:
                    return Exit.DONE
                more = "keys_more_plain"
                lines, rest = packed(rest, self.page(), self._screen.size[1] - 3)
                self.write([Line(), *lines])

    def write(self, lines: list[Line]) -> None:
        """Lines at the end of what stands on the screen."""
        drawn = self._canvas.drawn(Frame(tuple(lines)), self._screen.size[0])
        self._screen.write("".join(line + "\r\n" for line in drawn))

    def wait(self, more: str | None) -> Key:
        """The line of keys, a key, and the line gone again."""
        voice = self._subject.voice
        keys = [(voice.wording("key_enter"), voice.wording(more))] if more else []
        keys.append(("a", voice.wording("keys_answers", n=self._subject.assessment.asked)))
        keys.append(("q", voice.wording("keys_close")))
        while True:
            page = self.page()
            lines = [Line(" " * page.margin) + line for line in keys_lines(tuple(keys), page)]
            drawn = self._canvas.drawn(Frame(tuple(lines)), self._screen.size[0])
            self._screen.write("\r\n".join(drawn))
            try:
                key = self._screen.key()
            except Resized:
                key = None
            up = f"\x1b[{len(drawn) - 1}A" if len(drawn) > 1 else ""
            self._screen.write(f"\r{up}{CLEAR_LINE}\x1b[J")
            if key is Named.SUSPEND:
                self._screen.suspend()
            elif key is not None:
                return key

    def answers(self) -> None:
        """All answers with their points."""
        lines: list[Line] = [Line()]
        for section in answers_document(self._subject).sections:
            lines += section_lines(section, self.page())
        self.write(lines)


def packed(sections: tuple[Section, ...] | list[Section], page: Page, rows: int) -> tuple[list[Line], list[Section]]:
    """As many whole sections as fit into ``rows``, one at least, and the sections that are left."""
    lines: list[Line] = []
    for number, section in enumerate(sections):
        block = section_lines(section, page)
        if lines and len(lines) + 1 + len(block) > rows:
            return lines, list(sections[number:])
        lines += [*([Line()] if lines else []), *block]
    return lines, []
