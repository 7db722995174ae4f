"""The figures of a simulation as tables to read."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from rolequiz.report.grid import grid

if TYPE_CHECKING:
    from rolequiz.lab.posterior import Ceiling
    from rolequiz.lab.simulation import Simulation


def number(value: float | None, places: int = 3) -> str:
    """A figure for the tables; a dash where there is none."""
    return "-" if value is None or isnan(value) else f"{value:.{places}f}"


def text(found: Simulation, roles: tuple[str, ...], traits: tuple[str, ...]) -> str:
    """All figures as tables."""
    model = found.model
    about = (
        f"Simulated: {found.people} people, seed {found.seed}. No human data.\n"
        f"Model: correlation {model.correlation}, discrimination {model.discrimination} "
        f"(SD of its log {model.discrimination_sd}), attractiveness SD {model.attractiveness_sd}, "
        f"acquiescence SD {model.acquiescence_sd}, careless {model.careless}, slips {model.slips}\n"
    )
    parts = [about]
    if found.accuracy is not None:
        parts += [*_ranking(found, roles)]
    rows = [[trait, number(value)] for trait, value in zip(traits, found.recovery, strict=True)]
    parts.append(grid(["Trait", "score and trait correlate"], rows, (1,)))
    flags = list(next(iter(found.flags.values())))
    rows = [[kind, *(number(rates[flag]) for flag in flags)] for kind, rates in found.flags.items()]
    parts.append(grid(["Sheets, share flagged", *flags], rows, range(1, len(flags) + 1)))
    return "\n".join(parts)


def _ceiling(best: Ceiling | None) -> str:
    if best is None:
        return "Bayes ceiling: not computed; too few random draws come near any sheet of so many traits\n"
    return (
        f"Bayes ceiling ({best.people} people, {best.draws} draws): all {number(best.all)}, "
        f"clear {number(best.clear)}; the rule on the same people: {number(best.rule_all)}, "
        f"clear {number(best.rule_clear)}; that is {number(best.relative)} of it, "
        f"of clear {number(best.relative_clear)} "
        f"(Monte Carlo error {number(best.error, 4)}, standard error {number(best.standard_error, 4)})\n"
    )


def _ranking(found: Simulation, roles: tuple[str, ...]) -> list[str]:
    accuracy, best, calibration = found.accuracy, found.bayes, found.calibration
    assert accuracy is not None
    assert calibration is not None
    shares = dict(zip(("clear", "moderate", "mixed"), found.profiles, strict=True))
    rows = [["all", "1.000", number(accuracy.all)]]
    rows += [[kind, number(share), number(getattr(accuracy, kind))] for kind, share in shares.items()]
    parts = [grid(["Profiles", "share", "closest role named"], rows, (1, 2))]
    parts.append(_ceiling(best))
    rows = [[label, number(share), number(found.label_right[label])] for label, share in found.labels.items()]
    parts.append(grid(["Label", "share", "right"], rows, (1, 2)))
    rows = [[shape, number(share)] for shape, share in found.shapes.items()]
    parts.append(grid(["Shape", "share"], rows, (1,)))
    rows = [
        [f"{one.low:.2f} to {one.high:.2f}", number(one.share), number(one.said), number(one.right)]
        for one in calibration.bins
    ]
    parts.append(
        grid(["Certainty", "share", "said", "right"], rows, (1, 2, 3))
        + f"Expected calibration error {number(calibration.ece)}; .9 and more is claimed in "
        f"{number(calibration.claims)}, right in {number(calibration.claims_right)}\n"
    )
    firsts = ", ".join(f"{role} {number(share)}" for role, share in zip(roles, found.first, strict=True))
    parts.append(f"First places, ties shared: {firsts}\n")
    if found.quick is not None:
        quick = found.quick
        parts.append(
            f"Quick mode: {number(quick.asked, 1)} questions on average, role named is first in the full form in "
            f"{number(quick.agreement)}, closest role named {number(quick.accuracy)}, calibration error "
            f"{number(quick.ece)}; where the full certainty reaches .75: {number(quick.sure_asked, 1)} questions, "
            f"{number(quick.sure_agreement)}\n"
        )
    rows = [[str(one.missing), number(one.agreement), number(one.accuracy), number(one.ece)] for one in found.gaps]
    parts.append(grid(["Missing answers", "same first", "closest named", "calibration error"], rows, (0, 1, 2, 3)))
    if found.stress:
        rows = [
            [
                one.name,
                number(one.accuracy),
                number(one.ece),
                number(one.claims_right),
                number(one.quick_asked, 1),
                number(one.quick_agreement),
                " / ".join(number(share) for share in one.first),
            ]
            for one in found.stress
        ]
        heads = ["Stress", "closest named", "cal. error", ".9 right", "quick", "same first", "first places"]
        parts.append(grid(heads, rows, range(1, 6)))
    return parts
