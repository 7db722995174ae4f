"""The commands, and the one edge where an error becomes a message and a code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer

from rolequiz import __version__
from rolequiz.cli import analyze, bank, explain, roles, score, take
from rolequiz.cli.env import Env, real_env
from rolequiz.cli.exits import Exit
from rolequiz.errors import RolequizError

app = typer.Typer(
    name="rolequiz",
    help=(
        "A career-fit quiz for operations roles: exactly fair, fully explained, honest about its limits.\n\n"
        "Start with: rolequiz take"
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rolequiz {__version__}")
        raise typer.Exit


@app.callback()
def _global(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Options before a command."""


app.command("take")(take.command)
app.command("explain")(explain.command)
app.command("score")(score.command)
app.command("analyze")(analyze.command)
app.command("roles")(roles.command)
app.add_typer(bank.app, name="bank")


def run(arguments: Sequence[str] | None = None, env: Env | None = None) -> int:
    """Run one command line and return its exit code; a mistake of the program's own still shows a traceback."""
    world = env if env is not None else real_env()
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="rolequiz", obj=world)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(Exit.DONE)
    except BrokenPipeError:
        _leave_closed_pipe()
        return int(Exit.FAILED)
    except RolequizError as error:
        world.say(f"rolequiz: {error.message}")
        if error.hint:
            world.say(f"  {error.hint}")
        return int(Exit.FAILED)
    return int(Exit.DONE)


def _leave_closed_pipe() -> None:
    """Nobody reads on: keep the interpreter from complaining about it when it flushes at its end."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, sys.stdout.fileno())
