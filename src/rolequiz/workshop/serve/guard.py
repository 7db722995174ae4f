"""Around every request: who may speak to this server at all, what every answer carries, and how a mistake ends."""

from __future__ import annotations

import logging

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rolequiz.workshop.serve.messages import Denied

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""The page's own files and nothing else; nothing inline, nobody's frame."""

HEADERS = (
    ("Content-Security-Policy", CSP),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
"""Of every answer, whatever it says."""

ENDS_CONNECTION = frozenset({"too-large", "slow"})
"""Faults after which the rest of what is being sent is not read."""

log = logging.getLogger("rolequiz.workshop")


def fault_response(denied: Denied) -> Response:
    """What the page is told; nothing of what was sent comes back."""
    headers = {"Retry-After": str(max(1, round(denied.wait)))} if denied.wait else {}
    if denied.fault in ENDS_CONNECTION:
        headers["Connection"] = "close"
    return JSONResponse({"error": denied.fault}, denied.status, headers)


async def denied_response(_request: Request, error: Exception) -> Response:
    """Starlette's handler of `Denied`."""
    assert isinstance(error, Denied)
    return fault_response(error)


async def http_response(_request: Request, error: Exception) -> Response:
    """Starlette's own refusals: no such page, no such method."""
    assert isinstance(error, HTTPException)
    response = fault_response(Denied("method" if error.status_code == 405 else "no-page"))
    if error.headers and "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


async def mistake_response(_request: Request, _error: Exception) -> Response:
    """Of a mistake of ours, which `Guard` then tells the coach."""
    return JSONResponse({"error": "busy"}, 500)


class Guard:
    """Lets requests through that are meant for this address; a page of another origin may not speak for the user.

    ``host`` is the address with its port as a browser names it. A name that
    somebody lets point here (DNS rebinding) is another one.
    """

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        has_begun = False

        async def sealed(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS:
                    headers[name] = value
            await send(message)

        try:
            fault = self._fault(scope)
            app = fault_response(fault) if fault is not None else self._app
            await app(scope, receive, sealed)
        except Exception:
            # The mistake is ours: it is told on the coach's terminal, and no phone learns of it.
            log.exception("a request failed; the server goes on")
            if not has_begun:
                await JSONResponse({"error": "busy"}, 500)(scope, receive, sealed)

    def _fault(self, scope: Scope) -> Denied | None:
        headers = Headers(scope=scope)
        if headers.getlist("host") != [self._host]:
            return Denied("wrong-host")
        if scope["method"] not in ("GET", "HEAD") and headers.getlist("origin") != [f"http://{self._host}"]:
            return Denied("wrong-host")
        return None
