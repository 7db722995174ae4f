"""The HTTP server: one address, slow clients are let go, and the end comes when it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from rolequiz.workshop.serve.limits import Limits


def protocol(limits: Limits) -> type[H11Protocol]:
    """HTTP for clients that may be slow on purpose: nobody holds a connection longer than the limits say."""

    class Patient(H11Protocol):
        """A connection has so long to send a request's head, and so long to be answered."""

        _deadline: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn itself has it
            super().connection_made(transport)
            mine = self.client[0] if self.client else ""
            same = [
                one for one in self.connections if isinstance(one, Patient) and one.client and one.client[0] == mine
            ]
            if len(same) > limits.connections_each:
                transport.abort()
                return
            self._allow(limits.head_seconds)

        def data_received(self, data: bytes) -> None:
            was_answering = self._is_answering
            super().data_received(data)
            if self._is_answering and not was_answering:
                self._allow(limits.request_seconds)
            elif not self._is_answering and self._deadline is None:
                self._allow(limits.head_seconds)

        def on_response_complete(self) -> None:
            self._allow(None)
            super().on_response_complete()
            if self._is_answering:
                self._allow(limits.request_seconds)

        def connection_lost(self, exc: Exception | None) -> None:
            self._allow(None)
            super().connection_lost(exc)

        @property
        def _is_answering(self) -> bool:
            return self.cycle is not None and not self.cycle.response_complete

        def _allow(self, seconds: float | None) -> None:
            """So much time from now on; None for as much as uvicorn allows between two requests."""
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None
            if seconds is not None:
                self._deadline = self.loop.call_later(seconds, self.transport.abort)

    return Patient


class Server(uvicorn.Server):
    """Leaves signals to whoever runs it: set ``should_exit``."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing is captured."""
        yield


def server(app: ASGIApp, limits: Limits) -> Server:
    """A server that is ready to `serve` on a socket of its own."""
    config = uvicorn.Config(
        app,
        http=protocol(limits),
        loop="asyncio",
        ws="none",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        log_level="critical",
        proxy_headers=False,
        server_header=False,
        limit_concurrency=limits.connections,
        timeout_keep_alive=limits.idle_seconds,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=limits.head,
    )
    return Server(config)


async def serve(app: ASGIApp, limits: Limits, listening: socket, stop: asyncio.Event) -> None:
    """Serve until ``stop`` is set, then answer what has been asked and close."""
    running = server(app, limits)
    task = asyncio.create_task(running.serve(sockets=[listening]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((task, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    running.should_exit = True
    await task
