"""Breaking lines by cells: Chinese between characters, Latin at blanks, punctuation never stranded."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolequiz.report.voice import run_on
from rolequiz.report.wrap import NOT_AT_END, NOT_AT_START, pad, pieces, shorten, split_at, width, wrap

MIXED = st.text(st.sampled_from("运营用户 数据abcAPP1.0，。、；：？！）」（「—-  "), max_size=60).map(
    lambda text: re.sub(r"([（「])[ ]+", r"\1", text)  # a blank after an opening sign is the writer's own break
)


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        pytest.param("one two three", 7, ["one two", "three"], id="Latin breaks at blanks"),
        pytest.param("一二三四五六", 6, ["一二三", "四五六"], id="Chinese breaks anywhere"),
        pytest.param("一二三，四五六", 6, ["一二", "三，四", "五六"], id="no comma begins a line"),
        pytest.param("一二「三四」五", 6, ["一二", "「三", "四」五"], id="no opening quote ends a line"),
        pytest.param("一二三」。四", 6, ["一二", "三」。", "四"], id="two closing signs stay together"),
        pytest.param("工具型 APP 里", 8, ["工具型", "APP 里"], id="a Latin word in Chinese stays whole"),
        pytest.param("abcdefghij", 4, ["abcd", "efgh", "ij"], id="a word wider than the line is cut"),
        pytest.param("一", 1, ["一"], id="a character wider than the line stands alone"),
        pytest.param("", 10, [""], id="nothing is one empty line"),
        pytest.param("a\nb", 10, ["a", "b"], id="line feeds are kept"),
    ],
)
def test_lines(text: str, columns: int, lines: list[str]) -> None:
    assert wrap(text, columns) == lines


def test_a_hanging_indent_narrows_the_lines_after_the_first() -> None:
    assert wrap("aa bb cc dd", 5, hanging=3) == ["aa bb", "cc", "dd"]


@given(MIXED, st.integers(8, 40))
def test_no_line_is_too_wide_and_no_sign_is_stranded(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert max(map(width, lines)) <= columns
    for before, after in pairwise(lines):
        if not before or not after:
            continue
        is_cut = any(width(piece.rstrip()) > columns for piece in pieces(text))
        assert is_cut or after[0] not in NOT_AT_START
        assert is_cut or before[-1] not in NOT_AT_END


@given(MIXED, st.integers(1, 40))
def test_nothing_but_blanks_is_lost(text: str, columns: int) -> None:
    assert "".join("".join(wrap(text, columns)).split()) == "".join(text.split())


@given(MIXED)
def test_pieces_joined_are_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text


@given(MIXED, st.integers(1, 30))
def test_a_split_text_is_the_text(text: str, columns: int) -> None:
    head, rest = split_at(text, columns)
    assert head + rest == text
    assert width(head) <= columns or len(head) == 1


def test_padding_and_shortening_count_cells() -> None:
    assert pad("用户", 6) == "用户  "
    assert pad("用户运营", 6) == "用户运营"
    assert shorten("用户运营", 8) == "用户运营"
    assert shorten("用户运营", 7) == "用户运…"
    assert shorten("user operations", 8, "...") == "user..."


def test_sentences_run_on_with_a_blank_only_after_a_narrow_character() -> None:
    assert run_on(["One.", "", "Two."]) == "One. Two."
    assert run_on(["一。", "二。"]) == "一。二。"
    assert run_on([]) == ""
