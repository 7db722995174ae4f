"""Banks for tests: the shipped one, and small random ones."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache
from typing import Literal

from hypothesis import strategies as st

from rolequiz.bank.load import load
from rolequiz.bank.shipped import shipped_bank
from rolequiz.core.score import Sheet
from rolequiz.core.table import Table, compile_table
from rolequiz.model import (
    Agree,
    Bank,
    Catalogue,
    CertaintyRule,
    Choice,
    Form,
    Neighbour,
    Option,
    Pair,
    QuickRule,
    Role,
    Scales,
    Trait,
)


@cache
def shipped() -> Bank:
    """The bank that everybody gets."""
    return load(shipped_bank())


@cache
def shipped_table() -> Table:
    """Its scoring table."""
    return compile_table(shipped().form, shipped().catalogue)


FLAG_THRESHOLDS: tuple[Mapping[Literal["agreement-bias", "inconsistent"], int] | None, ...] = (
    None,
    {"agreement-bias": 4, "inconsistent": -3},
)


def agree(number: int, trait: str, key: int) -> Agree:
    """An agreement item without words."""
    return Agree(f"q{number}", "agree", trait, "label", "text", 1 if key > 0 else -1)


@st.composite
def catalogues_and_forms(draw: st.DrawFn, most_questions: int = 6, roles: int | None = None) -> tuple[Form, Catalogue]:
    """A random bank: two to four roles, weights of any sign, all three formats, maybe stated points."""
    traits = [f"t{n}" for n in range(draw(st.integers(2, 5)))]
    count = draw(st.integers(2, 4)) if roles is None else roles
    weights = st.dictionaries(st.sampled_from(traits), st.integers(-3, 3), min_size=1)
    role_list = tuple(Role(f"r{n}", "role", draw(weights)) for n in range(count))
    questions: list[Agree | Choice | Pair] = []
    for number in range(draw(st.integers(2, most_questions))):
        one = st.sampled_from(traits)
        match draw(st.sampled_from(["agree", "choice", "pair", "stated"])):
            case "agree":
                questions.append(agree(number, draw(one), draw(st.sampled_from([1, -1]))))
            case "choice":
                options = tuple(Option("o", draw(one)) for _ in range(draw(st.integers(2, 4))))
                questions.append(Choice(f"q{number}", "choice", "label", "text", options))
            case "stated":
                stated = st.dictionaries(one, st.integers(-5, 5), min_size=1, max_size=3)
                options = tuple(Option("o", points=draw(stated)) for _ in range(draw(st.integers(2, 4))))
                questions.append(Choice(f"q{number}", "choice", "label", "text", options))
            case _:
                questions.append(Pair(f"q{number}", "pair", "label", Option("a", draw(one)), Option("b", draw(one))))
    scale = tuple("point" for _ in range(draw(st.integers(2, 6))))
    mix = {"r0": draw(st.integers(1, 3)), "r1": draw(st.integers(1, 3))}
    form = Form(
        "random",
        "1",
        "title",
        ("en",),
        tuple(questions),
        Scales(scale, ("a", "b", "c", "d")),
        draw(st.none() | st.builds(CertaintyRule, st.integers(1, 20))),
        draw(st.none() | st.builds(QuickRule, st.just({max(1, len(questions) - 1): 1}))),
        draw(st.sampled_from(FLAG_THRESHOLDS)),
    )
    neighbours = (Neighbour("n0", "name", "about", mix),)
    return form, Catalogue(tuple(Trait(name, "name") for name in traits), role_list, (), neighbours)


@st.composite
def tables(draw: st.DrawFn, most_questions: int = 6) -> Table:
    """The table of a random bank."""
    return compile_table(*draw(catalogues_and_forms(most_questions)))


def sheets(table: Table, *, gaps: bool = True) -> st.SearchStrategy[Sheet]:
    """Random sheets of a table, with gaps or without."""
    answers = [
        st.integers(1, item.options) if not gaps else st.none() | st.integers(1, item.options) for item in table.items
    ]
    return st.tuples(*answers)


def random_sheet(table: Table, seed: str, missing: float = 0.0) -> Sheet:
    """A sheet drawn uniformly, the same for the same seed."""
    source = random.Random(seed)
    return tuple(None if source.random() < missing else source.randint(1, item.options) for item in table.items)
