"""The coach's key to the form on paper: every answer's points, how to read their sums, and an example.

Everything here is figured out by the scorer itself, so that scoring by hand gives
what the program gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Literal, TypeAlias

from rolequiz.core.assess import FULL, PROVISIONAL, Assessment, assess, standing
from rolequiz.core.score import Sheet
from rolequiz.core.table import Item, Table
from rolequiz.report.paper import paper
from rolequiz.report.voice import Voice

Outcome: TypeAlias = Literal["open", "pair", "leaning", "firm", "clear"]
OUTCOMES: tuple[Outcome, ...] = ("open", "pair", "leaning", "firm", "clear")
"""What three sums can say, in the order in which it comes about as the third role falls behind."""

MAX_READING = 60
"""Rows of the table of readings at most: a bank with longer ones is not read by hand."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A question's number, its label, and for each answer the points of every role (of every trait without roles)."""

    number: int
    label: str
    points: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class TraitRow:
    """A trait's name and role, and the points of each answer to the questions that touch it."""

    name: str
    role: str
    questions: tuple[tuple[int, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What it says that the first role is ``second`` points before the second one (or more, where ``is_last``).

    For each outcome the least and greatest distance from the first to the third
    (None: no bound); no entry where it cannot come about.
    """

    second: int
    is_last: bool
    thirds: dict[Outcome, tuple[int, int | None]]


def readings(table: Table) -> tuple[Reading, ...]:
    """The table to read three sums by; empty for a bank that cannot be read by hand."""
    if len(table.roles) != 3:
        return ()
    widest = max(span.high for span in table.role_ranges) - min(span.low for span in table.role_ranges)
    rows: list[Reading] = []
    for second in range(widest + 1):
        found = _thirds(table, second, widest)
        is_last = list(found) == ["clear"]
        rows.append(Reading(second, is_last, found))
        if is_last:
            return tuple(rows)
        if len(rows) == MAX_READING:
            return ()
    return tuple(rows)


def _thirds(table: Table, second: int, widest: int) -> dict[Outcome, tuple[int, int | None]]:
    found: dict[Outcome, tuple[int, int | None]] = {}
    for third in range(second, widest + 1):
        outcome = outcome_of(table, (0, -second, -third))
        low, _ = found.get(outcome, (third, third))
        found[outcome] = (low, third)
    last = next(reversed(found))
    return found | {last: (found[last][0], None)}


def outcome_of(table: Table, scores: tuple[int, ...]) -> Outcome:
    """What three scores of a full sheet say."""
    found = standing(scores, table.doubling, provisional=False)
    if found.label == "mixed":
        return "pair" if found.shape == "pair" else "open"
    return found.label


def key_rows(voice: Voice, table: Table) -> tuple[KeyRow, ...]:
    """One row a question, in form order."""
    return tuple(
        KeyRow(number, voice.text(question.label), item.roles if table.roles else _by_trait(table, item))
        for number, (question, item) in enumerate(zip(voice.bank.questions, table.items, strict=True), start=1)
    )


def _by_trait(table: Table, item: Item) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(dict(option).get(t, 0) for t in range(len(table.traits))) for option in item.traits)


def trait_rows(voice: Voice, table: Table) -> tuple[TraitRow, ...]:
    """One row a trait, in bank order."""
    rows = []
    for t, trait in enumerate(voice.bank.traits):
        owners = table.owners(t)
        touching = tuple(
            (number, tuple(dict(option).get(t, 0) for option in item.traits))
            for number, item in enumerate(table.items, start=1)
            if t in item.touches
        )
        role = voice.listed([voice.short(voice.role(one)) for one in owners])
        rows.append(TraitRow(voice.name(trait), role, touching))
    return tuple(rows)


def example_sheet(table: Table) -> Sheet:
    """A sheet with one role in front, the same for the same bank: the first that leans enough among simple patterns."""
    sheets = list(_patterns(table))
    wanted = ("leaning", "firm")
    return next((one for one in sheets if assess(table, one).label in wanted), sheets[0])


def _patterns(table: Table) -> Iterator[Sheet]:
    for step in range(1, 100):
        yield tuple((place * step + place // 3) % item.options + 1 for place, item in enumerate(table.items))


@dataclass(frozen=True, slots=True)
class Example:
    """A sheet with its points, and what they come to."""

    answers: tuple[int, ...]
    points: tuple[tuple[int, ...], ...]
    sums: tuple[int, ...]
    text: str


def example(voice: Voice, table: Table) -> Example:
    """The worked example of a bank with three roles."""
    sheet = example_sheet(table)
    found = assess(table, sheet)
    answers = tuple(number for number in sheet if number is not None)
    points = tuple(item.roles[number - 1] for item, number in zip(table.items, answers, strict=True))
    sums = tuple(sum(column) for column in zip(*points, strict=True))
    return Example(answers, points, sums, _read(voice, table, found))


def _read(voice: Voice, table: Table, found: Assessment) -> str:
    """The example's order and its reading, in words."""
    scores = [role.score for role in found.roles]
    said = "".join(
        voice.wording(
            "key_sheet_example_read",
            place=voice.wording(f"place_{role.place}"),
            role=voice.name(voice.role(role.role)),
            points=voice.signed(role.score),
        )
        for role in found.roles
    )
    return said + voice.wording(
        "key_sheet_example_end",
        second=scores[0] - scores[1],
        third=scores[0] - scores[2],
        tag=voice.wording(f"tag_{outcome_of(table, tuple(scores))}"),
    )


def key_sheet(voice: Voice, table: Table) -> str:
    """The key as one HTML file to print on A4."""
    bank, total = voice.bank, len(table.items)
    rows = key_rows(voice, table)
    names = [voice.short(role) for role in bank.roles] if table.roles else [voice.name(trait) for trait in bank.traits]
    found = readings(table)
    return paper(
        "key_sheet.html",
        voice,
        title=voice.wording("key_sheet_title", title=voice.text(bank.form.title)),
        heads="",
        rows=rows,
        names=names,
        most=max(len(row.points) for row in rows),
        total=total,
        full=ceil(FULL * total),
        half=ceil(PROVISIONAL * total),
        readings=found,
        outcomes=OUTCOMES,
        traits=trait_rows(voice, table) if table.roles else (),
        example=example(voice, table) if found else None,
        is_ranked=bool(table.roles),
    )
