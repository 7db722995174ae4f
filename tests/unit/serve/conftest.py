"""A served room for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.serve.served import Served


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A full room with nobody in it."""
    found = Served(tmp_path / "room")
    yield found
    found.close()
