"""Where answers come from: files and streams, checked before anything is written, then read one record at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from rolequiz.batch.csv_records import csv_records
from rolequiz.batch.formats import BOM, InputFormat, format_of
from rolequiz.batch.json_records import json_file, json_lines, yaml_people
from rolequiz.batch.lines import physical_lines
from rolequiz.batch.notes import Notes
from rolequiz.batch.printable import STANDARD_INPUT, printable, shown_source
from rolequiz.batch.records import Item, Rules
from rolequiz.errors import RolequizError

CHUNK = 1 << 16
MAX_WHOLE: dict[str, int] = {"json": 64 << 20, "yaml": 8 << 20}
"""Bytes of a file that has to be read as a whole; larger collections belong in JSONL or CSV."""


class Source:
    """A file by its name, or a stream (standard input). ``size`` counts the bytes read so far."""

    def __init__(self, name: str, stream: BinaryIO | None = None) -> None:
        self.name = name
        self.format: InputFormat | None = None
        self.size = 0
        self._stream = stream

    @property
    def is_repeatable(self) -> bool:
        """Whether it can be read twice."""
        return self._stream is None and S_ISREG(self.status().st_mode)

    def status(self) -> os.stat_result:
        """What the system says about the file.

        Raises:
            RolequizError: it is not there, or out of reach.
        """
        try:
            return Path(self.name).stat()
        except (OSError, ValueError) as error:
            raise _cannot_read(self.name, error) from error

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
        try:
            return Path(self.name).open("rb")
        except (OSError, ValueError) as error:
            raise _cannot_read(self.name, error) from error

    def closing(self, stream: BinaryIO, found: Iterator[Item]) -> Iterator[Item]:
        """The items; at their end the stream is closed, unless it was handed in."""
        yield from found
        if self._stream is None:
            stream.close()

    def chunks(self, stream: BinaryIO) -> Iterator[bytes]:
        """The stream in pieces of any size.

        Raises:
            RolequizError: reading fails on the way.
        """
        self.size = 0
        read = getattr(stream, "read1", stream.read)
        while True:
            try:
                chunk = read(CHUNK)
            except OSError as error:
                raise _cannot_read(self.name, error) from error
            if not chunk:
                return
            self.size += len(chunk)
            yield chunk


def _cannot_read(name: str, error: Exception) -> RolequizError:
    shown = printable(name)
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return RolequizError(f"{shown}: there is no such file", "check the name and the folder")
        case IsADirectoryError():
            return RolequizError(
                f"{shown}: this is a folder", f"name the files in it, for instance {shown.rstrip('/')}/*.csv"
            )
        case PermissionError():
            return RolequizError(f"{shown}: you may not read it", "ask its owner, or copy it to a place of yours")
        case OSError():
            return RolequizError(f"{shown}: it cannot be read: {error.strerror}", "check the disk or the connection")
        case _:
            return RolequizError(f"{shown}: this is no file name", "check the name")


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


def items(sources: Sequence[Source], rules: Rules, notes: Notes, stated: InputFormat | None = None) -> Iterator[Item]:
    """Every record of every source, in input order.

    All sources are opened and checked as far as they can be (headers, whole JSON
    and YAML files) before this returns, so that a source which cannot be read as
    a whole leaves nothing half-written.

    Raises:
        RolequizError: a source cannot be read as a whole.
    """
    starts = [_checked(source, rules, notes, stated) for source in sources]
    return chain.from_iterable(start() for start in starts)


def _checked(source: Source, rules: Rules, notes: Notes, stated: InputFormat | None) -> Callable[[], Iterator[Item]]:
    if not source.is_repeatable:
        stream = source.open()
        found = _started(source, stream, rules, notes, stated)
        return lambda: source.closing(stream, found)
    with source.open() as stream:
        _started(source, stream, rules, notes, stated)

    def again() -> Iterator[Item]:
        with source.open() as stream:
            yield from _started(source, stream, rules, notes, source.format, is_checked=True)

    return again


def _started(
    source: Source,
    stream: BinaryIO,
    rules: Rules,
    notes: Notes,
    stated: InputFormat | None,
    *,
    is_checked: bool = False,
) -> Iterator[Item]:
    chunks = source.chunks(stream)
    head = _head(chunks)
    found = format_of(source.name, head, stated, rules.id_column)
    source.format = found
    pieces = chain([head.removeprefix(BOM)], chunks)
    if found != "csv" and rules.id_column != "id":
        notes.id_column_unused(source.name, rules.id_column)
    match found:
        case "csv":
            return csv_records(physical_lines(pieces), source.name, rules, notes)
        case "jsonl":
            return json_lines(physical_lines(pieces), source.name, rules, notes)
        case "json":
            text = _text(_whole(pieces, source.name, found), source.name)
            return json_file(text, source.name, rules, notes, is_checked=is_checked)
        case "yaml":
            return _yaml(_whole(pieces, source.name, found), source.name, rules, notes)


def _head(chunks: Iterator[bytes]) -> bytes:
    """The beginning, as much as a format is told by; a pipe may deliver it in drops."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= CHUNK:
            break
    return head


def _whole(chunks: Iterator[bytes], name: str, found: InputFormat) -> bytes:
    most = MAX_WHOLE[found]
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > most:
            raise RolequizError(
                f"{shown_source(name)}: {found} is read as a whole, and this is larger than {most >> 20} MiB",
                "use JSONL or CSV for so many records",
            )
    return bytes(data)


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise RolequizError(
            f"{shown_source(name)}:{line}:{column}: this byte is no UTF-8 (\\x{data[error.start]:02x})",
            "save the file as UTF-8",
        ) from error


def _yaml(data: bytes, name: str, rules: Rules, notes: Notes) -> Iterator[Item]:
    text = _text(data, name)
    if rules.parse_yaml is None:
        raise RolequizError(f"{shown_source(name)}: YAML is not read here", "use JSON, JSONL or CSV")
    try:
        document = rules.parse_yaml(data)
    except RolequizError as error:
        raise RolequizError(f"{shown_source(name)}:{error.message}", error.hint) from error
    except RecursionError as error:
        raise RolequizError(
            f"{shown_source(name)}: no usable YAML: it is nested too deeply", "a record needs two levels"
        ) from error
    return yaml_people(document, text, name, rules, notes)
