"""``rolequiz score``: files of answers in, results out, nothing lost on the way."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from rolequiz.batch.formats import InputFormat
from rolequiz.batch.reading import records
from rolequiz.batch.records import Item
from rolequiz.batch.results import Columns
from rolequiz.batch.score import Totals, allowance, score_items
from rolequiz.batch.sources import Source
from rolequiz.cli.answers import answer_sources
from rolequiz.cli.context import Loaded, load_bank, voice_for
from rolequiz.cli.env import Env
from rolequiz.cli.exits import Exit
from rolequiz.cli.extras import need
from rolequiz.cli.options import BankOption, LangOption, OutputOption
from rolequiz.cli.progress import Progress, progress
from rolequiz.errors import RolequizError
from rolequiz.scoring.places import OutputFormat, Places, places, shown_path
from rolequiz.scoring.run import Desk, Outcome, Request, Streams, carried_out, early_crew, score
from rolequiz.signals import orderly_end

if TYPE_CHECKING:
    from rolequiz.report.voice import Voice

FilesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILE",
        help="CSV, JSON, JSONL, YAML (these also .gz) or Parquet; folders, patterns. None, or -, reads standard input.",
        show_default=False,
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
ColumnsOption = Annotated[
    Columns, typer.Option("--columns", help="core: CSV or Parquet without traits, flags and bank.")
]
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
ExplainOption = Annotated[bool, typer.Option("--explain", help="JSON: add every answer's points, and what flips it.")]
WorkersOption = Annotated[
    int | None,
    typer.Option("--workers", min=1, max=256, help="Processes for large inputs. Default: one for each core."),
]
ProgressOption = Annotated[
    bool | None,
    typer.Option("--progress/--no-progress", help="A bar on stderr. Default: where that is a terminal."),
]

Engine: TypeAlias = Literal["local", "spark"]
EngineOption = Annotated[
    Engine,
    typer.Option("--engine", help="spark: on a cluster, into the folder -o DIR (part files, manifest, rejects)."),
]
MasterOption = Annotated[
    str | None,
    typer.Option("--master", metavar="URL", help="Where Spark is. Default: what runs already, else as configured."),
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
    explained: ExplainOption = False,
    workers: WorkersOption = None,
    shows_progress: ProgressOption = None,
    engine: EngineOption = "local",
    master: MasterOption = None,
) -> None:
    """Score answer files, one person or millions.

    Every record comes out either as a result or as a reject with its place and reason. --lang is for the table only.

    Example: rolequiz score answers.csv -o scores.csv

    Exit code 0: done. 1: more rejects than --max-rejects. 2: it could not be done.
    """
    env: Env = ctx.obj
    allowed = allowance(max_rejects)
    _refuse_other_engine(engine, master, workers)
    at = _folder_places(output, form, rejects) if engine == "spark" else places(output, form, rejects)
    sources = answer_sources(env, files or [], "score")
    count = workers or cores()
    with orderly_end(), early_crew(sources, at.format, count if engine == "local" else 1) as started:
        loaded = load_bank(bank)
        request = Request(
            sources=sources,
            bank=loaded.bank,
            table=loaded.table,
            format_in=format_in,
            id_column=id_column,
            keep=tuple(dict.fromkeys(keep or [])),
            ignore_digest=ignore_digest,
            columns=columns,
            with_source=with_source,
            verbatim=verbatim,
            explained=explained,
            with_raw=not rejects_no_raw,
            workers=count,
            started=started,
        )
        with progress(env, request.sources, shows_progress) as seen:
            try:
                if engine == "spark":
                    outcome = _scored_on_spark(env, request, at, _options(ctx), master)
                else:
                    outcome = _scored(env, request, at, loaded, lang, seen, _options(ctx))
            except KeyboardInterrupt:
                seen_so_far = "1 record" if seen.records == 1 else f"{seen.records} records"
                done = f" after {seen_so_far}" if engine == "local" else ""  # the tasks of a cluster do not tell
                left = f"; {shown_path(at.output)} was not written" if at.output else ""
                env.say(f"rolequiz: interrupted{done}{left}")
                raise typer.Exit(Exit.INTERRUPTED) from None
    _close(env, at, outcome, request)
    if not allowed.covers(outcome.totals):
        raise typer.Exit(Exit.FINDINGS)


def cores() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _refuse_other_engine(engine: Engine, master: str | None, workers: int | None) -> None:
    """Stop where an option is for the other engine.

    Raises:
        RolequizError: one is.
    """
    if engine == "spark":
        need("spark", "--engine spark")
        if workers is not None:
            raise RolequizError("--workers is for this machine", "Spark has executors: leave it out")
    elif master is not None:
        raise RolequizError("--master is for Spark", "give --engine spark too, or leave it out")


def _folder_places(output: Path | None, form: OutputFormat | None, rejects: Path | None) -> Places:
    from rolequiz.scoring.spark import folder_places

    return folder_places(output, form, rejects)


def _scored_on_spark(
    env: Env, request: Request, at: Places, options: Mapping[str, object], master: str | None
) -> Outcome:
    from rolequiz.scoring.spark import score_on_spark

    return score_on_spark(request, at, env.now, options, slow=lambda: _note_slow(env), master=master)


def _scored(
    env: Env,
    request: Request,
    at: Places,
    loaded: Loaded,
    lang: str | None,
    seen: Progress,
    options: Mapping[str, object],
) -> Outcome:
    env.stdout.flush()
    if at.output is None:
        _refuse_own_output(env, request.sources)
    out = getattr(env.stdout, "buffer", None)

    def put(data: bytes | memoryview) -> None:
        if out is not None:
            out.write(data)
        else:
            env.stdout.write(bytes(data).decode())

    streams = Streams(put, lambda data: _say_all(env, seen, data), env.now, seen.tick, lambda: _note_slow(env))
    if at.format != "table":
        outcome = score(request, at, at.format, streams, options)
    else:
        voice = voice_for(env, loaded.bank, lang)
        outcome = carried_out(request, at, "csv", streams, options, lambda desk: _tabled(desk, voice, env.width, seen))
    env.stdout.flush()
    return outcome


def _refuse_own_output(env: Env, sources: Sequence[Source]) -> None:
    """Stop where standard output goes into a file that is read: it would never end.

    Raises:
        RolequizError: it does.
    """
    try:
        status = os.fstat(env.stdout.fileno())
    except (OSError, ValueError):
        return
    place = (status.st_dev, status.st_ino)
    if S_ISREG(status.st_mode) and any(source.identity() == place for source in sources):
        raise RolequizError("standard output goes into a file of answers that is read", "send it to another file")


def _say_all(env: Env, seen: Progress, lines: bytes | memoryview) -> None:
    seen.pause()
    env.stderr.write(bytes(lines).decode())


def _note_slow(env: Env) -> None:
    env.say("note: without numpy this takes many times as long: pip install 'rolequiz[batch]'")


def _tabled(desk: Desk, voice: Voice, width: int, seen: Progress) -> tuple[Totals, int]:
    """Results as a table for people, one record after the other."""
    from rolequiz.cli.score_table import TableWriter

    writer = TableWriter(desk.job.layout, desk.results, voice, width)
    rules = desk.job.rules

    def found() -> Iterator[Item]:
        for piece in desk.pieces:
            for item in records(piece, rules, desk.notes):
                seen.tick(0, 1)
                yield item
            seen.tick(piece.size, 0)

    totals = score_items(
        found(), rules.table, writer.put, lambda reject: desk.rejects(desk.job.reject_bytes(reject)), desk.notes
    )
    writer.end()
    return totals, 0


def _close(env: Env, at: Places, outcome: Outcome, request: Request) -> None:
    """The talk at the end: notes, where rejects are, and the closing line."""
    for line in outcome.notes.lines(request.bank.version, request.keep):
        env.say(f"note: {line}")
    if outcome.escaped:
        count = "1 cell" if outcome.escaped == 1 else f"{outcome.escaped} cells"
        env.say(f"note: {count} that a spreadsheet would run got a leading ' (--verbatim leaves them as they are)")
    if at.rejects is not None and outcome.totals.rejected:
        env.say(f"rejects: {shown_path(at.rejects)}")
    env.say(str(outcome.totals))


def _options(ctx: typer.Context) -> dict[str, object]:
    """The options as given or defaulted; the files have a place of their own."""
    values = ((param, ctx.params.get(param.name or "")) for param in ctx.command.params if param.name != "files")
    return {
        max(param.opts, key=len).lstrip("-"): str(value) if isinstance(value, Path) else value
        for param, value in values
    }
