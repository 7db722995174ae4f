"""Where scores, rejects and the manifest go, and that they come into being together or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from rolequiz.batch.sources import Source
from rolequiz.errors import RolequizError
from rolequiz.printable import STANDARD_INPUT, printable
from rolequiz.scoring.manifest import MANIFEST

if TYPE_CHECKING:
    from rolequiz.store.atomic import Sink

OutputFormat: TypeAlias = Literal["table", "jsonl", "json", "csv", "parquet"]
ENDINGS: dict[str, OutputFormat] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".txt": "table",
}


REJECT_BEGINS = re.compile(rb'\{"source": ')
MANIFEST_BEGINS = re.compile(rb'\{\s*"schema": "' + MANIFEST.encode())
"""How files of our own begin, which a later run may replace."""


@dataclass(frozen=True, slots=True)
class Places:
    """Paths written to; None for standard output, a list on standard error, and no manifest."""

    output: Path | None
    format: OutputFormat
    rejects: Path | None
    manifest: Path | None


def places(output: Path | None, stated: OutputFormat | None, rejects: Path | None) -> Places:
    """Where everything goes, and in which format.

    Raises:
        RolequizError: the format cannot be told from the ending, or rejects would go to a stream.
    """
    if rejects is not None and str(rejects) == "-":
        raise RolequizError(
            "--rejects -: rejects go to a file", "name one; without --rejects and -o they are listed on standard error"
        )
    if output is None or str(output) == "-":
        return Places(None, stated or "table", rejects, None)
    if not output.name or output.name == "..":
        raise RolequizError(f"{shown_path(output)}: this is a folder, or no name at all", "name a file in it")
    if not _files(output):
        return Places(output, stated or ENDINGS.get(output.suffix.lower(), "table"), rejects, None)
    ending = output.suffix.lower()
    if stated is None and ending not in ENDINGS:
        raise RolequizError(
            f"{output}: the ending names no format",
            f"give --format {', '.join(get_args(OutputFormat))}, or one of the endings {', '.join(ENDINGS)}",
        )
    stem = output.with_suffix("") if ending in ENDINGS else output
    beside = [stem.with_name(f"{stem.name}.{kind}") for kind in ("rejects.jsonl", "manifest.json")]
    return Places(output, stated or ENDINGS[ending], rejects or beside[0], beside[1])


def refuse_overwriting(sources: Sequence[Source], at: Places) -> None:
    """Stop before answers are replaced by scores, or one output by the other.

    Raises:
        RolequizError: two names lead to one file.
    """
    files = _files(at.output, at.rejects, at.manifest)
    if not files:
        return
    from rolequiz.store.atomic import real

    read = {source.place: source.name for source in sources if source.name != STANDARD_INPUT}
    folders = {source.place: source.name for source in sources if source.is_folder}
    outputs: dict[str, str] = {}
    for path in files:
        place = real(path)
        if place in read:
            raise RolequizError(f"{path}: this file of answers would be overwritten", "choose another name")
        for folder in folders:
            if Path(place).is_relative_to(folder):
                raise RolequizError(
                    f"{path}: it would stand among the answers in {printable(folders[folder])}",
                    "choose a place outside that folder",
                )
        if place in outputs:
            raise RolequizError(f"{path}: two outputs would go into one file", "choose another name")
        outputs[place] = str(path)


def refuse_foreign(at: Places) -> None:
    """Stop before a file of the user's makes room for rejects or a manifest: only an older one of the same kind may.

    Raises:
        RolequizError: something else stands there.
    """
    for path, pattern, what in (
        (at.rejects, REJECT_BEGINS, "list of rejects"),
        (at.manifest, MANIFEST_BEGINS, "manifest"),
    ):
        if path is None or not _files(path) or not path.is_file():
            continue
        with suppress(OSError), path.open("rb") as stream:
            head = stream.read(4096)
            if head and not pattern.match(head):
                raise RolequizError(
                    f"{shown_path(path)}: this file is no {what} and would be replaced",
                    "move it away, or choose another name",
                )


@contextmanager
def opened(at: Places) -> Iterator[tuple[Sink | None, Sink | None, Sink | None]]:
    """Sinks for output, rejects and manifest. The output appears last, so that whoever waits for it finds the rest."""
    if at.output is at.rejects is at.manifest is None:
        yield None, None, None
        return
    from rolequiz.store.atomic import Wanted, together

    wanted = (Wanted(at.output), Wanted(at.rejects, private=True, keep_empty=False), Wanted(at.manifest))
    with together(wanted) as (output, rejects, manifest):
        yield output, rejects, manifest


def _files(*paths: Path | None) -> list[Path]:
    """Those that are files, or will be, and no streams or devices."""
    named = [path for path in paths if path is not None]
    if not named:
        return []
    from rolequiz.store.atomic import is_direct  # here, since results for the screen need none of it

    return [path for path in named if not is_direct(path)]


def shown_path(path: Path) -> str:
    """A path for a message."""
    return printable(str(path))
