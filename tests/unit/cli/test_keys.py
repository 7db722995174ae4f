"""Bytes of a terminal to keys, however they are split."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolequiz.cli.keys import MAX_PENDING, Burst, Decoder, Key, Named

SEQUENCES: list[tuple[bytes, Key]] = [
    (b"1", "1"),
    (b"\r", Named.ENTER),
    (b"\n", Named.ENTER),
    (b"\x7f", Named.BACK),
    (b"\x08", Named.BACK),
    (b"\x03", Named.INTERRUPT),
    (b"\x04", Named.END),
    (b"\x1a", Named.SUSPEND),
    (b"\t", Named.OTHER),
    (b"\x1b[D", Named.BACK),
    (b"\x1bOD", Named.BACK),
    (b"\x1b[C", Named.FORWARD),
    (b"\x1bOM", Named.ENTER),
    (b"\x1b[A", Named.UP),
    (b"\x1b[1;5D", Named.OTHER),
    (b"\x1b[3~", Named.OTHER),
    ("３".encode(), "3"),
    ("好".encode(), "好"),
    ("é".encode(), "é"),
    ("😀".encode(), "😀"),
    (b"\x1b[200~1\r2\r\x1b[201~", Burst("1\r2\r")),
]


@pytest.mark.parametrize(("data", "key"), SEQUENCES, ids=lambda one: repr(one))
def test_a_key_is_the_same_split_at_any_byte(data: bytes, key: Key) -> None:
    for place in range(len(data) + 1):
        decoder = Decoder()
        assert decoder.feed(data[:place]) + decoder.feed(data[place:]) == [key], place
        assert not decoder.is_waiting


@pytest.mark.parametrize(("data", "key"), SEQUENCES, ids=lambda one: repr(one))
def test_a_key_is_the_same_byte_by_byte(data: bytes, key: Key) -> None:
    decoder = Decoder()
    assert [key for byte in data for key in decoder.feed(bytes([byte]))] == [key]


def test_characters_read_at_once_are_a_burst_and_keys_around_them_stay_keys() -> None:
    assert Decoder().feed(b"12") == [Burst("12")]
    assert Decoder().feed("你好".encode()) == [Burst("你好")]
    assert Decoder().feed(b"\x1b[D12\r") == [Named.BACK, Burst("12"), Named.ENTER]


def test_a_lone_escape_is_a_key_only_when_nothing_follows() -> None:
    decoder = Decoder()
    assert decoder.feed(b"\x1b") == []
    assert decoder.is_waiting
    assert decoder.flush() == [Named.OTHER]
    assert not decoder.is_waiting
    assert decoder.flush() == []


def test_a_paste_that_does_not_end_waits_and_stays_bounded() -> None:
    decoder = Decoder()
    for _ in range(50):
        assert decoder.feed(b"\x1b[200~" if _ == 0 else b"x" * 1000) == []
        assert decoder.flush() == []
    assert len(decoder._pending) < 2 * MAX_PENDING
    assert isinstance(decoder.feed(b"\x1b[201~")[0], Burst)


def test_a_sequence_that_does_not_end_stays_bounded_and_its_end_is_not_typed() -> None:
    decoder = Decoder()
    for _ in range(50):
        assert decoder.feed(b"\x1b[" + b"1" * 1000 if _ == 0 else b"1" * 1000) == []
    assert len(decoder._pending) < 2 * MAX_PENDING
    assert decoder.feed(b"1") == []
    assert decoder.feed(b"~") == [Named.OTHER]
    assert decoder.feed(b"1") == ["1"]


@pytest.mark.parametrize("data", [b"\xff", b"\xc0\xaf", b"\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"])
def test_bytes_that_are_no_text_are_keys_without_meaning(data: bytes) -> None:
    assert set(Decoder().feed(data)) == {Named.OTHER}


@given(st.lists(st.binary(max_size=12), max_size=12))
def test_no_input_makes_it_fail_or_grow(chunks: list[bytes]) -> None:
    decoder = Decoder()
    for chunk in chunks:
        for key in decoder.feed(chunk):
            assert isinstance(key, Named | Burst) or len(key) >= 1
    decoder.flush()
