"""``rolequiz history``: listed, shown, compared and deleted; whole streams and exit codes."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from rolequiz.cli.app import run
from rolequiz.cli.env import Env
from rolequiz.store.desk import Desk
from rolequiz.store.journal import folder_of
from tests.cli.world import NOW, Ended, Terminal, rolequiz
from tests.small_banks import shipped, shipped_table
from tests.unit.report.results import WORKED

HOME = Path("home")
OTHER_BANK = str(Path(__file__).resolve().parents[2] / "examples" / "banks" / "two-roles")
FLIPPED: dict[str, int | str] = {"q01": 1, "q02": 1, "q05": 3, "q06": 2, "q10": 1}
"""The smallest change that puts activity operations first in the worked example."""


def taken(*changes: Mapping[str, int | str], person: str = "me", options: tuple[str, ...] = ()) -> None:
    """One sitting for each: the worked example with other answers (``s`` skips)."""
    for change in changes or ({},):
        answers = [change.get(item.id, number) for item, number in zip(shipped_table().items, WORKED, strict=True)]
        ended = rolequiz(
            "take", "--plain", "--id", person, *options, stdin="".join(f"{one}\n" for one in answers).encode()
        )
        assert ended.code == 0, ended.err


def taken_of_other_bank() -> None:
    assert rolequiz("take", "--plain", "--bank", OTHER_BANK, stdin=b"1\n" * 40).code == 0


def listed(*arguments: str) -> dict[str, Any]:
    ended = rolequiz("history", *arguments, "--format", "json")
    assert ended.code == 0
    found: dict[str, Any] = json.loads(ended.out)
    return found


def asked(*arguments: str, answer: str) -> Ended:
    """A command at a terminal, where somebody answers."""
    out, err = StringIO(), Terminal()
    world = {"LC_ALL": "en_US.UTF-8", "ROLEQUIZ_HOME": "home"}
    return Ended(run(arguments, Env(Terminal(answer), out, err, world, lambda: NOW)), out.getvalue(), err.getvalue())


def files() -> list[str]:
    return sorted(path.name for path in HOME.rglob("*.jsonl"))


def test_no_sitting_is_an_empty_list() -> None:
    ended = rolequiz("history")
    assert (ended.code, ended.err) == (0, "")
    assert "No finished sitting is kept on this machine yet." in " ".join(ended.out.split())
    assert listed() == {"schema": "rolequiz.history/1", "sittings": [], "unfinished": 0}


def test_the_list_says_when_whose_which_bank_what_and_how_sure() -> None:
    taken({})
    taken(FLIPPED, person="ann")
    ended = rolequiz("history")
    assert (ended.code, ended.err) == (0, "")
    lines = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in ended.out.splitlines()]
    # One clock for both: then the id decides.
    assert lines[2:6] == [
        ["1", "24 Nov 2026 09:00", "ann", "ops-roles 1.0", "Activity", "between two"],
        ["operations, User"],
        ["operations"],
        ["2", "24 Nov 2026 09:00", "me", "ops-roles 1.0", "User operations", "clear"],
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("columns", ["40", "80", "120"])
def test_the_list_fits_the_window(lang: str, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from rolequiz.report.wrap import width

    monkeypatch.setenv("COLUMNS", columns)
    taken({}, person="a person with a rather long name that goes on")
    taken({"q01": "s"}, {"q02": 1})
    for arguments in (("history",), ("history", "compare", "1", "2")):
        ended = rolequiz(*arguments, "--lang", lang)
        assert ended.code == 0
        assert all(width(line) <= int(columns) for line in ended.out.splitlines())


def test_in_a_narrow_window_no_value_is_parted_from_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    taken({})
    lines = [line.strip() for line in rolequiz("history", "--lang", "zh").out.splitlines()]
    # Two columns of margin, two of indent: 名字 me and 题库 ops-roles 1.0 make 28 of the 36 cells left.
    assert lines[1:5] == [
        "1",
        "完成时间 2026年11月24日 09:00",
        "名字 me  题库 ops-roles 1.0",
        "结果 用户运营  多明确 明确",
    ]


def test_in_plain_lines_a_sitting_is_a_sentence() -> None:
    taken({})
    lines = rolequiz("history", "--plain").out.splitlines()
    assert lines[1] == (
        "1: finished 24 Nov 2026 09:00, id me, bank ops-roles 1.0, result User operations, how sure clear."
    )
    assert not any(set(line) & set("─█│") for line in lines)


def test_json_has_the_result_record_of_every_sitting() -> None:
    taken({}, FLIPPED)
    found = listed()
    assert [one["number"] for one in found["sittings"]] == [1, 2]
    first = found["sittings"][0]
    assert (first["id"], first["mode"], first["finished"]) == ("me", "full", "2026-11-24T09:00:00.000+00:00")
    assert first["bank"] == {"id": "ops-roles", "version": "1.0", "digest": shipped().digest}
    shown = json.loads(rolequiz("history", "show", "1", "--format", "json").out)
    del shown["explanation"]
    assert first["result"] == shown


def test_an_id_alone_keeps_its_numbers() -> None:
    taken({}, person="ann")
    taken({}, {}, person="bob")
    assert [one["number"] for one in listed("--id", "bob")["sittings"]] == [2, 3]
    ended = rolequiz("history", "--id", "zoe")
    assert "No finished sitting of zoe is kept" in ended.out


def test_a_sitting_of_another_bank_is_listed_and_says_what_it_needs() -> None:
    taken_of_other_bank()
    taken({})
    ended = rolequiz("history")
    assert ended.code == 0
    assert "with --bank" in ended.out
    assert "library-roles" in ended.out
    found = listed()["sittings"]
    assert [(one["is_other_bank"], one["result"] is None) for one in found] == [(True, True), (False, False)]
    for arguments in (("show", "1"), ("compare", "1", "2")):
        refused = rolequiz("history", *arguments)
        assert (refused.code, refused.out) == (2, "")
        assert "made with another bank" in refused.err
        assert "--bank" in refused.err
    there = listed("--bank", OTHER_BANK)["sittings"]
    assert [one["is_other_bank"] for one in there] == [False, True]
    assert there[0]["result"]["bank"]["id"] == found[0]["bank"]["id"]


def test_unfinished_sittings_are_told_in_a_line() -> None:
    taken({})
    rolequiz("take", "--plain", stdin=b"1\n2\nq\n")
    ended = rolequiz("history")
    assert "One unfinished sitting is kept too" in ended.out
    assert listed()["unfinished"] == 1


def test_foreign_and_broken_files_are_notes_and_hide_nothing() -> None:
    taken({})
    folder = folder_of(HOME, "me")
    (folder / "photo.png").write_bytes(b"\x89")
    (folder / "0009-broken.jsonl").write_text("no journal\n")
    ended = rolequiz("history")
    assert ended.code == 0
    assert "User operations" in ended.out
    assert [line.startswith("note: ") for line in ended.lines] == [True, True]
    assert "0009-broken.jsonl" in ended.err
    assert "photo.png" in ended.err


def test_events_that_do_not_fit_the_form_are_listed_without_a_result() -> None:
    taken({})
    (path,) = HOME.rglob("*.jsonl")
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[2], lines[-1]]) + "\n")
    ended = rolequiz("history")
    assert (ended.code, len(ended.lines)) == (0, 1)
    assert "cannot be read" in ended.out
    assert listed()["sittings"][0]["result"] is None
    assert rolequiz("history", "show", "1").code == 2


def test_a_hostile_id_cannot_steer_the_terminal() -> None:
    taken({})
    (path,) = HOME.rglob("*.jsonl")
    name = "\x1b[2Jme\u202e"
    moved = folder_of(HOME, name)
    moved.mkdir()
    header, _, rest = path.read_text().partition("\n")
    (moved / path.name).write_text(json.dumps(json.loads(header) | {"id": name}) + "\n" + rest)
    for arguments in (("history",), ("history", "--plain"), ("history", "compare", "1", "2")):
        ended = rolequiz(*arguments)
        assert ended.code == 0
        assert not {"\x1b", "\u202e"} & set(ended.out + ended.err)
    ended = rolequiz("history", "delete", "1", "--yes")
    assert not {"\x1b", "\u202e"} & set(ended.out + ended.err)


@pytest.mark.parametrize("form", ["text", "brief", "json", "html", "markdown"])
def test_show_is_what_explain_says(form: str) -> None:
    taken({})
    explained = rolequiz("explain", "--format", form)
    taken(FLIPPED)
    shown = rolequiz("history", "show", "1", "--format", form)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out == explained.out


@pytest.mark.parametrize("name", ["out.html", "out.md", "out.txt", "out.json"])
@pytest.mark.parametrize("arguments", [("show", "1"), ("compare", "1", "2")], ids=["show", "compare"])
def test_a_file_s_ending_chooses_the_format(name: str, arguments: tuple[str, ...]) -> None:
    taken({}, FLIPPED)
    ended = rolequiz("history", *arguments, "-o", name)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    text = Path(name).read_text()
    begins = {".html": "<!doctype html>", ".md": "Which operations", ".txt": "  rolequiz", ".json": "{"}
    assert text.lower().startswith(begins[Path(name).suffix].lower())
    wrong = rolequiz("history", *arguments, "-o", "out.xls")
    assert wrong.code == 2
    assert "unknown ending" in wrong.err


def test_a_comparison_in_json_adds_up() -> None:
    taken({}, FLIPPED | {"q13": "s"})
    record = json.loads(rolequiz("history", "compare", "1", "2", "--format", "json").out)
    assert record["schema"] == "rolequiz.comparison/1"
    assert (record["earlier"]["number"], record["later"]["number"]) == (1, 2)
    for role in record["roles"]:
        assert sum(one["points"][role["role"]] for one in record["answers"]) == role["change"]
        assert role["later"] - role["earlier"] == role["change"]
        points = {
            side: {r["role"]: r["points"] for r in record[side]["result"]["roles"]} for side in ("earlier", "later")
        }
        assert (role["earlier"], role["later"]) == tuple(points[side][role["role"]] for side in ("earlier", "later"))
    for name, trait in record["traits"].items():
        assert sum(one["traits"].get(name, 0) for one in record["answers"]) == trait["change"]
    assert sum(one["lead"] for one in record["answers"]) == record["lead"]["change"]
    skipped = record["answers"][[one["question"] for one in record["answers"]].index("q13")]
    assert (skipped["earlier"], skipped["later"]) == (5, None)
    # The flip makes 30 of the lead; the skipped answer took 2 from user, which is told apart.
    assert (record["lead"]["change"], record["lead"]["repeated"]) == (32, 30)
    assert record["lead"]["within_retest"] is False
    assert record["repeated"] == 29


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_order_of_the_two_numbers_does_not_matter(lang: str) -> None:
    taken({}, FLIPPED)
    one, other = (rolequiz("history", "compare", *order, "--lang", lang) for order in (("1", "2"), ("2", "1")))
    assert one.out == other.out
    assert one.code == 0


def test_two_ids_are_compared_with_a_word_of_warning() -> None:
    taken({}, person="ann")
    taken(FLIPPED, person="bob")
    said = " ".join(rolequiz("history", "compare", "1", "2").out.split())
    assert "These sittings have two ids, ann and bob." in said


@pytest.mark.parametrize("arguments", [("1", "1"), ("1", "7"), ("7", "1"), ("0", "1")])
def test_numbers_that_make_no_pair_are_refused(arguments: tuple[str, str]) -> None:
    taken({})
    ended = rolequiz("history", "compare", *arguments)
    assert (ended.code, ended.out) == (2, "")


def test_options_before_the_word_are_not_lost_silently() -> None:
    taken({})
    ended = rolequiz("history", "--lang", "zh", "show", "1")
    assert (ended.code, ended.out) == (2, "")
    assert "after the word show" in ended.err


def test_deleting_really_deletes() -> None:
    taken({}, FLIPPED)
    taken({}, person="ann")
    before = set(HOME.rglob("*"))
    ended = rolequiz("history", "delete", "1", "--yes")
    assert (ended.code, ended.out) == (0, "")
    assert ended.lines == [
        "1: ann, 2026-11-24 09:00, ops-roles 1.0",
        "deleted 1 sitting",
        "note: sittings after it have other numbers now; rolequiz history lists them",
    ]
    assert not folder_of(HOME, "ann").exists()
    assert before - set(HOME.rglob("*")) == {path for path in before if path.is_relative_to(folder_of(HOME, "ann"))}
    assert rolequiz("history", "delete", "2", "1", "1", "--yes").lines[-1] == "deleted 2 sittings"
    assert listed()["sittings"] == []
    assert [path.name for path in HOME.rglob("*")] == ["sittings"]


def test_everything_takes_unfinished_sittings_along() -> None:
    taken({})
    rolequiz("take", "--plain", stdin=b"1\n2\nq\n")
    ended = rolequiz("history", "delete", "--all", "--yes")
    assert (ended.code, ended.lines) == (0, ["deleted everything: 2 sittings"])
    assert files() == []
    assert rolequiz("explain").code == 2


@pytest.mark.parametrize("what", [("1",), ("--all",)], ids=["a number", "everything"])
def test_without_a_terminal_nothing_is_deleted_unless_told_so(what: tuple[str, ...]) -> None:
    taken({})
    ended = rolequiz("history", "delete", *what)
    assert ended.code == 2
    assert "--yes" in ended.err
    assert len(files()) == 1


@pytest.mark.parametrize(("answer", "left"), [("y\n", 0), ("YES\n", 0), ("n\n", 1), ("\n", 1), ("", 1)])
@pytest.mark.parametrize("what", [("1",), ("--all",)], ids=["a number", "everything"])
def test_on_a_terminal_it_asks(what: tuple[str, ...], answer: str, left: int) -> None:
    taken({})
    ended = asked("history", "delete", *what, answer=answer)
    assert ended.code == 0
    assert "for good? [y/N]" in ended.err
    assert len(files()) == left
    assert ("nothing was deleted" in ended.err) is bool(left)


@pytest.mark.parametrize("arguments", [(), ("1", "--all"), ("5",), ("1", "5")])
def test_a_deletion_that_cannot_be_meant_deletes_nothing(arguments: tuple[str, ...]) -> None:
    taken({})
    ended = rolequiz("history", "delete", *arguments, "--yes")
    assert ended.code == 2
    assert len(files()) == 1


def test_a_sitting_open_elsewhere_is_a_message() -> None:
    taken({})
    with Desk(HOME, "me"):
        for what in ("1", "--all"):
            ended = rolequiz("history", "delete", what, "--yes")
            assert ended.code == 2
            assert "another quiz is open for the id 'me'" in ended.err
            assert len(files()) == 1
    assert rolequiz("history").code == 0


def test_everything_kept_is_private() -> None:
    before = os.umask(0)
    try:
        taken({}, FLIPPED)
        rolequiz("history", "delete", "1", "--yes")
    finally:
        os.umask(before)
    for path in HOME.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_a_quick_sitting_is_compared_by_the_questions_both_asked() -> None:
    taken({}, options=("--quick",))
    taken({})
    # Quick mode stops after ten questions (lead 13 of the 10 needed).
    record = json.loads(rolequiz("history", "compare", "1", "2", "--format", "json").out)
    assert (record["earlier"]["result"]["asked"], record["repeated"], len(record["answers"])) == (10, 10, 20)
    assert record["lead"]["repeated"] == 0
    shown = rolequiz("history", "compare", "1", "2").out
    assert "not asked →" in shown
    assert "20 questions were answered in one sitting only" in " ".join(shown.split())
