"""Groups of commands: the help is known without loading a command, and only the one that is called is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, ClassVar, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_command


class Subcommand(NamedTuple):
    """A command of a group: the module in this package that holds it, what the group's help says of it, its name there.

    The module has the command as the function ``call``; a group is the `typer.Typer` called ``app`` instead.
    """

    module: str
    summary: str
    call: str = "command"


class _Loading(Mapping[str, Any]):
    """The commands of a group by name, each loaded when it is asked for."""

    def __init__(self, entries: Mapping[str, Subcommand]) -> None:
        self._entries = entries
        self._loaded: dict[str, Any] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = _loaded(name, self._entries[name])
        return self._loaded[name]


def _loaded(name: str, entry: Subcommand) -> Any:
    module = import_module(f"rolequiz.cli.{entry.module}")
    app = getattr(module, "app", None)
    if app is None:
        app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
        app.command(name, short_help=entry.summary)(getattr(module, entry.call))
    command = get_command(app)
    command.name = name
    return command


class LazyGroup(TyperGroup):
    """A group whose commands are declared as a table; subclasses state ``entries``, in the order of the help."""

    entries: ClassVar[Mapping[str, Subcommand]] = {}

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: Any = _Loading(self.entries)

    def list_commands(self, _ctx: Any) -> list[str]:
        return list(self.entries)

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self.entries.items()])


def group(kind: type[LazyGroup], about: str, **settings: Any) -> typer.Typer:
    """A group as the application of its module."""
    return typer.Typer(
        cls=kind,
        help=about,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        **settings,
    )
