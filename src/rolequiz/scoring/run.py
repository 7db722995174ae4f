"""One scoring run from files to files: everything is checked first, and outputs appear together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rolequiz.batch.cutting import pieces
from rolequiz.batch.formats import InputFormat
from rolequiz.batch.job import Job, RejectFormat
from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import Piece
from rolequiz.batch.results import Columns, Layout, Put, ResultFormat, taken
from rolequiz.batch.run import MANY, Tick, score_pieces
from rolequiz.batch.score import Totals
from rolequiz.batch.sources import Source, apparent_size, refuse_repeats
from rolequiz.batch.targets import target
from rolequiz.core.table import Table
from rolequiz.errors import RolequizError
from rolequiz.model import Bank
from rolequiz.scoring.manifest import manifest
from rolequiz.scoring.places import OutputFormat, Places, opened, refuse_foreign, refuse_overwriting
from rolequiz.scoring.rules import reading_rules
from rolequiz.signals import orderly_end

if TYPE_CHECKING:
    from rolequiz.batch.pool import Worker
    from rolequiz.store.atomic import Sink

PIECE = 1 << 20
PIECE_OF_JSON = 1 << 18
PIECE_EXPLAINED = 1 << 16
"""Bytes of input in a piece of lines, so that what is made of it stays a few megabytes."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to read and how to write it. ``table`` is ``bank`` compiled; ``started`` a crew that waits for work."""

    sources: Sequence[Source]
    bank: Bank
    table: Table
    format_in: InputFormat | None = None
    id_column: str = "id"
    keep: tuple[str, ...] = ()
    ignore_digest: bool = False
    columns: Columns = "all"
    with_source: bool = False
    verbatim: bool = False
    explained: bool = False
    with_raw: bool = True
    workers: int = 1
    started: Sequence[Worker] = ()

    def layout(self) -> Layout:
        """The columns of the results.

        Raises:
            RolequizError: a column to keep has the name of another one.
        """
        layout = Layout(
            self.bank.stamp, self.table, self.columns, self.with_source, self.keep, self.verbatim, self.explained
        )
        if taken(layout):
            raise RolequizError(
                f"--keep {taken(layout)[0]}: the output has a column of that name", "rename it in the input"
            )
        return layout


@dataclass(frozen=True, slots=True)
class Streams:
    """Where results go that have no file, and rejects as lines for people; the clock; who is told of progress."""

    results: Put
    rejects: Put
    now: Callable[[], datetime]
    tick: Tick | None = None
    slow: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a run; ``escaped`` counts cells kept from being run by a spreadsheet."""

    totals: Totals
    notes: Notes
    escaped: int


@dataclass(frozen=True, slots=True)
class Desk:
    """What a run works with: pieces to read and rules for it, where results and rejects go, what is noticed.

    ``room`` is the output, if it is a file that other processes can write into.
    """

    job: Job
    pieces: Iterator[Piece]
    results: Put
    rejects: Put
    room: Sink | None
    notes: Notes


def refuse_misfits(request: Request, at: Places) -> None:
    """Stop where something is asked for that the format of the output cannot give.

    Raises:
        RolequizError: it is.
    """
    if request.explained and at.format not in ("jsonl", "json"):
        raise RolequizError("--explain is for JSON", "give --format jsonl, or an output that ends in .jsonl or .json")
    if at.format == "parquet" and at.output is None:
        raise RolequizError("Parquet is no text for standard output", "give a file with -o")


def note_unused(request: Request, at: Places, notes: Notes) -> None:
    """Notice options that change nothing in the format of the output."""
    form = at.format
    if request.columns == "core" and form not in ("csv", "parquet"):
        notes.option_unused("--columns core", form)
    if request.verbatim and form != "csv":
        notes.option_unused("--verbatim", form)
    for option, is_given in (("--with-source", request.with_source), ("--keep", bool(request.keep))):
        if is_given and form == "table":
            notes.option_unused(option, form)


def score(
    request: Request, at: Places, form: ResultFormat, streams: Streams, options: Mapping[str, object] | None = None
) -> Outcome:
    """Score all sources. Either all outputs come into being or none.

    Args:
        options: what the manifest says about how it was done.

    Raises:
        RolequizError: a source cannot be read as a whole, or an output cannot be written.
    """

    def work(desk: Desk) -> tuple[Totals, int]:
        into = target(form, desk.job.layout, desk.results)
        totals = score_pieces(
            desk.job,
            desk.pieces,
            into,
            desk.rejects,
            desk.notes,
            workers=processes(form, request.workers),
            started=request.started,
            room=desk.room if form != "parquet" else None,
            tick=streams.tick,
            slow=streams.slow,
        )
        return totals, into.escaped

    return carried_out(request, at, form, streams, options or {}, work)


def carried_out(
    request: Request,
    at: Places,
    form: ResultFormat,
    streams: Streams,
    options: Mapping[str, object],
    work: Callable[[Desk], tuple[Totals, int]],
) -> Outcome:
    """Check everything, open the outputs, do the work, and let all outputs appear; ``work`` gives totals and escapes.

    Raises:
        RolequizError: as `score`.
    """
    refuse_misfits(request, at)
    refuse_repeats(request.sources)
    refuse_overwriting(request.sources, at)
    refuse_foreign(at)
    layout = request.layout()
    rules = reading_rules(
        request.bank,
        request.table,
        id_column=request.id_column,
        keep=request.keep,
        ignore_digest=request.ignore_digest,
    )
    rejects: RejectFormat = "lines" if at.rejects is None else "jsonl" if request.with_raw else "jsonl-no-raw"
    notes = Notes()
    note_unused(request, at, notes)
    started = streams.now()
    found = pieces(request.sources, rules, notes, request.format_in, piece_size(form, explained=request.explained))
    with orderly_end(), opened(at) as (out, refused, about):
        desk = Desk(
            Job(rules, layout, form, rejects),
            found,
            out.write if out else streams.results,
            refused.write if refused else streams.rejects,
            out if out is not None and out.path is not None else None,
            notes,
        )
        try:
            totals, escaped = work(desk)
        except BrokenPipeError:
            raise
        except OSError as error:  # a worker's; everything else has been put into words where it happened
            from rolequiz.store.atomic import cannot_write

            raise cannot_write(at.output or Path("standard output"), error) from error
        if about is not None:
            about.write(manifest(totals, request.sources, request.bank.stamp, options, started, streams.now()))
    return Outcome(totals, notes, escaped)


def processes(form: OutputFormat, workers: int) -> int:
    """How many processes score: writing Parquet takes one of them, and a table is made here."""
    if form == "table":
        return 1
    return max(1, workers - 1) if form == "parquet" else workers


@contextmanager
def early_crew(sources: Sequence[Source], form: OutputFormat, workers: int) -> Iterator[list[Worker]]:
    """Workers for an input that looks large, while the bank is still to be loaded; nobody where it does not.

    Raises:
        RolequizError: the system does not give as many.
    """
    count = processes(form, workers)
    if count > 1 and sum(map(apparent_size, sources)) > MANY:
        from rolequiz.batch.pool import crew, is_cheap  # a small input does not wait for it to load

        if is_cheap():
            with crew(count) as found:
                yield found
            return
    yield []


def piece_size(form: ResultFormat, *, explained: bool) -> int:
    """Bytes of input in a piece, by how large its results are."""
    if form in ("csv", "parquet"):
        return PIECE
    return PIECE_EXPLAINED if explained else PIECE_OF_JSON
