"""Answers of a form tool on their way into a room: columns matched first, then every row a record or a reject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord, Bank
from rolequiz.printable import SHORT, short
from rolequiz.workshop.matching import NAMES, TIMES, By, Cells, Headers, plain
from rolequiz.workshop.names import NameRefused, code_name, same_key
from rolequiz.workshop.room import Room
from rolequiz.workshop.sheet import Row, Sheet

Use: TypeAlias = Literal["name", "question", "time", "unknown"]


@dataclass(frozen=True, slots=True)
class Column:
    """What one column is read as; ``place`` is the question's in the form, from 0, ``by`` what gave it away."""

    header: str
    use: Use
    place: int = -1
    by: By | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """All columns in the order of the file, and the questions that have none (places in the form, from 0)."""

    columns: tuple[Column, ...]
    missing: tuple[int, ...]

    @property
    def name(self) -> int:
        """The column with the code names, from 0."""
        return next(number for number, column in enumerate(self.columns) if column.use == "name")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is rejected: the line, the column (from 1; 0 for the whole row), its header and what it holds."""

    line: int
    column: int
    header: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Every row as a record, or as one fault or more; in the order of the file."""

    records: tuple[AnswerRecord, ...]
    rejected: tuple[tuple[Fault, ...], ...]


def mapped(bank: Bank, header: Sequence[str], file: str, name_column: str | None = None) -> Mapping:
    """What every column is.

    Raises:
        RolequizError: a header may mean several questions, two mean the same one, no column or several hold
            names, none is a question; or a question is missing where a column is unknown.
    """
    headers = Headers(bank)
    name = _name_column(header, file, name_column)
    columns: list[Column] = []
    seen: dict[int, int] = {}
    for number, text in enumerate(header):
        if number == name:
            columns.append(Column(text, "name"))
            continue
        found = headers.meanings(text)
        if len(found) > 1:
            listed = ", ".join(bank.questions[one.place].id for one in found)
            raise RolequizError(
                f"{file}: column {number + 1} ({shown(text)}) may mean several questions: {listed}",
                "write the question's id, or what only one of them has, into the header",
            )
        if not found:
            columns.append(Column(text, "time" if plain(text) in TIMES else "unknown"))
            continue
        place, by = found[0].place, found[0].by
        if place in seen:
            raise RolequizError(
                f"{file}: columns {seen[place] + 1} and {number + 1} are both {bank.questions[place].id}",
                "delete one of them, or write another question's id into its header",
            )
        seen[place] = number
        columns.append(Column(text, "question", place, by))
    missing = tuple(place for place in range(len(bank.questions)) if place not in seen)
    _check_complete(bank, columns, missing, file)
    return Mapping(tuple(columns), missing)


def _name_column(header: Sequence[str], file: str, stated: str | None) -> int:
    wanted = NAMES if stated is None else frozenset({plain(stated)})
    found = [number for number, text in enumerate(header) if plain(text) in wanted]
    if len(found) == 1:
        return found[0]
    if not found:
        what = "no column holds code names" if stated is None else f"no column is called {shown(stated)}"
        raise RolequizError(f"{file}: {what}", "call one of them id, name or 代号, or name it with --name-column")
    listed = ", ".join(f"{number + 1} ({shown(header[number])})" for number in found)
    raise RolequizError(f"{file}: several columns may hold code names: {listed}", "name one with --name-column")


def _check_complete(bank: Bank, columns: Sequence[Column], missing: Sequence[int], file: str) -> None:
    unknown = [f"{n} ({shown(one.header)})" for n, one in enumerate(columns, start=1) if one.use == "unknown"]
    absent = ", ".join(bank.questions[place].id for place in missing)
    if len(missing) == len(bank.questions):
        raise RolequizError(
            f"{file}: no column is a question of the bank {bank.id}",
            "headers may be a question's id, number, label or text; see: rolequiz bank show",
        )
    if missing and unknown:
        raise RolequizError(
            f"{file}: no column for {absent}, and unknown ones: {', '.join(unknown)}",
            "write the question's id into the header, or delete the columns that are no question",
        )


def read_rows(bank: Bank, sheet: Sheet, mapping: Mapping, room: Room | None, lang: str) -> Reading:
    """Every row below the header; those of a code name that is in the room, or in the file twice, are rejected."""
    cells = [Cells(bank, question) for question in bank.questions]
    names = Counter(same_key(row.cells[mapping.name]) for row in sheet.rows if len(row.cells) > mapping.name)
    records: list[AnswerRecord] = []
    rejected: list[tuple[Fault, ...]] = []
    for row in sheet.rows:
        found = _row(bank, cells, row, mapping, lang)
        if isinstance(found, AnswerRecord):
            taken = _taken(found.id, names[same_key(row.cells[mapping.name])], room)
            if not taken:
                records.append(found)
                continue
            found = (_fault(row, mapping, mapping.name, taken),)
        rejected.append(found)
    return Reading(tuple(records), tuple(rejected))


def _taken(name: str, times: int, room: Room | None) -> str:
    """Why a code name cannot come into the room; empty if it can."""
    if times > 1:
        return f"this code name is in the file {times} times, and nobody knows which one counts"
    if room is None:
        return ""
    if room.is_taken(name):
        return "already in the room"
    return "this code name has an unfinished sitting in the room" if room.is_claimed(name) else ""


def _fault(row: Row, mapping: Mapping, column: int, message: str) -> Fault:
    return Fault(row.line, column + 1, mapping.columns[column].header, row.cells[column], message)


def _row(bank: Bank, cells: Sequence[Cells], row: Row, mapping: Mapping, lang: str) -> AnswerRecord | tuple[Fault, ...]:
    """One row as a record, or everything that is wrong with it."""
    if len(row.cells) != len(mapping.columns):
        message = f"{len(row.cells)} cells, where the header has {len(mapping.columns)}"
        return (Fault(row.line, 0, "", "", message),)
    faults: list[Fault] = []
    name = ""
    answers: dict[int, int] = {}
    for number, (column, cell) in enumerate(zip(mapping.columns, row.cells, strict=True)):
        if column.use == "name":
            try:
                name = code_name(cell)
            except NameRefused as error:
                faults.append(_fault(row, mapping, number, error.message))
        if column.use != "question" or not cell.strip():
            continue
        found = cells[column.place].options(cell)
        if len(found) == 1:
            answers[column.place] = found[0]
        elif found:
            listed = " and ".join(str(one) for one in found)
            faults.append(_fault(row, mapping, number, f"may mean option {listed}"))
        else:
            faults.append(_fault(row, mapping, number, f"is no option of {bank.questions[column.place].id}"))
    if not answers and not faults:
        faults.append(Fault(row.line, 0, "", "", "no question is answered"))
    if faults:
        return tuple(faults)
    ordered = {bank.questions[place].id: answers[place] for place in sorted(answers)}
    return AnswerRecord(name, ordered, bank=bank.stamp, lang=lang)


def shown(text: str, most: int = SHORT) -> str:
    """A foreign text in a message: quoted, on one line, not too long, every hidden character spelled out."""
    return f"'{short(' '.join(text.split()), most)}'"
