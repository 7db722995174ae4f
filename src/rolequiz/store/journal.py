"""A sitting's journal: every event appended and synced before the next key is read.

One file a sitting, JSON lines, private to the user: a header, then events. The
reader ignores a torn last line, so that a crash at any moment loses at most the
keystroke in flight. Files are numbered, because a clock may go back: the highest
number of an id is the sitting that counts; older ones are kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from rolequiz.core.sitting import Answer, Event, Finish, Refused, Sitting, Skip, replay
from rolequiz.core.table import Table
from rolequiz.errors import RolequizError
from rolequiz.store.journal_lines import Header, decode, decode_header, encode
from rolequiz.store.lines import Lines

MAX_NAME = 120
ENDING = ".jsonl"


@dataclass(frozen=True, slots=True)
class Saved:
    """A journal as read: its header, its events, where the last whole line ends (bytes), when its last event was."""

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
    last = ""
    for number, line in enumerate(whole.split(b"\n"), start=1):
        try:
            if header is None:
                header = decode_header(line)
            else:
                event, last = decode(line)
                events.append(event)
        except ValueError as error:
            raise RolequizError(
                f"{path}:{number}: this line of a saved sitting cannot be read", "start anew with --fresh"
            ) from error
    assert header is not None
    return Saved(path, header, tuple(events), len(whole) + 1, last)


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
    """The last sitting of an id that was finished; read without a lock, since nothing is written to it any more.

    Raises:
        RolequizError: the folder, or a journal in it, cannot be read.
    """
    for path in reversed(places(folder_of(home, person))):
        saved = read(path)
        if saved is not None and saved.is_finished():
            return saved
    return None


def journals(folder: Path) -> list[Path]:
    """Every journal in an id's folder, the oldest first; no link, pipe or folder that is named like one.

    Raises:
        RolequizError: the folder cannot be read.
    """
    return [path for path in places(folder) if path.is_file()]


def places(folder: Path) -> list[Path]:
    """Where journals are, or a folder stands in the place of one: that has to be told when it is to be read.

    Raises:
        RolequizError: the folder cannot be read; one that is not there has none.
    """
    named = [path for path in listed(folder) if path.name.endswith(ENDING)]
    with looked_through(folder):
        found = [path for path in named if not path.is_symlink() and (path.is_file() or path.is_dir())]
    return sorted(found, key=lambda path: (number_of(path), path.name))


def listed(folder: Path) -> list[Path]:
    """What is in a folder, by name; nothing if it is not there.

    Raises:
        RolequizError: it cannot be read.
    """
    with looked_through(folder), suppress(FileNotFoundError, NotADirectoryError):
        return [folder / name for name in sorted(os.listdir(folder))]
    return []


@contextmanager
def looked_through(folder: Path) -> Iterator[None]:
    """That the system lets nobody look is told."""
    try:
        yield
    except OSError as error:
        raise RolequizError(
            f"{folder} cannot be read: {error.strerror}",
            "make it yours again, or set ROLEQUIZ_HOME to a folder of yours",
        ) from error


class Journal:
    """An open journal: `append`, then `sync` before the next key is read."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._is_answer_open = False

    def append(self, event: Event, at: datetime) -> None:
        """Write one event.

        Raises:
            RolequizError: the disk does not take it.
        """
        self.append_all((event,), at)

    def append_all(self, events: Iterable[Event], at: datetime) -> None:
        """Write events, all of them or none.

        Raises:
            RolequizError: the disk does not take them.
        """
        stamp, given = at.isoformat(timespec="milliseconds"), tuple(events)
        self._is_answer_open = self._is_answer_open or any(isinstance(event, Answer | Skip) for event in given)
        with self._told():
            self._lines.append("".join(encode(event, stamp) for event in given))

    def sync(self) -> None:
        """Force what was written onto the disk.

        Raises:
            RolequizError: the disk does not take it; it is in the journal no more.
        """
        with self._told():
            self._lines.sync()
        self._is_answer_open = False

    def close(self) -> None:
        """Close the file."""
        self._lines.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            what = "the last answer could not be saved" if self._is_answer_open else "nothing more can be saved"
            raise RolequizError(
                f"{what}: {error.strerror}",
                "make room on the disk and run the same command again; everything before it is kept",
            ) from error


def out_of_reach(path: Path, error: OSError) -> RolequizError:
    """Why a journal cannot be opened, and what to do."""
    return RolequizError(
        f"{path}: the saved sitting cannot be opened: {error.strerror}",
        "make it a file of yours again, or move it away; rolequiz take --fresh begins anew without it",
    )
