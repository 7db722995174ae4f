"""A document as short sentences, one fact a line: for screen readers, mail and pipes without drawing."""

from __future__ import annotations

from collections.abc import Iterable

from rolequiz.report.blocks import (
    AnswerRow,
    Answers,
    Banner,
    Bars,
    Block,
    Dots,
    Facts,
    Headline,
    Numbered,
    Para,
    Scale,
    Section,
    SideBySide,
    Strips,
    Table,
    Tally,
)
from rolequiz.report.voice import Voice, run_on


def plain_lines(sections: Iterable[Section], voice: Voice) -> list[str]:
    """Every section as lines of text, an empty line between sections; ``voice`` should be a spoken one."""
    lines: list[str] = []
    for section in sections:
        if lines:
            lines.append("")
        if section.heading is not None:
            parts = [one for one in (section.heading.text, section.heading.tag) if one]
            lines += [ended(voice.capital(part), voice) for part in parts]
        for block in section.blocks:
            lines += block_sentences(block, voice)
    return lines


def block_sentences(block: Block, voice: Voice) -> list[str]:
    """One block as sentences."""
    match block:
        case Banner():
            return [ended(voice.wording("clause_between").join((block.left, *block.right)), voice)]
        case Headline():
            return [text for text in (block.text, block.detail) if text]
        case Para():
            return list(block.sentences)
        case Scale():
            return [*(row.spoken for row in block.rows), block.note]
        case Bars():
            return bars_sentences(block, voice)
        case SideBySide():
            return [*bars_sentences(block.left, voice), *bars_sentences(block.right, voice)]
        case Facts():
            return [ended(voice.wording("plain_term", term=term, text=text), voice) for term, text in block.rows]
        case Numbered():
            return [
                line
                for number, (text, asides) in enumerate(block.rows, start=1)
                for line in (f"{number}. {text}", *asides)
            ]
        case Answers():
            rows = (*block.rows, *((block.total,) if block.total else ()))
            return [answer_sentence(row, block.columns, voice) for row in rows]
        case Table():
            return table_sentences(block, voice)
        case Tally():
            heads = [ended(block.title, voice)] if block.title else []
            return heads + [voice.wording("plain_count", count, name=voice.capital(name)) for name, count in block.rows]
        case Strips():
            return [ended(voice.wording("plain_term", term=strip.name, text=strip.said), voice) for strip in block.rows]
        case Dots():
            return [ended(block.title, voice), *(table_sentences(block.table, voice) if block.table else [])]


def ended(text: str, voice: Voice) -> str:
    """The text as a sentence: with a full stop where nothing ends it yet."""
    return text if text.endswith((".", "?", "!", "。", "？", "！")) else voice.wording("plain_end", text=text)


def bars_sentences(bars: Bars, voice: Voice) -> list[str]:
    """A title with its sum, then one trait a line with its points and the answer behind it."""
    lines = []
    if bars.title and bars.total is not None:
        lines.append(voice.wording("plain_bar", name=bars.title, points=voice.signed(bars.total)))
    for row in bars.rows:
        points = voice.signed(row.value)
        if row.quotes:
            lines.append(voice.wording("plain_bar_quote", name=row.name, points=points, quote=row.quotes[0]))
        else:
            lines.append(voice.wording("plain_bar", name=row.name, points=points))
    return lines


def answer_sentence(row: AnswerRow, columns: tuple[str, ...], voice: Voice) -> str:
    """One row of answers with its points, each named where there are several."""
    if columns:
        points = voice.listed(
            [
                voice.wording("plain_points", name=head, points=voice.signed(one))
                for head, one in zip(columns, row.points, strict=True)
            ]
        )
    else:
        points = voice.capital(voice.listed([voice.signed(one) for one in row.points]))
    said = row.question
    if row.answer:
        is_asked = row.question.endswith(("?", "？"))
        said = run_on((said, row.answer)) if is_asked else voice.wording("plain_term", term=said, text=row.answer)
    number = ended(row.number, voice) if row.number else ""
    if not points:
        return run_on([number, ended(said, voice)])
    if not row.answer:
        return run_on([number, ended(voice.wording("plain_term", term=voice.capital(said), text=points), voice)])
    return run_on([number, voice.wording("plain_answer", text=said, points=points)])


def table_sentences(table: Table, voice: Voice) -> list[str]:
    """The caption, then a row a line: its name, and every cell that is not empty under the head of its column."""
    lines = [ended(table.caption, voice)] if table.caption else []
    for name, *cells in table.all_rows:
        parts = [
            voice.wording("plain_points", name=column.head, points=column.shown(cell, voice.signed))
            for column, cell in zip(table.columns[1:], cells, strict=True)
            if cell != ""
        ]
        named = voice.capital(table.columns[0].shown(name, voice.signed))
        said = voice.wording("plain_term", term=named, text=voice.listed(parts)) if parts else named
        lines.append(ended(said, voice))
    return lines
