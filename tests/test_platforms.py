"""What only some systems have stands in its home and is guarded there; without any of it the quiz still asks.

One test reads the source; another takes the quiz in an interpreter from which all of it has been taken away.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_layers import SOURCE, modules
from tests.unit.batch.reading import ANSWERS

HOMES: dict[str, frozenset[str]] = {
    **dict.fromkeys(("termios", "os.tcgetpgrp", "os.getpgrp"), frozenset({"cli/tty_posix"})),
    **dict.fromkeys(("signal.SIGTSTP", "signal.SIGCONT", "signal.SIGWINCH"), frozenset({"cli/tty_posix"})),
    **dict.fromkeys(("signal.SIGHUP", "signal.SIGPIPE", "signal.SIGKILL"), frozenset()),
    "signal.pthread_sigmask": frozenset({"signals"}),
    "fcntl": frozenset({"store/lock"}),
    "msvcrt": frozenset({"store/lock", "cli/tty_windows"}),
    "ctypes.windll": frozenset({"cli/tty_windows"}),
    "os.fchmod": frozenset({"store/atomic"}),
    "os.readv": frozenset({"cli/streams"}),
    "resource": frozenset({"cli/served"}),
    **dict.fromkeys(("tty", "pty", "pwd", "grp", "syslog", "crypt", "posix", "readline", "curses"), frozenset()),
    **dict.fromkeys(
        (
            *("os.fork", "os.forkpty", "os.getuid", "os.geteuid", "os.getgid", "os.setsid", "os.killpg", "os.chown"),
            *("os.pipe2", "os.mkfifo", "os.nice", "os.pread", "os.pwrite", "os.sendfile", "os.uname", "os.wait"),
            *(
                "os.O_CLOEXEC",
                "os.O_NOFOLLOW",
                "os.O_DIRECTORY",
                "os.symlink",
                "os.link",
                "os.readlink",
                "os.statvfs",
                "signal.alarm",
                "signal.setitimer",
            ),
        ),
        frozenset(),
    ),
}
"""The only modules in which each may stand; for most there is none."""

METHODS = frozenset({"symlink_to", "hardlink_to", "readlink"})
"""Of paths: a user of Windows may make no link."""

WHOLE = frozenset({"cli/tty_posix"})
"""Loaded only where there is termios, so that nothing in it needs a guard."""

GUARD = r"except (ImportError|AttributeError)|hasattr\(\w+, \"{name}\"\)|sys\.platform (==|!=)|os\.name (==|!=)"
"""What a home says to ask first whether the system has it."""


def mentions(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Everything of the table that a module imports or names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from ((alias.name, node) for alias in names if alias.name in HOMES)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (
                    (name, node) for name in (module, *(f"{module}.{one.name}" for one in names)) if name in HOMES
                )
            case ast.Attribute(value=ast.Name(id=module), attr=name) if f"{module}.{name}" in HOMES:
                yield f"{module}.{name}", node
            case ast.Attribute(attr=name) if name in METHODS:
                yield name, node


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(SOURCE)))
def test_what_only_some_systems_have_stays_at_home(path: Path) -> None:
    where = path.relative_to(SOURCE).with_suffix("").as_posix()
    for name, node in mentions(path):
        place = f"{where}:{getattr(node, 'lineno', 0)}"
        assert where in HOMES.get(name, frozenset()), f"{place} needs {name}"
        guard = re.compile(GUARD.format(name=name.rpartition(".")[2]))
        assert where in WHOLE or guard.search(path.read_text(encoding="utf-8")), f"{place} does not ask for {name}"


def test_every_home_is_used() -> None:
    texts = {
        path.relative_to(SOURCE).with_suffix("").as_posix(): path.read_text(encoding="utf-8") for path in modules()
    }
    stated = [(name.rpartition(".")[2], home) for name, homes in HOMES.items() for home in homes]
    assert [(name, home) for name, home in stated if name not in texts[home]] == []


TAKEN_AWAY = """
import importlib.abc, os, signal, subprocess, sys, types  # subprocess takes msvcrt for Windows

MODULES = {"termios", "tty", "pty", "fcntl", "pwd", "grp", "resource", "readline", "posix_ipc"}

class Blocker(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name in MODULES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocker())
for name in MODULES:
    sys.modules.pop(name, None)
for name in ("fork", "forkpty", "getuid", "geteuid", "fchmod", "setsid", "killpg", "pipe2", "tcgetpgrp", "getpgrp",
             "readv", "O_CLOEXEC", "O_NOFOLLOW", "O_DIRECTORY",
             "O_NONBLOCK", "symlink", "link", "mkfifo", "chown", "pread", "pwrite", "statvfs"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGHUP", "SIGTSTP", "SIGCONT", "SIGWINCH", "SIGPIPE", "SIGKILL", "pthread_sigmask"):
    delattr(signal, name)

locks = sys.modules["msvcrt"] = types.ModuleType("msvcrt")
locks.LK_NBLCK = locks.LK_LOCK = locks.LK_UNLCK = 0
locks.locking = lambda *_: None
"""
"""What begins a program on a system that has none of it, but locks as Windows has them.

`os.name` stays: much of Python itself asks for that.
"""


def alone(code: str, typed: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", TAKEN_AWAY + code]
    return subprocess.run(
        command, input=typed, capture_output=True, text=True, cwd=folder, check=False, encoding="utf-8"
    )


def test_every_module_is_imported_where_nothing_of_it_is_there(tmp_path: Path) -> None:
    names = (".".join(("rolequiz", *path.relative_to(SOURCE).with_suffix("").parts)) for path in modules())
    left_out = ("rolequiz.cli.tty_posix", "rolequiz.lab", "rolequiz.batch.spark", "rolequiz.batch.fast")
    wanted = [name.removesuffix(".__init__") for name in names if not name.startswith(left_out)]
    done = alone(f"import importlib\nfor name in {wanted}:\n    importlib.import_module(name)", "", tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_quiz_is_taken_where_nothing_of_it_is_there(tmp_path: Path) -> None:
    typed = "".join(f"{number}\n" for number in ANSWERS.values())
    code = "sys.argv = ['rolequiz', 'take', '--plain', '--lang', 'en', '--save', 'me.json']\n"
    code += "from rolequiz.__main__ import main\nsys.exit(main())"
    done = alone(code, typed, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "user 50 of 68 points" in done.stdout
    assert (tmp_path / "me.json").is_file()
