"""One document with every block in it, the same with other words, and what a reader of it must find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from rolequiz.report.blocks import (
    AnswerRow,
    Answers,
    Banner,
    BarRow,
    Bars,
    Column,
    Document,
    Dot,
    Dots,
    Facts,
    Heading,
    Headline,
    Numbered,
    Para,
    Scale,
    ScaleRow,
    Section,
    SideBySide,
    Strip,
    Strips,
    Table,
    Tally,
)
from rolequiz.report.document import answers_document, document
from rolequiz.report.subject import Subject

SAMPLE = Document(
    first=(
        Section(
            None,
            (
                Banner("banner left", ("first part", "second part")),
                Headline("The headline.", "Its detail."),
                Scale(
                    rows=(
                        ScaleRow("1", "Top role", 10, "First: top role, plus 10.", 3.0),
                        ScaleRow("", "Middle role", 0, "Second: middle role, 0.", -3.0),
                        ScaleRow("~", "Low role", -20, "Third: low role, minus 20.", 0.5),
                    ),
                    low=-20,
                    high=60,
                    against="against",
                    towards="towards",
                    note="What 0 means.",
                    random_note="What the mark means.",
                ),
            ),
        ),
        Section(
            Heading("A heading", "tagged"),
            (
                Para(("One sentence.", "And another.")),
                Bars((BarRow("Steady", 7, ("a long quotation", "short")), BarRow("Quick", -1)), 10, "Bars", 6),
            ),
        ),
    ),
    further=(
        Section(
            Heading("Side by side"),
            (
                SideBySide(
                    Bars((BarRow("One", 3), BarRow("Two", -2)), 8, "Left", 1),
                    Bars((BarRow("Three", 8), BarRow("Four", 0)), 8, "Right", 8),
                ),
                Facts((("Term", "what is to be said"), ("Other term", "and of this one"))),
                Numbered((("Ask this", ("one side", "other side")), ("And this", ()))),
            ),
        ),
        Section(
            Heading("Tables"),
            (
                Answers(
                    (AnswerRow("Q1", "A question?", "an answer", (2, -1)), AnswerRow("Q2", "Another", "", (0, 11))),
                    ("First role", "Second role"),
                    AnswerRow("", "Sum", "", (2, 10)),
                ),
                Answers((AnswerRow("Q3", "Alone", "said", (-4,)), AnswerRow("", "two more", "", (-5,)))),
                Table(
                    "Who came",
                    (Column("Room"), Column("In words"), Column("People", "count"), Column("Mean", "points")),
                    (("North", "early", 12, 4), ("South", "", 9, -3)),
                    ("All", "", 21, 1),
                ),
            ),
        ),
        Section(
            Heading("A room"),
            (
                Tally("What came first", (("One way", 3), ("Other way", 0)), 3),
                Strips(
                    "What the signs mean.",
                    "What the shapes mean.",
                    ("Score", "Spread"),
                    (
                        Strip("Calm", -3, -1.5, 0, 2, 6, "spread in words"),
                        Strip("Held back", None, None, None, None, None, "not told"),
                    ),
                    -7,
                    7,
                ),
                Dots(
                    "Three people between three corners",
                    ("Top", "Left", "Right"),
                    (Dot((0.5, 0.25, 0.25), "a"), Dot((0.5, 0.25, 0.25), "b"), Dot((0.125, 0.125, 0.75), "c")),
                    0.6,
                    0.15,
                    Table("Everybody's shares", (Column("Person"), Column("Share", "count")), (("a", 50), ("b", 75))),
                    "How a digit is read.",
                    "How dots are moved.",
                ),
                Dots("On a line", ("Near", "Far"), (Dot((0.5, 0.5)), Dot((1.0, 0.0))), 0.6, 0.15),
            ),
        ),
    ),
)
"""Every kind of block, with numbers above, at and below 0."""


def with_words(value: Any, change: Callable[[str], str]) -> Any:
    """The same value with every text in it changed; what an empty text leaves out stays left out."""
    match value:
        case str():
            return change(value) if value else value
        case tuple():
            return tuple(with_words(one, change) for one in value)
        case Column():
            return replace(value, head=with_words(value.head, change))
        case _ if is_dataclass(value) and not isinstance(value, type):
            return replace(
                value, **{field.name: with_words(getattr(value, field.name), change) for field in fields(value)}
            )
        case _:
            return value


def whole(subject: Subject) -> Document:
    """A result with every answer after it."""
    return Document(document(subject).first, document(subject).further + answers_document(subject).first)


def figures(shown: Document) -> Iterator[int]:
    """Every number of a document that stands alone, in reading order."""
    for section in shown.sections:
        for block in section.blocks:
            match block:
                case Scale():
                    yield from (row.value for row in block.rows)
                case Bars():
                    yield from figures_of_bars(block)
                case SideBySide():
                    yield from figures_of_bars(block.left)
                    yield from figures_of_bars(block.right)
                case Answers():
                    for answer in (*block.rows, *((block.total,) if block.total else ())):
                        yield from answer.points
                case Table() | Dots(table=Table()):
                    table = block if isinstance(block, Table) else block.table
                    assert table is not None
                    yield from (cell for row in table.all_rows for cell in row if isinstance(cell, int))
                case Tally():
                    yield from (count for _, count in block.rows)
                case _:
                    pass


def figures_of_bars(bars: Bars) -> Iterator[int]:
    """The sum in the title, then each row."""
    if bars.title and bars.total is not None:
        yield bars.total
    yield from (row.value for row in bars.rows)


def texts(shown: Document) -> Iterator[str]:
    """Every text of a document that a reader has to find, in no order."""
    for section in shown.sections:
        if section.heading is not None:
            yield from (section.heading.text, section.heading.tag)
        for block in section.blocks:
            match block:
                case Banner():
                    yield from block.right
                case Headline():
                    yield from (block.text, block.detail)
                case Para():
                    yield from block.sentences
                case Scale():
                    yield from (block.note, block.random_note)
                    for row in block.rows:
                        yield from (row.mark, row.name)
                case Bars() | SideBySide():
                    for bars in (block,) if isinstance(block, Bars) else (block.left, block.right):
                        yield bars.title
                        for bar in bars.rows:
                            yield from (bar.name, *bar.quotes[:1])
                case Facts():
                    yield from (said for row in block.rows for said in row)
                case Numbered():
                    for said, asides in block.rows:
                        yield from (said, *asides)
                case Answers():
                    yield from block.columns
                    for answer in (*block.rows, *((block.total,) if block.total else ())):
                        yield from (answer.number, answer.question, answer.answer)
                case Table():
                    yield from words_of(block)
                case Tally():
                    yield from (block.title, *(name for name, _ in block.rows))
                case Strips():
                    for strip in block.rows:
                        yield from (strip.name, strip.said)
                case Dots():
                    yield from words_of(block.table) if block.table is not None else ()


def words_of(table: Table) -> Iterator[str]:
    """The caption, the heads, and every cell that is no number."""
    yield from (table.caption, *(column.head for column in table.columns))
    yield from (cell for cells in table.all_rows for cell in cells if isinstance(cell, str))
