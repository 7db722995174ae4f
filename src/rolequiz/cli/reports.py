"""Which formats a result has as a file, and its text in each, from one document."""

from __future__ import annotations

from dataclasses import replace
from json import dumps
from pathlib import Path
from typing import Literal, TypeAlias, assert_never

from rolequiz.cli.render import text_of
from rolequiz.errors import RolequizError
from rolequiz.report.blocks import Document
from rolequiz.report.document import answers_document, document
from rolequiz.report.glyphs import Glyphs
from rolequiz.report.subject import Subject
from rolequiz.report.voice import Voice

ReportFormat: TypeAlias = Literal["text", "json", "html", "markdown"]

BY_ENDING: dict[str, ReportFormat] = {
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".json": "json",
    ".txt": "text",
}
"""The format that an ending chooses, wherever a result is written."""

REPORT_WIDTH = 80


def format_of(path: Path, or_else: str = "") -> ReportFormat:
    """The format of a file by its ending.

    Args:
        or_else: what else there is to do, said after the endings.

    Raises:
        RolequizError: the ending is none of ours.
    """
    form = BY_ENDING.get(path.suffix.lower())
    if form is None:
        raise RolequizError(f"{path}: unknown ending", f"choose one of: {', '.join(BY_ENDING)}{or_else}")
    return form


def whole(subject: Subject) -> Document:
    """The result and, after it, every answer with its points."""
    result, every = document(subject), answers_document(subject)
    return Document(result.first, result.further + every.first)


def report_text(form: ReportFormat, subject: Subject, person: str, glyphs: Glyphs, *, is_plain: bool) -> str:
    """The whole result as a file; ``is_plain`` makes sentences of a text, and nothing of what has structure."""
    if form == "json":
        return result_json(subject, person)
    voice = replace(subject.voice, is_spoken=is_plain and form == "text")
    shown = whole(replace(subject, voice=voice))
    return document_text(form, shown, voice, voice.text(subject.bank.form.title), glyphs, is_plain=is_plain)


def document_text(
    form: Literal["text", "html", "markdown"],
    shown: Document,
    voice: Voice,
    title: str,
    glyphs: Glyphs,
    *,
    is_plain: bool,
) -> str:
    """Any document as a file; of a text in sentences (``is_plain``) the voice should be a spoken one."""
    match form:
        case "html":
            from rolequiz.report import html

            return html.page(shown, voice, title)
        case "markdown":
            from rolequiz.report import markdown

            return markdown.text(shown, voice, title)
        case "text" if is_plain:
            from rolequiz.report.plain import plain_lines

            return "".join(f"{line}\n" for line in plain_lines(shown.sections, voice))
        case "text":
            return text_of(shown, voice, REPORT_WIDTH, glyphs)
        case _:
            assert_never(form)


def result_json(subject: Subject, person: str) -> str:
    """The result record with its explanation, as one JSON document."""
    from rolequiz.core.result import explanation_record, result_record

    record = result_record(subject.bank.stamp, person, subject.assessment)
    record["explanation"] = explanation_record(subject.table, subject.explanation)
    return dumps(record, ensure_ascii=False, indent=1) + "\n"
