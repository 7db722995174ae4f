"""``rolequiz bank paper``: the form to print, and the coach's key to it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rolequiz.cli.context import load_bank, voice_for
from rolequiz.cli.env import Env
from rolequiz.cli.options import BankOption, LangOption
from rolequiz.errors import RolequizError
from rolequiz.store.atomic import written


def command(
    ctx: typer.Context,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to FILE (.html). Default: stdout.")
    ] = None,
    key: Annotated[bool, typer.Option("--key", help="The coach's key sheet instead of the form.")] = False,
    lang: LangOption = None,
    bank: BankOption = None,
) -> None:
    """Write the form to print on A4, or the key sheet with which a form is scored by hand.

    Open the file in a browser and print it.

    Example: rolequiz bank paper -o form.html; rolequiz bank paper --key -o key.html
    """
    env: Env = ctx.obj
    if output is not None and output.suffix.lower() not in (".html", ".htm"):
        raise RolequizError(f"{output}: unknown ending", "name it .html, and print it from a browser")
    loaded = load_bank(bank)
    voice = voice_for(env, loaded.bank, lang)
    if key:
        from rolequiz.report.key_sheet import key_sheet

        text = key_sheet(voice, loaded.table)
    else:
        from rolequiz.report.paper import paper_form

        text = paper_form(voice)
    if output is None:
        env.stdout.write(text)
        return
    with written(output) as sink:
        sink.write(text.encode())
