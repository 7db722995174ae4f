"""Shared ground: Hypothesis at two speeds, and nothing of the developer's own machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("fast", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples in every CI run: a change is not blamed for what chance finds; the fuzzers in scripts/ look further.
settings.register_profile(
    "long", max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile("long" if os.environ.get("CI") else "fast")


@pytest.fixture(autouse=True)
def _own_ground(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads or writes the developer's sittings, locale or colour wishes."""
    monkeypatch.setenv("ROLEQUIZ_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("NO_COLOR", "FORCE_COLOR", "ACCESSIBLE", "LANG", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
