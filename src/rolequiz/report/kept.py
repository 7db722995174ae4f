"""The list of finished sittings as a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rolequiz.core.assess import Assessment
from rolequiz.model import BankStamp
from rolequiz.printable import printable
from rolequiz.report.blocks import Column, Document, Heading, Section, Table, para
from rolequiz.report.outcome import outcome, sureness
from rolequiz.report.voice import Voice

COLUMNS = ("number", "when", "id", "bank", "result", "sure")


@dataclass(frozen=True, slots=True)
class Entry:
    """One finished sitting. ``result`` is None where the bank at hand is another one, or the journal is damaged."""

    number: int
    person: str
    moment: datetime
    bank: BankStamp
    result: Assessment | None
    is_other_bank: bool


def kept_document(voice: Voice, entries: Sequence[Entry], unfinished: int, person: str | None) -> Document:
    """The list, what it does not show, and what to do with it. ``person``: only sittings of this id are in it."""
    told = []
    blocks: tuple[Table, ...] = ()
    if entries:
        columns = tuple(Column(voice.wording(f"history_{name}")) for name in COLUMNS)
        blocks = (Table("", columns, tuple(row(voice, entry) for entry in entries)),)
    elif person is not None:
        told.append(voice.wording("history_none_of", person=printable(person)))
    else:
        told.append(voice.wording("history_none"))
    others = [entry.bank for entry in entries if entry.is_other_bank]
    if others:
        banks = voice.listed(sorted({printable(f"{bank.id} {bank.version}") for bank in others}))
        told.append(voice.wording("history_other_banks", len(others), banks=banks))
    if unfinished:
        told.append(voice.wording("history_unfinished", unfinished))
    if shown := [entry.number for entry in entries if entry.result is not None]:
        key = "history_more" if len(shown) > 1 else "history_more_one"
        told.append(voice.wording(key, n=shown[-1], a=shown[-2:][0], b=shown[-1]))
    heading = Heading(voice.wording("history_heading"))
    return Document((Section(heading, blocks), *(Section(None, (para(one),)) for one in told)))


def row(voice: Voice, entry: Entry) -> tuple[str, ...]:
    """One sitting's cells."""
    result = entry.result
    if result is not None:
        came_out = (outcome(voice, result), sureness(voice, result))
    else:
        came_out = (voice.wording("history_needs_bank" if entry.is_other_bank else "history_damaged"), "")
    return (
        str(entry.number),
        f"{voice.day(entry.moment.date())} {entry.moment:%H:%M}",
        printable(entry.person),
        printable(f"{entry.bank.id} {entry.bank.version}"),
        *came_out,
    )
