"""Bytes of a terminal to keys: escape sequences, UTF-8 split anywhere, pastes as one piece."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Named(Enum):
    """A key without a character of its own."""

    ENTER = "enter"
    BACK = "back"
    FORWARD = "forward"
    UP = "up"
    DOWN = "down"
    INTERRUPT = "interrupt"
    SUSPEND = "suspend"
    END = "end"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Burst:
    """Several characters at once: a paste, or an input method's commit. Never taken as answers."""

    text: str


Key: TypeAlias = Named | str | Burst

CONTROLS = {
    0x03: Named.INTERRUPT,
    0x04: Named.END,
    0x08: Named.BACK,
    0x0A: Named.ENTER,
    0x0D: Named.ENTER,
    0x1A: Named.SUSPEND,
    0x7F: Named.BACK,
}
ARROWS = {"A": Named.UP, "B": Named.DOWN, "C": Named.FORWARD, "D": Named.BACK, "M": Named.ENTER}
PASTE_BEGIN = b"\x1b[200~"
PASTE_END = b"\x1b[201~"
MAX_PENDING = 4096
BEGUN = 3
"""Bytes that are kept of a longer sequence: it goes on, and its end must not be taken for typed signs."""


class Decoder:
    """Feed it what was read, in whatever pieces; it gives whole keys.

    Characters that arrive in one piece are one `Burst`: nobody types two keys
    within one read.
    """

    def __init__(self) -> None:
        self._pending = b""

    @property
    def is_waiting(self) -> bool:
        """Whether a sequence has begun and not ended."""
        return bool(self._pending)

    def feed(self, data: bytes) -> list[Key]:
        """The keys that ``data`` completes."""
        self._pending += data
        keys: list[Key] = []
        typed = ""
        while self._pending:
            taken, key = self._next()
            if taken == 0:
                if len(self._pending) > MAX_PENDING and not self._pending.startswith(PASTE_BEGIN):
                    self._pending = self._pending[:BEGUN]
                break
            self._pending = self._pending[taken:]
            if isinstance(key, str):
                typed += key
                continue
            if typed:
                keys.append(one_or_burst(typed))
                typed = ""
            if key is not None:
                keys.append(key)
        if typed:
            keys.append(one_or_burst(typed))
        return keys

    def flush(self) -> list[Key]:
        """Nothing followed in time: a lone Escape, or a sequence cut off, is a key without meaning."""
        was_waiting = self.is_waiting and not self._pending.startswith(PASTE_BEGIN)
        if was_waiting:
            self._pending = b""
        return [Named.OTHER] if was_waiting else []

    def _next(self) -> tuple[int, Key | None]:
        """Bytes taken and the key they make; 0 bytes if more is needed."""
        data = self._pending
        if data.startswith(PASTE_BEGIN):
            end = data.find(PASTE_END)
            if end < 0:
                if len(data) > MAX_PENDING:
                    self._pending = PASTE_BEGIN + data[-len(PASTE_END) :]
                return 0, None
            return end + len(PASTE_END), Burst(data[len(PASTE_BEGIN) : end].decode(errors="replace"))
        first = data[0]
        if first == 0x1B:
            return self._escape(data)
        if first in CONTROLS:
            return 1, CONTROLS[first]
        if first < 0x20:
            return 1, Named.OTHER
        size = 1 if first < 0x80 else 2 if 0xC2 <= first < 0xE0 else 3 if first < 0xF0 else 4
        if first >= 0x80 and (first < 0xC2 or first > 0xF4):
            return 1, Named.OTHER
        if len(data) < size:
            return 0, None
        try:
            return size, unicodedata.normalize("NFKC", data[:size].decode())
        except UnicodeDecodeError:
            return 1, Named.OTHER

    def _escape(self, data: bytes) -> tuple[int, Key | None]:
        if len(data) == 1:
            return 0, None
        if data[1] not in b"[O":
            return 1, Named.OTHER
        for place in range(2, len(data)):
            if 0x40 <= data[place] <= 0x7E:
                final = chr(data[place])
                is_plain = place == 2
                return place + 1, ARROWS.get(final, Named.OTHER) if is_plain else Named.OTHER
            if not 0x20 <= data[place] <= 0x3F:
                return place, Named.OTHER
        return 0, None


def one_or_burst(text: str) -> Key:
    """One character is a key; more are a burst."""
    return text if len(text) == 1 else Burst(text)
