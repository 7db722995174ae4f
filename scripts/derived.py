"""Files that are written from the program: written, or with ``--check`` only compared."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def derived(texts: Mapping[str, str]) -> int:
    """Write each text to its path below the project's folder; with ``--check``, 1 where one is not what it would be."""
    stale = []
    for name, text in texts.items():
        path = ROOT / name
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    if stale:
        print(f"out of date: {', '.join(stale)}; run: python scripts/{Path(sys.argv[0]).name}", file=sys.stderr)
    return 1 if stale else 0
