"""Where the program's own data are, and the interface's words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from rolequiz.bank.source import Value, read
from rolequiz.errors import RolequizError

PACKAGE = Path(__file__).resolve().parent.parent


def data_folder() -> Path:
    """The folder ``data``: in the package where it was installed from a wheel, else at the top of the checkout.

    Raises:
        RolequizError: neither is there.
    """
    for folder in (PACKAGE / "data", PACKAGE.parents[1] / "data"):
        if (folder / "questions.yaml").is_file():
            return folder
    raise RolequizError(f"{PACKAGE / 'data'}: the program's own data are missing", "install rolequiz again")


def shipped_bank() -> Path:
    """The folder of the bank that everybody gets."""
    return data_folder()


def wording_languages() -> tuple[str, ...]:
    """Languages that the interface has words in, sorted."""
    return tuple(sorted(path.stem for path in (data_folder() / "wording").glob("*.yaml")))


@cache
def load_wording(lang: str) -> Mapping[str, str | Mapping[str, str]]:
    """The interface's words in a language, by key; none for a language without a file.

    Raises:
        RolequizError: the file is faulty.
    """
    path = data_folder() / "wording" / f"{lang}.yaml"
    if lang not in wording_languages():
        return {}
    source = read(path)
    if source.problems:
        raise RolequizError(str(source.problems[0]))
    phrases: dict[str, str | Mapping[str, str]] = {}
    entries: dict[str | int, Value] = source.value if isinstance(source.value, dict) else {}
    for key, value in entries.items():
        match value:
            case str():
                phrases[str(key)] = value
            case dict() if isinstance(value.get("other"), str):
                phrases[str(key)] = {str(count): str(text) for count, text in value.items()}
            case _:
                raise RolequizError(
                    str(source.problem("wrong-type", (key,), f"{key!r} is no text", "a text, or one: and other:"))
                )
    return phrases
