"""The interface's words in one language: looked up by key, filled in, counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from rolequiz.model import is_wide

Phrase: TypeAlias = str | Mapping[str, str]
"""A template with ``{names}``, or one for each count: ``one`` and ``other``."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Words of ``lang``; a key that is missing there falls back to ``fallback`` (English)."""

    lang: str
    phrases: Mapping[str, Phrase]
    fallback: Mapping[str, Phrase]

    def __call__(self, key: str, n: int | None = None, **names: object) -> str:
        """The words of a key, ``{name}`` filled in; ``n`` chooses between one and other and fills ``{n}``.

        Raises:
            KeyError: no language has the key, or a name of the template is not given.
        """
        phrase = self.phrases.get(key)
        if phrase is None:
            phrase = self.fallback[key]
        if not isinstance(phrase, str):
            phrase = phrase["one"] if abs(n or 0) == 1 and "one" in phrase else phrase["other"]
        if n is not None:
            names["n"] = n
        return phrase.format_map(names) if "{" in phrase else phrase

    @property
    def is_wide(self) -> bool:
        """Whether the language is set in full-width characters."""
        return is_wide(self.lang)
