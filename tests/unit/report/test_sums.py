"""Everything shown adds up before the reader's eyes: the rendered text is read back and its figures are added."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from rich.cells import cell_len

from rolequiz.report.document import answers_document, document
from rolequiz.report.glyphs import ASCII, UNICODE, Glyphs
from rolequiz.report.page import page_for
from rolequiz.report.plain import plain_lines
from rolequiz.report.subject import Subject
from rolequiz.report.terminal import joined_sections
from rolequiz.report.voice import run_on
from tests.unit.report.results import KINDS, SHEETS, subject, subject_of_kind

SIGNED = r"[+−-]?\d+"
WIDTHS = (40, 60, 80, 120)
LANGUAGES = ("en", "zh")


def value(text: str) -> int:
    """A number as shown, whatever its minus sign."""
    return int(text.replace("−", "-"))


def lines(subject: Subject, width: int, glyphs: Glyphs = UNICODE, *, is_answers: bool = False) -> list[str]:
    """The rendered text of a result, or of all its answers."""
    shown = answers_document(subject) if is_answers else document(subject)
    page = page_for(width, glyphs, subject.voice.wording("sign_minus"))
    return [line.plain for line in joined_sections(shown.sections, page)]


def section(text: list[str], heading: str) -> list[str]:
    """The lines under a heading, up to the next blank line."""
    begins = next(n for n, line in enumerate(text) if line.strip().startswith(heading))
    after = text[begins + 1 :]
    return after[: after.index("")] if "" in after else after


def bars(text: list[str]) -> Iterator[tuple[str, int]]:
    """(name, points) of the lines that are bars: a name, a number, maybe blocks and a quotation."""
    for line in text:
        found = re.match(rf"\s*(\S.*?)\s+({SIGNED})(?:  |$)", line)
        if found:
            yield found[1], value(found[2])


def score_of(shown: Subject, role: str) -> int:
    """S of a role, from the published points (which start at 28 below 0)."""
    return shown.assessment.role(role).points - 28


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_scale_shows_every_role_with_its_score(lang: str, width: int) -> None:
    for sheet in SHEETS:
        one = subject(sheet, lang)
        if not one.assessment.top:
            continue
        text = lines(one, width)
        for result in one.assessment.roles:
            name = one.voice.name(one.voice.role(result.role))
            row = next(line for line in text if re.match(rf"\s*(?:\d=?|[=~])?\s*{name}\b.*{SIGNED}$", line))
            assert value(re.findall(SIGNED, row)[-1]) == score_of(one, result.role)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_traits_add_up_to_the_role_that_they_stand_under(lang: str, width: int, glyphs: Glyphs) -> None:
    singles = 0
    for sheet in SHEETS:
        one = subject(sheet, lang)
        if one.kind != "single":
            continue
        singles += 1
        first = one.assessment.roles[0]
        heading = one.voice.wording("made_heading", points=glyphs.text(one.voice.signed(first.score)))
        shown = list(bars(section(lines(one, width, glyphs), heading)))
        assert len(shown) == 4
        assert sum(points for _, points in shown) == score_of(one, first.role)
    assert singles > 10


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_both_columns_of_a_pair_add_up_to_their_heads(lang: str, width: int) -> None:
    pairs = 0
    for sheet in SHEETS:
        one = subject(sheet, lang)
        if one.kind != "pair":
            continue
        pairs += 1
        text = lines(one, width)
        begins = next(n for n, line in enumerate(text) if one.voice.wording("made_pair_heading") in line)
        names = [one.voice.name(one.voice.role(result.role)) for result in one.named]
        body = text[begins + 1 : begins + 12]
        if all(name in body[0] for name in names):
            middle = cell_len(body[0].partition(names[1])[0])
            columns = [[cut(line, 0, middle) for line in body[:5]], [cut(line, middle, width) for line in body[:5]]]
        else:
            columns = [body[:5], body[6:11]]
        for column, result in zip(columns, one.named, strict=True):
            (_, head), *rows = bars(column)
            assert len(rows) == 4
            assert head == sum(points for _, points in rows) == score_of(one, result.role)
    assert pairs > 2


def cut(line: str, start: int, end: int) -> str:
    """The part of a line between two cells."""
    found, at = "", 0
    for sign in line:
        if start <= at < end:
            found += sign
        at += cell_len(sign)
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_answers_for_and_against_add_up_to_the_score(lang: str, width: int) -> None:
    for sheet in SHEETS:
        one = subject(sheet, lang)
        if one.kind != "single":
            continue
        shown = section(lines(one, width), one.voice.wording("other_heading"))
        told = " ".join(line.strip() for line in shown)
        numbers = [value(number) for number in re.findall(SIGNED, told)]
        towards, gained, against, lost, neither = numbers[:5]
        assert towards + against + neither == one.assessment.answered
        assert gained + lost == score_of(one, one.assessment.roles[0].role)
        points = [value(found[1]) for line in shown if (found := re.search(rf"\S.*\s({SIGNED})$", line))]
        if against:
            assert sum(point for point in points if point < 0) == lost


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_every_column_of_answers_adds_up_to_its_sum(lang: str, width: int) -> None:
    for sheet in SHEETS:
        one = subject(sheet, lang)
        text = lines(one, width, is_answers=True)
        rows = [found for line in text if (found := re.search(rf"\s({SIGNED})\s+({SIGNED})\s+({SIGNED})$", line))]
        *answers, total = [[value(number) for number in row.groups()] for row in rows]
        assert len(answers) == 30
        assert [sum(column) for column in zip(*answers, strict=True)] == total
        assert total == [score_of(one, result.role) for result in one.assessment.roles]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_shares_are_whole_and_tied_roles_show_the_same(lang: str) -> None:
    for sheet in SHEETS:
        one = subject(sheet, lang)
        if one.kind not in ("pair", "open", "tie") or len(one.assessment.top) == 3:
            continue
        heading = one.voice.wording("sure_heading")
        told = run_on(line.strip() for line in section(lines(one, 120), heading))
        pattern = r"for about (\d+)" if lang == "en" else r"(\d+) 份最接近"
        shares = [int(number) for number in re.findall(pattern, told)]
        assert len(shares) == 3
        assert 99 <= sum(shares) <= 101
        for (a, first), (b, second) in zip(
            zip(one.assessment.roles, shares, strict=True),
            list(zip(one.assessment.roles, shares, strict=True))[1:],
            strict=False,
        ):
            assert (first == second) or a.score != b.score


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [40, 41, 59, 60, 61, 80, 120, 200])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_no_line_is_wider_than_the_window(lang: str, kind: str, width: int, glyphs: Glyphs) -> None:
    one = subject_of_kind(kind, lang)
    for is_answers in (False, True):
        text = lines(one, width, glyphs, is_answers=is_answers)
        assert max(map(cell_len, text)) <= width
        assert not any(line != line.rstrip() for line in text)


@pytest.mark.parametrize("kind", KINDS)
def test_ascii_is_ascii_in_english(kind: str) -> None:
    one = subject_of_kind(kind, "en")
    text = "\n".join(lines(one, 80, ASCII) + lines(one, 80, ASCII, is_answers=True))
    assert text.isascii(), sorted({sign for sign in text if not sign.isascii()})


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_plain_lines_draw_nothing_and_write_signs_as_words(lang: str, kind: str) -> None:
    one = subject_of_kind(kind, lang, spoken=True)
    text = plain_lines([*document(one).sections, *answers_document(one).sections], one.voice)
    for line in text:
        assert not re.search(r"[█▌▐│─¦]|  |[+−]\d|(?<![\w.])-\d", line), line
        assert not re.search(r"[?？][,，.。]|[.。][.。]|[,，][.。]", line), line


def test_plain_lines_say_the_worked_example_as_agreed() -> None:
    text = plain_lines(
        document(subject_of_kind("clear", "en", spoken=True)).first, subject_of_kind("clear", "en", spoken=True).voice
    )
    assert text[2:5] == [
        "First: user operations, plus 22.",
        "Second: activity operations, minus 4.",
        "Third: content operations, minus 9.",
    ]
