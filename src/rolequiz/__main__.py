"""``rolequiz`` and ``python -m rolequiz``."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # that of typing takes time, in which Ctrl-C would end in words of Python's
if TYPE_CHECKING:
    from rolequiz.cli.env import Env


def main() -> int:
    """Run the command line. What it needs is loaded inside, so that Ctrl-C ends that too without a word of Python's."""
    try:
        from rolequiz.cli import collecting
        from rolequiz.cli.edge import guarded
        from rolequiz.cli.env import real_env

        collecting.begin()
        world = real_env()
        code = guarded(world, lambda: answered(world))
        collecting.end()
        return code
    except KeyboardInterrupt:
        from rolequiz.cli.exits import Exit

        return int(Exit.INTERRUPTED)


def answered(world: Env) -> int:
    """The exit code; a bare ``--version`` answers before anything heavy is imported, and a shell without a word."""
    if sys.argv[1:] == ["--version"]:
        from rolequiz import __version__

        print(f"rolequiz {__version__}", file=world.stdout)
        return 0
    if "_ROLEQUIZ_COMPLETE" in world.environ:
        from rolequiz.cli.completion import answer

        return answer(world, sys.argv[1:])
    from rolequiz.cli.app import run

    return run(env=world)


if __name__ == "__main__":
    sys.exit(main())
