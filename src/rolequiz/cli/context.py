"""What most commands need first: the bank, its table, the language and the words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rolequiz.bank.load import compiled
from rolequiz.bank.shipped import load_wording, shipped_bank
from rolequiz.cli.env import Env, choose_language
from rolequiz.core.table import Table
from rolequiz.errors import RolequizError
from rolequiz.model import Bank

if TYPE_CHECKING:
    from rolequiz.report.voice import Voice


@dataclass(frozen=True, slots=True)
class Loaded:
    """A bank ready for use."""

    bank: Bank
    table: Table


def load_bank(folder: Path | None) -> Loaded:
    """The bank of ``--bank``, or the shipped one.

    Raises:
        RolequizError: it cannot be read or is not valid.
    """
    return Loaded(*compiled(folder if folder is not None else shipped_bank()))


def voice_for(env: Env, bank: Bank, asked: str | None, *, is_spoken: bool = False) -> Voice:
    """The bank's voice in the language asked for, or the locale's.

    Raises:
        RolequizError: the bank does not speak ``asked``.
    """
    from rolequiz.report.voice import Voice  # scores in a file have no words
    from rolequiz.report.wording import Wording

    lang = choose_language(asked, env.environ, bank.languages)
    if lang is None:
        raise RolequizError(f"the bank has no language {asked!r}", f"choose one of: {', '.join(bank.languages)}")
    wording = Wording(lang, load_wording(lang), load_wording("en"))
    return Voice(bank, lang, wording, is_spoken)


def short_digest(digest: str) -> str:
    """Enough of a digest to tell two banks of one version apart."""
    return digest.removeprefix("sha256:")[:8]
