"""One person out of a file of answers, for the commands that speak of one."""

from __future__ import annotations

from dataclasses import dataclass

from rolequiz.batch.cutting import items
from rolequiz.batch.formats import InputFormat
from rolequiz.batch.notes import Notes
from rolequiz.batch.records import Accepted, Item, Rules
from rolequiz.batch.rejects import Reject, reject_line
from rolequiz.batch.sources import Source
from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord
from rolequiz.printable import listed, short, shown_source

FEW_IDS = 5
FEW_SITTINGS = 20


@dataclass(slots=True)
class Search:
    """What has been seen so far; memory does not grow with the file."""

    ids: dict[str, None]
    sittings: list[int]
    found: Accepted | None = None
    refused: Reject | None = None
    first_reject: Reject | None = None
    is_many: bool = False


def find_person(
    source: Source, person: str | None, rules: Rules, notes: Notes, stated: InputFormat | None = None
) -> AnswerRecord:
    """The record of ``person``, or of the only person in the source; of several sittings the last that can be read.

    Raises:
        RolequizError: the source cannot be read, nobody or somebody else is in it, several people are and
            ``person`` is None, or the person's record is not valid.
    """
    search = Search({}, [])
    for item in items([source], rules, notes, stated):
        _look_at(item, person, search)
    shown = shown_source(source.name)
    if person is None and search.is_many:
        raise RolequizError(f"{shown}: several people are in it: {_ids(search)}", "choose one with --id")
    if search.found is None:
        raise _nobody(shown, person, search)
    if len(search.sittings) > 1:
        notes.several_sittings(source.name, search.found.record.id, search.sittings, search.found.number)
    if search.refused is not None and search.refused.number > search.found.number:
        notes.skipped_sitting(source.name, search.refused.number, search.refused.faults[0].message)
    return search.found.record


def _look_at(item: Item, person: str | None, search: Search) -> None:
    found = item.record.id if isinstance(item, Accepted) else item.id
    if isinstance(item, Reject) and search.first_reject is None:
        search.first_reject = item
    if found is not None:
        search.is_many = search.is_many or (bool(search.ids) and found not in search.ids)
        if len(search.ids) <= FEW_IDS:
            search.ids[found] = None
    if person is not None and found != person:
        return
    if isinstance(item, Reject):
        search.refused = item
        return
    search.found = item
    if len(search.sittings) < FEW_SITTINGS:
        search.sittings.append(item.number)


def _nobody(shown: str, person: str | None, search: Search) -> RolequizError:
    refused = search.refused or (None if search.ids else search.first_reject)
    if refused is not None:
        is_foreign = any(one.code == "other-bank" for one in refused.faults)
        hint = "name its bank, or accept it" if is_foreign else "repair the record; every fault is listed here"
        return RolequizError(reject_line(refused), hint)
    if not search.ids:
        return RolequizError(f"{shown}: nobody's answers are in it", "give a file with at least one record")
    return RolequizError(f"{shown}: {short(person or '')} is not in it", f"some who are: {_ids(search)}")


def _ids(search: Search) -> str:
    names = list(search.ids)
    return listed(names[:FEW_IDS]) + (" …" if len(names) > FEW_IDS else "")
