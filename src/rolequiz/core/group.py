"""What can be said about a room: several assessed sheets as one frozen, language-free value.

Owns two things: what is counted, and what is held back. Without names nothing is
said of fewer than ``FEWEST`` people, nothing that is one person's alone (an
extreme, a small count of a flag), and nothing that joins two facts about one
person: a place in the picture is tied to no answer, trait or flag. What is held
back is None here, so that no renderer can show it.

Where a person stands between the roles is the share of certainty of each role,
p_r = 2^(S_r / doubling) / sum of the same: three shares that sum to 1 are weights
of a triangle's corners. They depend on the leads only, not on how readily
somebody agrees; every ``doubling`` points of lead double the ratio of two
shares; the centre means exactly level; a corner is never quite reached. The
wordings of a result then are straight lines: one role from a share of 0.60 on, a pair
where all others together have at most 0.15, open between. Weights in proportion to points
would put nearly everybody into the middle, and those who agree with everything most of all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from rolequiz.core.assess import Assessment, Status
from rolequiz.core.certainty import LABEL_FLOORS, PAIR_FLOOR, Label
from rolequiz.core.quality import FLAG_IDS, FlagId
from rolequiz.core.table import Item, Table
from rolequiz.model import FORMATS

FEWEST = 5
"""People of whom something is said without names, at least."""

DETAILED = 8
"""People from which quartiles and counts are told without names: two of them lie beyond each quartile."""

FEW = 3
"""People who share a flag from which it is counted without names."""

CAMP = 2
"""People on either side of a question, at least, before it divides a room: one against all is no division."""

TALKED_ABOUT = 2
"""Questions of each format that are put forward: the formats' usual dispersions differ."""

SINGLE_FROM = LABEL_FLOORS[-1][0]
"""Share from which a result names one role: the line across a corner of the triangle."""

PAIR_REST = 1 - PAIR_FLOOR
"""Share of all other roles up to which a result names a pair: the line along a side of the triangle."""

STATUSES: tuple[Status, ...] = ("full", "provisional", "insufficient")
NAMING_LABELS: tuple[Label, ...] = ("clear", "firm", "leaning")


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a room: code name and assessed sheet."""

    name: str
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Place:
    """Where one person stands: a share for each role, bank order, summing to 1; ``name`` only where names are said."""

    shares: tuple[float, ...]
    name: str | None


@dataclass(frozen=True, slots=True)
class FirstPlaces:
    """What came first, for each person with a ranking exactly one of ``single``, ``pairs`` and ``open``.

    ``single`` holds every role in bank order, ``pairs`` those that occur, by
    falling count, then bank order. ``labels`` splits ``single`` by how sure it is. ``ties`` counts,
    among all, the results with several roles exactly level in front. ``places`` are in the order
    of names, or where those are not said in falling order of shares.
    """

    single: tuple[tuple[str, int], ...]
    labels: tuple[tuple[Label, int], ...]
    pairs: tuple[tuple[tuple[str, str], int], ...]
    open: int
    ties: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """How scores around 0 spread over ``people``; None is held back, or nobody has such a score.

    Quartiles by the rule of averaged steps (Hyndman and Fan 1996, definition 2):
    the least value that at least a quarter do not exceed, or, where exactly a
    quarter do not, halfway to the next. They are whole or half points.
    """

    id: str
    people: int
    low: int | None
    lower: Fraction | None
    median: Fraction | None
    upper: Fraction | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Division:
    """How one question divided those who answered it.

    ``dispersion`` is 0 where all answered alike and 1 where they are as far apart
    as the format lets so many people be; ``counts`` are the answers by option.
    None is held back, or fewer than two people answered.
    """

    question: str
    people: int
    dispersion: Fraction | None
    counts: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class GroupAssessment:
    """The room.

    ``answered`` are (answers given, people), most answers first. ``ranked``
    people have a ranking; ``first`` is None where too few have, or the bank has no
    roles. ``roles`` and ``traits`` are in bank order, ``questions`` in form order. ``divided`` are the
    questions to talk about, by falling dispersion, then form order. A flag's count is None
    where fewer than ``FEW`` people share it.
    """

    people: int
    is_named: bool
    statuses: tuple[tuple[Status, int], ...]
    quick: int
    answered: tuple[tuple[int, int], ...]
    ranked: int
    first: FirstPlaces | None
    roles: tuple[Spread, ...]
    traits: tuple[Spread, ...]
    questions: tuple[Division, ...]
    divided: tuple[Division, ...]
    flags: tuple[tuple[FlagId, int | None], ...] | None


def may_be_shown(people: int, *, is_named: bool) -> bool:
    """Whether anything is said of so many people."""
    return people > 0 and (is_named or people >= FEWEST)


def assess_group(table: Table, members: Sequence[Member], *, is_named: bool = False) -> GroupAssessment:
    """Everything that may be said about the members; their order makes no difference.

    Args:
        is_named: code names and everything that would be held back may be said.

    Raises:
        ValueError: there are too few of them.
    """
    if not may_be_shown(len(members), is_named=is_named):
        raise ValueError(f"nothing may be said of {len(members)} people")
    sheets = [member.assessment for member in members]
    ranked = [member for member in members if member.assessment.top]
    statuses = Counter(one.status for one in sheets)
    answered = Counter(one.answered for one in sheets)
    return GroupAssessment(
        people=len(members),
        is_named=is_named,
        statuses=tuple((status, statuses[status]) for status in STATUSES),
        quick=sum(one.mode == "quick" for one in sheets),
        answered=tuple(sorted(answered.items(), reverse=True)),
        ranked=len(ranked),
        first=first_places(table, ranked, is_named=is_named) if may_be_shown(len(ranked), is_named=is_named) else None,
        roles=tuple(
            spread(role, [one.assessment.role(role).score for one in ranked], is_named=is_named) for role in table.roles
        ),
        traits=tuple(
            spread(trait, [one.trait(trait).score for one in sheets if one.trait(trait).is_shown], is_named=is_named)
            for trait in table.traits
        ),
        questions=tuple(
            division(item, place, sheets, is_named=is_named, is_counted=False) for place, item in enumerate(table.items)
        ),
        divided=divided(table, sheets, is_named=is_named),
        flags=flag_counts(sheets, is_named=is_named) if is_named or len(members) >= DETAILED else None,
    )


def first_places(table: Table, ranked: Sequence[Member], *, is_named: bool) -> FirstPlaces:
    """What came first for people who have a ranking."""
    single: Counter[str] = Counter()
    labels: Counter[Label] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    places = []
    for member in ranked:
        one = member.assessment
        order = {result.role: result.certainty or 0.0 for result in one.roles}
        places.append(Place(tuple(order[role] for role in table.roles), member.name if is_named else None))
        if one.shape == "single" and one.label is not None:
            single[one.roles[0].role] += 1
            labels[one.label] += 1
        elif one.shape == "pair":
            first, second = sorted(table.roles.index(result.role) for result in one.roles[:2])
            pairs[table.roles[first], table.roles[second]] += 1
    at = {role: index for index, role in enumerate(table.roles)}
    return FirstPlaces(
        single=tuple((role, single[role]) for role in table.roles),
        labels=tuple((label, labels[label]) for label in NAMING_LABELS),
        pairs=tuple(sorted(pairs.items(), key=lambda one: (-one[1], at[one[0][0]], at[one[0][1]]))),
        open=len(ranked) - single.total() - pairs.total(),
        ties=sum(member.assessment.tie for member in ranked),
        places=tuple(sorted(places, key=lambda one: (one.name or "", *(-share for share in one.shares)))),
    )


def position(shares: Sequence[float]) -> tuple[float, float]:
    """Where three shares lie in a triangle of side 1: the first role at the top, the second left, the third right.

    x runs from -0.5 to 0.5, y from 0 at the base to the square root of 0.75.
    """
    top, left, right = shares
    return (right - left) / 2, top * sqrt(3) / 2


def spread(name: str, scores: Sequence[int], *, is_named: bool) -> Spread:
    """The spread of one score; extremes are one person's each, so they are said with names only."""
    values = sorted(scores)
    people = len(values)
    has_median = may_be_shown(people, is_named=is_named)
    has_quartiles = has_median and (is_named or people >= DETAILED)
    return Spread(
        id=name,
        people=people,
        low=values[0] if has_median and is_named else None,
        lower=quartile(values, 1) if has_quartiles else None,
        median=quartile(values, 2) if has_median else None,
        upper=quartile(values, 3) if has_quartiles else None,
        high=values[-1] if has_median and is_named else None,
    )


def quartile(values: Sequence[int], quarter: int) -> Fraction:
    """The first, second or third quartile of at least one sorted value; the rule stands at `Spread`."""
    place, rest = divmod(len(values) * quarter, 4)
    return Fraction(values[place]) if rest else Fraction(values[place - 1] + values[place], 2)


def dispersion(item: Item, counts: Sequence[int]) -> Fraction | None:
    """The mean distance between the answers of two people, in shares of the largest that so many people can have.

    This is Rao's quadratic entropy (1982) over its maximum. Two options of a choice are equally
    far apart, so it is there the index of qualitative variation; the points of a
    scale and the grades of a pair are as far apart as the steps between them, so it is there 1 - l² of
    Blair and Lacy (2000). None from fewer than two people.
    """
    people, options = sum(counts), len(counts)
    if people < 2:
        return None
    if item.format == "choice":
        each, more = divmod(people, options)
        largest = people**2 - more * (each + 1) ** 2 - (options - more) * each**2
        return Fraction(people**2 - sum(count**2 for count in counts), largest)
    below = apart = 0
    for count in counts[:-1]:
        below += count
        apart += below * (people - below)
    return Fraction(apart, (options - 1) * (people**2 // 4))


def has_camps(item: Item, counts: Sequence[int]) -> bool:
    """Whether at least ``CAMP`` people stand on each of two sides: two options of a choice, two ends of a scale."""
    if item.format == "choice":
        return sorted(counts)[-2] >= CAMP
    half = len(counts) // 2
    return min(sum(counts[:half]), sum(counts[-half:])) >= CAMP


def counted(item: Item, place: int, sheets: Sequence[Assessment]) -> tuple[int, ...]:
    """How many people gave each answer to the question at ``place``."""
    given = Counter(one.sheet[place] for one in sheets)
    return tuple(given[option] for option in range(1, item.options + 1))


def division(
    item: Item, place: int, sheets: Sequence[Assessment], *, is_named: bool, is_counted: bool = True
) -> Division:
    """How the question at ``place`` divided people, without the counts if they are not wanted."""
    counts = counted(item, place, sheets)
    people = sum(counts)
    is_told = is_named or people >= DETAILED
    return Division(
        item.id, people, dispersion(item, counts) if is_told else None, counts if is_told and is_counted else None
    )


def divided(table: Table, sheets: Sequence[Assessment], *, is_named: bool) -> tuple[Division, ...]:
    """The questions to talk about: of each format the ``TALKED_ABOUT`` that divided the room most, camps on both sides.

    Where people all answered alike, the counts would tell everybody's answer; such a question is never among them.
    """
    found: list[tuple[Fraction, int]] = []
    for form in FORMATS:
        of_form = []
        for place, item in enumerate(table.items):
            counts = counted(item, place, sheets)
            apart = dispersion(item, counts)
            is_told = apart is not None and may_be_shown(sum(counts), is_named=is_named)
            if item.format == form and is_told and apart is not None and has_camps(item, counts):
                of_form.append((-apart, place))
        found += sorted(of_form)[:TALKED_ABOUT]
    return tuple(division(table.items[place], place, sheets, is_named=is_named) for _, place in sorted(found))


def flag_counts(sheets: Sequence[Assessment], *, is_named: bool) -> tuple[tuple[FlagId, int | None], ...]:
    """How many sheets raise each flag."""
    raised = Counter(flag.id for one in sheets for flag in one.flags)
    return tuple((flag, raised[flag] if is_named or raised[flag] >= FEW else None) for flag in FLAG_IDS)
