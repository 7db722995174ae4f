"""How long short commands take from start to end, against a Typer program that only greets.

    python benchmarks/startup.py [--rounds 15]

Whole processes, taken in turns, so that other work on the machine meets all alike; medians, and what they are of
the greeting's. The opening screen is timed in a pseudo-terminal, from the start until it has been painted.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

import pexpect

import rolequiz
from rolequiz.bank.load import compiled
from rolequiz.bank.shipped import shipped_bank

GREETING = """import typer

app = typer.Typer()


@app.command()
def main(name: str = "you") -> None:
    print(f"Hello {name}")


app()
"""

MARKS = {
    "--version": 0.5,
    "--help": 1.2,
    "score FILE --format jsonl": 1.35,
    "explain FILE": 1.6,
    "take, opening screen": 1.7,
}
"""Goals: times of the greeting's median."""


def whole(arguments: list[str], environ: Mapping[str, str]) -> float:
    """Seconds of a process that is given nothing to read."""
    began = perf_counter()
    subprocess.run(arguments, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return perf_counter() - began


def opening(environ: Mapping[str, str]) -> float:
    """Seconds until the opening screen asks for Enter; then the program is left with Ctrl-C."""
    began = perf_counter()
    child = pexpect.spawn(
        sys.executable, ["-m", "rolequiz", "take", "--fresh"], env=dict(environ), dimensions=(24, 80), timeout=20
    )
    child.expect("Enter")
    seconds = perf_counter() - began
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    return seconds


def runs(folder: Path) -> dict[str, Callable[[], float]]:
    """What is timed, by its name."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ |= {"ROLEQUIZ_HOME": str(folder / "home"), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
    greeting = folder / "greeting.py"
    greeting.write_text(GREETING, encoding="utf-8")
    _, table = compiled(shipped_bank())
    answers = folder / "answers.json"
    answers.write_text(json.dumps({"id": "p1", "answers": {item.id: 1 for item in table.items}}), encoding="utf-8")
    ours = [sys.executable, "-m", "rolequiz"]
    return {
        "the greeting": lambda: whole([sys.executable, str(greeting)], environ),
        "--version": lambda: whole([*ours, "--version"], environ),
        "--help": lambda: whole([*ours, "--help"], environ),
        "score FILE --format jsonl": lambda: whole([*ours, "score", str(answers), "--format", "jsonl"], environ),
        "explain FILE": lambda: whole([*ours, "explain", str(answers)], environ),
        "take, opening screen": lambda: opening(environ),
    }


def main() -> None:
    """Time everything in turns."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    compileall.compile_dir(Path(rolequiz.__file__).parent, quiet=2)
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        commands = runs(Path(folder))
        for run in commands.values():
            run()
        for _ in range(rounds):
            for name, run in commands.items():
                times.setdefault(name, []).append(run())
    unit = median(times["the greeting"])
    print(
        f"Python {platform.python_version()}, Typer {version('typer')}, pydantic {version('pydantic')}; {rounds} rounds"
    )
    print(f"{'':28}{'median':>8}{'of the greeting':>18}{'goal':>8}")
    for name, seconds in times.items():
        goal = f"{MARKS[name]:.2f}" if name in MARKS else ""
        print(f"{name:28}{1000 * median(seconds):5.0f} ms{median(seconds) / unit:18.2f}{goal:>8}")


if __name__ == "__main__":
    main()
