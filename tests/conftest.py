"""Shared ground: Hypothesis at its speeds, and nothing of the developer's own machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("fast", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples in every CI run: a change is not blamed for what chance finds; the fuzzers in scripts/ look further.
settings.register_profile("ci", parent=settings.get_profile("fast"), derandomize=True)
settings.register_profile("thorough", parent=settings.get_profile("fast"), max_examples=1000)
# `scripts/mutants.py` runs the tests of a function once for each of its mutants.
settings.register_profile("mutants", parent=settings.get_profile("ci"), max_examples=12)
settings.load_profile("ci" if os.environ.get("CI") else "fast")

TOGETHER = ("spark", "web", "install")
"""Marks of tests that share something dear to make: those of a file stay in one process."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With ``-n``, files whose tests share a browser, Spark or a built wheel are not divided."""
    for item in items:
        for mark in TOGETHER:
            if item.get_closest_marker(mark) is not None:
                item.add_marker(pytest.mark.xdist_group(f"{mark} {item.path.name}"))
                break


@pytest.fixture(autouse=True)
def _own_ground(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads or writes the developer's sittings, locale or colour wishes."""
    monkeypatch.setenv("ROLEQUIZ_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("NO_COLOR", "FORCE_COLOR", "ACCESSIBLE", "LANG", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
