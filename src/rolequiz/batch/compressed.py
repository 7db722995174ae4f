"""Files opened by name, compressed with gzip or not; what the system refuses is said in words."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from gzip import BadGzipFile, GzipFile
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from rolequiz.batch.formats import GZIP
from rolequiz.errors import RolequizError
from rolequiz.printable import printable


def plain(stream: BinaryIO) -> BinaryIO:
    """The stream, unpacked where it begins as gzip does. One that cannot be looked into stays as it is."""
    if isinstance(stream, BufferedReader):
        head = stream.peek(len(GZIP))[: len(GZIP)]
    elif isinstance(stream, BytesIO):
        head = stream.getbuffer()[stream.tell() : stream.tell() + len(GZIP)].tobytes()
    else:
        return stream
    return cast("BinaryIO", BufferedReader(GzipFile(fileobj=stream))) if head == GZIP else stream


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked.

    Raises:
        RolequizError: it cannot be opened, or reading it fails inside the block.
    """
    with blamed(name), Path(name).open("rb") as stream:
        yield plain(stream)


@contextmanager
def blamed(name: str) -> Iterator[None]:
    """Errors of reading inside the block become a message about the file.

    Raises:
        RolequizError: one happened.
    """
    try:
        yield
    except (OSError, ValueError, EOFError, zlib.error) as error:
        raise cannot_read(name, error) from error


def cannot_read(name: str, error: Exception) -> RolequizError:
    """Why a file cannot be read, and what to do."""
    shown = printable(name)
    match error:
        case BadGzipFile() | EOFError() | zlib.error():
            return RolequizError(
                f"{shown}: it is damaged: what gzip packed does not unpack ({error})",
                "get the file again from its source",
            )
        case FileNotFoundError() | NotADirectoryError():
            return RolequizError(f"{shown}: there is no such file", "check the name and the folder")
        case IsADirectoryError():
            return RolequizError(f"{shown}: this is a folder", "name a file in it")
        case PermissionError():
            return RolequizError(f"{shown}: you may not read it", "ask its owner, or copy it to a place of yours")
        case OSError():
            return RolequizError(f"{shown}: it cannot be read: {error.strerror}", "check the disk or the connection")
        case _:
            return RolequizError(f"{shown}: this is no file name", "check the name")
