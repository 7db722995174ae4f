"""The web application: a handful of fixed addresses, each of which does one thing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TypeAlias, TypeVar

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from rolequiz.report.html import fragment, style
from rolequiz.workshop.serve import content
from rolequiz.workshop.serve.content import Spoken
from rolequiz.workshop.serve.guard import Guard, denied_response, http_response, mistake_response
from rolequiz.workshop.serve.hall import Hall
from rolequiz.workshop.serve.limits import Buckets, CodeDoor
from rolequiz.workshop.serve.messages import TOKEN, Denied, read_batch, read_done, read_join
from rolequiz.workshop.serve.participant import Participant

T = TypeVar("T")
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


def application(hall: Hall, spoken: Spoken, host: str, clock: Callable[[], float] = monotonic) -> ASGIApp:
    """The application of a room, for requests to ``host`` (address and port)."""
    desk = FrontDesk(hall, spoken, clock)
    routes = [Route(path, desk.file(name, kind)) for path, (name, kind) in content.FILES.items()]
    routes += [Route("/report.css", desk.fixed(style().encode(), "text/css; charset=utf-8"))]
    routes += [Route("/api/room", desk.room), Route("/api/sitting", desk.sitting)]
    routes += [Route(f"/api/result/{lang}", desk.result(lang)) for lang in spoken.voices]
    for path, endpoint in (("join", desk.join), ("answers", desk.answers), ("finish", desk.finish)):
        routes.append(Route(f"/api/{path}", endpoint, methods=["POST"]))
    app = Starlette(
        routes=routes,
        exception_handlers={Denied: denied_response, HTTPException: http_response, Exception: mistake_response},
    )
    app.router.redirect_slashes = False
    return Guard(app, host)


class FrontDesk:
    """The endpoints, with what they share: limits of rates, and one writer at a time for each participant."""

    def __init__(self, hall: Hall, spoken: Spoken, clock: Callable[[], float]) -> None:
        self._hall = hall
        self._spoken = spoken
        self._door = CodeDoor(hall.limits, clock)
        self._people = Buckets(hall.limits.person, clock)
        self._strangers = Buckets(hall.limits.stranger, clock)
        self._joining = asyncio.Lock()
        self._writing: dict[str, asyncio.Lock] = {}
        plan = hall.room.plan
        self._room = content.room_words(spoken, plan.title, hall.id, plan.lang, plan.mode)
        self._form = content.form(spoken, plan.mode)

    def fixed(self, body: bytes, kind: str) -> Endpoint:
        """An endpoint that always says the same."""

        async def endpoint(request: Request) -> Response:
            self._admit(request)
            return Response(body, headers={"Content-Type": kind})

        return endpoint

    def file(self, name: str, kind: str) -> Endpoint:
        """An endpoint for one file of the page."""
        return self.fixed(content.page_file(name), kind)

    async def room(self, request: Request) -> Response:
        """What anybody may know before joining."""
        self._admit(request)
        return JSONResponse(self._room)

    async def join(self, request: Request) -> Response:
        """In with the code, under a name nobody has."""
        client = self._admit(request)
        wish = read_join(await self._body(request))
        wait = self._door.wait(client)
        if wait:
            raise Denied("too-many", wait)
        if not self._hall.is_code(wish.code):
            self._door.was_wrong(client)
            raise Denied("wrong-code")
        self._door.was_right(client)
        async with self._joining:
            one = await run_in_threadpool(self._hall.join, wish)
        return JSONResponse({"name": one.name})

    async def sitting(self, request: Request) -> Response:
        """Where the participant stands, and the form."""
        one = self._participant(request)
        state = {"name": one.name, "answers": one.decided(), "form": self._form}
        return JSONResponse(state | self._standing(one))

    async def answers(self, request: Request) -> Response:
        """Answers in order; each is on the disk before it is acknowledged."""
        one = self._participant(request)
        batch = read_batch(await self._body(request), self._hall.limits.batch)
        await self._alone(one, lambda: self._hall.give(one, batch))
        return JSONResponse(self._standing(one))

    async def finish(self, request: Request) -> Response:
        """The end of the sitting; its record is in the room before it is acknowledged."""
        one = self._participant(request)
        done = read_done(await self._body(request))
        async with self._joining:
            await self._alone(one, lambda: self._hall.finish(one, done))
        return JSONResponse(self._standing(one))

    def result(self, lang: str) -> Endpoint:
        """An endpoint for the participant's own result in a language."""

        async def endpoint(request: Request) -> Response:
            one = self._participant(request)
            if not one.is_finished:
                raise Denied("not-done")
            drawn = await run_in_threadpool(content.result, self._spoken, one.record(lang), lang, fragment)
            return Response(drawn, headers={"Content-Type": "text/html; charset=utf-8"})

        return endpoint

    def _standing(self, one: Participant) -> dict[str, object]:
        return {"seq": len(one.given), "asked": one.asked, "finished": one.is_finished}

    async def _alone(self, one: Participant, write: Callable[[], T]) -> T:
        """Write in a thread, while the event loop serves the others; one participant's writes wait for each other."""
        async with self._writing.setdefault(one.token, asyncio.Lock()):
            return await run_in_threadpool(write)

    def _admit(self, request: Request) -> str:
        """The client's address, if it does not ask too often.

        Raises:
            Denied: it does.
        """
        client = request.client.host if request.client else ""
        if not self._strangers.take(client):
            raise Denied("too-many", 1.0)
        return client

    def _participant(self, request: Request) -> Participant:
        """Whose token came with the request.

        Raises:
            Denied: nobody's, or it asks too often.
        """
        given = request.headers.getlist("authorization")
        token = given[0].removeprefix("Bearer ") if len(given) == 1 else ""
        try:
            if not TOKEN.fullmatch(token) or not given[0].startswith("Bearer "):
                raise Denied("stranger")
            one = self._hall.owner(token)
        except Denied:
            self._admit(request)
            raise
        if not self._people.take(one.token):
            raise Denied("too-many", 1.0)
        return one

    async def _body(self, request: Request) -> bytes:
        """The whole body, which must be JSON, small, and sent within reasonable time.

        Raises:
            Denied: it is not.
        """
        limits = self._hall.limits
        if request.headers.getlist("content-type") != ["application/json"]:
            raise Denied("wrong-type")
        stated = request.headers.get("content-length", "0")
        if not stated.isdecimal() or len(stated) > 9 or int(stated) > limits.body:
            raise Denied("too-large")
        body = b""
        try:
            async with asyncio.timeout(limits.body_seconds):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > limits.body:
                        raise Denied("too-large")
        except (TimeoutError, ClientDisconnect) as error:
            raise Denied("slow") from error
        return body
