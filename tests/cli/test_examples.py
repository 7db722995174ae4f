"""The example banks: each passes its check, has the figures its page states, and every command on the page runs."""

from __future__ import annotations

import json
import random
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.world import Ended, put, rolequiz

BANKS = Path(__file__).parents[2] / "examples" / "banks"
NAMES = ("two-roles", "five-traits", "thirty-traits")
TWO, FIVE, THIRTY = (str(BANKS / name) for name in NAMES)

SCALES = {
    "agree": "a",
    "conscientious": "c",
    "extraversion": "e",
    "neuroticism": "n",
    "openness": "o",
}
REVERSED = {"a1", "c4", "c5", "e1", "e2", "o2", "o5"}
"""The keys of bfi in the R package psych."""

CONSTANT = 10
"""Five items of 2x - 7 are 2 * sum - 35, and files count from the least, -25."""


def read(bank: str, name: str) -> Any:
    return yaml.safe_load((Path(bank) / name).read_text(encoding="utf-8"))


def ids(bank: str) -> list[str]:
    return [question["id"] for question in read(bank, "questions.yaml")["questions"]]


def sheets(bank: str, people: int, most: int, seed: int) -> list[dict[str, Any]]:
    """People who answer every question at random."""
    source = random.Random(seed)
    names = ids(bank)
    return [{"id": f"p{n}", "answers": {name: source.randint(1, most) for name in names}} for n in range(people)]


def check(bank: str) -> Any:
    ended = rolequiz("bank", "check", bank, "--strict", "--format", "json")
    assert ended.code == 0, ended.out
    return json.loads(ended.out)


def keys_of(value: object) -> set[str]:
    """Every key at any depth."""
    if isinstance(value, dict):
        return set(value) | {key for inner in value.values() for key in keys_of(inner)}
    return {key for inner in value for key in keys_of(inner)} if isinstance(value, list) else set()


def commands(bank: str) -> list[str]:
    """The command lines of a bank's page."""
    blocks = (Path(bank) / "README.md").read_text(encoding="utf-8").split("```sh\n")[1:]
    return [line for block in blocks for line in block.split("```")[0].splitlines()]


def run_line(line: str) -> Ended:
    """A command line as it stands on a page, from wherever this test stands; a sitting is answered with ones."""
    program, *arguments = shlex.split(line)
    assert program == "rolequiz"
    arguments = [one.replace("examples/banks", str(BANKS)) for one in arguments]
    if arguments[0] == "take":
        return rolequiz(*arguments, "--plain", "--fresh", stdin=b"1\n" * 120)
    return rolequiz(*arguments)


@pytest.mark.parametrize("name", NAMES)
def test_every_example_passes_the_strict_check(name: str) -> None:
    ended = rolequiz("bank", "check", str(BANKS / name), "--strict")
    assert (ended.code, ended.out, ended.err) == (0, "", "0 errors, 0 warnings\n")


@pytest.mark.parametrize(("name", "line"), [(name, line) for name in NAMES for line in commands(str(BANKS / name))])
def test_every_command_on_a_page_runs(name: str, line: str) -> None:
    assert f"examples/banks/{name}" in line
    ended = run_line(line)
    assert ended.code == 0, ended.err
    assert ended.out
    assert "nan" not in ended.out.lower().split()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_short_and_says_how_to_take_and_check(name: str) -> None:
    assert len((BANKS / name / "README.md").read_text(encoding="utf-8").splitlines()) < 40
    assert {tuple(line.split()[1:2]) for line in commands(str(BANKS / name))} >= {("take",), ("bank",)}


def test_two_roles_are_first_equally_often_at_random() -> None:
    found = check(TWO)
    assert found["first_places"] == {"8": ["1/2", "1/2"]}
    first, second = ({key: role[key] for key in ("mean", "variance", "low", "high")} for role in found["roles"])
    assert first == second == {"mean": "0", "variance": "11", "low": -10, "high": 10}
    table = rolequiz("bank", "check", TWO, "--format", "table").out
    alone = [line.split() for line in table.splitlines() if line.startswith(("reading_room", "workshops"))]
    assert [line[6] for line in alone] == ["46.8075", "46.8075"]


def test_two_roles_mix_the_formats_and_two_languages() -> None:
    form = read(TWO, "questions.yaml")
    formats = [question["format"] for question in form["questions"]]
    assert sorted(formats) == ["agree"] * 4 + ["choice"] * 2 + ["pair"] * 2
    assert form["languages"] == ["en", "zh"]


def test_five_traits_give_the_sums_of_their_scales() -> None:
    people = sheets(FIVE, 200, 6, seed=25)
    ended = rolequiz("score", put("people.json", json.dumps(people)), "--bank", FIVE, "--format", "json")
    assert ended.code == 0, ended.err
    results = json.loads(ended.out)
    assert [result["id"] for result in results] == [person["id"] for person in people]
    for person, result in zip(people, results, strict=True):
        for trait, letter in SCALES.items():
            items = [f"{letter}{number}" for number in range(1, 6)]
            total = sum(7 - person["answers"][one] if one in REVERSED else person["answers"][one] for one in items)
            assert result["traits"][trait]["points"] == 2 * total - CONSTANT


def test_five_traits_rank_nothing_in_files() -> None:
    people = sheets(FIVE, 200, 6, seed=26)
    file = put("people.json", json.dumps(people))
    results = json.loads(rolequiz("score", file, "--bank", FIVE, "--format", "json").out)
    one = rolequiz("explain", file, "--id", "p7", "--bank", FIVE, "--format", "json")
    assert one.code == 0, one.err
    for result in [*results, json.loads(one.out)]:
        assert (result["status"], result["roles"], result["top"], result["tie"]) == ("full", [], [], False)
        assert [result[key] for key in ("shape", "label", "lead")] == [None] * 3
        assert result["neighbours"] == {}
        assert keys_of(result).isdisjoint({"role", "place", "certainty"})
    assert json.loads(one.out)["explanation"]["flip"] is None
    header = rolequiz("score", file, "--bank", FIVE, "--format", "csv").out.splitlines()[0]
    assert not any(word in header for word in ("certainty", "place", "points_", "fit_"))


@pytest.mark.parametrize("options", [(), ("--plain",), ("--format", "brief")])
def test_five_traits_rank_nothing_on_the_screen(options: tuple[str, ...]) -> None:
    (person,) = sheets(FIVE, 1, 6, seed=27)
    ended = rolequiz("explain", put("one.json", json.dumps(person)), "--bank", FIVE, *options)
    assert ended.code == 0, ended.err
    for word in ("first:", "second:", "certain", "closest", "ahead", "leaning", "nan", "%"):
        assert word not in ended.out.lower()
    lines = ended.out.replace("rolequiz", "").splitlines()
    assert all("no role" in line for line in lines if " role" in line)


def test_thirty_traits_have_four_items_each_two_of_them_reversed() -> None:
    questions = read(THIRTY, "questions.yaml")["questions"]
    catalogue = read(THIRTY, "roles.yaml")
    assert (len(questions), len(catalogue["traits"]), len(catalogue["roles"])) == (120, 30, 5)
    assert {question["format"] for question in questions} == {"agree"}
    for trait in catalogue["traits"]:
        keys = [question.get("key", 1) for question in questions if question["trait"] == trait["id"]]
        assert sorted(keys) == [-1, -1, 1, 1]
    assert [list(role["traits"].values()) for role in catalogue["roles"]] == [[1] * 6] * 5
    assert len({trait for role in catalogue["roles"] for trait in role["traits"]}) == 30


def test_a_full_sheet_of_thirty_traits_adds_up() -> None:
    (person,) = sheets(THIRTY, 1, 5, seed=120)
    ended = rolequiz("explain", put("one.json", json.dumps(person)), "--bank", THIRTY, "--format", "json")
    assert ended.code == 0, ended.err
    result = json.loads(ended.out)
    assert (result["status"], result["answered"]) == ("full", 120)
    contributions = result["explanation"]["contributions"]
    assert [one["question"] for one in contributions] == ids(THIRTY)
    traits = dict.fromkeys(result["traits"], 0)
    for question in read(THIRTY, "questions.yaml")["questions"]:
        traits[question["trait"]] += question.get("key", 1) * (person["answers"][question["id"]] - 3)
    assert {trait: one["points"] - 8 for trait, one in result["traits"].items()} == traits
    members = {role["id"]: role["traits"] for role in read(THIRTY, "roles.yaml")["roles"]}
    assert len(result["roles"]) == 5
    for one in result["roles"]:
        total = sum(each["points"][one["role"]] for each in contributions)
        assert one["points"] - 48 == total == sum(traits[trait] for trait in members[one["role"]])


def test_thirty_traits_give_each_pair_of_roles_the_same_chances() -> None:
    roles = check(THIRTY)["roles"]
    assert {(role["mean"], role["variance"], role["low"], role["high"]) for role in roles} == {("0", "48", -48, 48)}
    table = rolequiz("bank", "check", THIRTY, "--format", "table").out
    duels = [line.split()[3:] for line in table.splitlines() if " : " in line]
    assert duels == [["47.9711", "%", "47.9711", "%", "4.0579", "%"]] * 10
