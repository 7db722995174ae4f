"""``rolequiz explain``: the whole explanation of one person's answers."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

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
from rolequiz.core.sitting import answers, asked_count, seconds
from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord
from rolequiz.report.document import brief
from rolequiz.report.glyphs import ASCII, UNICODE
from rolequiz.report.subject import Subject
from rolequiz.scoring.rules import reading_rules
from rolequiz.store.atomic import written
from rolequiz.store.journal import newest_finished

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
    loaded = load_bank(bank)
    output = None if output is None or str(output) == "-" else output
    chosen = form or (format_of(output, ", or give --format") if output is not None else "text")
    is_plain = (plain or env.wants_plain) and chosen == "text"
    notes = Notes()
    if file is None:
        record = own_record(env, loaded, person or "me", ignore_digest=ignore_digest)
    else:
        source = answer_sources(env, [file], "explain")[0]
        if output is not None and file != "-" and os.path.realpath(output) == os.path.realpath(file):
            raise RolequizError(f"{output}: this file of answers would be overwritten", "choose another name")
        record = find_person(
            source, person, reading_rules(loaded.bank, loaded.table, ignore_digest=ignore_digest), notes
        )
    assessment = assess_record(loaded.table, record, notes)
    voice = voice_for(env, loaded.bank, lang, is_spoken=is_plain)
    explanation = explain(loaded.table, assessment)
    subject = Subject(loaded.bank, loaded.table, assessment, explanation, voice, day_of(record))
    for line in notes.lines(loaded.bank.version):
        env.say(f"note: {line}")
    glyphs = ASCII if ascii_only else UNICODE
    if chosen == "brief":
        put(env, output, "".join(line + "\n" for line in brief(subject)))
    elif chosen == "text" and output is None:
        print_document(env, whole(subject), voice, is_plain=is_plain, glyphs=glyphs)
    else:
        put(env, output, report_text(chosen, subject, record.id, glyphs, is_plain=is_plain))


def own_record(env: Env, loaded: Loaded, person: str, *, ignore_digest: bool) -> AnswerRecord:
    """The last finished sitting of an id as an answer record.

    Raises:
        RolequizError: there is none, or it was made with another bank.
    """
    saved = newest_finished(env.home, person)
    if saved is None:
        raise RolequizError(
            f"no finished sitting of {person!r} is kept on this machine",
            "take the quiz first (rolequiz take), or name a file of answers",
        )
    bank, table = saved.header.bank, loaded.table
    if not ignore_digest and (bank.id, bank.digest) != (loaded.bank.id, loaded.bank.digest):
        raise RolequizError(
            f"the last sitting of {person!r} was made with another bank ({bank.id} {bank.version})",
            "name that bank with --bank, or accept it with --ignore-digest",
        )
    sitting = saved.sitting(table)
    return AnswerRecord(
        id=person,
        answers=answers(table, sitting),
        mode=sitting.mode,
        asked_ids=tuple(item.id for item in table.items[: asked_count(table, sitting)]),
        seconds=seconds(table, sitting),
        bank=bank,
        started=saved.header.started,
        finished=saved.finished,
    )


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
    with written(output) as stream:
        stream.write(text.encode())
