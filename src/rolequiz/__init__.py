"""rolequiz: a career-fit quiz that is exactly fair, fully explained and honest about its limits.

In a program: `load_bank`, `assess` one person, `score_file` of any size, `score_arrow` in a pipeline of your own.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # that of typing takes time, in which Ctrl-C would end in words of Python's
if TYPE_CHECKING:
    from typing import Any

    from rolequiz.api import assess, load_bank, score_arrow, score_file
    from rolequiz.batch.arrow_scores import ArrowScores
    from rolequiz.batch.score import Totals
    from rolequiz.core.assess import Assessment
    from rolequiz.errors import RolequizError
    from rolequiz.model import Bank

__version__ = "0.1.0"

__all__ = [
    "ArrowScores",
    "Assessment",
    "Bank",
    "RolequizError",
    "Totals",
    "__version__",
    "assess",
    "load_bank",
    "score_arrow",
    "score_file",
]

_HOMES = {
    "ArrowScores": "rolequiz.batch.arrow_scores",
    "Assessment": "rolequiz.core.assess",
    "Bank": "rolequiz.model",
    "RolequizError": "rolequiz.errors",
    "Totals": "rolequiz.batch.score",
    "assess": "rolequiz.api",
    "load_bank": "rolequiz.api",
    "score_arrow": "rolequiz.api",
    "score_file": "rolequiz.api",
}
"""Where the public names are; each is loaded when it is first used, so that ``import rolequiz`` costs nothing."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
