"""The shipped bank reaches every goal of its measurement design, in the script's quick run with fewer people."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_measurement_goals_are_met() -> None:
    ended = subprocess.run(
        [sys.executable, "scripts/measurement_goals.py", "--fast"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.rstrip().endswith("22 of 22 goals met")
