"""The room that blocks are set in on a terminal, and the few styles they are set with."""

from __future__ import annotations

from dataclasses import dataclass

from rolequiz.report.glyphs import UNICODE, Glyphs
from rolequiz.report.wrap import wrap

MEASURE = 80
"""Text is not set wider than this: longer lines are hard to follow."""

TOWARDS = "cyan"
AGAINST = "yellow"
STRONG = "bold"
ACCENT = "bold cyan"
QUIET = "bright_black"


@dataclass(frozen=True, slots=True)
class Page:
    """Room to set blocks in: columns between the margins, and the signs to draw with."""

    columns: int
    margin: int = 2
    glyphs: Glyphs = UNICODE
    signs: tuple[str, str] = ("+", "−")

    @property
    def is_narrow(self) -> bool:
        """Whether columns side by side do not fit."""
        return self.columns < 62

    def signed(self, value: int) -> str:
        """Points with a sign, as in the words around them."""
        sign = "" if value == 0 else self.signs[value < 0]
        return self.glyphs.text(f"{sign}{abs(value)}")


def page_for(terminal_width: int, glyphs: Glyphs, minus: str) -> Page:
    """The page of a terminal."""
    margin = 2 if terminal_width >= 60 else 1
    return Page(min(terminal_width, MEASURE) - 2 * margin, margin, glyphs, ("+", minus))


def set_text(text: str, page: Page, indent: int = 0) -> list[str]:
    """Running text broken into lines."""
    return wrap(page.glyphs.text(text), page.columns - indent)
