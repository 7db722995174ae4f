"""Bytes as numbered lines, in bounded memory whatever comes in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_LINE = 1 << 20
"""Bytes a line may have; a longer one is cut off, so that an endless line cannot grow memory."""


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line without its end (LF or CRLF), numbered from 1; of a longer one the first ``MAX_LINE`` bytes."""

    number: int
    content: bytes
    is_cut: bool = False


def physical_lines(chunks: Iterable[bytes]) -> Iterator[Line]:
    """The lines of a stream that arrives in chunks; a last line without an end counts."""
    number = 0
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for content in whole:
            number += 1
            yield _line(number, content)
        rest = rest[: MAX_LINE + 2]
    if rest:
        yield _line(number + 1, rest)


def _line(number: int, content: bytes) -> Line:
    """Two bytes over the cap are enough to tell a carriage return at the end from a line that goes on."""
    content = content[: MAX_LINE + 2].removesuffix(b"\r")
    return Line(number, content[:MAX_LINE], len(content) > MAX_LINE)
