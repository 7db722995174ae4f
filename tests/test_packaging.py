"""What pyproject.toml declares is what the source imports, no more and no less."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.test_layers import imports, modules

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
USED = ("batch", "parquet", "workshop", "spark")
"""The extras that the program itself uses; the others are for the tests and benchmarks, or name these."""

PART_OF = {"markupsafe": "jinja2", "py4j": "pyspark", "pydantic-core": "pydantic"}
"""Packages that are imported as a piece of another, which cannot be had without them."""


def names(requirements: Iterable[str]) -> set[str]:
    return {canonicalize_name(Requirement(one).name) for one in requirements}


def imported() -> set[str]:
    """The distributions that the source imports."""
    owners = packages_distributions()
    tops = {name.partition(".")[0] for path in modules() for name in imports(path)}
    foreign = tops - sys.stdlib_module_names - {"rolequiz", ""}
    found = {canonicalize_name(owners[top][0]) for top in foreign}
    return {PART_OF.get(name, name) for name in found}


def test_what_is_installed_is_what_is_imported() -> None:
    core = names(PROJECT["dependencies"])
    extra = names(one for name in USED for one in PROJECT["optional-dependencies"][name])
    assert core & extra == set()
    assert imported() == core | extra


def test_every_dependency_has_the_oldest_version_that_was_tried() -> None:
    stated = [*PROJECT["dependencies"], *(one for name in USED for one in PROJECT["optional-dependencies"][name])]
    for one in map(Requirement, stated):
        assert [spec.operator for spec in one.specifier] == [">="], f"{one}: state the oldest version and no newest"


def test_no_public_address_is_invented() -> None:
    assert "urls" not in PROJECT


def test_the_python_versions_are_those_of_the_classifiers() -> None:
    listed = [one.rsplit(" ", 1)[1] for one in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", one)]
    assert PROJECT["requires-python"] == f">={listed[0]}"
    assert listed == sorted(listed, key=lambda version: int(version.partition(".")[2]))


def test_the_workflow_is_one_and_runs_the_versions_that_are_listed(tmp_path: Path) -> None:
    path = ROOT / ".github" / "workflows" / "ci.yml"
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    matrix = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]["wheel"]["strategy"]["matrix"]
    assert {one.partition("-")[0] for one in matrix["os"]} == {"ubuntu", "windows", "macos"}
    listed = [one.rsplit(" ", 1)[1] for one in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", one)]
    assert matrix["python"] == [listed[0], listed[-1]]
