"""How much of everything is taken: sizes, counts, rates; and how wrong codes slow their sender down."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

KEPT_CLIENTS = 1000
"""Clients that are remembered, the latest ones; a limit of memory."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, then so many a second."""

    burst: float
    second: float


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a served room. Times are in seconds, sizes in bytes.

    ``events`` are the answers and skips of one participant, changes included.
    ``wrong`` are the wrong codes of everybody together; ``free`` are those of
    one client that cost nothing, after which each doubles its wait up to
    ``longest``.
    """

    people: int = 200
    body: int = 16_384
    batch: int = 100
    events: int = 5_000
    head: int = 8_192
    connections: int = 1_000
    connections_each: int = 120
    head_seconds: float = 10.0
    body_seconds: float = 10.0
    request_seconds: float = 30.0
    idle_seconds: int = 30
    person: Rate = Rate(80, 20)
    stranger: Rate = Rate(600, 60)
    wrong: Rate = Rate(40, 0.5)
    free: int = 4
    longest: float = 60.0


class Buckets:
    """Token buckets by key, of which only the latest are kept."""

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def level(self, key: str) -> float:
        """How many the key may take now."""
        now = self._clock()
        level, since = self._levels.get(key, (self._rate.burst, now))
        return min(self._rate.burst, level + (now - since) * self._rate.second)

    def take(self, key: str) -> bool:
        """Take one, if there is one."""
        level = self.level(key)
        is_there = level >= 1
        self._levels[key] = (level - 1 if is_there else level, self._clock())
        self._levels.move_to_end(key)
        if len(self._levels) > KEPT_CLIENTS:
            self._levels.popitem(last=False)
        return is_there


class CodeDoor:
    """Decides whether a client may try a join code now.

    A client that has not been wrong is always heard, so that nobody can lock
    the room by guessing; one that has been wrong waits, longer each time, and
    longer still while many are guessing.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._everybody = Buckets(limits.wrong, clock)

    def wait(self, client: str) -> float:
        """Seconds until the client may try; 0 for now."""
        wrong, until = self._wrong.get(client, (0, 0.0))
        if not wrong:
            return 0.0
        own = max(0.0, until - self._clock())
        short = 1 - self._everybody.level("")
        return max(own, short / self._limits.wrong.second if short > 0 else 0.0)

    def was_wrong(self, client: str) -> None:
        """Count one."""
        wrong = self._wrong.get(client, (0, 0.0))[0] + 1
        over = wrong - self._limits.free
        pause = min(self._limits.longest, 2.0**over) if over > 0 else 0.0
        self._wrong[client] = (wrong, self._clock() + pause)
        self._wrong.move_to_end(client)
        if len(self._wrong) > KEPT_CLIENTS:
            self._wrong.popitem(last=False)
        self._everybody.take("")

    def was_right(self, client: str) -> None:
        """Forgive."""
        self._wrong.pop(client, None)
