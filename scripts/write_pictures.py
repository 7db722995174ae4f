"""Write docs/result_en.svg and docs/result_zh.svg: the worked example's result as a terminal shows it.

    python scripts/write_pictures.py [--check]

Every run of characters is placed by its cell, so that Chinese and Latin stand in
columns whatever font the viewer has; bars are drawn as rectangles.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from html import escape
from pathlib import Path

from rich.cells import cell_len, get_character_cell_size
from rich.text import Text as Line

from rolequiz.bank.load import load
from rolequiz.bank.shipped import load_wording, shipped_bank
from rolequiz.core.assess import assess, explain
from rolequiz.core.table import compile_table
from rolequiz.report.document import document
from rolequiz.report.glyphs import UNICODE
from rolequiz.report.page import page_for
from rolequiz.report.subject import Subject
from rolequiz.report.terminal import joined_sections
from rolequiz.report.voice import Voice
from rolequiz.report.wording import Wording

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.derived import derived  # found only now

TITLES = {"en": "A result of rolequiz in a terminal", "zh": "终端里的 rolequiz 结果"}
COLUMNS = 80
CELL, ROW, PADDING, BAR = 8.4, 19.0, 16.0, 34.0
GROUND, INK = "#14171c", "#d8dee4"
COLOURS = {"cyan": "#4fc3dc", "yellow": "#e3b062", "bright_black": "#6c7682"}
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', monospace"
WORKED = (2, 3, 1, 2, 1, 3, 4, 2, 3, 3, 2, 4, 5, 3, 1, 1, 2, 1, 4, 2, 2, 4, 5, 2, 3, 2, 3, 2, 2, 1)
"""The worked example of docs/method.md: options from 1, in form order."""

RECTANGLES = {"█": (0.0, 1.0), "▌": (0.0, 0.5), "▐": (0.5, 0.5)}
"""Where in its cell a block begins, and how much of it it fills."""


def result_lines(lang: str) -> list[Line]:
    """The first screen of the worked example."""
    bank = load(shipped_bank())
    table = compile_table(bank.form, bank.catalogue)
    assessment = assess(table, WORKED)
    voice = Voice(bank, lang, Wording(lang, load_wording(lang), load_wording("en")))
    subject = Subject(bank, table, assessment, explain(table, assessment), voice, date(2026, 11, 24))
    page = page_for(COLUMNS, UNICODE, voice.wording("sign_minus"))
    return joined_sections(document(subject).first, page)


def runs(line: Line) -> Iterator[tuple[int, str, str]]:
    """(cell, characters, style): neighbours of one style and one kind of width."""
    styles = [""] * len(line.plain)
    for span in line.spans:
        styles[span.start : span.end] = [str(span.style)] * (min(span.end, len(styles)) - span.start)
    cell, start, text = 0, 0, ""
    last: tuple[str, object] = ("", 0)
    for character, style in zip(line.plain, styles, strict=True):
        kind = (style, character if character in RECTANGLES else get_character_cell_size(character))
        if text and kind != last:
            yield start, text, last[0]
            start, text = cell, ""
        last = kind
        text += character
        cell += get_character_cell_size(character)
    if text:
        yield start, text, last[0]


def drawn(x: int, y: float, text: str, style: str) -> str:
    """One run as SVG."""
    words = style.split()
    colour = next((COLOURS[word] for word in words if word in COLOURS), INK)
    left = PADDING + x * CELL
    if text[0] in RECTANGLES:
        begins, fills = RECTANGLES[text[0]]
        width = (len(text) - 1 + fills) * CELL + 0.4
        return (
            f'<rect x="{left + begins * CELL:.1f}" y="{y - 13:.1f}" width="{width:.1f}" height="15" fill="{colour}"/>'
        )
    if set(text) == {"─"}:
        right = left + len(text) * CELL
        return f'<path d="M{left:.1f} {y - 5:.1f}H{right:.1f}" stroke="{colour}"/>'
    if set(text) == {"│"}:
        return f'<path d="M{left + CELL / 2:.1f} {y - 14:.1f}v{ROW:.0f}" stroke="{colour}"/>'
    length = cell_len(text) * CELL
    weight = ' font-weight="700"' if "bold" in words else ""
    return (
        f'<text x="{left:.1f}" y="{y:.1f}" textLength="{length:.1f}" fill="{colour}"{weight}'
        f' xml:space="preserve">{escape(text)}</text>'
    )


def picture(lines: list[Line], title: str) -> str:
    """The whole picture."""
    width = COLUMNS * CELL + 2 * PADDING
    height = BAR + len(lines) * ROW + 2 * PADDING
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}"'
        f' role="img" font-family="{FONTS}" font-size="14">'
    )
    parts = [
        svg,
        f"<title>{escape(title)}</title>",
        f'<rect width="{width:.0f}" height="{height:.0f}" rx="8" fill="{GROUND}"/>',
        *(
            f'<circle cx="{20 + 20 * n}" cy="20" r="6" fill="{colour}"/>'
            for n, colour in enumerate(("#ff5f57", "#febc2e", "#28c840"))
        ),
    ]
    for number, line in enumerate(lines):
        y = BAR + PADDING + (number + 0.75) * ROW
        parts += [drawn(cell, y, text, style) for cell, text, style in runs(line) if text.strip()]
    return "\n".join([*parts, "</svg>", ""])


def main() -> int:
    """Write the pictures."""
    return derived({f"docs/result_{lang}.svg": picture(result_lines(lang), title) for lang, title in TITLES.items()})


if __name__ == "__main__":
    sys.exit(main())
