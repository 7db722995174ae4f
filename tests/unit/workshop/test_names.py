"""Code names: what is refused, what is the same, and files that stay where they are put."""

from __future__ import annotations

import os
from pathlib import PureWindowsPath
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolequiz.bank.code_names import load_names
from rolequiz.workshop.names import MAX_NAME, RESERVED, NameRefused, code_name, file_stem, new_name, new_word, same_key


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  blue   heron ", "blue heron"),
        ("青鹭\u30007", "青鹭 7"),
        ("Zoe\u0308", "Zoë"),
        ("../../etc/passwd", "../../etc/passwd"),
        ("<b>&amp;", "<b>&amp;"),
        ("=1+1", "=1+1"),
        ("🐟", "🐟"),
        ("x" * MAX_NAME, "x" * MAX_NAME),
    ],
)
def test_what_can_be_seen_is_a_name(typed: str, kept: str) -> None:
    assert code_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", "empty"),
        (" \u3000 ", "empty"),
        ("x" * (MAX_NAME + 1), "long"),
        ("a\x1b[2Jb", "unseen"),
        ("a\nb", "unseen"),
        ("a\tb", "unseen"),
        ("a\u202eb", "unseen"),
        ("a\u2066b", "unseen"),
        ("a\u200bb", "unseen"),
        ("a\u200db", "unseen"),
        ("\ufeffa", "unseen"),
        ("a\u00a0b", "unseen"),
        ("a\u2028b", "unseen"),
        ("\u3164", "unseen"),
        ("\u2800", "unseen"),
        ("\ue000", "unseen"),
        ("a\ud800", "unseen"),
        ("\u0301a", "unseen"),
        ("x\u0301\u0302\u0303", "unseen"),
        ("a\x00b", "unseen"),
        ("a\x7fb", "unseen"),
        ("a\x9bb", "unseen"),
    ],
)
def test_what_cannot_be_shown_safely_is_refused(typed: str, fault: str) -> None:
    with pytest.raises(NameRefused) as caught:
        code_name(typed)
    assert caught.value.fault == fault
    assert str(caught.value).isprintable()


def test_case_width_and_composition_make_no_other_name() -> None:
    assert same_key("Blue Heron") == same_key("blue heron") == same_key("ＢＬＵＥ heron")
    assert same_key("Zoë") == same_key("zoe\u0308")
    assert same_key("STRASSE") == same_key("straße")
    assert same_key("heron") != same_key("herons")


@pytest.mark.parametrize("name", ["CON", "nul", "Aux", "com1", "LPT9", "con .x", "com¹"])
def test_names_of_devices_get_another_file(name: str) -> None:
    stem = file_stem(name)
    assert stem.strip() not in RESERVED


def test_plain_names_keep_their_file_readable() -> None:
    assert file_stem("Blue heron") == "blue heron"
    assert file_stem("青鹭12") == "青鹭12"


def test_a_name_that_looks_like_a_hashed_one_does_not_meet_it() -> None:
    hashed = file_stem("a/b")
    assert file_stem(hashed) != hashed


ANY = st.text(min_size=1, max_size=MAX_NAME)
NASTY = st.text(alphabet="./\\:*?\"<>|~-_ aA1é%$&;'`\u0130ßﬁＡ青", min_size=1, max_size=MAX_NAME)


def accepted(typed: str) -> str | None:
    try:
        return code_name(typed)
    except NameRefused:
        return None


@given(ANY | NASTY)
def test_an_accepted_name_is_stable_short_and_visible(typed: str) -> None:
    name = accepted(typed)
    if name is None:
        return
    assert code_name(name) == name == normalize("NFC", name) == name.strip()
    assert 1 <= len(name) <= MAX_NAME
    assert name.isprintable()


@given(ANY | NASTY)
def test_a_file_name_is_safe_on_every_system(typed: str) -> None:
    name = accepted(typed)
    if name is None:
        return
    stem = file_stem(name)
    assert stem not in ("", ".", "..")
    assert not set(stem) & set('/\\:*?"<>|\0.')
    assert not stem.startswith((".", "-", " "))
    assert not stem.endswith((".", " "))
    assert os.path.basename(stem) == stem == PureWindowsPath(stem).name
    assert len(os.fsencode(f"{stem}.json")) <= 200
    assert stem.casefold() == stem or len(stem) > 13


@given(ANY | NASTY, ANY | NASTY)
def test_two_names_share_a_file_exactly_if_they_are_the_same(one: str, other: str) -> None:
    first, second = accepted(one), accepted(other)
    if first is None or second is None:
        return
    assert (file_stem(first) == file_stem(second)) == (same_key(first) == same_key(second))


@given(NASTY)
def test_the_files_of_different_names_differ_on_systems_without_case(typed: str) -> None:
    name = accepted(typed)
    if name is None:
        return
    assert file_stem(name) == file_stem(name.upper()) or same_key(name) != same_key(name.upper())


@pytest.mark.parametrize("lang", ["en", "zh", "fr"])
def test_every_name_and_word_given_away_is_allowed(lang: str) -> None:
    lists = load_names(lang)
    for part in (lists.first, lists.second, lists.words):
        assert len(set(part)) == len(part)
    for first in lists.first:
        for second in lists.second:
            name = lists.pattern.format(first=first, second=second, number=12)
            assert code_name(name) == name
            assert file_stem(name) == name
    assert len(lists.words) * 90 >= 5000


def test_a_name_given_away_is_free() -> None:
    lists = load_names("en")
    taken = {f"{first} {second}" for first in lists.first for second in lists.second} - {"blue heron"}
    found = new_name(lists, lambda name: name not in taken)
    assert found not in taken
    assert found == "blue heron" or found[-2:].isdecimal()


def test_words_come_with_a_number() -> None:
    assert new_word(load_names("en"), lambda choices: choices[0]) == "anchor 10"
    assert new_word(load_names("zh"), lambda choices: choices[0]) == "苹果10"
