"""Readers of what strangers write, as functions of bytes: `coverage_fuzz.py` feeds them, tests too.

A target returns where the program would go on or say what is wrong, and raises where it would show a traceback. It
raises `AssertionError` too where a promise is broken: a reject without a reason, keys that depend on how they arrive.
The first bytes choose between formats, files and sizes; the rest is what the stranger wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from json import dumps
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeAlias, get_args

from rolequiz.bank.inspect import inspect
from rolequiz.bank.load import QUESTIONS, ROLES, compiled, drafted
from rolequiz.bank.shipped import shipped_bank
from rolequiz.batch.cutting import items
from rolequiz.batch.formats import InputFormat
from rolequiz.batch.notes import Notes
from rolequiz.batch.records import Accepted, Item
from rolequiz.batch.rejects import reject_line, reject_record
from rolequiz.batch.score import assess_record
from rolequiz.batch.sources import Source
from rolequiz.cli.keys import Burst, Decoder, Key, Named
from rolequiz.core.result import result_record
from rolequiz.core.table import Table
from rolequiz.errors import RolequizError
from rolequiz.model import Bank
from rolequiz.printable import STANDARD_INPUT
from rolequiz.scoring.rules import reading_rules
from rolequiz.store.history import record_of
from rolequiz.store.journal import folder_of
from rolequiz.store.journal import read as read_journal
from rolequiz.store.journal_lines import moment_of
from rolequiz.workshop.importing import mapped, read_rows
from rolequiz.workshop.resume import FILE as WORD
from rolequiz.workshop.resume import seconds_to_wait
from rolequiz.workshop.room import Room
from rolequiz.workshop.serve.messages import Denied, read_batch, read_done, read_join
from rolequiz.workshop.serve.roster import FILE as PHONES
from rolequiz.workshop.serve.roster import Roster
from rolequiz.workshop.sheet import parsed

Target: TypeAlias = Callable[[bytes], None]

SMALL: Mapping[str, bytes] = {
    QUESTIONS: b"""bank: small
version: "1"
title: {en: Small, zh: "\\u5c0f"}
languages: [en, zh]
certainty: {doubling: 3}
quick: {checkpoints: {1: 10, 2: 9}}
flags: {agreement-bias: 12, inconsistent: -20}
promises: [equal-ranges]
scales:
  agree: [{en: No, zh: b}, {en: "Yes", zh: s}]
  pair: [{en: A, zh: a}, {en: B, zh: b}, {en: C, zh: c}, {en: D, zh: d}]
questions:
  - {id: q1, format: agree, trait: t1, label: {en: a, zh: a}, text: {en: b, zh: b}, key: -1}
  - id: q2
    format: choice
    label: {en: a, zh: a}
    text: {en: b, zh: b}
    options: [{trait: t1, text: {en: x, zh: x}, said: {en: x, zh: x}}, {points: {t2: 3}, text: {en: y, zh: y}}]
  - {id: q3, format: pair, label: {en: a, zh: a},
     first: {trait: t1, text: {en: b, zh: b}}, second: {trait: t2, text: {en: c, zh: c}}}
""",
    ROLES: b"""traits: [{id: t1, name: {en: T, zh: t}, meaning: {en: m, zh: m}}, {id: t2, name: {en: U, zh: u}}]
roles:
  - {id: r1, name: {en: R, zh: r}, traits: {t1: 1, t2: -1}, does: [{en: d, zh: d}]}
  - id: r2
    name: {en: S, zh: s}
    traits: {t2: 2}
    levels: [{name: {en: l, zh: l}, means: {en: m, zh: m}}]
    try: [{en: t, zh: t}]
between:
  - {roles: [r1, r2], where: n1, settle: [{ask: {en: a, zh: a}, first: {en: f, zh: f}, second: {en: s, zh: s}}]}
neighbours: [{id: n1, name: {en: N, zh: n}, about: {en: a, zh: a}, mix: {r1: 1, r2: 2}}]
source: {title: {en: s, zh: s}, note: {en: n, zh: n}}
""",
}
"""A bank that has one of everything and is soon read."""

FORMATS: tuple[InputFormat | None, ...] = (None, "csv", "jsonl", "json", "yaml")
MOST_SPLITS = 8
NOW = 1_800_000_000.0


@cache
def shipped() -> tuple[Bank, Table]:
    """The bank that everybody gets, compiled."""
    return compiled(shipped_bank())


@cache
def ground() -> Path:
    """A folder of this process for what is read from files."""
    return Path(mkdtemp(prefix="fuzz-"))


def bank(data: bytes) -> None:
    """One file of a bank, beside the other one of a small one: below 0x80 the questions, from there the roles.

    An odd first byte counts too how fair it is, which takes longer.
    """
    name, other = (QUESTIONS, ROLES) if data[:1] < b"\x80" else (ROLES, QUESTIONS)
    (ground() / name).write_bytes(data[1:])
    (ground() / other).write_bytes(SMALL[other])
    if data[:1] and data[0] % 2:
        whole = inspect(ground())
        is_valid, problems = whole.bank is not None, whole.problems
    else:
        drawn, problems = drafted(ground())
        is_valid = drawn is not None
    assert is_valid or problems, "refused without a reason"
    for one in problems:
        assert len(str(one).splitlines()) == 1, "a problem is one line"
        assert str(one).replace("\t", " ").isprintable(), "a problem steers no terminal"
        assert one.line >= 1
        assert one.column >= 1


def records(data: bytes) -> None:
    """Answers in any format, read at once and in drops, scored or refused the same; or the table of a form tool."""
    form, drop, content = data[0] if data else 0, data[1] if len(data) > 1 else 0, data[2:]
    if form % (len(FORMATS) + 1) == len(FORMATS):
        sheet(content)
        return
    stated = FORMATS[form % (len(FORMATS) + 1)]
    whole = answered(content, stated, len(content) + 1)
    assert whole == answered(content, stated, drop + 1), "it matters how the bytes arrive"


class Drops(BytesIO):
    """A stream that gives so many bytes at a time at most, as a pipe may."""

    def __init__(self, data: bytes, most: int) -> None:
        super().__init__(data)
        self._most = most

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(min(size if size and size > 0 else self._most, self._most))


def answered(content: bytes, stated: InputFormat | None, most: int) -> list[str]:
    """What is said of every record, and of the whole."""
    bank, table = shipped()
    rules = reading_rules(bank, table, keep=("note",) if stated is None else ())
    notes = Notes()
    said: list[str] = []
    try:
        found = items([Source(STANDARD_INPUT, Drops(content, most))], rules, notes, stated)
        said.extend(_of(item, bank, table, notes) for item in found)
    except RolequizError as error:
        said.append(_safe(str(error)))
    return said + [_safe(line) for line in notes.lines(bank.version)]


def _of(item: Item, bank: Bank, table: Table, notes: Notes) -> str:
    if isinstance(item, Accepted):
        assert item.record.id
        result = assess_record(table, item.record, notes)
        return dumps(result_record(bank.stamp, item.record.id, result), allow_nan=False)
    assert item.faults
    return _safe(reject_line(item)) + dumps(reject_record(item), allow_nan=False)


def _safe(text: str) -> str:
    """A message, which must steer no terminal."""
    assert text.replace("\n", " ").isprintable() or "\u200c" in text or "\u200d" in text, text
    return text


def sheet(content: bytes) -> None:
    """A table as form tools export them."""
    bank, _ = shipped()
    try:
        found = parsed(content, "form.csv")
        reading = read_rows(bank, found, mapped(bank, found.header, "form.csv"), None, "en")
    except RolequizError:
        return
    assert len(reading.records) + len(reading.rejected) == len(found.rows), "a row got lost"
    assert all(reading.rejected)


def keys(data: bytes) -> None:
    """Bytes of a terminal: the first ones say where the rest is split, which must not matter."""
    cuts, typed = data[:MOST_SPLITS], data[MOST_SPLITS:]
    assert spelled(pieces(typed, cuts)) == spelled([typed]), "it matters how the bytes arrive"


def pieces(typed: bytes, cuts: Sequence[int]) -> list[bytes]:
    """The bytes in pieces as long as ``cuts`` say, again and again."""
    found: list[bytes] = []
    at = number = 0
    while at < len(typed):
        size = cuts[number % len(cuts)] % 16 + 1 if cuts else 1
        found.append(typed[at : at + size])
        at, number = at + size, number + 1
    return found


def spelled(given: Sequence[bytes]) -> list[Key]:
    """The keys of some reads, every burst taken apart: whether signs came at once is the only thing that reads tell."""
    decoder = Decoder()
    found: list[Key] = []
    for one in given:
        for key in decoder.feed(one):
            assert isinstance(key, Named | Burst) or len(key) == 1
            found += key.text if isinstance(key, Burst) else [key]
    waiting = decoder.is_waiting
    return [*found, *decoder.flush(), *(["waiting"] if waiting else [])]


def documents(data: bytes) -> None:
    """What the program reads of a room or a history that somebody hands over, and what phones send."""
    kind, content = data[0] if data else 0, data[1:]
    readers = (*MESSAGES, word, phones, room, journal)
    try:
        readers[kind % len(readers)](content)
    except (RolequizError, Denied):
        return


def _batch(content: bytes) -> object:
    return read_batch(content, 10)


MESSAGES: tuple[Callable[[bytes], object], ...] = (read_join, _batch, read_done)


def word(content: bytes) -> None:
    """The file with the word that leads back to a sitting."""
    (ground() / WORD).write_bytes(content)
    assert 0 <= seconds_to_wait(ground(), NOW) <= 60


def phones(content: bytes) -> None:
    """The list of those who joined from a phone."""
    folder = ground() / "phones"
    folder.mkdir(exist_ok=True)
    (folder / PHONES).write_bytes(content)
    roster = Roster(folder)
    roster.close()
    for one in roster.entries:
        folder_of(folder, one.name)


def room(content: bytes) -> None:
    """What was agreed for everybody in a room."""
    (ground() / "room.yaml").write_bytes(content)
    bank, _ = shipped()
    Room.open(ground()).check_bank(bank.stamp)


def journal(content: bytes) -> None:
    """A saved sitting."""
    path = ground() / "0001-20261126T090000Z.jsonl"
    path.write_bytes(content)
    saved = read_journal(path)
    if saved is not None:
        _, table = shipped()
        if saved.events:
            moment_of(saved.finished)
        assess_record(table, record_of(saved, table), Notes())


TARGETS: Mapping[str, Target] = {"bank": bank, "records": records, "keys": keys, "documents": documents}


def seeds(target: str) -> Iterator[bytes]:
    """Inputs to begin with: some that are valid, from which most others are a few bytes away."""
    match target:
        case "bank":
            yield from (b"\0" + SMALL[QUESTIONS], b"\1" + SMALL[QUESTIONS])
            yield from (b"\xfe" + SMALL[ROLES], b"\xff" + SMALL[ROLES])
        case "records":
            yield from _records()
        case "keys":
            keystrokes = (
                b"1b\x1b[D\x1b[1;5C\x1bOM",
                "３好é😀½".encode(),
                b"\x1b[200~1\r2\x1b[201~3",
                b"\x1b[" + b"1;" * 40,
            )
            yield from (b"\0\1\2\3\4\5\6\7" + typed for typed in keystrokes)
        case "documents":
            yield from _documents()


def _records() -> Iterator[bytes]:
    bank, table = shipped()
    ids = [item.id for item in table.items]
    record: dict[str, object] = {
        "id": "p1",
        "mode": "quick",
        "asked_ids": ids[:10],
        "lang": "en",
        "started": "2026-11-26T09:00:00Z",
    }
    record |= {
        "bank": {"id": bank.id, "digest": bank.digest},
        "answers": {ids[0]: 2, ids[1]: None},
        "seconds": {ids[0]: 4.2},
    }
    line = dumps(record).encode()
    csv = f"id,note,{','.join(ids)}\np1,a,{',1' * len(ids)}\n".encode().replace(b",,", b",")
    yield b"\0\5" + csv
    yield b"\1\3" + csv + b'"p ""2",x' + b",2" * len(ids) + b"\r\n"
    yield b"\2\3" + line + b"\n" + line
    yield b"\3\3[" + line + b"," + line + b"]"
    yield b"\4\3id: p1\nanswers:\n  q01: 2\n  q02: null\nseconds: {q01: 1.5}\n"
    yield b"\5\0" + "代号;q01;2. Label\nheron;1;A\n".encode()
    yield b"\5\0" + f"id,{','.join(ids)}\nheron{',1' * len(ids)}\n".encode()


def _documents() -> Iterator[bytes]:
    bank, table = shipped()
    stamp = {"id": bank.id, "version": bank.version, "digest": bank.digest}
    first = table.items[0].id
    yield b"\0" + dumps({"code": "K7M2QX", "name": "heron", "token": "0" * 64, "lang": "en"}).encode()
    yield b"\1" + dumps({"seq": 1, "answers": [{"question": first, "option": 1, "seconds": 3.5}]}).encode()
    yield b"\2" + dumps({"seq": 30, "lang": "en"}).encode()
    yield b"\3" + dumps({"salt": "00ff", "hash": "aa", "wrong": 2, "last": NOW}).encode()
    lines = (
        {"schema": "rolequiz.phones/1", "room": "0a"},
        {"joined": "heron", "token": "0" * 64},
        {"ended": "heron", "lang": "en"},
    )
    yield b"\4" + b"".join(dumps(one).encode() + b"\n" for one in (*lines, {"kept": "heron"}))
    plan = {"title": "Spring", "bank": stamp, "lang": "en", "mode": "full"}
    yield b"\5" + dumps(plan).encode()
    header = {
        "schema": "rolequiz.journal/1",
        "id": "me",
        "bank": stamp,
        "mode": "full",
        "lang": "en",
        "started": "2026-11-26",
    }
    answer = {"event": "answer", "question": first, "option": 1, "seconds": 3.5, "at": "2026-11-26T09:00:00.000+00:00"}
    ends = (
        {"event": "skip", "question": table.items[1].id},
        {"event": "back"},
        {"event": "finish", "at": "2026-11-26"},
    )
    yield b"\6" + b"".join(dumps(one).encode() + b"\n" for one in (header, answer, *ends))


WORDS: Sequence[bytes] = (
    *(
        b"1.0e999",
        b"-1.5",
        b"NaN",
        b"Infinity",
        b"1234567890123",
        b"null",
        b"true",
        b"~",
        b"<<: ",
        b"&a ",
        b"*a",
        b"!!str ",
    ),
    *(
        b"\r",
        b"\r\n",
        b"\xc2\x85",
        b"\xe2\x80\xa8",
        b"\xef\xbb\xbf",
        b"\\ud800",
        b"\\u202e",
        b"\x1b[",
        b"\x1bO",
        b"\x1b[200~",
    ),
    *(
        b"---",
        b"- ",
        b"? ",
        b": ",
        b"|\n",
        b">\n",
        b'""',
        b"[]",
        b"{}",
        b'"\\x1b"',
        b"answers",
        b"questions",
        b"format",
        b"\0",
    ),
)
"""What no change of a byte soon comes upon."""

assert set(get_args(InputFormat)) == {*FORMATS, "parquet"} - {None}, (
    "every format but Parquet, whose parser is not ours"
)
