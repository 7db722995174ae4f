"""Code names: which are allowed, which are the same, and the name of a file that is safe everywhere.

A code name is shown on other people's screens, on paper and in spreadsheets, and
names a file; so it holds only what can be seen and what stays where it is put.
"""

from __future__ import annotations

import re
from hashlib import sha256
from unicodedata import category, normalize

from rolequiz.errors import RolequizError

MAX_NAME = 40
"""Characters of a code name at most."""

MAX_MARKS = 2
"""Marks on one letter at most; more of them run into the lines above and below."""

UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0")
"""Characters that draw nothing, though they count as letters, marks or symbols."""

SPACES = re.compile("[ \u3000]+")
"""The blank of every keyboard, and that of Chinese input methods."""

RESERVED = frozenset({"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)})
"""Names that mean devices on some systems, whatever their ending."""

HASHED = re.compile(r"-[0-9a-f]{12}$")
"""How a stem with a hash ends; a code name that ends so gets a hash of its own."""

KEPT_SIGNS = frozenset("-_ ")
"""What besides letters and digits stays in the name of a file."""


def code_name(typed: str) -> str:
    """The code name as it is kept: composed (NFC), without blanks at its ends, one blank between words.

    Raises:
        RolequizError: it is empty, too long, or has a character that nobody sees or that moves others.
    """
    name = SPACES.sub(" ", normalize("NFC", typed)).strip(" ")
    hint = f"use 1 to {MAX_NAME} visible characters"
    if not name:
        raise RolequizError("the code name is empty", hint)
    if len(name) > MAX_NAME:
        raise RolequizError(f"the code name has {len(name)} characters", hint)
    marks = MAX_MARKS  # so that a mark with no letter before it is refused
    for sign in name:
        kind = category(sign)
        marks = marks + 1 if kind.startswith("M") else 0
        is_seen = sign == " " or not (kind.startswith(("C", "Z")) or sign in UNSEEN)
        if not is_seen or marks > MAX_MARKS:
            raise RolequizError(
                f"the code name has the character U+{ord(sign):04X}, which cannot be shown safely", hint
            )
    return name


def same_key(name: str) -> str:
    """Equal for two code names that are the same: case, width (full or half) and composition make no difference."""
    return normalize("NFKC", normalize("NFKC", name).casefold())


def file_stem(name: str) -> str:
    """The name of a code name's file, without its ending: equal exactly for the same names (`same_key`).

    Letters, digits and blanks stay as they are; where anything else had to go, or the
    name would mean a device, a part of a hash tells it from its likes.
    """
    key = same_key(name)
    stem = "".join(sign if sign.isalnum() or sign in KEPT_SIGNS else "-" for sign in key)
    is_plain = stem == key and stem == stem.strip("- ") and stem.split(" ")[0] not in RESERVED
    is_short = len(stem.encode()) <= 3 * MAX_NAME
    if is_plain and is_short and not HASHED.search(stem):
        return stem
    return f"{stem[:MAX_NAME].strip('- ') or 'name'}-{sha256(key.encode()).hexdigest()[:12]}"
