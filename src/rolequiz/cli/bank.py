"""``rolequiz bank``: tools for whoever writes or runs a question bank."""

from __future__ import annotations

from json import dumps
from pathlib import Path
from typing import Annotated

import typer

from rolequiz.cli.context import load_bank
from rolequiz.cli.env import Env
from rolequiz.core.table import compiled_questions
from rolequiz.errors import RolequizError

app = typer.Typer(help="Tools for whoever writes or runs a question bank.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Tools for whoever writes or runs a question bank."""


@app.command("show")
def show(
    ctx: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="A bank. Default: our own.")] = None,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="json")] = "json",
) -> None:
    """Print the compiled bank: ids, formats and points.

    Example: rolequiz bank show --format json
    """
    env: Env = ctx.obj
    if form != "json":
        raise RolequizError(f"--format {form!r} is not known here", "choose: json")
    loaded = load_bank(folder)
    bank, table = loaded.bank, loaded.table
    owners: dict[str, object] = {}
    for number, trait in enumerate(table.traits):
        roles = table.owners(number)
        owners[trait] = roles[0] if len(roles) == 1 else list(roles) if roles else None
    content = {
        "id": bank.id,
        "version": bank.version,
        "digest": bank.digest,
        "traits": owners,
        "questions": compiled_questions(table),
    }
    env.stdout.write(dumps(content, ensure_ascii=False, indent=1) + "\n")
