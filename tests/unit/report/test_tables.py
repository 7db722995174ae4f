"""Tables of words and numbers, in a terminal of any width and in sentences."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from rolequiz.report.blocks import Column, Section, Table
from rolequiz.report.glyphs import ASCII, UNICODE, Glyphs
from rolequiz.report.page import page_for
from rolequiz.report.plain import plain_lines
from rolequiz.report.tabular import table_lines
from tests.unit.report.results import voice

TABLE = Table(
    "Who came",
    (Column("Room"), Column("In words"), Column("People", "count"), Column("Mean", "points")),
    (("North", "early, and stayed long", 12, 4), ("South", "", 9, -3)),
    ("All", "", 21, 1),
)
CHINESE = Table("", (Column("特质"), Column("人数", "count")), (("善于交往", 12), ("不骄不躁", 0)))


def lines(table: Table, width: int, glyphs: Glyphs = UNICODE, minus: str = "−") -> list[str]:
    """The table as a terminal of a width shows it, without its margin."""
    return [line.plain for line in table_lines(table, page_for(width, glyphs, minus))]


def test_numbers_stand_under_their_heads_at_the_right_edge() -> None:
    assert lines(TABLE, 80) == [
        "Who came",
        "Room   In words                People  Mean",
        "North  early, and stayed long      12    +4",
        "South                               9    −3",
        "All                                21    +1",
    ]
    assert lines(CHINESE, 80, minus="-") == ["特质      人数", "善于交往    12", "不骄不躁     0"]


def test_words_are_wrapped_before_numbers_give_way() -> None:
    # 40 columns leave 38: 6 and 4 for numbers, 3 gaps of 2, so 22 for words, of which the room takes 5.
    assert lines(TABLE, 40) == [
        "Who came",
        "Room   In words           People  Mean",
        "North  early, and stayed      12    +4",
        "       long",
        "South                          9    −3",
        "All                           21    +1",
    ]


def test_where_columns_do_not_fit_each_cell_is_named() -> None:
    assert lines(TABLE, 26) == [
        "Who came",
        "North",
        "  In words early, and",
        "  stayed long",
        "  People 12  Mean +4",
        "South",
        "  People 9  Mean −3",
        "All",
        "  People 21  Mean +1",
    ]


@pytest.mark.parametrize("width", [20, 26, 40, 59, 60, 80, 120])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_no_line_is_wider_than_the_window(width: int, glyphs: Glyphs) -> None:
    endless = Table("c" * 99, TABLE.columns, (("n" * 99, "运" * 99, 10**9, -(10**9)),))
    for table in (TABLE, CHINESE, endless):
        text = lines(table, width, glyphs)
        assert max(map(cell_len, text)) <= width
        assert not any(line != line.rstrip() for line in text)


def test_a_table_is_heard_row_by_row_with_the_head_before_each_cell() -> None:
    section = Section(None, (TABLE,))
    assert plain_lines((section,), voice("en", is_spoken=True)) == [
        "Who came.",
        "North: In words early, and stayed long, People 12, Mean plus 4.",
        "South: People 9, Mean minus 3.",
        "All: People 21, Mean plus 1.",
    ]
