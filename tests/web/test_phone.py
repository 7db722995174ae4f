"""The page of a phone in a real browser: whole quizzes, reloads, lost networks, a server that is killed."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, expect

from tests.small_banks import shipped_table
from tests.web.conftest import Axe
from tests.web.served_room import ServedRoom, Visitor, let_scripts_in, words_of

pytestmark = pytest.mark.web

TABLE = shipped_table()
OPTIONS = [1 + (3 * n + n // 4) % item.options for n, item in enumerate(TABLE.items)]
"""An answer for each question, mixed so that the result is no tie; any would do."""

LANGUAGES = pytest.mark.parametrize(("locale", "lang"), [("en-GB", "en"), ("zh-CN", "zh")])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedRoom]:
    """A full room, served."""
    found = ServedRoom(tmp_path / "room")
    found.start()
    yield found
    found.end()


def answers() -> dict[str, int]:
    return {item.id: option for item, option in zip(TABLE.items, OPTIONS, strict=True)}


@LANGUAGES
def test_a_whole_quiz_ends_with_the_result_that_explain_gives(
    browser: Browser, served: ServedRoom, locale: str, lang: str
) -> None:
    visitor = Visitor(browser, served, locale)
    visitor.join("kiwi")
    for number, option in enumerate(OPTIONS[:5], start=1):
        visitor.answer(number, option)
    visitor.answer_all(OPTIONS[5:], begin=6)
    visitor.finish()
    assert served.record("kiwi")["answers"] == answers()
    assert served.record("kiwi")["lang"] == lang
    said = [line for line in served.explained("kiwi", lang).splitlines() if line]
    headline = said[1]
    assert words_of(headline) in words_of(visitor.shown())
    scores = re.findall(r"(plus|minus|正|负) (\d+)", "\n".join(said[2:5]))
    drawn = visitor.page.locator("article .scale .points").all_inner_texts()
    signs = {"plus": "+", "正": "+", "minus": "−", "负": "-"}
    assert [signs[sign] + number for sign, number in scores] == [one for one in drawn if one != "0"]
    assert len(visitor.page.locator("article .answers tbody tr").all()) == 30
    assert visitor.page.evaluate("document.activeElement.id") == "heading"
    for _ in range(2):
        kept = visitor.kept()
        assert (kept["name"], kept["finished"]) == ("kiwi", True)
        assert (kept["answers"], kept["queue"], kept["route"]) == ({}, [], []), "no answer stays on the phone"
        visitor.page.reload()
        expect(visitor.page.locator("article")).to_be_visible()
    assert visitor.faults == []
    assert visitor.elsewhere == []
    visitor.context.close()


def test_a_reload_in_the_middle_goes_on_at_the_same_question(browser: Browser, served: ServedRoom) -> None:
    visitor = Visitor(browser, served, "en-GB")
    visitor.join("kiwi")
    visitor.answer_all(OPTIONS[:12])
    visitor.at(13)
    visitor.page.reload()
    visitor.answer_all(OPTIONS[12:], begin=13)
    visitor.finish()
    assert served.record("kiwi")["answers"] == answers()
    visitor.context.close()


def test_answers_given_without_a_network_are_sent_when_it_is_back(browser: Browser, served: ServedRoom) -> None:
    visitor = Visitor(browser, served, "en-GB")
    visitor.join("kiwi")
    visitor.answer_all(OPTIONS[:9])
    visitor.wait_saved()
    visitor.context.set_offline(True)
    visitor.answer_all(OPTIONS[9:17], begin=10)
    visitor.page.tap(".steps button:first-child")
    visitor.answer(17, 1 + OPTIONS[16] % 2)
    expect(visitor.page.locator("#state")).to_contain_text("wait on this phone")
    visitor.context.set_offline(False)
    visitor.wait_saved()
    visitor.page.tap(".steps button:first-child")
    visitor.answer_all(OPTIONS[16:], begin=17)
    visitor.finish()
    assert served.record("kiwi")["answers"] == answers()
    visitor.context.close()


@LANGUAGES
def test_answers_that_the_rooms_disk_does_not_take_wait_on_the_phone_which_says_so(
    browser: Browser, served: ServedRoom, locale: str, lang: str
) -> None:
    visitor = Visitor(browser, served, locale)
    visitor.join("kiwi")
    visitor.answer_all(OPTIONS[:5])
    visitor.wait_saved()
    with served.full_disk():
        visitor.answer_all(OPTIONS[5:7], begin=6)
        expect(visitor.page.locator("#state")).to_contain_text({"en": "Not saved", "zh": "还没存上"}[lang])
        assert not (served.room / "kiwi.json").exists()
    visitor.wait_saved()
    visitor.answer_all(OPTIONS[7:], begin=8)
    visitor.finish()
    assert served.record("kiwi")["answers"] == answers()
    visitor.context.close()


def test_a_killed_server_that_comes_back_loses_nothing(browser: Browser, served: ServedRoom) -> None:
    visitor = Visitor(browser, served, "zh-CN")
    visitor.join("kiwi")
    visitor.answer_all(OPTIONS[:10])
    served.end(signal.SIGKILL)
    visitor.answer_all(OPTIONS[10:20], begin=11)
    served.start()
    visitor.answer_all(OPTIONS[20:], begin=21)
    visitor.finish()
    assert served.record("kiwi")["answers"] == answers()
    assert served.end() == 130
    visitor.context.close()


def test_the_language_may_change_at_any_time(browser: Browser, served: ServedRoom) -> None:
    visitor = Visitor(browser, served, "en-GB")
    visitor.join("kiwi")
    visitor.answer_all(OPTIONS[:2])
    visitor.at(3)
    visitor.switch("中文")
    expect(visitor.page.locator("h1")).to_contain_text("哪一句更像你")
    assert visitor.page.get_attribute("html", "lang") == "zh-Hans"
    visitor.answer_all(OPTIONS[2:], begin=3)
    visitor.finish()
    expect(visitor.page.locator("article")).to_contain_text("这个结果有多明确")
    visitor.switch("English")
    expect(visitor.page.locator("article")).to_contain_text("How sure is this?")
    assert served.record("kiwi")["answers"] == answers()
    assert served.record("kiwi")["lang"] == "zh"
    visitor.context.close()


def test_skipped_questions_are_offered_at_the_end_and_answers_may_be_changed(
    browser: Browser, served: ServedRoom
) -> None:
    visitor = Visitor(browser, served, "en-GB")
    visitor.join("kiwi")
    for begin, skipped in ((1, 4), (5, 20)):
        visitor.answer_all(OPTIONS[begin - 1 : skipped - 1], begin)
        visitor.at(skipped)
        visitor.page.tap(".steps button:last-child")
    visitor.answer_all(OPTIONS[20:], begin=21)
    expect(visitor.page.locator("main")).to_contain_text("You skipped 2 questions")
    visitor.page.tap(".stack .main-button")
    visitor.answer(4, OPTIONS[3])
    visitor.answer(20, OPTIONS[19])
    expect(visitor.page.locator("h1")).to_contain_text("All questions done")
    visitor.page.tap(".stack button:has-text('Back')")
    visitor.at(30)
    chosen = visitor.page.locator(".options button[aria-pressed=true]")
    expect(chosen).to_contain_text(str(OPTIONS[29]))
    visitor.page.tap(".steps button:last-child")
    visitor.finish()
    assert served.record("kiwi")["answers"] == answers()
    visitor.context.close()


def test_two_tabs_of_one_phone_are_one_sitting(browser: Browser, served: ServedRoom) -> None:
    visitor = Visitor(browser, served, "en-GB")
    visitor.join("kiwi")
    visitor.answer_all(OPTIONS[:3])
    second = visitor.context.new_page()
    second.goto(served.url)
    expect(second.locator(".progress")).to_contain_text("4/30")
    visitor.answer(4, OPTIONS[3])
    expect(second.locator(".progress")).to_contain_text("5/30")
    second.locator(".options button").nth(OPTIONS[4] - 1).tap()
    visitor.answer_all(OPTIONS[5:], begin=6)
    visitor.finish()
    expect(second.locator("article")).to_be_visible()
    assert served.record("kiwi")["answers"] == answers()
    visitor.context.close()


def test_the_next_person_on_the_same_phone_sees_nothing_of_the_one_before(browser: Browser, served: ServedRoom) -> None:
    visitor = Visitor(browser, served, "en-GB")
    visitor.join("kiwi")
    visitor.answer_all(OPTIONS)
    visitor.finish()
    visitor.page.on("dialog", lambda dialog: dialog.accept())
    visitor.page.tap(".stack .quiet-button")
    expect(visitor.page.locator("article")).to_have_count(0)
    visitor.join("mango")
    visitor.at(1)
    expect(visitor.page.locator(".options [aria-pressed=true]")).to_have_count(0)
    visitor.answer_all([1] * 30)
    visitor.finish()
    assert served.record("kiwi")["answers"] == answers()
    assert set(served.record("mango")["answers"].values()) == {1}
    visitor.context.close()


def test_a_quick_form_asks_the_server_whether_it_goes_on(browser: Browser, tmp_path: Path) -> None:
    served = ServedRoom(tmp_path / "quick", "--quick")
    served.start()
    best = [max(range(1, i.options + 1), key=lambda n, i=i: i.roles[n - 1][0]) for i in TABLE.items]  # type: ignore[misc]
    visitor = Visitor(browser, served, "en-GB")
    visitor.join("kiwi")
    visitor.answer_all(best[:9])
    visitor.context.set_offline(True)
    visitor.answer(10, best[9])
    expect(visitor.page.locator("h1")).to_contain_text("decide whether there is more to ask")
    visitor.context.set_offline(False)
    visitor.finish()
    assert len(served.record("kiwi")["asked_ids"]) == 10
    served.end()
    visitor.context.close()


def test_the_keyboard_suffices(browser: Browser, served: ServedRoom) -> None:
    visitor = Visitor(browser, served, "en-GB")
    visitor.join("kiwi")
    visitor.at(1)
    assert visitor.page.evaluate("document.activeElement.id") == "heading"
    for _ in range(2):
        visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    visitor.at(2)
    assert visitor.page.evaluate("document.activeElement.id") == "heading"
    visitor.wait_saved()
    visitor.page.keyboard.press("Shift+Tab")
    visitor.page.keyboard.press("Space")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    visitor.context.close()


def test_a_wrong_code_and_a_taken_name_are_told_in_words(browser: Browser, served: ServedRoom) -> None:
    first = Visitor(browser, served, "en-GB")
    first.join("<b>kiwi</b>")
    second = Visitor(browser, served, "zh-CN")
    second.page.fill("[name=code]", "222222")
    second.page.fill("[name=name]", "<B>KIWI</B>")
    second.page.tap("form button")
    expect(second.page.locator("[role=alert]")).to_contain_text("加入码不对")
    second.page.fill("[name=code]", served.code.lower())
    second.page.tap("form button")
    expect(second.page.locator("[role=alert]")).to_contain_text("有人用了")
    assert first.faults == second.faults == []
    first.context.close()
    second.context.close()


@pytest.mark.parametrize("width", [320, 390])
def test_every_touch_target_is_large_and_nothing_is_wider_than_the_screen(
    browser: Browser, served: ServedRoom, width: int
) -> None:
    visitor = Visitor(browser, served, "en-GB", viewport={"width": width, "height": 640})

    def check() -> None:
        sizes = visitor.page.evaluate(
            "[...document.querySelectorAll('button, input')].map((one) => one.getBoundingClientRect())"
            ".map((box) => Math.min(box.width, box.height))"
        )
        assert min(sizes) >= 44
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width

    check()
    visitor.join("kiwi")
    for number, option in enumerate(OPTIONS, start=1):
        visitor.at(number)
        check()
        visitor.answer_all([option], begin=number)
    check()
    visitor.finish()
    check()
    visitor.context.close()


@LANGUAGES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, axe: Axe, served: ServedRoom, locale: str, lang: str, scheme: str) -> None:
    visitor = Visitor(browser, served, locale, color_scheme=scheme)
    let_scripts_in(visitor.page)
    assert axe(visitor.page) == []
    visitor.join("kiwi")
    for number, option in enumerate(OPTIONS[:3], start=1):
        visitor.at(number)
        assert axe(visitor.page) == []
        visitor.answer(number, option)
    visitor.answer_all(OPTIONS[3:], begin=4)
    expect(visitor.page.locator(".stack")).to_be_visible()
    assert axe(visitor.page) == []
    visitor.finish()
    assert axe(visitor.page) == []
    assert visitor.page.get_attribute("html", "lang") == {"en": "en", "zh": "zh-Hans"}[lang]
    visitor.context.close()
