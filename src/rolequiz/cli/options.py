"""Options that mean the same in every command, declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

BankOption = Annotated[
    Path | None,
    typer.Option("--bank", metavar="DIR", help="A folder with questions.yaml and roles.yaml. Default: our own bank."),
]
LangOption = Annotated[
    str | None,
    typer.Option("--lang", metavar="LANG", help="A language of the bank. Default: from the locale, else en."),
]
PlainOption = Annotated[
    bool, typer.Option("--plain", help="Sentences and numbered lines: no redraw, no bars, for screen readers.")
]
AsciiOption = Annotated[bool, typer.Option("--ascii", help="Draw with ASCII characters only.")]
OutputOption = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Write to FILE; its ending chooses the format."),
]
FolderArgument = Annotated[
    Path | None, typer.Argument(metavar="DIR", help="A bank. Default: our own.", show_default=False)
]
