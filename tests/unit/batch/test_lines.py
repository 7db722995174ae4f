"""Streams cut into lines and blocks of lines, wherever their chunks end."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import example, given
from hypothesis import strategies as st

from rolequiz.batch.lines import KEPT, MAX_LINE, blocks, first_line, parts_of, physical_lines

texts = st.lists(st.sampled_from([b"a", b"bcd", b"\n", b"\r\n", b"\r", b"e" * 40]), max_size=30).map(b"".join)


def chunks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


@given(texts, st.integers(1, 50), st.integers(1, 60), st.integers(1, 9), st.integers(0, 9))
@example(b"a\n", 1, 1, 1, 0)
def test_blocks_are_the_stream_and_know_where_they_are(
    data: bytes, chunk: int, size: int, first: int, start: int
) -> None:
    found = list(blocks(chunks(data, chunk), size, first, start))
    assert b"".join(block.data for block in found) == data
    for block in found:
        at = block.start - start
        assert data[at : at + block.length] == block.data
        assert block.first == first + data[:at].count(b"\n")
        assert block.is_whole
        assert block.data
    assert all(block.data.endswith(b"\n") for block in found[:-1])


@given(texts, st.integers(1, 60), st.integers(1, 9), st.integers(1, 5))
def test_parts_of_lines_are_the_lines_with_their_numbers(data: bytes, size: int, first: int, most: int) -> None:
    found = list(parts_of(data, size, first, most))
    assert b"".join(part for _, part in found) == data
    again = [line for number, part in found for line in physical_lines([part], number)]
    assert again == list(physical_lines([data], first))
    assert all(len(part) >= size or part.count(b"\n") == most for _, part in found[:-1])
    assert all(part.count(b"\n") <= most for _, part in found)


@given(texts, st.integers(1, 50))
def test_the_first_line_is_the_first_that_holds_something(data: bytes, chunk: int) -> None:
    stream = chunks(data, chunk)
    line, length, rest = first_line(stream)
    expected = next((one for one in physical_lines([data]) if one.content), None)
    assert line == expected
    assert data[length:] == rest + b"".join(stream)


def test_an_endless_line_is_cut_and_the_lines_after_it_are_whole() -> None:
    def stream() -> Iterator[bytes]:
        yield b"first\n"
        for _ in range(40):
            yield b"x" * 100_000
        yield b"x\nlast\n"

    found = list(blocks(stream(), 1000))
    assert [(block.first, len(block.data), block.length, block.is_whole) for block in found] == [
        (1, 6, 6, True),
        (2, KEPT, 4_000_002, False),
        (3, 5, 5, True),
    ]
    (line,) = physical_lines([found[1].data], 2)
    assert (line.number, len(line.content), line.is_cut) == (2, MAX_LINE, True)


def test_an_endless_line_at_the_end_counts() -> None:
    found = list(blocks(iter([b"a\n" + b"x" * (KEPT + 5)]), 10))
    assert [(block.first, len(block.data), block.length) for block in found] == [(1, 2, 2), (2, KEPT, KEPT + 5)]
