"""``rolequiz take``: options, where the sitting is kept, which face asks, and the result at its end."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from rolequiz.cli.context import Loaded, load_bank, short_digest, voice_for
from rolequiz.cli.env import Env
from rolequiz.cli.exits import Exit
from rolequiz.cli.options import AsciiOption, BankOption, LangOption, PlainOption
from rolequiz.cli.render import print_result
from rolequiz.cli.reports import BY_ENDING
from rolequiz.cli.sitting import Desked, Seat
from rolequiz.core.assess import assess, explain
from rolequiz.core.sitting import Phase, asked_count, seconds
from rolequiz.errors import RolequizError
from rolequiz.model import BankStamp, Mode
from rolequiz.report.glyphs import ASCII, UNICODE
from rolequiz.report.subject import Subject
from rolequiz.report.voice import Voice
from rolequiz.store.desk import Desk
from rolequiz.store.journal import Saved
from rolequiz.store.journal_lines import Header


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for."""

    person: str
    mode: Mode
    is_fresh: bool
    is_plain: bool
    is_ascii: bool
    bank_folder: Path | None
    lang: str | None
    save: Path | None
    report: Path | None

    def command(self) -> str:
        """The command that comes back to this sitting."""
        parts = ["rolequiz", "take"]
        if self.person != "me":
            parts += ["--id", self.person]
        if self.bank_folder is not None:
            parts += ["--bank", str(self.bank_folder)]
        if self.lang is not None:
            parts += ["--lang", self.lang]
        parts += ["--plain"] if self.is_plain else []
        parts += ["--ascii"] if self.is_ascii else []
        for option, path in (("--save", self.save), ("--report", self.report)):
            parts += [option, str(path)] if path is not None else []
        return shlex.join(parts)


def command(
    ctx: typer.Context,
    quick: Annotated[bool, typer.Option("--quick", help="May stop early, once the lead is large enough.")] = False,
    person: Annotated[str, typer.Option("--id", metavar="NAME", help="Whose sitting this is.")] = "me",
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew, ignoring an unfinished sitting.")] = False,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FILE", help="Write the answers to FILE (.json) at the end.")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="FILE", help="Write the result to FILE (.html, .md, .json, .txt)."),
    ] = None,
    lang: LangOption = None,
    bank: BankOption = None,
    plain: PlainOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Ask the questions, save every answer as it is given, then show the result.

    Example: rolequiz take --lang zh
    """
    env: Env = ctx.obj
    wish = Wish(
        person=checked_person(person),
        mode="quick" if quick else "full",
        is_fresh=fresh,
        is_plain=plain or env.wants_plain,
        is_ascii=ascii_only,
        bank_folder=bank,
        lang=lang,
        save=save,
        report=report,
    )
    raise typer.Exit(take(env, wish))


def checked_person(person: str) -> str:
    """An id that files can hold.

    Raises:
        RolequizError: it is empty, too long, or has something that nobody sees or that is no character.
    """
    if not person.strip() or len(person) > 200 or not person.isprintable():
        raise RolequizError(f"--id {person!r} is no name", "use 1 to 200 visible characters")
    return person


def take(env: Env, wish: Wish) -> int:
    """Run one sitting from where it stands to where the taker leaves it."""
    loaded = load_bank(wish.bank_folder)
    voice = voice_for(env, loaded.bank, wish.lang, is_spoken=wish.is_plain)
    if not wish.is_plain and not env.is_interactive:
        raise RolequizError(voice.wording("not_a_terminal"), voice.wording("not_a_terminal_hint"))
    if wish.mode == "quick" and not loaded.table.checkpoints:
        raise RolequizError("this bank has no quick mode", "take it without --quick")
    check_targets(wish)
    with Desk(env.home, wish.person) as desk:
        seat = seated(env, wish, loaded, desk)
        glyphs = ASCII if wish.is_ascii else UNICODE
        desked = Desked(env, seat, loaded, voice, glyphs, wish.command(), wish.mode == "quick")
        try:
            if wish.is_plain:
                from rolequiz.cli.ask_plain import ask

                code = ask(desked)
            else:
                from rolequiz.cli.ask_terminal import ask as ask_on_screen

                code = ask_on_screen(desked)
        finally:
            seat.close()
    return finished(desked, wish) if seat.sitting.phase is Phase.FINISHED else code


def finished(desked: Desked, wish: Wish) -> int:
    """Files first, because whoever has read the result may close the window; then the result, then where the files are.

    Raises:
        RolequizError: a file could not be written; the result has been shown all the same.
    """
    env, voice = desked.env, desked.voice
    subject = subject_of(env, desked.seat, desked.loaded, voice)
    failure: RolequizError | None = None
    try:
        told = write_files(wish, desked, subject)
    except RolequizError as error:
        failure, told = error, []
    if wish.is_plain:
        print_result(env, subject, is_plain=True, glyphs=desked.glyphs)
        code = int(Exit.DONE)
    else:
        from rolequiz.cli.pager import show_result

        code = show_result(env, subject, desked.glyphs)
    if wish.save is None or failure is not None:
        again = ["rolequiz", "explain", *(["--id", wish.person] if wish.person != "me" else [])]
        again += ["--bank", str(wish.bank_folder)] if wish.bank_folder is not None else []
        told.append(voice.wording("kept", command=shlex.join(again)))
    for line in told:
        env.say(line)
    if failure is not None:
        raise failure
    return code


def seated(env: Env, wish: Wish, loaded: Loaded, desk: Desk) -> Seat:
    """The unfinished sitting of this id, or a new one.

    Raises:
        RolequizError: the unfinished one was made for another bank.
    """
    saved = None if wish.is_fresh else desk.newest()
    stamp = loaded.bank.stamp
    if saved is None or saved.is_finished():
        now = env.now()
        lang = wish.lang or ""
        header = Header(wish.person, stamp, wish.mode, lang, now.isoformat(timespec="seconds"))
        return Seat.new(loaded.table, header, desk.begin(header, now), env.now)
    check_same_bank(saved, stamp)
    return Seat.back(loaded.table, saved, desk, env.now)


def check_same_bank(saved: Saved, stamp: BankStamp) -> None:
    """A sitting goes on only with the questions it began with."""
    theirs = saved.header.bank
    if (theirs.id, theirs.digest) != (stamp.id, stamp.digest):
        raise RolequizError(
            f"the unfinished sitting of {saved.header.person!r} was made with another bank "
            f"({theirs.id} {theirs.version} {short_digest(theirs.digest)}, "
            f"not {stamp.id} {stamp.version} {short_digest(stamp.digest)})",
            "go on with that bank (--bank), or begin anew with --fresh; the old answers are kept",
        )


def check_targets(wish: Wish) -> None:
    """Find out before the first question whether the files at the end can be written."""
    for path, endings in ((wish.save, (".json",)), (wish.report, tuple(BY_ENDING))):
        if path is None:
            continue
        if path.suffix.lower() not in endings:
            raise RolequizError(f"{path}: unknown ending", f"choose one of: {', '.join(endings)}")
        if path.is_dir() or not path.absolute().parent.is_dir():
            raise RolequizError(f"{path}: cannot be written", "name a file in a folder that exists")
        if not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
            raise RolequizError(f"{path}: you may not write there", "choose a place of yours")
    if wish.save and wish.report and os.path.realpath(wish.save) == os.path.realpath(wish.report):
        raise RolequizError(f"{wish.report}: --save and --report would go into one file", "choose another name")


def subject_of(env: Env, seat: Seat, loaded: Loaded, voice: Voice) -> Subject:
    """The finished sitting, assessed."""
    table, sitting = loaded.table, seat.sitting
    assessment = assess(
        table,
        sitting.sheet,
        mode=sitting.mode,
        asked=asked_count(table, sitting),
        seconds=seconds(table, sitting),
    )
    return Subject(loaded.bank, table, assessment, explain(table, assessment), voice, env.now().date())


def write_files(wish: Wish, desked: Desked, subject: Subject) -> list[str]:
    """What ``--save`` and ``--report`` asked for; lines that say where it is.

    Raises:
        RolequizError: a file cannot be written.
    """
    from rolequiz.cli.files import write_record, write_report

    voice, loaded, seat = desked.voice, desked.loaded, desked.seat
    told = []
    if wish.save is not None:
        write_record(wish.save, seat, loaded, voice.lang)
        told.append(voice.wording("saved_record", path=wish.save))
    if wish.report is not None:
        write_report(wish.report, wish.person, subject, desked.glyphs, is_plain=wish.is_plain)
        told.append(voice.wording("saved_report", path=wish.report))
    return told
