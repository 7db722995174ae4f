"""The smallest bank that has everything, so that each of its points can be worked out on paper.

Options from 1; points by trait, then by role (a = s, b = 2t - u):

==  ======  ====================  =============  ===========
q1  agree   t reversed, 3 points  t 1 0 -1       b 2 0 -2
q2  choice  u, s, s               s -2 1 1       a -2 1 1
..  ..      ..                    u 2 -1 -1      b -2 1 1
q3  choice  t 3, or s -1 and u 4  s 0 -1         a 0 -1
..  ..      ..                    t 3 0          b 6 -4
..  ..      ..                    u 0 4          ..
q4  pair    s or t                s 2 1 -1 -2    a 2 1 -1 -2
..  ..      ..                    t -2 -1 1 2    b -4 -2 2 4
q5  pair    u or u                u 0            nothing
==  ======  ====================  =============  ===========

(`bank check` would refuse q5, which moves nothing; the table takes it.)

Least and greatest: s -2 -1 -2 = -5 to 1 + 0 + 2 = 3; t -1 + 0 - 2 = -3 to 1 + 3 + 2 = 6; u -1 to 2 + 4 = 6;
a is s: -5 to 3; b -2 -2 -4 -4 = -12 to 2 + 1 + 6 + 4 = 13.
"""

from __future__ import annotations

from rolequiz.core.score import Sheet
from rolequiz.core.table import compile_table
from rolequiz.model import (
    Agree,
    BankStamp,
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

STAMP = BankStamp("tiny", "2", "sha256:0f")

FORM = Form(
    bank="tiny",
    version="2",
    title="Tiny",
    languages=("en",),
    questions=(
        Agree("q1", "agree", "t", "label", "text", -1),
        Choice("q2", "choice", "label", "text", (Option("x", "u"), Option("y", "s"), Option("z", "s"))),
        Choice("q3", "choice", "label", "text", (Option("x", points={"t": 3}), Option("y", points={"u": 4, "s": -1}))),
        Pair("q4", "pair", "label", Option("x", "s"), Option("y", "t")),
        Pair("q5", "pair", "label", Option("x", "u"), Option("y", "u")),
    ),
    scales=Scales(("no", "so", "yes"), ("1", "2", "3", "4")),
    certainty=CertaintyRule(4),
    quick=QuickRule({4: 2, 2: 3}),
    flags={"agreement-bias": 1, "inconsistent": 0},
)

CATALOGUE = Catalogue(
    traits=(Trait("s", "S"), Trait("t", "T"), Trait("u", "U")),
    roles=(Role("a", "A", {"s": 1}), Role("b", "B", {"u": -1, "t": 2})),
    neighbours=(
        Neighbour("unmixed", "N", "about"),
        Neighbour("mixed", "M", "about", {"b": 2, "a": 1}),
        Neighbour("alone", "L", "about", {"b": 5}),
    ),
)

TABLE = compile_table(FORM, CATALOGUE)

SHEET: Sheet = (1, 2, None, 1, 4)
"""s 1 + 2 = 3, t 1 - 2 = -1, u -1 + 0 = -1; a 1 + 2 = 3, b 2 + 1 - 4 = -1 (= 2(-1) - (-1))."""
