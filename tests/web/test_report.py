"""Reports in a real browser: nothing is asked for, nothing runs over, axe-core finds nothing, paper is used well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from operator import add
from typing import Literal, TypeAlias

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, Page, Route
from pypdf import PdfReader

from rolequiz.report import html
from rolequiz.report.blocks import Column, Document, Section, Table
from tests.unit.report.results import KINDS, subject_of_kind, voice
from tests.unit.report.samples import SAMPLE, whole, with_words
from tests.web.conftest import Axe

pytestmark = pytest.mark.web

Scheme: TypeAlias = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
LANGUAGES = ("en", "zh")
WIDTHS = (320, 390, 820, 1280)
ADDRESS = "http://report.test/"

OVERRUNS = """() => [...document.querySelectorAll('body *')]
  .filter(one => !one.closest('.unseen, .table[tabindex], svg *'))
  .filter(one => { const box = one.getBoundingClientRect(); return box.left < -1 || box.right > innerWidth + 1 })
  .map(one => one.outerHTML.slice(0, 100))"""
"""Elements that stand out of the window to either side."""

LINES = """all => all.map(one => {
  const words = document.createRange(); words.selectNodeContents(one); return words.getClientRects().length })"""
"""How many lines the words of elements take."""


def file_of(kind: str, lang: str) -> str:
    """A result as an HTML file."""
    one = subject_of_kind(kind, lang)
    return html.page(whole(one), one.voice, one.voice.text(one.bank.form.title))


@contextmanager
def opened(browser: Browser, text: str, width: int = 820, scheme: Scheme = "light") -> Iterator[tuple[Page, list[str]]]:
    """A file as a page, and what it asked for beside itself; none of it is given."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        if route.request.url == ADDRESS:
            route.fulfill(body=text, content_type="text/html; charset=utf-8")
        else:
            asked.append(route.request.url)
            route.abort()

    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.route("**/*", answer)
    page = context.new_page()
    page.goto(ADDRESS)
    yield page, asked
    context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["clear", "pair", "open", "insufficient", "flagged", "no-roles"])
def test_axe_finds_nothing(browser: Browser, axe: Axe, kind: str, lang: str, scheme: Scheme) -> None:
    with opened(browser, file_of(kind, lang), 390, scheme) as (page, _):
        assert axe(page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_in_any_block(browser: Browser, axe: Axe, width: int, scheme: Scheme) -> None:
    for text in (html.page(SAMPLE, voice("en"), "Title"), html.sheets((SAMPLE, SAMPLE), voice("zh"), "题目")):
        with opened(browser, text, width, scheme) as (page, _):
            assert axe(page) == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_report_asks_for_nothing_and_fits_every_window(browser: Browser, kind: str, lang: str) -> None:
    with opened(browser, file_of(kind, lang)) as (page, asked):
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(OVERRUNS) == []
            assert set(page.eval_on_selector_all("thead th + th", LINES)) <= {1}, "no head breaks within its word"
        page.reload()
        assert asked == []
        assert told == [], "the policy finds nothing to forbid"
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight") == "650", "the style is on"


def test_words_without_an_end_break_nothing(browser: Browser) -> None:
    for endless in ("a" * 10_000, "运" * 10_000, "9" * 10_000):
        shown = with_words(SAMPLE, partial(add, endless))
        text = html.page(shown, voice("zh"), endless)
        with opened(browser, text) as (page, _):
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                assert page.evaluate(OVERRUNS) == []


def test_the_policy_stops_whatever_should_get_into_a_report(browser: Browser) -> None:
    """Even if a text did escape from its place, it could do nothing."""
    intruder = (
        "<script>document.title = 'ran'</script><script src='http://other.test/x.js'></script>"
        "<img src='http://other.test/x.png' onerror='document.title = `ran`'><p id=styled style='color: red'>x</p>"
        "<style>p { color: red }</style><link rel=stylesheet href='http://other.test/x.css'>"
        "<iframe src='http://other.test/'></iframe>"
    )
    with opened(browser, file_of("clear", "en").replace("</main>", f"{intruder}</main>")) as (page, asked):
        assert asked == []
        assert page.title() == "Which operations role fits you?"
        assert page.evaluate("getComputedStyle(document.querySelector('#styled')).color") != "rgb(255, 0, 0)"


def test_a_wide_table_moves_by_key_and_the_page_does_not(browser: Browser) -> None:
    heads = tuple(Column(f"Column {number}", "count") for number in range(12))
    table = Table("Caption", heads, (tuple(range(100_000, 100_012)),))
    with opened(browser, html.page(Document((Section(None, (table,)),)), voice("en"), "Title"), 320) as (page, _):
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        for _ in range(100):  # the policy lets no text of a waiting function be run
            if page.evaluate("document.querySelector('.table').scrollLeft > 0"):
                break
            page.wait_for_timeout(20)
        assert page.evaluate("document.querySelector('.table').scrollLeft > 0")


def printed(page: Page) -> PdfReader:
    """The page on paper, as it asks to be."""
    return PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_report_takes_three_sheets_of_a4_and_tears_no_heading_off(browser: Browser, kind: str, lang: str) -> None:
    with opened(browser, file_of(kind, lang), scheme="dark") as (page, _):
        headings = page.eval_on_selector_all("h2", "all => all.map(one => one.firstElementChild.textContent)")
        reader = printed(page)
    sheets = [sheet.extract_text().split("\n") for sheet in reader.pages]
    assert len(sheets) in (2, 3)
    for sheet, lines in zip(reader.pages, sheets, strict=True):
        assert [round(float(side)) for side in sheet.mediabox[2:]] == [595, 842], "210 by 297 mm"
        assert len("".join(lines).strip()) > 100, "no sheet is all but empty"
        assert not any(lines[-1].strip().startswith(heading) for heading in headings)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_answers_are_on_one_sheet_with_their_sums(browser: Browser, lang: str) -> None:
    one = subject_of_kind("clear", lang)
    with opened(browser, file_of("clear", lang)) as (page, _):
        lines = printed(page).pages[-1].extract_text()
    for number in range(1, 31):
        assert one.voice.number(f"q{number:02d}").replace(" ", "") in lines.replace(" ", "")
    assert one.voice.wording("answers_total") in lines
    assert "+22" in lines


def test_each_sheet_of_several_begins_on_paper_of_its_own(browser: Browser) -> None:
    with opened(browser, html.sheets((Document(SAMPLE.first),) * 3, voice("en"), "Title")) as (page, _):
        sheets = [sheet.extract_text() for sheet in printed(page).pages]
    assert [number for number, text in enumerate(sheets) if "The headline." in text] == [0, 1, 2]
    assert len(sheets) == 3


def test_paper_is_white_whatever_the_screen(browser: Browser) -> None:
    with opened(browser, file_of("clear", "en"), scheme="dark") as (page, _):
        colours = "(style => [style.backgroundColor, style.color])(getComputedStyle(document.documentElement))"
        dark = page.evaluate(colours)
        page.emulate_media(media="print")
        assert page.evaluate(colours) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
        assert dark != page.evaluate(colours)
