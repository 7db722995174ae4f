"""The one edge where an error becomes a message and a code."""

from __future__ import annotations

from collections.abc import Callable

from rolequiz.cli.env import Env
from rolequiz.cli.exits import Exit
from rolequiz.errors import RolequizError


def guarded(env: Env, action: Callable[[], int]) -> int:
    """The exit code of an action, and of getting the last of its output out; what went wrong is told."""

    def flushed() -> int:
        env.stdout.flush()
        return int(Exit.DONE)

    code = _told(env, action)
    return _told(env, flushed) or code


def _told(env: Env, action: Callable[[], int]) -> int:
    try:
        return action()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # typer and rich turn it into an exit with code 1
            return int(Exit.UNREAD)
        return end.code if isinstance(end.code, int) else int(Exit.DONE)
    except BrokenPipeError:
        return int(Exit.UNREAD)
    except KeyboardInterrupt:
        return int(Exit.INTERRUPTED)
    except MemoryError:
        env.say("rolequiz: memory ran out")
        env.say("  give it more, or less to do at a time (score: fewer --workers)")
        return int(Exit.FAILED)
    except RolequizError as error:
        env.say(f"rolequiz: {error.message}")
        if error.hint:
            env.say(f"  {error.hint}")
        return int(Exit.FAILED)
