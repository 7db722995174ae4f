"""How long one person takes: score, certainty, flip, explanation. Prints medians in milliseconds.

    python benchmarks/core.py [--people 2000]

The goal is less than 1 ms for one person of the shipped bank.
"""

from __future__ import annotations

import argparse
import platform
import random
from statistics import median, quantiles
from time import perf_counter

from rolequiz.bank.load import load
from rolequiz.bank.shipped import shipped_bank
from rolequiz.core.assess import assess, explain
from rolequiz.core.table import compile_table


def main() -> None:
    """Time every person alone."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=2000)
    people = parser.parse_args().people
    bank = load(shipped_bank())
    table = compile_table(bank.form, bank.catalogue)
    source = random.Random(1)
    times = []
    for _ in range(people):
        sheet = tuple(source.randint(1, item.options) for item in table.items)
        began = perf_counter()
        explain(table, assess(table, sheet))
        times.append(1000 * (perf_counter() - began))
    print(f"Python {platform.python_version()}, {people} random sheets of {bank.id} {bank.version}")
    print(f"one person: median {median(times):.3f} ms, p95 {quantiles(times, n=20)[-1]:.3f} ms (goal: under 1 ms)")


if __name__ == "__main__":
    main()
