"""README and pictures speak of the program as it is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_first_screen_is_a_sentence_a_picture_and_two_lines() -> None:
    screen = README.splitlines()[:40]
    blocks = re.findall(r"```sh\n(.*?)```", "\n".join(screen), re.DOTALL)
    assert len(blocks) == 1
    assert len(blocks[0].strip().splitlines()) == 2
    picture = re.search(r"!\[.+\]\((.+?)\)", "\n".join(screen))
    assert picture
    assert (ROOT / picture[1]).is_file()
    assert README.index(picture[0]) < README.index(blocks[0])


def test_the_continuous_integration_runs_the_line_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "README.md" in script
    assert "pytest" not in script, "the line in README says what is run"


@pytest.mark.parametrize("script", ["write_pictures.py", "write_architecture.py"])
def test_the_pictures_are_what_the_program_shows(script: str) -> None:
    done = subprocess.run(
        [sys.executable, f"scripts/{script}", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", "CHANGELOG.md", "CONTRIBUTING.md", *(
    str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs").glob("*.md")))])  # fmt: skip
def test_every_file_that_a_document_links_to_is_there(name: str) -> None:
    path = ROOT / name
    for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{name} links to {target}"


def test_the_readers_figures_are_those_of_the_present_texts_and_meet_their_marks() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/item_review.py", "report"], cwd=ROOT, capture_output=True, text=True, check=False,
        encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, "a text was changed without new readings, or a mark is missed"
    kept = (ROOT / "docs" / "item-review" / "README.md").read_text(encoding="utf-8")
    assert done.stdout == kept, "run: python scripts/item_review.py report --write"
