"""What a sitting leaves in files of the user's choice."""

from __future__ import annotations

from pathlib import Path

from rolequiz.cli.context import Loaded
from rolequiz.cli.reports import format_of, report_text
from rolequiz.cli.sitting import Seat
from rolequiz.report.glyphs import Glyphs
from rolequiz.report.subject import Subject
from rolequiz.store.atomic import written
from rolequiz.store.records import encoded, sitting_record


def write_record(path: Path, seat: Seat, loaded: Loaded, lang: str) -> None:
    """The answer record of a finished sitting, as `score` and `explain` read it.

    Raises:
        RolequizError: the file cannot be written.
    """
    record = sitting_record(loaded.table, seat.header, seat.sitting, lang, seat.finished)
    with written(path) as stream:
        stream.write(encoded(record))


def write_report(path: Path, person: str, subject: Subject, glyphs: Glyphs, *, is_plain: bool) -> None:
    """The result in the format of the file's ending.

    Raises:
        RolequizError: the file cannot be written.
    """
    text = report_text(format_of(path), subject, person, glyphs, is_plain=is_plain)
    with written(path) as stream:
        stream.write(text.encode())
