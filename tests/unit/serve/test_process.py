"""The server as a process: a rehearsal with phones, a kill in the middle, clients that are slow on purpose, its end."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from benchmarks.workshop import faults, rehearse
from rolequiz.errors import RolequizError
from rolequiz.workshop.serve.address import checked_host, listen, own_address
from rolequiz.workshop.serve.app import application
from rolequiz.workshop.serve.limits import Limits
from rolequiz.workshop.serve.server import serve
from tests.unit.serve.served import SPOKEN, Served

SHORT = Limits(head=4096, head_seconds=0.3, body_seconds=0.3, request_seconds=2.0, connections_each=20)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("kill", [False, True], ids=["in peace", "killed in the middle"])
def test_every_acknowledged_answer_of_ten_phones_is_in_the_room_once(tmp_path: Path, kill: bool) -> None:
    outcome = asyncio.run(rehearse(tmp_path / "room", free_port(), 10, kill=kill))
    assert outcome.answers == 300
    assert faults(tmp_path / "room", outcome) == []
    assert (outcome.resent > 0) is kill


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A server in a thread that has little patience."""
    served = Served(tmp_path / "room", limits=SHORT)
    listening, address = listen("127.0.0.1", 0)
    app = application(served.hall, SPOKEN, address.name)
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = Thread(target=loop.run_until_complete, args=(serve(app, SHORT, listening, stop),))
    thread.start()
    yield address.port
    loop.call_soon_threadsafe(stop.set)
    thread.join(20)
    assert not thread.is_alive()
    loop.close()
    served.close()


def connected(port: int) -> socket.socket:
    found = socket.create_connection(("127.0.0.1", port), timeout=10)
    found.settimeout(10)
    return found


def head(port: int, first: str = "GET / HTTP/1.1", more: str = "") -> bytes:
    return f"{first}\r\nHost: 127.0.0.1:{port}\r\n{more}\r\n".encode()


def received(connection: socket.socket) -> bytes:
    """Everything until the other end closes."""
    data = b""
    try:
        while part := connection.recv(65536):
            data += part
    except ConnectionResetError:
        pass
    return data


def still_answers(port: int) -> bool:
    with connected(port) as connection:
        connection.sendall(head(port, more="Connection: close\r\n"))
        return received(connection).startswith(b"HTTP/1.1 200")


def test_a_client_that_never_ends_its_request_is_let_go(port: int) -> None:
    begun = time.monotonic()
    with connected(port) as silent, connected(port) as dripping:
        for sign in "GET / HTTP/1.1\r\nHost: x":
            try:
                dripping.sendall(sign.encode())
            except OSError:
                break
            time.sleep(0.03)
        assert received(silent) == b""
        assert received(dripping) == b""
    assert time.monotonic() - begun < 5
    assert still_answers(port)


def test_a_body_that_never_comes_is_given_up(port: int) -> None:
    with connected(port) as connection:
        origin = f"Origin: http://127.0.0.1:{port}\r\n"
        more = f"{origin}Content-Type: application/json\r\nContent-Length: 100\r\n"
        connection.sendall(head(port, "POST /api/join HTTP/1.1", more) + b'{"code"')
        assert received(connection).startswith(b"HTTP/1.1 408")
    assert still_answers(port)


def test_heads_have_a_size_and_a_client_so_many_connections(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 70_000)
        assert not received(connection).startswith(b"HTTP/1.1 2")
    crowd = [connected(port) for _ in range(40)]
    time.sleep(0.1)
    refused = sum(received(one) == b"" for one in crowd[SHORT.connections_each :])
    assert refused == 40 - SHORT.connections_each
    for one in crowd:
        one.close()
    time.sleep(0.5)
    assert still_answers(port)


@pytest.mark.parametrize("sent", [b"\x00\xff\x16\x03\x01", b"GET\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"])
def test_what_is_no_http_gets_no_traceback(port: int, sent: bytes) -> None:
    with connected(port) as connection:
        connection.sendall(sent)
        assert b"Traceback" not in received(connection)
    assert still_answers(port)


@pytest.mark.parametrize("asked", ["0.0.0.0", "::", "224.0.0.1", "example.org", ""])
def test_a_host_is_one_address(asked: str) -> None:
    with pytest.raises(RolequizError):
        checked_host(asked)


def test_an_address_of_another_machine_and_a_port_that_is_taken_are_messages() -> None:
    with pytest.raises(RolequizError, match="no address of this machine"):
        listen("192.0.2.7", 0)
    listening, address = listen("127.0.0.1", 0)
    with closing(listening), pytest.raises(RolequizError, match=f"port {address.port} of 127.0.0.1 is taken"):
        listen("127.0.0.1", address.port)
    assert address.url == f"http://127.0.0.1:{address.port}/"
    assert checked_host("localhost") == "127.0.0.1"
    assert checked_host(own_address())
