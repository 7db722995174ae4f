"""Records from JSON, JSON lines and YAML.

The parser of the standard library, made strict where it is lenient (a key given
twice) and calm where it would fail (numbers of ten thousand digits, NaN, nesting
deeper than the machine).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from json import JSONDecodeError, JSONDecoder
from math import isinf
from re import compile as pattern

from rolequiz.batch import rejects
from rolequiz.batch.lines import MAX_LINE, Line
from rolequiz.batch.notes import Notes
from rolequiz.batch.records import (
    Accepted,
    Item,
    Repeating,
    Rules,
    Unread,
    kept_values,
    note_record,
    person_id,
    record_of,
    text_of,
)
from rolequiz.batch.rejects import Fault, Reject, Unit, raw_text
from rolequiz.errors import RolequizError
from rolequiz.printable import shown_source

INTEGER_DIGITS = 400
"""Longer integers stay text. The machine's own limit (4300) would be an exception, and no answer comes near."""

SPACE = pattern(r"[ \t\n\r]*")
TOO_DEEP = "it is nested too deeply"


def _mapping(pairs: list[tuple[str, object]]) -> dict[str, object] | Repeating:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    times = Counter(key for key, _ in pairs)
    return Repeating(pairs, tuple(key for key in found if times[key] > 1))


def _integer(text: str) -> int | Unread:
    return int(text) if len(text) <= INTEGER_DIGITS else Unread(text)


def _float(text: str) -> float | Unread:
    value = float(text)
    return Unread(text) if isinf(value) else value


DECODER = JSONDecoder(object_pairs_hook=_mapping, parse_int=_integer, parse_float=_float, parse_constant=Unread)


def json_lines(lines: Iterable[Line], source: str, rules: Rules, notes: Notes) -> Iterator[Item]:
    """One record a line; a line that cannot be read is a reject, an empty one is nothing."""
    for line in lines:
        if line.content.strip(b" \t\r"):
            yield _line_item(line, source, rules, notes)


def _line_item(line: Line, source: str, rules: Rules, notes: Notes) -> Item:
    if line.is_cut:
        return _reject(source, line, rejects.too_long(MAX_LINE))
    try:
        text = line.content.decode()
    except UnicodeDecodeError:
        return _reject(source, line, rejects.not_utf8(line.content))
    try:
        start = _after_space(text, 0)
        value, end = DECODER.raw_decode(text, start)
        if _after_space(text, end) != len(text):
            raise JSONDecodeError("text follows the record", text, end)
    except JSONDecodeError as error:
        return _reject(source, line, rejects.malformed(f"no valid JSON at column {error.colno}: {error.msg}"))
    except RecursionError:
        return _reject(source, line, rejects.malformed(f"no usable JSON: {TOO_DEEP}"))
    return item_of(value, source, line.number, "line", text, rules, notes)


def json_file(text: str, source: str, rules: Rules, notes: Notes, *, is_checked: bool = False) -> Iterator[Item]:
    """The person or the list of people in a JSON document.

    Read through once before the first record is given, so that a broken file
    gives nothing at all; ``is_checked`` leaves that out.

    Raises:
        RolequizError: it is no JSON, or holds neither a mapping nor a list.
    """
    if not is_checked:
        for _ in people_of(text, source):
            pass
    return (
        item_of(value, source, number, "record", raw, rules, notes)
        for number, (value, raw) in enumerate(people_of(text, source), start=1)
    )


def people_of(text: str, source: str) -> Iterator[tuple[object, str]]:
    """Each element of the list (or the one mapping) with its text.

    Raises:
        RolequizError: as `json_file`.
    """
    try:
        yield from _elements(text)
    except JSONDecodeError as error:
        where = f"{shown_source(source)}:{error.lineno}:{error.colno}"
        raise RolequizError(f"{where}: no valid JSON: {error.msg}", _remedy(text, error)) from error
    except RecursionError as error:
        raise RolequizError(
            f"{shown_source(source)}: no usable JSON: {TOO_DEEP}", "a record needs two levels"
        ) from error


def _remedy(text: str, error: JSONDecodeError) -> str:
    if error.msg.startswith("Extra data") and text[error.pos : error.pos + 1] == "{":
        return "a file with one record a line is JSONL: name it .jsonl, or give --format-in jsonl"
    return "repair the file there; for another format give --format-in csv, jsonl or yaml"


def _elements(text: str) -> Iterator[tuple[object, str]]:
    at = _after_space(text, 0)
    if text.startswith("{", at):
        value, end = DECODER.raw_decode(text, at)
        _expect_end(text, end)
        yield value, text[at:end]
        return
    if not text.startswith("[", at):
        raise JSONDecodeError("a person's record {…} or a list […] of them is needed", text, at)
    at = _after_space(text, at + 1)
    if text.startswith("]", at):
        _expect_end(text, at + 1)
        return
    while True:
        value, end = DECODER.raw_decode(text, at)
        yield value, text[at:end]
        at = _after_space(text, end)
        if text.startswith("]", at):
            _expect_end(text, at + 1)
            return
        if not text.startswith(",", at):
            raise JSONDecodeError("Expecting ',' delimiter", text, at)
        at = _after_space(text, at + 1)


def _after_space(text: str, at: int) -> int:
    found = SPACE.match(text, at)
    assert found is not None
    return found.end()


def _expect_end(text: str, at: int) -> None:
    end = _after_space(text, at)
    if end != len(text):
        raise JSONDecodeError("Extra data", text, end)


def yaml_people(document: object, text: str, source: str, rules: Rules, notes: Notes) -> Iterator[Item]:
    """The person or the list of people of a parsed YAML document.

    Raises:
        RolequizError: it holds neither a mapping nor a list.
    """
    if isinstance(document, dict):
        return iter([item_of(document, source, 1, "record", text, rules, notes)])
    if not isinstance(document, list):
        raise RolequizError(
            f"{shown_source(source)}: a person's record (with the keys id and answers) or a list of them is needed",
            "for another format give --format-in csv, json or jsonl",
        )
    people: Sequence[object] = document
    return (
        item_of(value, source, number, "record", text_of(value), rules, notes)
        for number, value in enumerate(people, start=1)
    )


def item_of(value: object, source: str, number: int, unit: Unit, raw: str, rules: Rules, notes: Notes) -> Item:
    """A valid record or a reject from one parsed value."""
    record = record_of(value, rules)
    if isinstance(record, tuple):
        return Reject(source, number, unit, person_id(value), record, raw)
    assert isinstance(value, dict)
    note_record(value, record, source, rules, notes)
    return Accepted(source, number, record, kept_values(value, rules.keep))


def _reject(source: str, line: Line, one: Fault) -> Reject:
    return Reject(source, line.number, "line", None, (one,), raw_text(line.content, line.is_cut))
