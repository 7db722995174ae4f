"""``rolequiz history show`` and ``compare``: one kept sitting explained again, and two of them side by side."""

from __future__ import annotations

from json import dumps
from typing import Annotated

import typer

from rolequiz.batch.notes import Notes
from rolequiz.cli.context import load_bank, voice_for
from rolequiz.cli.env import Env
from rolequiz.cli.explain import ExplainFormat, Wanted, explained, put
from rolequiz.cli.kept import assessed, of_bank, say_notes
from rolequiz.cli.options import AsciiOption, BankOption, LangOption, OutputOption, PlainOption
from rolequiz.cli.render import print_document
from rolequiz.cli.reports import ReportFormat, document_text, format_of
from rolequiz.core import compare as comparing
from rolequiz.core.result import comparison_record, result_record
from rolequiz.errors import RolequizError
from rolequiz.printable import printable
from rolequiz.report.comparison import Side, Sides, comparison_document
from rolequiz.report.glyphs import ASCII, UNICODE
from rolequiz.store.history import Kept, history


def show(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="N", help="Its number in the list.")],
    form: Annotated[
        ExplainFormat | None,
        typer.Option("--format", help="brief: a few lines to send to a friend. Default: text.", show_default=False),
    ] = None,
    output: OutputOption = None,
    lang: LangOption = None,
    bank: BankOption = None,
    plain: PlainOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Explain one sitting again: the same document as rolequiz explain, in all its formats.

    Example: rolequiz history show 3 --lang zh
    """
    env: Env = ctx.obj
    wanted = Wanted.of(env, form, output, lang, is_plain=plain, is_ascii=ascii_only)
    loaded = load_bank(bank)
    found = history(env.home)
    say_notes(env, found.notes)
    explained(env, loaded, of_bank(loaded, found.sitting(number)), wanted, Notes())


def compare(
    ctx: typer.Context,
    one: Annotated[int, typer.Argument(metavar="A", help="A sitting's number in the list.")],
    other: Annotated[int, typer.Argument(metavar="B", help="Another's; the older one comes first in any case.")],
    form: Annotated[ReportFormat | None, typer.Option("--format", help="Default: text.", show_default=False)] = None,
    output: OutputOption = None,
    lang: LangOption = None,
    bank: BankOption = None,
    plain: PlainOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Say what changed between two sittings: roles, traits, and which answers moved them by how much.

    The points of the answers add up to the change. A difference that answering again without any change
    would show too is said to be one.

    Example: rolequiz history compare 1 3
    """
    env: Env = ctx.obj
    if one == other:
        raise RolequizError(f"sitting {one} cannot be compared with itself", "name two numbers of the list")
    output = None if output is None or str(output) == "-" else output
    chosen = form or (format_of(output, ", or give --format") if output is not None else "text")
    is_plain = plain or env.wants_plain
    loaded = load_bank(bank)
    found = history(env.home)
    say_notes(env, found.notes)
    kept = [found.sitting(number) for number in sorted((one, other))]
    records = [of_bank(loaded, each) for each in kept]
    results = [assessed(env, loaded, record) for record in records]
    comparison = comparing.compare(loaded.table, *results)
    if chosen == "json":
        record = comparison_record(loaded.table, comparison)
        both = zip(("earlier", "later"), kept, records, results, strict=True)
        record |= {
            name: {
                "number": each.number,
                "started": answered.started,
                "finished": answered.finished,
                "result": result_record(loaded.bank.stamp, answered.id, result),
            }
            for name, each, answered, result in both
        }
        put(env, output, dumps(record, ensure_ascii=False, indent=1) + "\n")
        return
    voice = voice_for(env, loaded.bank, lang, is_spoken=is_plain and chosen == "text")
    sides = [_side(each) for each in kept]
    shown = comparison_document(Sides(loaded.table, comparison, voice, *sides))
    glyphs = ASCII if ascii_only else UNICODE
    if output is None and chosen == "text":
        print_document(env, shown, voice, is_plain=is_plain, glyphs=glyphs)
        return
    title = voice.text(loaded.bank.form.title)
    put(env, output, document_text(chosen, shown, voice, title, glyphs, is_plain=is_plain))


def _side(kept: Kept) -> Side:
    return Side(kept.number, printable(kept.person), kept.moment.date())
