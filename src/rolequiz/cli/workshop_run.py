"""``rolequiz workshop run``: the shared laptop."""

from __future__ import annotations

from typing import Annotated

import typer

from rolequiz.cli.context import load_bank, voice_for
from rolequiz.cli.env import Env
from rolequiz.cli.options import AsciiOption, BankOption, LangOption, PlainOption
from rolequiz.cli.rooms import FolderArgument, TitleOption, entered
from rolequiz.cli.shared import Shared
from rolequiz.errors import RolequizError
from rolequiz.report.glyphs import ASCII, UNICODE


def command(
    ctx: typer.Context,
    folder: FolderArgument,
    title: TitleOption = None,
    quick: Annotated[bool, typer.Option("--quick", help="A new room's sittings may stop early.")] = False,
    lang: LangOption = None,
    bank: BankOption = None,
    plain: PlainOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Ask one person after the other on this machine.

    Everybody gets a code name, the quiz and their own result; then the screen and what is above it
    are cleared. An unfinished sitting is resumed with the word that its owner was shown.
    Ctrl-D at the welcome ends it. A terminal that logs, or keeps a scrollback that programs cannot clear, needs that
    turned off.

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
