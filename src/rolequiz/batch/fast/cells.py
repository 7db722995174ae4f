"""Rendered cells of values that turn up again and again: each value is rendered once, by the code of the reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rolequiz.batch.fast.fragments import Fragments, Index, distinct

DENSE = 1 << 21
"""Most different keys for which a table of all of them is kept."""

MOST = 1 << 15
"""Values remembered at a time: enough for any small bank, and no memory to speak of for a large one."""

Key: TypeAlias = tuple[int, ...]
Render: TypeAlias = Callable[[Key], Sequence[bytes]]
"""Gives the fragments of one key, one for each column."""


class Cells:
    """Several columns of fragments that depend on the same integers (the axes of a key).

    ``render`` gives the fragments of one key, one for each column.
    """

    def __init__(
        self, spans: Sequence[tuple[int, int]], columns: int, render: Callable[[Key], Sequence[bytes]]
    ) -> None:
        """``spans``: least and greatest value of each axis."""
        self._spans = tuple(spans)
        self._render = render
        self._sizes = [high - low + 1 for low, high in spans]
        size = 1
        for one in self._sizes:
            size *= one
        self._slots = np.full(size, -1, np.int32) if size <= DENSE else None
        self._rows: dict[Key, int] = {}
        self.columns = [Fragments() for _ in range(columns)]
        self.keys: list[Key] = []

    def numbers(self, axes: Sequence[Index]) -> Index:
        """The fragment numbers of keys, given axis by axis. They hold until the next call."""
        if len(self.keys) > MOST:
            self._forget()
        return self._sparse(axes) if self._slots is None else self._dense(axes, self._slots)

    def _dense(self, axes: Sequence[Index], slots: NDArray[np.int32]) -> Index:
        key = axes[0].astype(np.int64) - self._spans[0][0]
        for axis, size, (low, _) in zip(axes[1:], self._sizes[1:], self._spans[1:], strict=True):
            key *= size
            key += axis
            key -= low
        found = slots.take(key)
        if (found < 0).any():
            new = distinct(key[found < 0])
            slots[new] = np.arange(len(self.keys), len(self.keys) + len(new))
            self._add([self._key(one) for one in new.tolist()])
            found = slots.take(key)
        return found

    def _key(self, number: int) -> Key:
        values = []
        for size, (low, _) in zip(reversed(self._sizes), reversed(self._spans), strict=True):
            number, rest = divmod(number, size)
            values.append(rest + low)
        return tuple(reversed(values))

    def _sparse(self, axes: Sequence[Index]) -> Index:
        rows = np.stack([axis.astype(np.int64) for axis in axes], axis=1)
        distinct, inverse = np.unique(rows, axis=0, return_inverse=True)
        keys: list[Key] = list(map(tuple, distinct.tolist()))
        new = [key for key in keys if key not in self._rows]
        self._rows.update({key: number for number, key in enumerate(new, start=len(self.keys))})
        self._add(new)
        return np.array([self._rows[key] for key in keys], np.int64)[inverse.reshape(-1)]

    def _add(self, keys: list[Key]) -> None:
        rendered = [self._render(key) for key in keys]
        for place, column in enumerate(self.columns):
            column.extend(parts[place] for parts in rendered)
        self.keys += keys

    def _forget(self) -> None:
        if self._slots is not None:
            self._slots.fill(-1)
        self._rows.clear()
        self.columns[:] = [Fragments() for _ in self.columns]
        self.keys.clear()
