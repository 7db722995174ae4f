"""Files cut into byte ranges, so that tasks anywhere can read the lines of one file without asking each other.

A range owns the lines that begin in it: the last of them may end far behind it, and
a range inside a long line owns none. Only the numbers of lines have to be counted
before. A file that is cut is regular and not compressed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, Literal

from rolequiz.batch.compressed import blamed
from rolequiz.batch.lines import Block, blocks
from rolequiz.batch.pieces import Header, Lines
from rolequiz.errors import RolequizError
from rolequiz.printable import printable

CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Range:
    """Bytes ``start`` to before ``stop`` of a file, at least one.

    ``is_first``: a line begins at ``start``, whatever stands before it (a header, nothing).
    Elsewhere one begins there only behind the end of another.
    """

    path: str
    start: int
    stop: int
    is_first: bool


def ranges(path: str, start: int, stop: int, size: int) -> list[Range]:
    """The bytes of a file from where a line begins to ``stop``, cut evenly into ranges of at most ``size`` bytes."""
    count = -(-(stop - start) // size)
    places = [start + (stop - start) * number // max(count, 1) for number in range(count + 1)]
    return [Range(path, one, other, one == start) for one, other in pairwise(places)]


def line_count(one: Range) -> int:
    """How many lines begin in a range.

    Raises:
        RolequizError: it cannot be read, or the file became shorter.
    """
    with blamed(one.path), Path(one.path).open("rb") as stream:
        return one.is_first + sum(chunk.count(b"\n") for chunk in _before_last(stream, one))


def range_blocks(one: Range, size: int, first: int) -> Iterator[Block]:
    """The lines of a range in blocks of about ``size`` bytes; the first one has the number ``first``.

    Raises:
        RolequizError: as `line_count`.
    """
    with blamed(one.path), Path(one.path).open("rb") as stream:
        start = one.start if one.is_first else _first_start(stream, one)
        if start is not None:
            yield from blocks(_owned(stream, one, start), size, first, start)


def range_pieces(
    one: Range, form: Literal["csv", "jsonl"], header: Header | None, first: int, size: int
) -> Iterator[Lines]:
    """The lines of a range as pieces, in input order.

    Raises:
        RolequizError: as `line_count`.
    """
    for block in range_blocks(one, size, first):
        yield Lines(one.path, form, header, block.first, block.length, block.data)


def _before_last(stream: BinaryIO, one: Range) -> Iterator[bytes]:
    """The bytes behind each of which, if it ends a line, the range owns a line."""
    return _between(stream, one.path, one.start - (not one.is_first), one.stop - 1)


def _first_start(stream: BinaryIO, one: Range) -> int | None:
    """Where the first line begins that does so in the range."""
    place = one.start - 1
    for chunk in _before_last(stream, one):
        end = chunk.find(b"\n") + 1
        if end:
            return place + end
        place += len(chunk)
    return None


def _owned(stream: BinaryIO, one: Range, start: int) -> Iterator[bytes]:
    """The bytes from ``start`` to the end of the last line that begins in the range."""
    yield from _between(stream, one.path, start, one.stop - 1)
    stream.seek(one.stop - 1)
    while chunk := stream.read(CHUNK):
        end = chunk.find(b"\n") + 1
        yield chunk[:end] if end else chunk
        if end:
            return


def _between(stream: BinaryIO, path: str, start: int, stop: int) -> Iterator[bytes]:
    stream.seek(start)
    while start < stop:
        chunk = stream.read(min(CHUNK, stop - start))
        if not chunk:
            raise RolequizError(f"{printable(path)}: it became shorter while it was read", "run it again")
        start += len(chunk)
        yield chunk
