"""Commands that need an extra say which one to install."""

from __future__ import annotations

from importlib.util import find_spec

from rolequiz.errors import RolequizError

MODULES = {
    "batch": ("numpy", "scipy"),
    "parquet": ("pyarrow",),
    "workshop": ("segno", "starlette", "uvicorn"),
    "spark": ("pyspark",),
}
"""What an extra brings."""


def need(extra: str, command: str) -> None:
    """Stop before anything is done where an extra is missing.

    Raises:
        RolequizError: it is.
    """
    missing = [module for module in MODULES[extra] if find_spec(module) is None]
    if missing:
        raise RolequizError(
            f"{command} needs {', '.join(missing)}", f"install it with: pip install 'rolequiz[{extra}]'"
        )
