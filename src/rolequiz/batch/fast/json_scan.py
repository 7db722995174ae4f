"""Regular lines of JSONL, all at once; every other line is left to the reference.

Lines are regular where they are those of their neighbours but for the id and the
answers: what stands around these is taken from the first line of a block, after
the reference has found nothing about it that needs a word. Ids without escapes,
answers as one digit or ``null``, separated as `json.dumps` does, compact or not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from json import dumps

import numpy as np

from rolequiz.batch.fast.csv_scan import RUNNABLE, mark_no_utf8
from rolequiz.batch.fast.fragments import LONGEST, Bytes, Ints, Texts
from rolequiz.batch.fast.kernel import Flags
from rolequiz.batch.fast.names import UNKNOWN, Names
from rolequiz.batch.fast.rows import Clerk, Rows
from rolequiz.batch.json_records import json_lines
from rolequiz.batch.lines import MAX_LINE, Line
from rolequiz.batch.notes import Notes
from rolequiz.batch.records import Accepted, Item, Rules

QUOTE, COLON, COMMA, SPACE, LF, CR, BACKSLASH = b'":, \n\r\\'
CODES = np.full(256, 255, np.uint8)
CODES[ord("1") : ord("9") + 1] = range(1, 10)
CODES[ord("n")] = 0
"""What the first byte of a value says: an option's number, or 0 for null."""

NULL = b"null"
SHAPE = re.compile(rb'(\{"id": ?")([^"\\]+)(".*?"answers": ?\{)[^{}]*(\}.*)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands in a line before the id, between id and answers, and after the answers."""

    head: bytes
    middle: bytes
    tail: bytes


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines that look regular: where their ids and answers stand, and their quotes."""

    numbers: Ints
    id_starts: Ints
    id_ends: Ints
    starts: Ints
    stops: Ints
    pairs: Ints
    quotes: Ints

    def take(self, chosen: Flags) -> _Lines:
        per_quote = np.repeat(chosen, 2 * self.pairs)
        return _Lines(
            self.numbers[chosen],
            self.id_starts[chosen],
            self.id_ends[chosen],
            self.starts[chosen],
            self.stops[chosen],
            self.pairs[chosen],
            self.quotes[per_quote],
        )


class JsonScanner:
    """Reads lines that each hold a person."""

    def __init__(self, rules: Rules, clerk: Clerk, *, keeps_formulas: bool, is_quoted: bool) -> None:
        """What needs no decision: ids that a spreadsheet may run if ``keeps_formulas``; commas unless the output
        puts quotes around them (``is_quoted``).
        """
        self._rules = rules
        self._clerk = clerk
        self._keeps_formulas = keeps_formulas
        self._is_quoted = is_quoted
        items = rules.table.items
        self._names = Names([item.id.encode() for item in items])
        self._options = np.array([item.options for item in items], np.uint8)
        self._frames: dict[Frame, bool] = {}

    def scan(self, data: bytes, first: int, source: str, notes: Notes) -> tuple[Rows, list[Item]]:
        """The rows of the regular lines, and the items of all others; ``first`` is the number of the first line."""
        whole = (data if data.endswith(b"\n") else data + b"\n") + b" " * LONGEST
        text: Bytes = np.frombuffer(whole, np.uint8)
        ends = np.flatnonzero(text == LF)
        starts = np.concatenate([[0], ends[:-1] + 1])
        regular = np.zeros(len(ends), np.bool_)
        frame = self._frame(data, source)
        rows = self._rows(frame, data, text, starts, ends, regular, first, source) if frame else None
        odd = np.flatnonzero(~regular)
        lines = (_line(data, int(starts[place]), int(ends[place]), first + int(place)) for place in odd)
        items = list(json_lines(lines, source, self._rules, notes))
        if rows is None:
            rows = self._clerk.rows([], [], is_bare=True)
        return rows, items

    def _frame(self, data: bytes, source: str) -> Frame | None:
        """The frame of the first line, if lines with it are plain records."""
        end = data.find(b"\n")
        found = SHAPE.fullmatch(data[: end if end >= 0 else len(data)].removesuffix(b"\r"))
        if found is None or self._rules.keep:
            return None
        frame = Frame(found[1], found[3], found[4])
        if frame not in self._frames:
            if len(self._frames) > 100:
                self._frames.clear()
            self._frames[frame] = self._is_plain(frame, source)
        return frame if self._frames[frame] else None

    def _is_plain(self, frame: Frame, source: str) -> bool:
        """Whether the reference takes a line with this frame as it stands: full, without times and without a note.

        What stands in the frame has to be the id and the answers, and not what has their look elsewhere: the
        record changes with it.
        """
        question = self._rules.table.items[0].id
        return all(
            self._is_taken(frame, source, person, answers)
            for person, answers in (("x", {question: 1}), ("y", dict[str, int]()))
        )

    def _is_taken(self, frame: Frame, source: str, person: str, answers: dict[str, int]) -> bool:
        notes = Notes()
        inner = dumps(answers)[1:-1].encode()
        line = Line(1, frame.head + person.encode() + frame.middle + inner + frame.tail)
        (item,) = json_lines([line], source, self._rules, notes)
        if not isinstance(item, Accepted) or notes.lines():
            return False
        record = item.record
        return record.mode == "full" and not record.seconds and (record.id, record.answers) == (person, answers)

    def _rows(
        self,
        frame: Frame,
        data: bytes,
        text: Bytes,
        starts: Ints,
        ends: Ints,
        regular: Flags,
        first: int,
        source: str,
    ) -> Rows:
        stops = ends
        if CR in data:
            stops = ends - (text[ends - 1] == CR)
        regular[:] = stops - starts >= len(frame.head) + len(frame.middle) + len(frame.tail) + 1
        regular &= ends - starts <= MAX_LINE
        _mark_escaped(data, text, ends, stops, regular)
        lines = _framed(frame, text, starts, stops, regular)
        place, number, good = self._pairs(text, lines)
        rows = np.repeat(np.arange(len(good)), lines.pairs)
        seen = np.full((len(good), len(self._options)), UNKNOWN)
        order = np.arange(len(place))
        seen[rows, place] = order
        _refuse(good, rows, seen[rows, place] != order)
        good &= lines.id_ends > lines.id_starts
        if not self._keeps_formulas:
            good &= ~RUNNABLE[text[lines.id_starts]]
        if self._is_quoted:
            commas = np.append(np.flatnonzero(text == COMMA), len(text))
            good &= commas[np.searchsorted(commas, lines.id_starts)] >= lines.id_ends
        answers = np.zeros((len(self._options), len(good)), np.uint8)
        answers[place, rows] = number
        regular[:] = False
        regular[lines.numbers[good]] = True
        numbers = lines.numbers[good] + first
        origin, escaped = self._clerk.origin(source, numbers)
        ids = Texts(text, lines.id_starts[good], (lines.id_ends - lines.id_starts)[good])
        return Rows(np.ascontiguousarray(answers[:, good]), numbers, ids, origin, is_bare=True, escaped=escaped)

    def _pairs(self, text: Bytes, lines: _Lines) -> tuple[Ints, Bytes, Flags]:
        """Question and answer of every pair, and which lines hold only good ones."""
        opens, closes = lines.quotes[::2], lines.quotes[1::2]
        places = self._names.places(text, opens + 1, closes - opens - 1)
        values = closes + 2
        values += text.take(values) == SPACE
        number = CODES[text.take(values)]
        is_null = number == 0
        after = values + 1
        nulls = np.flatnonzero(is_null)
        after[nulls] += len(NULL) - 1
        fine = (places != UNKNOWN) & (text.take(closes + 1) == COLON)
        fine &= number <= self._options.take(places)
        fine[nulls] &= _stands(text, values[nulls], NULL)
        following = after + 1
        following += text.take(following) == SPACE
        last = np.cumsum(lines.pairs)[lines.pairs > 0] - 1
        next_opens = np.empty_like(opens)
        next_opens[:-1] = opens[1:]
        joined = (text.take(after) == COMMA) & (following == next_opens)
        joined[last] = after[last] == lines.stops[lines.pairs > 0]
        fine &= joined
        good = np.where(lines.pairs > 0, True, lines.starts == lines.stops)
        begins = last - lines.pairs[lines.pairs > 0] + 1
        good[lines.pairs > 0] &= opens[begins] == lines.starts[lines.pairs > 0]
        _refuse(good, np.repeat(np.arange(len(good)), lines.pairs), ~fine)
        return np.where(places == UNKNOWN, 0, places), number, good


def _refuse(good: Flags, rows: Ints, bad: Flags) -> None:
    if bad.any():
        good[rows[bad]] = False


def _framed(frame: Frame, text: Bytes, starts: Ints, stops: Ints, regular: Flags) -> _Lines:
    """The lines that are regular so far and stand in the frame, with an even number of quotes in the answers."""
    quotes = np.flatnonzero(text == QUOTE)
    from_quote = np.searchsorted(quotes, starts)
    counts = np.searchsorted(quotes, stops) - from_quote
    around = [part.count(b'"') for part in (frame.head, frame.middle, frame.tail)]
    inner = counts - sum(around)
    regular &= (inner >= 0) & (inner % 2 == 0)
    chosen = np.flatnonzero(regular)
    regular[chosen] = _stands(text, starts[chosen], frame.head)
    chosen = np.flatnonzero(regular)
    id_ends = quotes[from_quote[chosen] + around[0]]
    tails = stops[chosen] - len(frame.tail)
    good = _stands(text, id_ends, frame.middle) & _stands(text, tails, frame.tail)
    good &= id_ends + len(frame.middle) <= tails
    before = np.repeat(from_quote[chosen] + sum(around[:2]), inner[chosen])
    within = np.arange(len(before)) - np.repeat(np.cumsum(inner[chosen]) - inner[chosen], inner[chosen])
    lines = _Lines(
        chosen,
        starts[chosen] + len(frame.head),
        id_ends,
        id_ends + len(frame.middle),
        tails,
        inner[chosen] // 2,
        quotes[before + within],
    )
    return lines if good.all() else lines.take(good)


def _stands(text: Bytes, starts: Ints, part: bytes) -> Flags:
    """Whether a text stands at each place."""
    windows = np.ndarray((len(text) - len(part) + 1,), f"V{len(part)}", text, strides=(1,))
    fits = starts < len(windows)
    found = windows[np.where(fits, starts, 0)].view(np.uint8).reshape(len(starts), len(part))
    same = (found == np.frombuffer(part, np.uint8)).all(axis=1)
    return np.asarray(same & fits, np.bool_)


def _mark_escaped(data: bytes, text: Bytes, ends: Ints, stops: Ints, regular: Flags) -> None:
    """Take out lines with escapes, control characters, or bytes that are no UTF-8."""
    own = text[: len(data)]
    odd = own < SPACE
    if BACKSLASH in data:
        odd |= own == BACKSLASH
    places = np.flatnonzero(odd)
    places = places[own[places] != LF]
    lines = np.searchsorted(ends, places)
    regular[lines[places < stops[lines]]] = False
    if not data.isascii():
        mark_no_utf8(data, ends, regular)


def _line(data: bytes, start: int, end: int, number: int) -> Line:
    content = data[start:end].removesuffix(b"\r")
    return Line(number, content[:MAX_LINE], len(content) > MAX_LINE)
