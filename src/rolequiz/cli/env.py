"""The world as one value: streams, terminal, clock, environment. Tests build their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from rolequiz.cli.streams import standard_streams
from rolequiz.errors import RolequizError
from rolequiz.printable import printable

MAX_WIDTH = 200
MIN_WIDTH = 20


@dataclass(frozen=True, slots=True)
class Env:
    """Where a command reads, writes and looks things up."""

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    environ: Mapping[str, str]
    now: Callable[[], datetime]

    @property
    def is_interactive(self) -> bool:
        """Whether a person can be asked: both ends are a terminal."""
        return self.stdin.isatty() and self.stdout.isatty()

    @property
    def wants_plain(self) -> bool:
        """The environment asks for sentences without drawing."""
        return self.environ.get("TERM") == "dumb" or bool(self.environ.get("ACCESSIBLE"))

    @property
    def width(self) -> int:
        """Columns to lay text out for: the terminal's, else ``COLUMNS``, else 80."""
        columns = shutil.get_terminal_size((80, 24)).columns
        return max(MIN_WIDTH, min(columns, MAX_WIDTH))

    @property
    def home(self) -> Path:
        """The data folder (``ROLEQUIZ_HOME``, else the platform's for the user).

        Raises:
            RolequizError: the user has no home folder, or is not known.
        """
        stated = self.environ.get("ROLEQUIZ_HOME")
        try:
            if stated:
                return Path(stated).expanduser()
            from platformdirs import user_data_path

            # platformdirs 4.2 leaves a ``~`` of nobody as it is; newer ones raise by themselves
            return user_data_path("rolequiz", appauthor=False).expanduser()
        except RuntimeError as error:
            what = f"ROLEQUIZ_HOME={stated}: no user has this home" if stated else "this user has no home folder"
            raise RolequizError(what, "set ROLEQUIZ_HOME to a folder of yours") from error

    def say(self, message: str) -> None:
        """Talk on stderr; whatever a stranger has put into it is spelled out."""
        print("\n".join(map(printable, message.split("\n"))), file=self.stderr)


def real_env() -> Env:
    """The process's own streams, clock and environment."""
    return Env(*standard_streams(), os.environ, lambda: datetime.now().astimezone())


def choose_language(asked: str | None, environ: Mapping[str, str], languages: tuple[str, ...]) -> str | None:
    """The language to speak: as asked, else from the locale, else English, else the bank's first.

    Returns None if ``asked`` is no language of the bank.
    """
    if asked is not None:
        return next((lang for lang in languages if lang.lower() == asked.lower()), None)
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        stated = environ.get(variable, "")
        if stated:
            primary = stated.replace("-", "_").split("_")[0].split(".")[0].lower()
            found = next((lang for lang in languages if lang.lower().split("-")[0] == primary), None)
            if found:
                return found
            break
    return "en" if "en" in languages else languages[0]
