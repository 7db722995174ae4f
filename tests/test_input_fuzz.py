"""What strangers write, changed at random: no traceback, and the same result however the bytes arrive.

`scripts/coverage_fuzz.py` looks further, with the same targets; what it found stands here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from json import dumps
from typing import get_args

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolequiz.workshop.serve.limits import Limits, Rate
from rolequiz.workshop.serve.messages import Fault
from scripts import coverage_fuzz
from scripts.fuzz_targets import SMALL, TARGETS, WORDS, pieces, seeds
from tests.unit.serve.served import CODE, Phone, Served

LONG = b"9" * 500

FOUND: tuple[tuple[str, bytes], ...] = (
    # a number too large for a float, where an integer is meant
    ("bank", b"\0certainty: {doubling: 1.0e999}"),
    ("bank", b"\xferoles: [{traits: {t1: -1.0e400}}]"),
    # carriage returns end lines in YAML, by which a number that is too long was looked for
    ("records", b"\4\x40id: a\ranswers:\r  q01: 1234567890123\r"),
    # a sequence that goes on and on: its end was typed where it came in several reads
    ("keys", bytes(8) + b"\x1b[" + b"1" * 5000 + b"~2"),
    # the word of a sitting: no number of tries, no time
    ("documents", b'\3{"salt": "00", "hash": "aa", "wrong": 1e999, "last": 1}'),
    ("documents", b'\3{"salt": "00", "hash": "aa", "wrong": -1, "last": 1}'),
    ("documents", b'\3{"salt": "00", "hash": "aa", "wrong": 1, "last": NaN}'),
    ("documents", b'\3{"salt": "00", "hash": "aa", "wrong": 1, "last": ' + LONG + b"}"),
    ("documents", b"\3" + b"[" * 100_000),
    # those who joined: a name that no file can have, a token that is none, nesting without an end
    ("documents", b'\4{"joined": "\\ud800", "token": "0"}\n'),
    ("documents", b"\4" + b"[" * 100_000 + b"\n"),
)
"""What was found, in words and as bytes."""


@pytest.mark.parametrize(("target", "data"), FOUND, ids=lambda one: one if isinstance(one, str) else repr(one[:60]))
def test_what_was_found_is_mended(target: str, data: bytes) -> None:
    TARGETS[target](data)


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_takes_what_it_begins_with(target: str) -> None:
    given = list(seeds(target))
    assert len(given) >= 4
    for data in given:
        TARGETS[target](data)


def test_the_script_knows_the_targets_without_loading_them() -> None:
    assert tuple(TARGETS) == coverage_fuzz.NAMES


@st.composite
def changed(draw: st.DrawFn, wholes: Sequence[bytes]) -> bytes:
    """One of them with up to four places replaced by something else, of which most readers know no good."""
    data = bytearray(draw(st.sampled_from(wholes)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(1, len(data)))
        stop = draw(st.integers(at, min(len(data), at + 12)))
        data[at:stop] = draw(st.sampled_from(WORDS) | st.binary(max_size=4))
    return bytes(data)


SEEDS = {target: list(seeds(target)) for target in TARGETS}
JOURNALS = [seed for seed in SEEDS["documents"] if b"rolequiz.journal" in seed]
TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from("[]{}:,-?|>!&*'\"#\n \r\x85\u2028"), max_size=80)


@given(changed(SEEDS["bank"]))
def test_a_changed_bank_is_read_or_every_fault_is_a_line(data: bytes) -> None:
    TARGETS["bank"](data)


@given(st.sampled_from([b"\0", b"\xfe"]), TEXTS.map(str.encode) | st.binary(max_size=80), st.sampled_from(list(SMALL)))
def test_any_text_is_a_bank_or_none(first: bytes, text: bytes, name: str) -> None:
    TARGETS["bank"](first + text)
    TARGETS["bank"](first + SMALL[name] + text)


@given(changed(SEEDS["records"]))
def test_changed_records_are_read_or_refused_however_they_arrive(data: bytes) -> None:
    TARGETS["records"](data)


@given(st.binary(max_size=2), TEXTS.map(str.encode) | st.binary(max_size=80))
def test_any_bytes_are_records_or_none(first: bytes, text: bytes) -> None:
    TARGETS["records"](first + text)


@given(changed(JOURNALS))
def test_a_changed_journal_is_read_or_told(data: bytes) -> None:
    TARGETS["documents"](data)


@given(changed(SEEDS["documents"]) | st.binary(max_size=80))
def test_changed_files_of_a_room_are_read_or_told(data: bytes) -> None:
    TARGETS["documents"](data)


@given(changed(SEEDS["keys"]) | st.binary(max_size=80))
def test_keys_are_the_same_however_they_arrive(data: bytes) -> None:
    TARGETS["keys"](data)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A room that is never tired of being asked."""
    often = Rate(10**6, 10**6)
    limits = Limits(people=10**6, person=often, stranger=often, wrong=often, free=10**6)
    found = Served(tmp_path_factory.mktemp("fuzz") / "room", limits=limits)
    yield found
    found.close()


@pytest.fixture(scope="module")
def phone(served: Served) -> Phone:
    """Somebody who is in."""
    found = Phone(served, "Kiwi")
    assert found.join().status_code == 200
    return found


BODIES = (
    dumps({"code": CODE, "name": "heron", "token": "0" * 64, "lang": "en"}).encode(),
    dumps({"seq": 1, "answers": [{"question": "q01", "option": 1, "seconds": 3.5}]}).encode(),
    dumps({"seq": 30, "lang": "en"}).encode(),
)
ODD = (
    # half a surrogate pair has no bytes
    dumps({"code": "\ud800", "name": "heron", "token": "0" * 64, "lang": "en"}).encode(),
    dumps({"code": CODE, "name": "\ud800", "token": "0" * 64, "lang": "en"}).encode(),
    dumps({"code": CODE, "name": "owl", "token": "1" * 64, "lang": "\ud800"}).encode(),
    dumps({"seq": 1, "answers": [{"question": "\ud800", "option": 1, "seconds": 3.5}]}).encode(),
)


@given(changed(BODIES) | st.sampled_from(ODD) | st.binary(max_size=80), st.binary(max_size=4))
def test_whatever_a_phone_sends_is_done_or_refused_however_it_arrives(
    served: Served, phone: Phone, body: bytes, cuts: bytes
) -> None:
    headers = {"Content-Type": "application/json"} | phone.headers

    async def parts() -> AsyncIterator[bytes]:
        for one in pieces(body, cuts):
            yield one

    for path in ("/api/join", "/api/answers", "/api/finish"):
        first = refused_or_done(served.client.post(path, content=body, headers=headers))
        assert first == refused_or_done(served.client.post(path, content=parts(), headers=headers))


def refused_or_done(response: httpx.Response) -> tuple[int, object]:
    """Status and what is said: one of the faults of the protocol where it is not done."""
    said = response.json()
    if response.status_code == 200:
        assert "error" not in said
    else:
        assert response.status_code != 500
        assert said["error"] in get_args(Fault)
    return response.status_code, said
