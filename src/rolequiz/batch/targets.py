"""Where rendered results come together to a file: what stands before, between and after the chunks."""

from __future__ import annotations

from typing import Protocol

from rolequiz.batch.results import Layout, Put, ResultFormat, csv_line, encoded, harmless, header


class Target(Protocol):
    """Takes the chunks of results in input order."""

    escaped: int

    def begin(self) -> None:
        """What stands before the first result."""

    def skip(self, size: int) -> int:
        """How many bytes at the beginning of the next chunk, of ``size`` bytes, do not belong into the file."""

    def put(self, chunk: bytes | memoryview) -> None:
        """The next chunk."""

    def end(self) -> None:
        """What stands after the last result."""


class TextTarget:
    """CSV, JSONL, or one JSON list: chunks as they are, one after the other."""

    def __init__(self, form: ResultFormat, layout: Layout, put: Put) -> None:
        self.escaped = 0
        self._form = form
        self._layout = layout
        self._put = put
        self._is_empty = True

    def begin(self) -> None:
        """The header of CSV, the bracket of a list."""
        if self._form == "csv":
            row, self.escaped = harmless(self._layout, header(self._layout))
            self._put(encoded(csv_line(row)))
        elif self._form == "json":
            self._put(b"[")

    def skip(self, size: int) -> int:
        """The first element of a list has no comma before it."""
        is_first = self._is_empty and size > 0
        self._is_empty = self._is_empty and not is_first
        return 1 if is_first and self._form == "json" else 0

    def put(self, chunk: bytes | memoryview) -> None:
        """Pass it on."""
        if chunk:
            self._put(memoryview(chunk)[self.skip(len(chunk)) :])

    def end(self) -> None:
        """The bracket that closes a list."""
        if self._form == "json":
            self._put(b"]\n" if self._is_empty else b"\n]\n")


def target(form: ResultFormat, layout: Layout, put: Put) -> Target:
    """Where chunks of a format go."""
    if form != "parquet":
        return TextTarget(form, layout, put)
    from rolequiz.batch.parquet_results import ParquetTarget

    return ParquetTarget(layout, put)
