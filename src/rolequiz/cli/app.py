"""The commands."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import typer
from typer.exceptions import TyperException

from rolequiz import __version__
from rolequiz.cli import collecting
from rolequiz.cli.edge import guarded
from rolequiz.cli.env import Env, real_env
from rolequiz.cli.exits import Exit
from rolequiz.cli.groups import LazyGroup, Subcommand, group
from rolequiz.printable import short

OF_A_LIBRARY = "Value error, "
"""What pydantic, of which the user need not know, puts before a message about a value."""

LONGEST = 400
"""Characters of a message's line; what was typed may be of any length."""


class Commands(LazyGroup):
    """The commands, with messages in the user's words."""

    entries: ClassVar = {
        "take": Subcommand("take", "Ask the questions, save every answer, then show the result."),
        "explain": Subcommand("explain", "Explain one person's result, and what would change it."),
        "score": Subcommand("score", "Score answer files, one person or millions."),
        "analyze": Subcommand("analyze", "Item and scale statistics over collected answer files."),
        "roles": Subcommand("roles", "Say what the roles are, or everything about one of them."),
        "history": Subcommand("history", "Earlier results on this machine: list, show, compare, delete."),
        "bank": Subcommand("bank", "Tools for whoever writes or runs a question bank."),
        "workshop": Subcommand("workshop", "Tools for a coach with a room of people."),
        "completion": Subcommand("completion_script", "Print what makes bash or zsh complete the commands."),
    }

    def make_context(self, *given: Any, **more: Any) -> Any:
        with worded():
            return super().make_context(*given, **more)

    def invoke(self, ctx: Any) -> Any:
        with worded():
            return super().invoke(ctx)


@contextmanager
def worded() -> Iterator[None]:
    """Typer's messages about a command line repeat what was typed; what steers a terminal is spelled out in them."""
    try:
        yield
    except TyperException as error:
        said = getattr(error, "message", "").removeprefix(OF_A_LIBRARY)
        error.message = "\n".join(short(line, LONGEST) for line in said.split("\n"))
        raise


app = group(
    Commands,
    "A career-fit quiz for operations roles: exactly fair, fully explained, honest about its limits.\n\n"
    "Start with: rolequiz take",
    name="rolequiz",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rolequiz {__version__}")
        raise typer.Exit


@app.callback()
def _global(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),  # noqa: ARG001  # its callback answers
) -> None:
    """Options before a command, which is loaded by now."""
    collecting.loaded()


def run(arguments: Sequence[str] | None = None, env: Env | None = None) -> int:
    """Run one command line and return its exit code; a mistake of the program's own still shows a traceback."""
    world = env if env is not None else real_env()
    given = list(arguments) if arguments is not None else sys.argv[1:]

    def answered() -> int:
        app(args=given, prog_name="rolequiz", obj=world)
        return int(Exit.DONE)

    return guarded(world, answered)
