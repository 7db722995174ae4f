"""Texts that try to be more than texts, in every field that a stranger can fill, through every command and output."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

import pytest
from typer.main import get_command

from rolequiz.bank.load import compiled
from rolequiz.bank.shipped import load_wording
from rolequiz.cli.app import app
from rolequiz.cli.env import Env
from rolequiz.cli.served_board import Board, DrawnBoard, LineBoard
from rolequiz.lab import posterior
from rolequiz.model import AnswerRecord
from rolequiz.report.glyphs import UNICODE
from rolequiz.report.html import fragment
from rolequiz.report.voice import Voice
from rolequiz.report.wording import Wording
from rolequiz.workshop.serve import content
from rolequiz.workshop.serve.address import Address
from rolequiz.workshop.serve.content import Spoken
from rolequiz.workshop.serve.participant import Progress
from scripts.write_cli import paths
from tests.cli.world import NOW, Ended, put, rolequiz
from tests.hostile import FAULTS, FORMULAS, MARK, QUESTIONS, SAMPLES, Kind, bank_files, faults_of_text
from tests.small_banks import shipped, shipped_table

ALL = b"1\n" * 40
IDS = [item.id for item in shipped_table().items]
FORMS: tuple[tuple[Kind, str], ...] = (("text", "text"), ("html", "html"), ("markdown", "markdown"), ("json", "json"))
BRIEF: tuple[Kind, str] = ("text", "brief")


@dataclass(frozen=True, slots=True)
class Step:
    """A command line, of which kind its output is, and what is typed meanwhile."""

    arguments: tuple[str, ...]
    kind: Kind = "text"
    stdin: bytes = b""

    @property
    def command(self) -> tuple[str, ...]:
        """Its name, of two words in a group."""
        is_group = self.arguments[0] in ("history", "bank", "workshop") and not self.arguments[1].startswith("-")
        return self.arguments[: 2 if is_group else 1]


def in_forms(*arguments: str, forms: tuple[tuple[Kind, str], ...] = FORMS) -> Iterator[Step]:
    """A command in every form it has."""
    yield from (Step((*arguments, "--format", form), kind) for kind, form in forms)


OF_A_BANK: tuple[Step, ...] = (
    Step(("take", "--plain"), stdin=ALL),
    Step(("take", "--plain", "--lang", "zh"), stdin=b"w\n2\n" + ALL),
    *in_forms("explain", "answers.jsonl", "--id", "p1", forms=(*FORMS, BRIEF)),
    Step(("explain", "answers.jsonl", "--id", "p1", "--plain", "--lang", "zh")),
    Step(("explain", "answers.jsonl", "--id", "p1", "--ascii")),
    *in_forms(
        "score", "answers.jsonl", forms=(("text", "table"), ("csv", "csv"), ("jsonl", "jsonl"), ("json", "json"))
    ),
    Step(("score", "answers.jsonl", "--format", "jsonl", "--explain"), "jsonl"),
    *in_forms(
        *("analyze", "answers.jsonl", "--force"),
        forms=(("text", "text"), ("json", "json"), ("csv", "csv-long"), ("csv", "csv-wide")),
    ),
    Step(("roles",)),
    Step(("roles", "workshops")),
    *in_forms("history", "show", "1", forms=(*FORMS, BRIEF)),
    *in_forms("history", "compare", "1", "2"),
    *in_forms("history", forms=(("text", "text"), ("json", "json"))),
    *in_forms("bank", "check", forms=(("text", "text"), ("text", "table"), ("json", "json"))),
    *in_forms("bank", "show", forms=(("text", "table"), ("json", "json"))),
    *in_forms("bank", "simulate", forms=(("text", "text"), ("json", "json"))),
    Step(("bank", "paper"), "html"),
    Step(("bank", "paper", "--key"), "html"),
    Step(("workshop", "run", "room", "--plain"), stdin=b"kiwi\n\n" + ALL + b"\n"),
    Step(("workshop", "import", "room", "form.csv", "--dry-run")),
    Step(("workshop", "import", "room", "form.csv")),
    *in_forms("workshop", "report", "room", "--names"),
    Step(("workshop", "report", "room", "--cards", "-o", "cards.html"), "html"),
)
"""Commands that say what a bank says, in an order in which each finds what it needs."""

WITHOUT_TEXTS: frozenset[tuple[str, ...]] = frozenset(
    {("bank", "schema"), ("completion",), ("history", "delete"), ("history",), ("bank",), ("workshop",)}
    | {("workshop", "serve")}  # it never ends; what it gives to phones is walked below
)
"""Commands that say nothing of a bank's, of a file's or of a person's; or groups."""


def with_bank(step: Step) -> tuple[str, ...]:
    """The command line on the bank of the test."""
    is_named = step.command in (("bank", "check"), ("bank", "show"), ("bank", "simulate"), ("analyze",))
    if step.command == ("bank", "simulate"):
        return (*step.arguments, "bank", "--people", "1000")
    return (*step.arguments, *(["bank"] if is_named and step.command[0] == "bank" else ["--bank", "bank"]))


def outcome(step: Step, arguments: tuple[str, ...] = ()) -> Ended:
    """What a command puts out; in a file, if it writes one."""
    ended = rolequiz(*(arguments or step.arguments), stdin=step.stdin)
    if "-o" in step.arguments and ended.code != 2:
        return replace(ended, out=Path(step.arguments[-1]).read_text(encoding="utf-8"))
    return ended


def faults(ended: Ended, step: Step, said: str = "") -> list[str]:
    """What a command has done beyond showing words."""
    found = [f"{step.arguments}: {fault}" for fault in FAULTS[step.kind](ended.out)] if ended.out else []
    return found + [f"{step.arguments}: stderr: {fault}" for fault in faults_of_text(ended.err + said)]


def records(questions: tuple[str, ...] | list[str], people: int = 8) -> str:
    """Answer records of several people, as JSON lines."""
    return "".join(
        json.dumps({"id": f"p{n}", "answers": {one: 1 + (n + k) % 2 for k, one in enumerate(questions)}}) + "\n"
        for n in range(1, people + 1)
    )


@pytest.fixture
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posterior, "DRAWS", 1000)


@pytest.mark.usefixtures("few_draws")
@pytest.mark.parametrize("sample", ["unseen", "visible", "long"])
def test_what_a_bank_says_is_only_ever_words(sample: str) -> None:
    Path("bank").mkdir()
    for name, data in bank_files(SAMPLES[sample]).items():
        Path("bank", name).write_bytes(data)
    put("answers.jsonl", records(QUESTIONS))
    put("form.csv", "\n".join([",".join(("id", *QUESTIONS)), *(f"owl {n}{',1' * 8}" for n in "abcdef")]) + "\n")
    found, said = [], set()
    for step in OF_A_BANK:
        ended = outcome(step, with_bank(step))
        assert ended.code in (0, 1), f"{step.arguments}: {ended.err}"
        assert ended.out or ended.err, step.arguments
        found += faults(ended, step)
        if MARK in ended.out + ended.err:
            said.add(step.command)
    assert found == []
    silent = {("score",), ("analyze",), ("bank", "simulate"), ("bank", "check"), ("history",), ("workshop", "import")}
    assert said >= {step.command for step in OF_A_BANK} - silent


@pytest.mark.parametrize("sample", ["everything"])
def test_a_bank_with_signs_that_steer_a_terminal_is_refused_in_words(sample: str) -> None:
    Path("bank").mkdir()
    for name, data in bank_files(SAMPLES[sample]).items():
        Path("bank", name).write_bytes(data)
    for step in (Step(("bank", "check", "bank")), Step(("bank", "check", "bank", "--format", "json"), "json")):
        ended = rolequiz(*step.arguments)
        assert ended.code == 1
        assert faults(ended, step) == []


@pytest.mark.parametrize("sample", ["unseen", "visible", "long"])
def test_what_a_phone_is_given_is_only_ever_words(sample: str) -> None:
    """The page sets texts as text (``textContent``); the result alone is HTML."""
    Path("bank").mkdir()
    for name, data in bank_files(SAMPLES[sample]).items():
        Path("bank", name).write_bytes(data)
    bank, table = compiled(Path("bank"))
    spoken = Spoken(table, {lang: Voice(bank, lang, Wording(lang, load_wording(lang), {})) for lang in bank.languages})
    given = [content.room_words(spoken, "Spring", "room", "en", "full"), content.form(spoken, "full")]
    texts = list(words_in(given))
    assert any(MARK in text for text in texts)
    assert [fault for text in texts for fault in faults_of_text(text)] == []
    record = AnswerRecord("kiwi", dict.fromkeys(QUESTIONS, 1), finished=NOW.isoformat())
    for lang in bank.languages:
        article = content.result(spoken, record, lang, fragment)
        assert MARK in article
        assert list(FAULTS["html"](article)) == []


def words_in(value: object) -> Iterator[str]:
    """Every text in a plain value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from words_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from words_in(one)


def test_every_command_is_walked() -> None:
    walked = {step.command for step in (*OF_A_BANK, *of_records("x", "y"))}
    assert walked | WITHOUT_TEXTS == set(paths(get_command(app)))


def of_records(name: str, person: str) -> tuple[Step, ...]:
    """Commands that say what stands in answer files, and what the files are called."""
    return (
        *in_forms(
            *("score", name, "--keep", "note", "--with-source", "--max-rejects", "9"),
            forms=(("text", "table"), ("csv", "csv"), ("jsonl", "jsonl"), ("json", "json")),
        ),
        *in_forms("explain", name, "--id", person, forms=(*FORMS, BRIEF)),
        *in_forms("analyze", name, "--max-rejects", "9", forms=(("text", "text"), ("csv", "csv-long"))),
        Step(("workshop", "import", "room", name)),
        Step(("workshop", "import", "room", name, "--name-column", person)),
    )


def lines_of(text: str) -> str:
    """Records and rejects with a text wherever one can stand."""
    answers = dict.fromkeys(IDS, 1)
    rows: list[object] = [
        {"id": text, "answers": answers, "note": text, text: text},
        {"id": f"{text} 2", "answers": {**answers, text: 1}, "note": text},
        {"id": text, "answers": {**answers, "q01": text}},
        {"id": "p3", "answers": answers, "bank": {"id": text, "version": text, "digest": text}},
        {"id": "p4", "answers": answers, "asked_ids": [text], "lang": text, "started": text},
        {"id": [text], "answers": text},
        text,
    ]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows) + text + "\n"


def table_of(text: str) -> str:
    """A table whose header and cells hold a text."""
    quoted = '"' + text.replace('"', '""') + '"'
    rows = [["id", *IDS, "note", quoted], [quoted, *("1" for _ in IDS), quoted, quoted], [quoted, quoted]]
    return "\n".join(",".join(row) for row in rows) + "\n"


NAMED = {"plain": "a", "hostile": "=zq\x1b[31m\u202e<b onzq=1>[bold]zq *zq* ](zq)\n`zq`"}
"""Beginnings of file names; a slash cannot stand in one."""


@pytest.mark.parametrize("beginning", NAMED)
@pytest.mark.parametrize("form", ["jsonl", "csv"])
@pytest.mark.parametrize("sample", [*SAMPLES, *FORMULAS])
def test_what_an_answer_file_says_is_only_ever_words(
    sample: str, form: str, beginning: str, capfd: pytest.CaptureFixture[str]
) -> None:
    text = SAMPLES.get(sample, sample)
    name = put(f"{NAMED[beginning]}.{form}", lines_of(text) if form == "jsonl" else table_of(text))
    found = []
    for step in of_records(name, text):
        ended = rolequiz(*step.arguments)
        assert ended.code in (0, 1, 2)
        found += faults(ended, step, capfd.readouterr().err)
    assert found == []


@pytest.mark.parametrize("form", ["jsonl", "csv"])
@pytest.mark.parametrize("sample", [*SAMPLES, *FORMULAS])
def test_what_is_written_beside_scores_is_only_ever_words(sample: str, form: str) -> None:
    text = SAMPLES.get(sample, sample)
    name = put(f"{NAMED['hostile']}.{form}", lines_of(text) if form == "jsonl" else table_of(text))
    ended = rolequiz("score", name, "--keep", "note", "--with-source", "-o", f"scores.{form}")
    kinds: dict[str, Kind] = {
        f"scores.{form}": "csv" if form == "csv" else "jsonl",
        "scores.rejects.jsonl": "jsonl",
        "scores.manifest.json": "json",
    }
    written = {path: Path(path).read_text(encoding="utf-8") for path in kinds if Path(path).exists()}
    if (sample, form) == ("everything", "csv"):  # its header is two lines
        assert (ended.code, written) == (2, {})
        return
    assert ended.code == 1
    assert written.keys() == kinds.keys()
    assert [fault for path, kind in kinds.items() for fault in FAULTS[kind](written[path])] == []
    assert json.loads(written["scores.manifest.json"])["inputs"][0]["source"] == name


@pytest.mark.parametrize("sample", [*SAMPLES, *FORMULAS])
def test_what_a_coach_sees_of_a_served_room_is_only_ever_words(sample: str) -> None:
    """Whatever came by: names and titles are refused before, troubles repeat what the system says."""
    text = SAMPLES.get(sample, sample)
    people = [Progress(text, "joined", 0, 30), Progress(f"{text} 2", "done", 30, 30)]
    env = Env(StringIO(), StringIO(), StringIO(), {"COLUMNS": "80", "NO_COLOR": "1"}, lambda: NOW)
    voice = Voice(shipped(), "en", Wording("en", load_wording("en"), {}))
    board: Board
    for board in (LineBoard(env, voice, []), DrawnBoard(env, voice, Address("127.0.0.1", 80), "K7M2QX", UNICODE)):
        with board:
            board.show(people, [f"{text}: trouble"])
    assert isinstance(env.stdout, StringIO)
    assert isinstance(env.stderr, StringIO)
    out, err = env.stdout.getvalue(), env.stderr.getvalue()
    assert "1 done" in out
    assert "trouble" in err
    assert [*faults_of_text(out), *faults_of_text(err)] == []


@pytest.mark.parametrize("sample", [*SAMPLES, "--zq\x1b[31m", "zq\x00zq", "../../zq"])
def test_what_is_typed_behind_a_command_is_only_ever_words(sample: str, capfd: pytest.CaptureFixture[str]) -> None:
    text = SAMPLES.get(sample, sample)
    put("a.jsonl", records(IDS, 2))
    found = []
    for path in paths(get_command(app)):
        for more in (
            (text,),
            ("--lang", text),
            ("--bank", text),
            ("--format", text),
            ("--id", text),
            ("-o", text),
            (text, text),
            (f"--{text}",),
        ):
            if path == ("workshop", "serve") and len(more) == 1:
                continue  # it would begin to serve
            step = Step((*path, *more))
            ended = rolequiz(*step.arguments, stdin=b"1\n")
            assert ended.code in (0, 1, 2, 130), step.arguments
            if ended.code == 2:
                found += faults(ended, step, capfd.readouterr().err)
    assert found == []


@pytest.mark.parametrize("sample", SAMPLES)
def test_an_id_is_only_ever_a_name(sample: str, capfd: pytest.CaptureFixture[str]) -> None:
    text, found = SAMPLES[sample], []
    for step in (
        Step(("take", "--plain", "--id", text), stdin=ALL),
        Step(("take", "--plain", "--id", text, "--report", "me.md"), stdin=ALL),
        *in_forms("history", "--id", text, forms=(("text", "text"), ("json", "json"))),
        *in_forms("explain", "--id", text, forms=(*FORMS, BRIEF)),
        *in_forms("history", "show", "1"),
        *in_forms("history", "compare", "1", "2"),
        Step(("history", "delete", "1", "--yes")),
    ):
        ended = rolequiz(*step.arguments, stdin=step.stdin)
        assert ended.code in (0, 2)
        found += faults(ended, step, capfd.readouterr().err)
    assert found == []
    assert [path for path in Path().rglob("*") if MARK in path.name and "home" not in path.parts] == []


@pytest.mark.parametrize("sample", [*SAMPLES, *FORMULAS])
def test_a_code_name_and_a_title_are_only_ever_words(sample: str, capfd: pytest.CaptureFixture[str]) -> None:
    text, found = SAMPLES.get(sample, sample), []
    line = text.replace("\n", " ").encode()
    for step in (
        Step(("workshop", "run", "room", "--plain", "--title", text), stdin=b"\n".join((line, b"owl", b"", ALL, b""))),
        Step(("workshop", "run", "other", "--plain"), stdin=b"\n".join((line, b"owl", b"", ALL, b""))),
        *in_forms("workshop", "report", "room", "--names"),
        *in_forms("workshop", "report", "other", "--names"),
        Step(("workshop", "report", "other", "--cards", "-o", "cards.html"), "html"),
        Step(("explain", "other/owl.json")),
    ):
        ended = outcome(step)
        found += faults(ended, step, capfd.readouterr().err)
    assert found == []
    assert shipped().stamp.id not in text
