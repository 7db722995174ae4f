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
"""Seconds before anything is shown: what is done by then needs no bar."""

REFRESH = 0.1
"""Seconds between two pictures of the bar."""

LINES = 10.0
"""Seconds between two lines where there is no terminal to draw on, and progress is asked for."""


class Progress(Protocol):
    """Is told what was read; ``records`` counts them."""

    records: int

    def tick(self, size: int, records: int) -> None:
        """So many bytes and records more."""

    def pause(self) -> None:
        """Something else is about to be written to the same place."""


class Counter:
    """Counts, and shows nothing."""

    def __init__(self) -> None:
        self.records = 0
        self.bytes = 0

    def tick(self, size: int, records: int) -> None:
        """So many bytes and records more."""
        self.bytes += size
        self.records += records

    def pause(self) -> None:
        """Nothing is in the way."""


class Shown(Counter):
    """Counts, and shows from time to time how far it is.

    It draws in the thread that counts: beside other threads no process could be forked.
    """

    def __init__(self, env: Env, total: int | None) -> None:
        super().__init__()
        self._env = env
        self._total = total
        self._is_drawn = env.stderr.isatty()
        self._begun = self._last = monotonic()
        self._bar: Bar | None = None

    def tick(self, size: int, records: int) -> None:
        """So many bytes and records more."""
        super().tick(size, records)
        now = monotonic()
        wait = REFRESH if self._is_drawn else LINES
        if now - self._begun < PATIENCE or now - self._last < wait:
            return
        self._last = now
        speed = self.records / (now - self._begun) if now > self._begun else 0.0
        if not self._is_drawn:
            share = f" ({self.bytes * 100 // self._total} % of the input)" if self._total else ""
            self._env.say(f"{self.records} records so far{share}, {speed:.0f} a second")
            return
        if self._bar is None:
            self._bar = Bar(self._env, self._total)
        self._bar.update(self.bytes, f"{speed:,.0f} records/s")

    def pause(self) -> None:
        """Take the bar away; the next tick draws it again."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class Bar:
    """A bar at the bottom of a terminal, drawn when it is told to and gone when it is closed."""

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

    def update(self, size: int, speed: str) -> None:
        """Draw how far it is."""
        self._rich.update(self._task, completed=size, description=speed)
        self._rich.refresh()

    def close(self) -> None:
        """Leave nothing of it behind."""
        self._rich.stop()


@contextmanager
def progress(env: Env, sources: Sequence[Source], wanted: bool | None) -> Iterator[Progress]:
    """A bar if ``wanted``, or if nothing is said about it and standard error is a terminal; else only a count."""
    if not (env.stderr.isatty() if wanted is None else wanted):
        yield Counter()
        return
    shown = Shown(env, total_size(sources))
    try:
        yield shown
    finally:
        shown.pause()


def total_size(sources: Sequence[Source]) -> int | None:
    """Bytes to read, or None where nobody knows yet: streams, folders, what is compressed."""
    if any(not one.is_repeatable or one.name.endswith(GZIP_ENDING) for one in sources):
        return None
    return sum(one.status().st_size for one in sources)
