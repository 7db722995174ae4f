"""The list of phones as a stranger may have left it: read back as written, or told with file and line."""

from __future__ import annotations

from json import dumps
from pathlib import Path

import pytest

from rolequiz.errors import RolequizError
from rolequiz.workshop.serve.roster import FILE, SCHEMA, Entry, Roster, hashed

FIRST = dumps({"schema": SCHEMA, "room": "0123456789abcdef"}).encode()
KIWI = dumps({"joined": "Kiwi", "token": hashed("x")}).encode()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"{}",
        b"[" * 100_000,
        b"\xff",
        dumps({"joined": "Kiwi", "token": 1}).encode(),
        dumps({"joined": ["Kiwi"], "token": hashed("x")}).encode(),
        dumps({"joined": "Kiwi", "token": "Schl\u00fcssel" * 3}).encode(),
        dumps({"joined": "Ki\ud800wi", "token": hashed("x")}).encode(),
        dumps({"joined": "Ki\u202ewi", "token": hashed("x")}).encode(),
        dumps({"joined": "", "token": hashed("x")}).encode(),
        dumps({"kept": "Mango"}).encode(),
        dumps({"ended": "Mango", "lang": "en"}).encode(),
        dumps({"ended": "Kiwi", "lang": "\x1b[2J"}).encode(),
        dumps({"schema": SCHEMA, "room": "<script>"}).encode(),
        dumps({"schema": "rolequiz.phones/2", "room": "0123456789abcdef"}).encode(),
    ],
    ids=lambda line: str(line)[:50],
)
def test_a_line_that_is_none_is_told(line: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\n".join([FIRST, KIWI, line, KIWI]) + b"\n")
    with pytest.raises(RolequizError) as caught:
        Roster(tmp_path)
    assert caught.value.message == f"{tmp_path / FILE}:3: this line cannot be read"


def test_every_beginning_of_the_file_is_read_and_gone_on_with(tmp_path: Path) -> None:
    """As after a crash at any moment; the room keeps its name once that is whole."""
    roster = Roster(tmp_path)
    room = roster.room
    for name in ("Kiwi", "王小明"):
        roster.join(Entry(name, hashed(name)))
    roster.end("Kiwi", "zh")
    roster.keep("Kiwi")
    roster.close()
    whole = (tmp_path / FILE).read_bytes()
    for cut in range(len(whole) + 1):
        (tmp_path / FILE).write_bytes(whole[:cut])
        lines = whole[:cut].count(b"\n")
        cut_short = Roster(tmp_path)
        assert (cut_short.room == room) is (lines >= 1)
        assert [entry.name for entry in cut_short.entries] == ["Kiwi", "王小明"][: max(0, lines - 1)]
        assert (cut_short.lang("Kiwi"), cut_short.is_kept("Kiwi")) == ("zh" if lines >= 4 else "", lines >= 5)
        cut_short.join(Entry("Mango", hashed("Mango")))
        cut_short.close()
        again = Roster(tmp_path)
        assert again.entries[-1] == Entry("Mango", hashed("Mango"))
        again.close()
