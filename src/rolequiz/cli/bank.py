"""``rolequiz bank``: tools for whoever writes or runs a question bank."""

from __future__ import annotations

from typing import ClassVar

from rolequiz.cli.groups import LazyGroup, Subcommand, group


class BankCommands(LazyGroup):
    """The commands below ``bank``."""

    entries: ClassVar = {
        "check": Subcommand("bank_check", "Find everything wrong with a bank, and count how fair it is."),
        "schema": Subcommand("bank_schema", "Print the JSON Schema of a bank's files, for editors."),
        "show": Subcommand("bank_show", "Show a bank's questions with the points of every option."),
        "paper": Subcommand("bank_paper", "Write a form to print, and the key to score it by hand."),
        "simulate": Subcommand("bank_simulate", "Simulate people who answer a bank."),
    }


app = group(BankCommands, "Tools for whoever writes or runs a question bank.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Tools for whoever writes or runs a question bank."""
