"""``rolequiz history delete``: which sittings, whether that is meant, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from rolequiz.cli.env import Env
from rolequiz.cli.kept import say_notes
from rolequiz.errors import RolequizError
from rolequiz.printable import printable
from rolequiz.store.history import Kept, delete, delete_all, history


def command(
    ctx: typer.Context,
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="N", help="Numbers in the list.", show_default=False)
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Everything that take has kept, unfinished sittings too.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete sittings from this machine, for good.

    It asks first; without a terminal it needs --yes. Sittings after a deleted one move down in the list.
    A sitting that was set aside with --fresh goes with the finished one that replaced it. Files written with
    --save or --report are yours, and stay. While a quiz is open for one of the ids, nothing is deleted.

    Example: rolequiz history delete 2 3
    """
    env: Env = ctx.obj
    if not numbers and not everything:
        raise RolequizError("nothing to delete was named", "name numbers (rolequiz history lists them), or --all")
    if numbers and everything:
        raise RolequizError("numbers and --all were both given", "leave one of them out")
    found = history(env.home)
    if everything:
        say_notes(env, found.notes)
        count, unfinished = len(found.sittings), found.unfinished
        wanted = f"all {count} finished and {unfinished} unfinished sittings"
        if _agreed(env, [], f"Delete {wanted} of every id for good?", yes=yes):
            removed, notes = delete_all(env.home)
            env.say(f"deleted everything: {_counted(removed)}")
            left = [note for note in notes if note not in found.notes]
            say_notes(env, left)
        return
    doomed = [found.sitting(number) for number in sorted(set(numbers or ()))]
    if _agreed(env, [_line(one) for one in doomed], f"Delete {_counted(len(doomed))} for good?", yes=yes):
        delete(doomed)
        env.say(f"deleted {_counted(len(doomed))}")
        if doomed[0].number + len(doomed) <= len(found.sittings):
            env.say("note: sittings after it have other numbers now; rolequiz history lists them")


def _agreed(env: Env, lines: Sequence[str], question: str, *, yes: bool) -> bool:
    """Whether the user wants it: as the option says, or as they answer.

    Raises:
        RolequizError: nobody can be asked.
    """
    for line in lines:
        env.say(line)
    if yes:
        return True
    if not (env.stdin.isatty() and env.stderr.isatty()):
        raise RolequizError("nothing was deleted: nobody can be asked here", "add --yes")
    env.stderr.write(f"{question} [y/N] ")
    env.stderr.flush()
    if env.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    env.say("nothing was deleted")
    return False


def _counted(count: int) -> str:
    return f"{count} sitting{'' if count == 1 else 's'}"


def _line(kept: Kept) -> str:
    bank, moment = kept.saved.header.bank, kept.moment
    return f"{kept.number}: {printable(kept.person)}, {moment:%Y-%m-%d %H:%M}, {printable(f'{bank.id} {bank.version}')}"
