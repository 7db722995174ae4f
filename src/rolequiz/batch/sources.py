"""Where answers come from: files, folders and streams by their names, each once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import BinaryIO, Literal

from rolequiz.batch.compressed import blamed, plain
from rolequiz.batch.formats import InputFormat
from rolequiz.batch.pieces import Piece
from rolequiz.errors import RolequizError
from rolequiz.printable import STANDARD_INPUT, printable, shown_source

CHUNK = 1 << 18


class Source:
    """A file or a folder by its name, or a stream (standard input).

    ``size`` counts the bytes read so far; ``inode`` is the number (device, inode) of the file opened last.
    """

    def __init__(self, name: str, stream: BinaryIO | None = None) -> None:
        self.name = name
        self.format: InputFormat | Literal["folder"] | None = None
        self.size = 0
        self.files = 0
        self.is_packed = False
        self.inode = (0, 0)
        self._stream = stream

    @property
    def is_stream(self) -> bool:
        """Whether it was handed in open."""
        return self._stream is not None

    @property
    def is_folder(self) -> bool:
        """Whether answers are in the files in it."""
        return self._stream is None and S_ISDIR(self.status().st_mode)

    @property
    def is_repeatable(self) -> bool:
        """Whether it can be read twice."""
        return self._stream is None and S_ISREG(self.status().st_mode)

    @property
    def place(self) -> str:
        """The one name that all names of the file lead to.

        Raises:
            RolequizError: nobody can tell, for instance because the folder the process stands in is gone.
        """
        with blamed(self.name):
            return os.path.realpath(self.name)

    def status(self) -> os.stat_result:
        """What the system says about the file.

        Raises:
            RolequizError: it is not there, or out of reach.
        """
        with blamed(self.name):
            return Path(self.name).stat()

    def identity(self) -> object:
        """The same for two names of one file.

        Raises:
            RolequizError: it is not there, or out of reach.
        """
        if self._stream is not None:
            try:
                status = os.fstat(self._stream.fileno())
            except OSError:
                return STANDARD_INPUT
        else:
            status = self.status()
        return (status.st_dev, status.st_ino)

    def open(self) -> BinaryIO:
        """The bytes from the beginning.

        Raises:
            RolequizError: the file cannot be read.
        """
        if self._stream is not None:
            return self._stream
        with blamed(self.name):
            stream = Path(self.name).open("rb")  # noqa: SIM115 - the caller closes it
            status = os.fstat(stream.fileno())
        self.inode = (status.st_dev, status.st_ino)
        return stream

    def closing(self, stream: BinaryIO, found: Iterator[Piece]) -> Iterator[Piece]:
        """The pieces; at their end the stream is closed, unless it was handed in."""
        try:
            yield from found
        finally:
            self.close(stream)

    def close(self, stream: BinaryIO) -> None:
        """Close what `open` gave; a stream that was handed in stays open."""
        if self._stream is None:
            stream.close()

    def chunks(self, stream: BinaryIO) -> Iterator[bytes]:
        """The stream in chunks of any size, unpacked.

        Raises:
            RolequizError: reading fails on the way.
        """
        self.size = 0
        with blamed(self.name):
            unpacked = plain(stream)
        self.is_packed = unpacked is not stream
        read = getattr(unpacked, "read1", unpacked.read)
        while True:
            with blamed(self.name):
                chunk = read(CHUNK)
            if not chunk:
                return
            self.size += len(chunk)
            yield chunk


def expanded(names: Sequence[str]) -> Iterator[str]:
    """The names, patterns (``answers/*.csv``) replaced by the files that they fit, in the order of their names.

    Raises:
        RolequizError: a pattern fits nothing.
    """
    for name in names:
        if os.path.exists(name):
            yield name
            continue
        from glob import glob, has_magic  # here, since a file that is there need not wait for it to load

        if not has_magic(name):
            yield name
            continue
        found = sorted(glob(name, recursive=True))
        if not found:
            raise RolequizError(f"{printable(name)}: no file fits this pattern", "check the name and the folder")
        yield from found


def refuse_repeats(sources: Sequence[Source]) -> None:
    """Stop where one file (or standard input) is given twice: everybody in it would count twice.

    Raises:
        RolequizError: one is.
    """
    seen: dict[object, str] = {}
    for source in sources:
        key = source.identity()
        if key in seen:
            before = "" if seen[key] == source.name else f" (as {printable(seen[key])} before)"
            raise RolequizError(f"{shown_source(source.name)} is given twice{before}", "name every source once")
        seen[key] = source.name
    folders = {source.place: source.name for source in sources if source.is_folder}
    for source in sources if folders else ():
        for above in Path(source.place).parents:
            if str(above) in folders and source.name != STANDARD_INPUT:
                where = printable(folders[str(above)])
                raise RolequizError(
                    f"{shown_source(source.name)} is given twice (it is in the folder {where})",
                    "name every source once",
                )


def apparent_size(source: Source) -> int:
    """Bytes of the file behind a source at first sight; 0 where that takes reading it, or a folder."""
    return 0 if source.is_stream else size_of(source.name)


def size_of(path: str) -> int:
    """Bytes of a file; 0 of one that the system does not tell of, which is noticed when it is read."""
    try:
        return os.stat(path).st_size
    except (OSError, ValueError):
        return 0
