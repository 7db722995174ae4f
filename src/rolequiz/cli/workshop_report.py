"""``rolequiz workshop report``: a room in terminal, HTML, Markdown or JSON, and a handout for each participant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from json import dumps
from pathlib import Path
from typing import Annotated

import typer

from rolequiz.batch.notes import Notes
from rolequiz.batch.rejects import reject_line
from rolequiz.batch.score import assess_record
from rolequiz.cli.context import Loaded, load_bank, voice_for
from rolequiz.cli.env import Env
from rolequiz.cli.exits import Exit
from rolequiz.cli.options import AsciiOption, BankOption, LangOption, OutputOption, PlainOption
from rolequiz.cli.render import print_document, text_of
from rolequiz.cli.reports import BY_ENDING, REPORT_WIDTH, ReportFormat, format_of
from rolequiz.core.assess import explain
from rolequiz.core.group import FEWEST, Member, assess_group, may_be_shown
from rolequiz.core.group_result import group_record
from rolequiz.errors import RolequizError
from rolequiz.printable import shown_source
from rolequiz.report.glyphs import ASCII, UNICODE, Glyphs
from rolequiz.report.group import group_document
from rolequiz.report.group_places import empty_document
from rolequiz.report.group_subject import RoomSubject
from rolequiz.report.subject import Subject
from rolequiz.report.voice import Voice
from rolequiz.scoring.rules import reading_rules
from rolequiz.store.atomic import written
from rolequiz.workshop.attendance import Attendance, attendance
from rolequiz.workshop.room import Room


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the report is to look and where it goes; ``output`` None is the terminal."""

    form: ReportFormat
    output: Path | None
    is_named: bool
    is_plain: bool
    glyphs: Glyphs


@dataclass(frozen=True, slots=True)
class Gathered:
    """A room that was read: everybody assessed, in the order of code names."""

    room: Room
    loaded: Loaded
    found: Attendance
    members: tuple[Member, ...]
    voice: Voice
    day: date


def command(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The room.", show_default=False)],
    names: Annotated[
        bool, typer.Option("--names", help="With code names, and the places of single people. Ask them first.")
    ] = False,
    cards: Annotated[
        bool, typer.Option("--cards", help="Instead: a handout for each participant, in one HTML file to print (-o).")
    ] = False,
    form: Annotated[
        ReportFormat | None,
        typer.Option("--format", help="Default: text, or by the ending of FILE.", show_default=False),
    ] = None,
    output: OutputOption = None,
    lang: LangOption = None,
    bank: BankOption = None,
    plain: PlainOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Say what came out in a room: first places, where people stand between the roles, what to talk about.

    Without --names nothing is said of fewer than 5 people, nor anything that is one person's alone.
    The language is that of the room, if --lang names no other.

    Example: rolequiz workshop report my-room -o report.html

    Exit code 0: done. 1: done, but some records could not be read. 2: it could not be done.
    """
    env: Env = ctx.obj
    output = None if output is None or str(output) == "-" else output
    chosen = chosen_format(form, output, is_cards=cards)
    room = Room.open(folder)
    check_place(room, output)
    is_plain = (plain or env.wants_plain) and chosen == "text"
    notes = Notes()
    gathered = gather(env, room, load_bank(bank), lang, notes, is_spoken=is_plain)
    wanted = Wanted(chosen, output, names, is_plain, ASCII if ascii_only else UNICODE)
    if cards:
        assert output is not None
        put_cards(env, gathered, output)
    else:
        put_report(env, gathered, wanted)
    for line in notes.lines(gathered.loaded.bank.version):
        env.say(f"note: {line}")
    if gathered.found.rejects:
        raise typer.Exit(Exit.FINDINGS)


def chosen_format(form: ReportFormat | None, output: Path | None, *, is_cards: bool) -> ReportFormat:
    """The format asked for, or that of the file's ending.

    Raises:
        RolequizError: the ending is none of ours, or handouts would not be HTML in a file.
    """
    if is_cards:
        if output is None:
            raise RolequizError("--cards needs a file to write", "name one: -o cards.html")
        if (form or BY_ENDING.get(output.suffix.lower())) != "html":
            raise RolequizError("--cards makes HTML to print", "name a file ending in .html")
        return "html"
    if form is not None:
        return form
    if output is None:
        return "text"
    return format_of(output, ", or give --format")


def check_place(room: Room, output: Path | None) -> None:
    """A report is no answer record, and must not look like one.

    Raises:
        RolequizError: it would.
    """
    if output is not None and output.suffix.lower() == ".json" and output.resolve().parent == room.path.resolve():
        raise RolequizError(
            f"{output}: in the room, a file ending in .json is somebody's answers", "choose another folder"
        )


def gather(env: Env, room: Room, loaded: Loaded, lang: str | None, notes: Notes, *, is_spoken: bool) -> Gathered:
    """Read the room; what cannot be read is told, the rest is assessed.

    Raises:
        RolequizError: the bank is another than the room's, or nobody's answers are there.
    """
    room.check_bank(loaded.bank.stamp)
    found = attendance(room, reading_rules(loaded.bank, loaded.table), notes)
    for reject in found.rejects:
        env.say(reject_line(reject))
    for name in found.repeated:
        env.say(f"{shown_source(name)}: this code name stands in another file too: left out")
    if not found.records:
        raise RolequizError(
            f"{shown_source(str(room.path))}: nobody in this room has finished",
            "the messages above say what is wrong with the records" if found.rejects else "wait for the first result",
        )
    spoken = room.plan.lang if lang is None and room.plan.lang in loaded.bank.languages else lang
    voice = voice_for(env, loaded.bank, spoken, is_spoken=is_spoken)
    members = tuple(Member(one.id, assess_record(loaded.table, one, notes)) for one in found.records)
    return Gathered(room, loaded, found, members, voice, env.now().date())


def put_report(env: Env, gathered: Gathered, wanted: Wanted) -> None:
    """The report where it was wanted.

    Raises:
        RolequizError: too few people are in the room, or the file cannot be written.
    """
    people = len(gathered.members)
    if not may_be_shown(people, is_named=wanted.is_named):
        raise RolequizError(
            f"{people} {'person has' if people == 1 else 'people have'} finished: of fewer than {FEWEST} nothing is "
            "said without names, because everybody could tell who is who",
            "wait for more, or give --names if all of them agree; --cards makes each one's own handout",
        )
    loaded, found = gathered.loaded, gathered.found
    group = assess_group(loaded.table, gathered.members, is_named=wanted.is_named)
    subject = RoomSubject(
        loaded.table,
        group,
        gathered.voice,
        gathered.room.plan.title,
        gathered.day,
        found.unfinished,
        len(found.rejects),
    )
    if wanted.form == "text" and wanted.output is None:
        print_document(env, group_document(subject), subject.voice, is_plain=wanted.is_plain, glyphs=wanted.glyphs)
        return
    text = report_text(subject, wanted, loaded)
    if wanted.output is None:
        env.stdout.write(text)
        return
    with written(wanted.output, private=wanted.is_named) as sink:
        sink.write(text.encode())


def report_text(subject: RoomSubject, wanted: Wanted, loaded: Loaded) -> str:
    """The report as the text of a file."""
    voice = subject.voice
    match wanted.form:
        case "json":
            record = group_record(
                loaded.bank.stamp, loaded.table, subject.group, unfinished=subject.unfinished, rejected=subject.rejected
            )
            return dumps(record, ensure_ascii=False, indent=1) + "\n"
        case "html":
            from rolequiz.report.html import page

            empty = empty_document(subject)
            return page(group_document(subject), voice, subject.title, (empty,) if empty else ())
        case "markdown":
            from rolequiz.report.markdown import text

            return text(group_document(subject), voice, subject.title)
        case "text" if wanted.is_plain:
            from rolequiz.report.plain import plain_lines

            return "\n".join(plain_lines(group_document(subject).sections, voice)) + "\n"
        case "text":
            return text_of(group_document(subject), voice, REPORT_WIDTH, wanted.glyphs)


def put_cards(env: Env, gathered: Gathered, output: Path) -> None:
    """A handout for each participant, in the order of code names, in one private file.

    Raises:
        RolequizError: the file cannot be written.
    """
    from rolequiz.report.card import card_document
    from rolequiz.report.html import sheets

    loaded, voice, title = gathered.loaded, gathered.voice, gathered.room.plan.title
    documents = []
    for member in gathered.members:
        explanation = explain(loaded.table, member.assessment)
        subject = Subject(loaded.bank, loaded.table, member.assessment, explanation, voice, gathered.day)
        documents.append(card_document(subject, member.name, title))
    with written(output, private=True) as sink:
        sink.write(sheets(documents, voice, title).encode())
    count = len(documents)
    env.say(f"{count} {'handout' if count == 1 else 'handouts'} in {output}: print it, one sheet for each person")
