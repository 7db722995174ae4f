"""Write the golden texts of tests/golden anew. Read the difference before you commit it.

python scripts/write_goldens.py
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.golden.cases import FOLDER, cases


def main() -> None:
    """Write every file, and delete those that no case makes any more."""
    texts = {name: make() for name, make in cases().items()}
    for path in FOLDER.glob("*.txt"):
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        (FOLDER / name).write_bytes(text.encode())
    print(f"{len(texts)} files in {FOLDER}")


if __name__ == "__main__":
    main()
