"""A served room from its first line to its last: the opening, the server, the board, the end."""

from __future__ import annotations

import asyncio
import shlex
import signal
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from socket import socket

from rolequiz.cli.context import Loaded
from rolequiz.cli.env import Env
from rolequiz.cli.exits import Exit
from rolequiz.cli.served_board import Board, DrawnBoard, LineBoard, opening
from rolequiz.report.glyphs import ASCII, UNICODE
from rolequiz.report.voice import Voice
from rolequiz.signals import ENDING
from rolequiz.workshop.room import Room
from rolequiz.workshop.serve.address import Address
from rolequiz.workshop.serve.app import application
from rolequiz.workshop.serve.content import Spoken
from rolequiz.workshop.serve.hall import Hall, new_code
from rolequiz.workshop.serve.limits import Limits
from rolequiz.workshop.serve.server import serve

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]  # the type of a module cannot be widened

OPEN_FILES = 4096
"""Each participant holds a journal and a lock, each phone a few connections."""

REFRESH = 0.5
"""Seconds between two pictures of the board."""


@dataclass(frozen=True, slots=True)
class Served:
    """What serving a room needs: the room, its bank in every language, the address, how to show it."""

    env: Env
    room: Room
    loaded: Loaded
    voices: Mapping[str, Voice]
    voice: Voice
    address: Address
    command: tuple[str, ...]
    is_plain: bool
    is_ascii: bool


def run(served: Served, listening: socket) -> int:
    """Serve until a signal asks for the end; everything is on the disk by then.

    Raises:
        RolequizError: the room is served already, or what is in it cannot be read.
    """
    _allow_files()
    env, limits = served.env, Limits()
    hall = Hall(served.room, served.loaded.bank, served.loaded.table, limits, new_code(), env.now)
    try:
        app = application(hall, Spoken(served.loaded.table, served.voices), served.address.name)
        asyncio.run(_until_ended(served, hall, lambda stop: serve(app, limits, listening, stop)))
    finally:
        hall.close()
    voice, progress = served.voice, hall.progress
    done = sum(one.stage == "done" for one in progress)
    env.say(voice.wording("serve_ended", done, path=served.room.path))
    if done < len(progress):
        command = shlex.join(served.command)
        env.say(voice.wording("serve_unfinished", len(progress) - done, command=command))
    return int(Exit.INTERRUPTED)


async def _until_ended(
    served: Served, hall: Hall, serving: Callable[[asyncio.Event], Coroutine[None, None, None]]
) -> None:
    """Serve and show until somebody asks for the end, or the server ends of itself."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for one in ENDING:
        try:
            loop.add_signal_handler(one, stop.set)
        except NotImplementedError:  # on Windows
            signal.signal(one, lambda *_: loop.call_soon_threadsafe(stop.set))
    env, voice, address = served.env, served.voice, served.address
    glyphs = ASCII if served.is_ascii else UNICODE
    opening(env, voice, served.room.plan.title, address, hall.code, glyphs, is_plain=served.is_plain)
    board: Board = LineBoard(env, voice, hall.progress)
    if not served.is_plain:
        board = DrawnBoard(env, voice, address, hall.code, glyphs)
    task = asyncio.create_task(serving(stop))
    with board:
        while not task.done():
            board.show(hall.progress, hall.troubles)
            await asyncio.wait((task,), timeout=REFRESH)
        board.show(hall.progress, hall.troubles)
    await task


def _allow_files() -> None:
    """As many open files as the system lets a program ask for, within reason, where that has to be asked."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
