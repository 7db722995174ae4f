"""Results on their way to bytes, one after the other: the reference for what every engine must give."""

from __future__ import annotations

from typing import Protocol

from rolequiz.batch.records import Accepted
from rolequiz.batch.results import Layout, ResultFormat, cells, csv_line, encoded, harmless, json_text, record
from rolequiz.core.assess import Assessment


class Rendering(Protocol):
    """Results on their way to bytes, one after the other; ``escaped`` counts cells kept from being run."""

    escaped: int

    def put(self, item: Accepted, result: Assessment) -> None:
        """Add one result."""

    def take(self) -> bytes | memoryview:
        """The bytes of the results added since the last time."""


class CsvRendering:
    """One row a result."""

    def __init__(self, layout: Layout) -> None:
        self.escaped = 0
        self._layout = layout
        self._rows: list[bytes] = []

    def put(self, item: Accepted, result: Assessment) -> None:
        """Add one row."""
        row, escaped = harmless(self._layout, cells(self._layout, item, result))
        self.escaped += escaped
        self._rows.append(encoded(csv_line(row)))

    def take(self) -> bytes:
        """The rows added since the last time."""
        found = b"".join(self._rows)
        self._rows.clear()
        return found


class JsonRendering:
    """One JSON object a result, with ``before`` and ``after`` around it."""

    def __init__(self, layout: Layout, before: str, after: str) -> None:
        self.escaped = 0
        self._layout = layout
        self._around = (before, after)
        self._records: list[bytes] = []

    def put(self, item: Accepted, result: Assessment) -> None:
        """Add one object."""
        before, after = self._around
        self._records.append(encoded(before + json_text(record(self._layout, item, result)) + after))

    def take(self) -> bytes:
        """The objects added since the last time."""
        found = b"".join(self._records)
        self._records.clear()
        return found


AROUND: dict[ResultFormat, tuple[str, str]] = {"jsonl": ("", "\n"), "json": (",\n", "")}
"""What stands around each object. The first comma of a list is left out when it is written."""


def rendering(form: ResultFormat, layout: Layout) -> Rendering:
    """Where results of a format become bytes."""
    match form:
        case "csv":
            return CsvRendering(layout)
        case "jsonl" | "json":
            return JsonRendering(layout, *AROUND[form])
        case "parquet":
            from rolequiz.batch.parquet_results import ArrowRendering

            return ArrowRendering(layout)
