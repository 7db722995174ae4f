"""A document as short sentences, one fact a line: for screen readers, mail and pipes without drawing."""

from __future__ import annotations

from collections.abc import Iterable

from rolequiz.report.blocks import (
    AnswerRow,
    Answers,
    Banner,
    Bars,
    Block,
    Facts,
    Headline,
    Numbered,
    Para,
    Scale,
    Section,
    SideBySide,
)
from rolequiz.report.voice import Voice


def plain_lines(sections: Iterable[Section], voice: Voice) -> list[str]:
    """Every section as lines of text, an empty line between sections; ``voice`` should be a spoken one."""
    lines: list[str] = []
    for section in sections:
        if lines:
            lines.append("")
        if section.heading is not None:
            parts = [one for one in (section.heading.text, section.heading.tag) if one]
            lines += [
                voice.wording("plain_end", text=part) if not part.endswith(("?", "？")) else part for part in parts
            ]
        for block in section.blocks:
            lines += block_sentences(block, voice)
    return lines


def block_sentences(block: Block, voice: Voice) -> list[str]:
    """One block as sentences."""
    match block:
        case Banner():
            return [voice.wording("plain_end", text=f"{block.left}, {block.right}".replace(" · ", ", "))]
        case Headline():
            return [text for text in (block.text, block.detail) if text]
        case Para():
            return [block.text]
        case Scale():
            return [*(row.spoken for row in block.rows), block.note]
        case Bars():
            return bars_sentences(block, voice)
        case SideBySide():
            return [*bars_sentences(block.left, voice), *bars_sentences(block.right, voice)]
        case Facts():
            return [voice.wording("plain_term", term=term, text=text) for term, text in block.rows]
        case Numbered():
            return [
                line
                for number, (text, aside) in enumerate(block.rows, start=1)
                for line in ([f"{number}. {text}", aside] if aside else [f"{number}. {text}"])
            ]
        case Answers():
            rows = (*block.rows, *((block.total,) if block.total else ()))
            return [answer_sentence(row, block.columns, voice) for row in rows]


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
        points = voice.listed([voice.signed(one) for one in row.points])
    text = voice.wording("plain_between").join(part for part in (row.number, row.question, row.answer) if part)
    return voice.wording("plain_answer", text=text, points=points) if points else voice.wording("plain_end", text=text)
