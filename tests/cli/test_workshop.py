"""``workshop run`` in plain lines, ``workshop import`` and ``bank paper``, from the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.world import Ended, put, rolequiz

IDS = [f"q{number:02d}" for number in range(1, 31)]
ALL = "2\n" * 30


def ran(*lines: str, arguments: tuple[str, ...] = ()) -> Ended:
    """The shared laptop in plain lines."""
    return rolequiz("workshop", "run", "room", "--plain", *arguments, stdin="".join(lines).encode())


def table(*rows: str, header: str = ",".join(["id", *IDS])) -> str:
    return put("answers.csv", "\n".join([header, *rows]) + "\n")


def row(name: str, answer: str = "1") -> str:
    return ",".join([name, *(answer for _ in IDS)])


def record(name: str) -> dict[str, object]:
    found = json.loads(Path("room", f"{name}.json").read_text())
    assert isinstance(found, dict)
    return found


def test_two_people_one_after_the_other_are_two_records() -> None:
    ended = ran("heron\n\n", ALL, "\n", "owl\n\n", "1\n" * 30, "\n")
    assert ended.code == 0
    assert sorted(path.name for path in Path("room").glob("*.json")) == ["heron.json", "owl.json"]
    assert record("owl")["answers"] == dict.fromkeys(IDS, 1)
    assert "2 people have finished." in ended.err
    scored = rolequiz("score", "room", "--format", "jsonl")
    assert scored.code == 0
    assert [json.loads(line)["id"] for line in scored.out.splitlines()] == ["heron", "owl"]


def test_the_record_is_what_explain_and_analyze_read() -> None:
    ran("heron\n\n", ALL, "\n")
    shown = rolequiz("explain", "room/heron.json", "--format", "json")
    assert shown.code == 0
    assert json.loads(shown.out)["id"] == "heron"
    assert rolequiz("analyze", "room").code == 0


def test_enter_alone_gives_a_code_name() -> None:
    ended = ran("\n\n", ALL, "\n")
    (name,) = [path.stem for path in Path("room").glob("*.json")]
    assert f"Your code name: {name}" in ended.out
    assert re.fullmatch(r"[a-z]+ [a-z]+", name)


def test_an_unfinished_sitting_goes_on_with_its_word_only() -> None:
    begun = ran("heron\n\n", "1\n1\n1\nq\n\n")
    (word,) = re.findall(r"Your word for coming back: (.+)", begun.out)
    assert f"the code name heron, then the word {word}" in begun.err
    other = ran("HERON\n", "lantern 1\n", "\n")
    assert "That is not the word" in other.out
    assert "Question" not in other.out
    assert not Path("room/heron.json").exists()
    back = ran("Heron\n", f"{word.upper()}\n", "1\n" * 27, "\n")
    assert "You are at question 4." in back.out
    assert record("heron")["answers"] == dict.fromkeys(IDS, 1)
    assert record("heron")["id"] == "heron"


def test_the_word_is_nowhere_on_the_disk() -> None:
    begun = ran("heron\n\n", "1\nq\n\n")
    (word,) = re.findall(r"Your word for coming back: (.+)", begun.out)
    files = [path for path in Path("room").rglob("*") if path.is_file()]
    assert len(files) >= 4
    assert not any(word.split()[0] in path.read_text(errors="replace") for path in files)


def test_a_name_that_is_taken_or_not_allowed_is_asked_for_again() -> None:
    ended = ran("heron\n\n", ALL, "\n", "HERON\n", "x" * 41 + "\n", "a\x1b[2Jb\n", "owl\nb\n")
    assert "HERON has finished already" in ended.out
    assert "At most 40 characters" in ended.out
    assert "U+001B" in ended.out
    assert "\x1b" not in ended.out
    assert [path.name for path in Path("room").glob("*.json")] == ["heron.json"]


def test_a_sitting_on_a_phone_cannot_be_entered() -> None:
    ran("heron\n\n", "1\nq\n\n")
    Path("room/.sittings/sittings/heron/word.json").unlink()
    assert "heron is in use on a phone" in ran("heron\n").out


def test_a_broken_sitting_stops_nobody_else() -> None:
    begun = ran("heron\n\n", "1\nq\n\n")
    (word,) = re.findall(r"Your word for coming back: (.+)", begun.out)
    (journal,) = Path("room").rglob("*.jsonl")
    journal.write_text(journal.read_text().replace('"event": "answer"', '"event": "nonsense"'))
    ended = ran("heron\n", f"{word}\n", "owl\n\n", ALL, "\n")
    assert ended.code == 0
    assert "this line of a saved sitting cannot be read" in ended.out
    assert [path.name for path in Path("room").glob("*.json")] == ["owl.json"]


def test_a_room_keeps_its_title_mode_and_bank() -> None:
    assert ran(arguments=("--title", "Spring", "--lang", "zh")).code == 0
    assert 'title: "Spring"' in Path("room/room.yaml").read_text()
    again = ran()
    assert "起一个代号" in again.out
    for arguments, said in ((("--title", "Other"), "is called 'Spring'"), (("--quick",), "is a full one")):
        ended = ran(arguments=arguments)
        assert ended.code == 2
        assert said in ended.err
    text = Path("room/room.yaml").read_text()
    Path("room/room.yaml").write_text(re.sub("sha256:[0-9a-f]+", "sha256:00", text))
    ended = ran()
    assert ended.code == 2
    assert "made for another bank" in ended.err


def test_a_quick_room_asks_quick_sittings() -> None:
    ran("heron\n\n", ALL, "\n", arguments=("--quick",))
    assert record("heron")["mode"] == "quick"
    assert rolequiz("score", "room", "--format", "jsonl").code == 0


def test_without_a_terminal_it_says_what_to_do() -> None:
    ended = rolequiz("workshop", "run", "room")
    assert ended.code == 2
    assert "--plain" in ended.err
    assert not Path("room").exists()


def test_rows_come_into_the_room_once() -> None:
    file = table(row("heron"), row("owl", "2"))
    first = rolequiz("workshop", "import", "room", file)
    assert (first.code, first.out) == (0, "")
    assert first.lines[-1] == "imported 2, rejected 0, of 2"
    before = {path: path.read_bytes() for path in Path("room").iterdir() if path.is_file()}
    again = rolequiz("workshop", "import", "room", file)
    assert again.code == 1
    assert again.lines == [
        "answers.csv:2: column 1 ('id'): 'heron' already in the room",
        "answers.csv:3: column 1 ('id'): 'owl' already in the room",
        "imported 0, rejected 2, of 2",
    ]
    assert {path: path.read_bytes() for path in Path("room").iterdir() if path.is_file()} == before
    assert rolequiz("score", "room", "--format", "jsonl").lines[-1] == "scored 2, rejected 0, of 2"


def test_a_bad_row_is_rejected_whole_and_the_others_are_kept() -> None:
    bad = row("owl").replace("owl,1,1,", "owl,1,9,")
    ended = rolequiz("workshop", "import", "room", table(row("heron"), bad))
    assert ended.code == 1
    assert ended.lines == [
        "answers.csv:3: column 3 ('q02'): '9' is no option of q02",
        "imported 1, rejected 1, of 2",
    ]
    assert [path.name for path in Path("room").glob("*.json")] == ["heron.json"]


def test_a_dry_run_shows_the_mapping_and_writes_nothing() -> None:
    header = ",".join(["Timestamp", "代号", "1", *IDS[1:]])
    file = table("2026-11-24," + row("heron"), "2026-11-24," + row("owl", "x"), header=header)
    ended = rolequiz("workshop", "import", "room", file, "--dry-run")
    assert ended.code == 1
    assert [line.split() for line in ended.out.splitlines()[:4]] == [
        ["column", "header", "read", "as"],
        ["1", "'Timestamp'", "ignored"],
        ["2", "'代号'", "code", "name"],
        ["3", "'1'", "q01", "(by", "its", "number)"],
    ]
    assert ended.lines[-1] == "would import 1, rejected 1, of 2"
    assert not Path("room").exists()


def test_a_missing_question_is_noted() -> None:
    file = table(row("heron").rpartition(",")[0], header=",".join(["id", *IDS[:-1]]))
    ended = rolequiz("workshop", "import", "room", file)
    assert ended.code == 0
    assert ended.lines[0] == "note: no column for q30: a gap for everybody"


@pytest.mark.parametrize("name", ["=cmd()", "../../evil", "<script>x</script>", "-rf"])
def test_hostile_names_are_harmless(name: str) -> None:
    ended = rolequiz("workshop", "import", "room", table(row(name)))
    assert ended.code == 0
    (path,) = Path("room").glob("*.json")
    assert json.loads(path.read_text())["id"] == name
    assert not [one for one in Path().rglob("*.json") if one.parent != Path("room")]
    scored = rolequiz("score", "room", "--format", "csv")
    if name[0] in "=-":
        assert f"\n'{name}," in scored.out


def test_a_table_in_the_room_is_refused() -> None:
    Path("room").mkdir()
    Path("room/answers.csv").write_text("id,q01\n")
    ended = rolequiz("workshop", "import", "room", "room/answers.csv")
    assert ended.code == 2
    assert "this file is in the room" in ended.err


@pytest.mark.parametrize("file", [".", "none.csv", "/dev/null"])
def test_what_is_no_table_is_a_message(file: str) -> None:
    ended = rolequiz("workshop", "import", "room", file)
    assert ended.code == 2
    assert ended.err.startswith("rolequiz: ")
    assert not Path("room").exists()


def test_the_form_and_the_key_go_where_they_are_told() -> None:
    assert rolequiz("bank", "paper", "-o", "form.html").code == 0
    assert rolequiz("bank", "paper", "--key", "--lang", "zh", "-o", "key.html").code == 0
    assert "<h1>Which operations role fits you?</h1>" in Path("form.html").read_text()
    assert "计分表" in Path("key.html").read_text()
    assert rolequiz("bank", "paper").out == Path("form.html").read_text()
    ended = rolequiz("bank", "paper", "-o", "form.pdf")
    assert ended.code == 2
    assert "print it from a browser" in ended.err
