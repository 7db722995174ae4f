"""Exit codes, in one place."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What a command's end means to a script."""

    DONE = 0
    """Done."""
    FINDINGS = 1
    """Done, but records were rejected, or a bank has errors (with ``--strict`` also warnings)."""
    FAILED = 2
    """Could not be done: wrong usage, bad input, output that cannot be written."""
    INTERRUPTED = 130
    """Ended by Ctrl-C, or because the terminal went away."""
    UNREAD = 141
    """Whoever was reading the output has left, as ``head`` does: 128 and the number of SIGPIPE."""
