"""The guide for coaches: every command in it is one that the program knows, and does what the guide says of it."""

from __future__ import annotations

import csv
import io
import re
import shlex
from pathlib import Path

import pytest

from rolequiz.core.assess import assess
from rolequiz.core.certainty import LABEL_FLOORS, PAIR_FLOOR
from rolequiz.core.group import CAMP, DETAILED, FEW, FEWEST, TALKED_ABOUT, Member, assess_group
from rolequiz.core.group_result import group_record
from rolequiz.model import FORMATS, BankStamp
from tests.cli.world import Ended, rolequiz
from tests.small_banks import random_sheet, shipped_table

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "docs" / "coach.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
COMMAND_LINES = [line for block in BLOCKS for line in block.splitlines() if line.startswith("rolequiz ")]
INLINE: list[str] = re.findall(r"`(rolequiz [^`]+)`", GUIDE)
NAMES = ("Otter", "Heron", "Maple", "Comet", "小鹿", "Willow")


def words(line: str) -> list[str]:
    return shlex.split(line)[1:]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put_answers() -> None:
    """The table that the guide has its reader type: a row for each form."""
    table = shipped_table()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["name", *(item.id for item in table.items)])
    for name in NAMES:
        writer.writerow([name, *random_sheet(table, name)])
    Path("answers.csv").write_text(out.getvalue(), encoding="utf-8")


def run(line: str) -> Ended:
    return rolequiz(*words(line))


def stated(*parts: str) -> str:
    """The line of the guide that begins so."""
    found: str = next(line for line in COMMAND_LINES if line.startswith(" ".join(("rolequiz", *parts))))
    return found


@pytest.mark.parametrize("line", [*COMMAND_LINES, *INLINE])
def test_every_option_of_a_command_is_one_of_its_own(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = words(line)
    depth = 2 if arguments[0] in ("workshop", "bank") else 1
    assert rolequiz(*arguments[:depth], "--help").code == 0
    shown = capsys.readouterr().out
    for option in (one for one in arguments[depth:] if one.startswith("-")):
        assert re.search(rf"(?<![\w-]){option}(?![\w-])", shown), f"{option} of {line}"


def test_every_block_is_read() -> None:
    other = [line for block in BLOCKS for line in block.splitlines() if not line.startswith("rolequiz ")]
    assert [line.split()[0] for line in other] == ["python3", "rm"]
    assert len(COMMAND_LINES) >= 12


def test_the_form_and_the_key_are_written() -> None:
    for line in (stated("bank", "paper", "-o"), stated("bank", "paper", "--key")):
        done = run(line)
        assert done.code == 0
        assert Path(words(line)[-1]).read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_from_forms_on_paper_to_report_and_handouts() -> None:
    put_answers()
    first, again = (line for line in COMMAND_LINES if line.startswith("rolequiz workshop import"))
    done = run(first)
    assert done.code == 0
    assert not Path("spring").exists(), "a dry run writes nothing"
    assert run(again).code == 0
    assert run("rolequiz workshop import spring answers.csv").code == 1
    assert len(list(Path("spring").glob("*.json"))) == len(NAMES), "rows that are in the room are not doubled"
    for line in COMMAND_LINES:
        if line.startswith(("rolequiz workshop report", "rolequiz explain")):
            done = run(line)
            assert (done.code, "rolequiz: " in done.err) == (0, False), line
    assert "6 people" in run("rolequiz workshop report spring").out
    assert Path("report.html").is_file()
    assert Path("cards.html").read_text(encoding="utf-8").count("<article") == len(NAMES)
    for code in INLINE:
        if code.split()[1] in ("score", "workshop"):
            assert run(code).code == 0, code


def test_the_shared_laptop_begins_the_room_that_the_guide_names() -> None:
    line = stated("workshop", "run")
    assert rolequiz(*words(line), "--plain").code == 0
    assert 'title: "Spring workshop"' in Path("spring/room.yaml").read_text(encoding="utf-8")


def test_the_numbers_of_the_guide_are_those_of_the_program() -> None:
    assert f"nothing of fewer than {FEWEST} people" in GUIDE
    assert f"from {DETAILED} people on" in GUIDE
    assert f'only as "fewer than {FEW}"' in GUIDE
    assert CAMP == 2
    assert "at least two people stand on each side" in GUIDE
    assert TALKED_ABOUT * len(FORMATS) == 6
    assert "lists up to six" in GUIDE
    assert f"names one role ({round(100 * LABEL_FLOORS[-1][0])} or more)" in GUIDE
    assert f"the third has {round(100 * (1 - PAIR_FLOOR))} or less" in GUIDE


def test_the_keys_for_scripts_are_all_there() -> None:
    table = shipped_table()
    people = [Member(str(n), assess(table, random_sheet(table, str(n)))) for n in range(5)]
    record = group_record(BankStamp(), table, assess_group(table, people))
    first = record["first"]
    assert isinstance(first, dict)
    part = GUIDE.partition("**For scripts.**")[2]
    for key in ({*record, *first}) - {"schema", "bank", "named"}:
        assert f"`{key}`" in part, key


def test_the_figures_about_close_results_are_those_of_the_method() -> None:
    method = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    for figure in (".59 of cases", ".87"):
        assert figure in GUIDE
        assert figure in method
