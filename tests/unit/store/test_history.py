"""The sittings kept on a machine: numbered for good, read whatever else lies there, and really deleted."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rolequiz.core.sitting import Answer, Event, Finish
from rolequiz.errors import RolequizError
from rolequiz.model import BankStamp
from rolequiz.store.desk import LOCK, Desk, InUseError
from rolequiz.store.history import History, delete, delete_all, history, record_of
from rolequiz.store.journal import folder_of, journals
from rolequiz.store.journal_lines import Header, moment_of
from rolequiz.store.lock import locked
from tests.small_banks import shipped_table

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
STAMP = BankStamp("ops-roles", "1.0", "sha256:x")
ALL: tuple[Event, ...] = (*(Answer(item.id, 1) for item in shipped_table().items), Finish())


def kept(home: Path, person: str, minute: int, *, finished: bool = True, events: Sequence[Event] = ALL) -> Path:
    """A sitting whose last event was ``minute`` minutes after nine."""
    moment = NOW + timedelta(minutes=minute)
    with Desk(home, person) as desk:
        journal = desk.begin(Header(person, STAMP, "full", "en", moment.isoformat()), moment)
        for event in events if finished else events[:5]:
            journal.append(event, moment)
        journal.sync()
        journal.close()
    return journals(folder_of(home, person))[-1]


def listed(found: History) -> list[tuple[int, str, str]]:
    return [(one.number, one.person, f"{one.moment:%H:%M}") for one in found.sittings]


def test_a_machine_without_sittings_has_an_empty_history(tmp_path: Path) -> None:
    assert history(tmp_path / "nowhere") == History((), 0, ())


def test_numbers_go_by_finishing_time_then_id_then_file(tmp_path: Path) -> None:
    for person, minute in (("zoe", 1), ("me", 3), ("ann", 3), ("me", 4), ("me", 4)):
        kept(tmp_path, person, minute)
    found = history(tmp_path)
    assert listed(found) == [
        (1, "zoe", "09:01"), (2, "ann", "09:03"), (3, "me", "09:03"), (4, "me", "09:04"), (5, "me", "09:04"),
    ]  # fmt: skip
    assert [one.saved.path.name[:4] for one in found.sittings[2:]] == ["0001", "0002", "0003"]


def test_a_later_sitting_changes_no_number(tmp_path: Path) -> None:
    for person, minute in (("me", 5), ("ann", 1)):
        kept(tmp_path, person, minute)
    before = [one.saved.path for one in history(tmp_path).sittings]
    kept(tmp_path, "bob", 9)
    assert [one.saved.path for one in history(tmp_path).sittings][:2] == before


def test_a_clock_that_went_back_between_two_sittings_of_an_id_changes_no_number(tmp_path: Path) -> None:
    first = kept(tmp_path, "me", 30)
    second = kept(tmp_path, "me", -600)
    assert [one.saved.path for one in history(tmp_path).sittings] == [first, second]


def test_times_of_different_places_are_compared_as_moments() -> None:
    east, west = moment_of("2026-11-24T09:00:00+08:00"), moment_of("2026-11-24T08:00:00+00:00")
    assert east < west
    assert moment_of("2026-11-24T01:00:00") == east


def test_unfinished_sittings_are_counted_and_have_no_number(tmp_path: Path) -> None:
    kept(tmp_path, "me", 1)
    kept(tmp_path, "me", 2, finished=False)
    kept(tmp_path, "ann", 3, finished=False)
    found = history(tmp_path)
    assert (len(found.sittings), found.unfinished, found.notes) == (1, 2, ())


def test_a_sitting_comes_back_as_an_answer_record(tmp_path: Path) -> None:
    kept(tmp_path, "me", 1)
    record = record_of(history(tmp_path).sitting(1).saved, shipped_table())
    assert record.answers == {item.id: 1 for item in shipped_table().items}
    assert (record.id, record.mode, record.bank) == ("me", "full", STAMP)
    assert record.asked_ids == tuple(item.id for item in shipped_table().items)


@pytest.mark.parametrize(("number", "count"), [(0, 2), (3, 2), (-1, 2), (2, 1), (1, 0)])
def test_a_number_that_no_sitting_has_is_named(tmp_path: Path, number: int, count: int) -> None:
    for minute in range(count):
        kept(tmp_path, "me", minute)
    with pytest.raises(RolequizError, match=f"no sitting has the number {number}"):
        history(tmp_path).sitting(number)


def foreign(home: Path) -> list[str]:
    """Everything that should not be there; the names that notes must hold."""
    folder = home / "sittings"
    mine = folder_of(home, "me")
    (folder / "notes.txt").write_text("x")
    (folder / ".DS_Store").write_text("x")
    (mine / ".DS_Store").write_text("x")
    (mine / "holiday.png").write_bytes(b"\x89PNG")
    (mine / "0007-a-folder.jsonl").mkdir()
    (mine / "0008-not-json.jsonl").write_text("hello\nworld\n")
    (mine / "0009-deep.jsonl").write_text("[" * 100_000 + "\n")
    (mine / "0010-list.jsonl").write_text("[1]\n[2]\n")
    (mine / "0011-bytes.jsonl").write_bytes(b"\xff\xfe\n")
    (mine / "0012-empty.jsonl").write_text("")
    os.mkfifo(mine / "0013-pipe.jsonl")
    (mine / "0014-link.jsonl").symlink_to("/etc/hostname")
    (folder / "linked").symlink_to(mine)
    (mine / "0015-\x1b[31mred.jsonl").write_text("no\n")
    other = folder_of(home, "ann") / "0001-moved.jsonl"
    (mine / "0016-of-ann.jsonl").write_bytes(next(folder_of(home, "ann").glob("*.jsonl")).read_bytes())
    assert not other.exists()
    return [
        "notes.txt", "linked", "holiday.png", "0007-a-folder", "0008-not-json", "0009-deep", "0010-list",
        "0011-bytes", "0013-pipe", "0014-link", "red.jsonl", "0016-of-ann",
    ]  # fmt: skip


def test_what_is_no_sitting_is_noted_and_hides_nothing(tmp_path: Path) -> None:
    kept(tmp_path, "me", 1)
    kept(tmp_path, "ann", 2)
    names = foreign(tmp_path)
    found = history(tmp_path)
    assert listed(found) == [(1, "me", "09:01"), (2, "ann", "09:02")]
    assert len(found.notes) == len(names)
    for name in names:
        assert sum(name in note for note in found.notes) == 1, name
    assert not any("\x1b" in note for note in found.notes)


def test_a_folder_that_may_not_be_read_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path, "me", 1)
    kept(tmp_path, "ann", 2)
    real = os.listdir

    def refusing(path: Path) -> list[str]:
        if path == folder_of(tmp_path, "ann"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "listdir", refusing)
    found = history(tmp_path)
    assert [one.person for one in found.sittings] == ["me"]
    assert len(found.notes) == 1
    assert "Permission denied" in found.notes[0]


def test_a_deleted_sitting_is_gone_and_those_after_it_move_down(tmp_path: Path) -> None:
    paths = [kept(tmp_path, person, minute) for person, minute in (("me", 1), ("ann", 2), ("me", 3))]
    delete([history(tmp_path).sitting(1)])
    assert [path.exists() for path in paths] == [False, True, True]
    assert listed(history(tmp_path)) == [(1, "ann", "09:02"), (2, "me", "09:03")]


def test_the_last_sitting_of_an_id_takes_its_folder_along(tmp_path: Path) -> None:
    kept(tmp_path, "me", 1)
    kept(tmp_path, "ann", 2)
    delete([history(tmp_path).sitting(2)])
    assert not folder_of(tmp_path, "ann").exists()
    assert folder_of(tmp_path, "me").exists()
    kept(tmp_path, "ann", 3)
    assert listed(history(tmp_path)) == [(1, "me", "09:01"), (2, "ann", "09:03")]


def test_a_folder_with_something_else_in_it_stays(tmp_path: Path) -> None:
    kept(tmp_path, "me", 1)
    own = folder_of(tmp_path, "me") / "own.txt"
    own.write_text("mine")
    delete([history(tmp_path).sitting(1)])
    assert own.read_text() == "mine"
    assert journals(own.parent) == []


@pytest.mark.parametrize("everything", [False, True])
def test_nothing_is_deleted_while_a_sitting_of_one_of_the_ids_is_open(tmp_path: Path, everything: bool) -> None:
    paths = [kept(tmp_path, person, minute) for minute, person in enumerate(("ann", "me", "zoe"))]
    with Desk(tmp_path, "me") as desk:
        journal = desk.begin(Header("me", STAMP, "full", "en", NOW.isoformat()), NOW)
        with pytest.raises(InUseError, match="'me'"):
            delete_all(tmp_path) if everything else delete(history(tmp_path).sittings)
        journal.append(Answer("q01", 1), NOW)
        journal.sync()
        journal.close()
    assert all(path.exists() for path in paths)
    assert len(journals(folder_of(tmp_path, "me"))) == 2
    delete_all(tmp_path)
    assert list((tmp_path / "sittings").iterdir()) == []


def test_an_unfinished_sitting_survives_the_deletion_of_an_earlier_one(tmp_path: Path) -> None:
    kept(tmp_path, "me", 1)
    unfinished = kept(tmp_path, "me", 2, finished=False)
    delete([history(tmp_path).sitting(1)])
    with Desk(tmp_path, "me") as desk:
        saved = desk.newest()
    assert saved is not None
    assert (saved.path, len(saved.events)) == (unfinished, 5)


def test_a_sitting_that_a_deleted_one_had_replaced_does_not_come_back(tmp_path: Path) -> None:
    # Begun, set aside with --fresh, and another finished: without care the old one would be resumed after the deletion.
    first = kept(tmp_path, "me", 1)
    kept(tmp_path, "me", 2, finished=False)
    kept(tmp_path, "me", 3, finished=False)
    kept(tmp_path, "me", 4)
    delete([history(tmp_path).sitting(2)])
    assert journals(folder_of(tmp_path, "me")) == [first]


def test_everything_means_unfinished_and_unreadable_ones_too_and_nothing_that_is_not_ours(tmp_path: Path) -> None:
    kept(tmp_path, "me", 1)
    kept(tmp_path, "ann", 2)
    kept(tmp_path, "zoe", 2, finished=False)
    foreign(tmp_path)
    removed, notes = delete_all(tmp_path)
    # Of the foreign files these are regular ones with a journal's ending: 0008 to 0012, 0015 and 0016.
    assert removed == 3 + 7
    left = sorted(path.name for path in (tmp_path / "sittings").rglob("*") if not path.is_symlink())
    assert left == sorted([
        "me", ".DS_Store", ".DS_Store", "notes.txt", "holiday.png", "0007-a-folder.jsonl", "0013-pipe.jsonl", LOCK,
    ])  # fmt: skip
    assert Path("/etc/hostname").exists()
    assert all(any(name in note for note in notes) for name in ("notes.txt", "linked", "holiday.png", "0013-pipe"))
    assert history(tmp_path).sittings == ()


def test_an_empty_folder_of_an_id_goes_with_everything(tmp_path: Path) -> None:
    with Desk(tmp_path, "me"):
        pass
    assert delete_all(tmp_path) == (0, ())
    assert list((tmp_path / "sittings").iterdir()) == []


def test_whoever_sits_down_while_the_last_sitting_is_deleted_has_a_desk_of_their_own(tmp_path: Path) -> None:
    # Both sides hammer the same id: a lock that was removed in between would let two sit at one desk.
    script = (
        "import sys\nfrom pathlib import Path\nfrom rolequiz.store.history import delete_all\n"
        "from rolequiz.store.desk import InUseError\n"
        "for _ in range(400):\n    try:\n        delete_all(Path(sys.argv[1]))\n    except InUseError:\n        pass\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)]) as other:
        seated = 0
        while other.poll() is None or not seated:
            try:
                with Desk(tmp_path, "me") as desk:
                    journal = desk.begin(Header("me", STAMP, "full", "en", NOW.isoformat()), NOW)
                    journal.append(Answer("q01", 1), NOW)
                    saved = desk.newest()
                    assert saved is not None
                    assert len(saved.events) == 1
                    with pytest.raises(InUseError):
                        Desk(tmp_path, "me")
                    journal.close()
                    seated += 1
            except InUseError:
                continue
        assert other.returncode == 0
    assert seated


def test_a_folder_that_was_removed_after_it_was_seen_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = Path.mkdir, []

    def early(path: Path, **more: Any) -> None:
        calls.append(path)
        if len(calls) == 1:
            raise FileExistsError  # and whoever it belonged to has removed it by now
        real(path, **more)

    (tmp_path / "sittings").mkdir()
    monkeypatch.setattr(Path, "mkdir", early)
    with Desk(tmp_path, "me"), pytest.raises(InUseError):
        Desk(tmp_path, "me")
    assert calls == [folder_of(tmp_path, "me")] * 3


def test_a_lock_that_was_removed_before_it_was_held_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = locked, []

    def late(handle: int) -> bool:
        calls.append(handle)
        if len(calls) == 1:
            (folder_of(tmp_path, "me") / LOCK).unlink()
            folder_of(tmp_path, "me").rmdir()
        return real(handle)

    monkeypatch.setattr("rolequiz.store.desk.locked", late)
    with Desk(tmp_path, "me"), pytest.raises(InUseError):
        Desk(tmp_path, "me")
    assert len(calls) == 3
