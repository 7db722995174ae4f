"""Answers from phones: numbered, on the disk before they are acknowledged, sent again without harm."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from json import loads
from pathlib import Path

import pytest

from tests.unit.serve.served import TABLE, Phone, Served, every_question, fault


def joined(served: Served, name: str = "Kiwi") -> Phone:
    phone = Phone(served, name)
    assert phone.join().json() == {"name": name}
    return phone


def lines_on_disk(served: Served, name: str) -> list[str]:
    """The events in the participant's journal."""
    (path,) = served.hall.room.desk_folder(name).glob("*.jsonl")
    return [loads(line)["event"] for line in path.read_text().splitlines()[1:]]


def test_a_whole_quiz_becomes_a_record_in_the_room(served: Served) -> None:
    phone = joined(served)
    assert phone.give(1, every_question(2)).json() == {"seq": 30, "asked": 30, "finished": False}
    assert phone.finish(30, "zh").json() == {"seq": 30, "asked": 30, "finished": True}
    (path,) = served.hall.room.record_files()
    record = loads(path.read_text())
    assert record["answers"] == dict(every_question(2))
    assert (record["id"], record["mode"], record["lang"]) == ("Kiwi", "full", "zh")
    assert set(record["seconds"].values()) == {3.5}
    assert [one.stage for one in served.hall.progress] == ["done"]


def test_sending_again_changes_nothing(served: Served) -> None:
    phone = joined(served)
    rows = every_question()
    assert phone.give(1, rows[:3]).json()["seq"] == 3
    assert phone.give(1, rows[:3]).json()["seq"] == 3
    assert phone.give(2, rows[1:5]).json()["seq"] == 5, "what is new after what is known"
    assert lines_on_disk(served, "Kiwi") == ["answer"] * 5


@pytest.mark.parametrize("seq", [1, 3], ids=["another answer under a number that is taken", "a number left out"])
def test_numbers_that_do_not_follow_are_a_conflict(served: Served, seq: int) -> None:
    phone = joined(served)
    phone.give(1, [("q01", 1)])
    assert fault(phone.give(seq, [("q01", 2)])) == (409, "conflict")
    assert phone.sitting()["answers"] == {"q01": 1}


def test_an_answer_may_be_changed_and_a_question_skipped(served: Served) -> None:
    phone = joined(served)
    phone.give(1, [("q01", 1), ("q02", 0), ("q03", 4), ("q01", 3), ("q02", 2), ("q03", 0)])
    assert phone.sitting()["answers"] == {"q01": 3, "q02": 2, "q03": 0}
    assert phone.give(7, [("q04", 1)]).json()["seq"] == 7


@pytest.mark.parametrize("row", [("q03", 1), ("q99", 1), ("q02", 9)], ids=["ahead", "no question", "no option"])
def test_what_the_sitting_refuses_is_left_out_and_what_came_before_is_kept(
    served: Served, row: tuple[str, int]
) -> None:
    phone = joined(served)
    assert fault(phone.give(1, [("q01", 1), row])) == (422, "refused")
    state = phone.sitting()
    assert (state["seq"], state["answers"]) == (1, {"q01": 1})


def test_a_sitting_ends_once_and_only_when_everything_is_decided_and_sent(served: Served) -> None:
    phone = joined(served)
    rows = every_question()
    phone.give(1, rows[:29])
    assert fault(phone.finish(29)) == (409, "not-done")
    assert fault(phone.result("en")) == (409, "not-done")
    phone.give(30, rows[29:])
    assert fault(phone.finish(29)) == (409, "conflict")
    assert phone.finish(30).json()["finished"]
    assert phone.finish(30).json()["finished"]
    assert phone.give(30, rows[29:]).json()["seq"] == 30, "what is known is acknowledged again"
    assert fault(phone.give(31, [("q01", 2)])) == (409, "finished")
    assert len(served.hall.room.record_files()) == 1


def test_a_sitting_may_end_from_the_middle_of_the_form(served: Served) -> None:
    phone = joined(served)
    phone.give(1, [*every_question(), ("q05", 2)])
    assert phone.finish(31).json()["finished"]


def test_a_quick_form_ends_where_the_server_says(tmp_path: Path) -> None:
    served = Served(tmp_path / "quick", "quick")
    phone = joined(served)
    best = [
        (item.id, max(range(1, item.options + 1), key=lambda n, item=item: item.roles[n - 1][0]))  # type: ignore[misc]
        for item in TABLE.items
    ]
    assert phone.sitting()["form"]["checkpoints"] == [10, 15, 20, 25]
    assert phone.give(1, best[:9]).json()["asked"] == 30
    assert phone.give(10, best[9:10]).json()["asked"] == 10, "ten answers for one role leave no doubt"
    assert phone.finish(10).json()["finished"]
    (path,) = served.hall.room.record_files()
    record = loads(path.read_text())
    assert record["mode"] == "quick"
    assert record["asked_ids"] == [item.id for item in TABLE.items[:10]]
    served.close()


def test_the_result_is_drawn_by_the_server_in_every_language(served: Served) -> None:
    phone = joined(served)
    phone.give(1, every_question())
    phone.finish(30)
    english, chinese = phone.result("en"), phone.result("zh")
    assert english.headers["content-type"] == "text/html; charset=utf-8"
    assert english.text.lstrip().startswith("<article")
    assert "How sure is this?" in english.text
    assert "这个结果有多明确" in chinese.text


def test_after_a_restart_tokens_work_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    rows = every_question(2)
    before = Served(tmp_path / "room")
    halfway, done = joined(before, "Halfway"), joined(before, "Done")
    halfway.give(1, rows[:12])
    done.give(1, rows)
    done.finish(30, "zh")
    record = before.hall.room.record_path("Done").read_bytes()
    before.close()

    after = Served(tmp_path / "room")
    halfway.served = done.served = after
    assert after.hall.id == before.hall.id
    assert [(one.name, one.decided, one.stage) for one in after.hall.progress] == [
        ("Halfway", 12, "answering"),
        ("Done", 30, "done"),
    ]
    assert halfway.give(11, rows[10:]).json()["seq"] == 30
    assert halfway.finish(30).json()["finished"]
    assert done.result("en").status_code == 200
    assert after.hall.room.record_path("Done").read_bytes() == record
    assert len(after.hall.room.record_files()) == 2
    after.close()


def test_a_record_that_a_crash_kept_out_of_the_room_is_put_there_at_the_next_start(tmp_path: Path) -> None:
    before = Served(tmp_path / "room")
    phone = joined(before)
    phone.give(1, every_question())
    phone.finish(30, "zh")
    path = before.hall.room.record_path("Kiwi")
    data = path.read_bytes()
    before.close()
    roster = before.hall.room.desk_home / "phones.jsonl"
    lines = roster.read_bytes().splitlines(keepends=True)
    assert b"kept" in lines[-1]
    roster.write_bytes(b"".join(lines[:-1]) + b'{"kept": "Ki')  # the line is torn: the crash came before it was whole
    for is_there in (True, False):
        if not is_there:
            path.unlink()
            roster.write_bytes(b"".join(lines[:-1]))
        after = Served(tmp_path / "room")
        assert path.read_bytes() == data
        assert after.hall.troubles == []
        after.close()
        Served(tmp_path / "room").close()


def test_a_record_that_the_coach_deleted_does_not_come_back(tmp_path: Path) -> None:
    before = Served(tmp_path / "room")
    phone = joined(before)
    phone.give(1, every_question())
    phone.finish(30)
    before.close()
    before.hall.room.record_path("Kiwi").unlink()
    after = Served(tmp_path / "room")
    assert after.hall.room.record_files() == []
    after.close()


@contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch, how: str) -> Iterator[None]:
    """A disk that takes nothing, half a line, or does not keep what it took."""
    write = os.write

    def no_room(*_: object) -> int:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patched:
        if how == "half":
            patched.setattr("os.write", lambda handle, data: write(handle, data[: len(data) // 2]))
        else:
            patched.setattr({"none": "os.write", "not kept": "os.fsync"}[how], no_room)
        yield


@pytest.mark.parametrize("how", ["none", "half", "not kept"])
def test_what_the_disk_does_not_take_is_not_acknowledged_and_goes_through_once_there_is_room(
    served: Served, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    phone = joined(served)
    phone.give(1, [("q01", 1)])
    with full_disk(monkeypatch, how):
        for _ in range(2):
            assert fault(phone.give(2, [("q02", 2)])) == (503, "not-saved")
        assert (phone.sitting()["seq"], phone.sitting()["answers"]) == (1, {"q01": 1})
        assert lines_on_disk(served, "Kiwi") == ["answer"]
    (told,) = served.hall.troubles
    assert "No space left on device" in told
    assert phone.give(2, [("q02", 2), ("q03", 1)]).json()["seq"] == 3
    assert lines_on_disk(served, "Kiwi") == ["answer"] * 3


@pytest.mark.parametrize("how", ["none", "half", "not kept"])
def test_whoever_joins_or_ends_on_a_full_disk_is_told_so_and_does_it_later(
    served: Served, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    late, done = Phone(served, "Late"), joined(served)
    done.give(1, every_question())
    with full_disk(monkeypatch, how):
        assert fault(late.join()) == (503, "not-saved")
        assert fault(done.finish(30)) == (503, "not-saved")
        assert [one.name for one in served.hall.progress] == ["Kiwi"]
        assert served.hall.room.record_files() == []
    assert late.join().json() == {"name": "Late"}
    assert late.give(1, [("q01", 1)]).json()["seq"] == 1
    assert done.finish(30).json()["finished"]
    assert [path.name for path in served.hall.room.record_files()] == ["kiwi.json"]


def test_a_name_that_no_folder_can_be_made_for_is_not_called_taken(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "mkdir", no_room)
        assert fault(Phone(served, "Kiwi").join()) == (503, "not-saved")
    joined(served)


def test_only_the_hash_of_a_token_is_on_the_disk(served: Served) -> None:
    phone = joined(served)
    phone.give(1, [("q01", 1)])
    files = [path for path in served.hall.room.path.rglob("*") if path.is_file()]
    assert files
    assert all(phone.token.encode() not in path.read_bytes() for path in files)
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)


def test_a_join_whose_answer_got_lost_is_sent_again_without_a_second_seat(served: Served) -> None:
    phone = joined(served)
    assert phone.join().json() == {"name": "Kiwi"}
    assert len(served.hall.progress) == 1
    phone.name = "Mango"
    assert fault(phone.join()) == (409, "conflict")
