"""After the first screen: what pulled the other way, the job, employers, next steps, and the limits of all this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rolequiz.core.assess import RoleResult
from rolequiz.core.explain import Contribution
from rolequiz.model import Between, Role
from rolequiz.report.blocks import AnswerRow, Answers, Block, Facts, Heading, Numbered, Section, numbered, para
from rolequiz.report.subject import Subject
from rolequiz.report.voice import Voice, run_on

AGAINST_SHOWN = 2
"""Answers against a role that are named; the rest is summed in one line."""


def further_screens(subject: Subject) -> tuple[Section, ...]:
    """The sections after the first screen, in order; empty ones left out."""
    match subject.kind:
        case "single":
            sections = [other_way(subject), job(subject), employer(subject), next_door(subject)]
        case "pair":
            sections = [meeting(subject), settling(subject), employers(subject), tries(subject)]
        case "open" | "tie":
            sections = [tries(subject), employers(subject), anywhere(subject)]
        case "insufficient" | "profile":
            sections = []
    return tuple(section for section in (*sections, keep_in_mind(subject)) if section is not None)


def other_way(subject: Subject) -> Section:
    """How many answers spoke for and against the first role, and which ones against it most."""
    voice, first = subject.voice, subject.assessment.roles[0]
    index = subject.table.roles.index(first.role)
    given = [part for part in subject.explanation.contributions if part.answer is not None]
    gained = [part.roles[index] for part in given if part.roles[index] > 0]
    lost = [part for part in given if part.roles[index] < 0]
    counted = voice.wording(
        "other_counts",
        len(gained),
        role=voice.inside(voice.role(first.role)),
        gained=voice.signed(sum(gained)),
        against=len(lost),
        lost=voice.signed(sum(part.roles[index] for part in lost)),
        neither=len(given) - len(gained) - len(lost),
    )
    blocks: list[Block] = [para(counted)]
    if lost:
        lost.sort(key=lambda part: part.roles[index])
        rows = [answer_row(subject, part, (part.roles[index],)) for part in lost[:AGAINST_SHOWN]]
        rest = lost[AGAINST_SHOWN:]
        if rest:
            more = voice.wording("other_more", len(rest), word=voice.count(len(rest)))
            rows.append(AnswerRow("", more, "", (sum(part.roles[index] for part in rest),)))
        blocks.append(Answers(tuple(rows)))
    return Section(Heading(voice.wording("other_heading")), tuple(blocks))


def answer_row(subject: Subject, part: Contribution, points: tuple[int, ...]) -> AnswerRow:
    """One answer of the taker as a row of a table."""
    voice, question = subject.voice, subject.voice.question(part.question)
    answer = voice.wording("no_answer") if part.answer is None else voice.answer(question, part.answer)
    return AnswerRow(voice.number(part.question), voice.label(question), answer, points)


def trait_row(subject: Subject, part: Contribution) -> AnswerRow:
    """One answer with its points for traits, for a bank whose traits are all there is."""
    voice, row = subject.voice, answer_row(subject, part, ())
    if part.answer is None:
        return row
    return replace(row, answer=with_trait_points(voice, row.answer, subject.table.traits, part.traits))


def with_trait_points(voice: Voice, answer: str, traits: Sequence[str], points: Sequence[int]) -> str:
    """An answer, and in brackets the points it has for each trait that it touches."""
    said = [
        voice.wording("brief_points", name=voice.name(voice.trait(trait)), points=voice.signed(one))
        for trait, one in zip(traits, points, strict=True)
        if one
    ]
    return voice.wording("answer_points", answer=answer, points=voice.listed(said) if said else voice.signed(0))


def job(subject: Subject) -> Section | None:
    """What the first role does, is judged by, grows into and asks of you."""
    voice = subject.voice
    role = voice.role(subject.assessment.roles[0].role)
    said = [voice.text(one) for one in (role.summary, role.image) if one is not None]
    rows = [
        (voice.wording("term_judged_by"), voice.metrics(role)),
        (voice.wording("term_suits"), voice.text(role.suits) if role.suits else ""),
        (voice.wording("term_grows"), voice.in_row(role.grows)),
        (voice.wording("term_watch_for"), voice.text(role.watch_for) if role.watch_for else ""),
    ]
    facts = Facts(tuple(row for row in rows if row[1]))
    blocks: list[Block] = [para(*said)] if said else []
    if facts.rows:
        blocks.append(facts)
    return Section(Heading(voice.wording("job_heading")), tuple(blocks)) if blocks else None


def employer(subject: Subject) -> Section | None:
    """Which employer to look for, and what to ask one."""
    voice = subject.voice
    role = voice.role(subject.assessment.roles[0].role)
    blocks: list[Block] = []
    if role.choose:
        blocks.append(para(voice.text(role.choose)))
    if role.ask:
        blocks.append(numbered(voice.text(question) for question in role.ask))
    return Section(Heading(voice.wording("employer_heading")), tuple(blocks)) if blocks else None


def next_door(subject: Subject) -> Section | None:
    """Neighbouring roles in which the first role weighs most, or that stand between it and another."""
    voice, first = subject.voice, subject.assessment.roles[0].role
    rows = [(one.name, one.about) for one in subject.bank.catalogue.neighbours if is_near(subject, one.id, first)]
    rows += [
        (voice.text(one.where), voice.wording("between_two", roles=voice.roles_inside(one.roles)))
        for one in subject.bank.catalogue.between
        if first in one.roles and named_neighbour(subject, one) is None
    ]
    facts = tuple((voice.capital(voice.text(name)), voice.capital(voice.text(about))) for name, about in rows)
    return Section(Heading(voice.wording("next_door_heading")), (Facts(facts),)) if facts else None


def is_near(subject: Subject, neighbour: str, role: str) -> bool:
    """Whether a neighbouring role takes most from ``role``, or is where it meets another."""
    mix = dict(subject.table.mixes).get(neighbour)
    weight = mix[subject.table.roles.index(role)] if mix else 0
    meets = any(role in one.roles and one.where == neighbour for one in subject.bank.catalogue.between)
    return meets or bool(mix and weight and weight == max(mix))


def named_neighbour(subject: Subject, between: Between) -> str | None:
    """The neighbouring role that a place between two roles names, if it does."""
    ids = {one.id for one in subject.bank.catalogue.neighbours}
    return between.where if isinstance(between.where, str) and between.where in ids else None


def between_named(subject: Subject) -> Between | None:
    """What the bank says of the two roles of a pair."""
    pair = {one.role for one in subject.named}
    return next((one for one in subject.bank.catalogue.between if set(one.roles) == pair), None)


def meeting(subject: Subject) -> Section | None:
    """Where the two roles of a pair meet: the place between them first, then what mixes both."""
    voice = subject.voice
    between = between_named(subject)
    here = named_neighbour(subject, between) if between else None
    indices = [subject.table.roles.index(one.role) for one in subject.named]
    mixes = dict(subject.table.mixes)
    near = [
        one
        for one in subject.bank.catalogue.neighbours
        if one.id != here and one.id in mixes and all(mixes[one.id][index] for index in indices)
    ]
    first = [one for one in subject.bank.catalogue.neighbours if one.id == here]
    rows = [(voice.name(one), voice.text(one.about)) for one in (*first, *near)]
    if between and here is None:
        pair = voice.roles_inside([one.role for one in subject.named])
        about = voice.capital(voice.wording("between_two", roles=pair))
        rows.insert(0, (voice.capital(voice.text(between.where)), about))
    return Section(Heading(voice.wording("meet_heading")), (Facts(tuple(rows)),)) if rows else None


def settling(subject: Subject) -> Section | None:
    """Unscored questions to decide between two, and a second look at the answer that weighed most between them."""
    voice = subject.voice
    between = between_named(subject)
    rows = []
    for settle in between.settle if between else ():
        assert between is not None
        sides = [
            voice.wording("settle_side", text=voice.text(text), short=voice.lowered(voice.short(voice.role(role))))
            for text, role in zip((settle.first, settle.second), between.roles, strict=True)
        ]
        rows.append((voice.text(settle.ask), tuple(sides)))
    heaviest = weighed_most(subject)
    if heaviest is not None and heaviest.answer is not None:
        question = voice.question(heaviest.question)
        rows.append(
            (
                voice.wording(
                    "settle_heaviest",
                    number=voice.number(heaviest.question),
                    label=voice.text(question.label),
                    answer=voice.quoted(question, heaviest.answer),
                ),
                (voice.wording("settle_again"),),
            )
        )
    if not rows:
        return None
    return Section(
        Heading(voice.capital(voice.wording("settle_heading", len(rows), word=voice.count(len(rows))))),
        (Numbered(tuple(rows), voice.wording("settle_or")),),
    )


def weighed_most(subject: Subject) -> Contribution | None:
    """The answer that moved the two roles of a pair furthest apart; ties in form order."""
    a, b = (subject.table.roles.index(one.role) for one in subject.named)
    parts = subject.explanation.contributions
    best = max(parts, key=lambda part: abs(part.roles[a] - part.roles[b]), default=None)
    return best if best is not None and best.roles[a] != best.roles[b] else None


def employers(subject: Subject) -> Section | None:
    """For each role still in question: which employer to look for, and one thing to ask."""
    voice = subject.voice
    rows = []
    for one in subject.named:
        role = voice.role(one.role)
        parts = [voice.wording("ask_quoted", ask=voice.text(role.ask[0]))] if role.ask else []
        if role.choose:
            parts.append(voice.text(role.choose))
        if parts:
            rows.append((voice.name(role), run_on(parts)))
    return Section(Heading(voice.wording("employers_heading")), (Facts(tuple(rows)),)) if rows else None


def tries(subject: Subject) -> Section | None:
    """An hour to try for each role still in question."""
    voice = subject.voice
    roles: list[tuple[RoleResult, Role]] = [(one, voice.role(one.role)) for one in subject.named]
    rows = tuple((voice.name(role), voice.text(role.try_[0])) for _, role in roles if role.try_)
    if not rows:
        return None
    lead = subject.assessment.lead or 0
    key = "tries_after" if lead and len(rows) == 2 else "tries_after_open"
    heading = Heading(voice.wording(f"tries_heading_{len(rows)}" if len(rows) < 4 else "tries_heading_n"))
    return Section(heading, (Facts(rows), para(voice.wording(key, lead))))


def anywhere(subject: Subject) -> Section | None:
    """For an open result: where a bit of everything is done, so that the work itself can decide."""
    voice, mixes = subject.voice, dict(subject.table.mixes)
    rows = tuple(
        (voice.name(one), voice.text(one.about))
        for one in subject.bank.catalogue.neighbours
        if all(mixes.get(one.id, (0,)))
    )
    return Section(Heading(voice.wording("anywhere_heading")), (Facts(rows),)) if rows else None


def keep_in_mind(subject: Subject) -> Section:
    """What this is and is not, and the figures that files hold."""
    voice, source = subject.voice, subject.bank.catalogue.source
    kind = "keep_profile" if subject.kind == "profile" else "keep"
    blocks: list[Block] = [para(*(voice.wording(f"{kind}_{number}") for number in (1, 2, 3)))]
    if source is not None:
        blocks.append(para(voice.wording("keep_source", source=voice.lowered(voice.text(source.title)))))
    figures = in_files(subject)
    if figures:
        blocks.append(para(figures))
    return Section(Heading(voice.wording("keep_heading")), tuple(blocks))


def in_files(subject: Subject) -> str:
    """The line that joins the screen to the files: points from 0, fit, certainty, and the label."""
    voice, result = subject.voice, subject.assessment
    if subject.kind in ("profile", "insufficient"):
        return ""
    parts = []
    for number, one in enumerate(result.roles):
        span = subject.table.role_ranges[subject.table.roles.index(one.role)].span
        short = number > 0 and span == subject.table.role_ranges[subject.table.roles.index(result.roles[0].role)].span
        parts.append(
            voice.wording(
                ("files_role_short" if short else "files_role")
                if one.certainty is not None
                else ("files_unranked_short" if short else "files_unranked"),
                id=one.role,
                points=one.points,
                span=span,
                fit=voice.decimal(one.fit),
                certainty=voice.decimal(100 * (one.certainty or 0.0)),
            )
        )
    label = voice.wording("files_label", label=result.label) if result.label else ""
    return voice.wording("files", parts=voice.wording("files_between").join(parts), label=label)
