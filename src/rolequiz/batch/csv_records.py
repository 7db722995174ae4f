"""Records from CSV: the meaning of the header, and one physical line after the other under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rolequiz.batch import rejects
from rolequiz.batch.csv_lines import cells_of
from rolequiz.batch.lines import MAX_LINE, Line
from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import Header
from rolequiz.batch.records import Accepted, Item, Rules, text_answer, text_id
from rolequiz.batch.rejects import Fault, Reject, raw_text
from rolequiz.errors import RolequizError
from rolequiz.model import MAX_OPTIONS, AnswerRecord
from rolequiz.printable import listed, short, shown_source

CHOICES = {str(number): number for number in range(1, MAX_OPTIONS + 1)}
"""Every text that can be an answer."""


def no_header(source: str, rules: Rules) -> RolequizError:
    """What to say of a file without a line."""
    return RolequizError(
        f"{shown_source(source)}: there is no header line",
        f"the first line names the columns: {rules.id_column} and the ids of the questions",
    )


def csv_lines(lines: Iterator[Line], header: Header, source: str, id_column: str) -> Iterator[Item]:
    """One record a line; an empty line is nothing."""
    for line in lines:
        if line.content:
            yield item_of_line(line, header, source, id_column)


def header_of(line: Line, source: str, rules: Rules, notes: Notes) -> Header:
    """The meaning of the columns.

    Raises:
        RolequizError: as `meaning_of`, or it is no CSV at all.
    """
    where = f"{shown_source(source)}:{line.number}"
    header = meaning_of(_column_names(line, where), where, rules)
    note_columns(header, source, rules, notes)
    return header


def meaning_of(columns: tuple[str, ...], where: str, rules: Rules) -> Header:
    """What columns of these names mean; ``where`` begins messages.

    Raises:
        RolequizError: no id column, a repeated column, no question column, or none of the name to keep.
    """
    repeated = [column for column, times in Counter(columns).items() if times > 1]
    if repeated:
        names = listed([column or "(no name)" for column in repeated])
        raise RolequizError(f"{where}: columns stand there more than once: {names}", "remove or rename all but one")
    if rules.id_column not in columns:
        raise RolequizError(f"{where}: there is no column {short(rules.id_column)}", _id_remedy(columns))
    positions = rules.table.positions
    if rules.id_column in positions:
        raise RolequizError(f"{where}: {rules.id_column} is a question, not the id", "name another --id-column")
    questions = tuple(
        (cell, column, rules.table.items[positions[column]].options)
        for cell, column in enumerate(columns)
        if column in positions
    )
    if not questions:
        raise RolequizError(
            f"{where}: no column is a question of the bank {rules.bank.id}",
            f"its questions are {listed(list(positions), 5)}; give the bank of these answers with --bank",
        )
    lost = [name for name in rules.keep if name not in columns]
    if lost:
        raise RolequizError(f"{where}: there is no column {listed(lost)} to keep", f"the columns are {listed(columns)}")
    keep = tuple(columns.index(name) for name in rules.keep)
    return Header(columns, columns.index(rules.id_column), questions, keep)


def note_columns(header: Header, source: str, rules: Rules, notes: Notes) -> None:
    """Notice questions without a column, and columns that mean nothing here."""
    positions = rules.table.positions
    notes.missing_columns(source, [question for question in positions if question not in header.columns])
    known = {rules.id_column, *positions, *rules.keep}
    notes.other_columns(source, [column for column in header.columns if column not in known])


def _column_names(line: Line, where: str) -> tuple[str, ...]:
    if line.is_cut:
        raise RolequizError(f"{where}: the header is longer than {MAX_LINE} bytes", "is this a CSV file at all?")
    try:
        columns = cells_of(line.content.decode())
    except UnicodeDecodeError as error:
        raise RolequizError(
            f"{where}: the header is no UTF-8 (byte {error.start + 1})", 'save the file as "CSV UTF-8"'
        ) from error
    if isinstance(columns, Fault):
        raise RolequizError(f"{where}: no valid CSV: {columns.message}", "repair the header line")
    return columns


def _id_remedy(columns: tuple[str, ...]) -> str:
    """What probably happened, from what stands there instead."""
    for sign, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(columns) == 1 and sign in columns[0]:
            return f"the columns are separated by {name}; save the file with commas"
    near = [column for column in columns if column.strip().lower() == "id"]
    if near:
        return f'name it with --id-column "{short(near[0])}"'
    return f"name the column that holds the ids with --id-column; the columns are {listed(columns)}"


def item_of_line(line: Line, header: Header, source: str, id_column: str) -> Item:
    """A valid record or a reject from one line."""
    if line.is_cut:
        return _reject(line, source, None, (rejects.too_long(MAX_LINE),))
    try:
        cells = cells_of(line.content.decode())
    except UnicodeDecodeError:
        return _reject(line, source, None, (rejects.not_utf8(line.content),))
    if isinstance(cells, Fault):
        return _reject(line, source, None, (cells,))
    person = text_id(id_column, cells[header.person]) if len(cells) > header.person else None
    known = person if isinstance(person, str) else None
    if len(cells) != header.width:
        return _reject(line, source, known, (rejects.wrong_length(len(cells), header.width),))
    faults: list[Fault] = []
    answers: dict[str, int] = {}
    if isinstance(person, Fault):
        faults.append(person)
    for cell, question, options in header.questions:
        text = cells[cell]
        if not text:
            continue
        number = CHOICES.get(text)
        if number is not None and number <= options:
            answers[question] = number
            continue
        found = text_answer(question, text, options)
        assert isinstance(found, Fault)
        faults.append(found)
    if faults or known is None:
        return _reject(line, source, known, tuple(faults))
    return Accepted(source, line.number, AnswerRecord(known, answers), tuple(cells[cell] for cell in header.keep))


def _reject(line: Line, source: str, person: str | None, faults: tuple[Fault, ...]) -> Reject:
    return Reject(source, line.number, "line", person, faults, raw_text(line.content, line.is_cut))
