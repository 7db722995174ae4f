"""What reads valid banks accepts the same as pydantic, which finds the words for the others."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from rolequiz.bank.misfits import CATALOGUE, FORM, loose_keys
from rolequiz.bank.shape import Misfit, shaped
from rolequiz.bank.shipped import shipped_bank
from rolequiz.bank.source import Source, Value, read
from rolequiz.model import Catalogue, Form

BANKS = Path(__file__).resolve().parents[2] / "banks"

MAPPINGS: list[dict[str | int, Value]] = [{}, {"en": "x"}, {"en": ""}, {1: 2}, {"a": 1}, {"a": True}, {1: "x"}]

STRANGE: tuple[Value, ...] = (
    *(None, True, False, 0, 1, -1, 2, 1000, 1001, -1001, 10**6, 10**6 + 1, -(10**12), 1.0, 0.5, float("nan")),
    *("", " ", "a", "A1-_", "1a", "a b", "id\n", "\nid", "é", "en", "zh-Hans", "e", "x" * 64, "x" * 65, "x" * 2001),
    *("agree", "choice", "pair", "1", "-1", "inconsistent", (), ("a",), ("a", "b"), ("a", "b", "c"), ((),), (1, -1)),
    *MAPPINGS,
)
"""Values to put where another stands."""


def outcome(kind: type, value: Value) -> object:
    """What pydantic makes of a value that has no key which only equals 1, or None."""
    adapter: TypeAdapter[Any] = FORM if kind is Form else CATALOGUE
    if kind is Form and list(loose_keys(Source("questions.yaml", value, {}, {}, ()))):
        return None
    try:
        return adapter.validate_python(value)
    except ValidationError:
        return None


def ours(kind: type, value: Value) -> object:
    """What our reader makes of a value, or None."""
    try:
        return shaped(kind, value)
    except Misfit:
        return None


def alike(one: object, other: object) -> bool:
    """Equal, and of the same types all the way down: 1 is not True, a list is no tuple."""
    if type(one) is not type(other):
        return False
    if is_dataclass(one):
        return all(alike(getattr(one, part.name), getattr(other, part.name)) for part in fields(one))
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(alike(one[name], other[name]) for name in one)
    return one == other


def agree(kind: type, value: Value) -> bool:
    """Whether both say the same, and the same is made of it."""
    return alike(ours(kind, value), outcome(kind, value))


def files() -> Iterator[tuple[type, Path]]:
    """Every file of every bank that there is."""
    for folder in (shipped_bank(), *sorted(BANKS.glob("*/*"))):
        yield Form, folder / "questions.yaml"
        yield Catalogue, folder / "roles.yaml"


def test_every_bank_of_the_tests_is_read_alike() -> None:
    known = [(kind, path) for kind, path in files() if path.exists()]
    assert len(known) > 100
    assert [str(path) for kind, path in known if not agree(kind, read(path).value)] == []


SHIPPED = {
    Form: read(shipped_bank() / "questions.yaml").value,
    Catalogue: read(shipped_bank() / "roles.yaml").value,
}


def places(value: Value) -> int:
    """How many values there are in a value, itself too."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ()
    return 1 + sum(map(places, inner))


def changed(value: Value, place: int, put: Value, how: str) -> Value:
    """The value with the ``place``-th value in it replaced, taken out, or given a key more."""
    left = [place]

    def walk(one: Value) -> Value:
        left[0] -= 1
        if left[0] == -1:
            if how == "key" and isinstance(one, dict):
                return {**one, "other": put}
            if how == "drop" and one and isinstance(one, dict):
                return dict(list(one.items())[1:])
            if how == "drop" and one and isinstance(one, tuple):
                return one[1:]
            return put
        if isinstance(one, dict):
            return {name: walk(held) for name, held in one.items()}
        if isinstance(one, tuple):
            return tuple(map(walk, one))
        return one

    return walk(value)


@given(
    kind=st.sampled_from([Form, Catalogue]),
    seed=st.integers(0, 2**32),
    put=st.sampled_from(STRANGE),
    how=st.sampled_from(["put", "put", "key", "drop"]),
)
def test_a_changed_bank_is_taken_or_refused_by_both(kind: type, seed: int, put: Value, how: str) -> None:
    whole = SHIPPED[kind]
    assert agree(kind, changed(whole, random.Random(seed).randrange(places(whole)), put, how))


@pytest.mark.parametrize("kind", [Form, Catalogue])
def test_every_strange_value_everywhere_in_a_small_bank(kind: type) -> None:
    folder = BANKS / "good" / "park"
    whole = read(folder / ("questions.yaml" if kind is Form else "roles.yaml")).value
    wrong = [
        (place, put, how)
        for place in range(places(whole))
        for put, how in [*((one, "put") for one in STRANGE), ("x", "key"), ("x", "drop")]
        if not agree(kind, changed(whole, place, put, how))
    ]
    assert wrong == []
