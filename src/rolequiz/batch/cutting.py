"""Sources cut into pieces: all are opened and checked before anything is written, then read in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import BinaryIO, Literal

from rolequiz.batch.csv_records import header_of, no_header
from rolequiz.batch.folders import files_in
from rolequiz.batch.formats import BOM, ENDINGS, GZIP_ENDING, InputFormat, format_of, named_format
from rolequiz.batch.lines import blocks, first_line
from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import Files, Lines, Piece, Span, Whole
from rolequiz.batch.reading import MAX_WHOLE, people, records, too_large
from rolequiz.batch.records import Item, Rules
from rolequiz.batch.sources import Source, size_of
from rolequiz.errors import RolequizError
from rolequiz.printable import shown_source

HEAD = 1 << 16
"""Bytes by which a format is told."""

MAX_BLANK = 1 << 24
"""Bytes without a visible character at the beginning that are looked through for one."""

BLOCK = 1 << 18
"""Bytes of lines in a piece, where nothing else is asked for: larger blocks fall out of the processor's cache."""

FILES = 200
"""Small files of a folder that make a piece, of at most ``FILES_SIZE`` bytes."""

FILES_SIZE = 1 << 20

Start = Callable[[], Iterator[Piece]]


def items(sources: Sequence[Source], rules: Rules, notes: Notes, stated: InputFormat | None = None) -> Iterator[Item]:
    """Every record of every source, in input order, read one after the other.

    Raises:
        RolequizError: a source cannot be read as a whole.
    """
    found = pieces(sources, rules, notes, stated)
    return chain.from_iterable(records(piece, rules, notes) for piece in found)


def pieces(
    sources: Sequence[Source], rules: Rules, notes: Notes, stated: InputFormat | None = None, size: int = BLOCK
) -> Iterator[Piece]:
    """All sources cut into pieces (of about ``size`` bytes where they are lines), in input order.

    All sources are opened and checked as far as they can be (headers, whole JSON
    and YAML files) before this returns, so that a source which cannot be read as
    a whole leaves nothing half-written.

    Raises:
        RolequizError: a source cannot be read as a whole.
    """
    starts = [_checked(source, rules, notes, stated, size) for source in sources]
    return chain.from_iterable(start() for start in starts)


def _checked(source: Source, rules: Rules, notes: Notes, stated: InputFormat | None, size: int) -> Start:
    if source.is_folder:
        return _checked_folder(source, rules, notes, size)
    if not source.is_repeatable:
        stream = source.open()
        try:
            found = _started(source, stream, rules, notes, stated, size)
        except BaseException:
            source.close(stream)
            raise
        return lambda: source.closing(stream, found)
    with source.open() as stream:
        _started(source, stream, rules, notes, stated, size)
    return lambda: _again(source, rules, notes, source_format(source), size)


def _again(source: Source, rules: Rules, notes: Notes, stated: InputFormat | None, size: int) -> Iterator[Piece]:
    """The pieces of a file that was checked before."""
    with source.open() as stream:
        yield from _started(source, stream, rules, notes, stated, size, is_checked=True)


def source_format(source: Source) -> InputFormat | None:
    """The format found when the source was checked."""
    return None if source.format == "folder" else source.format


def _started(
    source: Source,
    stream: BinaryIO,
    rules: Rules,
    notes: Notes,
    stated: InputFormat | None,
    size: int,
    *,
    is_checked: bool = False,
) -> Iterator[Piece]:
    chunks = source.chunks(stream)
    head = _head(chunks)
    found = format_of(source.name, head, stated, rules.id_column)
    source.format = found
    start = len(BOM) if head.startswith(BOM) else 0
    if found not in ("csv", "parquet") and rules.id_column != "id":
        notes.id_column_unused(source.name, rules.id_column)
    match found:
        case "csv" | "jsonl":
            return _lines(source, chain([head[start:]], chunks), start, found, rules, notes, size)
        case "parquet":
            return _rows(source, rules, notes)
        case _:
            data = _whole(chain([head[start:]], chunks), source.name, found)
            if not is_checked:
                people(data, source.name, found, rules, Notes(), is_checked=False)
            return iter([Whole(source.name, found, len(data), data)])


def _lines(
    source: Source,
    chunks: Iterator[bytes],
    start: int,
    form: Literal["csv", "jsonl"],
    rules: Rules,
    notes: Notes,
    size: int,
) -> Iterator[Piece]:
    """The lines below the header, if the format has one; it is read at once."""
    path = source.name if source.is_repeatable and not source.is_packed else None
    inode = source.inode
    header, first = None, 1
    if form == "csv":
        line, length, rest = first_line(chunks)
        if line is None:
            raise no_header(source.name, rules)
        header = header_of(line, source.name, rules, notes)
        chunks, first, start = chain([rest], chunks), line.number + 1, start + length

    def cut() -> Iterator[Piece]:
        for block in blocks(chunks, size, first, start):
            span = Span(path, block.start, block.start + block.length, inode) if path and block.is_whole else None
            yield Lines(source.name, form, header, block.first, block.length, block.data, span)

    return cut()


def _checked_folder(source: Source, rules: Rules, notes: Notes, size: int) -> Start:
    """The files of a folder; those that have lines or rows are checked now, the small ones when they are read."""
    source.format = "folder"
    is_empty = True
    for path in files_in(source.name, Notes()):
        is_empty = False
        if not _is_small(path):
            one = Source(path)
            with one.open() as stream:
                _started(one, stream, rules, notes, None, size)

    if is_empty:
        raise RolequizError(
            f"{shown_source(source.name)}: no file in this folder has an ending of answers",
            f"the endings are {', '.join(ENDINGS)}",
        )
    return lambda: _folder_pieces(source, rules, notes, size)


def _is_small(path: str) -> bool:
    """Whether the file is read as a whole: a person, or a list of them."""
    return named_format(path) in ("json", "yaml") and not path.endswith(GZIP_ENDING)


def _folder_pieces(source: Source, rules: Rules, notes: Notes, size: int) -> Iterator[Piece]:
    small: list[str] = []
    held = source.size = source.files = 0
    for path in files_in(source.name, notes):
        source.files += 1
        if _is_small(path):
            length = size_of(path)
            small.append(path)
            held, source.size = held + length, source.size + length
        if small and (not _is_small(path) or len(small) >= FILES or held >= FILES_SIZE):
            yield Files(tuple(small), held)
            small, held = [], 0
        if not _is_small(path):
            one = Source(path)
            yield from _again(one, rules, notes, None, size)
            source.size += one.size
    if small:
        yield Files(tuple(small), held)


def _rows(source: Source, rules: Rules, notes: Notes) -> Iterator[Piece]:
    from rolequiz.batch.parquet_files import row_pieces

    if not source.is_repeatable:
        raise RolequizError(f"{shown_source(source.name)}: Parquet is read from files only", "save it as a file first")
    source.size = source.status().st_size
    return row_pieces(source.name, rules, notes)


def _head(chunks: Iterator[bytes]) -> bytes:
    """The beginning, as much as a format is told by; a pipe may deliver it in drops, or begin with empty lines."""
    head = bytearray()
    is_blank = True
    for chunk in chunks:
        head += chunk
        is_blank = is_blank and not chunk.removeprefix(BOM).strip()
        if len(head) >= (MAX_BLANK if is_blank else HEAD):
            break
    return bytes(head)


def _whole(chunks: Iterator[bytes], name: str, found: InputFormat) -> bytes:
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MAX_WHOLE[found]:
            raise too_large(name, found)
    return bytes(data)
