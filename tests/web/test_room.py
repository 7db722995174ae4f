"""A room's page and handouts in a real browser: axe-core finds nothing, nothing runs over, a handout is one sheet."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser
from pypdf import PdfReader

from rolequiz.core.assess import assess, explain
from rolequiz.core.score import sheet_of
from rolequiz.report import html
from rolequiz.report.card import card_document
from rolequiz.report.group import group_document
from rolequiz.report.group_places import empty_document
from rolequiz.report.subject import Subject
from tests.small_banks import shipped, shipped_table
from tests.unit.report.results import DAY, KINDS, SHEETS, subject_of_kind, voice
from tests.unit.report.test_group import subject
from tests.web.conftest import Axe
from tests.web.test_report import LANGUAGES, OVERRUNS, SCHEMES, WIDTHS, Scheme, opened

pytestmark = pytest.mark.web


def room(people: int, lang: str, *, is_named: bool = False) -> str:
    """A room as an HTML file, with its empty picture."""
    shown = subject(people, lang, is_named=is_named)
    empty = empty_document(shown)
    assert empty is not None
    return html.page(group_document(shown), shown.voice, shown.title, (empty,))


def handouts(lang: str) -> str:
    """A handout for every kind of result."""
    kinds = [replace(subject_of_kind(kind, lang), day=DAY) for kind in KINDS]
    cards = [card_document(one, f"Otter {number}", "Spring") for number, one in enumerate(kinds)]
    return html.sheets(cards, voice(lang), "Spring")


def is_undecided(finding: str) -> bool:
    """Of letters on shapes axe-core cannot tell the ground; theirs are the ink and paper of the page."""
    is_drawn = finding.startswith("color-contrast: <text")
    return is_drawn and ("could not be determined" in finding or "too short to determine" in finding)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_on_rooms_and_handouts(browser: Browser, axe: Axe, lang: str, scheme: Scheme) -> None:
    for text in (room(6, lang), room(12, lang, is_named=True), handouts(lang)):
        with opened(browser, text, 390, scheme) as (page, _):
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
            assert [one for one in axe(page) if not is_undecided(one)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("people", [5, 60])
def test_a_room_asks_for_nothing_and_fits_every_window(browser: Browser, people: int, lang: str) -> None:
    for is_named in (False, True):
        with opened(browser, room(people, lang, is_named=is_named)) as (page, asked):
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                assert page.evaluate(OVERRUNS) == []
            assert asked == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_handout_is_one_sheet_of_a4_with_its_own_name_only(browser: Browser, lang: str) -> None:
    with opened(browser, handouts(lang)) as (page, _):
        sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) == len(KINDS)
    for number, sheet in enumerate(sheets):
        found = sheet.extract_text()
        assert f"Otter {number}" in found
        assert found.count("Otter") == 1
        assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == (595, 842)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_handouts_with_the_most_to_say_are_still_one_sheet_each(browser: Browser, lang: str) -> None:
    """Sheets answered in every careless way, and too fast: all notes, long flips, ties."""
    table = shipped_table()
    careless = [sheet_of(table, {item.id: min(n, item.options) for item in table.items}) for n in range(1, 6)]
    cards = []
    for number, sheet in enumerate((*careless, *SHEETS)):
        assessment = assess(table, sheet, seconds=dict.fromkeys(table.positions, 0.4))
        found = Subject(shipped(), table, assessment, explain(table, assessment), voice(lang), DAY)
        cards.append(card_document(found, f"Otter {number}", "A workshop with a title that takes its place"))
    with opened(browser, html.sheets(cards, voice(lang), "Spring")) as (page, _):
        sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    names = [[word for word in sheet.extract_text().split("\n") if word.startswith("Otter")] for sheet in sheets]
    assert names == [[f"Otter {number}"] for number in range(len(cards))]


def test_the_empty_triangle_is_a_sheet_of_its_own(browser: Browser) -> None:
    with opened(browser, room(12, "en")) as (page, _):
        sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    last = sheets[-1].extract_text()
    assert "Where do you stand?" in last
    assert "What this is for" not in last
