"""The handout of one participant: their own result on one sheet of paper, and nothing of anybody else."""

from __future__ import annotations

from rolequiz.model import Agree
from rolequiz.printable import short
from rolequiz.report.blocks import Banner, Bars, Block, Document, Facts, Heading, Headline, Numbered, Section, para
from rolequiz.report.first import certainty, headline, notes, reach, role_bars, scale, shares, trait_rows
from rolequiz.report.subject import Subject

CHANGES_SHOWN = 4
"""Answers that are named of those which would change the result."""

TRAITS_SHOWN = 4
"""Traits shown where several roles, or none, stand out."""


def card_document(subject: Subject, name: str, title: str) -> Document:
    """One sheet: the verdict, the points, how sure, what it rests on, what would change it, what to try."""
    voice = subject.voice
    said = headline(subject)
    parts = (title, voice.day(subject.day)) if subject.day is not None else (title,)
    banner = Banner("rolequiz", parts, voice.wording("banner_between"))
    points: tuple[Block, ...] = ((para(said.detail),) if said.detail else ()) + scale(subject) + numbers(subject)
    sections = [
        Section(None, (banner, Headline(short(name)))),
        Section(Heading(said.text), points),
        certainty(subject),
        notes(subject),
        behind(subject),
        changes(subject),
        tries(subject),
        yours(subject),
    ]
    return Document(tuple(section for section in sections if section is not None))


def numbers(subject: Subject) -> tuple[Block, ...]:
    """The shares of 100 by which a person finds their place on the floor, bank order."""
    voice, result = subject.voice, subject.assessment
    if not result.top:
        return ()
    found = dict(zip((one.role for one in result.roles), shares(subject), strict=True))
    parts = [
        voice.wording("plain_points", name=voice.lowered(voice.short(voice.role(role))), points=found[role])
        for role in subject.table.roles
    ]
    said = voice.wording("card_numbers_text", parts=voice.listed(parts))
    return (Facts(((voice.wording("card_numbers"), said),)),)


def behind(subject: Subject) -> Section | None:
    """The traits behind the result, each with the answer that weighed most in it."""
    voice = subject.voice
    if subject.kind == "single":
        first = subject.assessment.roles[0]
        heading = voice.wording("made_heading", points=voice.signed(first.score))
        return Section(Heading(heading), (role_bars(subject, first, quoted=True),))
    rows = tuple(trait_rows(subject, TRAITS_SHOWN))
    keys = {"insufficient": "traits_so_far_heading", "profile": "traits_heading"}
    heading = voice.wording(keys.get(subject.kind, "made_open_heading"))
    return Section(Heading(heading), (Bars(rows, reach(subject)),)) if rows else None


def changes(subject: Subject) -> Section | None:
    """The answers that, given differently, would put another role first."""
    voice, flip = subject.voice, subject.explanation.flip
    if flip is None:
        return None
    rows = []
    for change in flip.changes[:CHANGES_SHOWN]:
        question = voice.question(change.question)
        label = voice.text(question.label)
        if isinstance(question, Agree):
            label = voice.wording("quote", said=label)
        before, after = voice.quoted(question, change.before), voice.quoted(question, change.after)
        asked = voice.wording("group_divided_title", number=voice.number(change.question), question=label)
        rows.append((asked, (voice.wording("card_flip_change", before=before, after=after),)))
    blocks: list[Block] = [Numbered(tuple(rows))]
    if len(flip.changes) > CHANGES_SHOWN:
        blocks.append(para(voice.wording("card_flip_more", len(flip.changes) - CHANGES_SHOWN)))
    return Section(Heading(voice.wording("card_flip_heading")), tuple(blocks))


def tries(subject: Subject) -> Section | None:
    """An hour to try for each role still in question."""
    voice = subject.voice
    if not subject.assessment.top:
        return None
    roles = [voice.role(one.role) for one in subject.named]
    rows = tuple((voice.name(role), voice.text(role.try_[0])) for role in roles if role.try_)
    return Section(Heading(voice.wording("card_try_heading")), (Facts(rows),)) if rows else None


def yours(subject: Subject) -> Section:
    """What this is and is not, and whose."""
    voice = subject.voice
    kind = "keep_profile" if subject.kind == "profile" else "keep"
    kept = (voice.wording(f"{kind}_{number}") for number in (1, 2, 3))
    return Section(Heading(voice.wording("keep_heading")), (para(*kept, voice.wording("card_yours")),))
