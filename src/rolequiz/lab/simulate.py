"""What a bank achieves with simulated people: accuracy, calibration, quick mode, flags, gaps, stress.

Every figure says how the rule behaves if the model of answering holds; none
says anything about people. The same seed gives the same figures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from numpy.random import Generator, SeedSequence, default_rng

from rolequiz.core.table import Table
from rolequiz.lab.arrays import Arrays
from rolequiz.lab.figures import (
    BANKS,
    CLEAR,
    MODERATE,
    accuracy,
    calibration,
    first_shares,
    flag_rates,
    gap_figures,
    label_shares,
    quick_figures,
    sampled,
    shape_shares,
    share,
    trait_recovery,
)
from rolequiz.lab.people import Model, parameters
from rolequiz.lab.posterior import ceiling
from rolequiz.lab.simulation import Condition, Simulation

POSTERIOR_PEOPLE = 20_000
"""People at most whom the Bayes posterior is computed for; it takes most of the time."""

FAVOURED = (0.1, 0.2, 0.3, 0.5)

Tick = Callable[[str], None]


def simulate(
    table: Table,
    model: Model,
    *,
    people: int,
    seed: int,
    is_stressed: bool = False,
    posterior_people: int = POSTERIOR_PEOPLE,
    tick: Tick = lambda _: None,
) -> Simulation:
    """Run everything.

    Args:
        people: simulated people of the main run; each other part takes as many or fewer.
        tick: told the name of each part that begins.
    """
    arrays = Arrays(table)
    main, flagged, gapped, posterior, stressed = (default_rng(one) for one in SeedSequence(seed).spawn(5))
    tick("people")
    items = [parameters(table, model, main) for _ in range(BANKS)]
    sample = sampled(arrays, model, items, people, main)
    recovery = trait_recovery(arrays, sample.people)
    tick("flags")
    rates = flag_rates(arrays, model, items[0], min(people, 20_000), flagged)
    if not table.roles:
        return Simulation(
            seed, people, model, (0.0, 0.0, 0.0), None, None, None, {}, {}, {}, (), None, recovery, rates, (), ()
        )
    tick("posterior")
    best = ceiling(arrays, model, items, min(people, posterior_people), posterior)
    tick("gaps")
    gaps = gap_figures(arrays, sample, gapped)
    stress: list[Condition] = []
    if is_stressed:
        for name, changed in conditions(model).items():
            tick(name)
            stress.append(condition(arrays, name, changed, people // 2, stressed))
    gap = sample.people.gap
    labels, right = label_shares(sample)
    return Simulation(
        seed=seed,
        people=people,
        model=model,
        profiles=(share(gap >= CLEAR), share((gap >= MODERATE) & (gap < CLEAR)), share(gap < MODERATE)),
        accuracy=accuracy(sample.right, gap),
        bayes=best,
        calibration=calibration(sample.leading, sample.right, len(table.roles)),
        labels=labels,
        label_right=right,
        shapes=shape_shares(sample),
        first=first_shares(sample.scores),
        quick=quick_figures(arrays, sample) if table.checkpoints else None,
        recovery=recovery,
        flags=rates,
        gaps=gaps,
        stress=tuple(stress),
    )


def parts(table: Table, model: Model, *, is_stressed: bool) -> int:
    """How many times `simulate` says that a part begins."""
    if not table.roles:
        return 2
    return 4 + (len(conditions(model)) if is_stressed else 0)


def conditions(model: Model) -> dict[str, Model]:
    """Ways in which the world may differ, by name."""
    found = {
        "weak items": replace(model, discrimination=0.7 * model.discrimination),
        "strong items": replace(model, discrimination=1.4 * model.discrimination),
        "within-role correlation .5": replace(model, within_role=0.5),
        "all correlations .1": replace(model, correlation=0.1),
        "no careless answering": replace(model, careless=0.0),
        "30 % careless": replace(model, careless=0.3),
        "acquiescence SD .8": replace(model, acquiescence_sd=0.8),
    }
    for logits in FAVOURED:
        found[f"first role's options +{logits} logits"] = replace(model, favoured=logits)
    return found


def condition(arrays: Arrays, name: str, model: Model, people: int, source: Generator) -> Condition:
    """The main figures under one condition."""
    items = [parameters(arrays.table, model, source) for _ in range(BANKS)]
    sample = sampled(arrays, model, items, people, source)
    whole = calibration(sample.leading, sample.right, len(arrays.table.roles))
    quick = quick_figures(arrays, sample) if arrays.table.checkpoints else None
    return Condition(
        name,
        float(sample.right.mean()),
        whole.ece,
        whole.claims_right,
        quick.asked if quick else None,
        quick.agreement if quick else None,
        first_shares(sample.scores),
    )
