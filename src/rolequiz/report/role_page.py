"""What a role is: its page, and the overview of all roles, traits and neighbours of a bank."""

from __future__ import annotations

from rolequiz.model import Neighbour, Role
from rolequiz.report.blocks import Banner, Block, Document, Facts, Heading, Headline, Section, numbered, para
from rolequiz.report.voice import Voice


def overview(voice: Voice) -> Document:
    """Every role in short, the traits behind each, the neighbours, and where this view comes from."""
    bank = voice.bank
    sections = [Section(None, (Banner("rolequiz", (voice.text(bank.form.title),)),))]
    for role in bank.roles:
        rows = []
        if role.gloss:
            rows.append((voice.wording("term_what"), voice.text(role.gloss)))
        if metrics := voice.metrics(role):
            rows.append((voice.wording("term_judged_by"), metrics))
        names = [voice.inside(voice.trait(trait)) for trait in role.traits]
        rows.append((voice.wording("term_traits"), voice.listed(names)))
        sections.append(Section(Heading(voice.name(role), role.id), (Facts(tuple(rows)),)))
    if not bank.roles:
        sections.append(traits_section(voice, tuple(trait.id for trait in bank.traits)))
    sections += neighbours_section(voice)
    sections += source_section(voice)
    if bank.roles:
        sections.append(Section(None, (para(voice.wording("roles_more", example=bank.roles[0].id)),)))
    return Document(tuple(sections))


def role_page(voice: Voice, role: Role) -> Document:
    """Everything the bank says of one role; what it does not say is not shown."""
    said = [voice.text(text) for text in (role.summary, role.image) if text]
    gloss = voice.text(role.gloss) if role.gloss else ""
    first: list[Block] = [Banner("rolequiz", (role.id,)), Headline(voice.name(role), gloss)]
    first += [para(*said)] if said else []
    sections = [Section(None, tuple(first))]
    if role.does:
        sections.append(
            Section(Heading(voice.wording("does_heading")), (numbered(voice.text(one) for one in role.does),))
        )
    facts = [
        (voice.wording("term_judged_by"), voice.metrics(role)),
        (voice.wording("term_place"), voice.text(role.place) if role.place else ""),
        (voice.wording("term_suits"), voice.text(role.suits) if role.suits else ""),
        (voice.wording("term_grows"), voice.in_row(role.grows)),
        (voice.wording("term_watch_for"), voice.text(role.watch_for) if role.watch_for else ""),
    ]
    rows = tuple(fact for fact in facts if fact[1])
    if rows:
        sections.append(Section(Heading(voice.wording("about_heading")), (Facts(rows),)))
    if role.levels:
        levels = tuple((voice.text(level.name), voice.text(level.means)) for level in role.levels)
        sections.append(
            Section(Heading(voice.wording("levels_heading")), (Facts(levels), para(voice.wording("levels_note"))))
        )
    sections.append(traits_section(voice, tuple(role.traits)))
    asks: list[Block] = [para(voice.text(role.choose))] if role.choose else []
    if role.ask:
        asks.append(numbered(voice.text(one) for one in role.ask))
    if asks:
        sections.append(Section(Heading(voice.wording("employer_heading")), tuple(asks)))
    if role.try_:
        tries = numbered(voice.text(one) for one in role.try_)
        sections.append(Section(Heading(voice.wording("try_heading")), (tries,)))
    sections += source_section(voice)
    return Document(tuple(sections))


def neighbour_page(voice: Voice, neighbour: Neighbour) -> Document:
    """A role next door: what it is, and of what it is mixed."""
    blocks: list[Block] = [
        Banner("rolequiz", (neighbour.id,)),
        Headline(voice.name(neighbour)),
        para(voice.text(neighbour.about)),
    ]
    if neighbour.mix:
        parts = [
            voice.wording("mix_part", role=voice.inside(voice.role(role)), weight=weight)
            for role, weight in neighbour.mix.items()
        ]
        blocks.append(para(voice.wording("mix_note", parts=voice.listed(parts))))
    else:
        blocks.append(para(voice.wording("mix_none")))
    return Document((Section(None, tuple(blocks)), *source_section(voice)))


def traits_section(voice: Voice, traits: tuple[str, ...]) -> Section:
    """Traits with their meanings."""
    rows = tuple(
        (voice.name(trait), voice.text(trait.meaning) if trait.meaning else "")
        for trait in (voice.trait(one) for one in traits)
    )
    return Section(Heading(voice.wording("traits_of_heading")), (Facts(rows),))


def neighbours_section(voice: Voice) -> list[Section]:
    """The roles next door, if the bank has any."""
    rows = tuple((voice.name(one), voice.text(one.about)) for one in voice.bank.catalogue.neighbours)
    return [Section(Heading(voice.wording("neighbours_heading")), (Facts(rows),))] if rows else []


def source_section(voice: Voice) -> list[Section]:
    """Where this view of the roles comes from, if the bank says so."""
    source = voice.bank.catalogue.source
    if source is None:
        return []
    blocks = [para(voice.text(source.title))]
    if source.note:
        blocks.append(para(voice.text(source.note)))
    return [Section(Heading(voice.wording("source_heading")), tuple(blocks))]
