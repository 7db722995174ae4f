"""``rolequiz bank check``: everything wrong with a bank, and how fair it is."""

from __future__ import annotations

from json import dumps
from typing import Annotated, Literal

import typer

from rolequiz.bank.inspect import Inspection, inspect
from rolequiz.bank.shipped import shipped_bank
from rolequiz.cli.env import Env
from rolequiz.cli.exits import Exit
from rolequiz.cli.options import FolderArgument
from rolequiz.model import Problem

CheckFormat = Literal["text", "json", "table"]


def command(
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
