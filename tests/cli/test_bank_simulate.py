"""``bank simulate``: the same seed, the same bytes; every kind of bank; figures that a simulation must reach."""

from __future__ import annotations

from json import loads
from pathlib import Path

import pytest

from rolequiz.bank.load import load
from rolequiz.bank.shipped import shipped_bank
from rolequiz.cli import extras
from rolequiz.core.table import compile_table
from rolequiz.lab import posterior
from rolequiz.lab.people import Model
from rolequiz.lab.simulate import parts, simulate
from tests.cli.world import rolequiz

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "banks"
FEW = ("--people", "2000", "--seed", "3")


@pytest.fixture
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rough posterior in a second, where a test is not about it."""
    monkeypatch.setattr(posterior, "DRAWS", 4000)


@pytest.mark.usefixtures("few_draws")
def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not() -> None:
    first = rolequiz("bank", "simulate", *FEW)
    assert (first.code, first.err) == (0, "")
    assert rolequiz("bank", "simulate", *FEW).out == first.out
    assert rolequiz("bank", "simulate", "--people", "2000", "--seed", "4").out != first.out
    assert "No human data" in first.out or "no human data" in first.out


def test_json_holds_every_figure() -> None:
    ended = rolequiz("bank", "simulate", *FEW, "--stress", "--format", "json")
    found = loads(ended.out)
    assert found["schema"] == "rolequiz.simulation/1"
    assert (found["seed"], found["people"]) == (3, 2000)
    assert found["model"]["discrimination"] == 1.275
    assert 0.55 < found["accuracy"]["all"] < 0.75, "simulated design figure .64"
    assert found["accuracy"]["clear"] > found["accuracy"]["moderate"] > found["accuracy"]["mixed"]
    assert found["bayes"]["all"] >= found["bayes"]["rule_all"] - 0.02
    assert sum(found["labels"].values()) == pytest.approx(1)
    assert [one["missing"] for one in found["gaps"]] == [2, 4, 6, 10, 15]
    assert all(
        one["agreement"] > after["agreement"] for one, after in zip(found["gaps"], found["gaps"][1:], strict=False)
    )
    assert len(found["recovery"]) == 12
    assert len(found["stress"]) > 7


@pytest.mark.parametrize(("is_stressed", "roles"), [(False, True), (True, True), (False, False)])
@pytest.mark.usefixtures("few_draws")
def test_the_bar_knows_how_many_parts_there_are(is_stressed: bool, roles: bool) -> None:
    bank = load(shipped_bank() if roles else EXAMPLES / "five-traits")
    table, told = compile_table(bank.form, bank.catalogue), list[str]()
    simulate(table, Model(), people=1000, seed=1, posterior_people=200, is_stressed=is_stressed, tick=told.append)
    assert len(told) == parts(table, Model(), is_stressed=is_stressed)


def test_a_bank_with_very_many_traits_gets_no_ceiling_instead_of_a_wrong_one() -> None:
    ended = rolequiz("bank", "simulate", str(EXAMPLES / "thirty-traits"), "--people", "1000")
    assert "Bayes ceiling: not computed" in ended.out


def test_a_profile_has_traits_and_flags_only() -> None:
    ended = rolequiz("bank", "simulate", str(EXAMPLES / "five-traits"), "--people", "1000", "--format", "json")
    found = loads(ended.out)
    assert (ended.code, found["accuracy"], found["bayes"], found["first"]) == (0, None, None, [])
    assert all(0.5 < one < 0.9 for one in found["recovery"])


@pytest.mark.usefixtures("few_draws")
def test_items_that_measure_nothing_find_the_closest_role_by_chance() -> None:
    """A third, within four standard errors of 10,000 people: sqrt(2/9/10000) = .0047."""
    ended = rolequiz("bank", "simulate", "--people", "10000", "--discrimination", "0.05", "--format", "json")
    assert loads(ended.out)["accuracy"]["all"] == pytest.approx(1 / 3, abs=0.04)


@pytest.mark.usefixtures("few_draws")
def test_strong_items_find_it_more_often() -> None:
    weak, strong = (
        loads(rolequiz("bank", "simulate", *FEW, "--discrimination", size, "--format", "json").out)["accuracy"]["all"]
        for size in ("0.6", "4")
    )
    assert strong > weak + 0.1


def test_without_numpy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    ended = rolequiz("bank", "simulate")
    assert (ended.code, ended.out) == (2, "")
    assert "pip install 'rolequiz[batch]'" in ended.err


@pytest.mark.parametrize("wrong", [("--people", "10"), ("--seed", "-1"), ("--correlation", "2"), ("--careless", "x")])
def test_values_out_of_range_are_refused(wrong: tuple[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    ended = rolequiz("bank", "simulate", *wrong)
    assert ended.code == 2
    assert wrong[0] in capfd.readouterr().err
