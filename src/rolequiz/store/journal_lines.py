"""What the lines of a journal say: the header, then events. A line that says anything else is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from json import dumps, loads
from typing import Any

from rolequiz.core.sitting import Answer, Back, Event, Finish, Keep, Quit, Resume, Skip, Visit
from rolequiz.model import BankStamp, Mode

SCHEMA = "rolequiz.journal/1"
PLAIN_EVENTS: Mapping[str, type[Back | Keep | Visit | Quit | Resume | Finish]] = {
    "back": Back,
    "keep": Keep,
    "visit": Visit,
    "quit": Quit,
    "resume": Resume,
    "finish": Finish,
}
EVENT_NAMES: Mapping[type, str] = {kind: name for name, kind in PLAIN_EVENTS.items()}

MAX_SECONDS = 1e9
"""Thirty years at one question; sums of such times stay finite."""

YEARS = range(1900, 9000)
"""Where a wrong clock may stand, and every calendar can still count on."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a journal: whose sitting, of which bank, in which mode and language, since when."""

    person: str
    bank: BankStamp
    mode: Mode
    lang: str
    started: str


def encode_header(header: Header) -> str:
    """The first line of a journal, line feed included."""
    bank = {"id": header.bank.id, "version": header.bank.version, "digest": header.bank.digest}
    fields = {"schema": SCHEMA, "id": header.person, "bank": bank, "mode": header.mode}
    return dumps(fields | {"lang": header.lang, "started": header.started}, ensure_ascii=False) + "\n"


def encode(event: Event, at: str) -> str:
    """One event as a line of JSON, line feed included."""
    match event:
        case Answer(question, option, seconds):
            fields: dict[str, object] = {"event": "answer", "question": question, "option": option}
            if seconds is not None:
                fields["seconds"] = seconds
        case Skip(question):
            fields = {"event": "skip", "question": question}
        case _:
            fields = {"event": EVENT_NAMES[type(event)]}
    return dumps(fields | {"at": at}, ensure_ascii=False) + "\n"


def decode_header(line: bytes) -> Header:
    """The header that a line is.

    Raises:
        ValueError: it is none.
    """
    match _fields(line):
        case {
            "schema": str(schema),
            "id": str(person),
            "bank": {"id": str(bank), "version": str(version), "digest": str(digest)},
            "mode": "full" | "quick" as mode,
            "lang": str(lang),
            "started": str(started),
        } if schema == SCHEMA and person:
            for text in (person, bank, version, digest, lang):
                _check_text(text)
            moment_of(started)
            kept: Mode = "quick" if mode == "quick" else "full"
            return Header(person, BankStamp(bank, version, digest), kept, lang, started)
    raise ValueError("no header")


def decode(line: bytes) -> tuple[Event, str]:
    """The event that a line is, and when it was.

    Raises:
        ValueError: it is none.
    """
    fields = _fields(line)
    at = fields.get("at")
    if not isinstance(at, str):
        raise ValueError("no time")
    moment_of(at)
    return _event(fields), at


def moment_of(stated: str) -> datetime:
    """A time as a journal states it; without an offset it is UTC.

    Raises:
        ValueError: it is none.
    """
    moment = datetime.fromisoformat(stated)
    if moment.year not in YEARS:
        raise ValueError("out of every calendar")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _event(fields: Mapping[str, Any]) -> Event:
    match fields:
        case {"event": "answer", "question": str(question), "option": int(option)} if type(option) is int:
            return Answer(_check_text(question), option, _seconds(fields.get("seconds")))
        case {"event": "skip", "question": str(question)}:
            return Skip(_check_text(question))
        case {"event": str(name)} if name in PLAIN_EVENTS:
            return PLAIN_EVENTS[name]()
    raise ValueError("no event of a sitting")


def _seconds(value: object) -> float | None:
    if value is None:
        return None
    if type(value) not in (int, float) or not 0 <= value <= MAX_SECONDS:  # type: ignore[operator]  # a number by now
        raise ValueError("no time for an answer")
    return float(value)  # type: ignore[arg-type]  # a number by now


def _fields(line: bytes) -> Mapping[str, Any]:
    try:
        fields = loads(line.decode())
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(fields, dict):
        raise ValueError("no object")
    return fields


def _check_text(text: str) -> str:
    """Half a character cannot be written anywhere.

    Raises:
        UnicodeEncodeError: there is one, which is a ValueError.
    """
    text.encode()
    return text
