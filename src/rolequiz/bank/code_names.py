"""The lists that code names and words to come back are made of, by language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rolequiz.bank.shipped import data_folder
from rolequiz.bank.source import read
from rolequiz.errors import RolequizError


@dataclass(frozen=True, slots=True)
class NameLists:
    """What code names are made of: ``pattern`` with {first}, {second} and perhaps {number}; ``words`` to come back."""

    pattern: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    words: tuple[str, ...]


@cache
def load_names(lang: str) -> NameLists:
    """The lists in a language, in English where that has none.

    Raises:
        RolequizError: the file is faulty.
    """
    path = data_folder() / "code_names" / f"{lang.split('-')[0].lower()}.yaml"
    source = read(path if path.is_file() else path.with_name("en.yaml"))
    match source.value:
        case {"pattern": str(pattern), "first": tuple(first), "second": tuple(second), "words": tuple(words)}:
            return NameLists(pattern, tuple(map(str, first)), tuple(map(str, second)), tuple(map(str, words)))
    raise RolequizError(f"{source.file}: these are no lists of names", "install rolequiz again")
