"""A room in words: the group's assessment as a document, and the empty picture to print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import sqrt
from string import ascii_letters

from rolequiz.core.certainty import whole_shares
from rolequiz.core.group import (
    DETAILED,
    FEW,
    FEWEST,
    PAIR_REST,
    SINGLE_FROM,
    Division,
    FirstPlaces,
    GroupAssessment,
    Spread,
)
from rolequiz.core.table import Range
from rolequiz.core.table import Table as Scoring
from rolequiz.model import Agree, Choice
from rolequiz.printable import short
from rolequiz.report.blocks import (
    Banner,
    Block,
    Cell,
    Column,
    Document,
    Dot,
    Dots,
    Facts,
    Heading,
    Headline,
    Numbered,
    Section,
    Strip,
    Strips,
    Table,
    Tally,
    numbered,
    para,
)
from rolequiz.report.voice import Voice

FLOOR = 5
"""Metres of a side on the floor: a share of 1 in 100 is then 5 cm."""

DRAWN = (2, 3)
"""Numbers of roles for which there is a picture: a line, a triangle."""


@dataclass(frozen=True, slots=True)
class RoomSubject:
    """Everything the words about a room are chosen from; those ``unfinished`` or ``rejected`` are not in ``group``."""

    table: Scoring
    group: GroupAssessment
    voice: Voice
    title: str
    day: date | None = None
    unfinished: int = 0
    rejected: int = 0


def group_document(subject: RoomSubject) -> Document:
    """The room on a page: what came first and where everybody stands, then what to talk about and what to beware of."""
    first = [opening(subject), *first_sections(subject)]
    further = [
        divided(subject),
        spreads(subject, subject.group.traits, subject.table.trait_ranges, "trait"),
        whole(subject),
        flags(subject),
        floor(subject),
        use(subject),
    ]
    return Document(tuple(first), tuple(section for section in further if section is not None))


def opening(subject: RoomSubject) -> Section:
    """How many people, and what came out in one sentence."""
    voice, group = subject.voice, subject.group
    parts = [voice.wording("group_people", group.people)]
    if subject.day is not None:
        parts.append(voice.day(subject.day))
    if group.first is not None:
        single = sum(count for _, count in group.first.single)
        pair = sum(count for _, count in group.first.pairs)
        text = voice.wording("group_headline", group.ranked, single=single, pair=pair, open=group.first.open)
    elif subject.table.roles:
        text = voice.wording("group_headline_few", group.people, least=FEWEST)
    else:
        text = voice.wording("group_headline_profile", group.people, traits=len(group.traits))
    detail = voice.wording("group_headline_detail") if group.first is not None else ""
    return Section(None, (Banner(subject.title, tuple(parts), voice.wording("banner_between")), Headline(text, detail)))


def first_sections(subject: RoomSubject) -> list[Section]:
    """First places, and the room between the roles: a picture for two or three roles, their scores for more."""
    first, voice = subject.group.first, subject.voice
    if first is None:
        return []
    sections = [Section(Heading(voice.wording("group_first_heading")), first_blocks(subject, first))]
    roles = len(subject.table.roles)
    if roles in DRAWN:
        lines = (f"group_place_how_{roles}", f"group_place_zones_{roles}")
        blocks: list[Block] = [para(*map(voice.wording, lines)), picture(subject, first)]
        if not subject.group.is_named:
            blocks.append(para(voice.wording("group_place_hidden")))
        sections.append(Section(Heading(voice.wording("group_place_heading")), tuple(blocks)))
        if subject.group.is_named:
            table = places_table(subject, first)
            sections.append(Section(Heading(voice.wording("group_who_heading")), (table,)))
    else:
        found = spreads(subject, subject.group.roles, subject.table.role_ranges, "role")
        sections += [found] if found else []
    return sections


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


def shorts(subject: RoomSubject) -> tuple[str, ...]:
    """The roles' short names, bank order."""
    return tuple(subject.voice.short(subject.voice.role(role)) for role in subject.table.roles)


def names(subject: RoomSubject) -> str:
    """The roles as a list inside a sentence."""
    return subject.voice.roles_inside(subject.table.roles)


def spreads(subject: RoomSubject, found: tuple[Spread, ...], ranges: tuple[Range, ...], kind: str) -> Section | None:
    """The spread of each trait or role that anything may be said of, on one axis."""
    voice, group = subject.voice, subject.group
    shown = [(one, voice.trait(one.id) if kind == "trait" else voice.role(one.id)) for one in found]
    rows = tuple(
        Strip(
            voice.name(thing),
            one.low,
            None if one.lower is None else float(one.lower),
            None if one.median is None else float(one.median),
            None if one.upper is None else float(one.upper),
            one.high,
            spread_said(one, voice),
        )
        for one, thing in shown
    )
    if not any(row.median is not None for row in rows):
        return None
    has_quartiles = any(one.lower is not None for one in found)
    key = "_all" if group.is_named else "" if has_quartiles else "_median"
    heads = (voice.wording(f"group_spread_{kind}"), voice.wording(f"group_spread_said{key}"))
    signs, legend = (voice.wording(f"group_spread_{drawn}{key}") for drawn in ("signs", "legend"))
    low, high = min(span.low for span in ranges), max(span.high for span in ranges)
    blocks: list[Block] = [Strips(signs, legend, heads, rows, low, high)]
    if not group.is_named and not has_quartiles:
        blocks.append(para(voice.wording("group_spread_few", DETAILED)))
    return Section(Heading(voice.wording(f"group_{kind}s_heading")), tuple(blocks))


def spread_said(one: Spread, voice: Voice) -> str:
    """A spread in figures; what is held back is left out."""
    if one.median is None:
        return voice.wording("group_spread_none")
    median = half_points(one.median, voice)
    if one.lower is None or one.upper is None:
        return voice.wording("group_spread_median", median=median)
    lower, upper = half_points(one.lower, voice), half_points(one.upper, voice)
    if one.low is None or one.high is None:
        return voice.wording("group_spread_most", lower=lower, upper=upper, median=median)
    low, high = voice.signed(one.low), voice.signed(one.high)
    return voice.wording("group_spread_all", lower=lower, upper=upper, median=median, low=low, high=high)


def half_points(value: Fraction, voice: Voice) -> str:
    """Whole or half points with their sign: ``+2``, ``−0.5``."""
    if value.denominator == 1:
        return voice.signed(value.numerator)
    whole = voice.signed(1 if value > 0 else -1)
    return whole.replace("1", voice.decimal(abs(float(value))))


def divided(subject: RoomSubject) -> Section:
    """The questions to talk about, each with who-knows-how-many for every answer where that may be said."""
    voice, group = subject.voice, subject.group
    heading = Heading(voice.wording("group_divided_heading"))
    if not group.divided:
        return Section(heading, (para(voice.wording("group_divided_none")),))
    how = para(voice.wording("group_divided_how"))
    if any(one.counts is None for one in group.divided):
        asked = Numbered(tuple((question_said(one, voice), answers_said(one, voice)) for one in group.divided))
        return Section(heading, (how, asked, para(voice.wording("group_divided_few", DETAILED))))
    return Section(heading, (how, *(division_tally(one, voice) for one in group.divided)))


def question_said(one: Division, voice: Voice) -> str:
    """A question as it is read out: its number and its whole text."""
    question = voice.question(one.question)
    text = voice.text(question.text or question.label)
    if isinstance(question, Agree):
        text = voice.wording("quote", said=text)
    return voice.wording("group_divided_title", number=voice.number(one.question), question=text)


def answers_said(one: Division, voice: Voice) -> tuple[str, ...]:
    """The options of a choice or the sides of a pair; the points of a scale need not be read out."""
    question = voice.question(one.question)
    match question:
        case Agree():
            return ()
        case Choice():
            return tuple(voice.text(option.text) for option in question.options)
        case _:
            return (voice.text(question.first.text), voice.text(question.second.text))


def division_tally(one: Division, voice: Voice) -> Tally:
    """A question with a count for each of its answers."""
    assert one.counts is not None
    question = voice.question(one.question)
    rows = []
    for number, count in enumerate(one.counts, start=1):
        answer = (
            voice.text(question.options[number - 1].text)
            if isinstance(question, Choice)
            else voice.answer(question, number)
        )
        rows.append((voice.capital(answer), count))
    return Tally(question_said(one, voice), tuple(rows), one.people)


def whole(subject: RoomSubject) -> Section:
    """How complete the results are, and who is not in them."""
    voice, group = subject.voice, subject.group
    rows = [(voice.wording("group_term_results"), voice.wording("group_results", **dict(group.statuses)))]
    questions = len(subject.table.items)
    if group.answered == ((questions, group.people),):
        answered = voice.wording("group_answered_all", questions)
    else:
        answered = voice.listed(
            [voice.wording("group_answered_part", people, answers=answers) for answers, people in group.answered]
        )
    rows.append((voice.wording("group_term_answered"), answered))
    for key, count in (("quick", group.quick), ("unfinished", subject.unfinished), ("rejected", subject.rejected)):
        if count:
            rows.append((voice.wording(f"group_term_{key}"), voice.wording(f"group_{key}", count)))
    return Section(Heading(voice.wording("group_whole_heading")), (Facts(tuple(rows)),))


def flags(subject: RoomSubject) -> Section:
    """Flags as counts, small ones unsaid."""
    voice, group = subject.voice, subject.group
    heading = Heading(voice.wording("group_flags_heading"))
    if group.flags is None:
        return Section(heading, (para(voice.wording("group_flags_hidden", DETAILED)),))
    rows = tuple(
        (
            voice.wording(f"group_flag_{flag.replace('-', '_')}"),
            voice.wording("group_flag_few", FEW) if count is None else str(count),
        )
        for flag, count in group.flags
    )
    if not any(count for _, count in group.flags):
        key = "group_flags_none" if group.is_named else "group_flags_few"
        return Section(heading, (para(voice.wording(key, FEW)),))
    columns = (Column(voice.wording("group_flags_sign")), Column(voice.wording("group_flags_people")))
    return Section(heading, (Table(voice.wording("group_flags_how"), columns, rows),))


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


def use(subject: RoomSubject) -> Section:
    """What a coach may and may not do with this."""
    voice = subject.voice
    rows = [(voice.wording(f"group_use_{key}"), voice.wording(f"group_use_{key}_text")) for key in ("may", "may_not")]
    if subject.group.is_named:
        rows.append((voice.wording("group_use_named_term"), voice.wording("group_use_named")))
    else:
        small = voice.wording("group_use_small_text", fewest=FEWEST, detailed=DETAILED)
        rows.append((voice.wording("group_use_small"), small))
    if subject.table.roles:
        rows.append((voice.wording("group_use_model"), voice.wording("group_use_model_text")))
    return Section(Heading(voice.wording("group_use_heading")), (Facts(tuple(rows)),))


def empty_document(subject: RoomSubject) -> Document | None:
    """The empty picture, to print: one to draw on in large, or one for each person. None where there is no picture."""
    voice, roles = subject.voice, len(subject.table.roles)
    if roles not in DRAWN:
        return None
    title = voice.wording(f"group_empty_title_{roles}", roles=names(subject))
    empty = Dots(title, shorts(subject), (), SINGLE_FROM, PAIR_REST)
    how = para(voice.wording(f"group_empty_how_{roles}"))
    return Document((Section(None, (Headline(voice.wording("group_empty_heading")), how, empty)),))
