"""Results to render: the published sheets, one for every kind of result, and a bank without roles."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from rolequiz.bank.shipped import load_wording
from rolequiz.core.assess import assess, explain
from rolequiz.core.score import Sheet, sheet_of
from rolequiz.core.table import Table, compile_table
from rolequiz.model import Bank, Catalogue, Mode
from rolequiz.report.subject import Subject
from rolequiz.report.voice import Voice
from rolequiz.report.wording import Wording
from tests.small_banks import shipped, shipped_table

DAY = date(2026, 11, 24)
VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "vectors.json").read_text(encoding="utf-8"))
SHEETS: tuple[Sheet, ...] = tuple(sheet_of(shipped_table(), vector["answers"]) for vector in VECTORS)
WORKED = SHEETS[0]


def level(*changes: tuple[str, int]) -> Sheet:
    """The sheet that scores 0 for every role (the middle of each scale, option 1 of each choice), with changes."""
    table = shipped_table()
    answers = {item.id: {"agree": 3, "choice": 1, "pair": 2}[item.format] for item in table.items}
    return sheet_of(table, answers | dict(changes))


KINDS: dict[str, tuple[Sheet, Mode, int | None]] = {
    "clear": (WORKED, "full", None),
    "firm": (SHEETS[9], "full", None),
    "leaning": (SHEETS[1], "full", None),
    "pair": (SHEETS[45], "full", None),
    "pair-level": (SHEETS[37], "full", None),
    "open": (SHEETS[3], "full", None),
    "tie-of-two": (SHEETS[16], "full", None),
    "tie-of-three": (level(), "full", None),
    "provisional": (SHEETS[49], "full", None),
    "insufficient": (SHEETS[6], "full", None),
    "quick": (WORKED, "quick", 10),
    "flagged": (level(*((f"q{n:02d}", 5) for n in (12, 13, 14, 17, 18, 19, 22, 23, 24, 27, 28, 29))), "full", None),
    "no-roles": (WORKED, "full", None),
}
"""Every kind of result that has words of its own: sheet, mode, questions asked."""


@cache
def profile_bank() -> Bank:
    """The shipped bank without its roles: a profile of traits."""
    bank = shipped()
    return replace(bank, catalogue=Catalogue(bank.traits))


@cache
def profile_table() -> Table:
    """Its table."""
    return compile_table(profile_bank().form, profile_bank().catalogue)


def voice(lang: str, bank: Bank | None = None, *, is_spoken: bool = False) -> Voice:
    """A voice of the shipped bank, or of another."""
    return Voice(bank or shipped(), lang, Wording(lang, load_wording(lang), load_wording("en")), is_spoken)


def subject(sheet: Sheet, lang: str, *, mode: Mode = "full", asked: int | None = None, spoken: bool = False) -> Subject:
    """A sheet of the shipped bank as the subject of a document."""
    assessment = assess(shipped_table(), sheet, mode=mode, asked=asked)
    explanation = explain(shipped_table(), assessment)
    return Subject(shipped(), shipped_table(), assessment, explanation, voice(lang, is_spoken=spoken), DAY)


def subject_of_kind(kind: str, lang: str, *, spoken: bool = False) -> Subject:
    """One result of a kind."""
    sheet, mode, asked = KINDS[kind]
    if kind != "no-roles":
        return subject(sheet, lang, mode=mode, asked=asked, spoken=spoken)
    bank, table = profile_bank(), profile_table()
    assessment = assess(table, sheet)
    return Subject(bank, table, assessment, explain(table, assessment), voice(lang, bank, is_spoken=spoken), DAY)
