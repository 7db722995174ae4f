"""Regular lines of CSV, all at once; every other line is left to the reference.

A line is regular where nothing about it needs a decision: as many cells as the
header, no quote, no control character but a line end's, an id that is there,
and in every question's cell one digit that is an option, or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rolequiz.batch.csv_records import item_of_line
from rolequiz.batch.fast.fragments import LONGEST, Bytes, Ints, Texts
from rolequiz.batch.fast.kernel import Flags
from rolequiz.batch.fast.rows import Clerk, Rows
from rolequiz.batch.lines import MAX_LINE, Line
from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import Header
from rolequiz.batch.records import Item, Rules
from rolequiz.batch.results import FORMULA, SIGNS

QUOTE, LF, CR, SPACE, BACKSLASH = b'"\n\r \\'
OTHER = 255
CODES = bytearray([OTHER]) * 256
CODES[ord("1") : ord("9") + 1] = range(1, 10)
CODES[ord(",")] = CODES[LF] = 0
"""What the first byte of a cell says: an option's number, or 0 where the cell ends at once."""

SHORT = 2
"""From a separator to the next one, where one byte or none is between."""

RUNNABLE = np.zeros(256, np.bool_)
RUNNABLE[list((FORMULA + SIGNS).encode())] = True
"""First bytes of cells that a spreadsheet may run."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A block taken apart: where its separators and line ends are, where lines start, how many cells each has.

    ``codes`` are the ``CODES`` of its bytes. A line end is a separator too.
    """

    text: Bytes
    codes: Bytes
    separators: Ints
    starts: Ints
    ends: Ints
    cells: Ints


class CsvScanner:
    """Reads the lines below one header."""

    def __init__(self, header: Header, rules: Rules, clerk: Clerk, *, keeps_formulas: bool, is_escaped: bool) -> None:
        """What needs no decision: cells that a spreadsheet may run if ``keeps_formulas``; control characters and
        backslashes unless the output escapes them (``is_escaped``).
        """
        self._header = header
        self._rules = rules
        self._clerk = clerk
        self._keeps_formulas = keeps_formulas
        self._is_escaped = is_escaped
        self._cells = np.array([cell for cell, _, _ in header.questions])
        self._places = np.array([rules.table.positions[question] for _, question, _ in header.questions])
        self._options = np.array([options for _, _, options in header.questions], np.uint8)[:, np.newaxis]

    def scan(self, data: bytes, first: int, source: str, _: Notes) -> tuple[Rows, list[Item]]:
        """The rows of the regular lines, and the items of all others; ``first`` is the number of the first line."""
        cut = cut_lines(data)
        regular = (cut.cells == self._header.width) & (cut.ends - cut.starts <= MAX_LINE)
        returns = _mark_irregular(data, cut, regular, is_escaped=self._is_escaped)
        rows = self._rows(cut, regular, returns, first, source)
        items: list[Item] = []
        for place in np.flatnonzero(~regular).tolist():
            content = data[cut.starts[place] : cut.ends[place]].removesuffix(b"\r")
            if content:
                line = Line(first + place, content[:MAX_LINE], len(content) > MAX_LINE)
                items.append(item_of_line(line, self._header, source, self._rules.id_column))
        return rows, items

    def _rows(self, cut: Cut, regular: Flags, returns: Flags | None, first: int, source: str) -> Rows:
        """The rows of the lines that are regular so far; those that turn out not to be are taken out."""
        width = self._header.width
        chosen = np.flatnonzero(regular)
        separators = cut.separators
        if len(chosen) < len(regular):
            separators = separators[np.repeat(regular, cut.cells)]
        stops = separators.reshape(-1, width)
        starts = np.empty_like(stops)
        starts[:, 0] = cut.starts[chosen]
        starts[:, 1:] = stops[:, :-1]
        starts[:, 1:] += 1
        codes = np.ascontiguousarray(cut.codes.take(starts).T)
        lengths = stops - starts
        if returns is not None:
            ended = returns[chosen]
            lengths[:, -1] -= ended
            codes[-1][ended & (lengths[:, -1] == 0)] = 0
        is_short = np.ascontiguousarray((lengths < SHORT).T)
        digits = codes[self._cells]
        good = ((digits <= self._options) & is_short[self._cells]).all(axis=0)
        texts = (self._header.person, *self._header.keep)
        good &= lengths[:, self._header.person] > 0
        if not self._keeps_formulas:
            for cell in texts:
                good &= ~RUNNABLE[cut.text[starts[:, cell]]] | (lengths[:, cell] == 0)
        if not good.all():
            regular[chosen[~good]] = False
            chosen, starts, lengths, digits = chosen[good], starts[good], lengths[good], digits[:, good]
        answers = np.zeros((len(self._rules.table.items), len(chosen)), np.uint8)
        answers[self._places] = digits
        ids, *kept = (Texts(cut.text, starts[:, cell], lengths[:, cell]) for cell in texts)
        numbers = chosen + first
        origin, escaped = self._clerk.origin(source, numbers)
        return Rows(answers, numbers, ids, (*origin, *kept), is_bare=True, escaped=escaped)


def cut_lines(data: bytes) -> Cut:
    """The lines of a block. A last line without an end counts."""
    whole = (data if data.endswith(b"\n") else data + b"\n") + b" " * LONGEST
    text: Bytes = np.frombuffer(whole, np.uint8)
    codes: Bytes = np.frombuffer(whole.translate(CODES), np.uint8)
    separators = np.flatnonzero(codes == 0)
    last = np.flatnonzero(text.take(separators) == LF)
    ends = separators.take(last)
    starts = np.empty_like(ends)
    starts[:1] = 0
    starts[1:] = ends[:-1] + 1
    return Cut(text, codes, separators, starts, ends, np.diff(last, prepend=-1))


def _mark_irregular(data: bytes, cut: Cut, regular: Flags, *, is_escaped: bool) -> Flags | None:
    """Take out lines with bytes that need a decision; which lines end in CR LF, if any does."""
    text = cut.text[: len(data)]
    for byte in (QUOTE, 0):
        if byte in data:
            regular[lines_of(cut, np.flatnonzero(text == byte))] = False
    if is_escaped:
        escaped = text < SPACE
        if BACKSLASH in data:
            escaped |= text == BACKSLASH
        places = np.flatnonzero(escaped)
        places = places[(text[places] != LF) & (text[places] != CR)]
        regular[lines_of(cut, places)] = False
    if not data.isascii():
        mark_no_utf8(data, cut.ends, regular)
    if CR not in data:
        return None
    returns = np.flatnonzero(text == CR)
    is_end = cut.text[returns + 1] == LF
    regular[lines_of(cut, returns[~is_end])] = False
    ended = np.zeros(len(regular), np.bool_)
    ended[lines_of(cut, returns[is_end])] = True
    return ended


def lines_of(cut: Cut, positions: Ints) -> Ints:
    """The lines in which bytes stand."""
    return np.searchsorted(cut.ends, positions)


def mark_no_utf8(data: bytes, ends: Ints, regular: Flags) -> None:
    """Take out the lines that are no UTF-8. No character goes over a line end, so each line can be told by itself."""
    start = 0
    view = memoryview(data)
    while start < len(data):
        try:
            str(view[start:], "utf-8")
        except UnicodeDecodeError as error:
            line = int(np.searchsorted(ends, start + error.start))
            regular[line] = False
            start = int(ends[line]) + 1
        else:
            return
