"""A bank without roles: nothing is ranked, and quick mode has nothing to stop by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rolequiz.bank.load import load
from rolequiz.core.assess import assess
from rolequiz.core.quick import stopping_points
from rolequiz.core.table import compile_table

BANK = Path(__file__).resolve().parents[3] / "examples" / "banks" / "five-traits"


def test_a_profile_is_never_stopped_and_never_ranked() -> None:
    bank = load(BANK)
    table = compile_table(bank.form, bank.catalogue)
    sheet = (6,) * len(table.items)
    assert stopping_points(table, sheet) == ()
    assert stopping_points(replace(table, checkpoints=((10, 1),)), sheet) == ()
    result = assess(table, sheet)
    assert (result.top, result.label, result.shape, result.lead, result.roles) == ((), None, None, None, ())
    assert [one.answered for one in result.traits] == [5] * 5
