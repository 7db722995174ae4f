"""``rolequiz`` and ``python -m rolequiz``."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; a bare ``--version`` answers before anything heavy is imported."""
    if sys.argv[1:] == ["--version"]:
        from rolequiz import __version__

        print(f"rolequiz {__version__}")
        return 0
    from rolequiz.cli.app import run

    return run()


if __name__ == "__main__":
    sys.exit(main())
