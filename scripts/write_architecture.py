"""Write docs/architecture.svg: the layers, as tests/test_layers.py holds them.

    python scripts/write_architecture.py [--check]

A part stands one row above the highest part that it may import, so every import points down.
"""

from __future__ import annotations

import sys
from functools import cache
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.derived import derived  # noqa: E402  # found only now
from tests.test_layers import BELOW  # noqa: E402  # the declaration is the test's

ABOUT = {
    "cli": "commands, keys, screens",
    "api": "for Python programs",
    "workshop": "a room: folder, phones, laptop",
    "scoring": "a run from files to files",
    "lab": "simulation, statistics",
    "report": "words, renderers",
    "batch": "records, engines",
    "store": "journals, whole files",
    "bank": "YAML to a bank",
    "core": "points, certainty, flips, sittings",
    "model": "the values",
    "errors": "what is told",
    "printable": "what may be shown",
    "signals": "Ctrl-C at its time",
}
"""What each part is for, in a few words."""

WIDTH, ROW, BOX, GAP, EDGE = 760, 74, 52, 12, 20


@cache
def row(part: str) -> int:
    """The row of a part, from 0 at the bottom."""
    return 1 + max((row(other) for other in BELOW[part]), default=-1)


def picture() -> str:
    """The drawing."""
    rows: dict[int, list[str]] = {}
    for part in BELOW:
        rows.setdefault(row(part), []).append(part)
    height = EDGE * 2 + ROW * len(rows) - (ROW - BOX)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
            'role="img" font-family="system-ui, sans-serif">'
        ),
        "<title>The layers of rolequiz: every import points down</title>",
        f'<rect width="{WIDTH}" height="{height}" rx="8" fill="#f6f8fa"/>',
    ]
    for number, names in rows.items():
        top = height - EDGE - BOX - ROW * number
        wide = (WIDTH - 2 * EDGE - GAP * (len(names) - 1)) / len(names)
        for place, name in enumerate(names):
            left = EDGE + place * (wide + GAP)
            middle = left + wide / 2
            parts += [
                (
                    f'<rect x="{left:.1f}" y="{top}" width="{wide:.1f}" height="{BOX}" rx="6" fill="#ffffff" '
                    'stroke="#57606a"/>'
                ),
                (
                    f'<text x="{middle:.1f}" y="{top + 22}" text-anchor="middle" font-size="15" font-weight="600" '
                    f'fill="#1f2328">{escape(name)}</text>'
                ),
                (
                    f'<text x="{middle:.1f}" y="{top + 40}" text-anchor="middle" font-size="11" '
                    f'fill="#57606a">{escape(ABOUT[name])}</text>'
                ),
            ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def main() -> int:
    """Write the picture."""
    return derived({"docs/architecture.svg": picture()})


if __name__ == "__main__":
    sys.exit(main())
