"""The word that leads back: kept as a hash, wrong tries slow down; and sittings that become records."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord
from rolequiz.workshop.resume import FILE, SLOWEST, is_right, keep_word, seconds_to_wait
from rolequiz.workshop.sittings import Place, newest, place_of, put_away, settle
from tests.unit.workshop.rooms import TABLE, new_room, sat


def test_the_word_opens_in_any_spelling_and_others_do_not(tmp_path: Path) -> None:
    keep_word(tmp_path, "lantern 42")
    for typed in ("lantern 42", "LANTERN42", "ｌａｎｔｅｒｎ ４２", "  lantern\t42 "):
        assert is_right(tmp_path, typed, 0)
    for typed in ("", "lantern", "lantern 43", "lantern 422"):
        assert not is_right(tmp_path, typed, 0)


def test_only_a_salted_hash_is_on_the_disk(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    keep_word(tmp_path / "a", "lantern 42")
    keep_word(tmp_path / "b", "lantern 42")
    one, other = (json.loads((tmp_path / name / FILE).read_text()) for name in "ab")
    assert "lantern" not in (tmp_path / "a" / FILE).read_text()
    assert one["hash"] != other["hash"]
    assert (tmp_path / "a" / FILE).stat().st_mode & 0o777 == 0o600


def test_waits_double_with_every_wrong_try_and_end_with_the_right_one(tmp_path: Path) -> None:
    keep_word(tmp_path, "lantern 42")
    waits = []
    for _ in range(8):
        assert not is_right(tmp_path, "x", 1000.0)
        waits.append(seconds_to_wait(tmp_path, 1000.0))
    assert waits == [2, 4, 8, 16, 32, SLOWEST, SLOWEST, SLOWEST]
    assert seconds_to_wait(tmp_path, 1000.0 + 59.5) == 1
    assert seconds_to_wait(tmp_path, 1000.0 + SLOWEST) == 0
    assert seconds_to_wait(tmp_path, 0.0) == SLOWEST
    assert is_right(tmp_path, "lantern 42", 2000.0)
    assert seconds_to_wait(tmp_path, 2000.0) == 0


@pytest.mark.parametrize(
    "held",
    [
        '{"salt": "zz"}',
        '{"salt": "zz", "hash": "aa", "wrong": 0, "last": 0}',
        '{"salt": "aa", "hash": "é", "wrong": 0, "last": 0}',
        '{"salt": "aa", "hash": "aa", "wrong": "0", "last": 0}',
    ],
)
def test_a_damaged_file_lets_nobody_in(held: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(held)
    with pytest.raises(RolequizError, match="cannot be read"):
        is_right(tmp_path, "", 0)


def test_a_code_name_knows_its_place(tmp_path: Path) -> None:
    room = new_room(tmp_path)
    assert place_of(room, "owl") is Place.FREE
    sat(room, "owl", 2)
    assert place_of(room, "OWL") is Place.ELSEWHERE
    keep_word(room.desk_folder("owl"), "lantern 42")
    assert place_of(room, "OWL") is Place.UNFINISHED
    room.keep(AnswerRecord("owl", {"q01": 1}))
    assert place_of(room, "OWL") is Place.DONE


def test_a_sitting_finished_just_before_a_crash_is_put_away(tmp_path: Path) -> None:
    room = new_room(tmp_path)
    sat(room, "owl", 30, is_finished=True)
    keep_word(room.desk_folder("owl"), "lantern 42")
    sat(room, "fox", 5)
    keep_word(room.desk_folder("fox"), "lantern 42")
    unfinished, faults = settle(room, TABLE)
    assert (unfinished, faults) == (1, [])
    record = json.loads(room.record_path("owl").read_text())
    assert record["answers"] == {item.id: 1 for item in TABLE.items}
    assert record["finished"] == "2026-11-24T09:00:00+00:00"
    assert not room.desk_folder("owl").exists()
    assert settle(room, TABLE) == (1, [])


def test_a_crash_between_the_record_and_the_end_of_its_journal_is_healed(tmp_path: Path) -> None:
    room = new_room(tmp_path)
    sat(room, "owl", 30, is_finished=True)
    folder = room.desk_folder("owl")
    keep_word(folder, "lantern 42")
    saved = newest(folder)
    assert saved is not None
    journal = saved.path.read_bytes()
    path = put_away(room, TABLE, saved)
    before = path.read_bytes()
    sat(room, "owl", 0)
    for left in folder.glob("*.jsonl"):
        left.unlink()
    saved.path.write_bytes(journal)
    keep_word(folder, "lantern 42")
    assert settle(room, TABLE) == (0, [])
    assert path.read_bytes() == before
    assert not folder.exists()


def test_answers_go_first_when_a_sitting_is_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = new_room(tmp_path)
    sat(room, "owl", 30, is_finished=True)
    saved = newest(room.desk_folder("owl"))
    assert saved is not None
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)
    put_away(room, TABLE, saved)
    assert not list(room.desk_folder("owl").glob("*.jsonl"))


def test_a_finished_sitting_whose_name_was_taken_meanwhile_stays(tmp_path: Path) -> None:
    room = new_room(tmp_path)
    sat(room, "owl", 30, is_finished=True)
    keep_word(room.desk_folder("owl"), "lantern 42")
    room.keep(AnswerRecord("owl", {"q01": 2}))
    unfinished, faults = settle(room, TABLE)
    assert unfinished == 0
    assert len(faults) == 1
    assert room.desk_folder("owl").exists()


def test_sittings_of_other_programs_are_left_alone(tmp_path: Path) -> None:
    room = new_room(tmp_path)
    sat(room, "owl", 30, is_finished=True)
    settle(room, TABLE)
    assert room.desk_folder("owl").exists()
    assert room.record_files() == []
