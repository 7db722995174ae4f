"""``rolequiz take --plain``: lines in, lines out; every answer kept, wrong input explained, nothing drawn."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rolequiz.report.page import MEASURE
from tests.cli.world import Ended, rolequiz
from tests.unit.batch.reading import ANSWERS

NUMBERS = [str(number) for number in ANSWERS.values()]
DRAWN = re.compile(r"[█▌▐│─━¦\x1b]|\*\*")


def take(*typed: str, options: tuple[str, ...] = (), lang: str = "en") -> Ended:
    """A sitting in plain lines, one typed line after the other, then the end of input."""
    return rolequiz("take", "--plain", "--lang", lang, *options, stdin="".join(f"{line}\n" for line in typed).encode())


@pytest.mark.parametrize(
    ("lang", "first", "second", "third", "clear"),
    [
        ("en", "First: user operations, plus 22.", "Second: activity operations, minus 4.",
         "Third: content operations, minus 9.", "Your answers lean clearly towards user operations."),
        ("zh", "第一：用户运营，正 22 分。", "第二：活动运营，负 4 分。",
         "第三：内容运营，负 9 分。", "你的回答明显偏向「用户运营」。"),
    ],
)  # fmt: skip
def test_thirty_lines_lead_to_the_worked_result(lang: str, first: str, second: str, third: str, clear: str) -> None:
    ended = take(*NUMBERS, lang=lang)
    assert ended.code == 0
    assert ended.err.endswith("rolequiz explain\n"), "without --save: how to see it again"
    lines = ended.out.splitlines()
    assert [line for line in lines if line in (first, second, third, clear)] == [clear, first, second, third]
    assert not DRAWN.search(ended.out)
    assert max(map(len, lines)) > MEASURE, "sentences are not broken by us"


def test_what_is_heard_first_is_what_this_is_and_the_commands() -> None:
    lines = take().out.splitlines()
    assert lines[0] == "Which operations role fits you?"
    assert "no right or better answers" in lines[1]
    assert "saved at once on this machine" in lines[2]
    assert lines[3].startswith("Type the number of your answer")
    assert lines[5] == "Question 1 of 30."
    assert [line[:2] for line in lines[7:10]] == ["1.", "2.", "3."]


def test_the_end_of_input_saves_and_says_how_to_come_back() -> None:
    ended = take("2", "3")
    assert ended.code == 130
    assert ended.err == "Saved. Question 3 is next. Come back with: rolequiz take --lang en --plain\n"
    again = take("q")
    assert "You are at question 3." in again.out.splitlines()[0]
    assert again.code == 0


@pytest.mark.parametrize("typed", ["4", "0", "", "33", "-1", "1.0", "x", "yes", "12 3", "\x1b[A", "１２"])
def test_wrong_input_is_explained_and_asked_again(typed: str) -> None:
    ended = take(typed, "1", "q")
    said = next(line for line in ended.out.splitlines() if "is not an answer here" in line)
    assert "Type a number from 1 to 3, or b, k, s, w or q." in said
    assert "\x1b" not in ended.out
    assert ended.out.count("Question 1 of 30.") == 1
    assert "Question 2 is next" in ended.err


@pytest.mark.parametrize("typed", ["2", " 2 ", "２", "2\r"])
def test_blanks_and_full_width_digits_make_no_difference(typed: str) -> None:
    assert "Question 2 is next" in take(typed, "q").err


def test_commands_by_letter() -> None:
    ended = take("2", "b", "k", "B", "k", "s", "?", "w", "q", lang="en")
    out = ended.out
    assert out.count("Question 1 of 30.") == 3
    assert "Your answer so far: 2." in out
    assert out.count("Choosing one by far") == 2, "question 3 is a pair; ? and w both say why"
    assert "Saved. Question 3 is next." in ended.err


def test_back_at_the_start_and_keep_without_an_answer_are_explained() -> None:
    out = take("b", "k", "q").out
    assert "This is the first question." in out
    assert "No answer here yet" in out


SKIPPED = ["s" if place in (3, 11, 12) else number for place, number in enumerate(NUMBERS)]


@pytest.mark.parametrize("after", [(), ("2",), ("x", "2")])
def test_skipped_questions_are_gaps_once_the_offer_is_declined(after: tuple[str, ...]) -> None:
    ended = take(*SKIPPED, *after)
    assert ended.code == 0
    assert "You skipped 3 questions. Do you want to answer them now?" in ended.out
    assert "27 of 30 answered" in ended.out


def test_skipped_questions_may_be_answered_at_the_end() -> None:
    ended = take(*SKIPPED, "1", *(NUMBERS[place] for place in (3, 11, 12)))
    assert "30 of 30 answered" in ended.out
    assert "First: user operations, plus 22." in ended.out


def test_leaving_on_the_way_through_skipped_questions_comes_back_to_them() -> None:
    left = take(*SKIPPED, "1", NUMBERS[3], "q")
    assert "Question 12 is next" in left.err
    again = take(NUMBERS[11], NUMBERS[12])
    assert "You are at question 12." in again.out
    assert "30 of 30 answered" in again.out


def test_a_line_is_read_whole_and_a_byte_order_mark_is_no_answer() -> None:
    ended = take("0" * 4096 + "1", "q")
    assert "Question 1 is next" in ended.err
    assert ended.out.count("is not an answer here") == 1
    assert "Question 2 is next" in take("\ufeff2", "q").err


def test_a_finished_sitting_can_be_seen_again() -> None:
    assert rolequiz("explain").code == 2, "nothing was finished yet"
    take(*NUMBERS)
    ended = rolequiz("explain", "--plain")
    assert ended.code == 0
    assert "First: user operations, plus 22." in ended.out
    assert "'Ann'" in rolequiz("explain", "--id", "Ann").err


def test_answers_and_report_need_two_files() -> None:
    ended = take(options=("--save", "a.json", "--report", "./a.json"))
    assert ended.code == 2
    assert "one file" in ended.err
    assert not Path("a.json").exists()


def test_too_few_answers_announce_no_winner() -> None:
    out = take(*NUMBERS[:14], *["s"] * 16).out
    assert "Not enough answers for a result yet." in out
    assert "First: " not in out.partition("Not enough answers")[2]


def test_quick_stops_where_the_rule_stops() -> None:
    ended = take(*NUMBERS[:10], options=("--quick",))
    assert ended.code == 0
    assert "Quick mode stopped after 10 of 30 questions" in ended.out


def test_a_full_sitting_does_not_become_a_quick_one_silently() -> None:
    take("1")
    first = take("q", options=("--quick",)).out.splitlines()[0]
    assert "It began as a full sitting" in first
    assert "--fresh --quick" in first


def test_fresh_begins_anew_and_another_id_is_another_sitting() -> None:
    take("1", "2")
    assert "Question 3 of 30." in take().out
    assert "Question 1 of 30." in take(options=("--id", "other")).out
    assert "Question 1 of 30." in take(options=("--fresh",)).out


def test_the_saved_record_scores_the_same_everywhere() -> None:
    ended = take(*NUMBERS, options=("--save", "me.json", "--report", "me.txt"))
    assert ended.code == 0
    assert ended.err == "Your answers are in me.json.\nThe report is in me.txt.\n"
    record = json.loads(Path("me.json").read_text())
    assert record["answers"] == ANSWERS
    assert record["mode"] == "full"
    assert record["bank"]["id"] == "ops-roles"
    assert record["started"] == record["finished"] == "2026-11-24T09:00:00+00:00"
    assert "First: user operations, plus 22." in Path("me.txt").read_text(), "sentences, as --plain says"
    scored = rolequiz("score", "me.json", "--format", "csv", "--columns", "core")
    assert scored.code == 0
    assert "user,false,single,clear,26" in scored.out


def test_a_quick_record_scores_as_quick() -> None:
    take(*NUMBERS[:10], options=("--quick", "--save", "me.json"))
    ended = rolequiz("score", "me.json", "--format", "jsonl")
    assert ended.err == "scored 1, rejected 0, of 1\n"
    result = json.loads(ended.out)
    assert (result["mode"], result["asked"], result["top"]) == ("quick", 10, ["user"])


def test_a_file_that_cannot_be_written_is_told_before_the_first_question() -> None:
    for options in (("--save", "no/such/me.json"), ("--save", "me.doc"), ("--report", "."), ("--save", "me.txt")):
        ended = take(*NUMBERS, options=options)
        assert (ended.code, ended.out) == (2, ""), options
        assert options[1] in ended.err


def test_a_file_that_breaks_at_the_end_loses_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    from rolequiz.cli import take as taking
    from rolequiz.errors import RolequizError

    def full(*_: object) -> list[str]:
        raise RolequizError("me.json: cannot be written: No space left on device", "make room")

    monkeypatch.setattr(taking, "write_files", full)
    ended = take(*NUMBERS, options=("--save", "me.json"))
    assert ended.code == 2
    assert "First: user operations, plus 22." in ended.out
    assert "rolequiz explain\n" in ended.err
    assert ended.err.endswith("rolequiz: me.json: cannot be written: No space left on device\n  make room\n")


def test_an_unfinished_sitting_of_another_bank_is_not_gone_on_with() -> None:
    take("1", "2")
    path = next(Path("home/sittings/me").glob("*.jsonl"))
    lines = path.read_text().splitlines()
    header = json.loads(lines[0])
    header["bank"]["digest"] = "sha256:other"
    path.write_text("\n".join([json.dumps(header), *lines[1:]]) + "\n")
    ended = take("1")
    assert (ended.code, ended.out) == (2, "")
    assert "another bank" in ended.err
    assert "--fresh" in ended.err
    assert take(options=("--fresh",)).code == 130


def test_a_finished_sitting_makes_room_for_the_next() -> None:
    take(*NUMBERS)
    assert "Question 1 of 30." in take().out
    assert len(list(Path("home/sittings/me").glob("*.jsonl"))) == 2


@pytest.mark.parametrize("name", ["", "a\nb", "x" * 201, "\x7f"])
def test_names_that_no_file_can_hold_are_refused(name: str) -> None:
    ended = take(options=("--id", name))
    assert ended.code == 2
    assert "--id" in ended.err


def test_noise_of_any_kind_ends_in_order() -> None:
    ended = rolequiz("take", "--plain", stdin=bytes(range(256)) * 40)
    assert ended.code == 130
    assert "Traceback" not in ended.out + ended.err


@pytest.mark.parametrize("environ", [{"TERM": "dumb"}, {"ACCESSIBLE": "1"}])
def test_the_environment_asks_for_plain_lines(environ: dict[str, str]) -> None:
    ended = rolequiz("take", stdin=b"1\n", environ=environ)
    assert ended.code == 130
    assert "Question 2 of 30." in ended.out


def test_without_a_terminal_the_way_out_is_named() -> None:
    ended = rolequiz("take", stdin=b"1\n")
    assert (ended.code, ended.out) == (2, "")
    assert "--plain" in ended.err
