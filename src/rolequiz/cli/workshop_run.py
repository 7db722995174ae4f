"""``rolequiz workshop run``: the shared laptop."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rolequiz.cli.context import Loaded, load_bank, voice_for
from rolequiz.cli.env import Env
from rolequiz.cli.options import AsciiOption, BankOption, LangOption, PlainOption
from rolequiz.cli.shared import Shared
from rolequiz.errors import RolequizError
from rolequiz.model import Mode
from rolequiz.report.glyphs import ASCII, UNICODE
from rolequiz.workshop.room import Plan, Room, is_room


def command(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The room: a folder, new or begun before.")],
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="What a new room is called. Default: DIR's name.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A new room's sittings may stop early.")] = False,
    lang: LangOption = None,
    bank: BankOption = None,
    plain: PlainOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Ask one person after the other on this machine.

    Everybody gets a code name, the quiz and their own result; then the screen and what is above it
    are cleared. An unfinished sitting is resumed with the word that its owner was shown.
    Ctrl-D at the welcome ends it.

    Example: rolequiz workshop run spring --title "Spring workshop"
    """
    env: Env = ctx.obj
    loaded = load_bank(bank)
    is_plain = plain or env.wants_plain
    if not is_plain and not env.is_interactive:
        raise RolequizError("workshop run needs a terminal; this is not one", "run it in a terminal, or with --plain")
    room = entered(env, folder, loaded, lang=lang, mode="quick" if quick else "full", title=title)
    voice = voice_for(env, loaded.bank, lang or room.plan.lang, is_spoken=is_plain)
    shared = Shared(env, room, loaded, voice, ASCII if ascii_only else UNICODE)
    if is_plain:
        from rolequiz.cli.shared_plain import run
    else:
        from rolequiz.cli.shared_screen import run
    raise typer.Exit(run(shared))


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
