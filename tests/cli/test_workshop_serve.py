"""``workshop serve``: what it says before, meanwhile and at the end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
import segno
from rich.cells import cell_len

from rolequiz.cli import extras
from rolequiz.cli.context import load_bank, voice_for
from rolequiz.cli.env import Env
from rolequiz.cli.served_board import DrawnBoard, LineBoard, opening, qr_lines
from rolequiz.report.glyphs import ASCII, UNICODE
from rolequiz.workshop.serve.address import Address
from rolequiz.workshop.serve.participant import Progress
from tests.cli.world import Terminal, rolequiz

ADDRESS = Address("192.168.1.20", 8765)


def world(columns: str = "80", lang: str = "en") -> Env:
    return Env(
        StringIO(), Terminal(), StringIO(), {"LC_ALL": f"{lang}.UTF-8", "COLUMNS": columns}, lambda: datetime.now(UTC)
    )


def shown(env: Env) -> str:
    """What was written, without colours."""
    assert isinstance(env.stdout, StringIO)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", env.stdout.getvalue())


def test_an_address_that_is_not_ours_and_a_port_that_is_taken_are_messages() -> None:
    other = rolequiz("workshop", "serve", "room", "--host", "192.0.2.7")
    assert (other.code, other.out) == (2, "")
    assert other.lines[0] == "rolequiz: 192.0.2.7 is no address of this machine"
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        same = rolequiz("workshop", "serve", "room", "--host", "127.0.0.1", "--port", port)
    assert same.code == 2
    assert same.lines[0] == f"rolequiz: port {port} of 127.0.0.1 is taken"
    every = rolequiz("workshop", "serve", "room", "--host", "0.0.0.0")
    assert (every.code, "many addresses" in every.err) == (2, True)
    assert not Path("room").exists(), "no room is begun that cannot be served"


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "uvicorn" else object())
    ended = rolequiz("workshop", "serve", "room")
    assert ended.code == 2
    assert ended.lines == [
        "rolequiz: workshop serve needs uvicorn",
        "  install it with: pip install 'rolequiz[workshop]'",
    ]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_cleanly_and_the_end_says_where_the_answers_are(how: signal.Signals) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = str(probe.getsockname()[1])
    command = [sys.executable, "-m", "rolequiz", "workshop", "serve", "room", "--host", "127.0.0.1", "--port", port]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ) as served:
        assert served.stdout is not None
        assert served.stderr is not None
        lines = [served.stdout.readline() for _ in range(6)]
        assert lines[1] == f"Address: http://127.0.0.1:{port}/\n"
        assert re.fullmatch(r"Join code: \w{3} \w{3}\n", lines[2])
        assert "read along" in lines[4]
        served.send_signal(how)
        assert served.wait(20) == 130
        assert served.stderr.read() == "0 people are done; the answers are in room.\n"


def test_the_qr_code_is_black_on_white_whatever_the_theme() -> None:
    lines = qr_lines(ADDRESS.url, UNICODE)
    upper = {"█": 1, "▀": 1, "▄": 0, " ": 0}
    lower = {"█": 1, "▀": 0, "▄": 1, " ": 0}
    drawn = [[half[sign] for sign in line.plain] for line in lines for half in (upper, lower)]
    meant = [list(row) for row in segno.make(ADDRESS.url, error="l", micro=False).matrix_iter(border=2)]
    assert drawn[: len(meant)] == meant
    assert {str(line.style) for line in lines} == {"#000000 on #ffffff"}
    assert all(line.plain.strip() == "" for line in qr_lines(ADDRESS.url, ASCII))


@pytest.mark.parametrize("columns", ["40", "80", "120"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_opening_fits_the_window_and_has_everything(
    columns: str, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    env = world(columns, lang)
    voice = voice_for(env, load_bank(None).bank, lang)
    opening(env, voice, "Spring", ADDRESS, "K7M2QX", UNICODE, is_plain=False)
    text = shown(env)
    for word in ("Spring", ADDRESS.url, "K7M 2QX", "HTTP", "Ctrl-C"):
        assert word in text
    assert max(cell_len(line) for line in text.splitlines()) <= int(columns)


def test_the_board_shows_names_harmlessly_and_never_more_than_the_window_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rolequiz.cli.served_board.get_terminal_size", lambda: os.terminal_size((80, 12)))
    env = world()
    voice = voice_for(env, load_bank(None).bank, "en")
    people = [Progress("[red]Kiwi[/]", "answering", 12, 30), Progress("e\x1b[2Jvil", "done", 30, 30)]
    people += [Progress(f"Person {n:03d}", "joined", 0, 30) for n in range(100)]
    with DrawnBoard(env, voice, ADDRESS, "K7M2QX", UNICODE) as board:
        board.show(people, ())
    text = shown(env)
    assert "[red]Kiwi[/] 12/30" in text
    assert "\x1b[2J" not in env.stdout.getvalue()  # type: ignore[attr-defined]
    assert "102 joined, 1 answering, 1 done" in text
    assert "and " in text
    assert len(text.splitlines()) <= 2 * 11, "drawn once, and once more at the end"


def test_lines_say_who_joined_and_who_is_done_once() -> None:
    env = world()
    voice = voice_for(env, load_bank(None).bank, "en")
    board = LineBoard(env, voice, [Progress("Old", "answering", 3, 30)])
    old, new = Progress("Old", "done", 30, 30), Progress("New", "joined", 0, 30)
    for _ in range(2):
        board.show([old, new], ["Old: trouble"])
    assert shown(env).splitlines() == [
        "Old is done. 2 joined, 0 answering, 1 done.",
        "New joined. 2 joined, 0 answering, 1 done.",
    ]
    assert env.stderr.getvalue() == "Old: trouble\n"  # type: ignore[attr-defined]
