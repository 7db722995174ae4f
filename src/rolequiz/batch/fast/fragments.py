"""Rows of bytes put together from rendered fragments, for thousands of rows at once.

A fragment is a piece of text that a small integer stands for: the cell of a
score, the words of a status. A page places the fragments of all its rows column
by column, each as one block of the width of the widest: what a narrow one leaves
over is overwritten by the column after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Bytes: TypeAlias = NDArray[np.uint8]
Ints: TypeAlias = NDArray[np.int64]
Index: TypeAlias = NDArray[np.integer]

LONGEST = 64
"""Bytes of a text that are copied as a block; longer ones are copied one by one."""

GROWTH = 64


class Fragments:
    """Fragments by number, from 0; more can be added at the end."""

    def __init__(self, texts: Iterable[bytes] = ()) -> None:
        self.count = 0
        self._bytes: Bytes = np.zeros((0, 1), np.uint8)
        self.lengths: Ints = np.zeros(0, np.int64)
        self.extend(texts)

    @property
    def width(self) -> int:
        """Bytes of the widest."""
        return int(self._bytes.shape[1])

    def extend(self, texts: Iterable[bytes]) -> None:
        """Add fragments."""
        new = list(texts)
        if not new:
            return
        count = self.count + len(new)
        width = max(self.width, *map(len, new))
        if count > len(self._bytes) or width > self.width:
            rows = max(count, min(2 * len(self._bytes), len(self._bytes) + (1 << 16)), GROWTH)
            grown = np.zeros((rows if count > len(self._bytes) else len(self._bytes), width), np.uint8)
            grown[: self.count, : self.width] = self._bytes[: self.count]
            self._bytes = grown
            lengths = np.zeros(len(grown), np.int64)
            lengths[: self.count] = self.lengths[: self.count]
            self.lengths = lengths
        for number, text in enumerate(new, start=self.count):
            self._bytes[number, : len(text)] = np.frombuffer(text, np.uint8)
            self.lengths[number] = len(text)
        self.count = count

    def blocks(self, numbers: Index) -> NDArray[np.void]:
        """The fragments of these numbers, each padded to the full width."""
        return self._bytes.view(f"V{self.width}").ravel().take(numbers)

    def exact(self, numbers: Index, length: int) -> NDArray[np.void]:
        """The fragments of these numbers, all of which are ``length`` bytes."""
        return np.ascontiguousarray(self._bytes[numbers, :length]).view(f"V{length}").ravel()


@dataclass(frozen=True, slots=True)
class Texts:
    """One text for each row, somewhere in a buffer that has ``LONGEST`` bytes after the last one."""

    buffer: Bytes
    starts: Ints
    lengths: Ints

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> Texts:
        """Texts from their bytes."""
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        buffer = np.frombuffer(b"".join(texts) + bytes(LONGEST), np.uint8)
        return cls(buffer, np.cumsum(lengths) - lengths, lengths)

    def take(self, rows: Index) -> Texts:
        """The texts of some rows."""
        return Texts(self.buffer, self.starts[rows], self.lengths[rows])

    def bytes_of(self, row: int) -> bytes:
        """The text of one row."""
        start = int(self.starts[row])
        return self.buffer[start : start + int(self.lengths[row])].tobytes()


def appended(first: Texts, second: Texts) -> Texts:
    """The texts of ``second`` after those of ``first``."""
    return Texts(
        np.concatenate([first.buffer, second.buffer]),
        np.concatenate([first.starts, second.starts + len(first.buffer)]),
        np.concatenate([first.lengths, second.lengths]),
    )


class Page:
    """Rows of bytes, column by column."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._lengths: Ints = np.zeros(rows, np.int64)
        self._columns: list[tuple[Ints | int, Callable[[Bytes, Ints, Ints], None]]] = []

    def fragments(self, fragments: Fragments, numbers: Index) -> None:
        """A column of fragments."""
        lengths = fragments.lengths.take(numbers)

        def place(out: Bytes, starts: Ints, ends: Ints) -> None:
            width = fragments.width
            fits = starts + width <= ends
            if fits.all():
                _windows(out, width)[starts] = fragments.blocks(numbers)
                return
            _windows(out, width)[starts[fits]] = fragments.blocks(numbers[fits])
            tight = np.flatnonzero(~fits)
            for length in distinct(lengths[tight]).tolist():
                if length:
                    rows = tight[lengths[tight] == length]
                    _windows(out, length)[starts[rows]] = fragments.exact(numbers[rows], length)

        self._add(lengths, place)

    def constant(self, text: bytes) -> None:
        """The same text in every row."""
        if not text:
            return
        block = np.frombuffer(text, np.uint8).view(f"V{len(text)}")

        def place(out: Bytes, starts: Ints, _: Ints) -> None:
            _windows(out, len(text))[starts] = block

        self._add(len(text), place)

    def texts(self, texts: Texts) -> None:
        """A column of texts of any length."""

        def place(out: Bytes, starts: Ints, ends: Ints) -> None:
            width = int(min(texts.lengths.max(initial=1), LONGEST))
            width = max(width, 1)
            fits = (texts.lengths <= width) & (starts + width <= ends)
            source = _windows(texts.buffer, width)
            if fits.all():
                _windows(out, width)[starts] = source[texts.starts]
                return
            _windows(out, width)[starts[fits]] = source[texts.starts[fits]]
            for row in np.flatnonzero(~fits).tolist():
                start, length = int(texts.starts[row]), int(texts.lengths[row])
                out[starts[row] : starts[row] + length] = texts.buffer[start : start + length]

        self._add(texts.lengths, place)

    def _add(self, lengths: Ints | int, place: Callable[[Bytes, Ints, Ints], None]) -> None:
        self._lengths += lengths
        self._columns.append((lengths, place))

    def bytes(self) -> memoryview:
        """All rows, one after the other."""
        ends = self.ends()
        out = np.empty(int(ends[-1]) if self._rows else 0, np.uint8)
        if len(out):
            starts = ends - self._lengths
            for lengths, place in self._columns:
                place(out, starts, ends)
                starts = starts + lengths
        return out.data

    def ends(self) -> Ints:
        """Where each row ends."""
        return np.cumsum(self._lengths)


def distinct(values: Index) -> Index:
    """The different values, ascending. `numpy.unique` would load masked arrays for it."""
    ordered = np.sort(values)
    is_new = np.ones(len(ordered), np.bool_)
    is_new[1:] = ordered[1:] != ordered[:-1]
    return ordered[is_new]


def _windows(buffer: Bytes, width: int) -> NDArray[np.void]:
    """Every block of ``width`` bytes of a buffer, by where it begins."""
    return np.ndarray((len(buffer) - width + 1,), f"V{width}", buffer, strides=(1,))
