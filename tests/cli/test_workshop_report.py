"""A room reported: what is read, what is refused, what each format holds, and what is held back."""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from rolequiz.core.score import Sheet
from rolequiz.core.sitting import Answer
from rolequiz.model import AnswerRecord, Mode
from rolequiz.store.journal_lines import Header
from rolequiz.workshop.room import Plan, Room
from tests.cli.world import NOW, Ended, rolequiz
from tests.small_banks import random_sheet, shipped, shipped_table

NAMES = ("Heron", "otter", "青竹", "Maple", "Comet", "Willow", "Pepper", "小鹿", "Badger", "Quartz", "Lantern", "Basil")


def answers(sheet: Sheet) -> dict[str, int]:
    return {item.id: number for item, number in zip(shipped_table().items, sheet, strict=True) if number is not None}


def begun(lang: str = "en", mode: Mode = "full") -> Room:
    return Room.begin(Path("spring"), Plan("Spring", shipped().stamp, lang, mode))


def room_of(people: int, lang: str = "en") -> Room:
    room = begun(lang)
    for name in NAMES[:people]:
        sheet = random_sheet(shipped_table(), name)
        room.keep(AnswerRecord(name, answers(sheet), bank=shipped().stamp, lang=lang))
    return room


def put_raw(name: str, record: Mapping[str, object]) -> None:
    """A record as a program other than ours may have written it."""
    Path("spring", name).write_text(json.dumps(record), encoding="utf-8")


def report(*arguments: str, **environ: str) -> Ended:
    return rolequiz("workshop", "report", "spring", *arguments, environ=environ or None)


def test_a_room_is_said_on_the_terminal_in_its_own_language() -> None:
    room_of(8, "zh")
    done = report()
    assert (done.code, done.err) == (0, "")
    assert "8 人" in done.out
    english = report("--lang", "en")
    assert "8 people" in english.out


def test_below_five_people_nothing_is_said_without_names() -> None:
    room_of(4)
    for arguments in ((), ("--format", "json"), ("--format", "markdown"), ("-o", "room.html"), ("--plain",)):
        done = report(*arguments)
        assert done.code == 2
        assert done.out == ""
        assert done.lines == [
            (
                "rolequiz: 4 people have finished: of fewer than 5 nothing is said without names, "
                "because everybody could tell who is who"
            ),
            "  wait for more, or give --names if all of them agree; --cards makes each one's own handout",
        ]
    assert not Path("room.html").exists()
    named = report("--names")
    assert named.code == 0
    assert "Heron" in named.out


@pytest.mark.parametrize("form", ["text", "html", "markdown", "json"])
def test_code_names_are_said_only_if_the_coach_asks(form: str) -> None:
    room_of(9)
    done, named = report("--format", form), report("--format", form, "--names")
    assert (done.code, named.code) == (0, 0)
    assert not any(name in done.out for name in NAMES)
    assert all(name in named.out for name in NAMES[:9])


def test_the_record_of_a_room_has_ids_and_numbers_and_says_what_it_holds_back() -> None:
    room_of(6)
    found = json.loads(report("--format", "json").out)
    assert found["schema"] == "rolequiz.group/1"
    assert found["bank"]["digest"] == shipped().digest
    assert (found["people"], found["named"], found["ranked"]) == (6, False, 6)
    assert found["status"] == {"full": 6, "provisional": 0, "insufficient": 0}
    assert found["answered"] == [{"answers": 30, "people": 6}]
    first = found["first"]
    assert sum(first["single"].values()) + sum(one["people"] for one in first["pairs"]) + first["open"] == 6
    assert all(sum(one["certainty"].values()) == pytest.approx(1) and "id" not in one for one in first["places"])
    assert found["flags"] is None
    assert set(found["traits"]) == set(shipped_table().traits)
    for spread in found["traits"].values():
        assert [spread[key] for key in ("min", "lower_quartile", "upper_quartile", "max")] == [None] * 4
        assert isinstance(spread["median"], int | float)
    assert all(one["counts"] is None for one in found["divided"])


def test_the_order_in_which_people_came_changes_no_byte() -> None:
    room_of(8)
    told = [report("--format", form).out for form in ("text", "json", "html")]
    for path in Path("spring").glob("*.json"):
        path.unlink()
    room = Room.open(Path("spring"))
    for name in reversed(NAMES[:8]):
        room.keep(AnswerRecord(name, answers(random_sheet(shipped_table(), name)), bank=shipped().stamp))
    assert [report("--format", form).out for form in ("text", "json", "html")] == told


def test_records_that_cannot_be_read_are_told_counted_and_end_with_1() -> None:
    room_of(5)
    put_raw("bad.json", {"id": "bad", "answers": {"q01": 9}})
    Path("spring", "torn.json").write_text('{"id": "torn", "answers"', encoding="utf-8")
    done = report("--format", "json")
    assert done.code == 1
    assert any("bad.json:1: bad: q01: 9 is no option, choose 1 to 3" in line for line in done.lines)
    assert any("torn.json" in line for line in done.lines)
    found = json.loads(done.out)
    assert (found["people"], found["rejected"]) == (5, 2)
    assert "2 records could not be read" in report().out


def test_a_code_name_counts_once() -> None:
    room_of(5)
    put_raw("zz.json", {"id": "HERON", "answers": answers(random_sheet(shipped_table(), "other"))})
    done = report("--format", "json")
    assert json.loads(done.out)["people"] == 5
    assert done.lines == ["spring/zz.json: this code name stands in another file too: left out"]


def test_unfinished_sittings_are_counted_and_not_reported() -> None:
    room = room_of(5)
    with room.desk("Late") as desk:
        header = Header("Late", shipped().stamp, "full", "en", NOW.isoformat())
        journal = desk.begin(header, NOW)
        journal.append(Answer("q01", 1), NOW)
        journal.close()
    with room.desk("heron") as desk:
        desk.begin(Header("heron", shipped().stamp, "full", "en", NOW.isoformat()), NOW).close()
    done = report("--format", "json")
    assert (done.code, json.loads(done.out)["unfinished"]) == (0, 1)
    assert "1 person has begun and not finished" in report().out


def test_a_sitting_that_cannot_be_read_hides_nobody() -> None:
    room = room_of(5)
    folder = room.desk_folder("torn")
    folder.mkdir(parents=True)
    (folder / "0001-x.jsonl").write_text("no journal\n", encoding="utf-8")
    done = report("--format", "json")
    assert (done.code, json.loads(done.out)["unfinished"], json.loads(done.out)["people"]) == (0, 1, 5)


def test_people_without_enough_answers_are_counted_and_have_no_place() -> None:
    room = room_of(5)
    few = dict(list(answers(random_sheet(shipped_table(), "few")).items())[:14])
    room.keep(AnswerRecord("Few", few, bank=shipped().stamp))
    found = json.loads(report("--format", "json").out)
    assert (found["people"], found["ranked"], len(found["first"]["places"])) == (6, 5, 5)
    assert found["status"]["insufficient"] == 1
    assert found["answered"] == [{"answers": 30, "people": 5}, {"answers": 14, "people": 1}]


@pytest.mark.parametrize(
    ("name", "beginning"), [("r.html", "<!DOCTYPE html>"), ("r.md", "Spring\n"), ("r.txt", "  Spring"), ("r.json", "{")]
)
def test_the_ending_of_a_file_chooses_the_format(name: str, beginning: str) -> None:
    room_of(5)
    done = report("-o", name)
    assert (done.code, done.out, done.err) == (0, "", "")
    assert Path(name).read_text(encoding="utf-8").startswith(beginning)


def test_a_report_with_names_is_private() -> None:
    room_of(5)
    report("--names", "-o", "named.html")
    assert stat.S_IMODE(Path("named.html").stat().st_mode) == 0o600


def test_the_page_has_an_empty_triangle_on_a_sheet_of_its_own() -> None:
    room_of(5)
    page = report("--format", "html").out
    assert page.count("<article") == 2
    assert page.count('class="outline"') == 2
    assert page.count('class="dot"') == 5
    assert page.count('role="img"') == 2


def test_handouts_are_one_sheet_for_each_person_in_the_order_of_code_names() -> None:
    room_of(12)
    done = report("--cards", "-o", "cards.html")
    assert (done.code, done.out) == (0, "")
    assert done.lines == ["12 handouts in cards.html: print it, one sheet for each person"]
    page = Path("cards.html").read_text(encoding="utf-8")
    assert stat.S_IMODE(Path("cards.html").stat().st_mode) == 0o600
    sheets = page.split("<article")[1:]
    assert len(sheets) == 12
    order = [next(name for name in NAMES if f">{name}</h2>" in sheet) for sheet in sheets]
    assert order == sorted(NAMES, key=str.casefold)
    for name, sheet in zip(order, sheets, strict=True):
        assert not any(f">{other}<" in sheet for other in NAMES if other != name)


def test_handouts_need_no_names_and_no_five_people() -> None:
    room_of(1)
    assert report("--cards", "-o", "cards.html").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--cards",), "rolequiz: --cards needs a file to write"),
        (("--cards", "-o", "cards.md"), "rolequiz: --cards makes HTML to print"),
        (("--cards", "--format", "json", "-o", "cards.html"), "rolequiz: --cards makes HTML to print"),
        (("-o", "report.pdf"), "rolequiz: report.pdf: unknown ending"),
        (
            ("-o", "spring/report.json"),
            "rolequiz: spring/report.json: in the room, a file ending in .json is somebody's",
        ),
        (("--lang", "xx"), "rolequiz: the bank has no language 'xx'"),
        (("-o", "nowhere/report.html"), "rolequiz: nowhere/report.html: there is no folder nowhere"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(arguments: tuple[str, ...], said: str) -> None:
    room_of(5)
    done = report(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert done.lines[0].startswith(said)
    assert sorted(path.name for path in Path().iterdir()) == ["spring"]


def test_a_folder_without_a_room_an_empty_room_and_another_bank_are_messages() -> None:
    assert rolequiz("workshop", "report", "nowhere").lines[0].startswith("rolequiz: nowhere: this is no room")
    begun()
    assert report().lines[0] == "rolequiz: spring: nobody in this room has finished"
    text = Path("spring/room.yaml").read_text(encoding="utf-8")
    Path("spring/room.yaml").write_text(text.replace("sha256:", "sha256:0"), encoding="utf-8")
    assert "made for another bank" in report().lines[0]


@pytest.mark.parametrize("form", ["text", "html", "markdown", "json"])
def test_hostile_code_names_are_harmless(form: str) -> None:
    room_of(5)
    for number, name in enumerate(
        ("<script>alert(1)</script>", "\x1b[2Jred", "a|b](http://x)", "\u202egnp", "y" * 300)
    ):
        put_raw(f"h{number}.json", {"id": name, "answers": answers(random_sheet(shipped_table(), name))})
    done = report("--format", form, "--names")
    assert done.code == 0
    for output in (done.out, done.err):
        assert "\x1b" not in output
        assert "<script>" not in output or form in ("text", "json")
        assert "\u202e" not in output or form == "json"
    if form == "json":
        ids = [one["id"] for one in json.loads(done.out)["first"]["places"]]
        assert "<script>alert(1)</script>" in ids
        assert "\u202egnp" in ids


def test_hostile_code_names_are_harmless_on_handouts() -> None:
    begun()
    for number, name in enumerate(("<script>alert(1)</script>", "\x1b[2Jred", "\u202egnp", "y" * 300)):
        put_raw(f"h{number}.json", {"id": name, "answers": answers(random_sheet(shipped_table(), name))})
    assert report("--cards", "-o", "cards.html").code == 0
    page = Path("cards.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_a_plain_report_has_a_place_for_each_person_and_no_picture() -> None:
    room_of(6)
    done = report("--plain")
    assert sum("Activity" in line and "Content" in line and line[0].isdigit() for line in done.out.splitlines()) == 6
    assert not set("█▒●╱╲─") & set(done.out)
    assert report(ACCESSIBLE="1", LC_ALL="en_US.UTF-8", ROLEQUIZ_HOME="home").out == done.out
