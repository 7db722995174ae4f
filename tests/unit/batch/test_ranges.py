"""Byte ranges: wherever a file is cut, every line is found once, with its true number."""

from __future__ import annotations

import tracemalloc
from itertools import accumulate, combinations, pairwise, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolequiz.batch.lines import KEPT, MAX_LINE, Line, blocks, physical_lines
from rolequiz.batch.ranges import Range, line_count, range_blocks, range_pieces, ranges
from rolequiz.errors import RolequizError


def lines_of(found: list[tuple[int, bytes]]) -> list[Line]:
    """Blocks as single lines."""
    return [line for first, data in found for line in physical_lines([data], first)]


def whole(data: bytes, start: int, first: int) -> list[Line]:
    """What one process finds that reads everything."""
    return lines_of([(block.first, block.data) for block in blocks([data[start:]], 4, first, start)])


def cut(path: Path, places: list[int]) -> list[Range]:
    return [Range(str(path), one, other, number == 0) for number, (one, other) in enumerate(pairwise(places))]


def found_in(found: list[Range], first: int, size: int = 3) -> list[Line]:
    """What tasks find that know only the counts of the ranges before theirs."""
    counts = [line_count(one) for one in found]
    starts = accumulate(counts, initial=first)
    lines: list[Line] = []
    for one, count, number in zip(found, counts, starts, strict=False):
        own = lines_of([(block.first, block.data) for block in range_blocks(one, size, number)])
        assert len(own) == count
        lines += own
    return lines


@pytest.mark.parametrize("length", range(1, 7))
def test_every_small_file_and_every_cut(length: int, tmp_path: Path) -> None:
    path = tmp_path / "a"
    for letters in product((b"a", b"\n"), repeat=length):
        data = b"".join(letters)
        path.write_bytes(data)
        expected = whole(data, 0, 1)
        for count in range(length):
            for inner in combinations(range(1, length), count):
                assert found_in(cut(path, [0, *inner, length]), 1) == expected, (data, inner)


@given(
    st.lists(st.sampled_from([b"a", b"bb", b"\n", b"\r\n", b"\r", b"\n\n", "é".encode()]), max_size=40),
    st.binary(max_size=5),
    st.integers(1, 9),
    st.integers(1, 30),
)
def test_the_lines_below_a_header_cut_evenly(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes], header: bytes, size: int, block: int
) -> None:
    data = header + b"".join(parts)
    path = tmp_path_factory.getbasetemp() / "lines"
    path.write_bytes(data)
    found = ranges(str(path), len(header), len(data), size)
    assert [one.start for one in found[1:]] == [one.stop for one in found[:-1]]
    assert all(0 < one.stop - one.start <= size for one in found)
    assert found_in(found, 7, block) == whole(data, len(header), 7)


def test_nothing_below_the_header_is_no_range() -> None:
    assert ranges("a", 9, 9, 4) == []


def test_pieces_of_a_range_carry_what_a_task_needs(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one\n\ntwo\r\nthree")
    (piece,) = range_pieces(Range(str(path), 2, 8, is_first=False), "jsonl", None, 2, 100)
    assert (piece.source, piece.format, piece.header, piece.first) == (str(path), "jsonl", None, 2)
    assert (piece.size, piece.read()) == (6, b"\ntwo\r\n")


def test_an_endless_line_across_many_ranges_needs_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a"
    length = 60 * MAX_LINE
    with path.open("wb") as file:
        for _ in range(60):
            file.write(b"x" * MAX_LINE)
        file.write(b"\nend")
    found = ranges(str(path), 0, length + 4, 4 << 20)
    tracemalloc.start()
    lines: list[Line] = []
    first = 1
    for one in found:
        lines += lines_of([(block.first, block.data) for block in range_blocks(one, 1 << 20, first)])
        first += line_count(one)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(line.number, len(line.content), line.is_cut) for line in lines] == [(1, MAX_LINE, True), (2, 3, False)]
    assert peak < 8 * KEPT


def test_a_file_that_became_shorter_is_no_silent_loss(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one\ntwo\n")
    one = Range(str(path), 4, 40, is_first=False)
    with pytest.raises(RolequizError, match="became shorter"):
        line_count(one)
    with pytest.raises(RolequizError, match="became shorter"):
        list(range_blocks(one, 10, 1))
    path.unlink()
    with pytest.raises(RolequizError, match="there is no such file"):
        line_count(one)
