"""What a valid answer record is: the one definition, whatever file it came from.

Takes values that a format's parser has made, never bytes, and gives a record or
everything that is wrong with it. Other engines may be faster; they must agree
with this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from json import dumps
from sys import float_info
from typing import TypeAlias, cast

from rolequiz.batch import rejects
from rolequiz.batch.notes import Notes
from rolequiz.batch.rejects import Fault, Reject
from rolequiz.core.table import Table
from rolequiz.model import AnswerRecord, BankStamp, Mode
from rolequiz.printable import short

KEYS = ("id", "answers", "bank", "lang", "mode", "asked_ids", "seconds", "started", "finished")
TEXT_ANSWER = re.compile(r"[1-9][0-9]*")
TEXT_INTEGER = re.compile(r"-?[1-9][0-9]*|0")
MAX_DIGITS = 9
"""No option number has more; longer ones are not even turned into integers."""


class Unread(str):
    """A number as written that no machine number holds: a huge one, NaN, Infinity."""

    __slots__ = ()


class Repeating(dict[object, object]):
    """A mapping in whose text some keys stood more than once."""

    __slots__ = ("repeated",)

    def __init__(self, pairs: Iterable[tuple[object, object]], repeated: tuple[object, ...]) -> None:
        super().__init__(pairs)
        self.repeated = repeated


@dataclass(frozen=True, slots=True)
class Rules:
    """How records are read: the bank they must be for, and what the user asked.

    ``parse_yaml`` turns a YAML file into plain values, or raises with the place at the
    beginning of its message; it is handed in, because the parser belongs to another layer.
    """

    table: Table
    bank: BankStamp
    id_column: str = "id"
    keep: tuple[str, ...] = ()
    ignore_digest: bool = False
    parse_yaml: Callable[[bytes], object] | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A valid record, where it stood, and the values of the columns to keep."""

    source: str
    number: int
    record: AnswerRecord
    kept: tuple[object, ...] = ()


Item: TypeAlias = Accepted | Reject


def text_answer(question: str, cell: str, options: int) -> int | Fault | None:
    """An answer in a text cell: a number, a gap (empty), or a fault."""
    if not cell:
        return None
    if TEXT_ANSWER.fullmatch(cell):
        if len(cell) <= MAX_DIGITS and int(cell) <= options:
            return int(cell)
        return rejects.not_an_option(question, cell, options)
    if TEXT_INTEGER.fullmatch(cell):
        return rejects.not_an_option(question, cell, options)
    return rejects.not_a_number(question, cell, "is no whole number in plain digits", options)


def value_answer(question: str, value: object, options: int) -> int | Fault | None:
    """An answer in JSON or YAML: an integer, a gap (null), or a fault."""
    if value is None:
        return None
    if type(value) is int and 1 <= value <= options:
        return value
    shown = text_of(value)
    if type(value) is int:
        return rejects.not_an_option(question, shown, options)
    if isinstance(value, Unread) and TEXT_INTEGER.fullmatch(value):
        return rejects.not_an_option(question, shown, options)
    if isinstance(value, str) and not isinstance(value, Unread):
        return rejects.not_a_number(question, shown, "is text, where a number without quotes is needed", options)
    return rejects.not_a_number(question, shown, "is no whole number", options)


def text_id(column: str, value: str) -> str | Fault:
    """An id as text: not empty, and nothing that cannot be written down again."""
    if not value:
        return rejects.bad_id(column, value, "there is no id")
    if "\0" in value:
        return rejects.bad_id(column, value, "an id has no NUL character")
    if any("\ud800" <= char <= "\udfff" for char in value):
        return rejects.bad_id(column, value, "half of a surrogate pair is no text")
    return value


def record_of(value: object, rules: Rules) -> AnswerRecord | tuple[Fault, ...]:
    """A record from plain values, or everything that is wrong with it."""
    if not isinstance(value, dict):
        return (rejects.not_a_record(text_of(value)),)
    found = cast("Mapping[object, object]", value)
    faults = [rejects.repeated_key(key) for key in repeated_keys(found)]
    person = _id(found, faults)
    bank = _bank(found.get("bank"), rules, faults)
    answers = _answers(found, rules, faults)
    mode = found.get("mode")
    if mode not in (None, "full", "quick"):
        faults.append(rejects.bad_value("mode", text_of(mode), '"full" or "quick"'))
    seconds = _seconds(found.get("seconds"), rules, faults)
    lang, started, finished = (_text(key, found.get(key), faults) for key in ("lang", "started", "finished"))
    if faults:
        return tuple(faults)
    is_quick: Mode = "quick" if mode == "quick" else "full"
    asked = _asked_ids(found.get("asked_ids"))
    return AnswerRecord(person, answers, is_quick, asked, seconds, bank, lang, started, finished)


def note_record(value: Mapping[object, object], record: AnswerRecord, source: str, rules: Rules, notes: Notes) -> None:
    """Notice what is odd about a valid record."""
    notes.unknown_keys(source, (text_of(key) for key in value if key not in KEYS and key not in rules.keep))
    stamp = record.bank
    if stamp is None:
        return
    if is_foreign(stamp, rules.bank):
        notes.other_bank(record.id)
    elif stamp.version and stamp.version != rules.bank.version:
        notes.other_version(stamp.version, record.id)


def is_foreign(stamp: BankStamp, own: BankStamp) -> bool:
    """Whether a stamp names another bank: another id, or another digest."""
    return bool((stamp.id and stamp.id != own.id) or (stamp.digest and stamp.digest != own.digest))


def kept_values(value: Mapping[object, object], keep: Sequence[str]) -> tuple[object, ...]:
    """The values of the keys to keep; a question's id stands for its answer."""
    answers = value.get("answers")
    inner = cast("Mapping[object, object]", answers) if isinstance(answers, dict) else {}
    return tuple(value[name] if name in value else inner.get(name) for name in keep)


def repeated_keys(value: Mapping[object, object]) -> list[str]:
    """Keys given twice, in this mapping or in one inside it (a loop, not a recursion: nesting is the sender's)."""
    found: list[str] = []
    waiting: list[object] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Repeating):
            found += [text_of(key) for key in one.repeated]
        if isinstance(one, dict):
            waiting.extend(inner for inner in one.values() if isinstance(inner, dict | list))
        elif isinstance(one, list):
            waiting.extend(inner for inner in one if isinstance(inner, dict | list))
    return found


def text_of(value: object) -> str:
    """A value as a message or a cell shows it: text as it is, the rest as JSON."""
    if isinstance(value, str):
        return str(value)
    try:
        return dumps(value, ensure_ascii=False, default=str)
    except (RecursionError, ValueError, TypeError):
        return f"({type(value).__name__})"


def person_id(value: object) -> str | None:
    """The id of a record that may be invalid otherwise."""
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) and not isinstance(text_id("id", found), Fault) else None


def _id(found: Mapping[object, object], faults: list[Fault]) -> str:
    value = found.get("id")
    if isinstance(value, str) and not isinstance(value, Unread):
        person = text_id("id", value)
    elif value is None:
        person = rejects.bad_id("id", "", "there is no id")
    else:
        person = rejects.bad_id("id", text_of(value), f"an id is text, so {short(text_of(value))} needs quotes")
    if isinstance(person, Fault):
        faults.append(person)
        return ""
    return person


def _bank(value: object, rules: Rules, faults: list[Fault]) -> BankStamp | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        faults.append(rejects.bad_value("bank", text_of(value), "a mapping of id, version and digest"))
        return None
    stamp = BankStamp(*(_text(f"bank.{key}", value.get(key), faults) for key in ("id", "version", "digest")))
    own = rules.bank
    if not rules.ignore_digest and is_foreign(stamp, own):
        if stamp.id and stamp.id != own.id:
            faults.append(rejects.other_bank("bank.id", stamp.id, own.id))
        else:
            faults.append(rejects.other_bank("bank.digest", stamp.digest, own.digest))
    return stamp


def _answers(found: Mapping[object, object], rules: Rules, faults: list[Fault]) -> dict[str, int]:
    value = found.get("answers")
    if not isinstance(value, dict):
        faults.append(rejects.bad_answers(text_of(value) if "answers" in found else ""))
        return {}
    answers: dict[str, int] = {}
    for question, given in value.items():
        place = rules.table.positions.get(question)
        if place is None:
            faults.append(rejects.unknown_question(text_of(question), text_of(question), rules.bank.id))
            continue
        number = value_answer(question, given, rules.table.items[place].options)
        if isinstance(number, Fault):
            faults.append(number)
        elif number is not None:
            answers[question] = number
    return answers


def _seconds(value: object, rules: Rules, faults: list[Fault]) -> dict[str, float] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        faults.append(rejects.bad_value("seconds", text_of(value), "a mapping of question ids to seconds"))
        return None
    seconds: dict[str, float] = {}
    for question, given in value.items():
        column = f"seconds.{text_of(question)}"
        if question not in rules.table.positions:
            faults.append(rejects.unknown_question(column, text_of(question), rules.bank.id))
        elif type(given) in (int, float) and 0 <= given <= float_info.max:
            seconds[question] = float(given)
        elif given is not None:
            faults.append(rejects.bad_seconds(column, text_of(given)))
    return seconds


def _text(column: str, value: object, faults: list[Fault]) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Unread):
        return value
    faults.append(rejects.bad_value(column, text_of(value), "text"))
    return ""


def _asked_ids(value: object) -> tuple[str, ...]:
    """The questions asked as claimed; a claim that is no list of ids is none (and will not be honoured)."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    return ()
