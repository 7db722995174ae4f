"""``rolequiz explain``: the whole explanation of one person's answers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias

import typer

from rolequiz.batch.notes import Notes
from rolequiz.batch.person import find_person
from rolequiz.batch.score import assess_record
from rolequiz.cli.answers import answer_sources
from rolequiz.cli.context import Loaded, load_bank, voice_for
from rolequiz.cli.env import Env
from rolequiz.cli.options import AsciiOption, BankOption, LangOption, OutputOption, PlainOption
from rolequiz.cli.render import print_document
from rolequiz.cli.reports import ReportFormat, format_of, report_text, whole
from rolequiz.core.assess import explain
from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord
from rolequiz.report.document import brief
from rolequiz.report.glyphs import ASCII, UNICODE, Glyphs
from rolequiz.report.subject import Subject
from rolequiz.scoring.rules import reading_rules

ExplainFormat: TypeAlias = Literal[ReportFormat, "brief"]


def command(
    ctx: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="Answers: JSON, JSONL, YAML or CSV; - reads stdin. None: the last sitting finished here.",
            show_default=False,
        ),
    ] = None,
    person: Annotated[str | None, typer.Option("--id", metavar="ID", help="Whose answers, in a file of many.")] = None,
    form: Annotated[
        ExplainFormat | None,
        typer.Option(
            "--format",
            help="brief: a few lines to send to a friend. Default: by the ending of -o, else text.",
            show_default=False,
        ),
    ] = None,
    output: OutputOption = None,
    lang: LangOption = None,
    bank: BankOption = None,
    ignore_digest: Annotated[
        bool, typer.Option("--ignore-digest", help="Accept answers made for another bank.")
    ] = False,
    plain: PlainOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Explain one person's result: every answer's points, and what would change it.

    Without FILE it is the last sitting that was finished on this machine (of --id, else your own).

    Example: rolequiz explain answers.json --lang zh
    """
    env: Env = ctx.obj
    wanted = Wanted.of(env, form, output, lang, is_plain=plain, is_ascii=ascii_only)
    loaded = load_bank(bank)
    notes = Notes()
    if file is None:
        from rolequiz.cli.own_sitting import own_record

        record = own_record(env, loaded, person or "me", ignore_digest=ignore_digest)
    else:
        source = answer_sources(env, [file], "explain")[0]
        if wanted.output is not None and file != "-" and os.path.realpath(wanted.output) == os.path.realpath(file):
            raise RolequizError(f"{output}: this file of answers would be overwritten", "choose another name")
        record = find_person(
            source, person, reading_rules(loaded.bank, loaded.table, ignore_digest=ignore_digest), notes
        )
    explained(env, loaded, record, wanted, notes)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an explanation is to be put, and where; ``output`` None is stdout."""

    form: ExplainFormat
    output: Path | None
    lang: str | None
    is_plain: bool
    glyphs: Glyphs

    @classmethod
    def of(
        cls,
        env: Env,
        form: ExplainFormat | None,
        output: Path | None,
        lang: str | None,
        *,
        is_plain: bool,
        is_ascii: bool,
    ) -> Self:
        """As the options say.

        Raises:
            RolequizError: the output's ending is no format, and none is given.
        """
        output = None if output is None or str(output) == "-" else output
        chosen = form or (format_of(output, ", or give --format") if output is not None else "text")
        plain = (is_plain or env.wants_plain) and chosen == "text"
        return cls(chosen, output, lang, plain, ASCII if is_ascii else UNICODE)


def explained(env: Env, loaded: Loaded, record: AnswerRecord, wanted: Wanted, notes: Notes) -> None:
    """Assess one record and put its explanation where it is wanted.

    Raises:
        RolequizError: the bank does not speak the language, or the file cannot be written.
    """
    assessment = assess_record(loaded.table, record, notes)
    voice = voice_for(env, loaded.bank, wanted.lang, is_spoken=wanted.is_plain)
    explanation = explain(loaded.table, assessment)
    subject = Subject(loaded.bank, loaded.table, assessment, explanation, voice, day_of(record))
    for line in notes.lines(loaded.bank.version):
        env.say(f"note: {line}")
    if wanted.form == "brief":
        put(env, wanted.output, "".join(line + "\n" for line in brief(subject)))
    elif wanted.form == "text" and wanted.output is None:
        print_document(env, whole(subject), voice, is_plain=wanted.is_plain, glyphs=wanted.glyphs)
    else:
        text = report_text(wanted.form, subject, record.id, wanted.glyphs, is_plain=wanted.is_plain)
        put(env, wanted.output, text)


def day_of(record: AnswerRecord) -> date | None:
    """The day on which the answers were given, if the record says so."""
    try:
        return datetime.fromisoformat(record.finished or record.started).date()
    except ValueError:
        return None


def put(env: Env, output: Path | None, text: str) -> None:
    """Text to a file or to stdout.

    Raises:
        RolequizError: the file cannot be written.
    """
    if output is None:
        env.stdout.write(text)
        return
    from rolequiz.store.atomic import written

    with written(output) as stream:
        stream.write(text.encode())
