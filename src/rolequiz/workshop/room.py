"""The folder of a room: what was agreed for everybody, and one answer record for each participant.

``room.yaml`` says which bank, language and mode; a record file appears whole or not
at all; unfinished sittings are in a hidden folder. Several programs may work on one
room at a time: a lock is held while a code name is given away.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from json import dumps
from pathlib import Path
from typing import Self

from rolequiz.bank.source import FORBIDDEN, Source, read
from rolequiz.batch.folders import NO_ANSWERS, ROOM_FILE
from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord, BankStamp, Mode
from rolequiz.store.atomic import blamed, written
from rolequiz.store.desk import Desk
from rolequiz.store.journal import folder_of, journals
from rolequiz.store.lock import locked
from rolequiz.store.records import encoded
from rolequiz.workshop.names import code_name, file_stem, same_key

MAX_TITLE = 120
LOCK = ".lock"
SITTINGS = ".sittings"
ENDING = ".json"
HINT = "keep the keys title, bank (id, version, digest), lang and mode (full or quick)"


class TakenError(RolequizError):
    """The code name belongs to somebody whose answers are in the room already."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What ``room.yaml`` holds: the same for everybody in the room."""

    title: str
    bank: BankStamp
    lang: str
    mode: Mode = "full"


class Room:
    """An existing room; `begin` a new one, or `open` what is there."""

    __slots__ = ("path", "plan")

    def __init__(self, path: Path, plan: Plan) -> None:
        self.path = path
        self.plan = plan

    @classmethod
    def begin(cls, path: Path, plan: Plan) -> Self:
        """A new room, its folder created if it is missing.

        Raises:
            RolequizError: there is a room, the folder has other files, or it cannot be written; or the title is unfit.
        """
        check_title(plan.title)
        room = cls(path, plan)
        with blamed(path):
            path.mkdir(mode=0o700, exist_ok=True)
        with room._locked():
            if (path / ROOM_FILE).exists():
                raise RolequizError(f"{path}: there is a room already", "open it, or name another folder")
            if any(not one.name.startswith(".") for one in path.iterdir()):
                raise RolequizError(
                    f"{path}: this folder has other files, and no {ROOM_FILE}", "name a new or an empty folder"
                )
            with written(path / ROOM_FILE, private=True) as sink:
                sink.write(_yaml(plan).encode())
        return room

    @classmethod
    def open(cls, path: Path) -> Self:
        """The room of a folder.

        Raises:
            RolequizError: it has no ``room.yaml``, or one that is malformed.
        """
        if not is_room(path):
            raise RolequizError(
                f"{path}: this is no room: it has no {ROOM_FILE}", f"begin one with: rolequiz workshop run {path}"
            )
        return cls(path, _plan(read(path / ROOM_FILE)))

    def check_bank(self, stamp: BankStamp) -> None:
        """A room goes on only with the bank it began with.

        Raises:
            RolequizError: the bank in use is another.
        """
        ours = self.plan.bank
        if (ours.id, ours.digest) != (stamp.id, stamp.digest):
            raise RolequizError(
                f"{self.path}: this room was made for another bank ({_shown(ours)}, not {_shown(stamp)})",
                "name that bank with --bank, or another folder for a new room",
            )

    @property
    def desk_home(self) -> Path:
        """The data folder of unfinished sittings, hidden from programs that read answers."""
        return self.path / SITTINGS

    def desk(self, name: str) -> Desk:
        """The locked desk of a code name; the same for all its spellings.

        Raises:
            InUseError: somebody sits at it now.
            RolequizError: the folder cannot be written.
        """
        return Desk(self.desk_home, same_key(name))

    def desk_folder(self, name: str) -> Path:
        """The folder of a code name's sittings; it exists once one has begun."""
        return folder_of(self.desk_home, same_key(name))

    def is_claimed(self, name: str) -> bool:
        """Whether somebody has this code name: finished, or in a sitting that has begun, wherever it is held."""
        return self.is_taken(name) or bool(journals(self.desk_folder(name)))

    def record_path(self, name: str) -> Path:
        """Where the record of a code name is, or will be."""
        return self.path / (file_stem(name) + ENDING)

    def is_taken(self, name: str) -> bool:
        """Whether the answers of this code name are in the room."""
        return os.path.lexists(self.record_path(name))

    def keep(self, record: AnswerRecord) -> Path:
        """Put one record into the room, whole or not at all; putting in the same bytes again changes nothing.

        Raises:
            TakenError: another record has this code name.
            RolequizError: the name is not allowed, or the file cannot be written.
        """
        path, data = self.record_path(code_name(record.id)), encoded(record)
        with self._locked():
            if os.path.lexists(path):
                with blamed(path):
                    if path.read_bytes() == data:
                        return path
                raise TakenError(f"{record.id}: this code name is in the room already", "choose another one")
            with written(path, private=True) as sink:
                sink.write(data)
        return path

    def record_files(self) -> list[Path]:
        """The record files, in the order of their names."""
        with blamed(self.path):
            names = sorted(os.listdir(self.path))
        return [
            self.path / name
            for name in names
            if name.endswith(ENDING) and not name.startswith(".") and not name.endswith(NO_ANSWERS)
        ]

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone in the room for the moment, among all programs."""
        with blamed(self.path):
            handle = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            with blamed(self.path):
                locked(handle, waits=True)
            yield
        finally:
            os.close(handle)


def is_room(path: Path) -> bool:
    """Whether the folder holds a room."""
    return (path / ROOM_FILE).is_file()


def check_title(title: str) -> None:
    """A title that screens, pages and files can hold.

    Raises:
        RolequizError: it is empty, too long, or more than one line of visible characters.
    """
    if not title.strip() or len(title) > MAX_TITLE or not title.isprintable() or FORBIDDEN.search(title):
        raise RolequizError(f"{title!r} is no title of a room", f"use one line of 1 to {MAX_TITLE} visible characters")


def _shown(stamp: BankStamp) -> str:
    return f"{stamp.id} {stamp.version} {stamp.digest.removeprefix('sha256:')[:8]}"


def _yaml(plan: Plan) -> str:
    """The file; a text in JSON's quotes is the same text in YAML's."""

    def quoted(text: str) -> str:
        return dumps(text, ensure_ascii=False)

    return (
        "# A room of the rolequiz workshop; the answers of each participant are in a file beside this one.\n"
        f"title: {quoted(plan.title)}\n"
        "bank:\n"
        f"  id: {quoted(plan.bank.id)}\n"
        f"  version: {quoted(plan.bank.version)}\n"
        f"  digest: {quoted(plan.bank.digest)}\n"
        f"lang: {quoted(plan.lang)}\n"
        f"mode: {quoted(plan.mode)}\n"
    )


def _plan(source: Source) -> Plan:
    """What the file says.

    Raises:
        RolequizError: it is no YAML, or says something else.
    """
    if source.problems:
        raise RolequizError("\n".join(str(problem) for problem in source.problems), HINT)
    match source.value:
        case {
            "title": str(title),
            "bank": {"id": str(bank), "version": str(version), "digest": str(digest), **more_bank},
            "lang": str(lang),
            "mode": "full" | "quick" as mode,
            **more,
        } if not more and not more_bank:
            kept: Mode = "quick" if mode == "quick" else "full"
            check_title(title)
            return Plan(title, BankStamp(bank, version, digest), lang, kept)
    raise RolequizError(f"{source.file}: this does not describe a room", HINT)
