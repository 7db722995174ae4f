"""The room that a workshop's commands work on: opened, or begun on first use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rolequiz.cli.context import Loaded, voice_for
from rolequiz.cli.env import Env
from rolequiz.errors import RolequizError
from rolequiz.model import Mode
from rolequiz.workshop.room import Plan, Room, is_room

FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="The room: a folder, new or begun before.")]
TitleOption = Annotated[
    str | None, typer.Option("--title", metavar="TEXT", help="What a new room is called. Default: DIR's name.")
]


def entered(env: Env, folder: Path, loaded: Loaded, *, lang: str | None, mode: Mode, title: str | None) -> Room:
    """The room of a folder, begun if there is none; one that is there keeps its title and mode.

    Raises:
        RolequizError: it was made otherwise than it is now asked for, or cannot be begun.
    """
    if mode == "quick" and not loaded.table.checkpoints:
        raise RolequizError("this bank has no quick mode", "begin the room without --quick")
    if not is_room(folder):
        spoken = voice_for(env, loaded.bank, lang).lang
        return Room.begin(folder, Plan(title or folder.resolve().name, loaded.bank.stamp, spoken, mode))
    room = Room.open(folder)
    room.check_bank(loaded.bank.stamp)
    if mode == "quick" != room.plan.mode:
        raise RolequizError(f"{folder}: this room is a full one", "leave --quick out, or begin another room")
    if title is not None and title != room.plan.title:
        raise RolequizError(
            f"{folder}: this room is called {room.plan.title!r}", "leave --title out, or begin another room"
        )
    return room
