"""Two sittings put into words: what moved, whether chance alone would do that, and which answers moved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rolequiz.core.assess import Assessment
from rolequiz.core.compare import Change, Comparison, Move
from rolequiz.core.table import Table as ScoringTable
from rolequiz.report.blocks import (
    AnswerRow,
    Answers,
    Banner,
    Cell,
    Column,
    Document,
    Heading,
    Headline,
    Section,
    Table,
    para,
)
from rolequiz.report.further import with_trait_points
from rolequiz.report.outcome import outcome, sureness
from rolequiz.report.voice import Voice


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sittings: its number in the history, whose it is, and its day."""

    number: int
    person: str
    day: date


@dataclass(frozen=True, slots=True)
class Sides:
    """Everything the words are chosen from; ``earlier`` and ``later`` say which sittings are compared."""

    table: ScoringTable
    comparison: Comparison
    voice: Voice
    earlier: Side
    later: Side

    @property
    def is_told_apart(self) -> bool:
        """Whether some question was answered in one sitting only, so that a difference has two parts."""
        return any(None in (move.before, move.after) for move in self.comparison.moves)

    @property
    def order(self) -> tuple[int, ...]:
        """Role indices as the later sitting ranks them."""
        return tuple(self.table.roles.index(one.role) for one in self.comparison.after.roles)


def comparison_document(sides: Sides) -> Document:
    """The whole comparison: what came out, what moved, and the answers that moved it, which add up to it."""
    opening = (Section(None, (banner(sides), headline(sides))), Section(None, (sittings(sides),)))
    if not sides.comparison.moves:
        return Document((*opening, keep(sides)))
    if not sides.table.roles:
        return Document((*opening, answers(sides), trait_changes(sides), keep(sides)))
    return Document((*opening, chance(sides), role_changes(sides), answers(sides), trait_changes(sides), keep(sides)))


def banner(sides: Sides) -> Banner:
    """The program and the numbers of the sittings."""
    said = sides.voice.wording("compare_banner", earlier=sides.earlier.number, later=sides.later.number)
    return Banner("rolequiz", (said,), sides.voice.wording("banner_between"))


def headline(sides: Sides) -> Headline:
    """Both results in one sentence, and whether their difference is more than chance."""
    voice, found = sides.voice, sides.comparison
    if not sides.table.roles:
        return Headline(voice.wording("compare_profile"), verdict(sides))
    before, after = (said(voice, one) for one in (found.before, found.after))
    if before == after:
        return Headline(voice.wording("compare_same", said=after), verdict(sides))
    return Headline(voice.wording("compare_other", before=before, after=after), verdict(sides))


def said(voice: Voice, result: Assessment) -> str:
    """A result inside a sentence; no role is named where none stands out."""
    if result.status == "insufficient":
        return voice.wording("compare_insufficient")
    match result.shape:
        case "single":
            return voice.inside(voice.role(result.roles[0].role))
        case "pair":
            return voice.wording("compare_pair", roles=voice.roles_inside([one.role for one in result.roles[:2]]))
        case _ if result.tie:
            return voice.wording("compare_tied", roles=voice.roles_inside(result.top))
        case _:
            return voice.wording("compare_open")


def verdict(sides: Sides) -> str:
    """Whether the difference is within chance, in one sentence; nothing where that cannot be said."""
    found = sides.comparison
    if not found.moves:
        return sides.voice.wording("compare_none")
    if found.lead is None or not found.repeated:
        return ""
    return sides.voice.wording("compare_within" if found.lead.change.is_within else "compare_beyond")


def sittings(sides: Sides) -> Table:
    """The two sittings, each with its result."""
    voice, found = sides.voice, sides.comparison
    heads = ("compare_sitting", "history_result", "history_sure")
    rows = tuple(
        (when(voice, key, side), outcome(voice, result), sureness(voice, result))
        for key, side, result in (
            ("compare_earlier_day", sides.earlier, found.before),
            ("compare_later_day", sides.later, found.after),
        )
    )
    return Table(voice.wording("compare_sittings"), tuple(Column(voice.wording(head)) for head in heads), rows)


def when(voice: Voice, key: str, side: Side) -> str:
    """Earlier or later, and the day."""
    return voice.wording(key, day=voice.day(side.day))


def chance(sides: Sides) -> Section:
    """How far the lead moved, and how far it moves without any change."""
    voice, found = sides.voice, sides.comparison
    heading = voice.wording("compare_chance_heading")
    if found.lead is None:
        return Section(Heading(heading), (para(voice.wording("compare_unranked")),))
    change = found.lead.change
    told = [
        voice.wording(
            "compare_lead",
            change.difference,
            role=voice.capital(voice.inside(voice.role(found.lead.role))),
            rival=voice.inside(voice.role(found.lead.rival)),
            before=voice.signed(change.before),
            after=voice.signed(change.after),
            change=voice.signed(change.difference),
        )
    ]
    if sides.is_told_apart:
        once = sum(None in (move.before, move.after) for move in found.moves)
        parts = (voice.signed(change.once), voice.signed(change.repeated))
        told.append(voice.wording("compare_once", once, once=parts[0], rest=parts[1]))
    if not found.repeated:
        return Section(Heading(heading), (para(*told, voice.wording("compare_never_twice")),))
    told.append(voice.wording("compare_band", retest=change.retest))
    told.append(voice.wording("compare_so_within" if change.is_within else "compare_so_beyond"))
    tag = voice.wording("compare_tag_within" if change.is_within else "compare_tag_beyond")
    return Section(Heading(heading, tag), (para(*told),))


def role_changes(sides: Sides) -> Section:
    """Every role's points in both sittings, as the later one ranks them."""
    voice = sides.voice
    rows = [(voice.name(voice.role(sides.table.roles[r])), sides.comparison.roles[r]) for r in sides.order]
    shown = changes(sides, "compare_role", rows)
    return Section(
        Heading(voice.wording("compare_roles_heading")), (shown, para(twice_note(sides), beyond_chance(voice, rows)))
    )


def trait_changes(sides: Sides) -> Section:
    """The traits that moved, the largest change first, then bank order."""
    voice, table = sides.voice, sides.table
    traits = zip(table.traits, sides.comparison.traits, strict=True)
    rows = [(voice.name(voice.trait(trait)), change) for trait, change in traits if change.difference]
    rows.sort(key=lambda row: -abs(row[1].difference))
    heading = Heading(voice.wording("compare_traits_heading"))
    still = len(table.traits) - len(rows)
    if not rows:
        return Section(heading, (para(voice.wording("compare_traits_still", still)),))
    note = "" if table.roles else twice_note(sides)
    told = para(note, beyond_chance(voice, rows), voice.wording("compare_still", still) if still else "")
    return Section(heading, (changes(sides, "compare_trait", rows), told))


def changes(sides: Sides, head: str, rows: Sequence[tuple[str, Change]]) -> Table:
    """Points in both sittings, their difference, and how large chance makes it."""
    voice = sides.voice
    columns = [Column(voice.wording(head))]
    columns += [Column(voice.wording(key), "points") for key in ("compare_earlier", "compare_later", "compare_change")]
    columns += [Column(voice.wording("compare_twice"), "points")] if sides.is_told_apart else []
    columns += [Column(voice.wording("compare_by_chance"), "count")]
    cells: list[tuple[Cell, ...]] = []
    for name, change in rows:
        twice = (change.repeated,) if sides.is_told_apart else ()
        cells.append((name, change.before, change.after, change.difference, *twice, change.retest))
    return Table(voice.wording(f"{head}_caption"), tuple(columns), tuple(cells))


def twice_note(sides: Sides) -> str:
    """Which column the one of chance belongs to, where a difference has two parts."""
    return sides.voice.wording("compare_twice_note") if sides.is_told_apart else ""


def beyond_chance(voice: Voice, rows: Sequence[tuple[str, Change]]) -> str:
    """What moved further than chance does, each taken alone."""
    beyond = [voice.lowered(name) for name, change in rows if not change.is_within]
    return voice.wording("compare_beyond_chance" if beyond else "compare_none_beyond", names=voice.joined(beyond))


def answers(sides: Sides) -> Section:
    """Every answer that differs with what it moved; the last row is the change of every role."""
    voice, found, table = sides.voice, sides.comparison, sides.table
    heads = [voice.short(voice.role(table.roles[r])) for r in sides.order]
    heads += [voice.wording("compare_lead_column")] if found.lead else []
    rows = tuple(answer_row(sides, move) for move in found.moves)
    sums = [found.roles[r].difference for r in sides.order]
    sums += [found.lead.change.difference] if found.lead else []
    total = AnswerRow("", voice.capital(voice.wording("compare_change")), "", tuple(sums)) if table.roles else None
    heading = Heading(voice.wording("compare_answers_heading", len(found.moves)))
    how = [voice.wording("compare_answers_how" if table.roles else "compare_answers_how_profile")]
    if found.lead:
        role, rival = (voice.inside(voice.role(one)) for one in (found.lead.role, found.lead.rival))
        how.append(voice.wording("compare_answers_lead", role=role, rival=rival))
    return Section(heading, (para(*how), Answers(rows, tuple(heads), total)))


def answer_row(sides: Sides, move: Move) -> AnswerRow:
    """One question with both answers and what the change of answer moved."""
    voice, found, table = sides.voice, sides.comparison, sides.table
    question = voice.question(move.question)
    place = table.positions[move.question]
    shown = []
    for number, asked in ((move.before, found.before.asked), (move.after, found.after.asked)):
        if number is not None:
            shown.append(voice.quoted(question, number) if voice.is_spoken else voice.answer(question, number))
        else:
            shown.append(voice.wording("no_answer" if place < asked else "compare_not_asked"))
    key = "compare_answer_spoken" if voice.is_spoken else "compare_answer"
    answer = voice.wording(key, before=shown[0], after=shown[1])
    if not table.roles:
        answer = with_trait_points(voice, answer, table.traits, move.traits)
        return AnswerRow(voice.number(move.question), voice.label(question), answer, ())
    points = [move.roles[r] for r in sides.order] + ([move.lead] if found.lead else [])
    return AnswerRow(voice.number(move.question), voice.label(question), answer, tuple(points))


def keep(sides: Sides) -> Section:
    """What this may not be taken for."""
    voice = sides.voice
    two = ""
    if sides.earlier.person != sides.later.person:
        two = voice.wording("compare_two_ids", earlier=sides.earlier.person, later=sides.later.person)
    return Section(Heading(voice.wording("keep_heading")), (para(two, voice.wording("compare_keep")),))
