"""Key to paint: from a key pressed in a real pseudo-terminal to the next question on it, durable save included.

    python benchmarks/keys.py [--sittings 5]

The goal is a p95 under 16 ms (one frame at 60 Hz).
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from statistics import median, quantiles
from time import perf_counter

import pexpect


def sitting(home: str) -> list[float]:
    """One sitting of thirty answers; milliseconds for each, but for the last, which computes the result."""
    environ = {**os.environ, "ROLEQUIZ_HOME": home, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
    child = pexpect.spawn(
        sys.executable, ["-m", "rolequiz", "take", "--fresh"], env=environ, dimensions=(24, 80), timeout=20
    )
    child.delaybeforesend = None
    child.expect("Enter")
    child.send("\r")
    child.expect(re.compile(rb"1/30.*\x1b\[\?2026l", re.DOTALL))
    times = []
    for place in range(2, 31):
        began = perf_counter()
        child.send("1")
        child.expect(re.compile(rb"(?<!\d)%d/30.*?\x1b\[\?2026l" % place, re.DOTALL))
        times.append(1000 * (perf_counter() - began))
        # The journal is synced between painting and the next key, as for a person.
    child.send("q")
    child.close(force=True)
    return times


def main() -> None:
    """Time several sittings."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sittings", type=int, default=5)
    count = parser.parse_args().sittings
    with tempfile.TemporaryDirectory() as home:
        times = [time for _ in range(count) for time in sitting(home)]
    print(
        f"{len(times)} keys: median {median(times):.1f} ms, p95 {quantiles(times, n=20)[-1]:.1f} ms, "
        f"worst {max(times):.1f} ms (goal: p95 under 16 ms)"
    )


if __name__ == "__main__":
    main()
