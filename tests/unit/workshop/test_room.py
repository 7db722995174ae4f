"""The folder of a room: made once, opened as it was made, records whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolequiz.batch.folders import ROOM_FILE, files_in
from rolequiz.batch.notes import Notes
from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord, BankStamp
from rolequiz.workshop.room import LOCK, Plan, Room, TakenError, check_title
from tests.unit.workshop.rooms import BANK, new_room, sat


def test_a_room_opens_as_it_was_made(tmp_path: Path) -> None:
    plan = Plan('室 "A": #1 \\ {x}', BANK.stamp, "zh", "quick")
    assert Room.open(Room.begin(tmp_path / "r", plan).path).plan == plan


@given(st.text(min_size=1, max_size=60), st.sampled_from(["full", "quick"]))
def test_every_title_that_is_allowed_comes_back(
    tmp_path_factory: pytest.TempPathFactory, title: str, mode: str
) -> None:
    try:
        check_title(title)
    except RolequizError:
        return
    plan = Plan(title, BankStamp("b", "0.1", "sha256:00"), "en", "quick" if mode == "quick" else "full")
    assert Room.open(Room.begin(tmp_path_factory.mktemp("r"), plan).path).plan == plan


def test_everything_in_a_room_is_private(tmp_path: Path) -> None:
    room = new_room(tmp_path)
    kept = room.keep(AnswerRecord("heron", {"q01": 1}))
    sat(room, "owl", 1)
    for path in (room.path / ROOM_FILE, room.path / LOCK, kept):
        assert path.stat().st_mode & 0o777 == 0o600
    for path in (room.path, room.desk_home):
        assert path.stat().st_mode & 0o777 == 0o700


def test_a_second_room_in_one_folder_is_refused(tmp_path: Path) -> None:
    room = new_room(tmp_path)
    before = (room.path / ROOM_FILE).read_bytes()
    with pytest.raises(RolequizError, match="there is a room already"):
        new_room(tmp_path)
    assert (room.path / ROOM_FILE).read_bytes() == before


def test_a_folder_with_other_files_becomes_no_room(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").touch()
    with pytest.raises(RolequizError, match="other files"):
        Room.begin(tmp_path, Plan("x", BANK.stamp, "en"))
    assert not (tmp_path / ROOM_FILE).exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: x\n", "does not describe a room"),
        ("[1, 2]\n", "does not describe a room"),
        ("title: x\ntitle: y\n", "repeated-key"),
        ("title: &a x\n", "anchor"),
        ("title: [\n", "error"),
        ("", "does not describe a room"),
        (
            'title: x\nbank: {id: a, version: "1", digest: d}\nlang: en\nmode: slow\n',
            "does not describe a room",
        ),
        (
            'title: x\nbank: {id: a, version: "1", digest: d}\nlang: en\nmode: full\nextra: 1\n',
            "does not describe a room",
        ),
        ("title: 7\nbank: {id: a, version: 1.0, digest: d}\nlang: en\nmode: full\n", "does not describe a room"),
    ],
)
def test_a_malformed_description_is_a_message(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / ROOM_FILE).write_text(text)
    with pytest.raises(RolequizError, match=said):
        Room.open(tmp_path)


def test_a_folder_without_description_is_no_room(tmp_path: Path) -> None:
    with pytest.raises(RolequizError, match="this is no room"):
        Room.open(tmp_path)


def test_another_bank_is_refused(tmp_path: Path) -> None:
    room = new_room(tmp_path)
    room.check_bank(BankStamp(BANK.id, "9.9", BANK.digest))
    with pytest.raises(RolequizError, match="another bank"):
        room.check_bank(BankStamp(BANK.id, BANK.version, "sha256:other"))


def test_a_code_name_is_given_once_in_all_its_spellings(tmp_path: Path) -> None:
    room = new_room(tmp_path)
    path = room.keep(AnswerRecord("Blue Heron", {"q01": 1}))
    before = path.read_bytes()
    assert room.is_taken("ＢＬＵＥ heron")
    with pytest.raises(TakenError):
        room.keep(AnswerRecord("blue heron", {"q01": 2}))
    assert path.read_bytes() == before
    assert room.record_files() == [path]


def test_keeping_the_same_record_again_changes_nothing(tmp_path: Path) -> None:
    room = new_room(tmp_path)
    record = AnswerRecord("heron", {"q01": 1})
    assert room.keep(record) == room.keep(record)
    assert len(room.record_files()) == 1


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "a\\b", ".hidden", "..", "con", "x.manifest", "-rf", "=1"])
def test_a_hostile_name_stays_in_the_room(tmp_path: Path, name: str) -> None:
    room = new_room(tmp_path)
    path = room.keep(AnswerRecord(name, {"q01": 1}))
    assert path.parent == room.path
    assert path.resolve().parent == room.path.resolve()
    assert room.record_files() == [path]
    assert json.loads(path.read_text())["id"] == name
    assert list(files_in(str(room.path), Notes())) == [str(path)]


def test_names_that_are_not_allowed_are_not_kept(tmp_path: Path) -> None:
    room = new_room(tmp_path)
    with pytest.raises(RolequizError):
        room.keep(AnswerRecord("a\x1b[2J", {"q01": 1}))
    assert room.record_files() == []


def test_programs_that_read_answers_see_records_only(tmp_path: Path) -> None:
    room = new_room(tmp_path)
    sat(room, "owl", 3)
    path = room.keep(AnswerRecord("heron", {"q01": 1}))
    notes = Notes()
    assert list(files_in(str(room.path), notes)) == [str(path)]
    assert notes.lines("1.0") == Notes().lines("1.0")


def test_a_sitting_that_has_begun_claims_its_name(tmp_path: Path) -> None:
    room = new_room(tmp_path)
    assert not room.is_claimed("Owl")
    with room.desk("owl"):
        assert not room.is_claimed("Owl")
    sat(room, "owl", 0)
    assert room.is_claimed("Owl")
    assert not room.is_taken("Owl")


def test_of_many_at_once_one_gets_the_name(tmp_path: Path) -> None:
    room = new_room(tmp_path)
    won: list[int] = []

    def keep(answer: int) -> None:
        try:
            room.keep(AnswerRecord("heron", {"q01": answer}))
        except TakenError:
            return
        won.append(answer)

    threads = [Thread(target=keep, args=(answer,)) for answer in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert json.loads(room.record_files()[0].read_text())["answers"] == {"q01": won[0]}
