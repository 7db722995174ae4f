"""Code names: which are allowed, which are the same, and the name of a file that is safe everywhere.

A code name is shown on other people's screens, on paper and in spreadsheets, and
names a file; so it holds only what can be seen and what stays where it is put.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Literal, TypeAlias
from unicodedata import category, normalize

from rolequiz.bank.code_names import NameLists
from rolequiz.errors import RolequizError

Fault: TypeAlias = Literal["empty", "long", "unseen"]
Chooser: TypeAlias = Callable[[Sequence[str]], str]

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


class NameRefused(RolequizError):
    """A code name that is not allowed; ``fault`` says why, ``sign`` is the character that cannot be shown."""

    def __init__(self, fault: Fault, message: str, sign: str = "") -> None:
        super().__init__(message, f"use 1 to {MAX_NAME} visible characters")
        self.fault: Fault = fault
        self.sign = sign


def code_name(typed: str) -> str:
    """The code name as it is kept: composed (NFC), without blanks at its ends, one blank between words.

    Raises:
        NameRefused: it is empty, too long, or has a character that nobody sees or that moves others.
    """
    name = SPACES.sub(" ", normalize("NFC", typed)).strip(" ")
    if not name:
        raise NameRefused("empty", "the code name is empty")
    if len(name) > MAX_NAME:
        raise NameRefused("long", f"the code name has {len(name)} characters")
    marks = MAX_MARKS  # so that a mark with no letter before it is refused
    for sign in name:
        kind = category(sign)
        marks = marks + 1 if kind.startswith("M") else 0
        is_seen = sign == " " or not (kind.startswith(("C", "Z")) or sign in UNSEEN)
        if not is_seen or marks > MAX_MARKS:
            shown = f"U+{ord(sign):04X}"
            raise NameRefused("unseen", f"the code name has {shown}, which cannot be shown safely", shown)
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
    is_plain = stem == key and stem == stem.strip("- ") and stem not in RESERVED
    is_short = len(stem.encode()) <= 3 * MAX_NAME
    if is_plain and is_short and not HASHED.search(stem):
        return stem
    return f"{stem[:MAX_NAME].strip('- ') or 'name'}-{sha256(key.encode()).hexdigest()[:12]}"


def new_name(lists: NameLists, is_free: Callable[[str], bool], choose: Chooser = secrets.choice) -> str:
    """A code name that nobody has; with a number where the pattern wants one, or where names without are used up.

    Raises:
        RolequizError: all tries met names that are taken.
    """
    numbers = [str(number) for number in range(10, 100)]
    for attempt in range(1000):
        parts = {"first": choose(lists.first), "second": choose(lists.second)}
        name = lists.pattern.format(**parts, number=choose(numbers))
        if attempt >= 100 and "{number}" not in lists.pattern:
            name += f" {choose(numbers)}"
        if is_free(name):
            return name
    raise RolequizError("no code name is left to give away", "type one of your own")


def new_word(lists: NameLists, choose: Chooser = secrets.choice) -> str:
    """A word for coming back: one of the list and a number, about one of six thousand."""
    between = " " if " " in lists.pattern else ""
    return f"{choose(lists.words)}{between}{choose([str(number) for number in range(10, 100)])}"
