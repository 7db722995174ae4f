"""``score`` killed at random moments: a file of results is whole or not there, and the next run is clean."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from random import Random

from scripts.kill_count import Count
from tests.small_banks import shipped_table

RECORDS = 12_000
RESULTS = {1: "csv", 2: "jsonl"}
"""The format by the number of workers; a pair of results and rejects in each."""

SPANS = ((0.0, 1.0), (0.8, 1.2))
"""When a kill comes, as shares of an undisturbed run: at any time, or about when files get their names."""


def answers(chance: Random) -> str:
    """A table with some rows that are rejected."""
    items = shipped_table().items
    lines = [",".join(("id", *(item.id for item in items)))]
    for number in range(RECORDS):
        row = [str(chance.randint(1, item.options)) for item in items]
        lines.append(",".join((f"p{number}", *(["x"] if number % 50 == 0 else row[:1]), *row[1:])))
    return "\n".join(lines) + "\n"


def of_batches(kills: int, seed: int, ground: Path) -> Count:
    """Kill the scoring, in turns with one worker and with two; after each tenth kill let it finish."""
    chance, count = Random(f"score {seed}"), Count()
    (ground / "answers.csv").write_text(answers(chance))
    whole: dict[int, tuple[bytes, ...]] = {}
    took: dict[int, float] = {}
    for workers in RESULTS:
        begun = time.monotonic()
        if started(ground, workers).wait() != 0:
            raise RuntimeError("the undisturbed run failed")
        took[workers] = time.monotonic() - begun
        whole[workers] = tuple(path.read_bytes() for path in outputs(ground, workers))
        for path in outputs(ground, workers):
            path.unlink()
    while count.kills < kills:
        workers = 1 + count.kills % 2
        moment = f"kill {count.kills + 1}, {workers} workers"
        program = started(ground, workers)
        time.sleep(took[workers] * chance.uniform(*chance.choice(SPANS)))
        program.kill()
        program.wait()
        count.kills += 1
        for path, data in zip(outputs(ground, workers), whole[workers], strict=True):
            if path.exists():
                count.acknowledged += 1
                if path.read_bytes() != data:
                    count.halves(f"{moment}: {path.name}")
                path.unlink()
        if count.kills % 10 in (1, 2):
            check_next(ground, workers, whole[workers], moment, count)
    return count


def check_next(ground: Path, workers: int, whole: tuple[bytes, ...], moment: str, count: Count) -> None:
    """The next run gives everything, and takes away what the killed ones left."""
    if started(ground, workers).wait() != 0:
        count.strays(f"{moment}: the next run failed")
    found = tuple(path.read_bytes() if path.exists() else b"" for path in outputs(ground, workers))
    if found != whole:
        count.loses(f"{moment}: the next run gave other results")
    names = {path.name for path in outputs(ground, workers)}
    left = [path.name for path in ground.glob(".*.tmp") if any(path.name.startswith(f".{name}.") for name in names)]
    if left:
        count.strays(f"{moment}: {left} are left over")
    for path in outputs(ground, workers):
        path.unlink(missing_ok=True)


def outputs(ground: Path, workers: int) -> tuple[Path, Path]:
    """Results and rejects."""
    return ground / f"out{workers}.{RESULTS[workers]}", ground / f"rejects{workers}.jsonl"


def started(ground: Path, workers: int) -> subprocess.Popen[bytes]:
    """The scoring as a process."""
    results, rejects = outputs(ground, workers)
    options = ("-o", str(results), "--rejects", str(rejects), "--workers", str(workers), "--max-rejects", "5%")
    command = [sys.executable, "-m", "rolequiz", "score", str(ground / "answers.csv"), *options]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
