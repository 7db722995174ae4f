"""kill -9 at random moments of a sitting, a served room and a batch: nothing acknowledged is lost, nothing is half.

    python scripts/kill_test.py [take] [plain] [serve] [score] [--kills 200] [--seed 1]

Prints a line for each kind; ends with 1 where something was lost, was half there, or was there that nobody gave.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import TypeAlias

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.kill_batches import of_batches
from scripts.kill_count import Count
from scripts.kill_rooms import of_rooms
from scripts.kill_sittings import in_plain_lines, on_a_terminal

Rounds: TypeAlias = Callable[[int, int, Path], Count]
KINDS: Mapping[str, Rounds] = {
    "take": on_a_terminal,
    "plain": in_plain_lines,
    "serve": of_rooms,
    "score": of_batches,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, count and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(KINDS)}; default: all")
    parser.add_argument("--kills", type=int, default=200, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(arguments)
    if unknown := set(args.kinds) - set(KINDS):
        parser.error(f"no kind: {', '.join(sorted(unknown))}")
    is_wrong = False
    for kind in args.kinds or KINDS:
        begun = monotonic()
        with tempfile.TemporaryDirectory() as ground:
            count = KINDS[kind](args.kills, args.seed, Path(ground))
        print(
            f"{kind}: {count.kills} kills, {count.acknowledged} acknowledged, lost {count.lost}, half {count.half}, "
            f"astray {count.astray} ({monotonic() - begun:.0f} s)",
            flush=True,
        )
        print("".join(f"  {fault}\n" for fault in count.faults), end="")
        is_wrong = is_wrong or bool(count.faults)
    return int(is_wrong)


if __name__ == "__main__":
    sys.exit(main())
