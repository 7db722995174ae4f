"""The Markdown of a document, read by GitHub's own parser: nothing is lost, and no text is taken for a sign."""

from __future__ import annotations

import re
from functools import partial
from itertools import pairwise
from typing import Any

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given
from hypothesis import strategies as st

from rolequiz.printable import printable
from rolequiz.report import markdown
from rolequiz.report.blocks import Document, Para, Section
from tests.unit.report.elements import Element, elements
from tests.unit.report.results import KINDS, SHEETS, subject, subject_of_kind, voice
from tests.unit.report.samples import SAMPLE, figures, texts, whole, with_words
from tests.unit.report.test_html import HOSTILE

LANGUAGES = ("en", "zh")
TITLE = "What it is about"
SIGNS = (
    "# heading",
    "###### six",
    "C #",
    "- a list",
    "+ a list",
    "* a list",
    "1. a list",
    "123456789) a list",
    "=====",
    "---",
    "- - -",
    "***",
    "```code",
    "~~~ code",
    "> quoted",
    "    code",
    "| a | b |",
    "\\| a \\\\| b \\",
    "**bold** __bold__ *i* _i_ ~~struck~~ ~struck~",
    "`code` ``code",
    "[text](address) ![image](address) [^1] [x]: y",
    "<b>bold</b> <!-- hidden --> &amp; &#65; &copy",
    "$x^2$",
    "https://example.org/?a=b|c and ftp://x.y",
    "www.example.org WWW.EXAMPLE.ORG",
    "mailto:me@example.org me@example.org @me",
    "`www.example.org``",
    "|www.example.org|me@example.org|",
    "javascript:alert(1)",
)


def read(text: str) -> Element:
    """What a reader of Markdown makes of a text; HTML in it would come through."""
    rendered: Any = cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE)
    return elements(rendered)


def sample(shown: Document = SAMPLE) -> Element:
    return read(markdown.text(shown, voice("en"), TITLE))


def numbers(root: Element) -> list[int]:
    """Every number that is a cell, and the sums in headings."""
    found = [one.text for one in root.all("td", "h3")]
    ends = [re.search(r"(?:^|\w )([+−-]\d+|0|\d+)$", one) for one in found]
    return [int(one[1].replace("−", "-")) for one in ends if one]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_document_is_lost(kind: str, lang: str) -> None:
    one = subject_of_kind(kind, lang)
    root = read(markdown.text(whole(one), one.voice, TITLE))
    assert [said for said in texts(whole(one)) if said not in root.text] == []
    assert TITLE in root.text
    levels = [int(heading.tag[1]) for heading in root.all("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_nothing_of_the_sample_is_lost() -> None:
    assert [said for said in texts(SAMPLE) if said not in sample().text] == []
    # The mark of the first row is a cell with a number too.
    assert numbers(sample()) == [1, *figures(SAMPLE)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_columns_of_answers_add_up_to_the_scores(lang: str) -> None:
    for sheet in SHEETS[:10]:
        one = subject(sheet, lang)
        table = list(read(markdown.text(whole(one), one.voice, TITLE)).all("table"))[-1]
        rows = [[cell.text for cell in row.all("td")][3:] for row in table.all("tr")][1:]
        *answers, total = [[int(cell.replace("−", "-")) for cell in row] for row in rows]
        assert len(answers) == 30
        assert [sum(column) for column in zip(*answers, strict=True)] == total
        assert total == [result.score for result in one.assessment.roles]


@pytest.mark.parametrize("hostile", [*HOSTILE, *SIGNS], ids=range(len(HOSTILE) + len(SIGNS)))
def test_a_hostile_text_is_only_ever_text(hostile: str) -> None:
    for template in ("{hostile}", "{said} {hostile}", "{hostile} {said}"):
        shown = with_words(SAMPLE, partial(filled, template, hostile))
        root = sample(shown)
        assert without_code(root) == without_code(sample())
        told = re.sub(r"\s+", " ", root.text)
        for said in texts(shown):
            assert re.sub(r"\s+", " ", printable(said).strip()) in told
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", root.text)


def filled(template: str, hostile: str, said: str) -> str:
    """A text of the sample with a hostile one in its place, after it or before it."""
    return template.format(hostile=hostile, said=said)


def without_code(one: Element) -> tuple[object, ...]:
    """The shape of a page; addresses set as code are words like others."""
    inside = [within for within in one.inside if isinstance(within, Element) and within.tag != "code"]
    return (one.tag, tuple(map(without_code, inside)))


def test_addresses_are_never_links() -> None:
    for hostile in SIGNS:
        root = sample(with_words(SAMPLE, partial(filled, "{said} {hostile}", hostile)))
        assert not list(root.all("a", "img"))


@given(st.text(st.characters(codec="utf-8"), max_size=60) | st.text("#*_-+=`~|\\<>[]()!&;:.@/ w1a", max_size=40))
@example("1.")
@example("`a@b")
@example("a|@")
@example("#")
@example("\\#")
@example("a #")
def test_any_text_comes_back_as_it_was_from_every_place(said: str) -> None:
    shown = re.sub(r"\s+", " ", printable(said).strip())
    for written, tag in (
        (markdown.line(said), "p"),
        (markdown.heading(2, said), "h2"),
        (f"1. {markdown.line(said)}", "li"),
        (markdown.grid(("head",), [(said,)], (False,)), "td"),
    ):
        root = read(written)
        found = [re.sub(r"\s+", " ", one.text).strip() for one in root.all(tag)]
        assert "".join(found) == shown, written
        assert not list(root.all("a", "img", "ul", "hr", "pre", "em", "strong", "del")), written


def test_an_empty_line_is_between_all_paragraphs() -> None:
    text = markdown.text(Document((Section(None, (Para(("One.",)), Para(("Two.",)))),)), voice("en"), TITLE)
    assert text.startswith(f"# {TITLE}\n\nOne.\n\nTwo.\n\n")
    assert text.endswith("\n")
