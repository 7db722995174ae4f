"""The shipped bank keeps the rules of its own making: word limits, forbidden stems, widths, languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import yaml
from rich.cells import cell_len

from rolequiz.bank.load import drafted
from rolequiz.bank.shipped import data_folder, load_wording, shipped_bank, wording_languages
from rolequiz.model import Agree, Choice, Pair, Text, words
from tests.small_banks import shipped

BANK = shipped()
HAN = re.compile("[\u4e00-\u9fff]")
ENGLISH_LIMIT, CHINESE_LIMIT = 600, 900


def texts(lang: str) -> Iterator[tuple[str, str, int]]:
    """(question, text, most English words) of everything a taker reads in the items."""
    for question in BANK.questions:
        match question:
            case Agree():
                yield question.id, words(question.text, lang), 10
            case Choice():
                yield question.id, words(question.text, lang), 10
                for option in question.options:
                    yield question.id, words(option.text, lang), 7
            case Pair():
                yield question.id, words(question.first.text, lang), 9
                yield question.id, words(question.second.text, lang), 9


def length(text: str, lang: str) -> int:
    """English words, Chinese characters."""
    return len(text.split()) if lang == "en" else len(HAN.findall(text))


def test_the_shipped_bank_has_no_problem() -> None:
    assert drafted(shipped_bank())[1] == ()


def test_every_english_text_keeps_its_word_limit() -> None:
    assert [(q, t) for q, t, most in texts("en") if len(t.split()) > most] == []


def test_the_whole_bank_is_short_enough_to_read_in_five_minutes() -> None:
    assert sum(length(text, "en") for _, text, _ in texts("en")) <= ENGLISH_LIMIT
    assert sum(length(text, "zh") for _, text, _ in texts("zh")) <= CHINESE_LIMIT


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_options_of_a_choice_are_equally_long(lang: str) -> None:
    for question in BANK.questions:
        if isinstance(question, Choice):
            lengths = [length(words(option.text, lang), lang) for option in question.options]
            assert max(lengths) - min(lengths) <= 2, question.id


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_item_names_a_role_or_its_own_trait(lang: str) -> None:
    stems = r"campaign|\buser|\bcontents?\b|activit" if lang == "en" else "活动|用户|内容"
    for number, item, _ in texts(lang):
        assert not re.search(stems, item, re.IGNORECASE), (number, item)
    names = {trait.id: words(trait.name, lang).lower() for trait in BANK.traits}
    for question in BANK.questions:
        match question:
            case Agree():
                spoken: list[tuple[str | None, Text]] = [(question.trait, question.text)]
            case Choice():
                spoken = [(option.trait, option.text) for option in question.options]
            case Pair():
                spoken = [(one.trait, one.text) for one in (question.first, question.second)]
        for trait, text in spoken:
            assert names[trait or ""] not in words(text, lang).lower(), question.id


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_labels_and_quotes_fit_their_columns(lang: str) -> None:
    for question in BANK.questions:
        assert cell_len(words(question.label, lang)) <= 34, question.id
        parts = (
            question.options
            if isinstance(question, Choice)
            else (question.first, question.second)
            if isinstance(question, Pair)
            else ()
        )
        for option in parts:
            assert option.said is not None, question.id
            assert cell_len(words(option.said, lang)) <= 26, (question.id, option.said)


def test_chinese_uses_chinese_punctuation() -> None:
    for question, text, _ in texts("zh"):
        assert not re.search(r"[,;:?!\"'()]|[“”‘’—·]", text), (question, text)


def test_content_operations_has_no_metric_because_the_source_names_none() -> None:
    judged = {role.id: len(role.judged_by) for role in BANK.roles}
    assert judged["user"] == 3
    assert judged["content"] == 0
    assert judged["activity"] == 2


def test_the_inventory_of_the_roles_is_complete() -> None:
    assert [one.id for one in BANK.catalogue.neighbours] == [
        "community", "growth", "store", "livestream", "product", "data",
    ]  # fmt: skip
    mixes = {one.id: dict(one.mix or {}) for one in BANK.catalogue.neighbours}
    assert mixes["community"] == {"activity": 1, "user": 2, "content": 1}
    assert mixes["growth"] == {"activity": 1, "user": 1}
    assert mixes["store"] == {"activity": 1, "user": 1, "content": 1}
    assert not any(mixes[name] for name in ("livestream", "product", "data"))
    assert {frozenset(one.roles) for one in BANK.catalogue.between} == {
        frozenset(pair) for pair in (("activity", "user"), ("user", "content"), ("activity", "content"))
    }
    assert all(len(one.settle) == 2 for one in BANK.catalogue.between)
    for role in BANK.roles:
        assert role.summary
        assert role.suits
        assert role.choose
        assert role.watch_for
        assert role.place
        assert role.does
        assert role.grows
        assert len(role.ask) == 3
        assert role.try_
    assert [len(role.levels) for role in BANK.roles] == [0, 0, 3]
    assert [bool(role.image) for role in BANK.roles] == [True, True, False]


def test_the_interface_speaks_both_languages_completely() -> None:
    assert wording_languages() == ("en", "zh")
    assert set(load_wording("en")) == set(load_wording("zh"))


def test_the_two_languages_fill_in_the_same_names() -> None:
    def names(phrase: object) -> set[str]:
        shown = phrase if isinstance(phrase, str) else " ".join(dict(phrase).values())  # type: ignore[call-overload]
        return set(re.findall(r"\{(\w+)\}", shown))

    english, chinese = load_wording("en"), load_wording("zh")
    # Chinese needs no number words and no second form, so it may use fewer names; a role may be named in full or short.
    surplus = {key: names(chinese[key]) - names(english[key]) - {"n"} for key in english}
    surplus["sure_share_part"] -= {"role"}
    assert {key: extra for key, extra in surplus.items() if extra} == {}


def test_a_language_without_words_has_none() -> None:
    assert load_wording("fr") == {}


def test_the_data_are_plain_yaml_that_any_reader_reads_alike() -> None:
    for name in ("questions.yaml", "roles.yaml"):
        assert isinstance(yaml.safe_load((data_folder() / name).read_text(encoding="utf-8")), dict)
