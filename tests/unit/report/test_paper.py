"""The form and the key on paper: complete, harmless, and scoring by hand gives what the program gives."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field, replace
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rolequiz.bank.load import load
from rolequiz.bank.shipped import load_wording, shipped_bank
from rolequiz.core.assess import assess
from rolequiz.core.table import compile_table
from rolequiz.model import Choice
from rolequiz.report.asking import options_of, prompt_of
from rolequiz.report.key_sheet import example_sheet, key_sheet, readings
from rolequiz.report.paper import css_string, paper_form
from rolequiz.report.voice import Voice
from rolequiz.report.wording import Wording

BANK = load(shipped_bank())
TABLE = compile_table(BANK.form, BANK.catalogue)


def voice_in(lang: str) -> Voice:
    return Voice(BANK, lang, Wording(lang, load_wording(lang), load_wording("en")))


@dataclass
class Tables(HTMLParser):
    """Every table of a page by its first class beside ``grid``: rows of cell texts, as somebody reads them."""

    found: dict[str, list[list[str]]] = field(default_factory=dict)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._name = (dict(attrs)["class"] or "").split()[-1]
            self.found[self._name] = []
        elif tag == "tr":
            self.found[self._name].append([])
        elif tag in ("td", "th"):
            self.found[self._name][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._name = ""

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._name and self.found[self._name] and self.found[self._name][-1]:
            self.found[self._name][-1][-1] += data


@cache
def printed(lang: str, *, is_key: bool) -> Tables:
    page = Tables()
    page.feed(key_sheet(voice_in(lang), TABLE) if is_key else paper_form(voice_in(lang)))
    return page


def numbers(cell: str) -> list[int]:
    return [int(one.replace("−", "-")) for one in cell.split()]


@dataclass(frozen=True)
class Hand:
    """What a coach finds with the printed key."""

    sums: tuple[int, ...]
    outcome: str
    first: tuple[int, ...]


def within(cell: str, distance: int) -> bool:
    """Whether a printed range (``12``, ``3 to 9``, ``26 or more``) holds a distance."""
    ends = [int(one) for one in re.findall(r"\d+", cell)]
    if len(ends) == 2:
        return ends[0] <= distance <= ends[1]
    return bool(ends) and (distance == ends[0] if cell.strip().isdecimal() else distance >= ends[0])


def by_hand(lang: str, sheet: tuple[int | None, ...]) -> Hand:
    """Sums and reading, from nothing but the figures on the key sheet."""
    page = printed(lang, is_key=True)
    rows = [row for row in page.found["points"] if row[0].isdecimal()]
    sums = [0, 0, 0]
    for row, number in zip(rows, sheet, strict=True):
        if number is not None:
            sums = [one + other for one, other in zip(sums, numbers(row[1 + number]), strict=True)]
    falling = sorted(sums, reverse=True)
    second, third = falling[0] - falling[1], falling[0] - falling[2]
    _, tags, *found = page.found["readings"]
    row = next(row for row in found if within(row[0], second))
    outcomes = [tag.strip() for tag, cell in zip(tags, row[1:], strict=True) if within(cell, third)]
    assert len(outcomes) == 1, (second, third, outcomes)
    return Hand(tuple(sums), outcomes[0], tuple(n for n, one in enumerate(sums) if one == falling[0]))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_thousand_sheets_scored_by_hand_are_what_the_program_says(lang: str) -> None:
    voice, chance = voice_in(lang), random.Random(7)
    seen = set()
    for _ in range(1000):
        lean = chance.choice([None, 0, 1, 2])
        sheet = []
        for item in TABLE.items:
            best = range(1, item.options + 1)
            number = chance.choice(best)
            if lean is not None and chance.random() < 0.5:
                number = max(best, key=lambda one, item=item, lean=lean: item.roles[one - 1][lean])  # type: ignore[misc]  # defaults in a lambda
            sheet.append(None if chance.random() < 0.1 else number)
        found = assess(TABLE, tuple(sheet))
        if found.status != "full":
            continue
        hand = by_hand(lang, tuple(sheet))
        assert dict(zip(TABLE.roles, hand.sums, strict=True)) == {role.role: role.score for role in found.roles}
        assert tuple(TABLE.roles[n] for n in hand.first) == found.top
        assert (found.label, found.shape) in {("mixed", "pair"), ("mixed", "open")} or found.shape == "single"
        outcome = found.shape if found.label == "mixed" else found.label
        assert hand.outcome == voice.wording(f"tag_{outcome}")
        seen.add(outcome)
    assert seen == {"open", "pair", "leaning", "firm", "clear"}


def test_every_pair_of_distances_reads_as_the_scorer_reads_it() -> None:
    from rolequiz.core.assess import standing

    for reading in readings(TABLE):
        for third in range(reading.second, 69):
            found = standing((0, -reading.second, -third), TABLE.doubling, provisional=False)
            wanted = found.shape if found.label == "mixed" else found.label
            low, high = reading.thirds[wanted]  # type: ignore[index]  # a shape or a label
            assert low <= third <= (high if high is not None else third)
    last = readings(TABLE)[-1]
    assert last.is_last
    for second in range(last.second, 69):
        assert standing((0, -second, -second), TABLE.doubling, provisional=False).label == "clear"


def test_the_key_by_trait_holds_the_same_points() -> None:
    rows = printed("en", is_key=True).found["traits"][1:]
    assert len(rows) == len(TABLE.traits)
    for trait, row in enumerate(rows):
        for cell in row[1:6]:
            number, *points = numbers(cell)
            assert points == [dict(option).get(trait, 0) for option in TABLE.items[number - 1].traits]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_example_adds_up_and_reads_as_it_says(lang: str) -> None:
    sheet = example_sheet(TABLE)
    page = printed(lang, is_key=True)
    head, answers, *roles = page.found["worked"]
    assert [int(one) for one in head[1:31]] == list(range(1, 31))
    assert tuple(int(one) for one in answers[1:31]) == sheet
    hand = by_hand(lang, sheet)
    for row, total in zip(roles, hand.sums, strict=True):
        points = [numbers(cell)[0] for cell in row[1:31]]
        assert sum(points) == numbers(row[31])[0] == total
    assert hand.outcome in page.text.partition(voice_in(lang).wording("key_sheet_example"))[2]
    assert assess(TABLE, sheet).shape == "single"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_everything_that_is_asked_stands_on_the_form(lang: str) -> None:
    voice, page = voice_in(lang), printed(lang, is_key=False)
    for question in BANK.questions:
        _, statements = prompt_of(question, voice)
        for _, text in statements:
            assert text in page.text
        for option in options_of(question, voice):
            assert option in page.text
    boxes = paper_form(voice).count('class="box"')
    assert boxes == sum(item.options for item in TABLE.items) == 12 * 5 + 12 * 3 + 6 * 4


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_role_trait_or_point_stands_on_the_form(lang: str) -> None:
    voice, page = voice_in(lang), printed(lang, is_key=False)
    texts = page.text.replace(voice.text(BANK.form.title), "")
    for name in (*map(voice.name, BANK.roles), *map(voice.name, BANK.traits)):
        assert name not in texts


@pytest.mark.parametrize("is_key", [True, False])
def test_a_page_asks_nothing_of_anybody(is_key: bool) -> None:
    voice = voice_in("en")
    text = key_sheet(voice, TABLE) if is_key else paper_form(voice)
    assert "default-src 'none'" in unescape(text)
    assert not re.search(r"<script|<link|<img|<iframe|\son\w+=|\sstyle=|https?:|url\(|@import", text)


def test_texts_of_a_bank_are_no_markup_and_leave_no_string_of_the_style() -> None:
    nasty = '</style><script>x</script>"}'
    first, *rest = BANK.questions
    assert isinstance(first, Choice)
    evil = replace(BANK, form=replace(BANK.form, title={"en": nasty}, version=nasty, questions=(
        replace(first, text={"en": nasty}, label={"en": nasty}), *rest)))  # fmt: skip
    voice = Voice(evil, "en", Wording("en", load_wording("en"), load_wording("en")))
    for text in (paper_form(voice), key_sheet(voice, TABLE)):
        assert "<script" not in text
        assert text.count("</style>") == 1


def test_a_string_of_a_style_keeps_its_blanks() -> None:
    assert css_string('a, "b"') == '"a\\2c  \\22 b\\22 "'


def test_every_example_of_a_bank_has_a_form_and_a_key() -> None:
    found = list((Path(__file__).parents[3] / "examples").rglob("questions.yaml"))
    assert found
    for path in found:
        bank = load(path.parent)
        table = compile_table(bank.form, bank.catalogue)
        lang = bank.languages[0]
        voice = Voice(bank, lang, Wording(lang, load_wording(lang), load_wording("en")))
        assert paper_form(voice).count('class="box"') == sum(item.options for item in table.items), path
        assert key_sheet(voice, table)
