"""What the coach sees of a served room: where to go, the join code, and how far everybody is. Never an answer."""

from __future__ import annotations

from collections.abc import Sequence
from shutil import get_terminal_size
from typing import Protocol, Self

import segno
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from rolequiz.cli.env import Env
from rolequiz.printable import printable
from rolequiz.report.glyphs import ASCII, Glyphs
from rolequiz.report.page import ACCENT, QUIET, STRONG
from rolequiz.report.voice import Voice
from rolequiz.report.wrap import pad, width, wrap
from rolequiz.workshop.serve.address import Address
from rolequiz.workshop.serve.participant import Progress

QUIET_ZONE = 2
"""Modules of white around the code; two are enough for phones of today."""

BLACK_ON_WHITE = "#000000 on #ffffff"
HALVES = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}


def spaced(code: str) -> str:
    """The join code in two halves, to be read out."""
    middle = len(code) // 2
    return f"{code[:middle]} {code[middle:]}"


def qr_lines(url: str, glyphs: Glyphs) -> list[Text]:
    """A QR code as lines, black on white whatever the theme: half blocks, or two blanks a module in ASCII."""
    modules = segno.make(url, error="l", micro=False).matrix_iter(border=QUIET_ZONE)
    rows = [[bool(module) for module in row] for row in modules]
    if glyphs is ASCII:
        return [Text.assemble(*(("  ", "on #000000" if cell else "on #ffffff") for cell in row)) for row in rows]
    rows += [[False] * len(rows[0])] * (len(rows) % 2)
    return [
        Text("".join(HALVES[pair] for pair in zip(upper, lower, strict=True)), BLACK_ON_WHITE)
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]


def counts(voice: Voice, progress: Sequence[Progress]) -> str:
    """How many are how far; whoever answers or is done has joined too."""
    stages = [one.stage for one in progress]
    return voice.wording(
        "serve_counts", joined=len(stages), answering=stages.count("answering"), done=stages.count("done")
    )


def opening(env: Env, voice: Voice, title: str, address: Address, code: str, glyphs: Glyphs, *, is_plain: bool) -> None:
    """Where to go and what to type, with a code for cameras where there is something to draw on."""
    terms = [
        (voice.wording("serve_address"), address.url),
        (voice.wording("serve_code"), spaced(code)),
    ]
    notes = [voice.wording("serve_open"), voice.wording("serve_end")]
    if address.is_loopback:
        notes.insert(0, voice.wording("serve_loopback"))
    if is_plain:
        said = [title, *(voice.wording("plain_term", term=term, text=text) for term, text in terms), *notes]
        env.stdout.write("".join(f"{glyphs.text(line)}\n" for line in said))
        env.stdout.flush()
        return
    console = _console(env)
    names = max(width(term) for term, _ in terms) + 2
    lines = [Text(title, STRONG), Text()]
    lines += [Text.assemble((pad(term, names), ACCENT), (text, STRONG)) for term, text in terms]
    code_lines = [] if console.no_color else qr_lines(address.url, glyphs)
    beside = console.width - (code_lines[0].cell_len if code_lines else 0) - 5
    is_beside = beside >= max(line.cell_len for line in lines) and beside >= 30
    columns = beside if is_beside else console.width - 2
    for note in notes:
        lines += [Text(), *(Text(part, QUIET) for part in wrap(glyphs.text(note), columns))]
    if code_lines and is_beside:
        rows = max(len(lines), len(code_lines))
        blank = Text(" " * code_lines[0].cell_len)
        code_lines += [blank] * (rows - len(code_lines))
        lines += [Text()] * (rows - len(lines))
        lines = [Text.assemble(left, "   ", right) for left, right in zip(code_lines, lines, strict=True)]
    else:
        lines = [*code_lines, *([Text()] if code_lines else []), *lines]
    for line in lines:
        console.print(Text(" ") + line)
    console.print()


class Board(Protocol):
    """Shows how far everybody is, from time to time, between its beginning and its end."""

    def show(self, progress: Sequence[Progress], troubles: Sequence[str]) -> None:
        """The present state."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(self, *_: object) -> None:
        """End."""


class LineBoard:
    """A line for everybody who joins, and one for everybody who is done."""

    def __init__(self, env: Env, voice: Voice, before: Sequence[Progress]) -> None:
        self._env = env
        self._voice = voice
        self._known = {one.name: one.stage for one in before}
        self._troubles = 0

    def show(self, progress: Sequence[Progress], troubles: Sequence[str]) -> None:
        """What is new since the last time."""
        for one in progress:
            said = []
            if one.name not in self._known:
                said.append("serve_line_joined")
            if one.stage == "done" != self._known.get(one.name):
                said.append("serve_line_done")
            self._known[one.name] = one.stage
            for key in said:
                line = self._voice.wording(key, name=printable(one.name), counts=counts(self._voice, progress))
                self._env.stdout.write(line + "\n")
        self._env.stdout.flush()
        for trouble in troubles[self._troubles :]:
            self._env.say(printable(trouble))
        self._troubles = len(troubles)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class DrawnBoard:
    """A table that is redrawn in its place: whoever is still answering first, then in the order of joining."""

    def __init__(self, env: Env, voice: Voice, address: Address, code: str, glyphs: Glyphs) -> None:
        self._console = _console(env)
        self._live = Live(console=self._console, auto_refresh=False, redirect_stdout=False)
        self._voice = voice
        self._head = f"{address.url}   {spaced(code)}"
        self._glyphs = glyphs
        self._last: tuple[object, ...] = ()

    def show(self, progress: Sequence[Progress], troubles: Sequence[str]) -> None:
        """The present state, drawn if anything is new or the window has another size."""
        size = get_terminal_size()
        state = (tuple(progress), len(troubles), size)
        if state != self._last:
            self._last = state
            self._live.update(self._drawn(progress, troubles, size.columns, size.lines), refresh=True)

    def _drawn(self, progress: Sequence[Progress], troubles: Sequence[str], columns: int, rows: int) -> Group:
        between = "   " if width(self._head + counts(self._voice, progress)) + 4 < columns else "\n "
        head = Text.assemble((f" {self._head}", ACCENT), between, counts(self._voice, progress))
        warned = [Text(f" {printable(one)}", "red") for one in troubles[-3:]]
        cells = [self._cell(one) for one in sorted(progress, key=lambda one: one.stage == "done")]
        room = max(3, rows - 5 - len(warned))
        across = max(1, (columns - 1) // (max((cell.cell_len for cell in cells), default=1) + 3))
        most = room * across
        if len(cells) > most:
            cells[most - 1 :] = [Text(self._voice.wording("serve_more", n=len(cells) - most + 1), QUIET)]
        down = -(-len(cells) // across) if cells else 0
        table = Table.grid(padding=(0, 3, 0, 0))
        for row in range(down):
            table.add_row(*(cells[place] for place in range(row, len(cells), down)))
        return Group(head, Text(), *warned, *([table] if cells else []))

    def _cell(self, one: Progress) -> Text:
        said = self._voice.wording(f"serve_stage_{one.stage}", decided=one.decided, asked=one.asked)
        name = self._glyphs.text(printable(one.name))
        return Text.assemble(" ", name, " ", (said, ACCENT if one.stage == "done" else QUIET))

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()


def _console(env: Env) -> Console:
    return Console(file=env.stdout, width=env.width, highlight=False, markup=False, emoji=False, legacy_windows=False)
