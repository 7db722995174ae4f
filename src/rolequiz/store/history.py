"""The sittings kept on this machine, of every id: listed, numbered, found, and really deleted.

Reading needs no lock, because nothing is written to a finished sitting any more.
Deleting holds the lock of every id concerned, so that a sitting in progress is
never harmed. Whatever else lies in the folder is noted and left alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import unquote

from rolequiz.core.sitting import answers, asked_count, seconds
from rolequiz.core.table import Table
from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord
from rolequiz.printable import printable
from rolequiz.store.atomic import sync_folder
from rolequiz.store.desk import LOCK, InUseError, folder_lock
from rolequiz.store.journal import Saved, folder_of, journals, listed, looked_through, number_of, read
from rolequiz.store.journal_lines import moment_of
from rolequiz.store.lock import LEAVES_NAMES_FREE

NO_TIME = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Kept:
    """A finished sitting and its number in the history, from 1."""

    number: int
    saved: Saved

    @property
    def person(self) -> str:
        """Whose it is."""
        return self.saved.header.person

    @property
    def moment(self) -> datetime:
        """When it was finished, on the clock of that place."""
        return moment_of(self.saved.finished)


@dataclass(frozen=True, slots=True)
class History:
    """The finished sittings of all ids, the oldest first; how many others were begun; what could not be read."""

    sittings: tuple[Kept, ...]
    unfinished: int
    notes: tuple[str, ...]

    def sitting(self, number: int) -> Kept:
        """One by its number.

        Raises:
            RolequizError: no sitting has it.
        """
        if 1 <= number <= len(self.sittings):
            return self.sittings[number - 1]
        count = len(self.sittings)
        there = f"there are {count}, numbered from 1" if count > 1 else "there is one, number 1" if count else "none"
        raise RolequizError(
            f"no sitting has the number {number}",
            f"{there}: rolequiz history lists them" if count else "no finished sitting is kept on this machine",
        )


def history(home: Path) -> History:
    """Everything kept under a data folder.

    Numbers go by the time of finishing, then the id, then the number of the file, from 1. A later sitting
    never changes the number of an earlier one, not even where the clock went back between two of one id;
    deleting one moves those after it down.
    """
    found: list[tuple[datetime, str, int, Saved]] = []
    unfinished = 0
    notes: list[str] = []
    for folder in noted(partial(id_folders, home, notes), notes):
        latest = NO_TIME
        for path in noted(partial(own_journals, folder, notes), notes):
            saved = _read(path, notes)
            if saved is None:
                continue
            person = saved.header.person
            if folder_of(home, person) != folder:
                notes.append(f"{_shown(path)} belongs to another id ({printable(person)}); left out")
            elif saved.is_finished():
                latest = max(latest, moment_of(saved.finished))
                found.append((latest, person, number_of(path), saved))
            else:
                unfinished += 1
    found.sort(key=lambda one: one[:3])
    return History(
        tuple(Kept(number, saved) for number, (*_, saved) in enumerate(found, start=1)), unfinished, tuple(notes)
    )


def record_of(saved: Saved, table: Table) -> AnswerRecord:
    """A saved sitting as an answer record.

    Raises:
        RolequizError: its events do not fit the form.
    """
    sitting = saved.sitting(table)
    return AnswerRecord(
        id=saved.header.person,
        answers=answers(table, sitting),
        mode=sitting.mode,
        asked_ids=tuple(item.id for item in table.items[: asked_count(table, sitting)]),
        seconds=seconds(table, sitting),
        bank=saved.header.bank,
        started=saved.header.started,
        finished=saved.finished,
    )


def id_folders(home: Path, notes: list[str]) -> list[Path]:
    """The folders of all ids, by name. What is none, hidden files aside, is noted.

    Raises:
        RolequizError: nobody can tell which there are.
    """
    folder = home / "sittings"
    entries = listed(folder)
    with looked_through(folder):
        found = [path for path in entries if path.is_dir() and not path.is_symlink()]
    notes += [
        f"{_shown(path)} is no folder of an id; left alone"
        for path in entries
        if path not in found and not path.name.startswith(".")
    ]
    return found


def own_journals(folder: Path, notes: list[str]) -> list[Path]:
    """The journals of an id's folder, the oldest first. What is none, hidden files aside, is noted.

    Raises:
        RolequizError: nobody can tell which there are.
    """
    own = journals(folder)
    known = {LOCK, *(path.name for path in own)}
    notes += [
        f"{_shown(path)} is no saved sitting; left alone"
        for path in listed(folder)
        if path.name not in known and not path.name.startswith(".")
    ]
    return own


def noted(look: Callable[[], list[Path]], notes: list[str]) -> list[Path]:
    """What is found; where looking is impossible, a note instead."""
    try:
        return look()
    except RolequizError as error:
        notes.append(printable(error.message))
        return []


def delete(sittings: Iterable[Kept]) -> None:
    """Remove finished sittings from the disk, all of them or, where an id is in use, none.

    An unfinished sitting that one of them had replaced goes with it: it would be resumed otherwise.

    Raises:
        InUseError: a sitting of one of these ids is open.
        RolequizError: a file cannot be removed.
    """
    doomed: dict[Path, set[Path]] = {}
    for one in sittings:
        doomed.setdefault(one.saved.path.parent, set()).add(one.saved.path)
    _remove(doomed)


def delete_all(home: Path) -> tuple[int, tuple[str, ...]]:
    """Remove every journal of every id, unfinished and unreadable ones too; how many, and what was left alone.

    Raises:
        InUseError: a sitting is open; then nothing is removed.
        RolequizError: a folder cannot be looked through, and nothing is removed; or a file cannot be removed.
    """
    notes: list[str] = []
    doomed = {folder: set(own_journals(folder, notes)) for folder in id_folders(home, notes)}
    _remove(doomed)
    return sum(map(len, doomed.values())), tuple(notes)


def _remove(doomed: Mapping[Path, Collection[Path]]) -> None:
    with ExitStack() as stack:
        for folder in sorted(doomed):
            try:
                handle = folder_lock(folder)
            except OSError as error:
                raise _stays(folder, error) from error
            if handle is None:
                person = printable(unquote(folder.name))
                raise InUseError(
                    f"another quiz is open for the id {person!r}", "finish or leave it first; nothing was deleted"
                )
            stack.callback(os.close, handle)
        for folder in sorted(doomed):
            try:
                _remove_from(folder, doomed[folder])
            except OSError as error:
                raise _stays(folder, error) from error


def _remove_from(folder: Path, doomed: Collection[Path]) -> None:
    """Remove journals of one locked id; and the folder, if nothing else is left in it and a locked file can go."""
    for path in [*doomed, *replaced(folder, doomed)]:
        path.unlink(missing_ok=True)
    sync_folder(folder)
    if os.listdir(folder) == [LOCK] and LEAVES_NAMES_FREE:
        (folder / LOCK).unlink()
        with suppress(OSError):  # somebody has begun a sitting there in this moment
            folder.rmdir()
        sync_folder(folder.parent)


def replaced(folder: Path, doomed: Collection[Path]) -> list[Path]:
    """Unfinished journals that would count again, as the newest of their id, once the doomed are gone."""
    found: list[Path] = []
    own = journals(folder)
    if not own or own[-1] not in doomed:
        return found
    for path in reversed(own):
        saved = None if path in doomed else _read(path, [])
        if saved is not None and saved.is_finished():
            break
        if saved is not None:
            found.append(path)
    return found


def _read(path: Path, notes: list[str]) -> Saved | None:
    try:
        return read(path)
    except RolequizError as error:
        notes.append(f"{printable(error.message)}; left out")
        return None


def _shown(path: Path) -> str:
    return printable(str(path))


def _stays(folder: Path, error: OSError) -> RolequizError:
    return RolequizError(
        f"{_shown(folder)}: a sitting cannot be deleted: {error.strerror}",
        "make the folder yours again and repeat the command; what is gone by now stays gone",
    )
