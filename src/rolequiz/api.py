"""rolequiz in a Python program: a bank, one person, or files of any size.

Nothing here prints or asks; whatever cannot be done is a `RolequizError`, with
a message that says what is wrong and a hint that says what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from rolequiz.bank.load import load
from rolequiz.bank.shipped import shipped_bank
from rolequiz.batch.formats import INPUT_FORMATS, InputFormat
from rolequiz.batch.job import Job
from rolequiz.batch.rejects import not_an_option, unknown_question
from rolequiz.batch.results import COLUMNS, Columns, ResultFormat
from rolequiz.batch.score import Totals
from rolequiz.batch.sources import Source, expanded
from rolequiz.core.assess import Assessment
from rolequiz.core.assess import assess as assess_sheet
from rolequiz.core.score import sheet_of
from rolequiz.core.table import Table, compile_table
from rolequiz.errors import RolequizError
from rolequiz.model import Bank
from rolequiz.scoring.places import places
from rolequiz.scoring.rules import reading_rules
from rolequiz.scoring.run import Request, Streams, score

if TYPE_CHECKING:
    import pyarrow as pa

    from rolequiz.batch.arrow_scores import ArrowScores

_tables: dict[str, Table] = {}


def load_bank(folder: str | Path | None = None) -> Bank:
    """A bank from a folder with ``questions.yaml`` and ``roles.yaml``; without one, the shipped bank.

    Raises:
        RolequizError: it cannot be read, or is not valid; the message holds every problem.
    """
    _of_type("folder", folder, str | Path | None)
    return load(Path(folder) if folder is not None else shipped_bank())


def assess(bank: Bank, answers: Mapping[str, int], *, seconds: Mapping[str, float] | None = None) -> Assessment:
    """The result of one person.

    Args:
        answers: option numbers as the person saw them, from 1, by question id; a question without an answer is absent.
        seconds: answering time by question id, for the flag ``too-fast``.

    Returns:
        Scores of roles around 0, points from 0, fit 0-100, certainty 0-1; empty or None where too little is known.

    Raises:
        RolequizError: an id is no question of the bank, or a number no option of its question.
    """
    _of_type("bank", bank, Bank)
    _of_type("answers", answers, Mapping)
    table = _compiled(bank)
    for question, number in answers.items():
        place = table.positions.get(question)
        if place is None:
            raise RolequizError(unknown_question(question, str(question), bank.id).message, "check the id and the bank")
        options = table.items[place].options
        if type(number) is not int or not 1 <= number <= options:
            raise RolequizError(not_an_option(question, str(number), options).message, "options count from 1")
    return assess_sheet(table, sheet_of(table, answers), seconds=seconds)


def score_file(
    source: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    bank: Bank | None = None,
    format: ResultFormat | None = None,  # noqa: A002  # the name it has on the command line
    format_in: InputFormat | None = None,
    rejects: str | Path | None = None,
    id_column: str = "id",
    keep: Sequence[str] = (),
    columns: Columns = "all",
    with_source: bool = False,
    explain: bool = False,
    verbatim: bool = False,
    rejects_raw: bool = True,
    ignore_digest: bool = False,
    workers: int = 1,
) -> Totals:
    """Score answer files, as ``rolequiz score SOURCE -o OUTPUT`` does: the same options, the same bytes.

    Args:
        source: one or several files, folders or patterns.
        output: appears whole or not at all, with its rejects and a manifest beside it.
        format: ``csv``, ``jsonl``, ``json`` or ``parquet``; by the ending of ``output`` if None.
        rejects: where rejects go; ``OUTPUT.rejects.jsonl`` if None.
        workers: processes for a large input. A program that starts some has to guard its main module
            (``if __name__ == "__main__":``), as `multiprocessing` asks.

    Returns:
        How many records were scored and rejected, and why: ``read == scored + rejected``.

    Raises:
        RolequizError: an argument means nothing, a source cannot be read as a whole, or the output cannot be written.
    """
    _one_of("format", format, (None, *get_args(ResultFormat)))
    _one_of("format_in", format_in, (None, *INPUT_FORMATS))
    _one_of("columns", columns, COLUMNS)
    kept = _names("keep", keep)
    _of_type("id_column", id_column, str)
    _of_type("bank", bank, Bank | None)
    _of_type("output", output, str | Path)
    _of_type("rejects", rejects, str | Path | None)
    if type(workers) is not int or workers < 1:
        raise RolequizError(f"workers={workers!r} is no number of processes", "give a whole number from 1")
    names = [source] if isinstance(source, str | Path) else source
    if not isinstance(names, Sequence) or not all(isinstance(one, str | Path) for one in names):
        raise RolequizError(f"source={source!r} is no path", "give a path, or a list of paths")
    if not names:
        raise RolequizError("there is no source", "name at least one file or folder")
    used = bank if bank is not None else load_bank()
    at = places(Path(output), format, Path(rejects) if rejects is not None else None)
    if at.format == "table":
        raise RolequizError(f"{output}: a table is for people", "choose csv, jsonl, json or parquet")
    if at.output is None:
        raise RolequizError("results go to a file here", "name one")
    if at.rejects is None:
        raise RolequizError(
            f"{output}: beside a device or a pipe there is no place for rejects", "name a file for them: rejects="
        )
    request = Request(
        sources=[Source(name) for name in expanded([str(name) for name in names])],
        bank=used,
        table=_compiled(used),
        format_in=format_in,
        id_column=id_column,
        keep=kept,
        ignore_digest=ignore_digest,
        columns=columns,
        with_source=with_source,
        verbatim=verbatim,
        explained=explain,
        with_raw=rejects_raw,
        workers=workers,
    )
    options: dict[str, object] = {
        "format": at.format,
        "id-column": id_column,
        "keep": list(kept),
        "columns": columns,
        "with-source": with_source,
        "explain": explain,
        "workers": workers,
    }
    streams = Streams(_nowhere, _nowhere, lambda: datetime.now().astimezone())
    return score(request, at, at.format, streams, options).totals


def score_arrow(
    data: pa.RecordBatch | pa.Table,
    *,
    bank: Bank | None = None,
    id_column: str = "id",
    keep: Sequence[str] = (),
    columns: Columns = "all",
) -> ArrowScores:
    """Score answers that are in memory already, for instance inside ``mapInArrow`` or a DuckDB pipeline.

    Args:
        data: a text column of ids, and a column of integers (or text) for each question; null is a gap.
        keep: columns to carry through, as text.

    Returns:
        ``results`` and ``rejects``: every row is in exactly one of them, in the order of the table.

    Raises:
        RolequizError: pyarrow is missing, an argument means nothing, or the columns are not those of answers.
    """
    _one_of("columns", columns, COLUMNS)
    kept = _names("keep", keep)
    _of_type("id_column", id_column, str)
    _of_type("bank", bank, Bank | None)
    if find_spec("pyarrow") is None:
        raise RolequizError("scoring Arrow needs pyarrow", "install it with: pip install 'rolequiz[batch,parquet]'")
    from rolequiz.batch.arrow_scores import scored_table

    used = bank if bank is not None else load_bank()
    table = _compiled(used)
    request = Request((), used, table, keep=kept, columns=columns)
    rules = reading_rules(used, table, id_column=id_column, keep=kept)
    return scored_table(Job(rules, request.layout(), "parquet", "jsonl-no-raw"), data)


def _one_of(name: str, value: object, allowed: Sequence[object]) -> None:
    """Stop at an argument that no type checker has looked at."""
    if not isinstance(value, str | None) or value not in allowed:
        choices = ", ".join(repr(one) for one in allowed if one is not None)
        raise RolequizError(f"{name}={value!r} means nothing here", f"choose one of: {choices}")


def _of_type(name: str, value: object, kind: Any) -> None:
    """Stop at an argument of another type."""
    if not isinstance(value, kind):
        raise RolequizError(f"{name}={value!r} means nothing here", f"it has to be {getattr(kind, '__name__', kind)}")


def _names(name: str, values: Sequence[str]) -> tuple[str, ...]:
    """Different names, in order; a single text is no sequence of names, although Python takes it for one of letters."""
    if not isinstance(values, Sequence) or isinstance(values, str) or not all(isinstance(one, str) for one in values):
        raise RolequizError(f"{name}={values!r} is no list of names", f"write {name}=[{str(values)!r}]")
    return tuple(dict.fromkeys(values))


def _nowhere(_: bytes | memoryview) -> None:
    """Results and rejects have files here."""


def _compiled(bank: Bank) -> Table:
    """The table of a bank, compiled once for each digest: that covers everything in it."""
    if bank.digest not in _tables:
        _tables[bank.digest] = compile_table(bank.form, bank.catalogue)
    return _tables[bank.digest]
