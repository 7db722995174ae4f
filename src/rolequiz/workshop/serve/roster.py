"""Who has joined from a phone: one file of JSON lines in the room's hidden folder, synced before anybody is told.

A phone's token is kept as a hash only. The reader ignores a torn last line. The file
is locked while the room is served, so that a room is served once.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from hashlib import sha256
from json import dumps, loads
from pathlib import Path
from secrets import token_hex

from rolequiz.errors import RolequizError
from rolequiz.store.atomic import blamed, sync_folder
from rolequiz.store.lines import Lines
from rolequiz.store.lock import locked
from rolequiz.workshop.names import code_name

SCHEMA = "rolequiz.phones/1"
FILE = "phones.jsonl"
HEXADECIMAL = re.compile("[0-9a-f]{16,64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One participant: the code name, and the SHA-256 of the token in hexadecimal."""

    name: str
    token: str


@dataclass(slots=True)
class Listed:
    """What the file says.

    ``room`` tells this room from any other; ``tokens`` are hashes by name,
    ``langs`` the languages in which participants ended; ``kept`` are names whose
    records were put into the room. A later line about a name replaces an earlier one.
    """

    room: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    langs: dict[str, str] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)


def hashed(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


class Roster:
    """The open, locked file."""

    def __init__(self, folder: Path) -> None:
        """Open it, or begin it.

        Raises:
            RolequizError: another process serves the room, or the file is damaged or out of reach.
        """
        self._path = folder / FILE
        with blamed(self._path):
            folder.mkdir(mode=0o700, exist_ok=True)
            self._lines = Lines(self._path, os.O_CREAT)
        try:
            with blamed(self._path):
                is_ours = locked(self._lines.fileno())
            if not is_ours:
                raise RolequizError(f"{folder.parent}: this room is being served already", "end the other one")
            self._listed, end = self._read()
            with blamed(self._path):
                self._lines.cut(end)
            if not self._listed.room:
                self._listed.room = token_hex(8)
                self._append({"schema": SCHEMA, "room": self._listed.room})
                sync_folder(folder)
        except RolequizError:
            self._lines.close()
            raise

    @property
    def room(self) -> str:
        """A random name of the room, for phones to tell it from another at the same address."""
        return self._listed.room

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everybody who joined, in order."""
        return tuple(Entry(name, token) for name, token in self._listed.tokens.items())

    def lang(self, name: str) -> str:
        """The language in which a participant ended; empty before."""
        return self._listed.langs.get(name, "")

    def is_kept(self, name: str) -> bool:
        """Whether this participant's record was put into the room."""
        return name in self._listed.kept

    def join(self, entry: Entry) -> None:
        """One more participant, on the disk.

        Raises:
            RolequizError: the disk does not take it.
        """
        self._append({"joined": entry.name, "token": entry.token})
        self._listed.tokens[entry.name] = entry.token

    def end(self, name: str, lang: str) -> None:
        """A participant is about to end, in this language.

        Raises:
            RolequizError: the disk does not take it.
        """
        if self.lang(name) != lang:
            self._append({"ended": name, "lang": lang})
            self._listed.langs[name] = lang

    def keep(self, name: str) -> None:
        """The record of a participant is in the room.

        Raises:
            RolequizError: the disk does not take it.
        """
        self._append({"kept": name})
        self._listed.kept.add(name)

    def close(self) -> None:
        """Let others serve the room."""
        self._lines.close()

    def _append(self, fields: dict[str, str]) -> None:
        with blamed(self._path):
            self._lines.append(dumps(fields, ensure_ascii=False) + "\n")
            self._lines.sync()

    def _read(self) -> tuple[Listed, int]:
        with blamed(self._path):
            data = self._path.read_bytes()
        whole, _, _torn = data.rpartition(b"\n")
        found = Listed()
        for number, line in enumerate(whole.split(b"\n") if whole else (), start=1):
            try:
                self._take(found, loads(line.decode()))
            except (ValueError, RecursionError, RolequizError) as error:
                raise RolequizError(
                    f"{self._path}:{number}: this line cannot be read",
                    "put back what it was, or begin a new room",
                ) from error
        return found, len(whole) + 1 if whole else 0

    @staticmethod
    def _take(found: Listed, fields: object) -> None:
        match fields:
            case {"schema": str(schema), "room": str(room)} if schema == SCHEMA and HEXADECIMAL.fullmatch(room):
                found.room = room
            case {"joined": str(name), "token": str(token)} if code_name(name) == name and HEXADECIMAL.fullmatch(token):
                found.tokens[name] = token
            case {"ended": str(name), "lang": str(lang)} if name in found.tokens and lang.isprintable():
                found.langs[name] = lang
            case {"kept": str(name)} if name in found.tokens:
                found.kept.add(name)
            case _:
                raise ValueError("no line of this file")
