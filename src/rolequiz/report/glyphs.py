"""The few characters that are drawn rather than read, and what stands in for them in ASCII."""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import normalize

LAST_LATIN = "\u024f"
"""The end of Latin Extended-B."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """``full``, ``left_half`` and ``right_half`` draw bars; ``zero`` their axis; ``rule`` lines after headings.

    ``middle`` draws the middle half of a spread; ``dot`` one person, ``rising`` and ``falling`` the
    sides of a triangle, ``faint`` lines within.
    """

    full: str = "█"
    left_half: str = "▌"
    right_half: str = "▐"
    zero: str = "│"
    random: str = "¦"
    rule: str = "─"
    ellipsis: str = "…"
    middle: str = "▒"
    dot: str = "●"
    rising: str = "╱"
    falling: str = "╲"
    faint: str = "·"
    replaced: tuple[tuple[str, str], ...] = ()
    has_accents: bool = True

    def text(self, text: str) -> str:
        """Words with every typographic sign that this set does without replaced."""
        for sign, instead in self.replaced:
            text = text.replace(sign, instead)
        return text if self.has_accents or text.isascii() else "".join(map(without_accent, text))


def without_accent(letter: str) -> str:
    """A Latin letter without its accent; any other character as it is."""
    return normalize("NFKD", letter)[0] if "\u00c0" <= letter <= LAST_LATIN else letter


UNICODE = Glyphs()
ASCII = Glyphs(
    full="#",
    left_half="",
    right_half="",
    zero="|",
    random=":",
    rule="-",
    ellipsis="...",
    middle="=",
    dot="o",
    rising="/",
    falling="\\",
    faint=".",
    replaced=(
        ("−", "-"),
        (" · ", " | "),
        ("…", "..."),
        ("¦", ":"),
        ("→", "->"),
        ("｜", " | "),
        ("▒", "="),
        ("█", "#"),
        ("─", "-"),
    ),
    has_accents=False,
)
