"""``analyze``: counts by hand, coefficients a second way, what is withheld and why."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from json import dumps, loads
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from rolequiz.cli import extras
from rolequiz.core.score import Sheet, score
from rolequiz.lab.arrays import Floats
from tests.cli.world import Ended, put, rolequiz
from tests.small_banks import random_sheet, shipped_table

QUESTIONS = [item.id for item in shipped_table().items]


def answers_csv(sheets: Sequence[Sheet], ids: Sequence[str] | None = None) -> str:
    names = ids or [f"p{number}" for number in range(len(sheets))]
    rows = [
        ",".join([name, *("" if one is None else str(one) for one in sheet)])
        for name, sheet in zip(names, sheets, strict=True)
    ]
    return put("answers.csv", "\n".join([",".join(["id", *QUESTIONS]), *rows]) + "\n")


def sheets(count: int, missing: float = 0.0) -> list[Sheet]:
    return [random_sheet(shipped_table(), f"analyze {number}", missing) for number in range(count)]


def analyzed(*arguments: str) -> dict[str, Any]:
    ended = rolequiz("analyze", *arguments, "--format", "json")
    assert ended.code == 0, ended.err
    found: dict[str, Any] = loads(ended.out)
    return found


def question(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in found["questions"] if one["id"] == name)


def test_shares_and_gaps_are_counted() -> None:
    people = sheets(80, missing=0.05)
    found = analyzed(answers_csv(people))
    assert (found["schema"], found["people"], found["sittings"]) == ("rolequiz.analysis/1", 80, 80)
    for at, name in enumerate(QUESTIONS):
        one, column = question(found, name), [sheet[at] for sheet in people]
        assert one["missing"] == column.count(None)
        assert [option["count"] for option in one["options"]] == [
            column.count(number) for number in range(1, shipped_table().items[at].options + 1)
        ]
        assert sum(option["share"] for option in one["options"]) == pytest.approx(1)


def test_item_rest_correlations_a_second_way() -> None:
    """By leaving the question out of the sheet and letting the core score the rest."""
    people, table = sheets(120), shipped_table()
    found = analyzed(answers_csv(people))
    for at in (0, 1, 11, 17):
        item = table.items[at]
        without = [score(table, (*sheet[:at], None, *sheet[at + 1 :])) for sheet in people]
        whole = [score(table, sheet) for sheet in people]
        for t in item.touches:
            rest = np.array([one.traits[t] for one in without], dtype=float)
            own = np.array([one.traits[t] for one in whole], dtype=float) - rest
            expected = np.corrcoef(own, rest)[0, 1]
            told = question(found, item.id)["trait_rest"][table.traits[t]]
            assert told["value"] == pytest.approx(expected, abs=1e-12)
            assert (told["n"], told["unstable"]) == (120, True)
        for r, role in enumerate(table.roles):
            rest = np.array([one.roles[r] for one in without], dtype=float)
            own = np.array([one.roles[r] for one in whole], dtype=float) - rest
            if own.any():
                expected = np.corrcoef(own, rest)[0, 1]
                assert question(found, item.id)["role_rest"][role]["value"] == pytest.approx(expected, abs=1e-12)


def test_first_places_labels_and_flags_are_those_of_score() -> None:
    name = answers_csv(sheets(150))
    results = [loads(line) for line in rolequiz("score", name, "--format", "jsonl").out.splitlines()]
    found = analyzed(name)
    for role in shipped_table().roles:
        assert found["top"][role]["count"] == sum(one["top"] == [role] for one in results)
    assert found["top_shared"]["count"] == sum(one["tie"] for one in results)
    for label, told in found["labels"].items():
        assert told["count"] == sum(one["label"] == label for one in results)
    for flag, told in found["flags"].items():
        assert told["count"] == sum(flag in one["flags"] for one in results)
    assert found["flags"]["too-fast"]["of"] == 0, "no times were recorded"


def test_fewer_than_fifty_people_give_shares_only_unless_forced() -> None:
    name = answers_csv(sheets(49))
    found = analyzed(name)
    assert found["shares_only"]
    assert question(found, "q01")["options"][0]["share"] is not None
    rests = [rest for one in found["questions"] for rest in one["trait_rest"].values()]
    assert {rest["value"] for rest in rests} == {None}
    assert {rest["why"] for rest in rests} == {"fewer than 50 people"}
    assert "--force" in rolequiz("analyze", name).out
    forced = analyzed(name, "--force")
    assert not forced["shares_only"]
    assert all(rest["unstable"] for one in forced["questions"] for rest in one["trait_rest"].values())


@pytest.mark.parametrize(("people", "is_unstable"), [(199, True), (200, False)])
def test_fewer_than_two_hundred_people_are_called_unstable(people: int, is_unstable: bool) -> None:
    name = answers_csv(sheets(people))
    assert question(analyzed(name), "q12")["trait_rest"]["quick_wins"]["unstable"] is is_unstable
    assert ("unstable" in rolequiz("analyze", name).out) is is_unstable


def test_alpha_is_for_keyed_agreement_items_only() -> None:
    found = analyzed(answers_csv(sheets(60)))
    for trait in shipped_table().traits:
        one = found["scales"][trait]
        assert one["alpha"] is None
        assert "fixed sum" in one["why"]
    for role in shipped_table().roles:
        one = found["role_scales"][role]
        assert len(one["items"]) == 4
        assert one["alpha_low"] < one["alpha"] < one["alpha_high"]
    assert "No alpha for quick_wins" in rolequiz("analyze", "answers.csv").out


def test_an_id_that_comes_twice_is_one_person_and_a_retest() -> None:
    people = sheets(60)
    again = [*people[:55], *sheets(65)[60:]]
    name = answers_csv([*people, *again], [f"p{number}" for number in [*range(60), *range(60)]])
    found = analyzed(name)
    assert (found["people"], found["sittings"], found["retest"]["n"]) == (60, 120, 60)
    assert question(found, "q01")["options"][0]["of"] == 60
    same = analyzed(answers_csv([*people, *people], [f"p{number}" for number in [*range(60), *range(60)]]))
    assert [one["value"] for one in same["retest"]["icc"].values()] == pytest.approx([1, 1, 1])
    assert same["retest"]["kappa"]["value"] == pytest.approx(1)
    assert 0.5 < found["retest"]["kappa"]["value"] < 1
    table = shipped_table()
    scored = [[score(table, sheet).roles for sheet in sitting] for sitting in (people, again)]
    for number, role in enumerate(table.roles):
        first, second = (np.array([one[number] for one in sitting], dtype=float) for sitting in scored)
        assert found["retest"]["icc"][role]["value"] == pytest.approx(agreement(first, second))
        assert found["retest"]["icc"][role]["value"] < 1


def agreement(first: Floats, second: Floats) -> float:
    """ICC(A,1) of two sittings from covariances: 2 cov / (var + var + (mean difference)^2 - var of differences / n)."""
    shift = (first.mean() - second.mean()) ** 2 - (first - second).var(ddof=1) / len(first)
    return float(2 * np.cov(first, second)[0, 1] / (first.var(ddof=1) + second.var(ddof=1) + shift))


def test_findings_name_what_an_author_should_look_at() -> None:
    people = []
    for number, sheet in enumerate(sheets(100)):
        first = 1 if number % 10 < 7 else 2
        pattern = (1, 5) if number % 2 else (5, 1)
        people.append((first, *sheet[1:11], pattern[0], *sheet[12:]))
    found = analyzed(answers_csv(people))
    told = {(one["code"], one["question"], one["option"]) for one in found["findings"]}
    assert ("popular-option", "q01", 1) in told
    assert ("unused-option", "q01", 3) in told
    assert ("unused-option", "q12", 3) in told
    assert not any(code == "popular-option" and name != "q01" for code, name, _ in told)
    negative = {(one["question"], one["scale"]) for one in found["findings"] if one["code"] == "negative-item-rest"}
    expected = {
        (one["id"], name)
        for one in found["questions"]
        for rests in (one["trait_rest"], one["role_rest"])
        for name, rest in rests.items()
        if (rest["value"] or 0) < 0
    }
    assert negative == expected
    assert expected


def test_seconds_are_quartiles_by_question() -> None:
    source = Random(4)
    records = []
    times = []
    for number, sheet in enumerate(sheets(21)):
        times.append(source.randint(1, 40) / 4)
        answers = dict(zip(QUESTIONS, sheet, strict=True))
        records.append({"id": f"p{number}", "answers": answers, "seconds": {"q01": times[-1], "q02": 1.0}})
    found = analyzed(put("answers.json", dumps(records)))
    told = question(found, "q01")["seconds"]
    ordered = sorted(times)
    assert told == {"n": 21, "lower": ordered[5], "median": ordered[10], "upper": ordered[15]}
    assert question(found, "q03")["seconds"] is None


def test_questions_that_a_quick_sitting_never_asked_are_no_gaps() -> None:
    """The worked pattern for user leads by 10 and more after ten questions; --mode quick stops there."""
    table = shipped_table()
    points = [[one[1] for one in item.roles] for item in table.items]
    pure = tuple(1 + one.index(max(one)) for one in points)
    record = {
        "id": "quick",
        "mode": "quick",
        "asked_ids": QUESTIONS[:10],
        "answers": dict(zip(QUESTIONS[:10], pure[:10], strict=True)),
    }
    found = analyzed(put("quick.json", dumps([record])))
    assert {one["missing"] for one in found["questions"]} == {0}
    assert [one["answered"] for one in found["questions"]] == [1] * 10 + [0] * 20


def test_csv_long_and_wide_hold_the_figures_of_json() -> None:
    name = answers_csv(sheets(70))
    found = analyzed(name)
    long = list(csv.DictReader(StringIO(rolequiz("analyze", name, "--format", "csv-long").out)))
    wide = {
        row["question"]: row for row in csv.DictReader(StringIO(rolequiz("analyze", name, "--format", "csv-wide").out))
    }
    assert list(wide) == QUESTIONS
    told = question(found, "q07")
    share = next(row for row in long if (row["subject"], row["of"], row["statistic"]) == ("q07", "2", "share"))
    assert float(share["value"]) == told["options"][1]["share"] == float(wide["q07"]["share_2"])
    for trait, rest in told["trait_rest"].items():
        row = next(one for one in long if (one["subject"], one["of"]) == ("q07", trait))
        assert float(row["value"]) == rest["value"] == float(wide["q07"][f"item_rest_trait_{trait}"])
        assert row["unstable"] == "true"
    alpha = next(row for row in long if (row["part"], row["subject"]) == ("role_scale", "user"))
    assert float(alpha["value"]) == found["role_scales"]["user"]["alpha"]
    assert wide["q01"]["share_5"] == "", "a choice of three has no fifth option"


def test_rejects_are_told_and_end_with_one_unless_allowed() -> None:
    name = answers_csv(sheets(3))
    Path(name).write_text(Path(name).read_text() + "p9," + ",".join(["9"] * 30) + "\n")
    ended = rolequiz("analyze", name)
    assert ended.code == 1
    assert "p9" in ended.err
    assert ended.lines[-1] == "analyzed 3, rejected 1, of 4"
    assert ended.out.startswith("ops-roles 1.0: 3 people")
    assert rolequiz("analyze", name, "--max-rejects", "1").code == 0


def refused(*arguments: str) -> Ended:
    ended = rolequiz("analyze", *arguments)
    assert (ended.code, ended.out) == (2, "")
    return ended


def test_nothing_valid_is_said() -> None:
    name = put("bad.csv", "id," + ",".join(QUESTIONS) + "\np1," + ",".join(["9"] * 30) + "\n")
    assert "nothing to analyze: 1 record" in refused(name).err
    assert "nothing to analyze: 0 records" in refused(put("none.csv", "id," + ",".join(QUESTIONS) + "\n")).err
    assert "nowhere.csv" in refused("nowhere.csv").err


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    assert "pip install 'rolequiz[batch]'" in refused(answers_csv(sheets(2))).err


def test_the_same_input_gives_the_same_bytes() -> None:
    name = answers_csv(sheets(90, missing=0.1))
    for form in ("text", "json", "csv-long", "csv-wide"):
        first, second = (rolequiz("analyze", name, "--format", form).out for _ in range(2))
        assert first == second
        assert "nan" not in first.lower().replace("finance", "")


def test_of_many_rejects_the_first_are_told_and_the_rest_are_counted() -> None:
    answers = {f"q{number:02d}": 1 for number in range(1, 31)}
    rows = [dumps({"id": f"p{n}", "answers": {"q01": 9} if n else answers}) for n in range(26)]
    ended = rolequiz("analyze", put("a.jsonl", "\n".join(rows)))
    assert ended.code == 1
    told = [line for line in ended.lines if line.startswith("a.jsonl:")]
    assert [line.split(":")[1] for line in told] == [str(number) for number in range(2, 22)]
    assert ended.lines[20:] == ["and 5 more; rolequiz score lists them all", "analyzed 1, rejected 25, of 26"]
