"""The garbage collector kept out of start-up and of the end, where it only looks through what stays anyway.

Loading makes some hundred thousand objects that live as long as the process.
Looking through them while they are made, and once more at the end, takes a
sixth of a short command's time (``benchmarks/startup.py``).
"""

from __future__ import annotations

import gc


def begin() -> None:
    """Collect nothing until what is needed has been loaded."""
    gc.disable()


def loaded() -> None:
    """Collect from now on, but leave alone what is there; nothing happens where `begin` was not called."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def end() -> None:
    """Leave everything to the system, which takes the memory back whole."""
    gc.freeze()
