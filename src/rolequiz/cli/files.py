"""What a sitting leaves in files of the user's choice."""

from __future__ import annotations

from collections.abc import Mapping
from json import dumps
from pathlib import Path

from rolequiz.cli.context import Loaded
from rolequiz.cli.reports import format_of, report_text
from rolequiz.cli.sitting import Seat
from rolequiz.core.sitting import asked_count, seconds
from rolequiz.report.glyphs import Glyphs
from rolequiz.report.subject import Subject
from rolequiz.store.atomic import written


def write_record(path: Path, seat: Seat, loaded: Loaded, lang: str, answers: Mapping[str, int]) -> None:
    """The answer record of a finished sitting, as `score` and `explain` read it.

    Raises:
        RolequizError: the file cannot be written.
    """
    table, sitting = loaded.table, seat.sitting
    header = seat.header
    record: dict[str, object] = {
        "id": header.person,
        "bank": {"id": header.bank.id, "version": header.bank.version, "digest": header.bank.digest},
        "lang": lang,
        "mode": sitting.mode,
    }
    if sitting.mode == "quick":
        record["asked_ids"] = [item.id for item in table.items[: asked_count(table, sitting)]]
    record |= {
        "started": header.started,
        "finished": seat.finished,
        "answers": dict(answers),
        "seconds": seconds(table, sitting),
    }
    with written(path) as stream:
        stream.write((dumps(record, ensure_ascii=False, indent=1) + "\n").encode())


def write_report(path: Path, person: str, subject: Subject, glyphs: Glyphs, *, is_plain: bool) -> None:
    """The result in the format of the file's ending.

    Raises:
        RolequizError: the file cannot be written.
    """
    text = report_text(format_of(path), subject, person, glyphs, is_plain=is_plain)
    with written(path) as stream:
        stream.write(text.encode())
