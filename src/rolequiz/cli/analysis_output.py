"""An analysis as tables to read, as JSON, and as CSV with one figure or one question a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from json import dumps

from rolequiz.batch.results import cell, csv_line
from rolequiz.lab.analysis import ENOUGH, Analysis, Coefficient, QuestionAnalysis
from rolequiz.lab.statistics import Share
from rolequiz.model import Bank
from rolequiz.report.grid import grid

Row = tuple[str, str, str, str, int, float | None, float | None, float | None, bool | None, str]
LONG = ("part", "subject", "of", "statistic", "n", "value", "low", "high", "unstable", "why")


def percent(one: Share) -> str:
    """A share with its interval, in whole per cent."""
    if one.share is None or one.low is None or one.high is None:
        return "-"
    return f"{one.share:.0%} ({100 * one.low:.0f}-{100 * one.high:.0f})"


def number(one: Coefficient) -> str:
    """A coefficient with its interval if it has one; ``unstable`` stands beside it, or a dash for none."""
    if one.value is None:
        return "-"
    interval = f" ({one.low:.2f} to {one.high:.2f})" if one.low is not None and one.high is not None else ""
    return f"{one.value:.2f}{interval}{' unstable' if one.is_unstable else ''}"


def text(found: Analysis, bank: Bank) -> str:
    """Everything as tables."""
    counted = f"{found.people} people" if found.people != 1 else "1 person"
    sat = f"{found.sittings} sittings" if found.sittings != 1 else "1 sitting"
    about = f"{bank.id} {bank.version}: {counted}, {sat}. Intervals are 95 %.\n"
    if found.shares_only:
        about += f"Shares only: coefficients need {ENOUGH} people. --force gives them all the same.\n"
    parts = [about, *_people(found), _questions(found)]
    if not found.shares_only:
        parts += [_rest(found), *_scales(found)]
    if found.retest is not None:
        parts.append(_retest(found))
    told = [[one.question, one.code, one.message] for one in found.findings]
    parts.append(grid(["Findings", "", ""], told) if told else "Findings: none\n")
    return "\n".join(parts)


def _people(found: Analysis) -> Iterator[str]:
    groups: list[tuple[str, Mapping[str, Share]]] = [("Answered", found.statuses)]
    if found.top_shared is not None:
        groups.append(("First place", {**found.top, "shared": found.top_shared}))
        groups += [("Label", found.labels), ("Shape", found.shapes)]
    groups.append(("Flag", found.flags))
    for head, shares in groups:
        rows = [[name, str(one.count), str(one.of), percent(one)] for name, one in shares.items()]
        yield grid([head, "count", "of", "share"], rows, (1, 2))


def _questions(found: Analysis) -> str:
    most = max(len(one.options) for one in found.questions)
    heads = ["Question", "format", "n", "gaps", *(f"option {number}" for number in range(1, most + 1)), "seconds"]
    rows = []
    for one in found.questions:
        shares = [percent(option) for option in one.options]
        times = f"{one.seconds.median:.1f}" if one.seconds else "-"
        rows.append(
            [one.id, one.format, str(one.answered), str(one.missing), *shares, *[""] * (most - len(shares)), times]
        )
    return grid(heads, rows, (2, 3, 4 + most)) + "Seconds are medians.\n"


def _rest(found: Analysis) -> str:
    rows = []
    for one in found.questions:
        for kind, rests in (("trait", one.trait_rest), ("role", one.role_rest)):
            rows += [[one.id, kind, name, str(rest.n), number(rest)] for name, rest in rests.items()]
    return grid(["Question", "", "item-rest with", "n", "r"], rows, (3,))


def _scales(found: Analysis) -> Iterator[str]:
    shown: dict[str, list[str]] = {}
    for head, scales in (("Trait", found.scales), ("Role", found.role_scales)):
        rows = []
        for name, one in scales.items():
            if one.refused:
                shown.setdefault(one.refused, []).append(name)
            else:
                items = str(len(one.items))
                rows.append([name, items, str(one.alpha.n), number(one.alpha), number(one.omega)])
        if rows:
            yield grid([head, "items", "n", "alpha", "omega total"], rows, (1, 2))
    for why, names in shown.items():
        yield f"No alpha for {', '.join(names)}: {why}.\n"


def _retest(found: Analysis) -> str:
    assert found.retest is not None
    rows = [[f"ICC of {role}", str(one.n), number(one)] for role, one in found.retest.icc.items()]
    rows.append(["kappa of first place", str(found.retest.kappa.n), number(found.retest.kappa)])
    return grid(["Retest: first and second sitting", "n", ""], rows, (1,))


def json_text(found: Analysis, bank: Bank) -> str:
    """Everything as one JSON object."""
    figures = {key: _marked(value) for key, value in asdict(found).items()}
    stamp = {"id": bank.id, "version": bank.version, "digest": bank.digest}
    record = {"schema": "rolequiz.analysis/1", "bank": stamp} | figures
    return dumps(record, ensure_ascii=False, indent=1) + "\n"


def _marked(value: object) -> object:
    """The same value; every coefficient says whether it is unstable, and a scale's alpha is a plain number."""
    if isinstance(value, list | tuple):
        return [_marked(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"n", "value", "low", "high", "why"}:
        return value | {"unstable": Coefficient(**value).is_unstable}
    if value.keys() == {"items", "alpha", "omega", "refused"}:
        alpha, omega = Coefficient(**value["alpha"]), Coefficient(**value["omega"])
        return {
            "items": list(value["items"]),
            "n": alpha.n,
            "alpha": alpha.value,
            "alpha_low": alpha.low,
            "alpha_high": alpha.high,
            "omega_total": omega.value,
            "unstable": alpha.is_unstable,
            "why": alpha.why,
        }
    return {key: _marked(one) for key, one in value.items()}


def figures(found: Analysis) -> Iterator[Row]:
    """Every figure with what it is of."""
    groups: dict[str, Mapping[str, Share]] = {
        "status": found.statuses,
        "top": {**found.top, **({"": found.top_shared} if found.top_shared is not None else {})},
        "label": found.labels,
        "shape": found.shapes,
        "flag": found.flags,
    }
    for part, shares in groups.items():
        for name, one in shares.items():
            yield _share(part, name, "", one)
    for question in found.questions:
        yield ("question", question.id, "", "missing", question.answered + question.missing, question.missing, *_EMPTY)
        for option, one in enumerate(question.options, start=1):
            yield _share("question", question.id, str(option), one)
        for statistic, rests in (("item_rest_trait", question.trait_rest), ("item_rest_role", question.role_rest)):
            for name, rest in rests.items():
                yield _coefficient("question", question.id, name, statistic, rest)
        if question.seconds is not None:
            for name in ("lower", "median", "upper"):
                value = getattr(question.seconds, name)
                yield ("question", question.id, "", f"seconds_{name}", question.seconds.n, value, *_EMPTY)
    for part, scales in (("scale", found.scales), ("role_scale", found.role_scales)):
        for name, scale in scales.items():
            yield _coefficient(part, name, "", "alpha", scale.alpha)
            yield _coefficient(part, name, "", "omega_total", scale.omega)
    if found.retest is not None:
        for name, one_icc in found.retest.icc.items():
            yield _coefficient("retest", name, "", "icc", one_icc)
        yield _coefficient("retest", "", "", "kappa", found.retest.kappa)


_EMPTY = (None, None, None, "")


def _share(part: str, subject: str, of: str, one: Share) -> Row:
    return (part, subject, of, "share", one.of, one.share, one.low, one.high, None, "")


def _coefficient(part: str, subject: str, of: str, statistic: str, one: Coefficient) -> Row:
    unstable = one.is_unstable if one.value is not None else None
    return (part, subject, of, statistic, one.n, one.value, one.low, one.high, unstable, one.why)


def csv_long(found: Analysis, _: Bank) -> str:
    """One figure a line."""
    return csv_line(LONG) + "".join(csv_line([cell(value) for value in row]) for row in figures(found))


def csv_wide(found: Analysis, _: Bank) -> str:
    """One question a line; what a question has not is empty."""
    most = max(len(one.options) for one in found.questions)
    options = range(1, most + 1)
    traits, roles = tuple(found.scales), tuple(found.role_scales)
    heads = ["question", "format", "answered", "missing"]
    heads += [f"{name}_{option}" for option in options for name in ("share", "low", "high")]
    heads += [f"item_rest_trait_{trait}" for trait in traits] + [f"item_rest_role_{role}" for role in roles]
    heads += ["seconds_lower", "seconds_median", "seconds_upper"]
    return csv_line(heads) + "".join(
        csv_line([cell(value) for value in _wide(one, most, traits, roles)]) for one in found.questions
    )


def _wide(one: QuestionAnalysis, most: int, traits: tuple[str, ...], roles: tuple[str, ...]) -> list[object]:
    row: list[object] = [one.id, one.format, one.answered, one.missing]
    for option in one.options:
        row += [option.share, option.low, option.high]
    row += [None] * 3 * (most - len(one.options))
    row += [one.trait_rest[trait].value if trait in one.trait_rest else None for trait in traits]
    row += [one.role_rest[role].value if role in one.role_rest else None for role in roles]
    times = one.seconds
    return row + ([times.lower, times.median, times.upper] if times else [None] * 3)


FORMATS: Mapping[str, Callable[[Analysis, Bank], str]] = {
    "text": text,
    "json": json_text,
    "csv-long": csv_long,
    "csv-wide": csv_wide,
}
