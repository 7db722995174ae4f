"""Errors on their way through Spark, which knows text only, and what the driver makes of its words."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from py4j.protocol import Py4JError, Py4JJavaError

from rolequiz.errors import RolequizError
from rolequiz.printable import printable, short

ERROR = "rolequiz-error "
"""What stands before an error for the user in the text that Spark gives back of a task that failed."""


class TaskError(Exception):
    """A `RolequizError` of a task, on its way through Spark, which knows text only."""


def expect(path: str) -> None:
    """Stop where an executor does not see what the driver saw.

    Raises:
        RolequizError: it does not.
    """
    if not os.path.exists(path):
        raise RolequizError(
            f"{printable(path)}: it is not there for the executor on {socket.gethostname()}",
            "executors and driver need one file system in common; input and output have to be on it",
        )


@contextmanager
def told() -> Iterator[None]:
    """Errors for the user are marked, so that the driver finds them in what Spark says."""
    try:
        yield
    except RolequizError as error:
        raise TaskError(ERROR + json.dumps([error.message, error.hint])) from error


def java_message(error: Py4JJavaError) -> str:
    """What a Java exception says."""
    try:
        return str(error.java_exception.getMessage())
    except (Py4JError, OSError):
        return str(error.errmsg)


def cause(said: str) -> Exception:
    """What failed, by the message of a job that was given up."""
    told = re.search(f"{ERROR}(\\[.*\\])$", said, re.MULTILINE)
    if told:
        return RolequizError(*json.loads(told[1]))
    if "No module named 'rolequiz'" in said:
        return RolequizError(
            "the Python of the executors has no rolequiz",
            "install it on every machine of the cluster, and name that Python in PYSPARK_PYTHON",
        )
    if "stopped SparkContext" in said or "SparkContext was shut down" in said:
        return RolequizError(
            "Spark ended before the work was done", "check that --master is right, and look into Spark's own logs"
        )
    if "PYTHON_VERSION_MISMATCH" in said:
        return RolequizError(
            "the executors have another version of Python than the driver", "name the right one in PYSPARK_PYTHON"
        )
    trace = re.search(r"^.*Traceback \(most recent call last\):\n(?:(?!\s*\tat ).*\n?)*", said, re.MULTILINE)
    if trace:
        return RuntimeError(f"in a task of Spark:\n{trace[0].strip()}")
    why = said.rpartition("most recent failure: ")[2].strip().partition("\n")[0]
    return RolequizError(f"Spark gave up: {short(why, 300)}", "Spark's own logs say more; run it again")
