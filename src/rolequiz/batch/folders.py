"""The files of answers in a folder, in the order of their names, listed one folder at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator

from rolequiz.batch.compressed import blamed
from rolequiz.batch.formats import named_format
from rolequiz.batch.notes import Notes

NO_ANSWERS = (".rejects.jsonl", ".manifest.json")
"""What our own programs put beside results."""

ROOM_FILE = "room.yaml"
"""What makes a folder of answers a workshop's room, and holds none itself."""


def files_in(folder: str, notes: Notes) -> Iterator[str]:
    """Every file whose ending names a format, in the folders below too.

    In the order of their names, a folder's files where its name stands. Hidden
    ones and a room's description are left out; so are files with other endings, and
    what is no file (links to folders or to nothing, pipes), which are counted in
    notes. Only the names of one folder (and those above it) are held.

    Raises:
        RolequizError: a folder cannot be listed.
    """
    open_folders = [(folder, _entries(folder))]
    while open_folders:
        folder, entries = open_folders[-1]
        name, is_folder, is_file = next(entries, ("", False, False))
        if not name:
            open_folders.pop()
            continue
        path = os.path.join(folder, name)
        if name.startswith("."):
            continue
        if is_folder:
            open_folders.append((path, _entries(path)))
        elif not is_file:
            notes.no_file(path)
        elif named_format(name) is None:
            notes.other_file(path)
        elif not name.endswith(NO_ANSWERS) and name != ROOM_FILE:
            yield path


def _entries(folder: str) -> Iterator[tuple[str, bool, bool]]:
    """What is in a folder, by name: whether it is a folder, whether a file."""
    with blamed(folder), os.scandir(folder) as found:
        return iter(sorted((one.name, one.is_dir(follow_symlinks=False), one.is_file()) for one in found))
