"""Answer records as files hold them, and that of a sitting."""

from __future__ import annotations

from json import dumps

from rolequiz.core.sitting import Sitting, answers, asked_count, seconds
from rolequiz.core.table import Table
from rolequiz.model import AnswerRecord
from rolequiz.store.journal_lines import Header


def sitting_record(table: Table, header: Header, sitting: Sitting, lang: str, finished: str) -> AnswerRecord:
    """The answer record of a finished sitting; ``lang`` is the language in which it was shown at its end."""
    asked = table.items[: asked_count(table, sitting)] if sitting.mode == "quick" else ()
    return AnswerRecord(
        id=header.person,
        answers=answers(table, sitting),
        mode=sitting.mode,
        asked_ids=tuple(item.id for item in asked),
        seconds=seconds(table, sitting),
        bank=header.bank,
        lang=lang,
        started=header.started,
        finished=finished,
    )


def encoded(record: AnswerRecord) -> bytes:
    """The record as a JSON file; what it does not know is left out."""
    fields: dict[str, object] = {"id": record.id}
    if record.bank is not None:
        fields["bank"] = {"id": record.bank.id, "version": record.bank.version, "digest": record.bank.digest}
    if record.lang:
        fields["lang"] = record.lang
    fields["mode"] = record.mode
    if record.mode == "quick":
        fields["asked_ids"] = list(record.asked_ids)
    if record.started:
        fields["started"] = record.started
    if record.finished:
        fields["finished"] = record.finished
    fields["answers"] = dict(record.answers)
    if record.seconds is not None:
        fields["seconds"] = dict(record.seconds)
    return (dumps(fields, ensure_ascii=False, indent=1) + "\n").encode()
