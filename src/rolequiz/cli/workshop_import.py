"""``rolequiz workshop import``: answers from any form tool."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The room: a folder.")],
) -> None:
    """Put the answers of a form tool into the room."""
    raise typer.Exit(2)
