"""The few characters that are drawn rather than read, and what stands in for them in ASCII."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """``full``, ``left_half`` and ``right_half`` draw bars; ``zero`` their axis; ``rule`` lines after headings."""

    full: str = "█"
    left_half: str = "▌"
    right_half: str = "▐"
    zero: str = "│"
    random: str = "¦"
    rule: str = "─"
    ellipsis: str = "…"
    replaced: tuple[tuple[str, str], ...] = ()

    def text(self, text: str) -> str:
        """Words with every typographic sign that this set does without replaced."""
        for sign, instead in self.replaced:
            text = text.replace(sign, instead)
        return text


UNICODE = Glyphs()
ASCII = Glyphs(
    full="#",
    left_half="",
    right_half="",
    zero="|",
    random=":",
    rule="-",
    ellipsis="...",
    replaced=(("−", "-"), (" · ", " | "), ("…", "..."), ("¦", ":"), ("→", "->"), ("｜", " | ")),
)
