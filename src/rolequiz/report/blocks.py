"""What a document is made of: words and numbers in order, nothing about layout.

Renderers draw these; the layout of each kind is theirs. Numbers that belong in
columns stay integers here, so that a reader of the drawing can add them up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Banner:
    """The first line: whose document this is, and of what; ``between`` stands between the parts when drawn."""

    left: str
    right: tuple[str, ...]
    between: str = "  "


@dataclass(frozen=True, slots=True)
class Headline:
    """The answer in one or two sentences."""

    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """One bar around 0. ``mark`` is the place as shown; ``spoken`` says it in a sentence."""

    mark: str
    name: str
    value: int
    spoken: str
    random: float = 0.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Bars of all roles around 0; ``low`` and ``high`` bound every possible value."""

    rows: tuple[ScaleRow, ...]
    low: int
    high: int
    against: str
    towards: str
    note: str
    random_note: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a section; ``tag`` is its one-word answer."""

    text: str
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Para:
    """Running text: sentences that are set one after the other, or each on its own line where lines are heard."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BarRow:
    """One trait: its points, and the answer that weighed most in it (``quotes``, longest wording first)."""

    name: str
    value: int
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars from 0 that add up to ``total`` where one is named; ``reach`` is the largest possible value."""

    rows: tuple[BarRow, ...]
    reach: int
    title: str = ""
    total: int | None = None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two sets of bars next to each other where the width allows."""

    left: Bars
    right: Bars


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms with what is to be said of each."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Numbered:
    """A numbered list; asides under a text stand on one line with ``between`` where they fit, else a line each."""

    rows: tuple[tuple[str, tuple[str, ...]], ...]
    between: str = "  |  "


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer and its points: ``number`` as shown ("Q7"), question, answer, one value for each column."""

    number: str
    question: str
    answer: str
    points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """A table of answers; ``columns`` head the points (none for a single column), ``total`` sums them."""

    rows: tuple[AnswerRow, ...]
    columns: tuple[str, ...] = ()
    total: AnswerRow | None = None


Cell: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: words, counts (``12``) or points around 0, which are shown with their sign (``+12``)."""

    head: str
    kind: Literal["text", "count", "points"] = "text"

    @property
    def is_number(self) -> bool:
        """Whether its cells stand at the right edge, digit under digit."""
        return self.kind != "text"

    def shown(self, cell: Cell, signed: Callable[[int], str]) -> str:
        """A cell in words; ``signed`` writes points."""
        return signed(cell) if isinstance(cell, int) and self.kind == "points" else str(cell)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a cell for each column in every row; the first cell names the row.

    An empty text is an empty cell, in a column of numbers too. ``total`` sums the
    rows or stands for all of them. An empty caption is not drawn, but whoever
    hears the table needs one.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None

    @property
    def all_rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows, and the total after them."""
        return self.rows if self.total is None else (*self.rows, self.total)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of ``people`` are in each row; ``title`` is what they were counted for."""

    title: str
    rows: tuple[tuple[str, int], ...]
    people: int


@dataclass(frozen=True, slots=True)
class Strip:
    """The spread of one score: extremes, quartiles and median in points, None where not told; ``said`` in words."""

    name: str
    low: float | None
    lower: float | None
    median: float | None
    upper: float | None
    high: float | None
    said: str


@dataclass(frozen=True, slots=True)
class Strips:
    """Spreads on one axis from ``low`` to ``high`` points; ``heads`` name the score and the words beside it.

    ``signs`` explains the characters of a terminal, ``legend`` the shapes of a page.
    """

    signs: str
    legend: str
    heads: tuple[str, str]
    rows: tuple[Strip, ...]
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Dot:
    """One person: a share for each corner, summing to 1; ``mark`` is the letter by which a table names them."""

    shares: tuple[float, ...]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Dots:
    """People between the ends of a line (two ``corners``) or in a triangle (three: top, left, right).

    A corner is cut off at a share of ``single_from``, a side where all others
    together have ``pair_rest``. ``title`` says what is drawn, ``table`` gives every dot in
    figures for whoever does not see it; None where that stands elsewhere.
    ``counted`` says how people in one cell of a terminal are shown, ``moved`` how a page sets them apart.
    """

    title: str
    corners: tuple[str, ...]
    dots: tuple[Dot, ...]
    single_from: float
    pair_rest: float
    table: Table | None = None
    counted: str = ""
    moved: str = ""


def para(*sentences: str) -> Para:
    """Running text from sentences; empty ones are left out."""
    return Para(tuple(sentence for sentence in sentences if sentence))


def numbered(texts: Iterable[str]) -> Numbered:
    """A numbered list without asides."""
    return Numbered(tuple((text, ()) for text in texts))


Block: TypeAlias = (
    Banner | Headline | Scale | Para | Bars | SideBySide | Facts | Numbered | Answers | Table | Tally | Strips | Dots
)


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks that belong together under one heading, or none."""

    heading: Heading | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The sections of the first screen, and those after it."""

    first: tuple[Section, ...]
    further: tuple[Section, ...] = ()

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections in reading order."""
        return self.first + self.further
