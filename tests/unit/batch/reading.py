"""What the tests of reading share: the shipped bank's rules, one sheet, and files from text."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

from rolequiz.batch.cutting import items
from rolequiz.batch.formats import InputFormat
from rolequiz.batch.notes import Notes
from rolequiz.batch.records import Accepted, Item, Rules
from rolequiz.batch.rejects import Reject
from rolequiz.batch.sources import Source
from rolequiz.printable import STANDARD_INPUT
from rolequiz.scoring.rules import parse_yaml
from tests.small_banks import shipped, shipped_table

QUESTIONS = tuple(item.id for item in shipped_table().items)
BANK = shipped().stamp
RULES = Rules(shipped_table(), BANK, parse_yaml=parse_yaml)

# The worked example of the design, options from 1.
SHEET = (2, 3, 1, 2, 1, 3, 4, 2, 3, 3, 2, 4, 5, 3, 1, 1, 2, 1, 4, 2, 2, 4, 5, 2, 3, 2, 3, 2, 2, 1)
ANSWERS = dict(zip(QUESTIONS, SHEET, strict=True))

HEADER = "id," + ",".join(QUESTIONS)


def csv_line(person: str = "p001", **answers: str) -> str:
    """A line under `HEADER`; single answers can be replaced."""
    return ",".join([person, *(str({**ANSWERS, **answers}[question]) for question in QUESTIONS)])


def csv_file(*lines: str) -> bytes:
    """A CSV file of all questions."""
    return "\n".join([HEADER, *lines, ""]).encode()


def read(
    data: bytes, form: InputFormat | None = None, rules: Rules = RULES, notes: Notes | None = None, **changes: Any
) -> list[Item]:
    """Every item of standard input."""
    stream = Source(STANDARD_INPUT, BytesIO(data))
    return list(items([stream], replace(rules, **changes), notes if notes is not None else Notes(), form))


def one(data: bytes, form: InputFormat | None = None, **changes: Any) -> Item:
    """The only item."""
    (item,) = read(data, form, **changes)
    return item


def record(item: Item) -> Accepted:
    """The item, which must be valid."""
    assert isinstance(item, Accepted), item
    return item


def reject(item: Item) -> Reject:
    """The item, which must not be valid."""
    assert isinstance(item, Reject), item
    return item


def codes(item: Item) -> list[tuple[str, str]]:
    """The faults of a reject: column and code."""
    return [(fault.column, fault.code) for fault in reject(item).faults]
