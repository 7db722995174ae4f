"""Simulated people: who they are, and how they answer a bank. A model with stated assumptions, no human data.

Traits are standard normal with one correlation; the truly closest role is the
one with the largest weighted mean of its traits. Agreement items follow a graded
logistic model, choices a multinomial logit of the same utilities, pairs a graded
logit of their difference. Some sheets are answered at random, and some single
answers slip.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from rolequiz.core.table import Item, Table
from rolequiz.lab.arrays import Answers, Bools, Floats, Ints

AGREEMENT_THRESHOLDS = (-2.2, -0.8, 0.8, 2.2)
"""Of a scale of five; other scales take as many evenly from the same range."""

PAIR_THRESHOLDS = (-1.5, 0.0, 1.5)

MEDIAN_SECONDS = {"agree": 5.0, "choice": 10.8, "pair": 7.5}
"""Reading at 238 words a minute (Brysbaert 2019) and deciding."""

PERSON_TIME_SD, ITEM_TIME_SD = 0.35, 0.40
"""On the log scale."""


@dataclass(frozen=True, slots=True)
class Model:
    """The assumptions. Shares are 0-1; standard deviations are on the latent (logit) scale.

    Attributes:
        correlation: between any two traits; ``within_role`` instead, if given, between traits of one role.
        discrimination: mean; ``discrimination_sd`` is the spread of its logarithm.
        shift_sd: of an agreement item's thresholds.
        attractiveness_sd: of an option, to everybody.
        favoured: logits by which one role's options please everybody more.
    """

    correlation: float = 0.3
    within_role: float | None = None
    discrimination: float = 1.275
    discrimination_sd: float = 0.25
    shift_sd: float = 0.4
    attractiveness_sd: float = 0.3
    acquiescence_sd: float = 0.4
    careless: float = 0.10
    slips: float = 0.03
    favoured: float = 0.0


@dataclass(frozen=True)
class Parameters:
    """One bank's items as drawn: for each question the loadings (options, traits), shifts (options) and thresholds."""

    loadings: list[Floats]
    shifts: list[Floats]
    thresholds: list[Floats]


@dataclass(frozen=True)
class People:
    """Traits (people, traits), the truly closest role, how far it is ahead in standard deviations of a trait, answers.

    ``is_careless`` marks sheets answered at random.
    """

    traits: Floats
    truth: Ints
    gap: Floats
    answers: Answers
    is_careless: Bools


def parameters(table: Table, model: Model, source: Generator) -> Parameters:
    """Draw the items of a bank."""
    loadings, shifts, thresholds = [], [], []
    scale = np.log(model.discrimination) - model.discrimination_sd**2 / 2
    for item in table.items:
        strength = np.exp(source.normal(scale, model.discrimination_sd, item.options))
        pleasing = source.normal(0, model.attractiveness_sd, item.options)
        shift = source.normal(0, model.shift_sd)
        rows = np.zeros((item.options, len(table.traits)))
        if item.format == "choice":
            for number, option in enumerate(item.traits):
                most = max((abs(points) for _, points in option), default=0) or 1
                for trait, points in option:
                    if points > 0:
                        rows[number, trait] = strength[number] * points / most
                pleasing[number] += model.favoured * _serves_first(item, number)
            cuts = np.zeros(0)
        elif item.format == "pair":
            (first, second) = _sides(item)
            rows[0, first], rows[0, second] = strength[0], -strength[1]
            favour = model.favoured * (_of_first(table, first) - _of_first(table, second))
            pleasing[0] = source.normal(0, model.attractiveness_sd) + favour
            cuts = np.array(PAIR_THRESHOLDS)
        else:
            trait, points = max(item.traits[-1], key=lambda one: abs(one[1]))
            rows[0, trait] = strength[0] * np.sign(points)
            pleasing[0] = 0.0
            cuts = spread(item.options) + shift
        loadings.append(rows)
        shifts.append(pleasing)
        thresholds.append(cuts)
    return Parameters(loadings, shifts, thresholds)


def spread(options: int) -> Floats:
    """Thresholds of an agreement scale."""
    known = np.linspace(0, 1, len(AGREEMENT_THRESHOLDS))
    return np.interp(np.linspace(0, 1, options - 1) if options > 2 else [0.5], known, AGREEMENT_THRESHOLDS)


def _sides(item: Item) -> tuple[int, int]:
    """The traits of a pair's first and second statement."""
    option = sorted(item.traits[0], key=lambda one: -one[1])
    return option[0][0], option[-1][0]


def _of_first(table: Table, trait: int) -> int:
    return int(bool(table.weights and table.weights[0][trait]))


def _serves_first(item: Item, number: int) -> int:
    """Whether an option raises the bank's first role most."""
    best = max(item.roles[number], default=0)
    return int(bool(item.roles[number]) and best > 0 and item.roles[number][0] == best)


def draw(table: Table, model: Model, items: Parameters, people: int, source: Generator) -> People:
    """Draw people and let them answer."""
    traits = trait_values(table, model, people, source)
    means = role_means(table, traits) if table.roles else np.zeros((people, 2))
    ordered = np.sort(means, axis=1)
    gap = ordered[:, -1] - ordered[:, -2]
    answers = honest(table, model, items, traits, source)
    options = np.array([item.options for item in table.items])
    anything = (source.random(answers.shape) * options).astype(np.int8)
    slips = source.random(answers.shape) < model.slips
    is_careless = source.random(people) < model.careless
    answers = np.where(slips | is_careless[:, None], anything, answers)
    return People(traits, means.argmax(axis=1), gap, answers, is_careless)


def trait_values(table: Table, model: Model, people: int, source: Generator) -> Floats:
    """Standard normal traits with the model's correlations."""
    count = len(table.traits)
    common = np.sqrt(model.correlation) * source.standard_normal((people, 1))
    if model.within_role is None:
        return np.asarray(common + np.sqrt(1 - model.correlation) * source.standard_normal((people, count)))
    own = model.within_role - model.correlation
    by_role = source.standard_normal((people, len(table.roles)))
    owner = np.array([next((r for r, row in enumerate(table.weights) if row[t]), 0) for t in range(count)])
    rest = np.sqrt(1 - model.within_role) * source.standard_normal((people, count))
    if own >= 0:
        return np.asarray(common + np.sqrt(own) * by_role[:, owner] + rest)
    weak = np.sqrt(model.within_role) * source.standard_normal((people, 1))
    return np.asarray(weak + rest)


def role_means(table: Table, traits: Floats) -> Floats:
    """The weighted mean of every role's traits (people, roles)."""
    weights = np.array(table.weights, dtype=np.float64)
    return np.asarray(traits @ (weights / np.abs(weights).sum(axis=1, keepdims=True)).T)


def honest(table: Table, model: Model, items: Parameters, traits: Floats, source: Generator) -> Answers:
    """Answers as the model has them, neither careless nor slipping."""
    people = len(traits)
    yes = source.normal(0, model.acquiescence_sd, people) if model.acquiescence_sd else np.zeros(people)
    found = np.empty((people, len(table.items)), dtype=np.int8)
    for number, item in enumerate(table.items):
        utility = traits @ items.loadings[number].T + items.shifts[number]
        if item.format == "choice":
            found[:, number] = (utility + source.gumbel(size=utility.shape)).argmax(axis=1)
            continue
        latent = utility[:, 0] + (yes if item.format == "agree" else 0)
        above = 1 / (1 + np.exp(items.thresholds[number][None, :] - latent[:, None]))
        steps = (source.random(people)[:, None] < above).sum(axis=1)
        found[:, number] = steps if item.format == "agree" else item.options - 1 - steps
    return found


def log_likelihoods(table: Table, model: Model, items: Parameters, traits: Floats, source: Generator) -> list[Floats]:
    """For each question the log-probability of every option, slips included (draws, options); for the posterior."""
    yes = source.normal(0, model.acquiescence_sd, len(traits)) if model.acquiescence_sd else np.zeros(len(traits))
    found = []
    for number, item in enumerate(table.items):
        utility = traits @ items.loadings[number].T + items.shifts[number]
        if item.format == "choice":
            shares = np.exp(utility - utility.max(axis=1, keepdims=True))
            shares /= shares.sum(axis=1, keepdims=True)
        else:
            latent = utility[:, 0] + (yes if item.format == "agree" else 0)
            above = 1 / (1 + np.exp(items.thresholds[number][None, :] - latent[:, None]))
            ends = np.hstack([np.ones((len(traits), 1)), above, np.zeros((len(traits), 1))])
            shares = ends[:, :-1] - ends[:, 1:]
            if item.format == "pair":
                shares = shares[:, ::-1]
        found.append(np.log((1 - model.slips) * shares + model.slips / item.options))
    return found


def seconds(table: Table, people: int, source: Generator, *, hurry: float = 1.0) -> Floats:
    """Answering times, lognormal; ``hurry`` divides them."""
    medians = np.array([MEDIAN_SECONDS[item.format] for item in table.items]) / hurry
    person = source.normal(0, PERSON_TIME_SD, (people, 1))
    return np.asarray(medians * np.exp(person + source.normal(0, ITEM_TIME_SD, (people, len(medians)))))
