"""A room as plain JSON values, ids and numbers only (schema ``rolequiz.group/1``)."""

from __future__ import annotations

from fractions import Fraction

from rolequiz.core.group import Division, FirstPlaces, GroupAssessment, Spread
from rolequiz.core.table import Table
from rolequiz.model import BankStamp

SCHEMA = "rolequiz.group/1"


def group_record(
    bank: BankStamp, table: Table, group: GroupAssessment, *, unfinished: int = 0, rejected: int = 0
) -> dict[str, object]:
    """The room; null is what is held back or unknown. The order of keys is part of the contract."""
    return {
        "schema": SCHEMA,
        "bank": {"id": bank.id, "version": bank.version, "digest": bank.digest},
        "people": group.people,
        "unfinished": unfinished,
        "rejected": rejected,
        "named": group.is_named,
        "status": dict(group.statuses),
        "quick": group.quick,
        "answered": [{"answers": answers, "people": people} for answers, people in group.answered],
        "ranked": group.ranked,
        "first": group.first and first_record(table, group.first, is_named=group.is_named),
        "roles": {one.id: spread_record(one) for one in group.roles},
        "traits": {one.id: spread_record(one) for one in group.traits},
        "questions": {
            one.question: {"people": one.people, "dispersion": number(one.dispersion)} for one in group.questions
        },
        "divided": [division_record(one) for one in group.divided],
        "flags": None if group.flags is None else dict(group.flags),
    }


def first_record(table: Table, first: FirstPlaces, *, is_named: bool) -> dict[str, object]:
    """First places and where everybody stands."""
    places: list[dict[str, object]] = []
    for one in first.places:
        place: dict[str, object] = {"id": one.name} if is_named else {}
        places.append(place | {"certainty": dict(zip(table.roles, one.shares, strict=True))})
    return {
        "single": dict(first.single),
        "labels": dict(first.labels),
        "pairs": [{"roles": list(roles), "people": people} for roles, people in first.pairs],
        "open": first.open,
        "ties": first.ties,
        "places": places,
    }


def spread_record(one: Spread) -> dict[str, object]:
    """Scores around 0."""
    return {
        "people": one.people,
        "min": one.low,
        "lower_quartile": number(one.lower),
        "median": number(one.median),
        "upper_quartile": number(one.upper),
        "max": one.high,
    }


def division_record(one: Division) -> dict[str, object]:
    """A question to talk about; ``counts`` by option, from the first."""
    return {
        "question": one.question,
        "people": one.people,
        "dispersion": number(one.dispersion),
        "counts": None if one.counts is None else list(one.counts),
    }


def number(value: Fraction | None) -> int | float | None:
    """An exact value as a JSON number: whole where it is, else one division."""
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else value.numerator / value.denominator
