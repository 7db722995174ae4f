"""Accepted records side by side, as the kernel and the pages take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rolequiz.batch.fast.fragments import Bytes, Index, Ints, Texts, appended
from rolequiz.batch.fast.kernel import Answers, Flags
from rolequiz.batch.records import Accepted
from rolequiz.batch.results import Layout, ResultFormat, cell, encoded, harmless, json_text, plain, quoted
from rolequiz.core.quality import too_fast
from rolequiz.core.score import sheet_of


@dataclass(frozen=True, slots=True)
class Rows:
    """Valid records in input order: ``answers`` by question and row, ``places`` that only order them.

    ``ids`` and ``extra`` (a column each, as `Layout.extra` names them) are
    rendered for the output: nothing has to be quoted any more, except text in JSON if
    ``is_bare``. ``escaped`` counts cells that got a ``'``. ``too_fast`` marks
    sheets with the flag for speed; None for nobody.
    """

    answers: Answers
    places: Ints
    ids: Texts
    extra: tuple[Texts, ...] = ()
    is_bare: bool = False
    too_fast: Flags | None = None
    escaped: int = 0

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.places)

    def take(self, order: Index) -> Rows:
        """Some of the rows, or all in another order."""
        return replace(
            self,
            answers=np.ascontiguousarray(self.answers[:, order]),
            places=self.places[order],
            ids=self.ids.take(order),
            extra=tuple(column.take(order) for column in self.extra),
            too_fast=None if self.too_fast is None else self.too_fast[order],
        )

    def speed_bits(self) -> Bytes:
        """The flag for speed as a bit beside the kernel's."""
        return _speed(self).astype(np.uint8) << np.uint8(3)


def merged(first: Rows, second: Rows) -> Rows:
    """Both, in the order of their places."""
    if not second.count:
        return first
    is_any = first.too_fast is not None or second.too_fast is not None
    both = Rows(
        np.concatenate([first.answers, second.answers], axis=1),
        np.concatenate([first.places, second.places]),
        appended(first.ids, second.ids),
        tuple(appended(a, b) for a, b in zip(first.extra, second.extra, strict=True)),
        first.is_bare,
        np.concatenate([_speed(first), _speed(second)]) if is_any else None,
        first.escaped + second.escaped,
    )
    return both.take(np.argsort(both.places, kind="stable"))


def _speed(rows: Rows) -> Flags:
    return np.zeros(rows.count, np.bool_) if rows.too_fast is None else rows.too_fast


ABSENT = b"\xff"
"""Stands for null among texts for Parquet: it is no UTF-8, so no text is like it."""


class Clerk:
    """Writes what is text in a result as the output wants it."""

    def __init__(self, layout: Layout, form: ResultFormat) -> None:
        self._layout = layout
        self._form = form

    def rows(self, items: Sequence[Accepted], places: Sequence[int], *, is_bare: bool) -> Rows:
        """Rows of single records that are scored as full ones."""
        table = self._layout.table
        answers = np.zeros((len(table.items), len(items)), np.uint8)
        fast = np.zeros(len(items), np.bool_)
        for place, item in enumerate(items):
            for question, number in item.record.answers.items():
                answers[table.positions[question], place] = number
            if item.record.seconds:
                fast[place] = too_fast(table, sheet_of(table, item.record.answers), item.record.seconds) is not None
        columns: list[list[object]] = [[item.record.id for item in items]]
        columns += [[self._extra(item)[place] for item in items] for place in range(len(self._layout.extra))]
        ids, *extra = ([self.text(value, is_bare=is_bare or not at) for value in one] for at, one in enumerate(columns))
        return Rows(
            answers,
            np.array(places, np.int64),
            Texts.of([text for text, _ in ids]),
            tuple(Texts.of([text for text, _ in column]) for column in extra),
            is_bare,
            fast if fast.any() else None,
            sum(escaped for column in (ids, *extra) for _, escaped in column),
        )

    def _extra(self, item: Accepted) -> tuple[object, ...]:
        return ((item.source, item.number) if self._layout.with_source else ()) + item.kept

    def text(self, value: object, *, is_bare: bool) -> tuple[bytes, int]:
        """A value rendered, and 1 if it got a ``'``; text without quotes in JSON if ``is_bare``."""
        match self._form:
            case "csv":
                (text,), escaped = harmless(self._layout, [cell(value)])
                return encoded(quoted(text)), escaped
            case "parquet":
                return ABSENT if value is None else encoded(cell(value)), 0
            case _:
                text = json_text(plain(value))
                return encoded(text[1:-1] if is_bare and isinstance(value, str) else text), 0

    def origin(self, source: str, numbers: Ints) -> tuple[tuple[Texts, ...], int]:
        """The columns of the origin of rows that come from one source, and how many cells got a ``'``."""
        if not self._layout.with_source:
            return (), 0
        name, escaped = self.text(source, is_bare=True)
        once = Texts.of([name])
        names = once.take(np.zeros(len(numbers), np.int64))
        return (names, Texts.of([b"%d" % number for number in numbers.tolist()])), escaped * len(numbers)
