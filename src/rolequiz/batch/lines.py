"""Bytes as numbered lines and blocks of lines, in bounded memory whatever comes in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_LINE = 1 << 20
"""Bytes a line may have; a longer one is cut off, so that an endless line cannot grow memory."""

KEPT = MAX_LINE + 2
"""Two bytes over the cap are enough to tell a carriage return at the end from a line that goes on."""


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line without its end (LF or CRLF), numbered from 1; of a longer one the first ``MAX_LINE`` bytes."""

    number: int
    content: bytes
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines, the first of which has the number ``first``; the last one of a stream may lack its end.

    They are the ``length`` bytes of the stream from ``start``. ``data`` is shorter
    than that where it is one line over the cap, of which the beginning is kept.
    """

    first: int
    start: int
    length: int
    data: bytes

    @property
    def is_whole(self) -> bool:
        """Whether ``data`` is all of it."""
        return len(self.data) == self.length


def physical_lines(chunks: Iterable[bytes], first: int = 1) -> Iterator[Line]:
    """The lines of a stream that arrives in chunks; a last line without an end counts."""
    number = first
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for content in whole:
            yield _line(number, content)
            number += 1
        rest = rest[:KEPT]
    if rest:
        yield _line(number, rest)


def parts_of(data: bytes, size: int, first: int, most: int) -> Iterator[tuple[int, bytes]]:
    """Whole lines cut into parts of about ``size`` bytes and at most ``most`` lines, each with its first number."""
    start = 0
    while start < len(data):
        stop = data.find(b"\n", start + size - 1) + 1 if len(data) - start > size + size // 2 else 0
        part = data[start : stop or len(data)]
        count = part.count(b"\n")
        if count > most:
            part, count = _first_lines(part, most), most
        yield first, part
        first, start = first + count, start + len(part)


def _first_lines(data: bytes, count: int) -> bytes:
    end = 0
    for _ in range(count):
        end = data.find(b"\n", end) + 1
    return data[:end]


def first_line(chunks: Iterator[bytes]) -> tuple[Line | None, int, bytes]:
    """The first line that is not empty, how many bytes end with it, and the bytes after it that were read already."""
    data, number, start, begin = b"", 1, 0, 0
    while True:
        end = data.find(b"\n", begin) + 1
        if not end and len(data) - begin <= KEPT:
            chunk = next(chunks, b"")
            if chunk:
                data, start, begin = data[begin:] + chunk, start + begin, 0
                continue
        line = _line(number, data[begin : end - 1] if end else data[begin:])
        if line.content or not end:
            return (line if line.content else None), start + (end or len(data)), data[end:] if end else b""
        number, begin = number + 1, end


def _line(number: int, content: bytes) -> Line:
    content = content[:KEPT].removesuffix(b"\r")
    return Line(number, content[:MAX_LINE], len(content) > MAX_LINE)


def blocks(chunks: Iterable[bytes], size: int, first: int = 1, start: int = 0) -> Iterator[Block]:
    """A stream cut at line ends into blocks of about ``size`` bytes; its first line has the number ``first``.

    Holds at most ``size``, a chunk and the cap of a line at a time.
    """
    held: list[bytes] = []
    count = dropped = 0
    for chunk in chunks:
        if dropped:
            end = chunk.find(b"\n") + 1
            if not end:
                dropped += len(chunk)
                continue
            yield Block(first, start, count + dropped + end, held[0])
            first, start = first + 1, start + count + dropped + end
            held, count, dropped = [], 0, 0
            chunk = chunk[end:]
        held.append(chunk)
        count += len(chunk)
        if count < size:
            continue
        data = b"".join(held)
        done = 0
        while len(data) - done >= size:
            cut = data.rfind(b"\n", done, done + size) + 1 or data.find(b"\n", done + size) + 1
            if not cut:
                break
            yield Block(first, start, cut - done, data[done:cut])
            first, start, done = first + data.count(b"\n", done, cut), start + cut - done, cut
        data = data[done:]
        dropped = max(len(data) - KEPT, 0)
        held = [data[:KEPT]]
        count = len(held[0])
    if count + dropped:
        yield Block(first, start, count + dropped, b"".join(held))
