"""Mutation tests of `core/`: which small changes of its code no test notices.

pip install -e '.[test,mutants]'
python scripts/mutants.py [--report] [NAME ...]

Runs mutmut on one processor (a quarter of an hour; NAME narrows it: 'rolequiz.core.flip*'), then prints the figures by
module and the mutants that live, each with its change. `--report` prints what the last run left and runs nothing.
mutmut keeps what it found in `mutants/`: delete that folder after a change of the tests. docs/mutants.md has the
last figures, and why the survivors live.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "mutants" / "src" / "rolequiz" / "core"

KILLED = (1, 3)
TIMED_OUT = (36, 24, -24, 152, 255)
UNTESTED = (5, 33)
"""Exit codes of one mutant's tests, as mutmut keeps them: 0 is a survivor, None was not run."""

COLUMNS = ("killed", "timed out", "survived", "no test", "other", "not run")


def verdict(code: int | None) -> str:
    """The column in which a mutant is counted."""
    if code is None:
        return "not run"
    if code == 0:
        return "survived"
    for word, codes in (("killed", KILLED), ("timed out", TIMED_OUT), ("no test", UNTESTED)):
        if code in codes:
            return word
    return "other"


def found(folder: Path) -> dict[str, dict[str, str]]:
    """The verdict of every mutant by module."""
    modules: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("*.py.meta")):
        codes: Mapping[str, int | None] = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        if codes:
            modules[path.name.removesuffix(".py.meta")] = {name: verdict(code) for name, code in codes.items()}
    return modules


def figures(modules: Mapping[str, Mapping[str, str]]) -> list[str]:
    """A Markdown table: a line for each module and one for all. A timeout is a kill: the tests would not have ended."""
    lines = [f"| module | mutants | {' | '.join(COLUMNS)} | killed % |", "|---" + "|---:" * (len(COLUMNS) + 2) + "|"]
    everything: Counter[str] = Counter()
    for module, mutants in modules.items():
        counts = Counter(mutants.values())
        everything += counts
        lines.append(figure_line(f"`{module}`", counts))
    return [*lines, figure_line("**all**", everything)]


def figure_line(name: str, counts: Counter[str]) -> str:
    """One line of the table; what was not run counts for nothing in the share."""
    run = counts.total() - counts["not run"]
    share = f"{100 * (counts['killed'] + counts['timed out']) / run:.1f}" if run else "-"
    return f"| {name} | {counts.total()} | {' | '.join(str(counts[column]) for column in COLUMNS)} | {share} |"


def change(name: str) -> str:
    """What the mutant changes, as the removed and added lines of its diff."""
    shown = subprocess.run(["mutmut", "show", name], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = shown.stdout.splitlines()
    return "\n".join(line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---"))


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="only mutants with such names, * for anything")
    parser.add_argument("--report", action="store_true", help="print what the last run found, run nothing")
    options = parser.parse_args()
    if not options.report:
        subprocess.run(["mutmut", "run", "--max-children", "1", *options.names], cwd=ROOT, check=False)
    modules = found(CORE)
    if not modules:
        print("There is no run to report: leave --report out.", file=sys.stderr)
        return 1
    print("\n".join(figures(modules)))
    for mutants in modules.values():
        for name, word in mutants.items():
            if word in ("survived", "no test", "other") and (
                not options.names or any(fnmatch(name, pattern) for pattern in options.names)
            ):
                print(f"\n{name} ({word})\n{change(name)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
