"""How often simulated people get the same first role twice, by label, and how far points move; no human data.

python scripts/retest.py [--people 40000] [--seed 1]

The same traits answer the same items twice; nothing about the person changes, only chance does.
Once as attentive people (with slips), once with the model's share of careless sheets.

The second table is behind `rolequiz history compare`: the error variance of a score as a share of its
variance under random answering, the band of the reliable change index at the 95 % level (1.96 × √2 ×
standard error, whole points), and the share of retests that stay within it.
"""

from __future__ import annotations

import argparse
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.random import Generator, default_rng

from rolequiz.bank.load import load
from rolequiz.bank.shipped import shipped_bank
from rolequiz.core.certainty import LABEL_FLOORS
from rolequiz.core.compare import retest_band
from rolequiz.core.table import Table, compile_table, variance
from rolequiz.lab.arrays import Answers, Arrays, Floats
from rolequiz.lab.figures import BANKS
from rolequiz.lab.people import Model, Parameters, honest, parameters, trait_values
from rolequiz.report.grid import grid


def sitting(table: Table, model: Model, items: Parameters, traits: Floats, source: Generator) -> Answers:
    """Answers of people with these traits, with the model's slips and careless sheets."""
    answers = honest(table, model, items, traits, source)
    options = np.array([item.options for item in table.items])
    anything = (source.random(answers.shape) * options).astype(np.int8)
    is_random = source.random(answers.shape) < model.slips
    is_random |= (source.random(len(answers)) < model.careless)[:, None]
    return np.where(is_random, anything, answers)


def twice(table: Table, model: Model, people: int, source: Generator) -> tuple[Answers, Answers]:
    """Answers of two sittings (people, questions)."""
    first: list[Answers] = []
    second: list[Answers] = []
    for _ in range(BANKS):
        items = parameters(table, model, source)
        traits = trait_values(table, model, people // BANKS, source)
        for found in (first, second):
            found.append(sitting(table, model, items, traits, source))
    return np.concatenate(first), np.concatenate(second)


def same_first(table: Table, answers: tuple[Answers, Answers]) -> list[str]:
    """Same first role: all, kappa, by the first sitting's label, and the correlation of a role's leaning."""
    arrays = Arrays(table)
    first, second = (arrays.scores(one).astype(np.float64) for one in answers)
    certainties = arrays.certainties(first.astype(np.int64))
    tops = [scores == scores.max(axis=1, keepdims=True) for scores in (first, second)]
    weights = [top / top.sum(axis=1, keepdims=True) for top in tops]
    same = (weights[0] * weights[1]).sum(axis=1)
    by_chance = float((weights[0].mean(axis=0) * weights[1].mean(axis=0)).sum())
    kappa = (float(same.mean()) - by_chance) / (1 - by_chance)
    said = certainties.max(axis=1)
    floors = [floor for floor, _ in LABEL_FLOORS]
    edges = [*zip(floors, [1.01, *floors[:-1]], strict=True), (0.0, floors[-1])]
    by_label = [float(same[(said >= low) & (said < high)].mean()) for low, high in edges]
    leaning = [scores - scores.mean(axis=1, keepdims=True) for scores in (first, second)]
    correlation = float(np.corrcoef(leaning[0].ravel(), leaning[1].ravel())[0, 1])
    return [f"{one:.2f}" for one in (float(same.mean()), kappa, *by_label, correlation)]


def movements(table: Table, answers: tuple[Answers, Answers]) -> dict[str, list[str]]:
    """For a role, a lead and a trait: error share, band, share of retests within it; means over all of a kind."""
    arrays = Arrays(table)
    roles = arrays.scores(answers[1]) - arrays.scores(answers[0])
    traits = arrays.trait_scores(answers[1]) - arrays.trait_scores(answers[0])
    couples = list(combinations(range(len(table.roles)), 2))
    moved = {
        "role": [
            (roles[:, r], [[option[r] for option in item.roles] for item in table.items])
            for r in range(len(table.roles))
        ],
        "lead": [
            (roles[:, a] - roles[:, b], [[option[a] - option[b] for option in item.roles] for item in table.items])
            for a, b in couples
        ],
        "trait": [
            (traits[:, t], [[dict(option).get(t, 0) for option in item.traits] for item in table.items])
            for t in range(len(table.traits))
        ],
    }
    found = {}
    for kind, scores in moved.items():
        spreads = [sum(variance(points) for points in columns) for _, columns in scores]
        shares = [
            float(change.var()) / (2 * float(spread)) for (change, _), spread in zip(scores, spreads, strict=True)
        ]
        bands = [retest_band(Fraction(spread)) for spread in spreads]
        within = [float((abs(change) <= band).mean()) for (change, _), band in zip(scores, bands, strict=True)]
        found[kind] = [f"{np.mean(shares):.2f}", "/".join(map(str, sorted(set(bands)))), f"{np.mean(within):.2f}"]
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    bank = load(shipped_bank())
    table = compile_table(bank.form, bank.catalogue)
    print(f"{bank.id} {bank.version}, {args.people} simulated people, seed {args.seed}. No human data.")
    heads = ["Same first role twice", "all", "kappa", *(str(label) for _, label in LABEL_FLOORS), "mixed", "leaning r"]
    careless = Model().careless
    sittings = {
        name: twice(table, Model(careless=share), args.people, default_rng(args.seed))
        for name, share in (("attentive", 0.0), (f"{careless:.0%} careless", careless))
    }
    print(grid(heads, [[name, *same_first(table, both)] for name, both in sittings.items()], range(1, len(heads))))
    heads = ["Points moved by chance", "error share", "95 % band", "within"]
    moved = [
        [f"{kind}, {name}", *figures]
        for name, both in sittings.items()
        for kind, figures in movements(table, both).items()
    ]
    print(grid(heads, moved, range(1, len(heads))), end="")


if __name__ == "__main__":
    main()
