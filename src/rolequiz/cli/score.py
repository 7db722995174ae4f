"""``rolequiz score``: files of answers in, results out, nothing lost on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rolequiz.batch.formats import InputFormat
from rolequiz.batch.notes import Notes
from rolequiz.batch.results import WRITERS, Columns, CsvWriter, Layout, Put, Writer, taken
from rolequiz.batch.run import Totals, allowance, score_items
from rolequiz.batch.sources import items, refuse_repeats
from rolequiz.cli.answers import answer_sources, reading_rules
from rolequiz.cli.context import Loaded, load_bank, voice_for
from rolequiz.cli.env import Env
from rolequiz.cli.exits import Exit
from rolequiz.cli.options import BankOption, LangOption, OutputOption
from rolequiz.cli.score_output import (
    OutputFormat,
    Places,
    RejectOutput,
    StandardOutput,
    manifest,
    opened,
    orderly_end,
    places,
    refuse_foreign,
    refuse_overwriting,
    shown_path,
)
from rolequiz.errors import RolequizError

FilesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILE", help="CSV, JSON, JSONL or YAML. None, or -, reads standard input.", show_default=False
    ),
]
FormatOption = Annotated[
    OutputFormat | None,
    typer.Option(
        "--format", help="How results are written. Default: by the ending of -o, else table.", show_default=False
    ),
]
FormatInOption = Annotated[
    InputFormat | None,
    typer.Option("--format-in", help="What the files are. Default: by their ending, else by how they begin."),
]
IdColumnOption = Annotated[str, typer.Option("--id-column", metavar="NAME", help="The CSV column that holds the ids.")]
KeepOption = Annotated[
    list[str] | None,
    typer.Option("--keep", metavar="COL", help="Carry this input column through to the output. Repeatable."),
]
WithSourceOption = Annotated[bool, typer.Option("--with-source", help="Add the columns source and line.")]
ColumnsOption = Annotated[Columns, typer.Option("--columns", help="core: CSV without traits, flags and bank.")]
MaxRejectsOption = Annotated[
    str, typer.Option("--max-rejects", metavar="N|P%", help="So many rejects still end with code 0.")
]
RejectsOption = Annotated[
    Path | None,
    typer.Option("--rejects", metavar="FILE", help="Rejects as JSONL. Default: beside -o FILE, else on stderr."),
]
NoRawOption = Annotated[bool, typer.Option("--rejects-no-raw", help="Leave the raw text out of the rejects.")]
IgnoreDigestOption = Annotated[bool, typer.Option("--ignore-digest", help="Accept records made for another bank.")]
VerbatimOption = Annotated[
    bool, typer.Option("--verbatim", help="CSV: leave cells that a spreadsheet would run as formulas.")
]


def command(
    ctx: typer.Context,
    files: FilesArgument = None,
    bank: BankOption = None,
    lang: LangOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
    format_in: FormatInOption = None,
    id_column: IdColumnOption = "id",
    keep: KeepOption = None,
    with_source: WithSourceOption = False,
    columns: ColumnsOption = "all",
    max_rejects: MaxRejectsOption = "0",
    rejects: RejectsOption = None,
    rejects_no_raw: NoRawOption = False,
    ignore_digest: IgnoreDigestOption = False,
    verbatim: VerbatimOption = False,
) -> None:
    """Score answer files, one person or millions.

    Every record comes out either as a result or as a reject with its place and reason. --lang is for the table only.

    Example: rolequiz score answers.csv -o scores.csv

    Exit code 0: done. 1: more rejects than --max-rejects. 2: it could not be done.
    """
    env: Env = ctx.obj
    allowed = allowance(max_rejects)
    at = places(output, form, rejects)
    sources = answer_sources(env, files or [], "score")
    refuse_repeats(sources)
    refuse_overwriting(sources, at)
    refuse_foreign(at)
    loaded = load_bank(bank)
    kept = tuple(dict.fromkeys(keep or []))
    layout = Layout(loaded.bank, loaded.table, columns, with_source, kept, verbatim)
    if taken(layout):
        raise RolequizError(
            f"--keep {taken(layout)[0]}: the output has a column of that name", "rename it in the input"
        )
    rules = reading_rules(loaded, id_column=id_column, keep=kept, ignore_digest=ignore_digest)
    notes = Notes()
    started = env.now()
    stream = items(sources, rules, notes, format_in)
    try:
        with orderly_end(), opened(at) as (out, refused, about):
            direct = StandardOutput(env)
            writer = _writer(env, at, loaded, layout, out.write if out else direct.write, lang)
            writer.begin()
            refuse = RejectOutput(env, refused.write if refused else None, not rejects_no_raw)
            totals = score_items(stream, loaded.table, writer.put, refuse, notes)
            writer.end()
            direct.flush()
            if about is not None:
                options = _options(ctx)
                about.write(manifest(totals, sources, loaded.bank, options, started, env.now()))
    except KeyboardInterrupt:
        env.say("rolequiz: interrupted" + (f"; {shown_path(at.output)} was not written" if at.output else ""))
        raise typer.Exit(Exit.INTERRUPTED) from None
    _close(env, at, totals, notes, writer, loaded)
    if not allowed.covers(totals):
        raise typer.Exit(Exit.FINDINGS)


def _writer(env: Env, at: Places, loaded: Loaded, layout: Layout, put: Put, lang: str | None) -> Writer:
    if at.format != "table":
        return WRITERS[at.format](layout, put)
    from rolequiz.cli.score_table import TableWriter

    return TableWriter(layout, put, voice_for(env, loaded.bank, lang), env.width)


def _close(env: Env, at: Places, totals: Totals, notes: Notes, writer: Writer, loaded: Loaded) -> None:
    """The talk at the end: notes, where rejects are, and the closing line."""
    for line in notes.lines(loaded.bank.version):
        env.say(f"note: {line}")
    if isinstance(writer, CsvWriter) and writer.escaped:
        count = "1 cell" if writer.escaped == 1 else f"{writer.escaped} cells"
        env.say(f"note: {count} that a spreadsheet would run got a leading ' (--verbatim leaves them as they are)")
    if at.rejects is not None and totals.rejected:
        env.say(f"rejects: {shown_path(at.rejects)}")
    env.say(str(totals))


def _options(ctx: typer.Context) -> dict[str, object]:
    """The options as given or defaulted; the files have a place of their own."""
    values = ((param, ctx.params.get(param.name or "")) for param in ctx.command.params if param.name != "files")
    return {
        max(param.opts, key=len).lstrip("-"): str(value) if isinstance(value, Path) else value
        for param, value in values
    }
