"""Pieces scored by the executors of Spark: every task reads its part of the input and writes a part of the output.

Spark carries only what has to be done and what was counted. Executors read and
write the same paths as the driver, so they need a file system in common, and
rolequiz in their Python. pyspark is an extra; only what runs on Spark imports this package.

A task may die or run twice: an attempt writes files of its own, and renames them
when they are whole. All attempts of a task write the same bytes.
"""

from __future__ import annotations

from importlib.util import find_spec

from rolequiz.errors import RolequizError

if find_spec("pyspark") is None:
    raise RolequizError(
        "scoring with Spark needs pyspark", "install it with: pip install 'rolequiz[spark]', or leave --engine out"
    )
