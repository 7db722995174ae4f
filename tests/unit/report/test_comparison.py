"""Two sittings in words: nothing is left unsaid, what is shown adds up, and chance is never sold as change."""

from __future__ import annotations

from datetime import date

import pytest

from rolequiz.core.assess import Assessment, assess
from rolequiz.core.compare import compare
from rolequiz.core.score import Sheet
from rolequiz.model import Mode
from rolequiz.report.blocks import Answers, Block, Document, Para, Table
from rolequiz.report.comparison import Side, Sides, comparison_document
from rolequiz.report.glyphs import ASCII, UNICODE
from rolequiz.report.page import page_for
from rolequiz.report.plain import plain_lines
from rolequiz.report.terminal import joined_sections
from rolequiz.report.wrap import width
from tests.small_banks import shipped_table
from tests.unit.report.results import KINDS, SHEETS, WORKED, level, profile_bank, profile_table, voice

EARLIER, LATER = Side(1, "me", date(2026, 11, 20)), Side(3, "me", date(2026, 11, 24))
FLIPPED = (("q01", 1), ("q02", 1), ("q05", 3), ("q06", 2), ("q10", 1))


def changed(*changes: tuple[str, int | None]) -> Sheet:
    """The worked example with other answers."""
    sheet = list(WORKED)
    for question, number in changes:
        sheet[shipped_table().positions[question]] = number
    return tuple(sheet)


def result(sheet: Sheet, mode: Mode = "full", asked: int | None = None) -> Assessment:
    return assess(shipped_table(), sheet, mode=mode, asked=asked)


CASES: dict[str, tuple[Assessment, Assessment]] = {
    "beyond": (result(WORKED), result(changed(*FLIPPED))),
    "within": (result(WORKED), result(changed(("q13", 4), ("q22", 3)))),
    "same": (result(WORKED), result(WORKED)),
    "gap": (result(WORKED), result(changed(*FLIPPED, ("q13", None)))),
    "quick": (result(WORKED, "quick", 10), result(WORKED)),
    "insufficient": (result(SHEETS[6]), result(WORKED)),
    "pair-open": (result(SHEETS[45]), result(SHEETS[3])),
    "level": (result(level()), result(SHEETS[16])),
}


def document(case: str, lang: str, *, spoken: bool = False, later: Side = LATER) -> Document:
    found = compare(shipped_table(), *CASES[case])
    return comparison_document(Sides(shipped_table(), found, voice(lang, is_spoken=spoken), EARLIER, later))


def profile(lang: str) -> Document:
    table = profile_table()
    found = compare(table, assess(table, WORKED), assess(table, changed(*FLIPPED)))
    return comparison_document(Sides(table, found, voice(lang, profile_bank()), EARLIER, LATER))


def blocks(shown: Document) -> list[Block]:
    return [block for section in shown.sections for block in section.blocks]


def text(shown: Document) -> str:
    return " ".join(sentence for block in blocks(shown) if isinstance(block, Para) for sentence in block.sentences)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", [name for name in CASES if name != "same"])
def test_the_answers_shown_add_up_to_the_changes_shown(case: str, lang: str) -> None:
    shown = blocks(document(case, lang))
    (answers,) = (block for block in shown if isinstance(block, Answers))
    roles = [block for block in shown if isinstance(block, Table)][1]
    assert answers.total is not None
    sums = tuple(sum(points) for points in zip(*(row.points for row in answers.rows), strict=True))
    assert sums == answers.total.points
    # Name, earlier, later, change: the columns of answers follow the rows of roles.
    for (_, earlier, later, change, *_), moved in zip(roles.rows, sums, strict=False):
        assert change == moved
        assert isinstance(earlier, int)
        assert isinstance(later, int)
        assert later - earlier == change


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("columns", [40, 60, 80, 120])
@pytest.mark.parametrize("case", CASES)
def test_no_line_is_wider_than_the_window(case: str, columns: int, lang: str) -> None:
    for glyphs in (UNICODE, ASCII):
        page = page_for(columns, glyphs, voice(lang).wording("sign_minus"))
        lines = [line.plain for line in joined_sections(document(case, lang).sections, page)]
        assert all(width(line) <= columns for line in lines)
        if glyphs is ASCII and lang == "en":
            assert all(line.isascii() for line in lines)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", CASES)
def test_heard_lines_have_no_signs(case: str, lang: str) -> None:
    shown = document(case, lang, spoken=True)
    lines = plain_lines(shown.sections, voice(lang, is_spoken=True))
    assert not any(set(line) & set("+−→±─│█") for line in lines)
    assert not any("{" in line for line in lines)


def test_a_difference_beyond_chance_and_one_within_say_so_with_their_figures() -> None:
    # 25 points is the band of a lead over the whole form (docs/method.md).
    beyond, within = text(document("beyond", "en")), text(document("within", "en"))
    assert "Activity operations went from −26 to +4 against user operations: a change of +30." in beyond
    assert "95 moved by no more than 25" in beyond
    assert "chance alone would be unusual" in beyond
    assert "95 moved by no more than 25" in within
    assert "needs no reason" in within
    assert "unusual" not in within


def test_points_of_questions_answered_once_are_told_apart() -> None:
    shown = document("gap", "en")
    assert "One question was answered in one sitting only. It accounts for +2" in text(shown)
    roles = [block for block in blocks(shown) if isinstance(block, Table)][1]
    assert [column.head for column in roles.columns][-2:] == ["answered twice", "by chance"]
    assert "Only the points of questions answered twice" in text(shown)
    assert "answered twice" not in text(document("beyond", "en"))
    roles = [block for block in blocks(document("beyond", "en")) if isinstance(block, Table)][1]
    assert "answered twice" not in [column.head for column in roles.columns]


def test_the_traits_shown_are_those_that_moved_the_largest_change_first() -> None:
    found = compare(shipped_table(), *CASES["quick"])
    moved = [one.difference for one in found.traits if one.difference]
    assert any(one.difference and not one.repeated for one in found.traits)
    traits = [block for block in blocks(document("quick", "en")) if isinstance(block, Table)][2]
    assert [row[3] for row in traits.rows] == sorted(moved, key=lambda one: -abs(one))
    assert len(moved) == 11
    assert "One trait has not moved." in text(document("quick", "en"))


def test_a_question_that_was_not_asked_is_no_question_without_an_answer() -> None:
    def answers(case: str) -> list[str]:
        (found,) = (block for block in blocks(document(case, "en")) if isinstance(block, Answers))
        return [row.answer for row in found.rows]

    assert all(one.startswith("not asked → ") for one in answers("quick"))
    assert [one for one in answers("gap") if "no answer" in one] == ["strongly agree → no answer"]
    assert not any("not asked" in one for one in answers("gap"))


def test_too_few_answers_compare_points_and_name_no_lead() -> None:
    said = text(document("insufficient", "en"))
    assert "too few answers for an order" in said
    assert "chance alone" not in said
    (answers,) = (block for block in blocks(document("insufficient", "en")) if isinstance(block, Answers))
    assert len(answers.columns) == 3


def test_sittings_without_a_common_answer_say_nothing_about_chance() -> None:
    half = len(WORKED) // 2
    first = tuple(number if place < half else None for place, number in enumerate(WORKED))
    second = tuple(number if place >= half else None for place, number in enumerate(WORKED))
    found = compare(shipped_table(), result(first), result(second))
    shown = comparison_document(Sides(shipped_table(), found, voice("en"), EARLIER, LATER))
    assert found.repeated == 0
    assert "No question was answered both times" in text(shown)


def test_no_role_is_named_first_where_none_stands_out() -> None:
    page = page_for(120, UNICODE, "−")
    lines = [line.plain for line in joined_sections(document("pair-open", "en").sections[:1], page)]
    top = " ".join(" ".join(lines).split())
    assert "Earlier: between activity operations and user operations. Later: no role stands out." in top


def test_two_ids_are_warned_about_and_one_is_not() -> None:
    warned = document("beyond", "en", later=Side(3, "ann", date(2026, 11, 24)))
    assert "two ids, me and ann" in text(warned)
    assert "two ids" not in text(document("beyond", "en"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_bank_without_roles_compares_traits_alone(lang: str) -> None:
    shown = blocks(profile(lang))
    (answers,) = (block for block in shown if isinstance(block, Answers))
    assert (answers.columns, answers.total, len(answers.rows)) == ((), None, 5)
    assert len([block for block in shown if isinstance(block, Table)]) == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("later", KINDS)
@pytest.mark.parametrize("earlier", KINDS)
def test_every_two_kinds_of_result_can_be_compared(earlier: str, later: str, lang: str) -> None:
    if "no-roles" in (earlier, later):
        return
    (one, mode, asked), (other, its_mode, its_asked) = KINDS[earlier], KINDS[later]
    found = compare(shipped_table(), result(one, mode, asked), result(other, its_mode, its_asked))
    shown = comparison_document(Sides(shipped_table(), found, voice(lang), EARLIER, LATER))
    assert plain_lines(shown.sections, voice(lang))
