"""Write docs/cli.md: every command's help as it is printed, the exit codes, and the environment variables.

python scripts/write_cli.py [--check]
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from typer.main import get_command

from rolequiz.cli import exits
from rolequiz.cli.app import app, run
from rolequiz.cli.env import Env

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.derived import derived  # found only now

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = 100

HEAD = """\
# Commands

What `rolequiz COMMAND --help` prints, for reading and searching. This page is written by `python scripts/write_cli.py`.

## Exit codes

| code | name | what it says |
|---|---|---|
"""
ENVIRONMENT = {
    "ROLEQUIZ_HOME": "The folder of sittings, in place of the one that the system has for data of programs.",
    "LC_ALL, LC_MESSAGES, LANG": "The language, where `--lang` does not say it; the first that is set counts.",
    "ACCESSIBLE": "Not empty: as with `--plain`.",
    "TERM": "`dumb`: as with `--plain`.",
    "NO_COLOR, FORCE_COLOR": "No colours; colours although it is no terminal.",
    "COLUMNS": "The width to lay text out for where there is no terminal to ask.",
    "SPARK_REMOTE": "`score --engine spark`: the Spark Connect server to use, where `--master` does not say it.",
}
"""The variables that change what the program does."""

COMPLETION = """\
## Completion

`rolequiz completion` prints what makes a shell complete commands, options, roles, languages, formats and files on Tab.
In `~/.bashrc`, or in `~/.zshrc` below the line with `compinit`:

```sh
eval "$(rolequiz completion bash)"
eval "$(rolequiz completion zsh)"
```

`rolequiz` must be on the path. Roles and languages are those of the bank that `--bank` names before them.
"""


def exit_codes() -> Iterator[str]:
    """A row for each code, out of its declaration."""
    tree = ast.parse(Path(exits.__file__).read_text(encoding="utf-8"))
    (declared,) = (node for node in tree.body if isinstance(node, ast.ClassDef))
    for code, about in zip(declared.body, declared.body[1:], strict=False):
        if isinstance(code, ast.Assign) and isinstance(about, ast.Expr):
            name = ast.unparse(code.targets[0])
            says = " ".join(str(ast.literal_eval(about.value)).replace("``", "`").split())
            yield f"| {exits.Exit[name].value} | {name} | {says} |"


def paths(command: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command below one, each after its group."""
    for name in getattr(command, "entries", ()):
        yield (*above, name)
        yield from paths(command.commands[name], (*above, name))


def help_of(path: tuple[str, ...]) -> str:
    """The help as it is printed."""
    out = StringIO()
    env = Env(StringIO(), out, StringIO(), {}, lambda: datetime.now(UTC))
    with redirect_stdout(out):
        code = run([*path, "--help"], env)
    assert code == 0, path
    return "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines())


def page() -> str:
    """The whole page."""
    os.environ |= {"COLUMNS": str(COLUMNS), "NO_COLOR": "1"}
    lines = [HEAD + "\n".join(exit_codes()), "\n## Environment\n", "| variable | what it does |\n|---|---|"]
    lines += [
        f"| {', '.join(f'`{one}`' for one in names.split(', '))} | {says} |" for names, says in ENVIRONMENT.items()
    ]
    lines += ["", COMPLETION]
    for path in ((), *paths(get_command(app))):
        lines += [f"## `{' '.join(('rolequiz', *path))}`\n", f"```text\n{help_of(path)}\n```\n"]
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    """Write the page."""
    return derived({"docs/cli.md": page()})


if __name__ == "__main__":
    sys.exit(main())
