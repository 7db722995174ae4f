"""How far a long scoring run is: a bar on standard error, where that is a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Protocol

from rolequiz.batch.formats import GZIP_ENDING
from rolequiz.batch.sources import Source
from rolequiz.cli.env import Env

PATIENCE = 0.5
"""Seconds before a bar appears: what is done by then needs none."""

REFRESH = 0.1
"""Seconds between two pictures of the bar."""


class Progress(Protocol):
    """Is told what was read; ``records`` counts them."""

    records: int

    def tick(self, size: int, records: int) -> None:
        """So many bytes and records more."""


class Counter:
    """Counts, and shows nothing."""

    def __init__(self) -> None:
        self.records = 0
        self.bytes = 0

    def tick(self, size: int, records: int) -> None:
        """So many bytes and records more."""
        self.bytes += size
        self.records += records


class Bar(Counter):
    """Draws by itself, in the thread that counts: other processes may be started at any time."""

    def __init__(self, env: Env, total: int | None) -> None:
        super().__init__()
        self._env = env
        self._total = total
        self._begun = self._drawn = monotonic()
        self._shown: _Drawn | None = None

    def tick(self, size: int, records: int) -> None:
        """So many bytes and records more."""
        super().tick(size, records)
        now = monotonic()
        if now - self._begun < PATIENCE or now - self._drawn < REFRESH:
            return
        self._drawn = now
        if self._shown is None:
            self._shown = _Drawn(self._env, self._total)
        self._shown.update(self.bytes, self.records, now - self._begun)

    def close(self) -> None:
        """Leave nothing of the bar behind."""
        if self._shown is not None:
            self._shown.close()


class _Drawn:
    def __init__(self, env: Env, total: int | None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        columns = (
            TextColumn("scoring"),
            BarColumn(),
            DownloadColumn(),
            TextColumn("{task.description}"),
            TimeRemainingColumn(),
        )
        self._rich = RichProgress(
            *columns, console=Console(file=env.stderr, width=env.width), transient=True, auto_refresh=False
        )
        self._rich.start()
        self._task = self._rich.add_task("", total=total)

    def update(self, size: int, records: int, seconds: float) -> None:
        self._rich.update(self._task, completed=size, description=f"{records / seconds:,.0f} records/s")
        self._rich.refresh()

    def close(self) -> None:
        self._rich.stop()


@contextmanager
def progress(env: Env, sources: Sequence[Source], wanted: bool | None) -> Iterator[Progress]:
    """A bar if ``wanted``, or if nothing is said about it and standard error is a terminal; else only a count."""
    if not (env.stderr.isatty() if wanted is None else wanted):
        yield Counter()
        return
    bar = Bar(env, total_size(sources))
    try:
        yield bar
    finally:
        bar.close()


def total_size(sources: Sequence[Source]) -> int | None:
    """Bytes to read, or None where nobody knows yet: streams, folders, what is compressed."""
    if any(not one.is_repeatable or one.name.endswith(GZIP_ENDING) for one in sources):
        return None
    return sum(one.status().st_size for one in sources)
