"""The word that leads back to an unfinished sitting: kept as a salted hash, wrong tries slow down.

It is in the folder of the code name's sittings. Whoever asks holds the lock of
that desk, so that tries come one after the other.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict, dataclass
from hashlib import scrypt
from hmac import compare_digest
from json import dumps, loads
from pathlib import Path

from rolequiz.errors import RolequizError
from rolequiz.store.atomic import blamed, written
from rolequiz.workshop.names import same_key

FILE = "word.json"
HEXADECIMAL = re.compile("(?:[0-9a-f]{2})+")
LAST = 1e12
"""Seconds (Unix) that no clock of a try shows."""

SLOWEST = 60
"""Seconds between two tries at most: the wait doubles with every wrong one."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Salt and hash (hexadecimal), wrong tries since the last right one, and when the last was (seconds, Unix)."""

    salt: str
    hash: str
    wrong: int = 0
    last: float = 0.0


def keep_word(folder: Path, word: str) -> None:
    """From now on this word leads back to the sittings of the folder.

    Raises:
        RolequizError: it cannot be written.
    """
    salt = secrets.token_hex(16)
    _write(folder, Secret(salt, _hashed(word, salt)))


def has_word(folder: Path) -> bool:
    """Whether a word leads back."""
    return (folder / FILE).is_file()


def seconds_to_wait(folder: Path, now: float) -> int:
    """Whole seconds until the next try is looked at; 0 if it may come now.

    Raises:
        RolequizError: as `is_right`.
    """
    secret = _read(folder)
    if not secret.wrong:
        return 0
    pause = min(SLOWEST, 1 << min(secret.wrong, 6))
    return max(0, min(pause, int(secret.last + pause - now + 0.999)))


def is_right(folder: Path, typed: str, now: float) -> bool:
    """Whether it is the word; case, width and blanks make no difference. A wrong one is counted before it is told.

    Raises:
        RolequizError: the file is not readable, or is none of ours; then nobody gets in.
    """
    secret = _read(folder)
    found = compare_digest(_hashed(typed, secret.salt), secret.hash)
    if found and not secret.wrong:
        return True
    _write(folder, Secret(secret.salt, secret.hash, 0 if found else secret.wrong + 1, now))
    return found


def _hashed(word: str, salt: str) -> str:
    plain = "".join(same_key(word).split()).encode(errors="surrogatepass")
    return scrypt(plain, salt=bytes.fromhex(salt), n=1 << 14, r=8, p=1).hex()


def _read(folder: Path) -> Secret:
    path = folder / FILE
    with blamed(path):
        data = path.read_bytes()
    secret = _secret(data)
    if secret is None:
        raise RolequizError(f"{path}: the word of this sitting cannot be read", "begin again under another code name")
    return secret


def _secret(data: bytes) -> Secret | None:
    try:
        fields = loads(data)
    except (ValueError, RecursionError):
        return None
    match fields:
        case {"salt": str(salt), "hash": str(hashed), "wrong": int(wrong), "last": int() | float() as last}:
            if HEXADECIMAL.fullmatch(salt) and HEXADECIMAL.fullmatch(hashed) and wrong >= 0 and 0 <= last < LAST:
                return Secret(salt, hashed, wrong, float(last))
    return None


def _write(folder: Path, secret: Secret) -> None:
    with written(folder / FILE, private=True) as sink:
        sink.write(dumps(asdict(secret)).encode())
