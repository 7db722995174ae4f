"""The HTML of a document: its structure, that nothing of it is lost, and that no text gets out of its place."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise
from typing import get_args

import pytest

from rolequiz.printable import printable
from rolequiz.report import html
from rolequiz.report.blocks import Block, Column, Document, Heading, Para, Section, Table
from rolequiz.report.voice import run_on
from tests.unit.report.elements import Element, elements
from tests.unit.report.results import KINDS, subject_of_kind, voice
from tests.unit.report.samples import SAMPLE, figures, texts, whole, with_words

LANGUAGES = ("en", "zh")
TITLE = "What it is about"
HOSTILE = (
    "<script>alert(1)</script>",
    "</style></section><img src=x onerror=alert(1)>",
    '" onload="alert(1)',
    "' style='color:red",
    "{{ 7 * 7 }} {% raw %}",
    "&lt;b&gt; &#x3c;b&#x3e;",
    "<!-- ]]> -->",
    "\x1b[31mred\x07\x00",
    "right to left: \u202egpj.exe\u2066",
    "two\nlines\r\tand a tab",
    "javascript:alert(1)",
    "a" * 10_000,
)


def page_of_kind(kind: str, lang: str) -> Element:
    """A result's whole file, read back."""
    one = subject_of_kind(kind, lang)
    return elements(html.page(whole(one), one.voice, one.voice.text(one.bank.form.title)))


def sample(shown: Document = SAMPLE) -> Element:
    """The page of the document that has every block."""
    return elements(html.page(shown, voice("en"), TITLE))


def test_the_sample_has_every_block() -> None:
    kinds = {type(block) for section in SAMPLE.sections for block in section.blocks}
    assert kinds == set(get_args(Block))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_landmarks_and_its_headings_in_order(kind: str, lang: str) -> None:
    root = page_of_kind(kind, lang)
    page = root.one("html")
    assert page.attributes["lang"] == {"en": "en", "zh": "zh-Hans"}[lang]
    assert root.one("title").text
    body = root.one("body")
    assert [one.tag for one in body.inside if isinstance(one, Element)] == ["header", "main", "footer"]
    levels = [int(one.tag[1]) for one in root.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    names = [one.attributes["id"] for one in root.all() if "id" in one.attributes]
    assert len(names) == len(set(names))
    sections = list(root.all("section"))
    assert {one.attributes["aria-labelledby"] for one in sections} == set(names)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_tables_have_captions_and_every_cell_its_heads(kind: str, lang: str) -> None:
    for root in (page_of_kind(kind, lang), sample()):
        for table in root.all("table"):
            assert table.one("caption").text
            first, *rows = table.all("tr")
            assert {one.attributes["scope"] for one in first.all("th", "td")} == {"col"}
            for row in rows:
                cells = list(row.all("th", "td"))
                assert [one.attributes.get("scope") for one in cells] == ["row"] + [None] * (len(cells) - 1)
                assert len(cells) == len(list(first.all("th")))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_document_is_lost(kind: str, lang: str) -> None:
    one = subject_of_kind(kind, lang)
    shown = whole(one)
    root = page_of_kind(kind, lang)
    assert numbers(root) == list(figures(shown))
    body = root.one("body").text
    assert [said for said in texts(shown) if said not in body] == []


def test_nothing_of_the_sample_is_lost() -> None:
    root = sample()
    assert numbers(root) == list(figures(SAMPLE))
    body = root.one("body").text
    assert [said for said in texts(SAMPLE) if said not in body] == []


def numbers(root: Element) -> list[int]:
    """Every number that stands alone on a page: points of bars, and cells of tables."""
    found = [one.text for one in root.all() if one.tag == "td" or "points" in one.attributes.get("class", "").split()]
    return [int(one.replace("−", "-")) for one in found if re.fullmatch(r"[+−-]?\d+", one)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_needs_nothing_and_runs_nothing(kind: str, lang: str) -> None:
    one = subject_of_kind(kind, lang)
    text = html.page(whole(one), one.voice, TITLE)
    root = elements(text)
    assert not re.search(r"https?:|//|url\(|@import", text)
    assert not list(root.all("script", "link", "img", "iframe", "a", "form", "object", "base"))
    for element in root.all():
        assert not [name for name in element.attributes if name in ("style", "src", "href") or name.startswith("on")]


def test_the_policy_allows_the_one_style_sheet_and_nothing_else() -> None:
    root = sample()
    (policy,) = (
        one.attributes["content"]
        for one in root.all("meta")
        if one.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    digest = b64encode(sha256(root.one("style").text.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_lengths_of_bars_are_shares_of_the_axis() -> None:
    first = next(sample().classed("scale"))
    bars = [list(row.all("rect")) for row in first.classed("row")]
    # From -20 to 60 are 80 points; 0 stands at 20/80 of them.
    shown = [[(one.attributes["class"], one.attributes["x"], one.attributes["width"]) for one in bar] for bar in bars]
    assert shown == [[("towards", "25.00%", "12.50%")], [], [("against", "0.00%", "25.00%")]]
    marks = [one.attributes["x1"] for one in first.classed("random")]
    assert marks == ["28.75%", "21.25%", "25.62%"], "23/80, 17/80, 20.5/80"


def test_two_sets_of_bars_share_one_axis() -> None:
    both = next(sample().classed("side-by-side"))
    # From -2 to 8 are 10 points.
    widths = [[one.attributes["width"] for one in row.all("rect")] for row in both.classed("row")]
    assert widths == [["30.00%"], ["20.00%"], ["80.00%"], []]


def test_what_is_drawn_is_hidden_from_ears_and_stands_beside_its_number() -> None:
    for svg in sample().all("svg"):
        assert svg.attributes.get("aria-hidden") == "true" or svg.attributes["class"] == "axis-line"
    for row in sample().classed("row"):
        assert len([*row.classed("points"), *row.classed("said")]) == 1


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_only_ever_text(hostile: str) -> None:
    root = sample(with_words(SAMPLE, lambda said: said + hostile))
    assert root.shape == sample().shape
    body = root.one("body").text
    assert hostile.isprintable() == (hostile in body)
    for said in texts(SAMPLE):
        assert not said or printable(said + hostile) in body
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", root.text)


def test_a_hostile_title_is_only_ever_text() -> None:
    for hostile in HOSTILE:
        root = elements(html.page(Document((Section(None, (Para(("x",)),)),)), voice("en"), hostile))
        assert root.one("title").text == root.one("h1").text == printable(hostile)


def test_a_document_without_a_headline_is_headed_by_its_title() -> None:
    shown = Document((Section(Heading("Part"), (Para(("x",)),)),))
    root = sample(shown)
    assert root.one("h1").text == TITLE
    assert [one.tag for one in root.all("h1", "h2")] == ["h1", "h2"]


def test_fragments_of_one_page_keep_their_ids_apart_and_sit_under_its_headings() -> None:
    fragments = [elements(html.fragment(SAMPLE, voice("en"), 2, prefix)) for prefix in ("a-", "b-")]
    names = [one.attributes["id"] for root in fragments for one in root.all() if "id" in one.attributes]
    assert len(names) == len(set(names)) == 8
    assert [one.tag for one in fragments[0].all("h1", "h2", "h3", "h4")] == [
        "h2", "h3", "h4", "h3", "h4", "h4", "h3", "h3", "h4",
    ]  # fmt: skip
    assert "banner left" in fragments[0].text


def test_sheets_are_articles_of_one_file_under_one_title() -> None:
    root = elements(html.sheets((SAMPLE, SAMPLE), voice("zh"), TITLE))
    assert [one.tag for one in root.one("main").inside if isinstance(one, Element)] == ["article", "article"]
    assert root.one("h1").text == TITLE
    names = [one.attributes["id"] for one in root.all() if "id" in one.attributes]
    assert len(names) == len(set(names))


def test_only_a_table_too_wide_for_a_phone_can_be_moved_and_reached_by_key() -> None:
    def shown(columns: int) -> Element:
        heads = tuple(Column(f"c{number}", "count") for number in range(columns))
        table = Table("Caption", heads, (tuple(range(columns)),))
        return next(sample(Document((Section(None, (table,)),))).classed("table"))

    assert shown(5).attributes == {"class": "table"}
    assert shown(6).attributes == {"class": "table", "tabindex": "0", "role": "region", "aria-label": "Caption"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentences_run_on_as_the_language_sets_them(lang: str) -> None:
    one = subject_of_kind("clear", lang)
    sure = next(
        block
        for section in whole(one).sections
        if section.heading and section.heading.text == one.voice.wording("sure_heading")
        for block in section.blocks
        if isinstance(block, Para)
    )
    assert any(element.text == run_on(sure.sentences) for element in page_of_kind("clear", lang).all("p"))


@pytest.mark.parametrize("screen", ["light", "dark", "paper"])
def test_colours_stand_out_from_their_ground(screen: str) -> None:
    """WCAG 2.2: 4.5 to 1 for words, 3 to 1 for what is drawn."""
    light, dark, paper = (
        dict(re.findall(r"--(\w+): (#\w+);", rule)) for rule in re.findall(r":root \{(.*?)\}", html.style(), re.DOTALL)
    )
    colours = {"light": light, "dark": dark, "paper": light | paper}[screen]
    for name, least in {"ink": 7, "quiet": 4.5, "accent": 4.5, "towards": 3, "against": 3}.items():
        assert contrast(colours[name], colours["paper"]) >= least, name


def contrast(one: str, other: str) -> float:
    """How much two colours differ in brightness, from 1 to 21."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """WCAG's relative luminance, from 0 to 1."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
