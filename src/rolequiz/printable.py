"""Text of strangers made safe to show: nothing that steers a terminal or hides what stands there."""

from __future__ import annotations

from unicodedata import category

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
JOINERS = frozenset("\u200c\u200d")
"""Zero-width joiners belong to the spelling of Persian, of Indic scripts and of emoji."""

STANDARD_INPUT = "<stdin>"
"""Its name in files. (A lone ``-`` would be a formula to a spreadsheet.)"""

SHORT = 40
"""Characters of a value that a message repeats."""


def printable(text: str) -> str:
    """The text with every control or invisible character spelled out (``\\x1b``, ``\\u202e``)."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_spelled(char) if category(char) in HIDDEN and char not in JOINERS else char for char in text)


def _spelled(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def short(text: str, most: int = SHORT) -> str:
    """At most ``most`` characters of a text, printable, with an ellipsis where something is left out."""
    return printable(text) if len(text) <= most else printable(text[: most - 1]) + "…"


def listed(names: list[str] | tuple[str, ...], most: int = 10) -> str:
    """Several names for a message: the first few, and how many more there are."""
    shown = ", ".join(short(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def shown_source(name: str) -> str:
    """A source's name for a message."""
    return "standard input" if name == STANDARD_INPUT else short(name, 200)
