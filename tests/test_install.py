"""What users install: the wheel in a fresh environment elsewhere, and README's first line in a bare copy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pexpect
import pytest
from cmarkgfm import github_flavored_markdown_to_html
from packaging.metadata import Metadata
from trove_classifiers import classifiers

from tests.unit.batch.reading import ANSWERS

pytestmark = pytest.mark.install

ROOT = Path(__file__).resolve().parents[1]
DATA = ("questions.yaml", "roles.yaml", "wording/en.yaml", "wording/zh.yaml")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LARGEST = 550_000
"""Bytes of the wheel: what it has and a little more, so that nothing large slips in."""
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "dist", "build")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project without what a clone does not have."""
    copy = tmp_path_factory.mktemp("copy") / "rolequiz"
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    return copy


def build(checkout: Path, umask: int = 0o022) -> Path:
    """The folder with sdist and wheel of a copy."""
    command = [sys.executable, "-m", "build", "--no-isolation", "-o", "dist"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False, umask=umask)
    assert done.returncode == 0, done.stdout + done.stderr
    return checkout / "dist"


@pytest.fixture(scope="module")
def built(checkout: Path) -> Path:
    """The folder with sdist and wheel."""
    return build(checkout)


@pytest.fixture(scope="module")
def metadata(built: Path) -> Metadata:
    """What an index is told, held to its rules."""
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        name = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        return Metadata.from_email(wheel.read(name))


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh environment with the wheel."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    wheel = str(next(built.glob("*.whl")))
    pip = [str(programs / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", wheel]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return programs


def elsewhere(home: Path) -> dict[str, str]:
    """The environment of somebody else: an empty home, nothing of ours on any path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "ROLEQUIZ", "COV"))}
    return kept | {"HOME": str(home), "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}


def test_the_data_are_in_the_wheel_and_in_the_sdist(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    assert {f"rolequiz/data/{name}" for name in DATA} <= names
    assert "rolequiz/py.typed" in names
    assert {f"rolequiz/report/templates/{name}" for name in ("page.html", "blocks.html", "style.css")} <= names
    assert not [name for name in names if name.startswith(("tests", "scripts", "docs"))]
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        inside = {name.partition("/")[2] for name in sdist.getnames()}
    assert {f"data/{name}" for name in DATA} <= inside
    assert {"README.md", "LICENSE", "CHANGELOG.md", "tests/form.json"} <= inside


def test_two_builds_in_different_places_at_different_times_are_the_same_bytes(
    built: Path, checkout: Path, tmp_path: Path
) -> None:
    other = tmp_path / "elsewhere"
    shutil.copytree(checkout, other, ignore=LEFT_OUT)
    for path in other.rglob("*"):
        os.utime(path, (1e9, 1e9))
        path.chmod(path.stat().st_mode & 0o700)
    again = {path.name: path.read_bytes() for path in build(other, umask=0o077).iterdir()}
    assert sorted(again) == sorted(path.name for path in built.iterdir())
    assert [path.name for path in built.iterdir() if path.read_bytes() != again[path.name]] == []


def test_the_wheel_stays_small(built: Path) -> None:
    assert next(built.glob("*.whl")).stat().st_size < LARGEST


def test_an_index_gets_metadata_that_are_true(metadata: Metadata) -> None:
    assert (metadata.name, metadata.license_expression, metadata.license_files) == ("rolequiz", "MIT", ["LICENSE"])
    assert (metadata.summary, metadata.requires_python) == (PROJECT["description"], PROJECT["requires-python"])
    assert not metadata.project_urls, "there is no public address yet: state none"
    assert not metadata.home_page
    assert set(metadata.provides_extra or ()) == set(PROJECT["optional-dependencies"])
    assert not [one for one in metadata.classifiers or () if one not in classifiers]


def test_an_index_shows_the_readme_without_what_is_not_there(metadata: Metadata) -> None:
    assert metadata.description_content_type == "text/markdown"
    text = metadata.description or ""
    page = github_flavored_markdown_to_html(text)
    addresses = re.findall(r'(?:href|src)="([^"]*)"', page)
    assert [one for one in addresses if not one.startswith(("https:", "#"))] == []
    # Everything else of the readme is there: the words of every heading, and the name of every file it links to.
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^#+ .*", text, re.MULTILINE) == re.findall(r"^#+ .*", readme, re.MULTILINE)
    linked = re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", readme)
    assert [one for one in linked if one not in text] == []


@pytest.mark.parametrize("how", [["rolequiz"], ["python", "-m", "rolequiz"]], ids=" ".join)
def test_the_quiz_runs_from_the_wheel_in_another_folder(installed: Path, tmp_path: Path, how: list[str]) -> None:
    command = [str(installed / how[0]), *how[1:], "take", "--plain", "--lang", "zh", "--save", "me.json"]
    typed = "".join(f"{number}\n" for number in ANSWERS.values())
    done = subprocess.run(
        command, input=typed, capture_output=True, text=True, cwd=tmp_path, env=elsewhere(tmp_path), check=False,
        encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "第一：用户运营，正 22 分。" in done.stdout
    scored = subprocess.run(
        [installed / "rolequiz", "score", "me.json", "--format", "csv"], capture_output=True, text=True, cwd=tmp_path,
        env=elsewhere(tmp_path), check=False, encoding="utf-8",
    )  # fmt: skip
    # The worked example: points of 68, certainty to four places.
    found = [float(cell) for cell in scored.stdout.splitlines()[1].split(",")[9:21]]
    shares = (0.0460, 0.9281, 0.0258)
    points = (24, 50, 19)
    for (got_points, fit, certainty, place), expected, share, rank in zip(
        (found[0:4], found[4:8], found[8:12]), points, shares, (2, 1, 3), strict=True
    ):
        assert (got_points, fit, place) == (expected, 100 * expected / 68, rank)
        assert certainty == pytest.approx(share, abs=5e-5)


def test_the_first_line_of_the_readme_ends_in_the_opening_screen(checkout: Path, tmp_path: Path) -> None:
    lines = re.findall(r"^python3 -m venv .*$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) == 2, "two pasted lines: one runs the quiz, one passes the tests"
    (tmp_path / "home").mkdir()
    environ = elsewhere(tmp_path / "home") | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    shell = shutil.which("bash") or "/bin/sh"
    child = pexpect.spawn(
        shell, ["-c", lines[0]], cwd=str(checkout), env=environ, dimensions=(24, 80), timeout=300, encoding="utf-8"
    )
    child.expect("Which operations role fits you")
    child.expect("Enter.*begin")
    child.send("q")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
