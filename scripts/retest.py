"""How often simulated people get the same first role twice, by label; no human data.

python scripts/retest.py [--people 40000] [--seed 1]

The same traits answer the same items twice; nothing about the person changes, only chance does.
Once as attentive people (with slips), once with the model's share of careless sheets.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.random import Generator, default_rng

from rolequiz.bank.load import load
from rolequiz.bank.shipped import shipped_bank
from rolequiz.core.certainty import LABEL_FLOORS
from rolequiz.core.table import Table, compile_table
from rolequiz.lab.arrays import Answers, Arrays, Floats
from rolequiz.lab.people import Model, Parameters, honest, parameters, trait_values
from rolequiz.lab.simulate import BANKS
from rolequiz.report.grid import grid


def sitting(table: Table, model: Model, items: Parameters, traits: Floats, source: Generator) -> Answers:
    """Answers of people with these traits, with the model's slips and careless sheets."""
    answers = honest(table, model, items, traits, source)
    options = np.array([item.options for item in table.items])
    anything = (source.random(answers.shape) * options).astype(np.int8)
    is_random = source.random(answers.shape) < model.slips
    is_random |= (source.random(len(answers)) < model.careless)[:, None]
    return np.where(is_random, anything, answers)


def twice(table: Table, model: Model, people: int, source: Generator) -> tuple[Floats, Floats]:
    """Role scores of two sittings (people, roles)."""
    arrays = Arrays(table)
    first: list[Floats] = []
    second: list[Floats] = []
    for _ in range(BANKS):
        items = parameters(table, model, source)
        traits = trait_values(table, model, people // BANKS, source)
        for found in (first, second):
            found.append(arrays.scores(sitting(table, model, items, traits, source)).astype(np.float64))
    return np.concatenate(first), np.concatenate(second)


def rows(table: Table, model: Model, people: int, source: Generator) -> list[str]:
    """Same first role: all, by the first sitting's label, kappa, and the correlation of a role's leaning."""
    first, second = twice(table, model, people, source)
    certainties = Arrays(table).certainties(first.astype(np.int64))
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
    found = [
        [name, *rows(table, Model(careless=share), args.people, default_rng(args.seed))]
        for name, share in (("attentive", 0.0), (f"{careless:.0%} careless", careless))
    ]
    print(grid(heads, found, range(1, len(heads))), end="")


if __name__ == "__main__":
    main()
