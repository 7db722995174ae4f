"""A comparison in a real browser: it asks for nothing, fits every window, and axe-core finds nothing."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser

from rolequiz.report import html
from tests.unit.report.results import voice
from tests.unit.report.test_comparison import CASES, document
from tests.web.conftest import Axe
from tests.web.test_report import LANGUAGES, OVERRUNS, WIDTHS, opened

pytestmark = pytest.mark.web


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", ["beyond", "gap", "insufficient", "same"])
def test_a_comparison_reads_well_in_every_window(browser: Browser, axe: Axe, case: str, lang: str) -> None:
    assert case in CASES
    with opened(browser, html.page(document(case, lang), voice(lang), "title")) as (page, asked):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(OVERRUNS) == []
        page.set_viewport_size({"width": 390, "height": 900})
        assert axe(page) == []
        assert asked == []
