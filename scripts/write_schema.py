"""Write schema/*.schema.json from the declaration that validates banks.

python scripts/write_schema.py [--check]
"""

from __future__ import annotations

import sys
from json import dumps
from pathlib import Path

from rolequiz.bank.schema import schemas

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.derived import derived  # found only now


def main() -> int:
    """Write both files."""
    texts = {stem: dumps(schema, ensure_ascii=False, indent=1) + "\n" for stem, schema in schemas().items()}
    return derived({f"schema/{stem}.schema.json": text for stem, text in texts.items()})


if __name__ == "__main__":
    sys.exit(main())
