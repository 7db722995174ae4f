"""The first screen: the answer, how sure it is, and what makes it up."""

from __future__ import annotations

from typing import Literal

from rolequiz.core.assess import RoleResult
from rolequiz.core.certainty import whole_shares
from rolequiz.core.explain import heaviest
from rolequiz.core.score import places
from rolequiz.report.blocks import (
    Banner,
    BarRow,
    Bars,
    Block,
    Facts,
    Heading,
    Headline,
    Scale,
    ScaleRow,
    Section,
    SideBySide,
    para,
)
from rolequiz.report.subject import Subject

FLAGS_TOLD = ("straight-lining", "agreement-bias", "too-fast")
"""Flags a taker is told of. Of the sheets that ``inconsistent`` marks, half were answered honestly."""


SHARES_SHOWN = 5
"""Roles whose share is said; a bank may have more."""


def first_screen(subject: Subject) -> tuple[Section, ...]:
    """The sections of the first screen, in order; empty ones left out."""
    sections = [
        Section(None, (banner(subject), headline(subject), *scale(subject))),
        certainty(subject),
        notes(subject),
        make_up(subject),
        try_out(subject),
    ]
    return tuple(section for section in sections if section is not None)


def banner(subject: Subject) -> Banner:
    """The program, how much was answered, and the day."""
    voice, result = subject.voice, subject.assessment
    key = "banner_all" if result.answered == result.asked else "banner_some"
    parts = [voice.wording(key, answered=result.answered, asked=result.asked)]
    if result.mode == "quick":
        parts.append(voice.wording("banner_quick"))
    if subject.day is not None:
        parts.append(voice.day(subject.day))
    return Banner("rolequiz", tuple(parts), voice.wording("banner_between"))


def headline(subject: Subject) -> Headline:
    """The result in a sentence; no winner is announced where there is none."""
    voice, result = subject.voice, subject.assessment
    text = verdict(subject, "headline")
    match subject.kind:
        case "pair" if behind := [one.role for one in result.roles[2:]]:
            roles = voice.capital(voice.roles_inside(behind))
            return Headline(text, voice.wording("headline_pair_behind", len(behind), roles=roles))
        case "tie" if len(result.top) < len(result.roles):
            return Headline(text, voice.wording("headline_open_detail"))
        case "open":
            return Headline(text, voice.wording("headline_open_detail"))
        case "insufficient":
            answered = voice.wording(
                "insufficient_detail", answered=result.answered, asked=result.asked, **needed(subject)
            )
            return Headline(text, answered)
        case _:
            return Headline(text)


def verdict(subject: Subject, said: Literal["headline", "brief"]) -> str:
    """The result in one sentence, said to the taker (``headline``) or by the taker to a friend (``brief``)."""
    voice, result = subject.voice, subject.assessment
    title = voice.text(subject.bank.form.title)
    match subject.kind:
        case "single":
            role = voice.inside(voice.role(result.roles[0].role))
            return voice.wording(f"{said}_{result.label}", role=role, title=title)
        case "pair":
            roles = voice.roles_inside([one.role for one in subject.named])
            return voice.wording(f"{said}_pair", roles=roles, title=title)
        case "tie" if len(result.top) == len(result.roles):
            word = voice.count(len(result.top))
            return voice.wording(f"{said}_all_tied", len(result.top), word=word, title=title)
        case "tie":
            roles = voice.roles_inside(result.top)
            if said == "headline":
                roles = voice.capital(roles)
            return voice.wording(f"{said}_tied", roles=roles, title=title)
        case "open":
            word = voice.count(len(result.roles))
            return voice.wording(f"{said}_open", len(result.roles), word=word, title=title)
        case "insufficient":
            return voice.wording(f"{said}_insufficient", title=title)
        case "profile":
            return voice.wording(f"{said}_profile", n=len(result.traits), title=title)


def needed(subject: Subject) -> dict[str, int]:
    """From how many answers on a result is provisional, and full."""
    asked = subject.assessment.asked
    return {"half": -(-asked // 2), "full": -(-asked * 4 // 5)}


def scale(subject: Subject) -> tuple[Block, ...]:
    """Every role around 0, in ranking order; nothing where nothing is ranked."""
    if subject.kind in ("insufficient", "profile"):
        return ()
    voice, table, roles = subject.voice, subject.table, subject.assessment.roles
    shared = places([one.score for one in roles])
    rows = []
    for result, place in zip(roles, shared, strict=True):
        is_joint = shared.count(place) > 1
        mark = role_mark(subject, result, place, is_joint)
        is_placed = subject.kind == "single" or (subject.kind == "tie" and is_joint)
        key = ("spoken_joint" if is_joint else "spoken_place") if is_placed else "spoken_role"
        spoken = voice.wording(
            key,
            place=voice.wording(f"place_{place}") if place <= 3 else voice.wording("place_n", n=place),
            role=voice.inside(voice.role(result.role)),
            points=voice.signed(result.score),
        )
        mean = float(table.random_means[table.roles.index(result.role)])
        rows.append(ScaleRow(mark, voice.name(voice.role(result.role)), result.score, spoken, mean))
    return (
        Scale(
            rows=tuple(rows),
            low=min(span.low for span in table.role_ranges),
            high=max(span.high for span in table.role_ranges),
            against=voice.wording("axis_against"),
            towards=voice.wording("axis_for"),
            note=voice.wording("axis_note" if subject.neutral else "axis_note_random"),
            random_note="" if subject.neutral else voice.wording("axis_random_mark"),
        ),
    )


def role_mark(subject: Subject, result: RoleResult, place: int, is_joint: bool) -> str:
    """What stands before a role: its place, ``=`` for those exactly level in front, ``~`` for a pair, else nothing."""
    match subject.kind:
        case "single":
            return f"{place}=" if is_joint else str(place)
        case "pair":
            mark = "=" if is_joint else "~"
            return mark if result in subject.named else ""
        case _:
            return "=" if result.role in subject.assessment.top and is_joint else ""


def certainty(subject: Subject) -> Section | None:
    """How sure: points of lead, the smallest change, and simulated sittings in whole numbers."""
    if subject.kind in ("insufficient", "profile"):
        return None
    voice, result = subject.voice, subject.assessment
    tag = result.label if subject.kind == "single" else subject.kind
    heading = Heading(voice.wording("sure_heading"), voice.wording(f"tag_{tag}"))
    said = para(lead_sentence(subject), flip_sentence(subject), share_sentence(subject), after(subject))
    return Section(heading, (said,))


def lead_sentence(subject: Subject) -> str:
    """How far the first is ahead; what is and is not decided."""
    voice, result = subject.voice, subject.assessment
    lead = result.lead or 0
    match subject.kind:
        case "single":
            return voice.wording("sure_lead", lead)
        case "pair" if lead == 0:
            return voice.wording("sure_pair_tied")
        case "pair":
            return voice.wording("sure_pair", lead)
        case "tie":
            return voice.capital(voice.wording("sure_tied", len(result.top), word=voice.count(len(result.top))))
        case _:
            return voice.wording("sure_open", lead)


def flip_sentence(subject: Subject) -> str:
    """The smallest number of answers that, given differently, would put another role first."""
    voice, flip = subject.voice, subject.explanation.flip
    if flip is None:
        return ""
    size = len(flip.changes)
    followers = [one for one in subject.assessment.roles if one.role not in subject.assessment.top]
    is_shared = len(followers) > 1 and followers[0].score == followers[1].score
    if subject.kind == "single" or (is_shared and not subject.assessment.tie):
        return voice.wording("sure_flip", size, answered=subject.assessment.answered)
    return voice.wording("sure_flip_order", size, roles=voice.roles_inside(flip.becomes))


def share_sentence(subject: Subject) -> str:
    """Certainty as whole numbers out of 100 simulated sittings; tied roles show the same number."""
    voice, roles = subject.voice, subject.assessment.roles
    if subject.kind == "single":
        return voice.wording(
            "sure_share",
            share=shares(subject)[0],
            role=voice.inside(voice.role(roles[0].role)),
            word=voice.count(len(roles)),
        )
    if len(subject.assessment.top) == len(roles):
        return voice.wording("sure_equal", len(roles), word=voice.count(len(roles)))
    return voice.wording("sure_shares", parts=shares_said(subject))


def shares(subject: Subject) -> tuple[int, ...]:
    """Every role's share of 100 simulated sittings with such scores, ranking order."""
    return whole_shares([one.certainty or 0.0 for one in subject.assessment.roles])


def shares_said(subject: Subject) -> str:
    """The shares of the first roles as one list."""
    voice = subject.voice
    parts = []
    for one, share in list(zip(subject.assessment.roles, shares(subject), strict=True))[:SHARES_SHOWN]:
        role = voice.role(one.role)
        parts.append(
            voice.wording(
                "sure_share_part", role=voice.inside(role), short=voice.lowered(voice.short(role)), share=share
            )
        )
    return voice.wording("clause_between").join(parts)


def after(subject: Subject) -> str:
    """That close results are nothing unusual."""
    return "" if subject.kind == "single" else subject.voice.wording("sure_close")


def notes(subject: Subject) -> Section | None:
    """Whatever limits this result: few answers, a quick sitting, how it was answered."""
    voice, result = subject.voice, subject.assessment
    told = []
    if result.status == "provisional" or (result.status == "insufficient" and subject.kind == "profile"):
        told.append(voice.wording("note_provisional", answered=result.answered, asked=result.asked, **needed(subject)))
    if result.mode == "quick" and result.asked < len(subject.table.items):
        told.append(voice.wording("note_quick", asked=result.asked, total=len(subject.table.items)))
    if subject.kind == "profile":
        told.append(voice.wording("note_profile"))
    if not subject.table.doubling_stated and subject.kind not in ("profile", "insufficient"):
        told.append(voice.wording("note_doubling", doubling=voice.decimal(subject.table.doubling)))
    for flag in result.flags:
        if flag.id in FLAGS_TOLD:
            key = flag.id.replace("-", "_")
            told.append(
                voice.wording(
                    f"flag_{key}_against" if flag.id == "agreement-bias" and flag.amount < 0 else f"flag_{key}",
                    abs(flag.amount),
                )
            )
    if not told:
        return None
    heading = None if subject.kind == "profile" else Heading(voice.wording("notes_heading"))
    return Section(heading, tuple(para(note) for note in told))


def make_up(subject: Subject) -> Section | None:
    """The traits behind the result, one a line, adding up to what they stand under."""
    voice, result = subject.voice, subject.assessment
    match subject.kind:
        case "single":
            bars = role_bars(subject, result.roles[0], quoted=True)
            heading = voice.wording("made_heading", points=voice.signed(result.roles[0].score))
            return Section(Heading(heading), (bars,))
        case "pair":
            left, right = (role_bars(subject, one, quoted=False) for one in subject.named)
            return Section(Heading(voice.wording("made_pair_heading")), (SideBySide(left, right),))
        case "open" | "tie":
            rows = tuple(trait_rows(subject, 3))
            return Section(Heading(voice.wording("made_open_heading")), (Bars(rows, reach(subject)),))
        case "insufficient" | "profile":
            rows = tuple(trait_rows(subject, len(result.traits)))
            key = "traits_so_far_heading" if subject.kind == "insufficient" else "traits_heading"
            return Section(Heading(voice.wording(key)), (Bars(rows, reach(subject)),)) if rows else None


def reach(subject: Subject) -> int:
    """The largest trait score possible, in points."""
    return max(max(abs(span.low), span.high) for span in subject.table.trait_ranges)


def role_bars(subject: Subject, role: RoleResult, *, quoted: bool) -> Bars:
    """A role's traits by points (then bank order), times the role's weight: they add up to its score."""
    voice = subject.voice
    rows = []
    for trait in subject.assessment.traits:
        weight = subject.weight(role.role, trait.trait)
        if weight:
            quotes = evidence(subject, trait.trait) if quoted else ()
            rows.append(BarRow(voice.name(voice.trait(trait.trait)), weight * trait.score, quotes))
    rows.sort(key=lambda row: -row.value)
    title = "" if quoted else voice.name(voice.role(role.role))
    return Bars(tuple(rows), reach(subject), title, role.score)


def trait_rows(subject: Subject, most: int) -> list[BarRow]:
    """The traits that enough answers speak of, by points (then bank order), with their evidence."""
    voice = subject.voice
    shown = sorted((one for one in subject.assessment.traits if one.is_shown), key=lambda one: -one.score)
    return [BarRow(voice.name(voice.trait(one.trait)), one.score, evidence(subject, one.trait)) for one in shown[:most]]


def evidence(subject: Subject, trait: str) -> tuple[str, ...]:
    """The answer that weighed most in a trait, quoted; nothing where no answer moved it."""
    part = heaviest(subject.explanation.contributions, subject.table.traits.index(trait))
    if part is None or part.answer is None:
        return ()
    return subject.voice.quotes(subject.voice.question(part.question), part.answer)


def try_out(subject: Subject) -> Section | None:
    """An hour to try: the shortest way to find out more."""
    voice = subject.voice
    if subject.kind != "single":
        return None
    tries = voice.role(subject.assessment.roles[0].role).try_
    return Section(None, (Facts(((voice.wording("try_term"), voice.text(tries[0])),)),)) if tries else None
