"""Coverage-guided fuzz (atheris) of what reads a stranger's bytes: bank, records, keys or documents.

    python scripts/coverage_fuzz.py TARGET [--seconds 600] [--corpus DIR]

Inputs that reach new code are kept in the corpus and changed further. A crash is any exception but the project's own
errors, a warning, or an input that takes longer than ten seconds; it is printed as bytes, to become a test, and the
exit code is 1. The corpus begins with the seeds of `fuzz_targets.py`; without ``--corpus`` it is thrown away.

Needs `pip install atheris` (Linux, macOS), which the tests do not.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

HANG = 10
MEMORY = 2048
"""MiB that an input may take."""

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("bank", "records", "keys", "documents")
EXECUTED = re.compile(rb"stat::number_of_executed_units:\s*(\d+)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the fuzz in a process of its own, and say what it found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=NAMES)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--corpus", type=Path)
    args = parser.parse_args(arguments)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # what is synced there waits for no disk
    with TemporaryDirectory(prefix="coverage-fuzz-", dir=memory) as scratch:
        return fuzzed(args.target, args.seconds, args.corpus or Path(scratch, "corpus"), Path(scratch))


def fuzzed(target: str, seconds: int, corpus: Path, scratch: Path) -> int:
    """The exit code: 1 where an input crashed the target."""
    found = scratch / "found"
    for folder in (corpus, found, scratch / "ground"):
        folder.mkdir(parents=True, exist_ok=True)
    settings = [
        f"-dict={scratch / 'words'}",
        f"-max_total_time={seconds}",
        f"-timeout={HANG}",
        f"-rss_limit_mb={MEMORY}",
        f"-artifact_prefix={found}/",
        "-print_final_stats=1",
    ]
    began = perf_counter()
    ended = subprocess.run(
        [sys.executable, "-m", "scripts.coverage_fuzz", "--inside", target, *settings, str(corpus)],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(scratch / "ground")},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    took = perf_counter() - began
    executed = EXECUTED.search(ended.stderr)
    print(f"{target}: {took:.0f} s, {executed[1].decode() if executed else '?'} executions")
    inputs = sorted(found.iterdir())
    for path in inputs:
        print(f"{path.name.partition('-')[0]}: {path.read_bytes()!r}")
    if inputs or ended.returncode:
        print(ended.stderr.decode(errors="replace")[-4000:])
        return 1
    print("no crash")
    return 0


def inside(arguments: Sequence[str]) -> None:
    """What the process of its own does: never comes back."""
    atheris: Any = import_module("atheris")  # has no types, and is not among the packages of the tests
    with atheris.instrument_imports(include=["rolequiz", "yaml", "scripts.fuzz_targets"]):
        targets: Any = import_module("scripts.fuzz_targets")
    name, words, *settings, corpus = arguments
    for number, seed in enumerate(targets.seeds(name)):
        Path(corpus, f"seed-{number}").write_bytes(seed)
    lines = ("".join(f"\\x{byte:02x}" for byte in word) for word in targets.WORDS)
    Path(words.removeprefix("-dict=")).write_text("".join(f'"{line}"\n' for line in lines))
    warnings.simplefilter("error")
    atheris.Setup([sys.argv[0], words, *settings, corpus], targets.TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(sys.argv[2:])
    sys.exit(main())
