"""``rolequiz workshop``: tools for a coach with a room of people."""

from __future__ import annotations

from typing import ClassVar

from rolequiz.cli.groups import LazyGroup, Subcommand, group


class WorkshopCommands(LazyGroup):
    """The commands below ``workshop``."""

    entries: ClassVar = {
        "run": Subcommand("workshop_run", "Ask one person after the other on this machine."),
        "serve": Subcommand("workshop_serve", "Let people answer on their phones, on the local network."),
        "import": Subcommand("workshop_import", "Put the answers of a form tool into the room."),
        "report": Subcommand("workshop_report", "Say what came out in the room, or print a handout for each."),
    }


app = group(
    WorkshopCommands,
    "Tools for a coach with a room of people. A room is a folder; score, explain and analyze work on it.",
    no_args_is_help=True,
)


@app.callback()
def _group() -> None:
    """Tools for a coach with a room of people."""
