"""``rolequiz bank show``: a bank's questions with the points of every option."""

from __future__ import annotations

from json import dumps
from typing import Annotated, Literal

import typer

from rolequiz.cli.context import Loaded, load_bank, voice_for
from rolequiz.cli.env import Env
from rolequiz.cli.options import FolderArgument, LangOption
from rolequiz.core.table import compiled_questions


def command(
    ctx: typer.Context,
    folder: FolderArgument = None,
    form: Annotated[Literal["table", "json"], typer.Option("--format", help="json: the compiled bank.")] = "table",
    lang: LangOption = None,
) -> None:
    """Show a bank's questions with the traits and points of every option.

    Example: rolequiz bank show --format json
    """
    env: Env = ctx.obj
    loaded = load_bank(folder)
    if form == "json":
        env.stdout.write(dumps(compiled(loaded), ensure_ascii=False, indent=1) + "\n")
        return
    from rolequiz.cli.bank_tables import questions_table

    env.stdout.write(questions_table(loaded.bank, loaded.table, voice_for(env, loaded.bank, lang), env.width))


def compiled(loaded: Loaded) -> dict[str, object]:
    """The compiled bank as plain JSON values."""
    bank, table = loaded.bank, loaded.table
    owners: dict[str, object] = {}
    for number, trait in enumerate(table.traits):
        roles = table.owners(number)
        owners[trait] = roles[0] if len(roles) == 1 else list(roles) if roles else None
    return {
        "id": bank.id,
        "version": bank.version,
        "digest": bank.digest,
        "traits": owners,
        "questions": compiled_questions(table),
    }
