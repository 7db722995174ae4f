"""Lines of a journal that somebody else wrote: a fault is told with file and line, and never becomes a wrong state."""

from __future__ import annotations

from json import dumps
from pathlib import Path
from typing import Any

import pytest

from rolequiz.errors import RolequizError
from rolequiz.store.journal import read

AT = "2026-11-24T09:00:00.000+00:00"
HEADER: dict[str, Any] = {
    "schema": "rolequiz.journal/1",
    "id": "me",
    "bank": {"id": "ops-roles", "version": "1.0", "digest": "sha256:x"},
    "mode": "full",
    "lang": "",
    "started": "2026-11-24T09:00:00+00:00",
}
ANSWER: dict[str, Any] = {"event": "answer", "question": "q01", "option": 2, "seconds": 3.25, "at": AT}
ODD: tuple[Any, ...] = (None, True, 1, 1.5, [], ["x"], {}, {"x": 1})
HALF = "\ud800"
NO_OPTIONS: tuple[Any, ...] = (None, True, 1.0, "1", [], {})
NO_SECONDS: tuple[Any, ...] = (True, "1", [], {}, -1, -0.001, 1e10, 10**40)

BAD_HEADERS: list[dict[str, Any]] = [
    *(HEADER | {key: odd} for key in ("schema", "id", "bank", "mode", "lang", "started") for odd in ODD),
    *(HEADER | {key: HALF} for key in ("schema", "id", "mode", "lang", "started")),
    *(HEADER | {"bank": HEADER["bank"] | {key: odd}} for key in HEADER["bank"] for odd in (*ODD, HALF)),
    *({other: HEADER[other] for other in HEADER if other != key} for key in HEADER),
    HEADER | {"id": ""},
    HEADER | {"mode": "slow"},
    HEADER | {"started": "yesterday"},
    HEADER | {"schema": "rolequiz.journal/2"},
]
BAD_EVENTS: list[dict[str, Any]] = [
    *(ANSWER | {"event": odd} for odd in (*ODD, HALF, "", "answers", "Answer", "header")),
    *(ANSWER | {"question": odd} for odd in (*ODD, HALF)),
    *(ANSWER | {"option": odd} for odd in NO_OPTIONS),
    *(ANSWER | {"seconds": odd} for odd in NO_SECONDS),
    *(ANSWER | {"at": odd} for odd in (*ODD, HALF, "", "soon", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59")),
    *({other: ANSWER[other] for other in ANSWER if other != key} for key in ("event", "question", "option", "at")),
    {"event": "skip", "at": AT},
    {"event": "skip", "question": 1, "at": AT},
    {"event": "finish"},
]
BAD_LINES = [
    *(dumps(ANSWER).replace("3.25", odd).encode() for odd in ("NaN", "Infinity", "-Infinity", "1e999", "1" * 5000)),
    *(dumps(ANSWER).replace('"option": 2', f'"option": {odd}').encode() for odd in ("NaN", "1e2", "9" * 5000)),
    dumps(ANSWER).encode().replace(b"q01", b"q\xed\xa0\x80"),
    dumps(ANSWER).encode("utf-16"),
    b"\xef\xbb\xbf" + dumps(ANSWER).encode(),
    b"[" * 100_000,
    b"",
    b"null",
    b'"answer"',
    b"\x00" * 40,
]


def line_of(fields: dict[str, Any]) -> bytes:
    return dumps(fields).encode()


def journal(folder: Path, *lines: bytes) -> Path:
    path = folder / "0001-x.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def short(line: object) -> str:
    return str(line)[:60]


@pytest.mark.parametrize("line", [*map(line_of, BAD_HEADERS), b"\x00" * 40, b"[" * 100_000, b"[1]"], ids=short)
def test_a_header_with_something_odd_in_it_is_told(line: bytes, tmp_path: Path) -> None:
    path = journal(tmp_path, line, line_of(ANSWER))
    with pytest.raises(RolequizError) as caught:
        read(path)
    assert caught.value.message == f"{path}:1: this line of a saved sitting cannot be read"


@pytest.mark.parametrize("line", [*map(line_of, BAD_EVENTS), *BAD_LINES], ids=short)
def test_an_event_with_something_odd_in_it_is_told(line: bytes, tmp_path: Path) -> None:
    path = journal(tmp_path, line_of(HEADER), line_of(ANSWER), line, line_of(ANSWER))
    with pytest.raises(RolequizError) as caught:
        read(path)
    assert caught.value.message == f"{path}:3: this line of a saved sitting cannot be read"


@pytest.mark.parametrize(
    "fields",
    [
        ANSWER | {"seconds": None},
        ANSWER | {"seconds": 0},
        ANSWER | {"more": [1]},
        ANSWER | {"at": "2026-11-24T09:00:00+08:00"},
        {"event": "skip", "question": "q01", "at": AT},
    ],
)
def test_what_is_harmless_is_read(fields: dict[str, Any], tmp_path: Path) -> None:
    saved = read(journal(tmp_path, line_of(HEADER), line_of(fields)))
    assert saved is not None
    assert len(saved.events) == 1
