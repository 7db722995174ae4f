"""Which format a source is in: as stated, by its name, or by how it begins."""

from __future__ import annotations

import re
from json import JSONDecodeError, loads
from pathlib import PurePath
from typing import Literal, TypeAlias, get_args

from rolequiz.errors import RolequizError
from rolequiz.printable import shown_source

InputFormat: TypeAlias = Literal["csv", "json", "jsonl", "yaml", "parquet"]
INPUT_FORMATS: tuple[InputFormat, ...] = get_args(InputFormat)

ENDINGS: dict[str, InputFormat] = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".parquet": "parquet",
}
GZIP_ENDING = ".gz"
GZIP = b"\x1f\x8b"
PARQUET = b"PAR1"

BEGINS_MAPPING = re.compile(rb'^[ \t]*\{[ \t]*["}]', re.MULTILINE)

BOM = b"\xef\xbb\xbf"

FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG", "a PNG picture", "give a file of answers"),
    (b"\xff\xd8\xff", "a JPEG picture", "give a file of answers"),
    (b"GIF8", "a GIF picture", "give a file of answers"),
    (b"%PDF", "a PDF document", "give a file of answers"),
    (b"PK\x03\x04", "a ZIP archive (or a workbook)", 'save a workbook as "CSV UTF-8", unpack an archive'),
    (b"\xd0\xcf\x11\xe0", "an old workbook or document", 'save it as "CSV UTF-8"'),
    (b"(\xb5/\xfd", "compressed with zstd", "zstd -dc FILE | rolequiz score -"),
    (b"SQLite format 3\0", "an SQLite database", "export the answers as CSV"),
    (b"\xff\xfe", "UTF-16 text", 'save it as UTF-8 ("CSV UTF-8")'),
    (b"\xfe\xff", "UTF-16 text", 'save it as UTF-8 ("CSV UTF-8")'),
)
"""How files begin that people give by mistake, what they are, and what to do."""


def format_of(name: str, head: bytes, stated: InputFormat | None, id_column: str) -> InputFormat:
    """The format to read a source in; ``head`` is how it begins.

    Raises:
        RolequizError: it is empty, or plainly something else.
    """
    shown = shown_source(name)
    if not head.removeprefix(BOM).strip():
        raise RolequizError(f"{shown}: there is nothing in it", "give a file with answers")
    for magic, what, remedy in FOREIGN:
        if head.startswith(magic):
            raise RolequizError(f"{shown}: this is {what}, no answers", remedy)
    claimed = stated or named_format(name) or sniffed(head, id_column)
    if (claimed == "parquet") != head.startswith(PARQUET):
        is_it = "this is no Parquet file" if claimed == "parquet" else f"this is a Parquet file, not {claimed}"
        raise RolequizError(f"{shown}: {is_it}", "give it the ending of its format, or the right --format-in")
    if claimed == "jsonl" and not _has_mapping(head):
        refuse_no_lines(shown, head, id_column)
    return claimed


def named_format(name: str) -> InputFormat | None:
    """The format that an ending names; ``.gz`` after it is for compression."""
    return ENDINGS.get(PurePath(name.lower().removesuffix(GZIP_ENDING)).suffix)


def sniffed(head: bytes, id_column: str) -> InputFormat:
    """The format that a beginning looks like; CSV where it looks like none, for CSV says what is missing."""
    text = head.removeprefix(BOM).decode("utf-8", "replace").lstrip()
    lines = [line for line in text.split("\n") if line.strip()]
    if head.startswith(PARQUET):
        return "parquet"
    if text.startswith("["):
        return "json"
    if text.startswith("{"):
        return "jsonl" if any(line.startswith("{") for line in lines[1:2]) or _is_json(lines[0]) else "json"
    if id_column in [cell.strip('"\r') for cell in lines[0].split(",")]:
        return "csv"
    return "yaml" if ":" in lines[0] or lines[0].startswith(("---", "- ", "#")) else "csv"


def refuse_no_lines(shown: str, head: bytes, id_column: str) -> None:
    """Stop at a file called JSONL that is CSV, or no text at all; one bad line among good ones is a reject.

    Raises:
        RolequizError: it is.
    """
    first = head.removeprefix(BOM).split(b"\n")[0].rstrip(b"\r").decode("utf-8", "replace")
    if id_column in first.split(","):
        raise RolequizError(f"{shown}:1: this is CSV, not JSONL", "name it .csv, or give --format-in csv")
    if b"\0" in head or "\ufffd" in head[:-4].decode("utf-8", "replace"):
        raise RolequizError(f"{shown}: this is no text", "give a file of answers: CSV, JSONL, JSON or YAML")


def _has_mapping(head: bytes) -> bool:
    return BEGINS_MAPPING.search(head.removeprefix(BOM)) is not None


def _is_json(line: str) -> bool:
    try:
        loads(line)
    except (JSONDecodeError, RecursionError, ValueError):
        return False
    return True
