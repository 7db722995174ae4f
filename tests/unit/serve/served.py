"""A served room inside this process, phones that speak to it, and a clock that moves when it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from json import dumps
from pathlib import Path
from secrets import token_hex
from typing import Any

import httpx
from starlette.types import ASGIApp

from rolequiz.bank.load import load
from rolequiz.bank.shipped import load_wording, shipped_bank
from rolequiz.core.table import compile_table
from rolequiz.model import Mode
from rolequiz.report.voice import Voice
from rolequiz.report.wording import Wording
from rolequiz.workshop.room import Plan, Room, is_room
from rolequiz.workshop.serve.app import application
from rolequiz.workshop.serve.content import Spoken
from rolequiz.workshop.serve.hall import Hall
from rolequiz.workshop.serve.limits import Limits

BANK = load(shipped_bank())
TABLE = compile_table(BANK.form, BANK.catalogue)
SPOKEN = Spoken(
    TABLE, {lang: Voice(BANK, lang, Wording(lang, load_wording(lang), load_wording("en"))) for lang in BANK.languages}
)
HOST = "127.0.0.1:8765"
ORIGIN = f"http://{HOST}"
CODE = "K7M2QX"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Seconds, as told."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


class Client:
    """Requests to an application without a network in between."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request, with the origin of the room's own page."""
        options["headers"] = {"Origin": ORIGIN} | options.get("headers", {})

        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=ORIGIN) as client:
                return await client.request(method, path, **options)

        return asyncio.run(asked())

    def get(self, path: str, **options: Any) -> httpx.Response:
        """A GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        """A POST."""
        return self.request("POST", path, **options)


class Served:
    """The room of a folder, open for phones. Opening it again is what a restarted server does."""

    def __init__(self, path: Path, mode: Mode = "full", limits: Limits | None = None) -> None:
        room = Room.open(path) if is_room(path) else Room.begin(path, Plan("Spring", BANK.stamp, "en", mode))
        self.clock = Clock()
        self.hall = Hall(room, BANK, TABLE, limits or Limits(), CODE, lambda: NOW)
        self.client = Client(application(self.hall, SPOKEN, HOST, self.clock))

    def post(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """One request with a JSON body, as the page sends it; bytes go as they are."""
        data = body if isinstance(body, bytes) else dumps(body).encode()
        return self.client.post(path, content=data, headers={"Content-Type": "application/json"} | dict(headers or {}))

    def close(self) -> None:
        """End it."""
        self.hall.close()


class Phone:
    """One phone; its token stays when the server goes."""

    def __init__(self, served: Served, name: str, code: str = CODE) -> None:
        self.served = served
        self.name = name
        self.code = code
        self.token = token_hex(32)

    def join(self) -> httpx.Response:
        """Ask to be let in."""
        body = {"code": self.code, "name": self.name, "token": self.token, "lang": "en"}
        return self.served.post("/api/join", body)

    @property
    def headers(self) -> dict[str, str]:
        """What says who this is."""
        return {"Authorization": f"Bearer {self.token}"}

    def sitting(self) -> dict[str, Any]:
        """Where the server says it stands."""
        found: dict[str, Any] = self.served.client.get("/api/sitting", headers=self.headers).json()
        return found

    def give(self, seq: int, rows: Sequence[tuple[str, int]]) -> httpx.Response:
        """Answers in order, 0 for a skip, the first with number ``seq``."""
        answers = [{"question": question, "option": option, "seconds": 3.5} for question, option in rows]
        return self.served.post("/api/answers", {"seq": seq, "answers": answers}, self.headers)

    def finish(self, seq: int, lang: str = "en") -> httpx.Response:
        """Done."""
        return self.served.post("/api/finish", {"seq": seq, "lang": lang}, self.headers)

    def result(self, lang: str) -> httpx.Response:
        """The result."""
        return self.served.client.get(f"/api/result/{lang}", headers=self.headers)


def every_question(option: int = 1) -> list[tuple[str, int]]:
    """The same option for every question."""
    return [(item.id, option) for item in TABLE.items]


def fault(response: httpx.Response) -> tuple[int, str]:
    """Status and error of a refusal."""
    return response.status_code, response.json()["error"]
