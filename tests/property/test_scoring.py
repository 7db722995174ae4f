"""What must hold for every bank and every sheet."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolequiz.core.assess import assess, explain
from rolequiz.core.quick import stopping_points
from rolequiz.core.score import Sheet, leaders, score
from rolequiz.core.table import Table, compile_table, digest
from rolequiz.model import Catalogue, Form
from tests.small_banks import catalogues_and_forms, random_sheet, sheets, shipped, shipped_table, tables


@st.composite
def tables_with_sheets(draw: st.DrawFn, most_questions: int = 6) -> tuple[Table, Sheet]:
    table = draw(tables(most_questions))
    return table, draw(sheets(table))


@given(tables_with_sheets())
def test_contributions_add_up_to_the_points_of_every_role_and_trait(case: tuple[Table, Sheet]) -> None:
    table, sheet = case
    result = assess(table, sheet)
    parts = explain(table, result).contributions
    assert len(parts) == len(table.items)
    for index, role in enumerate(table.roles):
        span = table.role_ranges[index]
        assert sum(part.roles[index] for part in parts) == result.role(role).score
        assert result.role(role).points == result.role(role).score - span.low
        if None not in sheet:
            assert 0 <= result.role(role).points <= span.span
            assert 0 <= result.role(role).fit <= 100
    for index, trait in enumerate(table.traits):
        assert sum(part.traits[index] for part in parts) == result.trait(trait).score


@given(tables_with_sheets())
def test_a_role_is_the_weighted_sum_of_its_traits(case: tuple[Table, Sheet]) -> None:
    table, sheet = case
    scores = score(table, sheet)
    for role, row in zip(scores.roles, table.weights, strict=True):
        assert role == sum(weight * trait for weight, trait in zip(row, scores.traits, strict=True))


@given(tables_with_sheets())
def test_a_gap_contributes_nothing(case: tuple[Table, Sheet]) -> None:
    table, sheet = case
    parts = explain(table, assess(table, sheet)).contributions
    for part, answer in zip(parts, sheet, strict=True):
        assert part.answer == answer
        if answer is None:
            assert not any(part.roles)
            assert not any(part.traits)


@given(tables_with_sheets())
def test_certainties_sum_to_one_and_follow_the_order(case: tuple[Table, Sheet]) -> None:
    table, sheet = case
    result = assess(table, sheet)
    if result.status == "insufficient":
        assert result.top == ()
        assert (result.shape, result.label, result.lead) == (None, None, None)
        return
    shares = [one.certainty or 0.0 for one in result.roles]
    assert fsum(shares) == pytest.approx(1, abs=1e-12)
    assert shares == sorted(shares, reverse=True)
    for one, other in combinations(result.roles, 2):
        assert (one.score == other.score) == (one.place == other.place)
        if one.score == other.score:
            assert one.certainty == other.certainty
    assert result.top == tuple(table.roles[r] for r in leaders([result.role(r).score for r in table.roles]))
    assert not (result.tie and result.label != "mixed")


@given(catalogues_and_forms(), st.data())
def test_the_order_of_questions_changes_no_points_and_no_certainty(
    bank: tuple[Form, Catalogue], data: st.DataObject
) -> None:
    form, catalogue = bank
    table = compile_table(form, catalogue)
    sheet = data.draw(sheets(table))
    order = data.draw(st.permutations(range(len(form.questions))))
    shuffled = compile_table(replace(form, questions=tuple(form.questions[n] for n in order)), catalogue)
    before, after = assess(table, sheet), assess(shuffled, tuple(sheet[n] for n in order))
    assert before.roles == after.roles
    assert before.traits == after.traits
    assert before.neighbours == after.neighbours


@given(catalogues_and_forms(), st.data())
def test_relabelling_roles_permutes_the_result(bank: tuple[Form, Catalogue], data: st.DataObject) -> None:
    form, catalogue = bank
    table = compile_table(form, catalogue)
    sheet = data.draw(sheets(table))
    order = data.draw(st.permutations(range(len(catalogue.roles))))
    turned = replace(catalogue, roles=tuple(catalogue.roles[n] for n in order))
    before, after = assess(table, sheet), assess(compile_table(form, turned), sheet)
    for role in table.roles:
        one, other = before.role(role), after.role(role)
        assert (one.score, one.points, one.fit, one.place) == (other.score, other.points, other.fit, other.place)
        assert (one.certainty or 0.0) == pytest.approx(other.certainty or 0.0, rel=1e-12)
    assert set(before.top) == set(after.top)
    assert (before.label, before.lead) == (after.label, after.lead)


def smallest_by_trying(table: Table, sheet: Sheet, most: int) -> int | None:
    """The least number of changes after which the sole leader is overtaken, by trying them all."""
    leader = leaders(score(table, sheet).roles)[0]
    places = [place for place, number in enumerate(sheet) if number is not None]
    for size in range(1, most + 1):
        for chosen in combinations(places, size):
            for numbers in product(*(range(1, table.items[place].options + 1) for place in chosen)):
                changed = list(sheet)
                for place, number in zip(chosen, numbers, strict=True):
                    changed[place] = number
                roles = score(table, tuple(changed)).roles
                if max(roles) > roles[leader]:
                    return size
    return None


@given(tables_with_sheets(most_questions=4))
def test_the_flip_is_the_smallest_there_is_on_small_banks(case: tuple[Table, Sheet]) -> None:
    table, sheet = case
    result = assess(table, sheet)
    flip = explain(table, result).flip
    if len(result.top) != 1:
        assert flip is None
        return
    tried = smallest_by_trying(table, sheet, len(table.items))
    assert (len(flip.changes) if flip else None) == tried


@pytest.mark.parametrize("seed", range(12))
def test_no_one_or_two_changes_beat_the_flip_on_the_shipped_bank(seed: int) -> None:
    table = shipped_table()
    sheet = random_sheet(table, f"flip-{seed}", missing=0.1)
    result = assess(table, sheet)
    flip = explain(table, result).flip
    if len(result.top) != 1:
        assert flip is None
        return
    assert flip is not None
    tried = smallest_by_trying(table, sheet, 2)
    assert len(flip.changes) == tried if tried is not None else len(flip.changes) > 2


@pytest.mark.parametrize("seed", range(200))
def test_applying_the_flip_makes_the_roles_it_names_first(seed: int) -> None:
    table = shipped_table()
    sheet = list(random_sheet(table, f"apply-{seed}"))
    before = assess(table, tuple(sheet))
    flip = explain(table, before).flip
    if flip is None:
        assert before.tie
        return
    for change in flip.changes:
        place = table.positions[change.question]
        assert sheet[place] == change.before
        sheet[place] = change.after
    after = assess(table, tuple(sheet))
    assert after.top == flip.becomes
    assert before.top[0] not in after.top
    # One change fewer does not put the rival first.
    place = table.positions[flip.changes[-1].question]
    sheet[place] = flip.changes[-1].before
    fewer = assess(table, tuple(sheet))
    assert fewer.role(flip.rival).score <= fewer.role(before.top[0]).score


CONSTANT = list(product(range(1, 6), range(1, 4), range(1, 5)))


@pytest.mark.parametrize("pattern", CONSTANT, ids=str)
def test_every_constant_pattern_scores_zero_and_never_stops_a_quick_sitting(pattern: tuple[int, int, int]) -> None:
    table = shipped_table()
    by_format = dict(zip(("agree", "choice", "pair"), pattern, strict=True))
    sheet = tuple(by_format[item.format] for item in table.items)
    result = assess(table, sheet)
    assert [one.score for one in result.roles] == [0, 0, 0]
    assert (result.label, result.shape, len(result.top)) == ("mixed", "open", 3)
    assert stopping_points(table, sheet) == ()


@pytest.mark.parametrize("role", [0, 1, 2])
def test_a_sheet_all_for_one_role_scores_68_4_4(role: int) -> None:
    table = shipped_table()
    others = [one for one in range(3) if one != role]
    sheet: list[int] = []
    for item in table.items:
        # Most for the role; else least for the others; in the two pairs between
        # those, a bit for one of them and then a bit for the other.
        ranked = [(-row[role], sum(row[one] for one in others)) for row in item.roles]
        numbers = sorted(range(1, item.options + 1), key=lambda number, by=ranked: by[number - 1])  # type: ignore[misc]  # a default in a lambda
        if item.format == "pair" and not any(row[role] for row in item.roles):
            numbers = [2 if item.roles[1][others[0]] > 0 and len(sheet) < 5 else 3]
            if len(sheet) >= 5:
                numbers = [2 if item.roles[1][others[1]] > 0 else 3]
        sheet.append(numbers[0])
    result = assess(table, tuple(sheet))
    # 12 choices at -1, two pairs at -2, four agreement items at -2: -24, so 4 of 68.
    assert sorted(one.points for one in result.roles) == [4, 4, 68]
    assert result.top == (table.roles[role],)
    # 64 points ahead of both: 1 / (1 + 2 * 2^(-64/6)) = 0.99877
    assert result.roles[0].certainty == pytest.approx(1 / (1 + 2 * 2 ** (-64 / 6)), rel=1e-12)


def test_the_shipped_form_is_balanced_as_designed() -> None:
    table = shipped_table()
    assert all((span.low, span.high) == (-28, 40) for span in table.role_ranges)
    assert all((span.low, span.high) == (-7, 10) for span in table.trait_ranges)
    assert table.random_means == (Fraction(0),) * 3
    for number in range(len(table.traits)):
        assert sum(number in item.touches for item in table.items) == 5
    for role in range(3):
        variance = Fraction()
        for item in table.items:
            values = [option[role] for option in item.roles]
            mean = Fraction(sum(values), len(values))
            variance += sum(((value - mean) ** 2 for value in values), Fraction()) / len(values)
        assert variance == 42


def test_the_digest_covers_what_scores_and_no_words() -> None:
    bank = shipped()
    assert digest(shipped_table()) == bank.digest
    retitled = replace(bank.form, title="another title", version="9")
    assert digest(compile_table(retitled, bank.catalogue)) == bank.digest
    assert bank.form.certainty is not None
    harder = replace(bank.form, certainty=replace(bank.form.certainty, doubling=7))
    assert digest(compile_table(harder, bank.catalogue)) != bank.digest
    reordered = replace(bank.form, questions=bank.form.questions[::-1])
    assert digest(compile_table(reordered, bank.catalogue)) != bank.digest
