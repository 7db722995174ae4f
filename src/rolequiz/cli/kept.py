"""Kept sittings with the bank at hand: whether they are of it, and what their result is."""

from __future__ import annotations

from collections.abc import Sequence

from rolequiz.batch.notes import Notes
from rolequiz.batch.score import assess_record
from rolequiz.cli.context import Loaded, short_digest
from rolequiz.cli.env import Env
from rolequiz.core.assess import Assessment
from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord, BankStamp
from rolequiz.printable import printable
from rolequiz.store.history import Kept, record_of


def of_bank(loaded: Loaded, kept: Kept) -> AnswerRecord:
    """A sitting's answers, made with the bank at hand.

    Raises:
        RolequizError: they were made with another bank, or cannot be read.
    """
    theirs = kept.saved.header.bank
    if is_other(theirs, loaded):
        made, here = (
            printable(f"{stamp.id} {stamp.version} {short_digest(stamp.digest)}")
            for stamp in (theirs, loaded.bank.stamp)
        )
        raise RolequizError(
            f"sitting {kept.number} was made with another bank ({made}, not {here})",
            "name that bank's folder with --bank; our own bank needs no --bank",
        )
    return record_of(kept.saved, loaded.table)


def assessed(env: Env, loaded: Loaded, record: AnswerRecord) -> Assessment:
    """A sitting's result; what its answers give occasion to note is said."""
    notes = Notes()
    result = assess_record(loaded.table, record, notes)
    for line in notes.lines(loaded.bank.version):
        env.say(f"note: {line}")
    return result


def is_other(theirs: BankStamp, loaded: Loaded) -> bool:
    """Whether a sitting was made with another bank than the one at hand; another version that scores alike is none."""
    return (theirs.id, theirs.digest) != (loaded.bank.id, loaded.bank.digest)


def say_notes(env: Env, notes: Sequence[str]) -> None:
    """What was found besides."""
    for note in notes:
        env.say(f"note: {note}")
