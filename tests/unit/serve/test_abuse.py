"""What nobody should get away with; after each of it the room still answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from json import dumps, loads
from pathlib import Path

import pytest
from starlette.types import Message

from rolequiz.errors import RolequizError
from rolequiz.workshop.serve.hall import CODE_SIGNS, new_code
from rolequiz.workshop.serve.limits import CodeDoor, Limits
from tests.unit.serve.served import CODE, HOST, ORIGIN, Clock, Phone, Served, every_question, fault


@pytest.fixture(autouse=True)
def _the_room_still_answers(served: Served) -> Iterator[None]:
    yield
    served.clock.now += 3600
    late = Phone(served, "Latecomer")
    assert late.join().status_code == 200
    assert late.give(1, [("q01", 1)]).json()["seq"] == 1


def test_every_answer_carries_the_headers_and_the_page_asks_nobody_else(served: Served) -> None:
    for path in ("/", "/phone.js", "/phone.css", "/report.css", "/icon.svg", "/api/room", "/nowhere", "/api/sitting"):
        response = served.client.get(path)
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        for name, value in (
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ):
            assert response.headers[name] == value, (path, name)


def test_wrong_codes_slow_their_sender_down_and_nobody_else(served: Served) -> None:
    wrong = Phone(served, "Guess", code="222222")
    seen = [fault(wrong.join()) for _ in range(6)]
    assert seen == [(403, "wrong-code")] * 5 + [(429, "too-many")], "four are free, the fifth costs two seconds"
    right = Phone(served, "Guess")
    assert fault(right.join()) == (429, "too-many"), "the right code has to wait as well, or waiting would tell"
    served.clock.now += 2.1
    assert right.join().status_code == 200


def test_a_crowd_of_guessers_does_not_lock_the_room() -> None:
    clock = Clock()
    door = CodeDoor(Limits(), clock)
    for guess in range(500):
        if not door.wait(f"10.0.0.{guess % 100}"):
            door.was_wrong(f"10.0.0.{guess % 100}")
    assert door.wait("10.0.0.1") > 0
    assert door.wait("10.0.1.1") == 0, "a phone that has made no mistake is heard at once"
    waits = []
    for _ in range(12):
        clock.now += door.wait("10.0.2.1") + 1
        door.was_wrong("10.0.2.1")
        waits.append(door.wait("10.0.2.1"))
    assert waits == sorted(waits)
    assert waits[-1] == Limits().longest


@pytest.mark.parametrize("typed", ["k7m2qx", "K7M 2QX", " k7m-2qx ", "Ｋ７Ｍ２ＱＸ"])
def test_a_code_may_be_typed_as_people_type(served: Served, typed: str) -> None:
    assert Phone(served, "Kiwi", code=typed).join().status_code == 200


@pytest.mark.parametrize("token", ["0" * 64, "short", "", "Z" * 64, "é"])
def test_without_a_token_of_the_room_nothing_is_read_or_written(served: Served, token: str) -> None:
    phone = Phone(served, "Kiwi")
    phone.join()
    headers = {"Authorization": f"Bearer {token}".encode()}
    for path in ("/api/sitting", "/api/result/en"):
        assert served.client.get(path, headers=headers).status_code == 401
        assert served.client.get(f"{path}?token={phone.token}").status_code == 401, "a token in a URL is none"
    for path, body in (("/api/answers", {"seq": 1, "answers": []}), ("/api/finish", {"seq": 0, "lang": "en"})):
        assert served.post(path, body, headers).status_code == 401  # type: ignore[arg-type]


def test_a_token_leads_to_its_own_sitting_only(served: Served) -> None:
    one, other = Phone(served, "One"), Phone(served, "Other")
    one.join(), other.join()
    one.give(1, every_question(1))
    other.give(1, [("q01", 2)])
    assert other.sitting()["answers"] == {"q01": 2}
    assert other.sitting()["name"] == "Other"
    one.finish(30)
    assert fault(other.result("en")) == (409, "not-done")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"seq": 1, "seq": 1, "answers": [{"question": "q01", "option": 1, "seconds": 1}]}',
        b'{"seq": 1, "answers": [{"question": "q01", "option": 1, "seconds": NaN}]}',
        b'{"seq": 1, "answers": [{"question": "q01", "option": 1, "seconds": 1e999}]}',
        b'{"seq": 1, "answers": [{"question": "q01", "option": 1, "seconds": -1}]}',
        b'{"seq": 1, "answers": [{"question": "q01", "option": 1, "seconds": true}]}',
        b'{"seq": 1, "answers": [{"question": "q01", "option": true, "seconds": 1}]}',
        b'{"seq": 1, "answers": [{"question": "q01", "option": 1.0, "seconds": 1}]}',
        b'{"seq": 1, "answers": [{"question": "q01", "option": "1", "seconds": 1}]}',
        b'{"seq": true, "answers": [{"question": "q01", "option": 1, "seconds": 1}]}',
        b'{"seq": 0, "answers": [{"question": "q01", "option": 1, "seconds": 1}]}',
        b'{"seq": 1, "answers": []}',
        b'{"seq": 1, "answers": [{"question": "q01", "option": 1, "seconds": 1, "more": 1}]}',
        b'{"seq": 1, "answers": [{"question": "q01", "option": 1, "seconds": 1}], "more": 1}',
        b'{"seq": 1' + b"0" * 5000 + b', "answers": []}',
        b"[" * 5000,
        dumps({"seq": 1, "answers": [{"question": "q01", "option": 1, "seconds": 1}] * 101}).encode(),
    ],
)
def test_a_body_that_is_not_exactly_right_is_refused(served: Served, body: bytes) -> None:
    phone = Phone(served, "Kiwi")
    phone.join()
    assert fault(served.post("/api/answers", body, phone.headers)) == (400, "bad-request")
    assert phone.sitting()["seq"] == 0


def test_bodies_have_a_size_and_a_type(served: Served) -> None:
    phone = Phone(served, "Kiwi")
    phone.join()
    large = b'{"seq": 1, "answers": "' + b"x" * 20_000 + b'"}'
    assert fault(served.post("/api/answers", large, phone.headers)) == (413, "too-large")

    async def drops() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b"x" * 5000

    chunked = served.client.post(
        "/api/answers", content=drops(), headers={"Content-Type": "application/json"} | phone.headers
    )
    assert fault(chunked) == (413, "too-large"), "nor without a stated length"
    for kind in ("text/plain", "application/json; charset=utf-8", "application/x-www-form-urlencoded", ""):
        assert fault(served.post("/api/answers", b"{}", {"Content-Type": kind} | phone.headers)) == (415, "wrong-type")


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/page/../phone.js",
        "/phone.js/",
        "/phone.js%00.css",
        "//phone.js",
        "/room.yaml",
        "/.sittings/phones.jsonl",
        "/api/result/../sitting",
        "/api/result/xx",
        "/api/",
    ],
)
def test_only_the_pages_own_addresses_exist(served: Served, path: str) -> None:
    status: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            status.append(message["status"])

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", HOST.encode())],
        "client": ("10.0.0.1", 1),
    }
    asyncio.run(served.client.app(scope, receive, send))  # type: ignore[arg-type]  # as it stands: clients tidy paths up
    assert status == [404]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:80", "localhost:8765", f"{HOST}.evil.example", ""]
)
def test_another_host_is_sent_away(served: Served, host: str) -> None:
    assert fault(served.client.get("/", headers={"Host": host})) == (421, "wrong-host")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:8765", f"{ORIGIN}.evil.example"])
def test_a_page_of_another_origin_may_not_write(served: Served, origin: str) -> None:
    phone = Phone(served, "Kiwi")
    phone.join()
    body = {"seq": 1, "answers": [{"question": "q01", "option": 1, "seconds": 1}]}
    assert fault(served.post("/api/answers", body, {"Origin": origin} | phone.headers)) == (421, "wrong-host")
    assert phone.sitting()["seq"] == 0


def test_each_address_has_its_method(served: Served) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "GET"):
        assert fault(served.client.request(method, "/api/join")) == (405, "method")
    assert fault(served.client.post("/")) == (405, "method")


@pytest.mark.parametrize(
    "name",
    ["", "   ", "a\nb", "a\x1b[2Jb", "a\u202eb", "\u200b", "x" * 41, "a\x00b", "\ud800"],
)
def test_names_that_nobody_should_see_are_refused_and_not_repeated(served: Served, name: str) -> None:
    response = Phone(served, name).join()
    assert fault(response) == (422, "bad-name")
    assert set(loads(response.content)) == {"error"}


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x>', "=1+1", "../../etc/passwd", "CON"])
def test_names_with_signs_of_other_languages_are_only_names(served: Served, name: str, tmp_path: Path) -> None:
    phone = Phone(served, name)
    assert phone.join().json() == {"name": name}
    phone.give(1, every_question())
    phone.finish(30)
    (path,) = served.hall.room.record_files()
    assert path.parent == tmp_path / "room"
    assert loads(path.read_text())["id"] == name
    assert "<script>" not in phone.result("en").text


def test_a_name_is_given_once_whatever_its_case_and_width(served: Served) -> None:
    assert Phone(served, "Kiwi").join().status_code == 200
    for name in ("Kiwi", "KIWI", "ｋｉｗｉ", " kiwi "):
        assert fault(Phone(served, name).join()) == (409, "name-taken")


def test_a_name_whose_answers_are_in_the_room_by_another_way_is_taken(served: Served) -> None:
    with served.hall.room.desk("Laptop"):
        assert fault(Phone(served, "laptop").join()) == (409, "name-taken"), "somebody sits at its desk now"
    served.hall.room.record_path("paper").write_text("{}")
    assert fault(Phone(served, "Paper").join()) == (409, "name-taken")


def test_a_room_has_so_many_seats_a_sitting_so_many_changes_and_a_second_so_many_requests(tmp_path: Path) -> None:
    served = Served(tmp_path / "small", limits=Limits(people=1, events=35))
    phone = Phone(served, "Kiwi")
    phone.join()
    assert fault(Phone(served, "Mango").join()) == (403, "full")
    phone.give(1, every_question())
    assert fault(phone.give(31, [("q01", 1 + n % 2) for n in range(6)])) == (429, "too-many")
    statuses = [phone.give(1, [("q01", 1)]).status_code for _ in range(100)]
    assert statuses.count(200) == 78, "eighty at once, two of which are spent"
    assert set(statuses) == {200, 429}
    served.clock.now += 1
    assert phone.sitting()["seq"] == 30
    served.close()


def test_a_mistake_of_ours_is_told_to_the_coach_and_to_no_phone(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    phone = Phone(served, "Kiwi")
    phone.join()

    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret")

    with monkeypatch.context() as patched:
        patched.setattr("rolequiz.workshop.serve.participant.Participant.give", broken)
        response = phone.give(1, [("q01", 1)])
    assert fault(response) == (500, "busy")
    assert "secret" not in response.text
    assert "secret" in caplog.text


@pytest.mark.usefixtures("served")
def test_a_room_is_served_once(tmp_path: Path) -> None:
    with pytest.raises(RolequizError, match="being served already"):
        Served(tmp_path / "room")


def test_the_code_is_of_signs_that_nobody_mistakes() -> None:
    assert not set("01ILOU") & set(CODE_SIGNS)
    assert len(set(CODE_SIGNS)) == len(CODE_SIGNS) == 30
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == len(CODE) and set(code) <= set(CODE_SIGNS) for code in codes)
