"""Text of strangers made safe to show: nothing that steers a terminal or hides what stands there."""

from __future__ import annotations

import re
from unicodedata import category

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
JOINERS = frozenset("\u200c\u200d")
"""Zero-width joiners belong to the spelling of Persian, of Indic scripts and of emoji."""

BREAKS = re.compile("[\t-\r\x85\u2028\u2029]+")
"""What ends a line or tabulates, as YAML may have it in a text of several lines."""

STANDARD_INPUT = "<stdin>"
"""Its name in files. (A lone ``-`` would be a formula to a spreadsheet.)"""

SHORT = 40
"""Characters of a value that a message repeats."""


def printable(text: str) -> str:
    """The text with every control or invisible character spelled out (``\\x1b``, ``\\u202e``)."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_spelled(char) if category(char) in HIDDEN and char not in JOINERS else char for char in text)


def one_line(text: str) -> str:
    """A text as part of a line: what breaks lines is a blank, and the rest is `printable`."""
    return text if text.isprintable() else printable(BREAKS.sub(" ", text).strip())


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
