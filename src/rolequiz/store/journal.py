"""A sitting's journal: every event appended and synced before the next key is read.

One file a sitting, JSON lines, private to the user: a header, then events. The
reader ignores a torn last line, so that a crash at any moment loses at most the
keystroke in flight. Files are numbered, because a clock may go back: the highest
number of an id is the sitting that counts; older ones are kept.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from json import dumps, loads
from pathlib import Path
from urllib.parse import quote

from rolequiz.core.sitting import (
    Answer,
    Back,
    Event,
    Finish,
    Keep,
    Quit,
    Refused,
    Resume,
    Sitting,
    Skip,
    Visit,
    replay,
)
from rolequiz.core.table import Table
from rolequiz.errors import RolequizError
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
MAX_NAME = 120


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a journal: whose sitting, of which bank, in which mode and language, since when."""

    person: str
    bank: BankStamp
    mode: Mode
    lang: str
    started: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A journal as read: its header, its events, and where the last whole line ends (bytes)."""

    path: Path
    header: Header
    events: tuple[Event, ...]
    end: int
    finished: str = ""

    def sitting(self, table: Table) -> Sitting:
        """The state that the events lead to.

        Raises:
            RolequizError: the events do not fit the form.
        """
        try:
            return replay(table, self.events, self.header.mode)
        except Refused as error:
            raise RolequizError(
                f"{self.path}: the saved sitting cannot be replayed ({error.reason})", "start anew with --fresh"
            ) from error

    def is_finished(self) -> bool:
        """Whether its last event ended it."""
        return bool(self.events) and isinstance(self.events[-1], Finish)


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


def decode(fields: Mapping[str, object]) -> Event:
    """The event of a line.

    Raises:
        ValueError: it is none.
    """
    question, option, seconds = fields.get("question"), fields.get("option"), fields.get("seconds")
    match fields.get("event"):
        case "answer" if isinstance(question, str) and isinstance(option, int):
            return Answer(question, option, float(seconds) if isinstance(seconds, int | float) else None)
        case "skip" if isinstance(question, str):
            return Skip(question)
        case str(name) if name in PLAIN_EVENTS:
            return PLAIN_EVENTS[name]()
        case _:
            raise ValueError("no event of a sitting")


def read(path: Path) -> Saved | None:
    """A journal from disk; None if not even its header is whole.

    Raises:
        RolequizError: it cannot be read, or a line before the last is no part of a journal.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise out_of_reach(path, error) from error
    whole, _, _torn = data.rpartition(b"\n")
    if not whole:
        return None
    events: list[Event] = []
    header: Header | None = None
    finished = ""
    for number, line in enumerate(whole.split(b"\n"), start=1):
        try:
            fields = loads(line)
            if header is None:
                header = _header(fields)
            else:
                events.append(decode(fields))
                finished = str(fields.get("at", ""))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise RolequizError(
                f"{path}:{number}: this line of a saved sitting cannot be read", "start anew with --fresh"
            ) from error
    assert header is not None
    return Saved(path, header, tuple(events), len(whole) + 1, finished)


def _header(fields: Mapping[str, object]) -> Header:
    if fields["schema"] != SCHEMA:
        raise ValueError("another schema")
    bank, mode = fields["bank"], fields["mode"]
    if not isinstance(bank, dict) or mode not in ("full", "quick"):
        raise ValueError("no header")
    stamp = BankStamp(str(bank["id"]), str(bank["version"]), str(bank["digest"]))
    kept: Mode = "quick" if mode == "quick" else "full"
    return Header(str(fields["id"]), stamp, kept, str(fields["lang"]), str(fields["started"]))


def folder_of(home: Path, person: str) -> Path:
    """The folder of an id's sittings; a name that no file system likes is spelled out, a long one hashed."""
    name = quote(person, safe="", errors="surrogateescape").replace(".", "%2E")
    if len(name) > MAX_NAME:
        name = name[:60] + "-" + sha256(person.encode(errors="surrogateescape")).hexdigest()[:32]
    return home / "sittings" / name


def number_of(path: Path) -> int:
    """The number in a journal's name, 0 for a file that has none."""
    number = path.name.partition("-")[0]
    return int(number) if number.isdecimal() else 0


def newest_finished(home: Path, person: str) -> Saved | None:
    """The last sitting of an id that was finished; read without a lock, since nothing is written to it any more."""
    for path in reversed(places(folder_of(home, person))):
        saved = read(path)
        if saved is not None and saved.is_finished():
            return saved
    return None


def journals(folder: Path) -> list[Path]:
    """Every journal in an id's folder, the oldest first; no link, pipe or folder that is named like one."""
    return [path for path in places(folder) if path.is_file()]


def places(folder: Path) -> list[Path]:
    """Where journals are, or a folder stands in the place of one: that has to be told when it is to be read."""
    found = (path for path in folder.glob("*.jsonl") if not path.is_symlink() and (path.is_file() or path.is_dir()))
    return sorted(found, key=lambda path: (number_of(path), path.name))


class Journal:
    """An open journal: `append`, then `sync` before the next key is read."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def append(self, event: Event, at: datetime) -> None:
        """Write one event.

        Raises:
            RolequizError: the disk does not take it.
        """
        self.write_line(encode(event, at.isoformat(timespec="milliseconds")))

    def write_line(self, line: str) -> None:
        """Write one line in one call, or say why not."""
        data = line.encode()
        try:
            if os.write(self._handle, data) != len(data):
                raise OSError(28, os.strerror(28))
        except OSError as error:
            raise _not_saved(error) from error

    def sync(self) -> None:
        """Force what was written onto the disk."""
        try:
            os.fsync(self._handle)
        except OSError as error:
            raise _not_saved(error) from error

    def close(self) -> None:
        """Close the file."""
        os.close(self._handle)


def out_of_reach(path: Path, error: OSError) -> RolequizError:
    return RolequizError(
        f"{path}: the saved sitting cannot be opened: {error.strerror}",
        "make it a file of yours again, or move it away; rolequiz take --fresh begins anew without it",
    )


def _not_saved(error: OSError) -> RolequizError:
    return RolequizError(
        f"the last answer could not be saved: {error.strerror}",
        "make room on the disk and run the same command again; everything before it is kept",
    )
