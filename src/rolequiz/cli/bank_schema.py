"""``rolequiz bank schema``: what an editor needs to know of a bank's files."""

from __future__ import annotations

from json import dumps
from typing import Annotated, Literal

import typer

from rolequiz.bank.schema import schemas
from rolequiz.cli.env import Env


def command(
    ctx: typer.Context,
    which: Annotated[Literal["questions", "roles"], typer.Argument(help="Which of the two files.")] = "questions",
) -> None:
    """Print the JSON Schema (2020-12) of a bank's file, for editors and other checkers.

    Example: rolequiz bank schema roles
    """
    env: Env = ctx.obj
    env.stdout.write(dumps(schemas()[which], ensure_ascii=False, indent=1) + "\n")
