"""``rolequiz workshop``: tools for a coach with a room of people."""

from __future__ import annotations

from importlib import import_module

import typer

COMMANDS = {
    "run": "Ask one person after the other on this machine.",
    "serve": "Let people answer on their phones, on the local network.",
    "import": "Put the answers of a form tool into the room.",
    "report": "Say what came out in the room, or print a handout for each participant.",
}
"""The commands in the order of the help, what they do; each is ``command`` in ``workshop_NAME``."""


def group(called: str) -> typer.Typer:
    """The command that is called, or all of them if that is none; only what is needed gets loaded."""
    app = typer.Typer(
        help="Tools for a coach with a room of people. A room is a folder; score, explain and analyze work on it.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    app.callback()(_group)
    for name in [called] if called in COMMANDS else COMMANDS:
        module = import_module(f"rolequiz.cli.workshop_{name}")
        app.command(name, short_help=COMMANDS[name])(module.command)
    return app


def _group() -> None:
    """Tools for a coach with a room of people."""
