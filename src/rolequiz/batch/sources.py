"""Where answers come from: files, folders and streams, checked before anything is written, then cut into pieces."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from glob import glob, has_magic
from itertools import chain
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import BinaryIO, Literal

from rolequiz.batch.compressed import blamed, plain
from rolequiz.batch.csv_records import header_of, no_header
from rolequiz.batch.folders import files_in
from rolequiz.batch.formats import BOM, ENDINGS, GZIP_ENDING, InputFormat, format_of, named_format
from rolequiz.batch.lines import blocks, first_line
from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import Files, Lines, Piece, Span, Whole
from rolequiz.batch.reading import MAX_WHOLE, people, records, too_large
from rolequiz.batch.records import Item, Rules
from rolequiz.errors import RolequizError
from rolequiz.printable import STANDARD_INPUT, printable, shown_source

CHUNK = 1 << 18
HEAD = 1 << 16
"""Bytes by which a format is told."""

BLOCK = 1 << 18
"""Bytes of lines in a piece, where nothing else is asked for: larger blocks fall out of the processor's cache."""

FILES = 200
"""Small files of a folder that make a piece, of at most ``FILES_SIZE`` bytes."""

FILES_SIZE = 1 << 20

Start = Callable[[], Iterator[Piece]]


class Source:
    """A file or a folder by its name, or a stream (standard input). ``size`` counts the bytes read so far."""

    def __init__(self, name: str, stream: BinaryIO | None = None) -> None:
        self.name = name
        self.format: InputFormat | Literal["folder"] | None = None
        self.size = 0
        self.files = 0
        self.is_packed = False
        self._stream = stream

    @property
    def is_folder(self) -> bool:
        """Whether answers are in the files in it."""
        return self._stream is None and S_ISDIR(self.status().st_mode)

    @property
    def is_repeatable(self) -> bool:
        """Whether it can be read twice."""
        return self._stream is None and S_ISREG(self.status().st_mode)

    def status(self) -> os.stat_result:
        """What the system says about the file.

        Raises:
            RolequizError: it is not there, or out of reach.
        """
        with blamed(self.name):
            return Path(self.name).stat()

    def identity(self) -> object:
        """The same for two names of one file.

        Raises:
            RolequizError: it is not there, or out of reach.
        """
        if self._stream is not None:
            return STANDARD_INPUT
        status = self.status()
        return (status.st_dev, status.st_ino)

    def open(self) -> BinaryIO:
        """The bytes from the beginning.

        Raises:
            RolequizError: the file cannot be read.
        """
        if self._stream is not None:
            return self._stream
        with blamed(self.name):
            return Path(self.name).open("rb")

    def closing(self, stream: BinaryIO, found: Iterator[Piece]) -> Iterator[Piece]:
        """The pieces; at their end the stream is closed, unless it was handed in."""
        yield from found
        if self._stream is None:
            stream.close()

    def chunks(self, stream: BinaryIO) -> Iterator[bytes]:
        """The stream in chunks of any size, unpacked.

        Raises:
            RolequizError: reading fails on the way.
        """
        self.size = 0
        with blamed(self.name):
            unpacked = plain(stream)
        self.is_packed = unpacked is not stream
        read = getattr(unpacked, "read1", unpacked.read)
        while True:
            with blamed(self.name):
                chunk = read(CHUNK)
            if not chunk:
                return
            self.size += len(chunk)
            yield chunk


def expanded(names: Sequence[str]) -> Iterator[str]:
    """The names, patterns (``answers/*.csv``) replaced by the files that they fit, in the order of their names.

    Raises:
        RolequizError: a pattern fits nothing.
    """
    for name in names:
        if not has_magic(name) or os.path.exists(name):
            yield name
            continue
        found = sorted(glob(name, recursive=True))
        if not found:
            raise RolequizError(f"{printable(name)}: no file fits this pattern", "check the name and the folder")
        yield from found


def refuse_repeats(sources: Sequence[Source]) -> None:
    """Stop where one file (or standard input) is given twice: everybody in it would count twice.

    Raises:
        RolequizError: one is.
    """
    seen: dict[object, str] = {}
    for source in sources:
        key = source.identity()
        if key in seen:
            before = "" if seen[key] == source.name else f" (as {printable(seen[key])} before)"
            raise RolequizError(f"{shown_source(source.name)} is given twice{before}", "name every source once")
        seen[key] = source.name
    folders = {os.path.realpath(source.name): source.name for source in sources if source.is_folder}
    for source in sources if folders else ():
        for above in Path(os.path.realpath(source.name)).parents:
            if str(above) in folders and source.name != STANDARD_INPUT:
                where = printable(folders[str(above)])
                raise RolequizError(
                    f"{shown_source(source.name)} is given twice (it is in the folder {where})",
                    "name every source once",
                )


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
        found = _started(source, stream, rules, notes, stated, size)
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
    header, first = None, 1
    if form == "csv":
        line, length, rest = first_line(chunks)
        if line is None:
            raise no_header(source.name, rules)
        header = header_of(line, source.name, rules, notes)
        chunks, first, start = chain([rest], chunks), line.number + 1, start + length

    def cut() -> Iterator[Piece]:
        for block in blocks(chunks, size, first, start):
            span = Span(path, block.start, block.start + block.length) if path and block.is_whole else None
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
            with blamed(path):
                length = Path(path).stat().st_size
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
    from rolequiz.batch.parquet_records import row_pieces

    if not source.is_repeatable:
        raise RolequizError(f"{shown_source(source.name)}: Parquet is read from files only", "save it as a file first")
    source.size = source.status().st_size
    return row_pieces(source.name, rules, notes)


def _head(chunks: Iterator[bytes]) -> bytes:
    """The beginning, as much as a format is told by; a pipe may deliver it in drops."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= HEAD:
            break
    return head


def _whole(chunks: Iterator[bytes], name: str, found: InputFormat) -> bytes:
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MAX_WHOLE[found]:
            raise too_large(name, found)
    return bytes(data)
