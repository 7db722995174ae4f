"""A document as Markdown: CommonMark with the tables of GFM, readable as it is.

Every text passes `inline`, so that nothing in it is read as a sign of Markdown,
as HTML or as a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import assert_never

from rolequiz import __version__
from rolequiz.printable import printable
from rolequiz.report.blocks import (
    AnswerRow,
    Answers,
    Banner,
    Bars,
    Block,
    Document,
    Dots,
    Facts,
    Headline,
    Numbered,
    Para,
    Scale,
    SideBySide,
    Strips,
    Table,
    Tally,
)
from rolequiz.report.voice import Voice, run_on

SIGNS = re.compile(r"[\\`*_\[\]<>|~&$]")
"""What means something inside a line, wherever it stands."""

START = re.compile(r"([#=+-])(?=\1|\s|$)|(\d{1,9})(?=[.)])")
"""What means something only at the beginning of a line: a sign that is repeated or stands alone, a numeral."""

LAST_SIGN = re.compile(r"(?<!\\)#$")
"""What means something only at the end of a heading."""

TAKEN = r"\\\g<0>"
"""What is found, as itself."""

WORD = re.compile(r"[^\s|]+")
ADDRESS = re.compile(r"://|www\.|mailto:|@", re.IGNORECASE)
"""What a word has in it that readers of Markdown make a link of, without being asked to."""


def text(document: Document, voice: Voice, title: str) -> str:
    """The whole document; ``title`` names what it is about, and heads a document that has no headline."""
    blocks = [block for section in document.sections for block in section.blocks]
    has_headline = any(isinstance(block, Headline) for block in blocks)
    paragraphs = [line(title) if has_headline else heading(1, title)]
    for section in document.sections:
        if section.heading is not None:
            paragraphs.append(heading(2, section.heading.text))
            paragraphs += [f"**{inline(section.heading.tag)}**"] if section.heading.tag else []
        for block in section.blocks:
            paragraphs += block_paragraphs(block, voice)
    stamp = voice.bank.stamp
    made = voice.wording("page_made", version=__version__, bank=stamp.id, bank_version=stamp.version)
    return "\n\n".join([*paragraphs, line(made)]) + "\n"


def block_paragraphs(block: Block, voice: Voice) -> list[str]:
    """One block as paragraphs, lists and tables; an empty line goes between them."""
    match block:
        case Banner():
            return [line(block.between.join((block.left, *block.right)))]
        case Headline():
            return [heading(1, block.text), *([line(block.detail)] if block.detail else [])]
        case Para():
            return [line(run_on(block.sentences))]
        case Scale():
            scores = [(row.mark, row.name, voice.signed(row.value)) for row in block.rows]
            heads = ("", voice.wording("page_role"), voice.wording("page_points"))
            notes = [line(note) for note in (block.note, block.random_note) if note]
            return [grid(heads, scores, (False, False, True)), *notes]
        case Bars():
            return bars_paragraphs(block, voice)
        case SideBySide():
            return [*bars_paragraphs(block.left, voice), *bars_paragraphs(block.right, voice)]
        case Facts():
            return ["\n".join(f"- {fact(term, said, voice)}" for term, said in block.rows)]
        case Numbered():
            return ["\n".join(numbered_lines(block))]
        case Answers():
            return [answers_grid(block, voice)]
        case Table():
            caption = [line(block.caption)] if block.caption else []
            rows = [
                [column.shown(cell, voice.signed) for column, cell in zip(block.columns, row, strict=True)]
                for row in block.all_rows
            ]
            numbers = [column.is_number for column in block.columns]
            is_total = block.total is not None
            return [*caption, grid([column.head for column in block.columns], rows, numbers, has_total=is_total)]
        case Tally():
            counts = [(name, str(count)) for name, count in block.rows]
            table = grid((voice.wording("page_answer"), voice.wording("group_flags_people")), counts, (False, True))
            return [*([heading(3, block.title)] if block.title else []), table]
        case Strips():
            return [grid(block.heads, [(row.name, row.said) for row in block.rows], (False, False))]
        case Dots():
            return [line(block.title), *(block_paragraphs(block.table, voice) if block.table is not None else [])]
        case _:
            assert_never(block)


def bars_paragraphs(bars: Bars, voice: Voice) -> list[str]:
    """A title with its sum, and a row a trait with its points and the answer behind it."""
    if not bars.rows:
        return []
    title = bars.title if bars.total is None else f"{bars.title} {voice.signed(bars.total)}"
    heads = [voice.wording("page_trait"), voice.wording("page_points")]
    rows = [[row.name, voice.signed(row.value)] for row in bars.rows]
    if any(row.quotes for row in bars.rows):
        heads.append(voice.wording("page_quote"))
        rows = [[*cells, *row.quotes[:1]] for cells, row in zip(rows, bars.rows, strict=True)]
    return [*([heading(3, title)] if bars.title else []), grid(heads, rows, (False, True, False))]


def fact(term: str, said: str, voice: Voice) -> str:
    """A term in bold, and what is to be said of it."""
    return voice.wording("plain_term", term=f"**{inline(term)}**", text=inline(said))


def numbered_lines(block: Numbered) -> list[str]:
    """A numbered list, asides under their texts as a list of their own."""
    lines = []
    for number, (said, asides) in enumerate(block.rows, start=1):
        lines.append(f"{number}. {line(said)}")
        lines += [" " * (len(str(number)) + 2) + f"- {line(aside)}" for aside in asides]
    return lines


def answers_grid(block: Answers, voice: Voice) -> str:
    """Answers with a column for each kind of points."""
    rows = (*block.rows, *((block.total,) if block.total else ()))
    points = len(rows[0].points) if rows else 0
    named = block.columns or (voice.wording("page_points"),) * points
    has_answers = any(row.answer for row in rows)
    heads = [voice.wording("page_number"), voice.wording("page_question")]
    heads += [voice.wording("page_answer")] if has_answers else []
    return grid(
        [*heads, *named],
        [answer_cells(row, voice, has_answers=has_answers) for row in rows],
        [False] * len(heads) + [True] * points,
        has_total=block.total is not None,
    )


def answer_cells(row: AnswerRow, voice: Voice, *, has_answers: bool) -> list[str]:
    """One answer as cells."""
    said = [row.number, row.question, *([row.answer] if has_answers else [])]
    return said + [voice.signed(one) for one in row.points]


def grid(
    heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[bool], *, has_total: bool = False
) -> str:
    """A table; the columns of numbers end at the right edge, a total is in bold."""
    cells = [[inline(cell) for cell in row] + [""] * (len(heads) - len(row)) for row in rows]
    if has_total:
        cells[-1] = [f"**{cell}**" if cell else "" for cell in cells[-1]]
    rule = ["---:" if is_number else "---" for is_number in numbers[: len(heads)]]
    return "\n".join(f"| {' | '.join(row)} |" for row in ([inline(head) for head in heads], rule, *cells))


def heading(level: int, words: str) -> str:
    """A heading of one line; a sign at its end, after anything but a backslash, may be taken for its end."""
    return f"{'#' * level} {LAST_SIGN.sub(TAKEN, line(words))}"


def line(words: str) -> str:
    """A text that begins a line: as `inline`, and its beginning makes no heading, list or rule of it."""
    said = inline(words)
    found = START.match(said)
    digits = found.end(2) if found and found[2] else 0
    return f"{said[:digits]}\\{said[digits:]}" if found else said


def inline(words: str) -> str:
    """A text within a line: every sign stands for itself, and a word that looks like an address is set as code."""
    said, done = printable(words).strip(), 0
    parts = []
    for found in WORD.finditer(said):
        if ADDRESS.search(found[0]):
            parts += [SIGNS.sub(TAKEN, said[done : found.start()]), as_code(found[0])]
            done = found.end()
    return "".join(parts) + SIGNS.sub(TAKEN, said[done:])


def as_code(word: str) -> str:
    """A word as a code span, in which nothing is a sign."""
    fence = "`" * (1 + max(map(len, re.findall("`+", word)), default=0))
    pad = " " if "`" in (word[0], word[-1]) else ""
    return f"{fence}{pad}{word}{pad}{fence}"
