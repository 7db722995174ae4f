"""What a shell may offer for the word under the cursor. A shell asks on every Tab, so no answer is ever a message.

The functions that `rolequiz completion` prints call the program with the words typed so far
as its arguments and the place of the cursor among them in the environment. The first line
of the answer is ``words``, ``files`` or ``folders``; below it stands one word a line, after a
tab perhaps what it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from typer import Context
from typer.main import get_command

from rolequiz.cli.env import Env

PLACE = "_ROLEQUIZ_COMPLETE"
"""The variable that holds the number of the word under the cursor; the first after the program is 1."""

SHELL_KINDS = {"FILE": "files", "DIR": "folders"}
"""What the shell itself completes, by what the help calls the value."""


def answer(env: Env, arguments: Sequence[str]) -> int:
    """Answer a shell; nothing is offered where anything is wrong, and the code is always 0."""
    try:
        place = int(env.environ[PLACE])
        words = [*arguments, *[""] * (place - len(arguments))][:place]
        env.stdout.write("\n".join(_offered(words)) + "\n")
    except Exception:  # whatever it is: a message would stand in the midst of what somebody types
        env.stdout.write("words\n")
    return 0


def _offered(words: list[str]) -> Iterator[str]:
    """The lines of the answer; the last word is the one to complete."""
    *before, last = _joined(words)
    command, awaited, taken = _walked(before)
    prefix, found = "", dict[str, str]()
    if last.startswith("-") and "=" in last:
        name, _, last = last.partition("=")
        awaited, prefix = _option(command, name), f"{name}="
    if awaited is None and last.startswith("-"):
        found = {name: _first_line(one.help) for one in _options(command) for name in (*one.opts, *one.secondary_opts)}
    elif awaited is None and _is_group(command):
        found = {name: entry.summary for name, entry in command.entries.items()}
    else:
        wanted = awaited if awaited is not None else _argument(command, taken)
        if wanted is not None and wanted.metavar in SHELL_KINDS:
            yield SHELL_KINDS[wanted.metavar]
            return
        found = {} if wanted is None else _values(wanted, command, before)
    yield "words"
    for word, about in found.items():
        if word.startswith(last):
            yield f"{prefix}{word}\t{about}" if about else f"{prefix}{word}"


def _joined(words: list[str]) -> list[str]:
    """Bash takes ``--lang=zh`` for three words; the equals sign says nothing more than the place does."""
    kept = [word for number, word in enumerate(words) if word != "=" or not words[number - 1].startswith("--")]
    return [*kept, ""] if words and words[-1] == "=" and len(kept) < len(words) else kept


def _walked(words: list[str]) -> tuple[Any, Any, int]:
    """The command that the words lead to, the option whose value comes next, and how many arguments there are."""
    from rolequiz.cli.app import app

    command: Any = get_command(app)
    awaited, taken = None, 0
    for word in words:
        if awaited is not None:
            awaited = None
        elif word.startswith("-") and word != "-":
            option = _option(command, word.partition("=")[0])
            awaited = option if option is not None and not option.is_flag and "=" not in word else None
        elif _is_group(command) and word in command.entries:
            command, taken = command.commands[word], 0
        else:
            taken += 1
    return command, awaited, taken


def _is_group(command: Any) -> bool:
    return hasattr(command, "entries")


def _options(command: Any) -> list[Any]:
    return [one for one in command.get_params(Context(command)) if one.param_type_name == "option" and not one.hidden]


def _option(command: Any, name: str) -> Any:
    return next((one for one in _options(command) if name in (*one.opts, *one.secondary_opts)), None)


def _argument(command: Any, place: int) -> Any:
    """The argument at a place; the last of them may be several."""
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    if place < len(arguments):
        return arguments[place]
    return arguments[-1] if arguments and arguments[-1].nargs == -1 else None


def _values(wanted: Any, command: Any, words: list[str]) -> dict[str, str]:
    """What an option or an argument may be, and perhaps what it stands for."""
    match wanted.metavar:
        case "LANG":
            return dict.fromkeys(_bank(words).languages, "")
        case "ROLE":
            bank = _bank(words)
            return dict.fromkeys((*(one.id for one in bank.roles), *(one.id for one in bank.catalogue.neighbours)), "")
    return {item.value: "" for item in wanted.shell_complete(Context(command), "") if item.type == "plain"}


def _bank(words: list[str]) -> Any:
    """The bank that the words before the cursor name, else the shipped one."""
    from rolequiz.cli.context import load_bank

    folder: Path | None = None
    for number, word in enumerate(words):
        if word == "--bank" and number + 1 < len(words):
            folder = Path(words[number + 1])
        elif word.startswith("--bank="):
            folder = Path(word.partition("=")[2])
    return load_bank(folder.expanduser() if folder is not None else None).bank


def _first_line(text: str | None) -> str:
    return (text or "").partition("\n")[0]
