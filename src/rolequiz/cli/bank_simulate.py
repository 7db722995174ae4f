"""``rolequiz bank simulate``: how a bank does with simulated people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from json import dumps
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rolequiz.cli.context import load_bank
from rolequiz.cli.env import Env
from rolequiz.cli.extras import need

if TYPE_CHECKING:
    from rolequiz.lab.simulation import Simulation

PEOPLE = 40_000
MOST_PEOPLE = 2_000_000


def command(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="A bank. Default: our own.", show_default=False)
    ] = None,
    people: Annotated[int, typer.Option("--people", min=1000, max=MOST_PEOPLE, help="Simulated people.")] = PEOPLE,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same figures.")] = 1,
    stress: Annotated[bool, typer.Option("--stress", help="Other worlds too: weak items, careless people, …")] = False,
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="How figures are written.")] = "text",
    correlation: Annotated[float, typer.Option(min=0.0, max=0.95, help="Between any two traits.")] = 0.3,
    discrimination: Annotated[float, typer.Option(min=0.05, max=10.0, help="Mean strength of an item.")] = 1.275,
    attractiveness: Annotated[float, typer.Option(min=0.0, max=5.0, help="SD over options, in logits.")] = 0.3,
    acquiescence: Annotated[float, typer.Option(min=0.0, max=5.0, help="SD over people, in logits.")] = 0.4,
    careless: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of sheets answered at random.")] = 0.10,
    slips: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of single answers at random.")] = 0.03,
) -> None:
    """Simulate people who answer a bank, and say how often its result is right. No human data are in this.

    Example: rolequiz bank simulate --people 10000 --seed 7
    """
    env: Env = ctx.obj
    need("batch", "bank simulate")
    from rolequiz.lab.people import Model
    from rolequiz.lab.simulate import parts, simulate

    table = load_bank(folder).table
    model = Model(
        correlation=correlation,
        discrimination=discrimination,
        attractiveness_sd=attractiveness,
        acquiescence_sd=acquiescence,
        careless=careless,
        slips=slips,
    )
    with progress(env, parts(table, model, is_stressed=stress)) as tick:
        found = simulate(table, model, people=people, seed=seed, is_stressed=stress, tick=tick)
    if form == "json":
        env.stdout.write(dumps(record(found), ensure_ascii=False, indent=1) + "\n")
    else:
        from rolequiz.cli.simulation_tables import text

        env.stdout.write(text(found, table.roles, table.traits))


@contextmanager
def progress(env: Env, parts: int) -> Iterator[Callable[[str], None]]:
    """A bar on stderr with the part that runs, where stderr is a terminal; nothing elsewhere."""
    if not env.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("simulating"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(file=env.stderr), transient=True) as shown:
        task = shown.add_task("", total=parts)
        begun = 0

        def tick(part: str) -> None:
            nonlocal begun
            shown.update(task, completed=begun, description=part)
            begun += 1

        yield tick


def record(found: Simulation) -> dict[str, object]:
    """All figures as plain JSON values; what could not be computed is null."""
    figures = {key: _without_nan(value) for key, value in asdict(found).items()}
    return {"schema": "rolequiz.simulation/1", **figures}


def _without_nan(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_nan(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(one) for one in value]
    return None if isinstance(value, float) and isnan(value) else value
