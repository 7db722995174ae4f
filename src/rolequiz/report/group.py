"""A room in words: the group's assessment as a document."""

from __future__ import annotations

from rolequiz.core.group import (
    DETAILED,
    FEW,
    FEWEST,
)
from rolequiz.report.blocks import (
    Banner,
    Block,
    Column,
    Document,
    Facts,
    Heading,
    Headline,
    Section,
    Table,
    para,
)
from rolequiz.report.group_places import first_blocks, floor, picture, places_table
from rolequiz.report.group_questions import divided
from rolequiz.report.group_spreads import spreads
from rolequiz.report.group_subject import DRAWN, RoomSubject


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
