"""What simulated sheets say: accuracy, calibration, labels, quick mode, flags, gaps.

Means over no one are NaN.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from rolequiz.core.certainty import LABEL_FLOORS, PAIR_FLOOR
from rolequiz.lab.arrays import Answers, Arrays, Bools, Floats, Ints, chance_right, too_fast
from rolequiz.lab.people import Model, Parameters, People, draw, honest, seconds, trait_values
from rolequiz.lab.simulation import Accuracy, Bin, Calibration, Gap, Quick

BANKS = 20
"""Times that the items' parameters are drawn anew; each takes its part of the people."""

CLEAR, MODERATE = 0.7, 0.3
"""How far the closest role is ahead, in standard deviations of a trait, in a clear and a moderate profile."""

BINS = 10
GAPS = (2, 4, 6, 10, 15)
SPEEDERS_HURRY = 6.0
"""A careless speeder answers six times as fast as an attentive reader."""

YEA = 2.75


@dataclass(frozen=True)
class Sample:
    """People from all draws of the items, with what the rule makes of them."""

    people: People
    scores: Ints
    certainty: Floats
    right: Floats

    @property
    def leading(self) -> Floats:
        """The leader's certainty."""
        return np.asarray(self.certainty.max(axis=1), dtype=np.float64)


def sampled(arrays: Arrays, model: Model, items: list[Parameters], people: int, source: Generator) -> Sample:
    """People spread over several draws of the items."""
    each = [draw(arrays.table, model, one, people // len(items), source) for one in items]
    joined = People(
        *(
            np.concatenate([getattr(one, name) for one in each])
            for name in ("traits", "truth", "gap", "answers", "is_careless")
        )
    )
    if not arrays.table.roles:
        empty = np.zeros((len(joined.truth), 0))
        return Sample(joined, empty.astype(np.int64), empty, np.zeros(len(joined.truth)))
    scores = arrays.scores(joined.answers)
    return Sample(joined, scores, arrays.certainties(scores), chance_right(scores, joined.truth))


def share(of: Bools) -> float:
    """The share of True."""
    return float(of.mean()) if len(of) else float("nan")


def accuracy(right: Floats, gap: Floats) -> Accuracy:
    """Mean chance of being right, by kind of profile."""
    return Accuracy(
        float(right.mean()),
        mean_where(right, gap >= CLEAR),
        mean_where(right, (gap >= MODERATE) & (gap < CLEAR)),
        mean_where(right, gap < MODERATE),
    )


def mean_where(values: Floats, is_one: Bools) -> float:
    """The mean of some; NaN of none."""
    return float(values[is_one].mean()) if is_one.any() else float("nan")


def calibration(said: Floats, right: Floats, roles: int) -> Calibration:
    """How often claims of each size are right: ten equal bins from 1/roles to 1."""
    edges = np.linspace(1 / roles, 1, BINS + 1)
    place = np.clip(((said - edges[0]) / (1 - edges[0]) * BINS).astype(int), 0, BINS - 1)
    bins = tuple(
        Bin(
            float(edges[one]),
            float(edges[one + 1]),
            share(place == one),
            mean_where(said, place == one),
            mean_where(right, place == one),
        )
        for one in range(BINS)
    )
    ece = sum(one.share * abs(one.said - one.right) for one in bins if one.share)
    return Calibration(bins, ece, share(said >= 0.9), mean_where(right, said >= 0.9))


def label_shares(sample: Sample) -> tuple[dict[str, float], dict[str, float]]:
    """The share of each label, and how often its role is right."""
    said, is_tie = sample.leading, (sample.scores == sample.scores.max(axis=1, keepdims=True)).sum(axis=1) > 1
    found: dict[str, float] = {}
    right: dict[str, float] = {}
    above = np.zeros(len(said), dtype=bool)
    for floor, label in LABEL_FLOORS:
        is_one = (said >= floor) & ~above & ~is_tie
        above |= is_one
        found[label], right[label] = share(is_one), mean_where(sample.right, is_one)
    found["mixed"], right["mixed"] = share(~above), mean_where(sample.right, ~above)
    return found, right


def shape_shares(sample: Sample) -> dict[str, float]:
    """The share of each shape: single, pair, open."""
    is_tie = (sample.scores == sample.scores.max(axis=1, keepdims=True)).sum(axis=1) > 1
    is_single = (sample.leading >= LABEL_FLOORS[-1][0]) & ~is_tie
    two = np.sort(sample.certainty, axis=1)[:, -2:].sum(axis=1)
    is_pair = ~is_single & (two >= PAIR_FLOOR)
    return {"single": share(is_single), "pair": share(is_pair), "open": share(~is_single & ~is_pair)}


def first_shares(scores: Ints) -> tuple[float, ...]:
    """The share of first places of every role, ties shared."""
    first = scores == scores.max(axis=1, keepdims=True)
    return tuple(float(one) for one in (first / first.sum(axis=1, keepdims=True)).mean(axis=0))


def quick_figures(arrays: Arrays, sample: Sample) -> Quick:
    """Quick mode over the same sheets."""
    answers = sample.people.answers
    asked = arrays.quick_asked(answers)
    stopped = scores_after(arrays, answers, asked)
    agrees = same_first(stopped, sample.scores)
    right = chance_right(stopped, sample.people.truth)
    said = np.asarray(arrays.certainties(stopped).max(axis=1))
    is_sure = sample.leading >= 0.75
    return Quick(
        float(asked.mean()),
        float(agrees.mean()),
        float(right.mean()),
        calibration(said, right, len(arrays.table.roles)).ece,
        float(asked[is_sure].mean()) if is_sure.any() else float("nan"),
        mean_where(agrees, is_sure),
    )


def scores_after(arrays: Arrays, answers: Answers, asked: Ints) -> Ints:
    """Everybody's scores after as many questions as each was asked."""
    found = arrays.scores(answers)
    for checkpoint, _ in arrays.table.checkpoints:
        stopped = asked == checkpoint
        found[stopped] = arrays.scores(answers[stopped], checkpoint)
    return found


def same_first(some: Ints, whole: Ints) -> Floats:
    """Whether the role first in ``some`` is first in ``whole`` too, alone or jointly; ties in ``some`` by share."""
    ours = some == some.max(axis=1, keepdims=True)
    theirs = whole == whole.max(axis=1, keepdims=True)
    return np.asarray((ours & theirs).sum(axis=1) / ours.sum(axis=1), dtype=np.float64)


def trait_recovery(arrays: Arrays, people: People) -> tuple[float, ...]:
    """The correlation of every trait's score with the trait, bank order."""
    scores = arrays.trait_scores(people.answers)
    return tuple(
        float(np.corrcoef(scores[:, trait], people.traits[:, trait])[0, 1]) for trait in range(scores.shape[1])
    )


def flag_rates(
    arrays: Arrays, model: Model, items: Parameters, people: int, source: Generator
) -> dict[str, dict[str, float]]:
    """The share of each kind of sheet that each flag marks."""
    table = arrays.table
    attentive = replace(model, careless=0.0)
    options = np.array([item.options for item in table.items])
    answers = draw(table, attentive, items, people, source).answers
    position = source.integers(0, options.min(), (people, 1))
    straight = np.broadcast_to(position, answers.shape).astype(np.int8)
    yes = yea_said(arrays, attentive, items, people, source)
    anything = (source.random(answers.shape) * options).astype(np.int8)
    normal = seconds(table, people, source)
    hurried = seconds(table, people, source, hurry=SPEEDERS_HURRY)
    sheets = {
        "honest": (answers, normal),
        "straight-lining": (straight, normal),
        "yea-saying": (yes, normal),
        "speeding": (anything, hurried),
        "random": (anything, normal),
    }
    return {
        kind: {
            "straight-lining": share(arrays.straight_lining(given)),
            "agreement-bias": share(arrays.agreement_bias(given)),
            "inconsistent": share(arrays.inconsistent(given)),
            "too-fast": share(too_fast(times)),
        }
        for kind, (given, times) in sheets.items()
    }


def yea_said(arrays: Arrays, model: Model, items: Parameters, people: int, source: Generator) -> Answers:
    """Sheets of people who agree with nearly everything: agreement is raised by ``YEA`` logits."""
    table = arrays.table
    traits = trait_values(table, model, people, source)
    loud = replace(model, acquiescence_sd=0.0)
    raised = Parameters(
        items.loadings,
        [
            shift + (YEA if item.format == "agree" else 0.0)
            for shift, item in zip(items.shifts, table.items, strict=True)
        ],
        items.thresholds,
    )
    return honest(table, loud, raised, traits, source)


def gap_figures(arrays: Arrays, sample: Sample, source: Generator) -> tuple[Gap, ...]:
    """What becomes of sheets from which random answers are taken."""
    answers = sample.people.answers[:20_000]
    whole, truth = sample.scores[:20_000], sample.people.truth[:20_000]
    order = source.random(answers.shape).argsort(axis=1).argsort(axis=1)
    found = []
    for missing in GAPS:
        if missing >= answers.shape[1]:
            continue
        scores = arrays.scores(np.where(order < missing, np.int8(-1), answers))
        right = chance_right(scores, truth)
        said = np.asarray(arrays.certainties(scores).max(axis=1))
        ece = calibration(said, right, scores.shape[1]).ece
        found.append(Gap(missing, float(same_first(scores, whole).mean()), float(right.mean()), ece))
    return tuple(found)
