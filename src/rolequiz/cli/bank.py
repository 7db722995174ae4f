"""``rolequiz bank``: tools for whoever writes or runs a question bank."""

from __future__ import annotations

from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rolequiz.bank.shipped import shipped_bank
from rolequiz.cli import bank_paper, bank_simulate
from rolequiz.cli.context import Loaded, load_bank, voice_for
from rolequiz.cli.env import Env
from rolequiz.cli.exits import Exit
from rolequiz.cli.options import LangOption
from rolequiz.core.table import compiled_questions
from rolequiz.model import Problem

if TYPE_CHECKING:
    from rolequiz.bank.inspect import Inspection

app = typer.Typer(help="Tools for whoever writes or runs a question bank.", no_args_is_help=True, rich_markup_mode=None)

FolderArgument = Annotated[
    Path | None, typer.Argument(metavar="DIR", help="A bank. Default: our own.", show_default=False)
]
CheckFormat = Literal["text", "json", "table"]


@app.callback()
def _group() -> None:
    """Tools for whoever writes or runs a question bank."""


@app.command("check", short_help="Find everything wrong with a bank, and count how fair it is.")
def check(
    ctx: typer.Context,
    folder: FolderArgument = None,
    form: Annotated[
        CheckFormat,
        typer.Option("--format", help="text: a line for each problem. table: what was counted. json: both."),
    ] = "text",
    strict: Annotated[bool, typer.Option("--strict", help="Warnings too end with code 1.")] = False,
) -> None:
    """Find everything wrong with a bank in one run, and count exactly how fair it is.

    Example: rolequiz bank check my-bank

    Exit code 0: no errors. 1: errors (--strict: or warnings). 2: it cannot be read.
    """
    from rolequiz.bank.inspect import inspect

    env: Env = ctx.obj
    found = inspect(folder if folder is not None else shipped_bank())
    match form:
        case "json":
            env.stdout.write(dumps(check_record(found), ensure_ascii=False, indent=1) + "\n")
        case "text":
            env.stdout.write("".join(f"{problem}\n" for problem in found.problems))
        case "table":
            env.stdout.write("".join(f"{problem}\n" for problem in found.problems))
            if found.bank is not None:
                from rolequiz.cli.bank_tables import fairness_table

                env.stdout.write(("\n" if found.problems else "") + fairness_table(found))
    env.say(counted(found))
    if found.errors or (strict and found.warnings):
        raise typer.Exit(Exit.FINDINGS)


def counted(found: Inspection) -> str:
    """The closing line: how many errors and warnings."""
    errors, warnings = len(found.errors), len(found.warnings)
    return f"{errors} error{'' if errors == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}"


def check_record(found: Inspection) -> dict[str, object]:
    """Problems, and what was counted, as plain JSON values; fractions as exact texts."""
    return {
        "schema": "rolequiz.check/1",
        "bank": found.bank and {"id": found.bank.id, "version": found.bank.version, "digest": found.bank.digest},
        "problems": [problem_record(problem) for problem in found.problems],
        "roles": roles_record(found),
        "first_places": {
            str(asked): [str(share) for share in places.shares]
            for asked, places in ((found.survey.places if found.survey else None) or {}).items()
        },
    }


def problem_record(problem: Problem) -> dict[str, object]:
    """One problem as plain JSON values."""
    return {name: getattr(problem, name) for name in Problem.__slots__}


def roles_record(found: Inspection) -> list[dict[str, object]]:
    """Mean, variance and range of every role under random answering."""
    if found.table is None or found.survey is None:
        return []
    return [
        {"role": role, "mean": str(moment.mean), "variance": str(moment.variance), "low": span.low, "high": span.high}
        for role, moment, span in zip(found.table.roles, found.survey.moments, found.table.role_ranges, strict=True)
    ]


@app.command("schema", short_help="Print the JSON Schema of a bank's files, for editors.")
def schema(
    ctx: typer.Context,
    which: Annotated[Literal["questions", "roles"], typer.Argument(help="Which of the two files.")] = "questions",
) -> None:
    """Print the JSON Schema (2020-12) of a bank's file, for editors and other checkers.

    Example: rolequiz bank schema roles
    """
    from rolequiz.bank.schema import schemas

    env: Env = ctx.obj
    env.stdout.write(dumps(schemas()[which], ensure_ascii=False, indent=1) + "\n")


@app.command("show", short_help="Show a bank's questions with the points of every option.")
def show(
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


app.command("paper", short_help="Write a form to print, and the key to score it by hand.")(bank_paper.command)
app.command("simulate", short_help="Simulate people who answer a bank.")(bank_simulate.command)


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
