"""Records of a piece of input, one after the other: the reference that says what every engine must find."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Literal

from rolequiz.batch import rejects
from rolequiz.batch.compressed import opened
from rolequiz.batch.csv_records import csv_lines
from rolequiz.batch.formats import BOM, InputFormat, named_format
from rolequiz.batch.json_records import json_file, json_lines, yaml_people
from rolequiz.batch.lines import physical_lines
from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import Files, Lines, Piece, Rows, Whole
from rolequiz.batch.records import Item, Rules
from rolequiz.batch.rejects import MAX_RAW, Reject, raw_text
from rolequiz.errors import RolequizError
from rolequiz.printable import shown_source

MAX_WHOLE: dict[InputFormat, int] = {"json": 64 << 20, "yaml": 8 << 20}
"""Bytes of a file that has to be read as a whole; larger collections belong in JSONL or CSV."""


def records(piece: Piece, rules: Rules, notes: Notes) -> Iterator[Item]:
    """Every record of a piece.

    Raises:
        RolequizError: it cannot be read.
    """
    match piece:
        case Lines(format="csv", header=header):
            assert header is not None
            return csv_lines(physical_lines([piece.read()], piece.first), header, piece.source, rules.id_column)
        case Lines():
            return json_lines(physical_lines([piece.read()], piece.first), piece.source, rules, notes)
        case Whole():
            return people(piece.data, piece.source, piece.format, rules, notes)
        case Files():
            return (item for path in piece.paths for item in _file_items(path, rules, notes))
        case Rows():
            from rolequiz.batch.parquet_records import row_items

            return row_items(piece, rules)


def people(
    data: bytes, source: str, form: Literal["json", "yaml"], rules: Rules, notes: Notes, *, is_checked: bool = True
) -> Iterator[Item]:
    """The records of a JSON or YAML document. One that was not checked before is read through first.

    Raises:
        RolequizError: it is none.
    """
    text = text_of_file(data, source)
    if form == "json":
        return json_file(text, source, rules, notes, is_checked=is_checked)
    return _yaml(text, source, rules, notes)


def too_large(name: str, form: InputFormat) -> RolequizError:
    """What to say of a document that is larger than may be read as a whole."""
    return RolequizError(
        f"{shown_source(name)}: {form} is read as a whole, and this is larger than {MAX_WHOLE[form] >> 20} MiB",
        "use JSONL or CSV for so many records",
    )


def text_of_file(data: bytes, name: str) -> str:
    """The text of a document.

    Raises:
        RolequizError: it is no UTF-8.
    """
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise RolequizError(
            f"{shown_source(name)}:{line}:{column}: this byte is no UTF-8 (\\x{data[error.start]:02x})",
            "save the file as UTF-8",
        ) from error


def _yaml(text: str, name: str, rules: Rules, notes: Notes) -> Iterator[Item]:
    if rules.parse_yaml is None:
        raise RolequizError(f"{shown_source(name)}: YAML is not read here", "use JSON, JSONL or CSV")
    try:
        document = rules.parse_yaml(text.encode())
    except RolequizError as error:
        raise RolequizError(f"{shown_source(name)}:{error.message}", error.hint) from error
    except RecursionError as error:
        raise RolequizError(
            f"{shown_source(name)}: no usable YAML: it is nested too deeply", "a record needs two levels"
        ) from error
    return yaml_people(document, text, name, rules, notes)


def _file_items(path: str, rules: Rules, notes: Notes) -> Iterator[Item]:
    """The records of one file of a folder. Where the file is the record, an unreadable one is a record lost: a reject.

    Raises:
        RolequizError: the system does not give the file.
    """
    form = named_format(path)
    assert form in ("json", "yaml")
    with opened(path) as stream:
        data = stream.read(MAX_WHOLE[form] + 1)
    try:
        if len(data) > MAX_WHOLE[form]:
            raise too_large(path, form)
        found = list(people(data.removeprefix(BOM), path, form, rules, notes))
    except RolequizError as error:
        name = PurePath(path).name
        message = error.message.removeprefix(f"{shown_source(path)}:").strip()
        fault = rejects.malformed(f"{name}: {message}" if message == error.message else message)
        found = [Reject(path, 1, "record", None, (fault,), raw_text(data, len(data) > MAX_RAW))]
    yield from found
