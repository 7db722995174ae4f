"""The journal of a sitting: what was written is read back, whatever the crash cut off."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolequiz.core.sitting import Answer, Back, Event, Finish, Keep, Quit, Resume, Skip, Visit, apply, begin, replay
from rolequiz.errors import RolequizError
from rolequiz.model import BankStamp
from rolequiz.store.desk import Desk, InUseError
from rolequiz.store.journal import Journal, folder_of, journals, read
from rolequiz.store.journal_lines import Header, decode, encode
from tests.small_banks import shipped_table

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
AT = "2026-11-24T09:00:00.000+00:00"
HEADER = Header("me", BankStamp("ops-roles", "1.0", "sha256:x"), "full", "en", "2026-11-24T09:00:00+00:00")
TABLE = shipped_table()
EVENTS: tuple[Event, ...] = (
    Answer("q01", 2, 3.25), Answer("q02", 3), Back(), Keep(), Skip("q03"), Quit(), Resume(), Answer("q04", 1),
)  # fmt: skip


def begun(home: Path, *events: Event, person: str = "me", header: Header = HEADER) -> Path:
    """A journal with events in it, closed."""
    with Desk(home, person) as desk:
        journal = desk.begin(header, NOW)
        for number, event in enumerate(events):
            journal.append(event, NOW + timedelta(seconds=number))
        journal.sync()
        journal.close()
    return next(folder_of(home, person).glob("*.jsonl"))


def test_events_come_back_as_they_were(tmp_path: Path) -> None:
    saved = read(begun(tmp_path, *EVENTS))
    assert saved is not None
    assert saved.events == EVENTS
    assert saved.header == HEADER
    assert saved.sitting(TABLE) == replay(TABLE, EVENTS)


@given(st.text(max_size=20), st.integers(1, 9), st.none() | st.floats(0, 1e6))
def test_an_answer_survives_its_line(question: str, option: int, seconds: float | None) -> None:
    event = Answer(question, option, seconds)
    line = encode(event, AT)
    assert line.count("\n") == 1
    assert decode(line.encode()) == (event, AT)


@pytest.mark.parametrize("event", [Back(), Keep(), Visit(), Quit(), Resume(), Finish(), Skip("q01")])
def test_every_event_survives_its_line(event: Event) -> None:
    assert decode(encode(event, AT).encode()) == (event, AT)


def test_every_prefix_resumes_to_a_state_that_the_sitting_once_had(tmp_path: Path) -> None:
    """And what is written after the cut follows a whole line."""
    name = "王小明"  # of several bytes a character, so that some are cut
    path = begun(tmp_path, *EVENTS, person=name, header=replace(HEADER, person=name))
    whole = path.read_bytes()
    states = [begin(TABLE)]
    for event in EVENTS:
        states.append(apply(TABLE, states[-1], event))
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        saved = read(path)
        lines = whole[:cut].count(b"\n")
        if lines == 0:
            assert saved is None
            continue
        assert saved is not None
        assert saved.sitting(TABLE) == states[lines - 1]
        with Desk(tmp_path, name) as desk:
            journal = desk.resume(saved)
            journal.append(Resume(), NOW)
            journal.close()
        again = read(path)
        assert again is not None
        assert again.events == (*EVENTS[: lines - 1], Resume())


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ((Answer("q01", 1),), "the last answer could not be saved: "),
        ((Skip("q01"),), "the last answer could not be saved: "),
        ((Quit(),), "nothing more can be saved: "),
        ((Resume(), Back()), "nothing more can be saved: "),
        ((Answer("q01", 1), Quit()), "the last answer could not be saved: "),
    ],
)
@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_full_disk_is_told_by_what_it_did_not_take(
    call: str, events: tuple[Event, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> int:
        raise OSError(28, os.strerror(28))

    with Desk(tmp_path, "me") as desk:
        journal = desk.begin(HEADER, NOW)
        journal.append(Answer("q02", 1), NOW)
        journal.sync()
        with monkeypatch.context() as patched:
            patched.setattr(os, call, no_room)
            with pytest.raises(RolequizError) as caught:
                save(journal, events)
        assert caught.value.message == said + "No space left on device"
        saved = desk.newest()
        assert saved is not None
        assert saved.events == (Answer("q02", 1),)
        journal.close()


def test_a_broken_line_in_the_middle_is_named(tmp_path: Path) -> None:
    path = begun(tmp_path, *EVENTS[:2])
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"rubbish\n" + lines[2])
    with pytest.raises(RolequizError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert "--fresh" in caught.value.hint


def test_events_that_do_not_fit_the_form_are_named(tmp_path: Path) -> None:
    saved = read(begun(tmp_path, Answer("q09", 1)))
    assert saved is not None
    with pytest.raises(RolequizError, match="cannot be replayed"):
        saved.sitting(TABLE)


@pytest.mark.parametrize("line", [b"[]\n", b"{}\n", b'{"schema": "other"}\n', b"\xff\n", b"1\n", b"null\n"])
def test_a_file_that_is_no_journal_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(line)
    with pytest.raises(RolequizError, match=":1: "):
        read(path)


def save(journal: Journal, events: tuple[Event, ...]) -> None:
    journal.append_all(events, NOW)
    journal.sync()


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_sitting_that_cannot_be_begun_leaves_nothing(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> int:
        raise OSError(28, os.strerror(28))

    with Desk(tmp_path, "me") as desk:
        with monkeypatch.context() as patched:
            patched.setattr(os, call, no_room)
            with pytest.raises(RolequizError, match=r"answers cannot be saved in .*: No space left on device"):
                desk.begin(HEADER, NOW)
        assert list(folder_of(tmp_path, "me").glob("*.jsonl")) == []
        desk.begin(HEADER, NOW).close()


@pytest.mark.parametrize("left", [b"", b'{"schema": "role'])
def test_what_a_kill_left_before_the_first_line_was_whole_goes_away_and_nothing_else(
    tmp_path: Path, left: bytes
) -> None:
    path = begun(tmp_path, *EVENTS)
    before = path.read_bytes()
    headless = path.with_name("0002-20261124T091500Z.jsonl")
    headless.write_bytes(left)
    with Desk(tmp_path, "me") as desk:
        saved = desk.newest()
        assert saved is not None
        assert saved.path == path
        desk.begin(HEADER, NOW).close()
    first, second = journals(path.parent)
    assert (first, first.read_bytes()) == (path, before)
    assert second.name.startswith("0002-")
    assert read(second) is not None
    assert headless != second


def test_everything_is_private_to_the_user(tmp_path: Path) -> None:
    path = begun(tmp_path / "home", Answer("q01", 1))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent, tmp_path / "home"):
        assert not stat.S_IMODE(folder.stat().st_mode) & 0o077, folder


def test_one_id_has_one_desk_and_another_has_its_own(tmp_path: Path) -> None:
    with Desk(tmp_path, "me"):
        with pytest.raises(InUseError):
            Desk(tmp_path, "me")
        with Desk(tmp_path, "you"):
            pass
    with Desk(tmp_path, "me"):
        pass


def test_the_newest_sitting_counts_even_where_the_clock_stood_still(tmp_path: Path) -> None:
    with Desk(tmp_path, "me") as desk:
        for option in (1, 2, 3):
            journal = desk.begin(HEADER, NOW)
            journal.append(Answer("q01", option), NOW)
            journal.close()
        saved = desk.newest()
    assert saved is not None
    assert saved.events == (Answer("q01", 3),)


def test_the_newest_sitting_counts_even_where_the_clock_went_back(tmp_path: Path) -> None:
    with Desk(tmp_path, "me") as desk:
        for option, moment in ((1, NOW), (2, NOW - timedelta(days=400))):
            journal = desk.begin(HEADER, moment)
            journal.append(Answer("q01", option), moment)
            journal.close()
        saved = desk.newest()
    assert saved is not None
    assert saved.events == (Answer("q01", 2),)


@pytest.mark.parametrize(
    "person", ["..", ".", "a/b", "a\\b", "CON", "王小明", "x" * 200, "a b", "%2e%2e", "\u202e", "-rf", "~"]
)
def test_no_name_leaves_the_folder_of_sittings(tmp_path: Path, person: str) -> None:
    folder = folder_of(tmp_path, person)
    assert folder.parent == tmp_path / "sittings"
    assert folder.name not in ("", ".", "..")
    assert len(os.fsencode(folder.name)) <= 255
    begun(tmp_path, Answer("q01", 1), person=person)


def test_different_names_have_different_folders(tmp_path: Path) -> None:
    names = ["a", "A", "a.", "a%2E", "王", "x" * 199, "x" * 200, "x" * 150 + "y" + "x" * 49]
    assert len({folder_of(tmp_path, name).name for name in names}) == len(names)


def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("rolequiz.store.desk.os.open", refuse)
    with pytest.raises(RolequizError, match=r"cannot be saved in .*: Permission denied"):
        Desk(tmp_path / "home", "me")


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    with pytest.raises(RolequizError, match="cannot be saved") as caught:
        Desk(tmp_path / "home", "me")
    assert "ROLEQUIZ_HOME" in caught.value.hint
