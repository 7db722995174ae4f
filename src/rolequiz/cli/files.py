"""What a sitting leaves in files of the user's choice."""

from __future__ import annotations

from json import dumps
from pathlib import Path

from rolequiz.cli.context import Loaded
from rolequiz.cli.render import text_of
from rolequiz.cli.sitting import Seat
from rolequiz.core.result import explanation_record, result_record
from rolequiz.report.document import answers_document, document
from rolequiz.report.glyphs import UNICODE
from rolequiz.report.subject import Subject
from rolequiz.store.atomic import written
from rolequiz.store.records import encoded, sitting_record

REPORT_WIDTH = 80


def write_record(path: Path, seat: Seat, loaded: Loaded, lang: str) -> None:
    """The answer record of a finished sitting, as `score` and `explain` read it.

    Raises:
        RolequizError: the file cannot be written.
    """
    record = sitting_record(loaded.table, seat.header, seat.sitting, lang, seat.finished)
    with written(path) as stream:
        stream.write(encoded(record))


def result_json(subject: Subject, person: str) -> str:
    """The result record with its explanation, as one JSON document."""
    record = result_record(subject.bank.stamp, person, subject.assessment)
    record["explanation"] = explanation_record(subject.table, subject.explanation)
    return dumps(record, ensure_ascii=False, indent=1) + "\n"


def write_report(path: Path, person: str, subject: Subject) -> None:
    """The result as text or JSON, by the file's ending.

    Raises:
        RolequizError: the file cannot be written.
    """
    if path.suffix.lower() == ".json":
        text = result_json(subject, person)
    else:
        voice = subject.voice
        parts = [text_of(one, voice, REPORT_WIDTH, UNICODE) for one in (document(subject), answers_document(subject))]
        text = "\n".join(parts)
    with written(path) as stream:
        stream.write(text.encode())
