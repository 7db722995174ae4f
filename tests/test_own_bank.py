"""The guide to a bank of one's own: its bank is clean, and each mistake in it gives the message that it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rolequiz.bank.inspect import inspect

GUIDE = (Path(__file__).resolve().parents[1] / "docs" / "own-bank.md").read_text(encoding="utf-8")
CONTINUED = "# questions.yaml, continued\n"
ROW = re.compile(
    r"^\| `(?P<right>[^`]+)` \| (?:`(?P<wrong>[^`]+)`|nothing) \| `(?P<said>(?:error|warning) .+?)` \|", re.M
)


def files() -> dict[str, str]:
    """The guide's two files: the blocks that name one, joined."""
    found = {"roles.yaml": "", "questions.yaml": ""}
    for block in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL):
        if named := re.match(r"# (\w+\.yaml)", block):
            found[named[1]] += block
    return found


def said(folder: Path, texts: dict[str, str]) -> list[str]:
    """What the check says to a bank with these files."""
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [str(problem) for problem in inspect(folder).problems]


@pytest.mark.parametrize("left_out", ["", "promises:", "certainty:"])
def test_the_bank_of_the_guide_is_clean(tmp_path: Path, left_out: str) -> None:
    texts = files()
    parts = texts["questions.yaml"].split(CONTINUED)
    texts["questions.yaml"] = CONTINUED.join(part for part in parts if not left_out or not part.startswith(left_out))
    assert said(tmp_path, texts) == []


def test_the_item_in_two_languages_lacks_nothing(tmp_path: Path) -> None:
    texts = files()
    item = next(one for one in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if one.startswith("  - id: q07"))
    wanted = "languages: [en, zh]"
    assert wanted in GUIDE
    questions = texts["questions.yaml"].replace("languages: [en]", wanted)
    texts["questions.yaml"] = re.sub(r"  - \{id: q07.*\n", item, questions)
    start = texts["questions.yaml"][: texts["questions.yaml"].index(item)].count("\n") + 1
    numbers = {
        int(found[1]) for problem in said(tmp_path, texts) if (found := re.search(r"questions\.yaml:(\d+):", problem))
    }
    assert numbers
    assert not numbers & set(range(start, start + item.count("\n")))


def test_the_finding_of_step_four_is_what_the_check_says(tmp_path: Path) -> None:
    texts = files()
    questions = texts["questions.yaml"].split(CONTINUED + "promises:")[0]
    texts["questions.yaml"] = questions.replace("key: -1, label: a walk", "label: a walk")
    problems = said(tmp_path, texts)
    assert len(problems) == 2
    assert all(problem.rpartition("/")[2] in GUIDE for problem in problems)


@pytest.mark.parametrize("row", list(ROW.finditer(GUIDE)), ids=lambda row: row["said"].split(":")[0])
def test_each_mistake_gives_the_message_of_its_row(tmp_path: Path, row: re.Match[str]) -> None:
    texts = files()
    name = next(name for name, text in texts.items() if row["right"] in text)
    assert texts[name].count(row["right"]) == 1
    texts[name] = texts[name].replace(row["right"], row["wrong"] or "")
    assert any(problem.endswith(row["said"]) for problem in said(tmp_path, texts))


def test_every_row_is_read() -> None:
    table = GUIDE.partition("## Mistakes")[2].partition("## Limits")[0]
    assert len(list(ROW.finditer(GUIDE))) == sum(line.startswith("| `") for line in table.splitlines()) >= 10
