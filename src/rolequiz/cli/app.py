"""The commands."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from rolequiz import __version__
from rolequiz.cli.edge import guarded
from rolequiz.cli.env import Env, real_env
from rolequiz.cli.exits import Exit

OF_A_LIBRARY = "Value error, "
"""What pydantic, of which the user need not know, puts before a message about a value."""


class Commands(TyperGroup):
    """The commands, with messages in the user's words."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix(OF_A_LIBRARY)
            raise


MODULES = {
    "take": "take",
    "explain": "explain",
    "score": "score",
    "analyze": "analyze",
    "roles": "roles",
    "history": "history",
    "bank": "bank",
    "workshop": "workshop",
}
"""The commands in the order of the help, each with its module here. Only the one that is called gets loaded."""


def commands(names: Sequence[str], below: str = "") -> typer.Typer:
    """The command line with some of the commands; ``below`` is the command of a group that is called."""
    app = typer.Typer(
        name="rolequiz",
        cls=Commands,
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
    app.callback()(_global)
    for name in names:
        module = import_module(f"rolequiz.cli.{MODULES[name]}")
        if hasattr(module, "group"):
            app.add_typer(module.group(below), name=name)
        elif hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(module.command)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rolequiz {__version__}")
        raise typer.Exit


def _global(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Options before a command."""


def run(arguments: Sequence[str] | None = None, env: Env | None = None) -> int:
    """Run one command line and return its exit code; a mistake of the program's own still shows a traceback."""
    world = env if env is not None else real_env()
    given = list(arguments) if arguments is not None else sys.argv[1:]
    called, below, *_ = [*(word for word in given if not word.startswith("-")), "", ""]

    def answered() -> int:
        app = commands([called] if called in MODULES else list(MODULES), below)
        app(args=given, prog_name="rolequiz", obj=world)
        return int(Exit.DONE)

    return guarded(world, answered)
