"""``workshop serve`` killed at random moments while phones answer: what a phone was told is in the room once."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import count as numbers
from pathlib import Path
from random import Random

from benchmarks.workshop import Outcome, Phone, Server, faults, shipped_questions
from scripts.kill_count import Count

PHONES = 6
LONGEST = 0.7
"""Seconds between a start and the next kill, at most."""


def of_rooms(kills: int, seed: int, ground: Path) -> Count:
    """Kill one room's server again and again; whoever ends is followed by another phone."""
    return asyncio.run(_killed(kills, Random(f"serve {seed}"), ground / "room"))


async def _killed(kills: int, chance: Random, room: Path) -> Count:
    count, outcome, names = Count(), Outcome(), numbers()
    port = _free_port()
    server, is_over = Server(room, port), asyncio.Event()
    await server.start()
    phones = [asyncio.create_task(_phones(names, server, port, outcome, is_over)) for _ in range(PHONES)]
    try:
        while count.kills < kills:
            await asyncio.sleep(chance.uniform(0, LONGEST))
            await server.end(signal.SIGKILL)
            count.kills += 1
            await server.start()
        is_over.set()
        await asyncio.gather(*phones)
    finally:
        for phone in phones:
            phone.cancel()
        with suppress(ProcessLookupError):
            await server.end(signal.SIGINT)
    count.acknowledged = outcome.answers
    for fault in faults(room, outcome):
        count.loses(fault)
    for path in room.rglob("*.tmp"):
        count.strays(f"{path.name} is left over")
    return count


async def _phones(names: Iterator[int], server: Server, port: int, outcome: Outcome, is_over: asyncio.Event) -> None:
    while not is_over.is_set():
        number = next(names)
        await Phone(f"Phone {number:03d}", port, shipped_questions(), number).take(server, outcome)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
