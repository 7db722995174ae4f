"""``rolequiz history``: the sittings finished on this machine, listed, shown, compared, deleted."""

from __future__ import annotations

from json import dumps
from typing import Annotated, ClassVar, Literal

import typer

from rolequiz.cli.context import Loaded, load_bank, voice_for
from rolequiz.cli.env import Env
from rolequiz.cli.groups import LazyGroup, Subcommand, group
from rolequiz.cli.kept import assessed, is_other, say_notes
from rolequiz.cli.options import AsciiOption, BankOption, LangOption, PlainOption
from rolequiz.cli.render import print_document
from rolequiz.core.assess import Assessment
from rolequiz.core.result import result_record
from rolequiz.errors import RolequizError
from rolequiz.printable import printable
from rolequiz.report.glyphs import ASCII, UNICODE
from rolequiz.report.kept import Entry, kept_document
from rolequiz.store.history import Kept, history, record_of

SCHEMA = "rolequiz.history/1"


class HistoryCommands(LazyGroup):
    """The commands below ``history``."""

    entries: ClassVar = {
        "show": Subcommand("history_show", "Explain one sitting again.", "show"),
        "compare": Subcommand("history_show", "What changed between two sittings, and by which answers.", "compare"),
        "delete": Subcommand("history_delete", "Delete sittings from this machine, for good."),
    }


app = group(
    HistoryCommands,
    "The sittings finished on this machine: list them, show one, compare two, delete.\n\n"
    "They are numbered from the oldest (by time, then id). A later sitting never changes the number of an "
    "earlier one; deleting one moves those after it down.",
    invoke_without_command=True,
)

ListFormat = Literal["text", "json"]


@app.callback()
def _list(
    ctx: typer.Context,
    person: Annotated[str | None, typer.Option("--id", metavar="NAME", help="Only sittings of this id.")] = None,
    form: Annotated[ListFormat, typer.Option("--format", help="json: every result as explain writes it.")] = "text",
    lang: LangOption = None,
    bank: BankOption = None,
    plain: PlainOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    if ctx.invoked_subcommand is not None:
        if any((person, form != "text", lang, bank, plain, ascii_only)):
            raise RolequizError(
                f"these options belong after the word {ctx.invoked_subcommand}",
                f"for instance: rolequiz history {ctx.invoked_subcommand} 1 --plain",
            )
        return
    env: Env = ctx.obj
    is_plain = plain or env.wants_plain
    loaded = load_bank(bank)
    voice = voice_for(env, loaded.bank, lang, is_spoken=is_plain)
    found = history(env.home)
    say_notes(env, found.notes)
    shown = [kept for kept in found.sittings if person is None or kept.person == person]
    if form == "json":
        record = {
            "schema": SCHEMA,
            "sittings": [_entry_record(env, loaded, kept) for kept in shown],
            "unfinished": found.unfinished,
        }
        env.stdout.write(dumps(record, ensure_ascii=False, indent=1) + "\n")
        return
    document = kept_document(voice, [_entry(env, loaded, kept) for kept in shown], found.unfinished, person)
    print_document(env, document, voice, is_plain=is_plain, glyphs=ASCII if ascii_only else UNICODE)


def _entry(env: Env, loaded: Loaded, kept: Kept) -> Entry:
    stamp = kept.saved.header.bank
    if is_other(stamp, loaded):
        return Entry(kept.number, kept.person, kept.moment, stamp, None, True)
    result: Assessment | None = None
    try:
        result = assessed(env, loaded, record_of(kept.saved, loaded.table))
    except RolequizError as error:
        env.say(f"note: {printable(error.message)}")
    return Entry(kept.number, kept.person, kept.moment, stamp, result, False)


def _entry_record(env: Env, loaded: Loaded, kept: Kept) -> dict[str, object]:
    """One sitting; its result is null where another bank is needed, which ``bank`` names, or the journal is damaged."""
    entry, header = _entry(env, loaded, kept), kept.saved.header
    return {
        "number": kept.number,
        "id": kept.person,
        "bank": {"id": header.bank.id, "version": header.bank.version, "digest": header.bank.digest},
        "is_other_bank": entry.is_other_bank,
        "mode": header.mode,
        "started": header.started,
        "finished": kept.saved.finished,
        "result": None if entry.result is None else result_record(loaded.bank.stamp, kept.person, entry.result),
    }
