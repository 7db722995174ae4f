"""Requests to end the process: they wait until something is whole, and unwind what is not."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Requests to end the process."""


@contextmanager
def held(*, is_last: bool = False) -> Iterator[None]:
    """Requests to end the process wait until the block is done; they reach only the main thread, as Python has it.

    ``is_last``: they are forgotten if the block ends well, since there was nothing more to do.

    A process started inside begins with them blocked, so that it cannot be
    interrupted before it is ready; `let_through` ends that there. The mask alone is
    not enough here: a thread of some library may take a signal instead.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    before = {number: signal.getsignal(number) for number in ENDING}
    ours = [number for number, handler in before.items() if callable(handler)]
    mask = _blocked()
    for number in ours:
        signal.signal(number, lambda got, frame: came.append((got, frame)))
    try:
        yield
    finally:
        _restore(mask)
        for number in ours:
            signal.signal(number, before[number])
    for number, frame in [] if is_last else came[:1]:
        handler = before[number]
        assert callable(handler)
        handler(number, frame)


@contextmanager
def orderly_end() -> Iterator[None]:
    """A request to end the process (SIGTERM, SIGHUP) unwinds it like an error, so that half a file never stays.

    A signal that is ignored (nohup) stays ignored.
    """

    def leave(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    wanted = [number for number in ENDING if number != signal.SIGINT and signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, leave) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def let_through() -> None:
    """Requests to end this process wait no more."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def _blocked() -> set[signal.Signals | int] | None:
    return set(signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)) if hasattr(signal, "pthread_sigmask") else None


def _restore(mask: set[signal.Signals | int] | None) -> None:
    if mask is not None:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
