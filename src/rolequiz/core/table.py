"""A bank compiled to integers: what every scorer reads, and nothing else of the bank.

Owns the rule from formats to points and the constants that follow from them.
Knows no words. Points are integers; the only divisions are exact (`Fraction`)
or come last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from itertools import combinations
from json import dumps
from math import sqrt

from rolequiz.model import Agree, Catalogue, Choice, Form, Format, Option, Pair

DOUBLING_PER_SD = 0.5525
"""Points of lead that double the odds, in standard deviations of a difference of two roles under
random answering, for a bank that states no ``doubling``. It gives the shipped bank its 6.00."""

PAIR_POINTS = (2, 1, -1, -2)


@dataclass(frozen=True, slots=True)
class Item:
    """One question as integers.

    ``traits[k]`` holds the (trait index, points) of option k+1; ``roles[k]`` its
    points for every role. ``raw[k]`` is an agreement option's
    distance from the centre before keying; empty for the other formats.
    """

    id: str
    format: Format
    traits: tuple[tuple[tuple[int, int], ...], ...]
    roles: tuple[tuple[int, ...], ...]
    raw: tuple[int, ...]
    touches: tuple[int, ...]

    @property
    def options(self) -> int:
        """How many answers the question offers."""
        return len(self.traits)


@dataclass(frozen=True, slots=True)
class Range:
    """Least and greatest score of a complete sheet.

    A sheet with gaps can leave it only in a bank that states points on one side of 0.
    """

    low: int
    high: int

    @property
    def span(self) -> int:
        return self.high - self.low

    def points(self, score: int) -> int:
        """The score shifted to start at 0."""
        return score - self.low

    def fit(self, score: int) -> float:
        """0 to 100: one division. A range of one value has fit 0."""
        return 100 * (score - self.low) / self.span if self.span else 0.0


@dataclass(frozen=True, slots=True)
class Table:
    """Everything that can change a score.

    ``weights[r][t]`` is role r's weight on trait t. ``roles`` is empty for a bank
    with fewer than two roles: it is a profile of traits, nothing is ranked.
    ``random_means`` are the exact mean scores of the roles under uniformly random
    answering. ``doubling`` is in points; ``doubling_stated`` tells whether the
    bank gave it. ``checkpoints`` are (questions asked, lead that stops), ascending.
    """

    items: tuple[Item, ...]
    traits: tuple[str, ...]
    roles: tuple[str, ...]
    weights: tuple[tuple[int, ...], ...]
    trait_ranges: tuple[Range, ...]
    role_ranges: tuple[Range, ...]
    random_means: tuple[Fraction, ...]
    doubling: float
    doubling_stated: bool
    checkpoints: tuple[tuple[int, int], ...]
    agreement_bias: int | None
    inconsistent: int | None
    mixes: tuple[tuple[str, tuple[int, ...]], ...]
    positions: dict[str, int]

    def owners(self, trait: int) -> tuple[str, ...]:
        """The roles that weigh a trait, in bank order."""
        return tuple(role for role, row in zip(self.roles, self.weights, strict=True) if row[trait])


def compile_table(form: Form, catalogue: Catalogue) -> Table:
    """The scoring table of a valid bank.

    Agreement with n options: option j gives j - (n+1)/2 (odd n) or 2j - (n+1)
    (even n), times the key. Choice with k options: k-1 for the chosen option's
    trait, -1 for each other's, or the points an option states. Pair: 2, 1, -1, -2
    for the first trait, the negative for the second.
    """
    traits = tuple(trait.id for trait in catalogue.traits)
    index = {trait: number for number, trait in enumerate(traits)}
    ranked = catalogue.roles if len(catalogue.roles) >= 2 else ()
    weights = tuple(tuple(role.traits.get(trait, 0) for trait in traits) for role in ranked)
    items = []
    for question in form.questions:
        raw: tuple[int, ...] = ()
        match question:
            case Agree():
                raw = agreement_points(len(form.scales.agree))
                points = [{question.trait: value * question.key} for value in raw]
            case Choice():
                points = [choice_points(question.options, chosen) for chosen in range(len(question.options))]
            case Pair():
                points = [pair_points(question, value) for value in PAIR_POINTS]
        rows = tuple(tuple(sorted((index[trait], value) for trait, value in option.items())) for option in points)
        by_role = tuple(tuple(sum(row[t] * value for t, value in option) for row in weights) for option in rows)
        touches = tuple(sorted({t for option in rows for t, _ in option}))
        items.append(Item(question.id, question.format, rows, by_role, raw, touches))
    role_options = [[[option[r] for option in item.roles] for item in items] for r in range(len(weights))]
    trait_options = [[[dict(option).get(t, 0) for option in item.traits] for item in items] for t in range(len(traits))]
    roles = tuple(role.id for role in ranked)
    doubling = float(form.certainty.doubling) if form.certainty else default_doubling(items, len(weights))
    flags = form.flags or {}
    return Table(
        items=tuple(items),
        traits=traits,
        roles=roles,
        weights=weights,
        trait_ranges=tuple(score_range(columns) for columns in trait_options),
        role_ranges=tuple(score_range(columns) for columns in role_options),
        random_means=tuple(
            sum((Fraction(sum(values), len(values)) for values in columns), Fraction()) for columns in role_options
        ),
        doubling=doubling,
        doubling_stated=form.certainty is not None,
        checkpoints=tuple(sorted(form.quick.checkpoints.items())) if form.quick else (),
        agreement_bias=flags.get("agreement-bias"),
        inconsistent=flags.get("inconsistent"),
        mixes=tuple(
            (neighbour.id, tuple(neighbour.mix.get(role, 0) for role in roles))
            for neighbour in catalogue.neighbours
            if neighbour.mix and roles
        ),
        positions={item.id: number for number, item in enumerate(items)},
    )


def agreement_points(options: int) -> tuple[int, ...]:
    """Integer points of an agreement scale around 0, before keying."""
    half = options // 2
    return tuple(range(-half, half + 1)) if options % 2 else tuple(range(1 - options, options, 2))


def choice_points(options: tuple[Option, ...], chosen: int) -> dict[str, int]:
    """Points of choosing one option: its own statement of points, or k-1 for its trait and -1 for the others'."""
    stated = options[chosen].points
    if stated is not None:
        return dict(stated)
    points: dict[str, int] = {}
    for number, option in enumerate(options):
        if option.trait is not None:
            points[option.trait] = points.get(option.trait, 0) + (len(options) - 1 if number == chosen else -1)
    return points


def pair_points(pair: Pair, value: int) -> dict[str, int]:
    """Points of one answer between two statements; they cancel if both speak for the same trait."""
    first, second = pair.first.trait or "", pair.second.trait or ""
    return {first: value, second: -value} if first != second else {first: 0}


def score_range(columns: list[list[int]]) -> Range:
    """Least and greatest sum, one value from each column."""
    return Range(sum(min(values) for values in columns), sum(max(values) for values in columns))


def default_doubling(items: list[Item], roles: int) -> float:
    """``DOUBLING_PER_SD`` times the mean standard deviation of a difference of two roles; 0 without spread."""
    deviations = []
    for a, b in combinations(range(roles), 2):
        spread = sum((variance([option[a] - option[b] for option in item.roles]) for item in items), Fraction())
        deviations.append(sqrt(spread))
    return DOUBLING_PER_SD * sum(deviations) / len(deviations) if deviations else 0.0


def variance(values: Sequence[int]) -> Fraction:
    """Variance of equally likely values."""
    mean = Fraction(sum(values), len(values))
    return sum(((value - mean) ** 2 for value in values), Fraction()) / len(values)


def compiled_questions(table: Table) -> list[dict[str, object]]:
    """The questions as plain JSON values: id, format and the points of each option by trait."""
    return [
        {
            "id": item.id,
            "format": item.format,
            "options": [{"points": {table.traits[t]: value for t, value in option}} for option in item.traits],
        }
        for item in table.items
    ]


def digest(table: Table) -> str:
    """``sha256:`` over the canonical JSON of everything that can change a score."""
    content = {
        "agreement_bias": table.agreement_bias,
        "checkpoints": table.checkpoints,
        "doubling": table.doubling if table.doubling_stated else None,
        "inconsistent": table.inconsistent,
        "mixes": table.mixes,
        "questions": compiled_questions(table),
        "roles": table.roles,
        "traits": table.traits,
        "weights": table.weights,
    }
    text = dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + sha256(text.encode()).hexdigest()
