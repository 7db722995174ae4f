"""The session of Spark: the one that runs already, or a quiet one of our own."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from subprocess import TimeoutExpired
from tempfile import TemporaryFile
from typing import Any, BinaryIO, TypeVar
from warnings import catch_warnings

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkException
from pyspark.java_gateway import launch_gateway

from rolequiz.batch.spark.errors import cause, java_message
from rolequiz.errors import RolequizError
from rolequiz.printable import printable, short

PATIENCE = 30
"""Seconds that Java gets to end."""

FAILED = re.compile(r"^(?:Exception in thread .*?: |Error: )(.+)$", re.MULTILINE)
"""What Java says if it ends at once."""

NO_JAVA = re.compile(r"JAVA_HOME is not set|bin/java: |java: (command )?not found|UnsupportedClassVersionError")

T = TypeVar("T")


@contextmanager
def running(master: str | None = None) -> Iterator[SparkContext]:
    """The context of Spark that runs already, or a quiet one for the block.

    Raises:
        RolequizError: Spark does not start, or another master than ``master`` is in charge.
    """
    active = SparkContext._active_spark_context
    if active is not None:
        if master is not None and master != active.master:
            raise RolequizError(
                f"--master {printable(master)}: Spark runs already, with {printable(str(active.master))}",
                "leave --master out",
            )
        yield active
        return
    if (master or os.environ.get("SPARK_REMOTE", "")).startswith("sc:"):
        raise RolequizError("Spark Connect runs no tasks of Python programs' own", "name the cluster itself: --master")
    with _started(master) as context:
        try:
            yield context
        finally:
            with suppress(Py4JError, OSError):
                context.stop()


@contextmanager
def _started(master: str | None) -> Iterator[SparkContext]:
    """A context, and Java if it is not there (under spark-submit it is). What Java says is kept from the terminal."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    conf = SparkConf(loadDefaults=False).setAppName("rolequiz score")
    conf.set("spark.log.level", "ERROR").set("spark.ui.showConsoleProgress", "false")
    if master is not None:
        conf.setMaster(master)
    if SparkContext._gateway is not None or "PYSPARK_GATEWAY_PORT" in os.environ:
        with _starting(None):
            context = aside(lambda: SparkContext(conf=conf))
        yield context
        return
    with TemporaryFile() as said:
        with _starting(said):
            launch: Callable[..., Any] = launch_gateway
            gateway = launch(conf, {"stdout": said, "stderr": said})
        try:
            with _starting(said):
                context = aside(lambda: SparkContext(conf=conf, gateway=gateway))
            yield context
        finally:
            SparkContext._gateway = SparkContext._jvm = None
            with suppress(Py4JError, OSError):
                gateway.shutdown()
            with suppress(OSError):
                gateway.proc.stdin.close()
            try:
                gateway.proc.wait(PATIENCE)
            except TimeoutExpired:
                gateway.proc.kill()
                gateway.proc.wait()


@contextmanager
def _starting(said: BinaryIO | None) -> Iterator[None]:
    """What keeps Spark from starting becomes a message; ``said`` is what Java had to say.

    Warnings that pyspark has for its own developers are nobody's matter here.
    """
    try:
        with catch_warnings(action="ignore", category=FutureWarning):
            yield
    except (Py4JError, PySparkException, OSError, ValueError) as error:
        heard = b""
        if said is not None:
            said.seek(0)
            heard = said.read()
        text = heard.decode(errors="replace")
        if NO_JAVA.search(text):
            raise RolequizError(
                "Spark needs Java (17 or newer), and none was found",
                "install a JRE, and set JAVA_HOME if it is in no usual place",
            ) from error
        found = FAILED.search(text)
        why = java_message(error) if isinstance(error, Py4JJavaError) else found[1] if found else str(error)
        raise RolequizError(
            f"Spark did not start: {short(why.splitlines()[0], 300)}", "check --master, JAVA_HOME and SPARK_HOME"
        ) from error


def aside(work: Callable[[], T], call_off: Callable[[], object] | None = None) -> T:
    """What a piece of work gives that talks to Java, from another thread.

    An interruption in the midst of such a talk would be answered with a traceback
    by the library that holds it.
    """
    with ThreadPoolExecutor(1) as thread:
        result = thread.submit(work)
        try:
            return result.result()
        except (KeyboardInterrupt, SystemExit):
            if call_off is not None:
                with suppress(Py4JError, OSError):
                    call_off()
            raise


@contextmanager
def explained() -> Iterator[None]:
    """What Spark raises inside the block: an error for the user, or a mistake of the program's with its traceback."""
    try:
        yield
    except Py4JJavaError as error:
        raise cause(java_message(error)) from None
    except (Py4JError, ConnectionError) as error:
        raise RolequizError("Spark was ended from outside", "run it again; Spark's own logs may say more") from error
