"""A bank as tables to read: what was counted about it, and its questions with their points."""

from __future__ import annotations

from fractions import Fraction

from rolequiz.bank.inspect import Inspection
from rolequiz.bank.whole import decimal
from rolequiz.core.certainty import LABEL_FLOORS
from rolequiz.core.fairness import FirstPlaces, TooLargeError, bounds, claims, quick_stops
from rolequiz.core.table import Table
from rolequiz.model import Bank, Choice, Pair
from rolequiz.report.grid import GAP, Column, columns_for, drawn, grid
from rolequiz.report.voice import Voice

LEAST_TEXT = 12
"""Cells that texts and points keep each in the narrowest window."""


def percent(share: Fraction) -> str:
    """A share for people, to four places."""
    return f"{100 * float(share):.4f} %"


def fairness_table(checked: Inspection) -> str:
    """What random answering does to a valid bank, and what it promised."""
    bank, table, counted = checked.bank, checked.table, checked.survey
    assert bank is not None
    assert table is not None
    assert counted is not None
    parts = [f"{bank.id} {bank.version}: {_size(table)}\n"]
    if table.roles:
        parts += [_roles(checked, table), *_ends(checked, table), _patterns(checked)]
        parts += [_quick(table), _claims(table)]
    parts.append(_traits(table))
    promised = len(bank.form.promises)
    broken = len({one.code for one in checked.errors})
    parts.append(f"Promises: {promised - broken} of {promised} kept; warnings: {len(checked.warnings)}\n")
    return "\n".join(part for part in parts if part)


def _size(table: Table) -> str:
    return f"{len(table.items)} questions, {len(table.traits)} traits, {len(table.roles)} roles"


def _roles(checked: Inspection, table: Table) -> str:
    counted = checked.survey
    assert counted is not None
    last = (counted.places or {}).get(len(table.items))
    heads = ["Random answering", "mean", "variance", "range", "first alone", "first, ties shared"]
    limits = bounds(len(table.roles), counted.duels) if counted.duels else None
    rows = []
    for role, name in enumerate(table.roles):
        span, moment = table.role_ranges[role], counted.moments[role]
        alone = percent(Fraction(last.sole[role], last.sheets)) if last else ""
        if last:
            shared = decimal(last.shares[role])
        elif limits:
            shared = f"{float(limits[role].low):.4f} to {float(limits[role].high):.4f}"
        else:
            shared = "not counted"
        rows.append([name, decimal(moment.mean), decimal(moment.variance), f"{span.low} to {span.high}", alone, shared])
    text = grid(heads, rows, range(1, 6))
    if limits:
        text += "Four roles and more: duels are exact, shares are bounds that follow from them.\n"
    if last:
        ties = [f"{number} roles {percent(Fraction(ways, last.sheets))}" for number, ways in last.ties.items()]
        text += f"Exact, over all {last.sheets} sheets. Shared first places: {', '.join(ties) or 'none'}.\n"
    return text


def _ends(checked: Inspection, table: Table) -> list[str]:
    counted = checked.survey
    assert counted is not None
    if counted.duels:
        rows = [
            [
                f"{table.roles[one.a]} : {table.roles[one.b]}",
                *(percent(x) for x in (one.a_ahead, one.b_ahead, one.level)),
            ]
            for one in counted.duels
        ]
        return [grid(["Duels", "first ahead", "second ahead", "level"], rows, (1, 2, 3))]
    rows = [[str(asked), _equal(found)] for asked, found in (counted.places or {}).items() if asked != len(table.items)]
    return [grid(["After questions", "first places, ties shared"], rows)] if rows else []


def _equal(found: FirstPlaces) -> str:
    if len(set(found.shares)) == 1:
        return f"equal: {decimal(found.shares[0])} each"
    return " / ".join(decimal(share) for share in found.shares)


def _patterns(checked: Inspection) -> str:
    patterns = checked.survey.patterns if checked.survey else None
    if patterns is None:
        return "Constant patterns: too many kinds of questions to try\n"
    leaning = sum(len(set(scores)) > 1 for _, scores in patterns)
    return f"Constant patterns: {leaning or 'none'} of {len(patterns)} favours a role\n"


def _quick(table: Table) -> str:
    if not table.checkpoints:
        return ""
    try:
        stops = quick_stops(table)
    except TooLargeError:
        return ""
    ended = [sum(one.shares, Fraction()) for one in stops]
    rows = [
        [str(one.asked), percent(whole), " / ".join(map(percent, one.shares))]
        for one, whole in zip(stops, ended, strict=True)
    ]
    text = grid(["Quick mode after", "random sheets that stop", "by leading role"], rows, (1,))
    return text + f"In all {percent(sum(ended, Fraction()))} of random sheets stop early.\n"


def _claims(table: Table) -> str:
    floors = [floor for floor, _ in LABEL_FLOORS]
    try:
        shares = claims(table, floors)
    except TooLargeError:
        return ""
    rows = [[f"{floor:.2f}", label, percent(share)] for (floor, label), share in zip(LABEL_FLOORS, shares, strict=True)]
    return grid(["Certainty from", "label", "random sheets that reach it"], rows, (0, 2))


def _traits(table: Table) -> str:
    rows = []
    for number, trait in enumerate(table.traits):
        asked = [item for item in table.items if number in item.touches]
        formats = [str(sum(item.format == form for item in asked)) for form in ("agree", "choice", "pair")]
        span = table.trait_ranges[number]
        rows.append([trait, ", ".join(table.owners(number)) or "-", *formats, f"{span.low} to {span.high}"])
    return grid(["Trait", "role", "agree", "choice", "pair", "range"], rows, (2, 3, 4, 5))


def questions_table(bank: Bank, table: Table, voice: Voice, most: int) -> str:
    """Every question with its format, and every option with its words, traits and points, in ``most`` cells."""
    rows = []
    scales = bank.form.scales
    for question, item in zip(bank.questions, table.items, strict=True):
        match question:
            case Choice():
                texts = [voice.text(option.text) for option in question.options]
                rows.append([question.id, question.format, voice.text(question.text), ""])
            case Pair():
                texts = [voice.text(point) for point in scales.pair]
                stems = f"{voice.text(question.first.text)} | {voice.text(question.second.text)}"
                rows.append([question.id, question.format, stems, ""])
            case _:
                texts = [voice.text(point) for point in scales.agree]
                rows.append([question.id, question.format, voice.text(question.text), ""])
        for number, (text, points) in enumerate(zip(texts, item.traits, strict=True), start=1):
            told = ", ".join(f"{table.traits[trait]} {voice.signed(value)}" for trait, value in points)
            rows.append(["", str(number), text, told])
    heads = ["Question", "Format", "Text", "Points"]
    columns = list(columns_for(heads, rows))
    room = max(2 * LEAST_TEXT, most - sum(column.width + GAP for column in columns[:2]) - GAP)
    told_width = min(columns[3].width, room // 2)
    columns[2:] = [Column("Text", min(columns[2].width, room - told_width)), Column("Points", told_width)]
    return drawn(columns, [heads, *rows])
