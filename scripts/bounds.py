"""Run the tests on the oldest versions that pyproject.toml allows of what rolequiz needs, or on the newest there are.

python scripts/bounds.py lowest|newest FOLDER [--python X] [pytest arguments]

FOLDER gets a new environment; what only the tests need is the newest in both. It needs uv (pip install uv).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
USED = ("batch", "parquet", "workshop", "spark")
"""The extras whose bounds are users' business."""
PYTEST = ("-m", "not web and not install")


def oldest() -> list[str]:
    """What users install, pinned to its lower bounds."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    return [one.replace(">=", "==") for one in (*project["dependencies"], *(x for name in USED for x in extras[name]))]


def main() -> int:
    """Make the environment and run the tests; their exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("which", choices=("lowest", "newest"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", default=f"{sys.version_info.major}.{sys.version_info.minor}", help="its version")
    known, given = parser.parse_known_args()
    program = known.folder.absolute() / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    uv = (sys.executable, "-m", "uv")
    asked = oldest() if known.which == "lowest" else ["--upgrade"]
    for command in (
        (*uv, "venv", "-q", "--clear", "--python", known.python, str(known.folder)),
        (*uv, "pip", "install", "-q", "--python", str(program), *asked, "-e", ".[test]"),
        (*uv, "pip", "list", "--python", str(program)),
        (str(program), "-m", "pytest", *(given or PYTEST)),
    ):
        print("+", *command, flush=True)
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
