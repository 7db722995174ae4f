"""A bank compiled to integers: every number of the tiny bank, worked out on paper (`tests.unit.core.tiny`)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from math import sqrt

import pytest

from rolequiz.core.table import (
    Item,
    Range,
    Table,
    agreement_points,
    compile_table,
    compiled_questions,
    default_doubling,
    digest,
    variance,
)
from rolequiz.model import Catalogue, Role
from tests.small_banks import agree
from tests.unit.core.tiny import CATALOGUE, FORM, TABLE


def test_the_tiny_bank_compiles_to_the_points_worked_out_on_paper() -> None:
    assert compile_table(FORM, CATALOGUE) == Table(
        items=(
            Item("q1", "agree", (((1, 1),), ((1, 0),), ((1, -1),)), ((0, 2), (0, 0), (0, -2)), (-1, 0, 1), (1,)),
            Item(
                "q2",
                "choice",
                (((0, -2), (2, 2)), ((0, 1), (2, -1)), ((0, 1), (2, -1))),
                ((-2, -2), (1, 1), (1, 1)),
                (),
                (0, 2),
            ),
            Item("q3", "choice", (((1, 3),), ((0, -1), (2, 4))), ((0, 6), (-1, -4)), (), (0, 1, 2)),
            Item(
                "q4",
                "pair",
                (((0, 2), (1, -2)), ((0, 1), (1, -1)), ((0, -1), (1, 1)), ((0, -2), (1, 2))),
                ((2, -4), (1, -2), (-1, 2), (-2, 4)),
                (),
                (0, 1),
            ),
            Item("q5", "pair", (((2, 0),),) * 4, ((0, 0),) * 4, (), (2,)),
        ),
        traits=("s", "t", "u"),
        roles=("a", "b"),
        weights=((1, 0, 0), (0, 2, -1)),
        trait_ranges=(Range(-5, 3), Range(-3, 6), Range(-1, 6)),
        role_ranges=(Range(-5, 3), Range(-12, 13)),
        # The means of q2 and q4 are 0; of q3 -1/2 for a, (6 - 4)/2 for b.
        random_means=(Fraction(-1, 2), Fraction(1)),
        doubling=4.0,
        doubling_stated=True,
        checkpoints=((2, 3), (4, 2)),
        agreement_bias=1,
        inconsistent=0,
        mixes=(("mixed", (1, 2)), ("alone", (0, 5))),
        positions={"q1": 0, "q2": 1, "q3": 2, "q4": 3, "q5": 4},
    )


def test_what_a_bank_does_not_state_is_absent_and_its_doubling_comes_from_its_spread() -> None:
    bare = compile_table(replace(FORM, certainty=None, quick=None, flags=None), replace(CATALOGUE, neighbours=()))
    assert (bare.checkpoints, bare.agreement_bias, bare.inconsistent, bare.mixes) == ((), None, None, ())
    # a - b of each option: q1 -2 0 2, variance 8/3; q2 nothing; q3 -6 and 3, 4.5 from their mean: 81/4;
    # q4 6 3 -3 -6: (36 + 9 + 9 + 36)/4 = 45/2. Together 545/12.
    assert bare.doubling == pytest.approx(0.5525 * sqrt(545 / 12), rel=1e-15)
    assert bare.doubling_stated is False


def test_the_doubling_is_the_mean_over_all_pairs_of_roles() -> None:
    # Differences of the only question's two options: 1st and 2nd role 2 and 0 (deviation 1), 1st and 3rd 4 and 0 (2),
    # 2nd and 3rd 2 and 0 (1): the mean is 4/3.
    item = replace(TABLE.items[0], roles=((4, 2, 0), (0, 0, 0)))
    assert default_doubling([item], 3) == pytest.approx(0.5525 * 4 / 3, rel=1e-15)
    assert default_doubling([item], 1) == 0.0
    assert default_doubling([], 2) == 0.0


def test_a_variance_is_that_of_values_as_likely_as_each_other() -> None:
    assert [variance((2, 0, -2)), variance((6, -4)), variance((3,))] == [Fraction(8, 3), 25, 0]


@pytest.mark.parametrize("roles", [0, 1])
def test_fewer_than_two_roles_are_a_profile(roles: int) -> None:
    profile = compile_table(replace(FORM, certainty=None), replace(CATALOGUE, roles=CATALOGUE.roles[:roles]))
    assert (profile.roles, profile.weights, profile.role_ranges, profile.random_means) == ((), (), (), ())
    assert (profile.mixes, profile.doubling) == ((), 0.0)
    assert all(option == () for item in profile.items for option in item.roles)
    assert profile.trait_ranges == TABLE.trait_ranges


@pytest.mark.parametrize(
    ("options", "points"),
    [(2, (-1, 1)), (3, (-1, 0, 1)), (4, (-3, -1, 1, 3)), (5, (-2, -1, 0, 1, 2)), (6, (-5, -3, -1, 1, 3, 5))],
)
def test_the_points_of_a_scale_are_whole_steps_around_nothing(options: int, points: tuple[int, ...]) -> None:
    assert agreement_points(options) == points


def test_a_score_is_shifted_to_nothing_and_shared_by_its_span() -> None:
    span = Range(-5, 3)
    assert (span.span, span.points(-5), span.points(3), span.points(0)) == (8, 0, 8, 5)
    assert (span.fit(-5), span.fit(3), span.fit(0)) == (0.0, 100.0, 62.5)
    assert Range(4, 4).fit(4) == 0.0
    assert Range(4, 5).fit(5) == 100.0


def test_a_trait_is_owned_by_every_role_that_weighs_it_either_way() -> None:
    roles = (*CATALOGUE.roles, Role("c", "C", {"s": -3, "u": 1}))
    table = compile_table(FORM, replace(CATALOGUE, roles=roles))
    assert [table.owners(trait) for trait in range(3)] == [("a", "c"), ("b",), ("b", "c")]


CANONICAL = (
    '{"agreement_bias":1,"checkpoints":[[2,3],[4,2]],"doubling":%s,"inconsistent":0,'
    '"mixes":[["mixed",[1,2]],["alone",[0,5]]],"questions":['
    '{"format":"agree","id":"q1","options":[{"points":{"t":1}},{"points":{"t":0}},{"points":{"t":-1}}]},'
    '{"format":"choice","id":"q2","options":[{"points":{"s":-2,"u":2}},{"points":{"s":1,"u":-1}},'
    '{"points":{"s":1,"u":-1}}]},'
    '{"format":"choice","id":"q3","options":[{"points":{"t":3}},{"points":{"s":-1,"u":4}}]},'
    '{"format":"pair","id":"q4","options":[{"points":{"s":2,"t":-2}},{"points":{"s":1,"t":-1}},'
    '{"points":{"s":-1,"t":1}},{"points":{"s":-2,"t":2}}]},'
    '{"format":"pair","id":"q5","options":[{"points":{"u":0}},{"points":{"u":0}},{"points":{"u":0}},'
    '{"points":{"u":0}}]}],'
    '"roles":["a","b"],"traits":["s","t","u"],"weights":[[1,0,0],[0,2,-1]]}'
)


def test_the_digest_is_that_of_the_canonical_json_of_what_scores() -> None:
    assert digest(TABLE) == "sha256:" + sha256((CANONICAL % "4.0").encode("utf-8")).hexdigest()
    unstated = compile_table(replace(FORM, certainty=None), CATALOGUE)
    assert digest(unstated) == "sha256:" + sha256((CANONICAL % "null").encode("utf-8")).hexdigest()


def test_the_digest_is_of_utf_8() -> None:
    # Ids are ASCII in a bank that loads; a table made by a program may hold others, and they are not escaped.
    accented = replace(TABLE, roles=("ä", "b"))
    text = (CANONICAL % "4.0").replace('["a","b"]', '["ä","b"]')
    assert digest(accented) == "sha256:" + sha256(text.encode("utf-8")).hexdigest()


def test_the_compiled_questions_are_plain_values_in_form_order() -> None:
    questions = compiled_questions(TABLE)
    assert [list(question) for question in questions] == [["id", "format", "options"]] * 5
    assert questions[2] == {
        "id": "q3",
        "format": "choice",
        "options": [{"points": {"t": 3}}, {"points": {"s": -1, "u": 4}}],
    }


def test_options_of_a_choice_that_state_points_and_options_of_traits_stand_side_by_side() -> None:
    # Chosen u: 3 - 1 = 2 for u, -1 for the other option with a trait; the one that states its points loses nothing.
    question = FORM.questions[1]
    assert question.format == "choice"
    mixed = replace(question, options=(*question.options[:2], FORM.questions[2].options[0]))  # type: ignore[union-attr]  # q3 is a choice
    table = compile_table(replace(FORM, questions=(mixed,)), CATALOGUE)
    assert table.items[0].traits == (((0, -1), (2, 2)), ((0, 2), (2, -1)), ((1, 3),))


def test_a_single_statement_is_a_form() -> None:
    table = compile_table(replace(FORM, questions=(agree(1, "s", 1),)), Catalogue(CATALOGUE.traits))
    assert table.trait_ranges == (Range(-1, 1), Range(0, 0), Range(0, 0))
