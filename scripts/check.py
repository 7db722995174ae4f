"""Every check of the project, in the order in which they fail fastest; what CI runs and what a newcomer pastes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = ("pytest", "--numprocesses=auto", "--maxprocesses=4", "--dist=loadgroup")
OF_CORE_AND_BANK = (
    *("tests/unit/core", "tests/unit/bank", "tests/property", "tests/test_input_fuzz.py"),
    *("tests/cli/test_bank_check.py", "tests/cli/test_roles_and_bank.py"),
)
"""Tests that reach every branch of the core and of the reader of banks."""

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    (  # by itself, since counting branches takes as long as all the rest of a test
        *(*PYTEST, *OF_CORE_AND_BANK, "--cov=rolequiz.core", "--cov=rolequiz.bank"),
        *("--cov-branch", "--cov-report=term:skip-covered", "--cov-fail-under=98"),
    ),
    PYTEST,
)


def main() -> int:
    """Run them all; stop at the first that fails, with its exit code."""
    for module, *arguments in CHECKS:
        print(f"+ {module} {' '.join(arguments)}".rstrip(), flush=True)
        code = subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, check=False).returncode
        if code:
            print(f"check.py: {module} failed", file=sys.stderr)
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
