"""Which question a name in a buffer is, for many names at once: a hash without collisions, then a full comparison."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

from rolequiz.batch.fast.fragments import Bytes, Index, Ints, distinct

WORD = 8
UNKNOWN = -1

Words = NDArray[np.uint64]


class Names:
    """Names of the bank's questions, by their place."""

    def __init__(self, names: Sequence[bytes]) -> None:
        longest = max(map(len, names))
        self._words = -(-longest // WORD)
        self._longest = longest
        self._masks = np.array(
            [[_mask(length - WORD * word) for length in range(longest + 2)] for word in range(self._words)], np.uint64
        )
        padded = b"".join(name.ljust(WORD * self._words, b"\0") for name in names)
        self._own: Words = np.frombuffer(padded, "<u8").reshape(len(names), self._words).T.copy()
        self._lengths = np.array(list(map(len, names)))
        self._factors, self._shift, self._slots = _perfect(self._own)

    def places(self, text: Bytes, starts: Ints, lengths: Ints) -> Index:
        """The place of each name, or ``UNKNOWN``. The buffer has ``LONGEST`` bytes after the last name."""
        capped = np.minimum(lengths, self._longest + 1)
        words: list[Words] = []
        windows: NDArray[np.void] = np.ndarray((len(text) - WORD + 1,), f"V{WORD}", text, strides=(1,))
        for word in range(self._words):
            at = np.minimum(starts + WORD * word, len(windows) - 1)
            words.append(windows[at].view("<u8") & self._masks[word].take(capped))
        found = self._slots.take((_mixed(words, self._factors) >> self._shift).astype(np.int64))
        same = self._lengths.take(found) == lengths
        for here, own in zip(words, self._own, strict=True):
            same &= own.take(found) == here
        return np.where(same, found, UNKNOWN)


def _mask(length: int) -> int:
    """The lowest bytes of a word."""
    return (1 << (8 * min(max(length, 0), WORD))) - 1


def _mixed(words: Sequence[Words], factors: Sequence[np.uint64]) -> Words:
    total = words[0] * factors[0]
    for word, factor in zip(words[1:], factors[1:], strict=True):
        total += word * factor
    return total


def _perfect(own: Words) -> tuple[list[np.uint64], np.uint64, NDArray[np.int64]]:
    """Factors under which no two names share a slot, how far to shift, and the names by slot."""
    bits = max((own.shape[1] ** 2).bit_length(), 4)
    random = Random(1)
    while True:
        factors = [np.uint64(random.getrandbits(64) | 1) for _ in own]
        shift = np.uint64(64 - bits)
        slots = (_mixed(list(own), factors) >> shift).astype(np.int64)
        if len(distinct(slots)) == len(slots):
            table = np.zeros(1 << bits, np.int64)
            table[slots] = np.arange(len(slots))
            return factors, shift, table
