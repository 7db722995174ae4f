"""Input cut into pieces: each can be read and scored by itself, by this process or another one.

A piece names its bytes or carries them. In input order the pieces of a run hold
every record once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from rolequiz.errors import RolequizError
from rolequiz.printable import printable


@dataclass(frozen=True, slots=True)
class Header:
    """What each cell of a line means: ``questions`` are (cell, question id, options), ``keep`` cells."""

    columns: tuple[str, ...]
    person: int
    questions: tuple[tuple[int, str, int], ...]
    keep: tuple[int, ...]

    @property
    def width(self) -> int:
        """Cells of a line."""
        return len(self.columns)


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes of a file from ``start`` to before ``stop``."""

    path: str
    start: int
    stop: int

    def read(self) -> bytes:
        """The bytes.

        Raises:
            RolequizError: they are not there any more.
        """
        try:
            with Path(self.path).open("rb") as stream:
                stream.seek(self.start)
                data = stream.read(self.stop - self.start)
        except OSError as error:
            raise RolequizError(f"{printable(self.path)}: it cannot be read any more: {error.strerror}") from error
        if len(data) != self.stop - self.start:
            raise RolequizError(f"{printable(self.path)}: it became shorter while it was read", "run it again")
        return data


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines of CSV (below their header) or JSONL; ``size`` bytes of input, the first line's number is ``first``.

    ``data`` is None where another process reads the bytes from ``span``.
    """

    source: str
    format: Literal["csv", "jsonl"]
    header: Header | None
    first: int
    size: int
    data: bytes | None
    span: Span | None = None

    def read(self) -> bytes:
        """The lines.

        Raises:
            RolequizError: their file changed.
        """
        if self.data is not None:
            return self.data
        assert self.span is not None
        return self.span.read()


@dataclass(frozen=True, slots=True)
class Whole:
    """A JSON or YAML document that was read through before, and is valid."""

    source: str
    format: Literal["json", "yaml"]
    size: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Files:
    """Small JSON and YAML files of a folder; one that cannot be read as its format is a reject."""

    paths: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Row groups ``start`` to before ``stop`` of a Parquet file; its rows count from ``first``."""

    source: str
    start: int
    stop: int
    first: int
    size: int


Piece: TypeAlias = Lines | Whole | Files | Rows


def without_data(piece: Piece) -> Piece:
    """The piece for another process: bytes that it can read for itself are left out."""
    return replace(piece, data=None) if isinstance(piece, Lines) and piece.span is not None else piece
