"""Imports point one way, and a command loads no more than it needs.

One test reads every import as written; another starts fresh interpreters,
because an import inside a function escapes the first.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "rolequiz"

BELOW: dict[str, frozenset[str]] = {
    "errors": frozenset(),
    "signals": frozenset(),
    "model": frozenset(),
    "printable": frozenset(),
    "core": frozenset({"model"}),
    "bank": frozenset({"errors", "model", "core"}),
    "store": frozenset({"errors", "signals", "model", "printable", "core"}),
    "batch": frozenset({"errors", "signals", "model", "printable", "core"}),
    "report": frozenset({"errors", "model", "printable", "core"}),
    "lab": frozenset({"errors", "model", "core"}),
    "scoring": frozenset({"errors", "signals", "model", "printable", "core", "bank", "store", "batch"}),
    "workshop": frozenset({"errors", "model", "printable", "core", "bank", "store", "batch", "report", "scoring"}),
    "api": frozenset({"errors", "model", "core", "bank", "batch", "scoring"}),
    "cli": frozenset(
        {
            "errors",
            "signals",
            "model",
            "printable",
            "core",
            "bank",
            "store",
            "batch",
            "report",
            "lab",
            "scoring",
            "workshop",
        }
    ),
}
"""What each part may import of the others; itself always."""

HOMES: dict[str, frozenset[str]] = {
    "yaml": frozenset({"bank"}),
    "pydantic": frozenset({"bank"}),
    "pydantic_core": frozenset({"bank"}),
    "rich": frozenset({"report", "cli"}),
    "jinja2": frozenset({"report/html"}),
    "markupsafe": frozenset({"report/html", "report/paper"}),
    "typer": frozenset({"cli"}),
    "platformdirs": frozenset({"cli"}),
    "numpy": frozenset({"lab", "batch/fast"}),
    "scipy": frozenset({"lab"}),
    "pyarrow": frozenset(
        {
            *(f"batch/parquet_{part}" for part in ("columns", "files", "records", "results")),
            "batch/arrow_scores",
            "batch/fast",
            "api",
        }
    ),
    "pyspark": frozenset({"batch/spark"}),
    "multiprocessing": frozenset({"batch/pool", "batch/worker"}),
    "starlette": frozenset({"workshop/serve"}),
    "uvicorn": frozenset({"workshop/serve"}),
    "segno": frozenset({"cli/served_board"}),
    "click": frozenset(),
}
"""Where each heavy package may be imported: a part, or a module or package in it."""

CORE_MAY_NOT = frozenset({"os", "sys", "io", "pathlib", "time", "random", "locale", "socket", "subprocess", "logging"})
"""Modules of the standard library that touch the world."""


def modules() -> Iterator[Path]:
    yield from sorted(SOURCE.rglob("*.py"))


def part_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).parts
    return parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            if node.module == "rolequiz":
                yield from (f"rolequiz.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_downwards_and_heavy_packages_stay_at_home(path: Path) -> None:
    part = part_of(path)
    for name in imports(path):
        top, _, rest = name.partition(".")
        if top == "rolequiz":
            other = rest.partition(".")[0]
            if other and other != "__version__" and part in BELOW:
                assert other == part or other in BELOW[part], f"{part} imports {name}"
        elif top in HOMES:
            where = path.relative_to(SOURCE).with_suffix("").as_posix()
            assert any(f"{where}/".startswith(f"{home}/") for home in HOMES[top]), f"{where} imports {name}"
        elif part in ("core", "model", "errors", "printable", "signals"):
            assert top in sys.stdlib_module_names, f"{part} imports {name}"
            assert part == "signals" or top not in CORE_MAY_NOT, f"{part} touches the world through {name}"


def test_every_part_has_its_row() -> None:
    found = {part_of(path) for path in modules()} - {"__init__", "__main__"}
    assert found == set(BELOW)


def test_no_module_needs_itself() -> None:
    """Not even by way of others, and not even in a function or for types alone."""
    names = {".".join(("rolequiz", *path.relative_to(SOURCE).with_suffix("").parts)): path for path in modules()}
    needs = {name: {one for one in imported_names(path) if one in names} for name, path in names.items()}
    while leaves := {name for name, needed in needs.items() if not needed}:
        needs = {name: needed - leaves for name, needed in needs.items() if name not in leaves}
    assert needs == {}, "in a circle, or above one"


def imported_names(path: Path) -> Iterator[str]:
    """Every module that one imports, also as ``from package import module``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names))


def loaded_after(code: str) -> set[str]:
    """The modules of a fresh interpreter after running some code."""
    script = f"{code}\nimport sys\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        pytest.param("import rolequiz", {"yaml", "pydantic", "rich", "typer"}, id="the package is light"),
        pytest.param(
            "import rolequiz.core.assess, rolequiz.core.sitting, rolequiz.model",
            {"yaml", "pydantic", "rich", "typer", "pathlib", "random"},
            id="the core is pure",
        ),
        pytest.param(
            "import rolequiz.batch.run, rolequiz.batch.pool, rolequiz.store.journal",
            {"yaml", "pydantic", "rich", "typer", "numpy", "pyarrow", "pyspark"},
            id="batch and store need no heavy package",
        ),
        pytest.param(
            "import sys; sys.argv = ['rolequiz', '--version']\nfrom rolequiz.__main__ import main; main()",
            {"yaml", "pydantic", "rich", "typer"},
            id="the version answers at once",
        ),
        pytest.param(
            "import sys; sys.argv = ['rolequiz', '--help']\nfrom rolequiz.__main__ import main; main()",
            {"yaml", "pydantic", "rich", "rolequiz.bank", "rolequiz.batch", "rolequiz.report", "rolequiz.cli.take"},
            id="the help loads no command",
        ),
        pytest.param(
            "from rolequiz.cli.app import run; run(['bank', '--help'])",
            {"yaml", "rich", "rolequiz.bank", "rolequiz.cli.bank_check", "rolequiz.cli.workshop"},
            id="the help of a group loads none of its commands",
        ),
        pytest.param(
            "from rolequiz.cli.app import run; run(['bank', 'check'])",
            {"rich", "rolequiz.bank.misfits", "rolequiz.batch", "rolequiz.cli.bank_simulate", "rolequiz.cli.score"},
            id="a valid bank needs no explanation, and one command not the others",
        ),
        pytest.param(
            "import sys, os; sys.argv = ['rolequiz', 'roles', '']; os.environ['_ROLEQUIZ_COMPLETE'] = '2'\n"
            "from rolequiz.__main__ import main; main()",
            {"pydantic", "rich", "numpy"},
            id="a shell that completes a role waits for no more than the bank",
        ),
        pytest.param(
            "import sys, io; sys.stdin = io.TextIOWrapper(io.BytesIO(b'id,q01\\np1,1\\n'))\n"
            "from rolequiz.cli.app import run; run(['score', '--format', 'jsonl'])",
            {
                *("rich", "numpy", "pyarrow", "pyspark", "multiprocessing"),
                *("rolequiz.report", "rolequiz.bank.misfits", "rolequiz.batch.pool", "rolequiz.core.compare"),
                *("rolequiz.core.explain", "rolequiz.core.flip", "rolequiz.store", "gzip"),
            },
            id="scoring to JSON draws nothing, and a little of it starts nobody",
        ),
        pytest.param(
            "import sys, io; sys.stdin = io.TextIOWrapper(io.BytesIO(b'id,q01\\np1,1\\n'))\n"
            "from rolequiz.cli.app import run; run(['explain', '-', '--format', 'markdown'])",
            {"rich", "jinja2", "markupsafe", "numpy", "rolequiz.store.journal", "rolequiz.core.sitting"},
            id="a result as Markdown needs no templates and no terminal",
        ),
    ],
)
def test_a_fresh_interpreter_loads_no_more_than_needed(code: str, absent: set[str]) -> None:
    assert loaded_after(code) & absent == set()
