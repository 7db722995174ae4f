"""Rendered text is what was read and agreed; ``python scripts/write_goldens.py`` writes it anew."""

from __future__ import annotations

import pytest

from tests.golden.cases import FOLDER, cases

CASES = cases()


@pytest.mark.parametrize("name", CASES)
def test_the_text_is_as_agreed(name: str) -> None:
    kept = (FOLDER / name).read_bytes().decode()
    assert CASES[name]() == kept, "read the difference, then: python scripts/write_goldens.py"


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in FOLDER.glob("*.txt")} == set(CASES)


@pytest.mark.parametrize("name", [name for name in CASES if "brief" in name])
def test_a_brief_is_brief(name: str) -> None:
    assert len(CASES[name]().splitlines()) <= 6
