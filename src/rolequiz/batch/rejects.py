"""What is wrong with a record: every code and message there is, and the reject that carries them.

A reject is a value on its way to a file. One bad record never hides the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rolequiz.printable import printable, short, shown_source

Code: TypeAlias = Literal[
    "not-utf8",
    "too-long",
    "malformed",
    "open-quote",
    "short-line",
    "long-line",
    "not-a-record",
    "repeated-key",
    "bad-id",
    "other-bank",
    "bad-value",
    "bad-answers",
    "unknown-question",
    "not-a-number",
    "not-an-option",
    "bad-seconds",
]

Unit: TypeAlias = Literal["line", "record"]

MAX_VALUE = 200
"""Characters of a value that a fault repeats."""

MAX_RAW = 4096
"""Bytes kept of a line that is longer than any record."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where (a column or key, empty for the whole record), what stands there, why not."""

    column: str
    value: str
    code: Code
    message: str


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that cannot be scored. ``number`` counts lines or records (``unit``) from 1."""

    source: str
    number: int
    unit: Unit
    id: str | None
    faults: tuple[Fault, ...]
    raw: str


def fault(code: Code, message: str, column: str = "", value: str = "") -> Fault:
    """A fault; of a very long value the beginning is kept."""
    return Fault(column, value[:MAX_VALUE], code, message)


def not_utf8(data: bytes) -> Fault:
    """Bytes that are no UTF-8, and where they begin."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        bad = spelled_bytes(data[error.start : error.start + 1])
        return fault("not-utf8", f"byte {error.start + 1} is no UTF-8 ({bad})", value=bad)
    raise ValueError("this is UTF-8")


def too_long(most: int) -> Fault:
    """A line that does not end within the cap."""
    return fault("too-long", f"the line is longer than {most} bytes; only its beginning is kept here")


def malformed(message: str) -> Fault:
    """Text that is not in its format."""
    return fault("malformed", message)


def open_quote() -> Fault:
    """A quoted cell that does not end on its line."""
    return fault("open-quote", "a quoted cell does not end on this line (one line is one record)")


def wrong_length(cells: int, columns: int) -> Fault:
    """A line with fewer or more cells than the header has columns."""
    code: Code = "short-line" if cells < columns else "long-line"
    return fault(code, f"{cells} {'cell' if cells == 1 else 'cells'}, but the header has {columns} columns")


def not_a_record(value: str) -> Fault:
    """Something other than a mapping where a person's record should be."""
    return fault("not-a-record", "a record is a mapping with the keys id and answers", value=value)


def repeated_key(key: str) -> Fault:
    """A key that stands twice in one mapping: which value counts nobody can tell."""
    return fault("repeated-key", f"the key {short(key)} is given twice", key)


def bad_id(column: str, value: str, why: str) -> Fault:
    """An id that is missing, empty, or no text."""
    return fault("bad-id", f"{short(column)}: {why}", column, value)


def other_bank(column: str, value: str, own: str) -> Fault:
    """A record made for another bank."""
    what = "the bank" if column == "bank.id" else "a bank with the digest"
    return fault(
        "other-bank",
        f"made for {what} {short(value, 80)}, but scored with {own} (give that bank with --bank, "
        f"or accept the record with --ignore-digest)",
        column,
        value,
    )


def bad_value(column: str, value: str, wanted: str) -> Fault:
    """A known key with a value of the wrong kind."""
    return fault("bad-value", f"{column}: {short(value)} is not {wanted}", column, value)


def bad_answers(value: str) -> Fault:
    """No answers at all, or not as a mapping."""
    found = f"found {short(value)}" if value else "the key is missing"
    return fault(
        "bad-answers", f"answers: a mapping of question ids to option numbers is needed, {found}", "answers", value
    )


def unknown_question(column: str, question: str, bank: str) -> Fault:
    """An answer or a time for a question the bank has not."""
    return fault("unknown-question", f"{short(question)} is no question of the bank {printable(bank)}", column)


def not_a_number(question: str, value: str, why: str, options: int) -> Fault:
    """An answer that is not written as a whole number."""
    return fault("not-a-number", f"{question}: {short(value)} {why}, choose 1 to {options}", question, value)


def not_an_option(question: str, value: str, options: int) -> Fault:
    """A whole number that is no option of its question."""
    return fault("not-an-option", f"{question}: {short(value)} is no option, choose 1 to {options}", question, value)


def bad_seconds(column: str, value: str) -> Fault:
    """A time that is no number from 0 up."""
    return fault("bad-seconds", f"{short(column)}: {short(value)} is no number of seconds from 0 up", column, value)


def spelled_bytes(data: bytes) -> str:
    """Bytes as text; what is no UTF-8 is kept as ``\\xNN``."""
    return data.decode("utf-8", "backslashreplace")


def raw_text(data: bytes, is_cut: bool) -> str:
    """A line as a reject keeps it; of one that was cut off only the beginning."""
    return spelled_bytes(data[:MAX_RAW] if is_cut else data)


def reject_record(reject: Reject, *, with_raw: bool = True) -> dict[str, object]:
    """A reject as plain JSON values, the first fault on top."""
    faults: Sequence[Fault] = reject.faults
    record: dict[str, object] = {"source": reject.source, reject.unit: reject.number, "id": reject.id}
    record |= fault_record(faults[0])
    if with_raw:
        record["raw"] = reject.raw
    record["faults"] = [fault_record(one) for one in faults]
    return record


def fault_record(one: Fault) -> dict[str, object]:
    """A fault as plain JSON values."""
    return {"column": one.column, "value": one.value, "code": one.code, "message": one.message}


def reject_line(reject: Reject) -> str:
    """A reject as one line for people: place, person, what is wrong; nothing in it steers a terminal."""
    where = f"{shown_source(reject.source)}:{reject.number}"
    who = f" {short(reject.id)}:" if reject.id else ""
    return f"{where}:{who} {printable('; '.join(one.message for one in reject.faults))}"
