"""What a phone may send, read strictly: exact types, no other keys, no key twice, no NaN."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from json import loads
from typing import Literal, NoReturn, TypeAlias

from rolequiz.core.sitting import Answer, Skip
from rolequiz.workshop.names import MAX_NAME

TOKEN = re.compile(r"[0-9a-f]{64}")
"""256 random bits, drawn by the phone: so that a join whose answer got lost can be sent again."""

MAX_ID = 64
MAX_SECONDS = 86_400.0
MAX_NUMBER = 1_000_000

Fault: TypeAlias = Literal[
    "bad-request",
    "bad-name",
    "busy",
    "conflict",
    "finished",
    "full",
    "method",
    "name-taken",
    "no-page",
    "not-done",
    "not-saved",
    "refused",
    "slow",
    "stranger",
    "too-large",
    "too-many",
    "wrong-code",
    "wrong-host",
    "wrong-type",
]
"""What the page is told; never what was sent."""

STATUS: Mapping[Fault, int] = {
    "bad-request": 400,
    "bad-name": 422,
    "busy": 503,
    "conflict": 409,
    "finished": 409,
    "full": 403,
    "method": 405,
    "name-taken": 409,
    "no-page": 404,
    "not-done": 409,
    "not-saved": 503,
    "refused": 422,
    "slow": 408,
    "stranger": 401,
    "too-large": 413,
    "too-many": 429,
    "wrong-code": 403,
    "wrong-host": 421,
    "wrong-type": 415,
}


class Denied(Exception):
    """A request that is not done, and why; ``wait`` are seconds after which it may be sent again."""

    def __init__(self, fault: Fault, wait: float = 0.0) -> None:
        super().__init__(fault)
        self.fault: Fault = fault
        self.wait = wait

    @property
    def status(self) -> int:
        """The HTTP status."""
        return STATUS[self.fault]


Given: TypeAlias = Answer | Skip
"""What a participant may do to a question."""


@dataclass(frozen=True, slots=True)
class Join:
    """Somebody wants in."""

    code: str
    name: str
    token: str
    lang: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Answers and skips in order; ``seq`` is the number of the first, from 1."""

    seq: int
    given: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The participant is done after ``seq`` answers and skips; ``lang`` is the language of the page."""

    seq: int
    lang: str


def read_join(body: bytes) -> Join:
    """A `Join`.

    Raises:
        Denied: it is none.
    """
    match _object(body):
        case {"code": str(code), "name": str(name), "token": str(token), "lang": str(lang), **more} if not more:
            if len(code) <= MAX_ID and len(name) <= 4 * MAX_NAME and TOKEN.fullmatch(token) and len(lang) <= MAX_ID:
                return Join(code, name, token, lang)
    raise Denied("bad-request")


def read_batch(body: bytes, most: int) -> Batch:
    """A `Batch` of at most ``most``.

    Raises:
        Denied: it is none.
    """
    match _object(body):
        case {"seq": int(seq), "answers": [_, *_] as rows, **more} if (
            not more and _counts(seq, 1) and len(rows) <= most
        ):
            return Batch(seq, tuple(_given(row) for row in rows))
    raise Denied("bad-request")


def read_done(body: bytes) -> Done:
    """A `Done`.

    Raises:
        Denied: it is none.
    """
    match _object(body):
        case {"seq": int(seq), "lang": str(lang), **more} if not more and _counts(seq, 0) and len(lang) <= MAX_ID:
            return Done(seq, lang)
    raise Denied("bad-request")


def _given(row: object) -> Given:
    """One row of a batch; option 0 is a skip."""
    match row:
        case {"question": str(question), "option": int(option), "seconds": int() | float() as seconds, **more}:
            is_time = type(seconds) is not bool and 0 <= seconds <= MAX_SECONDS
            if not more and _counts(option, 0) and is_time and len(question) <= MAX_ID:
                return Answer(question, option, float(seconds)) if option else Skip(question)
    raise Denied("bad-request")


def _counts(value: int, least: int) -> bool:
    return type(value) is int and least <= value <= MAX_NUMBER


def _object(body: bytes) -> dict[str, object]:
    try:
        value = loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Denied("bad-request") from error
    if not isinstance(value, dict):
        raise Denied("bad-request")
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
