"""Files opened by name, compressed with gzip or not; what the system refuses is said in words."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, BytesIO, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, cast

from rolequiz.batch.formats import GZIP
from rolequiz.errors import RolequizError
from rolequiz.printable import printable


class _Rejoined(RawIOBase):
    """A stream of which the beginning was read already."""

    def __init__(self, head: bytes, rest: BufferedReader) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any, /) -> int:
        given = self._head[: len(into)] or self._rest.read1(len(into))
        self._head = self._head[len(given) :]
        into[: len(given)] = given
        return len(given)


def plain(stream: BinaryIO) -> BinaryIO:
    """The stream, unpacked where it begins as gzip does. One that cannot be looked into stays as it is."""
    if isinstance(stream, BufferedReader):
        head = stream.peek(len(GZIP))[: len(GZIP)]
        if len(head) < len(GZIP) and head == GZIP[: len(head)]:  # a pipe may deliver a single byte
            head = stream.read(len(GZIP))
            stream = BufferedReader(_Rejoined(head, stream))
    elif isinstance(stream, BytesIO):
        head = stream.getbuffer()[stream.tell() : stream.tell() + len(GZIP)].tobytes()
    else:
        return stream
    if head != GZIP:
        return stream
    from gzip import GzipFile  # here, since what is not packed need not wait for it to load

    return cast("BinaryIO", BufferedReader(GzipFile(fileobj=stream)))


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
    from gzip import BadGzipFile

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
