"""The engines there are, and whether the fast one can be had."""

from __future__ import annotations

from importlib.util import find_spec

from rolequiz.batch.job import Engine, Job
from rolequiz.batch.scalar import ScalarEngine


def has_numpy() -> bool:
    """Whether the fast engine can be used; it is not loaded by asking."""
    return find_spec("numpy") is not None


def load_engine() -> None:
    """Load the modules of the fast engine, if there is one: a process with nothing else to do yet can."""
    if has_numpy():
        import rolequiz.batch.fast.engine  # noqa: F401 - loaded for later


def engine_for(job: Job, *, is_fast: bool) -> Engine:
    """The fast engine, or the reference."""
    if not is_fast:
        return ScalarEngine(job)
    from rolequiz.batch.fast.engine import FastEngine

    return FastEngine(job)
