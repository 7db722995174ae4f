"""One scoring run on Spark: answer files in, a folder of parts out, which appears whole or not at all."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from typing import Literal, TypeAlias

from rolequiz.batch.job import Job
from rolequiz.batch.notes import Notes
from rolequiz.batch.results import encoded
from rolequiz.batch.sources import Source, refuse_repeats
from rolequiz.batch.spark.run import score_on_spark as score_tasks
from rolequiz.batch.spark.session import running
from rolequiz.batch.spark.shares import inputs
from rolequiz.batch.spark.work import Begun, Folder
from rolequiz.errors import RolequizError
from rolequiz.scoring.manifest import MANIFEST, manifest
from rolequiz.scoring.places import ENDINGS, OutputFormat, Places, refuse_overwriting, shown_path
from rolequiz.scoring.rules import reading_rules
from rolequiz.scoring.run import Outcome, Request, note_unused, piece_size, refuse_misfits
from rolequiz.signals import orderly_end
from rolequiz.store.atomic import blamed, real, sync_folder

PartFormat: TypeAlias = Literal["csv", "jsonl", "parquet"]

ABOUT = "manifest.json"
REJECTS = "rejects"
PART = re.compile(r"part-[0-9]{5,}\.(csv|jsonl|parquet)")

TRIES = 20
PAUSE = 0.1
"""How often, and after how many seconds, a folder is tried to be removed in which tasks that were called off still
write."""


def folder_places(output: Path | None, stated: OutputFormat | None, rejects: Path | None) -> Places:
    """Where everything goes: into one folder; CSV, unless something else is stated or the folder's ending says so.

    Raises:
        RolequizError: there is no folder, or the format cannot be written in parts.
    """
    if output is None or str(output) == "-":
        raise RolequizError("--engine spark writes a folder of parts", "name a folder that is new with -o")
    if rejects is not None:
        raise RolequizError(
            f"--rejects {shown_path(rejects)}: --engine spark writes rejects in parts too", "leave it out: DIR/rejects"
        )
    form = stated or ENDINGS.get(output.suffix.lower(), "csv")
    if form not in ("csv", "jsonl", "parquet"):
        raise RolequizError(f"--engine spark does not write {form}", "give --format csv, jsonl or parquet")
    return Places(output, form, output / REJECTS, output / ABOUT)


def score_on_spark(
    request: Request,
    at: Places,
    now: Callable[[], datetime],
    options: Mapping[str, object] | None = None,
    *,
    slow: Callable[[], object] | None = None,
    master: str | None = None,
    size: int | None = None,
    begun: Begun | None = None,
) -> Outcome:
    """Score all sources; the folder of `folder_places` comes into being, or nothing.

    Args:
        now: the clock.
        options: what the manifest says about how it was done.
        slow: called once if executors had much to do and no numpy.
        master: where Spark is; None for what runs already, or is configured.
        size: bytes of input of a task; None for what fits the cluster.
        begun: called by every attempt of a task.

    Raises:
        RolequizError: a source cannot be read as a whole, the output cannot be written, or Spark gave up.
    """
    output = at.output
    assert output is not None
    refuse_misfits(request, at)
    refuse_repeats(request.sources)
    refuse_overwriting(request.sources, at)
    refuse_occupied(output, request.sources)
    form = part_format(at.format)
    rules = reading_rules(
        request.bank,
        request.table,
        id_column=request.id_column,
        keep=request.keep,
        ignore_digest=request.ignore_digest,
    )
    job = Job(rules, request.layout(), form, "jsonl" if request.with_raw else "jsonl-no-raw")
    notes = Notes()
    note_unused(request, at, notes)
    started = now()
    found = inputs(request.sources, rules, notes, request.format_in)
    with orderly_end(), whole_folder(output, request.sources) as folder, running(master) as context:
        made = score_tasks(
            job,
            found,
            request.sources,
            folder,
            notes,
            context,
            piece=piece_size(form, explained=request.explained),
            size=size,
            begun=begun,
        )
        about = manifest(made.totals, request.sources, request.bank.stamp, options or {}, started, now())
        content = json.loads(about) | {"engine": "spark", "parts": made.parts}
        with blamed(output):
            _write(Path(folder.whole, ABOUT), encoded(json.dumps(content, ensure_ascii=False, indent=1) + "\n"))
    if made.is_slow and slow is not None:
        slow()
    return Outcome(made.totals, notes, made.escaped)


def part_format(form: OutputFormat) -> PartFormat:
    """A format that `folder_places` let pass."""
    assert form in ("csv", "jsonl", "parquet")
    return form


def refuse_occupied(output: Path, sources: Sequence[Source]) -> None:
    """Stop before anything of the user's makes room for a result: only an older one of ours may, if nothing is read.

    Raises:
        RolequizError: something else stands there.
    """
    place = Path(real(output))
    for source in sources:
        if Path(source.place).is_relative_to(place):
            raise RolequizError(
                f"{shown_path(output)}: answers are read from this folder", "choose another folder for the scores"
            )
    with blamed(output):
        if not place.exists():
            return
        if not place.is_dir():
            raise RolequizError(
                f"{shown_path(output)}: this is a file, and --engine spark writes a folder", "name a folder that is new"
            )
        if Path.cwd().is_relative_to(place):
            raise RolequizError(f"{shown_path(output)}: you are in this folder", "name a folder that is new")
        if any(place.iterdir()) and not _is_ours(place):
            raise RolequizError(
                f"{shown_path(output)}: there is something in this folder", "name a folder that is new or empty"
            )


def _is_ours(folder: Path) -> bool:
    """Whether there is an older result in the folder, and nothing else."""
    for one in folder.iterdir():
        if one.name == REJECTS and one.is_dir():
            if not all(PART.fullmatch(inner.name) for inner in one.iterdir()):
                return False
        elif one.name != ABOUT and not PART.fullmatch(one.name):
            return False
    try:
        about = json.loads((folder / ABOUT).read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(about, dict) and about.get("schema") == MANIFEST


@contextmanager
def whole_folder(output: Path, sources: Sequence[Source]) -> Iterator[Folder]:
    """A folder that becomes ``output`` when the block ends well, and vanishes when it does not.

    Raises:
        RolequizError: it cannot be written.
    """
    place = Path(real(output))
    work = place.with_name(f".{place.name[:50]}.{token_hex(4)}.tmp")
    whole, attempts = work / "whole", work / "attempts"
    try:
        with blamed(output):
            work.mkdir()
            attempts.mkdir()
            (whole / REJECTS).mkdir(parents=True)
        yield Folder(str(attempts), str(whole))
        refuse_occupied(output, sources)
        with blamed(output):
            with suppress(OSError):
                (whole / REJECTS).rmdir()
            sync_folder(whole)
            _exchange(whole, place, work / "old")
            sync_folder(place.parent)
    finally:
        _remove(work)


def _exchange(new: Path, target: Path, aside: Path) -> None:
    """Put a folder at its place; what stands there goes aside."""
    try:
        if target.exists():
            target.rename(aside)
        new.rename(target)
    except BaseException:
        if aside.exists() and not target.exists():
            aside.rename(target)
        raise


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _remove(folder: Path) -> None:
    """Remove a folder, although somebody may still write into it for a moment."""
    for _ in range(TRIES):
        rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(PAUSE)
