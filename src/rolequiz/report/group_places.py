"""First places, and where everybody stands between two or three roles: drawn, as a table, on the floor, and empty."""

from __future__ import annotations

from math import sqrt
from string import ascii_letters

from rolequiz.core.certainty import whole_shares
from rolequiz.core.group import (
    PAIR_REST,
    SINGLE_FROM,
    FirstPlaces,
)
from rolequiz.printable import short
from rolequiz.report.blocks import (
    Block,
    Cell,
    Column,
    Document,
    Dot,
    Dots,
    Heading,
    Headline,
    Section,
    Table,
    Tally,
    numbered,
    para,
)
from rolequiz.report.group_subject import DRAWN, RoomSubject, names, shorts

FLOOR = 5
"""Metres of a side on the floor: a share of 1 in 100 is then 5 cm."""


def first_blocks(subject: RoomSubject, first: FirstPlaces) -> tuple[Block, ...]:
    """A count for every role, every pair that came up, and no favourite; how sure that is."""
    voice = subject.voice
    rows = [(voice.name(voice.role(role)), count) for role, count in first.single]
    for roles, count in first.pairs:
        shorts = voice.joined([voice.lowered(voice.short(voice.role(role))) for role in roles])
        rows.append((voice.wording("group_between", roles=shorts), count))
    rows.append((voice.wording("group_open"), first.open))
    blocks: list[Block] = [Tally("", tuple(rows), subject.group.ranked)]
    sure = [
        voice.wording("group_sure_part", count, label=voice.wording(f"tag_{label}"))
        for label, count in first.labels
        if count
    ]
    said = [voice.wording("group_sure", parts=voice.listed(sure))] if sure else []
    if first.ties:
        said.append(voice.wording("group_ties", first.ties))
    return (*blocks, para(*said)) if said else tuple(blocks)


def picture(subject: RoomSubject, first: FirstPlaces) -> Dots:
    """Everybody between two or three roles; people are named by letters where names may be said."""
    voice, is_named = subject.voice, subject.group.is_named
    return Dots(
        title=voice.wording(f"group_dots_title_{len(subject.table.roles)}", len(first.places), roles=names(subject)),
        corners=shorts(subject),
        dots=tuple(Dot(place.shares, mark) for place, mark in zip(first.places, marks(subject, first), strict=True)),
        single_from=SINGLE_FROM,
        pair_rest=PAIR_REST,
        table=None if is_named else places_table(subject, first),
        counted=voice.wording("group_dots_counted"),
        moved=voice.wording("group_dots_moved"),
    )


def places_table(subject: RoomSubject, first: FirstPlaces) -> Table:
    """Each person's shares in whole numbers, after the letter and name where they may be said."""
    voice = subject.voice
    rows: list[tuple[Cell, ...]] = []
    for number, (place, mark) in enumerate(zip(first.places, marks(subject, first), strict=True), start=1):
        who = voice.wording("group_person_n", number) if place.name is None else f"{mark} {short(place.name)}".strip()
        rows.append((who, *whole_shares(place.shares)))
    columns = (Column(voice.wording("group_person")), *(Column(name, "count") for name in shorts(subject)))
    return Table(voice.wording("group_dots_table"), columns, tuple(rows))


def marks(subject: RoomSubject, first: FirstPlaces) -> tuple[str, ...]:
    """A letter for each person, if names may be said and there are enough letters; else none."""
    people = len(first.places)
    return tuple(ascii_letters[:people]) if subject.group.is_named and people <= len(ascii_letters) else ("",) * people


def floor(subject: RoomSubject) -> Section | None:
    """How to lay the picture on the floor, with the lengths that follow from the shares."""
    voice, roles = subject.voice, len(subject.table.roles)
    if roles not in DRAWN or subject.group.first is None:
        return None
    cut = f"{(1 - SINGLE_FROM) * FLOOR:g}"
    strip = round(PAIR_REST * FLOOR * 100 * sqrt(3) / 2)
    steps = {2: 3, 3: 4}[roles]
    texts = [
        voice.wording(f"group_floor_{roles}_{number}", side=FLOOR, cut=cut, step=FLOOR, strip=strip)
        for number in range(1, steps + 1)
    ]
    texts.append(voice.wording("group_floor_ask"))
    blocks = (numbered(texts), para(voice.wording("group_floor_free")))
    return Section(Heading(voice.wording("group_floor_heading")), blocks)


def empty_document(subject: RoomSubject) -> Document | None:
    """The empty picture, to print: one to draw on in large, or one for each person. None where there is no picture."""
    voice, roles = subject.voice, len(subject.table.roles)
    if roles not in DRAWN:
        return None
    title = voice.wording(f"group_empty_title_{roles}", roles=names(subject))
    empty = Dots(title, shorts(subject), (), SINGLE_FROM, PAIR_REST)
    how = para(voice.wording(f"group_empty_how_{roles}"))
    return Document((Section(None, (Headline(voice.wording("group_empty_heading")), how, empty)),))
