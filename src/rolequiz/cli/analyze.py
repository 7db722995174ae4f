"""``rolequiz analyze``: what collected answers say about a bank."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import typer

from rolequiz.batch.cutting import items
from rolequiz.batch.notes import Notes
from rolequiz.batch.rejects import Reject, reject_line
from rolequiz.batch.score import allowance, score_items
from rolequiz.batch.sources import refuse_repeats
from rolequiz.cli.answers import answer_sources
from rolequiz.cli.context import load_bank
from rolequiz.cli.env import Env
from rolequiz.cli.exits import Exit
from rolequiz.cli.extras import need
from rolequiz.cli.options import BankOption
from rolequiz.cli.score import FilesArgument, FormatInOption, IdColumnOption, IgnoreDigestOption, MaxRejectsOption
from rolequiz.errors import RolequizError
from rolequiz.scoring.rules import reading_rules

MOST_REJECTS = 20
"""Rejects that are told one by one; analyze writes none to a file."""

AnalysisFormat: TypeAlias = Literal["text", "json", "csv-long", "csv-wide"]


def command(
    ctx: typer.Context,
    files: FilesArgument = None,
    bank: BankOption = None,
    form: Annotated[
        AnalysisFormat,
        typer.Option("--format", help="csv-long: one figure a line. csv-wide: one question a line."),
    ] = "text",
    force: Annotated[bool, typer.Option("--force", help="Coefficients even from fewer than 50 people.")] = False,
    format_in: FormatInOption = None,
    id_column: IdColumnOption = "id",
    max_rejects: MaxRejectsOption = "0",
    ignore_digest: IgnoreDigestOption = False,
) -> None:
    """Item and scale statistics over collected answer files.

    Of an id that comes several times the first sitting counts; the first two are compared as a retest.

    Example: rolequiz analyze answers.csv --format json

    Exit code 0: done. 1: more rejects than --max-rejects. 2: it could not be done.
    """
    env: Env = ctx.obj
    need("batch", "analyze")
    from rolequiz.cli import analysis_output
    from rolequiz.lab.collector import Collector

    allowed = allowance(max_rejects)
    sources = answer_sources(env, files or [], "analyze")
    refuse_repeats(sources)
    loaded = load_bank(bank)
    notes = Notes()
    collector = Collector(loaded.table)
    rules = reading_rules(loaded.bank, loaded.table, id_column=id_column, ignore_digest=ignore_digest)
    left = iter(range(MOST_REJECTS))

    def told(reject: Reject) -> None:
        if next(left, None) is not None:
            env.say(reject_line(reject))

    totals = score_items(
        items(sources, rules, notes, format_in),
        loaded.table,
        lambda item, result: collector.add(item.record.id, result, item.record.seconds),
        told,
        notes,
    )
    if totals.rejected > MOST_REJECTS:
        env.say(f"and {totals.rejected - MOST_REJECTS} more; rolequiz score lists them all")
    if totals.scored:
        env.stdout.write(analysis_output.FORMATS[form](collector.analysis(is_forced=force), loaded.bank))
    for line in notes.lines(loaded.bank.version):
        env.say(f"note: {line}")
    if not totals.scored:
        raise RolequizError(
            f"there is nothing to analyze: {totals.read} record{'' if totals.read == 1 else 's'}, none of them valid",
            "the messages above say what is wrong" if totals.rejected else "the files hold no record",
        )
    env.say(f"analyzed {totals.scored}, rejected {totals.rejected}, of {totals.read}")
    if not allowed.covers(totals):
        raise typer.Exit(Exit.FINDINGS)
