"""A few kills of each kind; ``scripts/kill_test.py`` does two hundred."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import kill_batches, kill_rooms, kill_sittings
from scripts.kill_count import Count
from tests.small_banks import shipped_table


def quiet(count: Count, kills: int) -> None:
    assert count.faults == []
    assert (count.lost, count.half, count.astray) == (0, 0, 0)
    assert count.kills == kills


@pytest.mark.tty
def test_nothing_that_was_shown_as_answered_is_lost_on_a_terminal(tmp_path: Path) -> None:
    count = kill_sittings.on_a_terminal(8, 7, tmp_path)
    quiet(count, 8)
    assert count.acknowledged > 8


def test_nothing_that_was_shown_as_answered_is_lost_in_plain_lines(tmp_path: Path) -> None:
    count = kill_sittings.in_plain_lines(8, 7, tmp_path)
    quiet(count, 8)
    assert count.acknowledged > 8


def test_nothing_that_a_phone_was_told_is_lost(tmp_path: Path) -> None:
    count = kill_rooms.of_rooms(3, 7, tmp_path)
    quiet(count, 3)
    assert count.acknowledged >= 30 * kill_rooms.PHONES


def test_no_half_results_get_their_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kill_batches, "RECORDS", 3000)
    quiet(kill_batches.of_batches(6, 7, tmp_path), 6)


def test_what_was_shown_and_is_not_kept_would_be_seen(tmp_path: Path) -> None:
    sat, count = kill_sittings.Sat(tmp_path, shipped_table()), Count()
    sat.shown = 3
    assert sat.check(count, "kill 1") == 1
    assert (count.lost, count.faults) == (2, ["lost: kill 1: question 3 was shown, 0 answers are kept"])
