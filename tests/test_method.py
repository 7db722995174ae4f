"""The figures in docs/method.md are those that the commands beside them print (the cheap ones)."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from json import loads
from pathlib import Path
from typing import Any

import pytest

from rolequiz.core.compare import ERROR_SHARE

ROOT = Path(__file__).resolve().parents[1]
PAGE = re.sub(r"\s+", " ", (ROOT / "docs" / "method.md").read_text(encoding="utf-8"))


@cache
def printed(*command: str) -> str:
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8"
    ).stdout


@cache
def simulated() -> dict[str, Any]:
    found: dict[str, Any] = loads(printed("-m", "rolequiz", "bank", "simulate", "--format", "json"))
    return found


def hundredths(value: float) -> str:
    return f"{value:.2f}".removeprefix("0")


def says(text: str) -> bool:
    return text in PAGE


def test_the_opening_figures() -> None:
    accuracy, labels = simulated()["accuracy"], simulated()["labels"]
    assert says(f"named in **{hundredths(accuracy['all'])}** of all simulated sittings")
    assert says(f"in **{hundredths(accuracy['clear'])}** of clear profiles")
    assert says(f"in **{hundredths(accuracy['mixed'])}** of near-ties")
    assert says(f"**{labels['clear']:.0%}".replace("%", " %**") + " of sittings come out *clear*")
    assert says(f"**{labels['mixed']:.0%}".replace("%", " %**") + " come out too close")


def test_quick_mode_gaps_calibration_and_flags() -> None:
    found = simulated()
    quick = found["quick"]
    assert says(f"it asks {quick['asked']:.1f} questions")
    assert says(f"the full form names in {hundredths(quick['agreement'])}")
    assert says(f"it needs {quick['sure_asked']:.1f} questions")
    six = next(one for one in found["gaps"] if one["missing"] == 6)
    assert says(f"the same role comes first in {hundredths(six['agreement'])} of simulated sittings")
    calibration = found["calibration"]
    assert says(f"is {calibration['ece']:.3f}".replace("0.", ".") + " in simulation")
    assert says(f"claims of .9 and more are right in {hundredths(calibration['claims_right'])}")
    for flag, kind, honest in (
        ("straight-lining", "straight-lining", 3),
        ("agreement-bias", "yea-saying", 3),
        ("inconsistent", "random", 2),
        ("too-fast", "speeding", 3),
    ):
        row = re.search(rf"\| `{flag}` \|[^|]*\| ([.\d]+) \| ([.\d]+) of {kind} \|", PAGE)
        assert row
        assert row[1] == f"{found['flags']['honest'][flag]:.{honest}f}".removeprefix("0")
        assert row[2] == hundredths(found["flags"][kind][flag])
    shares = found["profiles"]
    clear, moderate, mixed = (f"{share:.0%}".replace("%", " %") for share in shares)
    assert says(f"{clear} are clear, {moderate} moderate, {mixed} mixed")
    bayes = found["bayes"]
    reached, of_clear = (hundredths(bayes[f"rule_{kind}"] / bayes[kind]) for kind in ("all", "clear"))
    assert says(f"reaches {reached} of what a Bayes posterior with the true parameters reaches, {of_clear} for clear")


def test_exact_figures() -> None:
    table = printed("-m", "rolequiz", "bank", "check", "--format", "table")
    stops = re.search(r"In all ([\d.]+) % of random sheets stop early", table)
    assert stops
    assert says(f"Random sheets stop early in {float(stops[1]):.0f} %")
    clear, firm = (re.search(rf"{label} +([\d.]+) %", table) for label in ("clear", "firm"))
    assert clear
    assert firm
    assert says(f"reach .75 in {float(firm[1]):.2f} % and .90 in {float(clear[1]):.2f} % (exact)")
    assert table.count("equal: 1/3 each") == 4


@pytest.mark.parametrize(
    ("row", "says_all", "says_clear"),
    [
        ("attentive", "same first role in {} of cases", "*clear* result in {},"),
        ("10% careless", "it is {}, and", "and {} after a clear"),
    ],
)
def test_retests(row: str, says_all: str, says_clear: str) -> None:
    line = next(one for one in printed("scripts/retest.py").splitlines() if one.startswith(row))
    figures = [one.removeprefix("0") for one in line.removeprefix(row).split()]
    assert says(says_all.format(figures[0]))
    assert says(says_clear.format(figures[2]))
    if row == "attentive":
        assert says(f"after one too close to call in {figures[5]}")


def test_what_two_sittings_differ_by_without_any_change() -> None:
    rows = {}
    for line in printed("scripts/retest.py").splitlines():
        if found := re.fullmatch(r"(role|lead|trait), (attentive|10% careless) +([.\d]+) +(\d+) +([.\d]+)", line):
            rows[found[1], found[2]] = (found[3].removeprefix("0"), found[4], found[5].removeprefix("0"))
    role, lead, trait = (rows[kind, "attentive"] for kind in ("role", "lead", "trait"))
    assert lead[0] == trait[0] == hundredths(float(ERROR_SHARE))
    assert says(f"taken as {lead[0]} of the score's variance under random answering")
    assert says(f"{lead[0]} for leads and traits, {role[0]} for roles")
    assert says(f"the bands hold {lead[2]} of leads, {role[2]} of roles and {trait[2]} of traits")
    assert says(f"within {lead[1]} points in the lead of one role over another, within {role[1]} in a role")
    assert says(f"and within {trait[1]} in a trait")
    careless = [rows[kind, "10% careless"][2] for kind in ("lead", "role", "trait")]
    assert says("With 10 % careless sheets they hold {}, {} and {}".format(*careless))


def test_the_worked_example() -> None:
    shown = re.search(
        r"`([\d ·]+)` gives activity −4, user \+22, content −9: 24, 50 and 19 points, fits ([\d., and]+)\.", PAGE
    )
    assert shown
    answers = shown[1].replace("·", "").split()
    header = ",".join(["id", *(f"q{number:02d}" for number in range(1, 31))])
    done = subprocess.run(
        [sys.executable, "-m", "rolequiz", "score", "--format", "json"],
        input=f"{header}\nme,{','.join(answers)}\n",
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    roles = {one["role"]: one for one in loads(done.stdout)[0]["roles"]}
    assert [roles[role]["points"] for role in ("activity", "user", "content")] == [24, 50, 19]
    assert [f"{roles[role]['fit']:.1f}" for role in ("activity", "user", "content")] == ["35.3", "73.5", "27.9"]
    assert shown[2] == "35.3, 73.5 and 27.9"
