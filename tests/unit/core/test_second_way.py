"""Any sheet of any bank, a second way: from the words of the bank, one answer at a time, in fractions."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolequiz.core.assess import TraitResult, assess
from rolequiz.core.flip import Change, Flip, smallest_flip
from rolequiz.core.score import score
from rolequiz.core.table import compile_table
from rolequiz.model import Catalogue, Form
from tests.small_banks import catalogues_and_forms, sheets


def points_of(form: Form, place: int, number: int) -> dict[str, int]:
    """The points of option ``number`` as the design words the rule for each format."""
    question = form.questions[place]
    if question.format == "agree":
        steps = len(form.scales.agree)
        doubled = 2 * number - (steps + 1)
        return {question.trait: question.key * (doubled // 2 if steps % 2 else doubled)}
    if question.format == "pair":
        value = {1: 2, 2: 1, 3: -1, 4: -2}[number]
        found = {str(question.first.trait): value}
        found[str(question.second.trait)] = found.get(str(question.second.trait), 0) - value
        return found
    chosen = question.options[number - 1]
    if chosen.points is not None:
        return dict(chosen.points)
    found = {}
    for option in question.options:
        if option.trait is not None:
            found[option.trait] = found.get(option.trait, 0) - 1
    found[str(chosen.trait)] += len(question.options)
    return found


@given(catalogues_and_forms(), st.data())
def test_any_sheet_of_any_bank_is_assessed_as_a_second_way_does(
    bank: tuple[Form, Catalogue], data: st.DataObject
) -> None:
    form, catalogue = bank
    table = compile_table(form, catalogue)
    sheet = data.draw(sheets(table))
    size = len(form.questions)
    asked = data.draw(st.integers(1, size))
    found = assess(table, sheet, mode="quick", asked=asked)

    every = [[points_of(form, place, n + 1) for n in range(item.options)] for place, item in enumerate(table.items)]
    given_points = [
        every[place][number - 1] if number is not None else {} for place, number in enumerate(sheet[:asked])
    ]
    weigh: Mapping[str, Mapping[str, int]] = {role.id: role.traits for role in catalogue.roles}

    def role_points(role: str, points: Mapping[str, int]) -> int:
        return sum(weigh[role].get(trait, 0) * value for trait, value in points.items())

    answered = sum(number is not None for number in sheet[:asked])
    assert found.answered == answered
    share = Fraction(answered, asked)
    status = "full" if share >= Fraction(8, 10) else "provisional" if share >= Fraction(5, 10) else "insufficient"
    assert found.status == status
    for trait in (one.id for one in catalogue.traits):
        total = sum(points.get(trait, 0) for points in given_points)
        low = sum(min(option.get(trait, 0) for option in options) for options in every)
        high = sum(max(option.get(trait, 0) for option in options) for options in every)
        about = [place for place in range(asked) if any(trait in option for option in every[place])]
        given_about = sum(sheet[place] is not None for place in about)
        fit = 100 * (total - low) / (high - low) if high > low else 0.0
        is_shown = 5 * given_about >= 3 * len(about)
        assert found.trait(trait) == TraitResult(trait, total, total - low, fit, given_about, is_shown)
    totals = {role: sum(role_points(role, points) for points in given_points) for role in weigh}
    fits = {}
    order = sorted(totals, key=lambda role: -totals[role]) if status != "insufficient" else list(totals)
    assert [one.role for one in found.roles] == order
    odds = {role: 2 ** ((total - max(totals.values())) / table.doubling) if table.doubling else 1.0
            for role, total in totals.items()}  # fmt: skip
    for role, total in totals.items():
        low = sum(min(role_points(role, option) for option in options) for options in every)
        high = sum(max(role_points(role, option) for option in options) for options in every)
        fits[role] = Fraction(100 * (total - low), high - low) if high > low else Fraction(0)
        one = found.role(role)
        fit = 100 * (total - low) / (high - low) if high > low else 0.0
        assert (one.score, one.points, one.fit) == (total, total - low, fit)
        if status == "insufficient":
            assert (one.place, one.certainty) == (None, None)
        else:
            assert one.place == 1 + sum(other > total for other in totals.values())
            assert one.certainty == pytest.approx(odds[role] / sum(odds.values()), rel=1e-12)
    if status == "insufficient":
        assert (found.top, found.shape, found.label, found.lead, found.neighbours) == ((), None, None, None, ())
        return
    falling = sorted(totals.values(), reverse=True)
    assert found.top == tuple(role for role, total in totals.items() if total == falling[0])
    assert found.lead == falling[0] - falling[1]
    certainty = found.roles[0].certainty or 0.0
    word = next(
        (word for floor, word in ((0.9, "clear"), (0.75, "firm"), (0.6, "leaning")) if certainty >= floor), "mixed"
    )
    if len(found.top) > 1:
        word = "mixed"
    assert found.label == ("leaning" if status == "provisional" and word in ("clear", "firm") else word)
    two = certainty + (found.roles[1].certainty or 0.0)
    assert found.shape == ("single" if word != "mixed" else "pair" if two >= 0.85 - 1e-12 else "open")
    mix = catalogue.neighbours[0].mix or {}
    (neighbour,) = found.neighbours
    assert neighbour[0] == "n0"
    assert neighbour[1] == pytest.approx(float(sum(w * fits[role] for role, w in mix.items()) / sum(mix.values())))


@given(catalogues_and_forms(), st.data())
def test_the_flip_is_the_list_that_its_rule_describes(bank: tuple[Form, Catalogue], data: st.DataObject) -> None:
    table = compile_table(*bank)
    sheet = data.draw(sheets(table))
    scores = score(table, sheet)
    totals = scores.roles
    found = smallest_flip(table, sheet, scores)
    first = [role for role, total in enumerate(totals) if total == max(totals)]
    if len(first) > 1:
        assert found is None
        return
    leader = first[0]
    lists = []
    for rival in (role for role in range(len(totals)) if role != leader):
        steps = []
        for place, number in enumerate(sheet):
            if number is None:
                continue
            ahead = [points[rival] - points[leader] for points in table.items[place].roles]
            best = max(ahead)
            steps.append((ahead[number - 1] - best, place, ahead.index(best) + 1))
        steps.sort()
        behind = totals[leader] - totals[rival]
        needed = [size for size in range(1, len(steps) + 1) if -sum(step[0] for step in steps[:size]) > behind]
        if needed:
            lists.append((needed[0], -totals[rival], rival, steps[: needed[0]]))
    if not lists:
        assert found is None
        return
    _, _, rival, steps = min(lists)
    after = list(sheet)
    for _, place, number in steps:
        after[place] = number
    ends = score(table, tuple(after)).roles
    assert found == Flip(
        table.roles[rival],
        totals[leader] - totals[rival],
        tuple(table.roles[role] for role, total in enumerate(ends) if total == max(ends)),
        tuple(Change(table.items[place].id, sheet[place] or 0, number) for _, place, number in steps),
    )
