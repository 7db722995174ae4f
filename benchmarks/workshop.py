"""A room full of simulated phones: is every acknowledged answer saved, and how long does an answer take?

Starts ``rolequiz workshop serve`` on the loopback address, lets phones join and
answer, and reads the room's files afterwards. With ``--kill`` the server is killed
(SIGKILL) in the middle and started again; the phones send again what was not
acknowledged, as the page does. Never speaks to any other address.

    python benchmarks/workshop.py --phones 60 --kill
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from json import dumps, loads
from pathlib import Path
from secrets import token_hex
from time import perf_counter
from typing import Any

HOST = "127.0.0.1"
MOST_PHONES = 200
MOST_SECONDS = 120.0
MOST_TRIES = 400


@dataclass(slots=True)
class Outcome:
    """What the phones were told and how long it took; times are in seconds."""

    told: dict[str, dict[str, int]] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    resent: int = 0
    seconds: float = 0.0

    @property
    def answers(self) -> int:
        """How many answers were acknowledged."""
        return sum(len(one) for one in self.told.values())

    def quantile(self, share: float) -> float:
        """The time that so many answers took at most."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Server:
    """The process that serves the room."""

    def __init__(self, room: Path, port: int) -> None:
        self._room = room
        self._port = port
        self._process: asyncio.subprocess.Process | None = None
        self.code = ""
        self.is_open = asyncio.Event()

    async def start(self) -> None:
        """Start it, and read the join code off its screen."""
        command = ("-m", "rolequiz", "workshop", "serve", str(self._room), "--host", HOST, "--port", str(self._port))
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *command, "--plain", "--lang", "en", stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout is not None
        while line := (await self._process.stdout.readline()).decode():
            if line.startswith("Join code: "):
                self.code = line.removeprefix("Join code: ").strip()
            if line.startswith("Ctrl-C"):
                self.is_open.set()
                return
        raise RuntimeError("the server did not start")

    async def end(self, how: signal.Signals) -> int:
        """End it, and wait until it has ended."""
        assert self._process is not None
        self.is_open.clear()
        self._process.send_signal(how)
        return await self._process.wait()


class Phone:
    """One phone with one connection; it answers every question, and sends again until it is told."""

    def __init__(self, name: str, port: int, questions: Sequence[str], seed: int) -> None:
        self.name = name
        self._port = port
        self._questions = questions
        self._chance = random.Random(seed)
        self._token = token_hex(32)
        self._stream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def take(self, server: Server, outcome: Outcome) -> None:
        """The whole quiz."""
        body = {"name": self.name, "token": self._token, "lang": "en"}
        await self._insist("/api/join", lambda: body | {"code": server.code}, outcome, server.is_open)
        told = outcome.told[self.name] = {}
        for seq, question in enumerate(self._questions, start=1):
            await asyncio.sleep(self._chance.uniform(0, 0.3))
            row = {"question": question, "option": self._chance.randint(1, 2), "seconds": 4.25}
            begun = perf_counter()
            tries = outcome.resent
            state = await self._insist("/api/answers", lambda s=seq, r=row: {"seq": s, "answers": [r]}, outcome)
            if outcome.resent == tries:
                outcome.times.append(perf_counter() - begun)
            assert state["seq"] == seq, f"{self.name}: {state}"
            told[question] = int(str(row["option"]))
        await self._insist("/api/finish", lambda: {"seq": len(self._questions), "lang": "en"}, outcome)
        self._hang_up()

    async def _insist(
        self, path: str, body: Any, outcome: Outcome, is_ready: asyncio.Event | None = None
    ) -> dict[str, Any]:
        for _ in range(MOST_TRIES):
            if is_ready is not None:  # a server that was started again has another code
                await is_ready.wait()
            with suppress(OSError, EOFError, ValueError):
                status, found = await self._post(path, dumps(body()).encode())
                if status == 200:
                    return found
                is_early = found.get("error") == "wrong-code"  # a new server, whose code has not been read yet
                if status < 500 and status != 429 and not is_early:
                    raise AssertionError(f"{self.name}: {path}: {status} {found}")
            self._hang_up()
            outcome.resent += 1
            await asyncio.sleep(0.1)
        raise AssertionError(f"{self.name}: {path}: no answer")

    async def _post(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        if self._stream is None:
            self._stream = await asyncio.open_connection(HOST, self._port)
        reader, writer = self._stream
        at = f"{HOST}:{self._port}"
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {at}\r\nOrigin: http://{at}\r\nAuthorization: Bearer {self._token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        await writer.drain()
        answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(answer.partition("content-length:")[2].split()[0])
        return int(answer.split()[1]), loads(await reader.readexactly(length))

    def _hang_up(self) -> None:
        if self._stream is not None:
            self._stream[1].close()
            self._stream = None


def shipped_questions() -> list[str]:
    """The ids of the shipped bank's questions."""
    from rolequiz import load_bank

    return [question.id for question in load_bank().questions]


async def rehearse(room: Path, port: int, phones: int, *, kill: bool) -> Outcome:
    """Let so many phones take the quiz at once; ``kill`` the server when half of all answers are in."""
    outcome, server, questions = Outcome(), Server(room, port), shipped_questions()
    await server.start()
    begun = perf_counter()
    people = [
        asyncio.create_task(Phone(f"Phone {n:03d}", port, questions, n).take(server, outcome)) for n in range(phones)
    ]
    everybody = asyncio.gather(*people)
    try:
        if kill:
            while outcome.answers * 2 < phones * len(questions) and not everybody.done():
                await asyncio.sleep(0.01)
            await server.end(signal.SIGKILL)
            await server.start()
        await asyncio.wait_for(everybody, MOST_SECONDS)
        outcome.seconds = perf_counter() - begun
    finally:
        everybody.cancel()
        with suppress(ProcessLookupError):
            await server.end(signal.SIGINT)
    return outcome


def faults(room: Path, outcome: Outcome) -> list[str]:
    """What is wrong between what phones were told and what is in the room: answers lost, changed or doubled."""
    found = []
    records = {}
    for path in sorted(room.glob("*.json")):
        record = loads(path.read_text(encoding="utf-8"))
        records[record["id"]] = record["answers"]
    for name, told in outcome.told.items():
        if records.get(name) != told:
            found.append(f"{name}: told {len(told)} answers, kept {len(records.get(name, {}))}, or others")
    if len(records) != len(outcome.told):
        found.append(f"{len(records)} records of {len(outcome.told)} phones")
    journals = sorted(room.glob(".sittings/sittings/*/*.jsonl"))
    if len(journals) != len(outcome.told):
        found.append(f"{len(journals)} journals of {len(outcome.told)} phones")
    for path in journals:
        given = [loads(line).get("question") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
        asked = [question for question in given if question is not None]
        if len(asked) != len(set(asked)):
            found.append(f"{path.parent.name}: an answer was doubled")
    return found


def main() -> int:
    """Print the figures; 1 where an answer is lost or doubled, or is slow."""
    parser = argparse.ArgumentParser(description="Simulated phones in a served room, on this machine only.")
    parser.add_argument("--phones", type=int, default=60, help=f"how many, {MOST_PHONES} at most")
    parser.add_argument("--port", type=int, default=8799, help="the port of the loopback address")
    parser.add_argument("--kill", action="store_true", help="kill the server in the middle and start it again")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder) / "room"
        outcome = asyncio.run(rehearse(room, wish.port, min(wish.phones, MOST_PHONES), kill=wish.kill))
        wrong = faults(room, outcome)
    median, late = outcome.quantile(0.5), outcome.quantile(0.95)
    slowest = max(outcome.times)
    print(f"{outcome.answers} answers of {len(outcome.told)} phones in {outcome.seconds:.1f} s")
    print(f"an answer took {1000 * median:.1f} ms (median), {1000 * late:.1f} ms (p95), {1000 * slowest:.1f} ms")
    print(f"sent again: {outcome.resent}; lost, changed or doubled: {len(wrong)}")
    for line in wrong:
        print(f"  {line}")
    return 1 if wrong or late > 0.1 else 0


if __name__ == "__main__":
    sys.exit(main())
