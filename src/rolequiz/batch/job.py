"""What a scoring run makes of its input, and what comes back of each piece: plain values, for any process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import Piece
from rolequiz.batch.records import Rules
from rolequiz.batch.rejects import Reject, reject_line, reject_record
from rolequiz.batch.results import Layout, ResultFormat, encoded, json_text

RejectFormat: TypeAlias = Literal["jsonl", "jsonl-no-raw", "lines"]
"""Records for a file, with or without the raw text; or lines for people."""


@dataclass(frozen=True, slots=True)
class Job:
    """How records are read, and how results and rejects are written."""

    rules: Rules
    layout: Layout
    format: ResultFormat
    rejects: RejectFormat = "jsonl"

    def reject_bytes(self, reject: Reject) -> bytes:
        """A reject as it is written."""
        if self.rejects == "lines":
            return encoded(reject_line(reject) + "\n")
        return encoded(json_text(reject_record(reject, with_raw=self.rejects == "jsonl")) + "\n")


@dataclass(slots=True)
class Chunk:
    """Rendered results and rejects, counted. ``results`` are empty where another process writes them."""

    results: bytes | memoryview = b""
    rejects: bytes = b""
    scored: int = 0
    escaped: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    notes: Notes = field(default_factory=Notes)


class Engine(Protocol):
    """Something that scores pieces. Every engine gives the same bytes."""

    def chunks(self, piece: Piece) -> Iterator[Chunk]:
        """What a piece gives, in input order, at least one chunk of bounded size.

        Raises:
            RolequizError: the piece cannot be read.
        """
