"""The input as shares of work: files cut into ranges of lines, and what cannot be cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Literal, TypeAlias

from rolequiz.batch.cutting import FILES, FILES_SIZE, pieces, source_format
from rolequiz.batch.folders import files_in
from rolequiz.batch.formats import BOM, GZIP_ENDING, InputFormat, named_format
from rolequiz.batch.lines import first_line
from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import Files, Header, Rows
from rolequiz.batch.ranges import Range, ranges
from rolequiz.batch.records import Rules
from rolequiz.batch.sources import Source, size_of
from rolequiz.errors import RolequizError
from rolequiz.printable import printable, shown_source

RANGE = 32 << 20
LEAST_RANGE = 4 << 20
"""Bytes of input of a task, at most; and at least where there are enough."""

TASKS = 3
"""Tasks for every core, if ranges would not become too small: nobody waits long for the last one."""

PACKED = 8
"""How many bytes of lines a byte of Parquet or gzip stands for, about."""


@dataclass(frozen=True, slots=True)
class LineFile:
    """A file of lines, which begin at ``start`` with the number ``first``."""

    path: str
    format: Literal["csv", "jsonl"]
    header: Header | None
    start: int
    stop: int
    first: int


@dataclass(frozen=True, slots=True)
class WholeFile:
    """A file that cannot be cut: JSON, YAML, or packed. ``place`` is that of its source."""

    path: str
    format: InputFormat | None
    place: int
    size: int


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of a range, the first of which has the number ``first``."""

    range: Range
    format: Literal["csv", "jsonl"]
    header: Header | None
    first: int


Input: TypeAlias = LineFile | WholeFile | Files | Rows
Share: TypeAlias = Section | WholeFile | Files | Rows


@dataclass(frozen=True, slots=True)
class Task:
    """What makes one part; ``size`` bytes of lines, or what is as much work."""

    number: int
    shares: tuple[Share, ...]
    size: int


def inputs(sources: Sequence[Source], rules: Rules, notes: Notes, stated: InputFormat | None = None) -> list[Input]:
    """The files of all sources, checked as far as they can be before they are read.

    Raises:
        RolequizError: a source cannot be read as a whole, or by several processes.
    """
    for source in sources:
        if not source.is_folder and not source.is_repeatable:
            raise RolequizError(
                f"{shown_source(source.name)}: the tasks of Spark read files, and this is a stream",
                "save it as a file first",
            )
    pieces(sources, rules, notes, stated)
    found: list[Input] = []
    for place, source in enumerate(sources):
        if source.is_folder:
            found += _in_folder(source, place, rules, notes)
        else:
            found += _of_file(source, place, rules)
    return found


def _of_file(source: Source, place: int, rules: Rules) -> Iterator[Input]:
    """A file that was checked."""
    length = source.status().st_size
    match source_format(source):
        case ("csv" | "jsonl") as form if not source.is_packed:
            yield _line_file(source, form, length, rules)
            source.size = length
        case "parquet":
            from rolequiz.batch.parquet_files import row_pieces

            source.size = length
            for rows in row_pieces(source.name, rules, Notes()):
                assert isinstance(rows, Rows)
                yield rows
        case form:
            source.size = 0
            yield WholeFile(source.name, form, place, length * PACKED if source.is_packed else length)


def _line_file(source: Source, form: Literal["csv", "jsonl"], length: int, rules: Rules) -> LineFile:
    """A file of lines; the header is read here."""
    with source.open() as stream:
        chunks = source.chunks(stream)
        head = next(chunks, b"")
        start = len(BOM) if head.startswith(BOM) else 0
        if form == "jsonl":
            return LineFile(source.name, form, None, start, length, 1)
        from rolequiz.batch.csv_records import header_of

        line, behind, _ = first_line(chain([head[start:]], chunks))
        if line is None:
            raise RolequizError(f"{printable(source.name)}: it changed while it was read", "run it again")
        header = header_of(line, source.name, rules, Notes())
        return LineFile(source.name, form, header, start + behind, length, line.number + 1)


def _in_folder(source: Source, place: int, rules: Rules, notes: Notes) -> Iterator[Input]:
    """The files of a folder that was checked, small ones together."""
    small: list[str] = []
    held = source.size = source.files = 0
    for path in files_in(source.name, notes):
        source.files += 1
        one = Source(path)
        is_small = named_format(path) in ("json", "yaml") and not path.endswith(GZIP_ENDING)
        if is_small:
            length = size_of(path)
            small.append(path)
            held, source.size = held + length, source.size + length
        if small and (not is_small or len(small) >= FILES or held >= FILES_SIZE):
            yield Files(tuple(small), held)
            small, held = [], 0
        if not is_small:
            pieces([one], rules, Notes())
            yield from _of_file(one, place, rules)
            source.size += one.size
    if small:
        yield Files(tuple(small), held)


def weight(one: Input | Share) -> int:
    """How much work it is, in bytes of lines."""
    match one:
        case LineFile():
            return one.stop - one.start
        case Section():
            return one.range.stop - one.range.start
        case Rows():
            return one.size * PACKED
        case _:
            return one.size


def sections(found: Iterable[Input], size: int, counted: Callable[[list[Range]], list[int]]) -> list[Share]:
    """Files of lines cut into ranges of at most ``size`` bytes; ``counted`` gives the number of lines of ranges."""
    cuts = {one: ranges(one.path, one.start, one.stop, size) for one in found if isinstance(one, LineFile)}
    wanted = [one for cut in cuts.values() for one in cut[:-1]]
    counts = dict(zip(wanted, counted(wanted), strict=True)) if wanted else {}
    shares: list[Share] = []
    for one in found:
        if not isinstance(one, LineFile):
            shares.append(one)
            continue
        cut = cuts[one]
        firsts = accumulate((counts[before] for before in cut[:-1]), initial=one.first)
        shares += [Section(own, one.format, one.header, first) for own, first in zip(cut, firsts, strict=False)]
    return shares


def tasks_of(shares: Sequence[Share], size: int) -> list[Task]:
    """Neighbours together while they are at most ``size`` bytes; at least one task, which may have nothing to do."""
    found: list[Task] = []
    held: list[Share] = []
    total = 0
    for share in shares:
        more = weight(share)
        if held and total + more > size:
            found.append(Task(len(found), tuple(held), total))
            held, total = [], 0
        held.append(share)
        total += more
    if held or not found:
        found.append(Task(len(found), tuple(held), total))
    return found


def paths_of(share: Share) -> tuple[str, ...]:
    """Files that must be there; of a folder of small files the first stands for all."""
    match share:
        case Section():
            return (share.range.path,)
        case WholeFile():
            return (share.path,)
        case Rows():
            return (share.source,)
        case Files():
            return share.paths[:1]
