"""What the columns of a table of Arrow mean, and whether their values can be read."""

from __future__ import annotations

from rolequiz.batch.csv_records import meaning_of, note_columns
from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import Header
from rolequiz.batch.records import Rules
from rolequiz.errors import RolequizError
from rolequiz.printable import listed, short, shown_source

try:
    import pyarrow as pa
except ImportError:
    # Said when a file is to be read, for then it has a name.
    pa = None


def header_of_schema(schema: pa.Schema, source: str, rules: Rules, notes: Notes) -> Header:
    """The meaning of the columns, by their places in the file.

    Raises:
        RolequizError: as for the header of CSV; or the values of a column are not of a kind that can be read.
    """
    where = shown_source(source)
    header = meaning_of(tuple(schema.names), where, rules)
    _check_types(schema, where, rules, [question for _, question, _ in header.questions])
    note_columns(header, source, rules, notes)
    return header


def _check_types(schema: pa.Schema, where: str, rules: Rules, questions: list[str]) -> None:
    """Stop where a column cannot hold what it should: no row could be right then."""
    kinds = {column: schema.field(column).type for column in (rules.id_column, *questions, *rules.keep)}
    person = kinds[rules.id_column]
    if not is_text(person):
        column = short(rules.id_column)
        raise RolequizError(
            f"{where}: the id column {column} is {_shown(person)}, but an id is text",
            f'cast the column to string, in pandas: df["{column}"] = df["{column}"].astype("string")',
        )
    wrong = [column for column in questions if not _is_answer(kinds[column])]
    if wrong:
        kind = kinds[wrong[0]]
        alike = [column for column in wrong if kinds[column] == kind]
        what = f"column {alike[0]} is" if len(alike) == 1 else f"columns {listed(alike)} are"
        raise RolequizError(f"{where}: {what} {_shown(kind)}, but answers are whole numbers", _remedy(alike, kind))
    for column in rules.keep:
        if not (_is_plain(kinds[column]) or is_text(kinds[column])):
            raise RolequizError(
                f"{where}: the column {short(column)} to keep is {_shown(kinds[column])}, more than one value",
                "cast the column to string before the file is written",
            )


def _remedy(columns: list[str], kind: pa.DataType) -> str:
    if not pa.types.is_floating(kind):
        return "an answer is the number of an option, from 1: cast to an integer type, null for a gap"
    one = f'df["{columns[0]}"]'
    others = ", and so the others" if len(columns) > 1 else ""
    return f'for the gaps pandas made floats of them; before writing: {one} = {one}.astype("Int8"){others}'


def _shown(kind: pa.DataType) -> str:
    return short(str(kind))


def is_text(kind: pa.DataType) -> bool:
    """Whether values are text, as they are or by a dictionary."""
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner) or pa.types.is_string_view(inner))


def _is_answer(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_null(kind) or is_text(kind))


def _is_plain(kind: pa.DataType) -> bool:
    """Whether a value is one thing, and no text."""
    types = pa.types
    is_number = types.is_boolean(kind) or types.is_integer(kind) or types.is_floating(kind) or types.is_null(kind)
    return bool(is_number or is_written(kind))


def is_written(kind: pa.DataType) -> bool:
    """Whether pyarrow shall write values as text, for what Python makes of them depends on the packages installed."""
    types = pa.types
    return bool(types.is_date(kind) or types.is_time(kind) or types.is_timestamp(kind) or types.is_decimal(kind))
