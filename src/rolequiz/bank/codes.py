"""Every code that a problem of a bank can have, and what it says: the one list that documents and tests hold to."""

from __future__ import annotations

from collections.abc import Mapping

from rolequiz.bank.promises import PROMISES
from rolequiz.bank.rules import COMPILED, REFERENCES


def summary(function: object) -> str:
    """The first line of a docstring."""
    return (function.__doc__ or "").strip().partition("\n")[0]


YAML: Mapping[str, str] = {
    "too-large": "A file is at most 2 MiB and 200,000 values.",
    "not-utf-8": "A file is UTF-8.",
    "control-character": "No text holds control characters or signs that turn the direction of writing.",
    "yaml-syntax": "A file is YAML.",
    "too-deep": "A file is at most 20 levels deep.",
    "several-documents": "A file holds one document.",
    "alias": "Nothing is repeated by name (`*name`).",
    "anchor": "Nothing is named to be repeated (`&name`).",
    "tag": "No value has a tag (`!name`): a bank can name no code.",
    "bad-key": "A key is a plain word.",
    "merge-key": "No mapping is merged into another (`<<`).",
    "repeated-key": "A key stands once in its mapping.",
    "long-integer": "An integer has at most twelve digits.",
}
"""What the reader of YAML finds."""

SHAPE: Mapping[str, str] = {
    "missing-key": "Every key that a mapping needs is there.",
    "unknown-key": "Every key has a meaning; the nearest that has one is named.",
    "unknown-format": "A question is of one of the formats `agree`, `choice` and `pair`.",
    "float": "Where an integer is meant, no number with a point is given.",
    "wrong-type": "Every value is of the type that its key needs.",
    "bad-id": "An id begins with a letter and holds letters, digits, `-` and `_`, at most 64.",
    "too-few": "A list has as many entries as it needs.",
    "too-many": "A list has no more entries than it may.",
    "empty-text": "No text is empty.",
    "long-text": "No text is longer than 2,000 characters.",
    "out-of-range": "Every number lies within its bounds.",
    "bad-value": "A value is one of those that its key knows.",
}
"""What the declared shapes find."""

MEANING: Mapping[str, str] = {
    **{code: summary(rule) for code, rule in {**REFERENCES, **COMPILED}.items()},
    "unknown-promise": "A promise is one of those listed below.",
}
"""What the rules about a valid bank find."""

KEPT: Mapping[str, str] = {code: summary(promise) for code, promise in PROMISES.items()}
"""What a good bank keeps: warnings, or errors where the bank promises it."""

CODES: Mapping[str, str] = {**YAML, **SHAPE, **MEANING, **KEPT}
