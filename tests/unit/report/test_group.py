"""A room as a document: what is drawn adds up, what is held back stands nowhere, and every format says the same."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolequiz.core.assess import assess
from rolequiz.core.group import PAIR_REST, SINGLE_FROM, Member, assess_group
from rolequiz.core.score import Sheet
from rolequiz.core.table import compile_table
from rolequiz.model import Bank, Catalogue, Form, Role, Scales, Trait
from rolequiz.report import html, markdown
from rolequiz.report.blocks import Block, Dot, Dots, Strips, Tally
from rolequiz.report.card import card_document
from rolequiz.report.crowd import MANY, dots_lines
from rolequiz.report.glyphs import ASCII, UNICODE, Glyphs
from rolequiz.report.group import group_document
from rolequiz.report.group_places import empty_document
from rolequiz.report.group_subject import RoomSubject
from rolequiz.report.page import page_for
from rolequiz.report.picture import MARGIN, SIDE, picture_of
from rolequiz.report.plain import plain_lines
from rolequiz.report.terminal import joined_sections
from rolequiz.report.wrap import width
from tests.small_banks import agree, random_sheet, shipped_table
from tests.unit.report.results import KINDS, profile_bank, profile_table, subject_of_kind, voice

DAY = date(2026, 11, 24)


def members(people: int, missing: float = 0.0) -> list[Member]:
    table = shipped_table()
    return [
        Member(f"Otter{number:02d}", assess(table, random_sheet(table, str(number), missing)))
        for number in range(people)
    ]


def subject(people: int, lang: str = "en", *, is_named: bool = False, spoken: bool = False) -> RoomSubject:
    group = assess_group(shipped_table(), members(people, 0.1), is_named=is_named)
    return RoomSubject(shipped_table(), group, voice(lang, is_spoken=spoken), "Spring", DAY, unfinished=2, rejected=1)


def blocks(shown: RoomSubject) -> list[Block]:
    return [block for section in group_document(shown).sections for block in section.blocks]


def drawn(shown: RoomSubject, columns: int = 80, glyphs: Glyphs = UNICODE) -> list[str]:
    page = page_for(columns, glyphs, shown.voice.wording("sign_minus"))
    return [line.plain for line in joined_sections(group_document(shown).sections, page)]


def people_in(lines: list[str], dot: str) -> int:
    """Everybody in a drawn picture: a dot is one, a digit so many."""
    return sum(1 if sign == dot else int(sign) for line in lines for sign in line if sign == dot or sign.isdigit())


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("people", [5, 12, 60])
@pytest.mark.parametrize("is_named", [False, True], ids=["unnamed", "named"])
def test_no_line_is_wider_than_the_terminal(lang: str, columns: int, people: int, is_named: bool) -> None:
    lines = drawn(subject(people, lang, is_named=is_named), columns)
    assert max(map(width, lines)) <= columns


def test_ascii_draws_with_ascii_only() -> None:
    assert all(line.isascii() for line in drawn(subject(12, is_named=True), 80, ASCII))


shares = st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(1, 50)).map(
    lambda parts: tuple(part / sum(parts) for part in parts)
)


@given(places=st.lists(shares, max_size=40), columns=st.sampled_from([40, 60, 80]))
def test_everybody_is_in_the_triangle_once_whatever_the_width(places: list[tuple[float, ...]], columns: int) -> None:
    dots = Dots("", ("A", "B", "C"), tuple(Dot(place) for place in places), SINGLE_FROM, PAIR_REST)
    lines = [line.plain for line in dots_lines(dots, page_for(columns, ASCII, "-"))]
    if not any(MANY in line for line in lines):
        assert people_in(lines, "o") == len(places)
    for number, line in enumerate(lines[1:-1]):
        inside = line.strip()
        assert len(inside) <= 2 * number + 1, "nobody stands outside the triangle"


def test_a_place_in_the_terminal_is_where_its_shares_say() -> None:
    # 18 rows below the top at 80 columns. (1/2, 1/4, 1/4): row 9, in the middle. (0, 1, 0): the left end of the base.
    found = (Dot((0.5, 0.25, 0.25)), Dot((0.0, 1.0, 0.0)), Dot((0.0, 1.0, 0.0)))
    lines = [
        line.plain
        for line in dots_lines(Dots("", ("A", "B", "C"), found, SINGLE_FROM, PAIR_REST), page_for(80, ASCII, "-"))
    ]
    base = lines[19]
    assert base.strip().startswith("2-")
    assert lines[10][base.index("2") + 18] == "o"


def test_two_roles_are_a_line_on_which_everybody_stands_once() -> None:
    found = tuple(Dot((1 - right, right)) for right in (0.0, 0.5, 0.5, 1.0))
    lines = [
        line.plain for line in dots_lines(Dots("", ("A", "B"), found, SINGLE_FROM, PAIR_REST), page_for(40, ASCII, "-"))
    ]
    assert people_in(lines[:1], "o") == 4
    assert re.fullmatch(r" *o {17}2 {17}o", lines[0])


@given(places=st.lists(shares, max_size=60))
def test_on_a_page_nobody_covers_anybody(places: list[tuple[float, ...]]) -> None:
    picture = picture_of(Dots("", ("A", "B", "C"), tuple(map(Dot, places)), SINGLE_FROM, PAIR_REST))
    assert len(picture.spots) == len(places)
    for number, one in enumerate(picture.spots):
        for other in picture.spots[:number]:
            assert hypot(one.at[0] - other.at[0], one.at[1] - other.at[1]) >= 2 * picture.radius - 1e-9


def test_the_corners_of_a_page_are_those_of_the_roles() -> None:
    found = (Dot((1.0, 0.0, 0.0)), Dot((0.0, 1.0, 0.0)), Dot((0.0, 0.0, 1.0)))
    picture = picture_of(Dots("", ("A", "B", "C"), found, SINGLE_FROM, PAIR_REST))
    assert [spot.at for spot in picture.spots] == list(picture.outline)
    assert [label.text for label in picture.labels] == ["A", "B", "C"]
    (_, top), (left, base), (right, _) = picture.outline
    assert (left, right) == (MARGIN, MARGIN + SIDE)
    assert top < base
    # The line across the top corner is at a share of 0.6: four tenths of the way down.
    assert {round((y - top) / (base - top), 9) for _, y in picture.corners[0][1:]} == {0.4}
    # The zone along the side of the second and third role is 0.15 of the height deep, on the base.
    assert {round((base - y) / (base - top), 9) for _, y in picture.sides[1]} == {0.0, 0.15}


@pytest.mark.parametrize("people", [5, 12, 60])
def test_first_places_add_up_to_the_people_with_a_result(people: int) -> None:
    shown = subject(people)
    tally = next(block for block in blocks(shown) if isinstance(block, Tally))
    assert sum(count for _, count in tally.rows) == shown.group.ranked
    picture = next(block for block in blocks(shown) if isinstance(block, Dots))
    assert len(picture.dots) == shown.group.ranked


def test_the_answers_to_a_question_add_up_to_those_who_answered_it() -> None:
    shown = subject(12)
    tallies = [block for block in blocks(shown) if isinstance(block, Tally)][1:]
    assert len(tallies) == len(shown.group.divided) == 6
    for tally, one in zip(tallies, shown.group.divided, strict=True):
        assert sum(count for _, count in tally.rows) == one.people


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_names_no_format_has_a_name(lang: str) -> None:
    shown = subject(12, lang)
    document = group_document(shown)
    texts = [
        "\n".join(drawn(shown)),
        "\n".join(plain_lines(document.sections, shown.voice)),
        html.page(document, shown.voice, shown.title),
        markdown.text(document, shown.voice, shown.title),
    ]
    for text in texts:
        assert "Otter" not in text
    named = group_document(subject(12, lang, is_named=True))
    assert "Otter" in html.page(named, shown.voice, shown.title)


def test_a_small_room_shows_no_quartile_and_no_count_of_answers() -> None:
    shown = subject(7)
    strips = next(block for block in blocks(shown) if isinstance(block, Strips))
    assert all(row.lower is None and row.low is None for row in strips.rows)
    assert sum(isinstance(block, Tally) for block in blocks(shown)) == 1


def test_the_lengths_on_the_floor_follow_from_the_lines() -> None:
    # Sides of 5 m: corners cut off at (1 - 0.60) x 5 = 2 m; a side's zone is 0.15 x 5 m x sqrt(3)/2 = 0.6495 m deep;
    # 1 of 100 is 5 cm.
    text = "\n".join(plain_lines(group_document(subject(12)).sections, voice("en")))
    assert "from 2 m along one side to 2 m along the other" in text
    assert "within 65 cm of a side" in text
    assert "walk 5 cm along the side" in text


def hostile() -> RoomSubject:
    names = ("<script>alert(1)</script>", "\x1b[2J\x1b[31mred", "a|b](http://x)", "\u202egnp.exe", "=1+1", "x" * 200)
    table = shipped_table()
    people = [Member(name, assess(table, random_sheet(table, str(seed)))) for seed, name in enumerate(names)]
    return RoomSubject(table, assess_group(table, people, is_named=True), voice("en"), "Spring", DAY)


def test_hostile_code_names_steer_nothing() -> None:
    shown = hostile()
    document = group_document(shown)
    page = html.page(document, shown.voice, shown.title)
    assert "<script" not in page
    assert "\u202e" not in page
    assert "\x1b" not in page
    text = "\n".join(drawn(shown))
    assert "\x1b" not in text
    assert "\u202e" not in text
    marked = markdown.text(document, shown.voice, shown.title)
    assert "<script" not in marked.replace("\\<", "")
    assert "](http" not in re.sub(r"`[^`]*`", "", marked), "an address is code"
    assert "\x1b" not in marked
    assert all(width(line) <= 80 for line in drawn(shown))


@pytest.mark.parametrize("roles", [0, 2, 4])
def test_other_numbers_of_roles_have_a_line_or_their_scores_or_nothing(roles: int) -> None:
    names = "abcd"[: max(roles, 1)]
    traits = tuple(Trait(f"t{name}", f"Trait {name}") for name in names)
    found = tuple(Role(name, f"Role {name}", {f"t{name}": 1}) for name in names[:roles])
    form = Form("own", "1", "Own", ("en",), tuple(agree(n, one.id, 1) for n, one in enumerate(traits)), SCALE)
    bank = Bank(form, Catalogue(traits, found), "sha256:00")
    table = compile_table(bank.form, bank.catalogue)
    sheets: list[Sheet] = [tuple(1 + (person + n) % 5 for n in range(len(traits))) for person in range(9)]
    group = assess_group(table, [Member(str(n), assess(table, sheet)) for n, sheet in enumerate(sheets)])
    shown = RoomSubject(table, group, voice("en", bank), "Own room", DAY)
    pictures = [block for block in blocks(shown) if isinstance(block, Dots)]
    assert [len(one.corners) for one in pictures] == ([2] if roles == 2 else [])
    assert sum(isinstance(block, Strips) for block in blocks(shown)) == (2 if roles == 4 else 1)
    assert (empty_document(shown) is not None) == (roles == 2)
    assert html.page(group_document(shown), shown.voice, "Own room")
    assert max(map(width, drawn(shown, 40))) <= 40


SCALE = Scales(("no", "rather not", "both", "rather", "yes"), ("a", "b", "c", "d"))


def test_a_bank_without_roles_says_how_the_traits_spread() -> None:
    table = profile_table()
    people = [Member(str(n), assess(table, random_sheet(table, str(n)))) for n in range(8)]
    shown = RoomSubject(table, assess_group(table, people), voice("zh", profile_bank()), "室", DAY)
    text = "\n".join(drawn(shown))
    assert shown.voice.wording("group_traits_heading") in text
    assert shown.voice.wording("group_floor_heading") not in text


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_a_handout_of_every_kind_of_result_has_its_verdict_and_nothing_of_others(kind: str, lang: str) -> None:
    one = replace(subject_of_kind(kind, lang), day=DAY)
    document = card_document(one, "Heron", "Spring")
    page = html.page(document, one.voice, "Spring")
    assert ">Heron</h1>" in page
    assert (
        max(map(width, (line.plain for line in joined_sections(document.sections, page_for(40, UNICODE, "-"))))) <= 40
    )
    if one.explanation.flip is not None:
        first = one.explanation.flip.changes[0]
        assert one.voice.number(first.question) in "\n".join(plain_lines(document.sections, one.voice))
