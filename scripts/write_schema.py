"""Write schema/*.schema.json from the declaration that validates banks.

python scripts/write_schema.py [--check]
"""

from __future__ import annotations

import sys
from json import dumps
from pathlib import Path

from rolequiz.bank.schema import schemas

FOLDER = Path(__file__).resolve().parent.parent / "schema"


def main() -> int:
    """Write both files, or with --check say whether they are up to date."""
    stale = []
    for stem, schema in schemas().items():
        path = FOLDER / f"{stem}.schema.json"
        text = dumps(schema, ensure_ascii=False, indent=1) + "\n"
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
    if stale:
        print(f"out of date: {', '.join(stale)}; run: python scripts/write_schema.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
