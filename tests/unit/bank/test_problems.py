"""One mistake in an otherwise good bank: its code, its place, its words. The good bank is small and complete."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from rolequiz.bank.load import BankError, load
from rolequiz.bank.source import MAX_BYTES, MAX_PROBLEMS, read
from rolequiz.errors import RolequizError
from rolequiz.model import Bank, Problem

QUESTIONS = """\
bank: small
version: "1"
title: Which one?
languages: [en]
scales:
  agree: [No, So so, Yes]
  pair: [Much the first, A bit the first, A bit the second, Much the second]
questions:
  - {id: q1, format: agree, trait: calm, label: Calm, text: I stay calm.}
  - id: q2
    format: choice
    label: A day off
    text: What do you do?
    options:
      - {trait: calm, text: Sleep}
      - {trait: brave, text: Climb, said: climb}
  - {id: q3, format: pair, label: Both, first: {trait: calm, text: Sit}, second: {trait: brave, text: Run}}
"""
PAIR_LINE = "  pair: [Much the first, A bit the first, A bit the second, Much the second]\n"
ROLES = """\
traits:
  - {id: calm, name: Calm}
  - {id: brave, name: Brave}
roles:
  - {id: guard, name: Guard, traits: {calm: 1}}
  - {id: guide, name: Guide, traits: {brave: 2}}
neighbours:
  - {id: ranger, name: Ranger, about: Both., mix: {guard: 1, guide: 1}}
"""


def folder(at: Path, questions: str | bytes = QUESTIONS, roles: str | bytes = ROLES) -> Path:
    for name, text in (("questions.yaml", questions), ("roles.yaml", roles)):
        (at / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return at


def line_of(text: str, part: str) -> int:
    """The line in which a part stands, from 1."""
    return text[: text.index(part)].count("\n") + 1


def check(at: Path) -> tuple[Bank | None, tuple[Problem, ...]]:
    """The bank, if it is valid, and every problem."""
    try:
        return load(at), ()
    except BankError as error:
        return None, error.problems


def changed_lines(before: str, after: str) -> list[int]:
    """The lines that differ, from 1."""
    pairs = zip(before.split("\n"), after.split("\n"), strict=False)
    return [number for number, (old, new) in enumerate(pairs, start=1) if old != new]


def test_the_small_bank_is_good(tmp_path: Path) -> None:
    bank, problems = check(folder(tmp_path))
    assert problems == ()
    assert bank is not None
    assert bank.digest == load(tmp_path).digest
    assert bank.questions[1].id == "q2"


QUESTION_MISTAKES = [
    ("unknown-key", "label: Calm, text", "lable: Calm, text", "did you mean label?"),
    ("missing-key", "label: Calm, ", "", "the key 'label' is missing"),
    ("missing-key", "format: choice\n", "forma: choice\n", "the formats are agree, choice, pair"),
    ("wrong-type", "languages: [en]", "languages: en", "where a list is meant"),
    ("wrong-type", 'version: "1"', "version: 1", "put it in quotes"),
    ("wrong-type", 'version: "1"', "version: 1.0", "put it in quotes"),
    ("wrong-type", "text: Sleep", "text: [Sleep]", "a list where a text is meant"),
    ("wrong-type", "first: {trait: calm, text: Sit}", "first: Sit", "where a mapping is meant"),
    ("wrong-type", "text: Sleep", "text: {en: [Sleep]}", "a list where a text is meant"),
    ("float", "scales:", "certainty: {doubling: 6.0}\nscales:", "write 6"),
    ("wrong-type", "scales:", "certainty: {doubling: 012}\nscales:", "where an integer is meant"),
    ("wrong-type", "scales:", "certainty: {doubling: true}\nscales:", "true where an integer is meant"),
    ("out-of-range", "scales:", "certainty: {doubling: 0}\nscales:", "give at least 1"),
    ("bad-value", "trait: calm, label", "key: 2, trait: calm, label", "give 1 or -1"),
    ("unknown-format", "format: pair", "format: pear", "did you mean pair?"),
    ("bad-id", "id: q1,", "id: 1q,", "begin with a letter"),
    ("bad-id", "bank: small", "bank: my bank", "begin with a letter"),
    ("too-few", "agree: [No, So so, Yes]", "agree: [No]", "give at least 2"),
    ("too-many", "agree: [No, So so, Yes]", f"agree: [{', '.join('abcdefghij')}]", "give at most 9"),
    ("empty-text", "text: Sleep", 'text: ""', "an empty text"),
    ("long-text", "text: Sleep", f"text: {'z' * 2001}", "more than 2000 characters"),
    ("repeated-id", "id: q2", "id: q1", "the id 'q1' stands twice"),
    ("unknown-trait", "trait: brave, text: Climb", "trait: brav, text: Climb", "did you mean brave?"),
    ("unknown-trait", "trait: brave, text: Climb", "points: {bravery: 2}, text: Climb", "no trait 'bravery'"),
    ("points-or-trait", "trait: calm, text: Sleep", "text: Sleep", "add trait, or points"),
    ("points-or-trait", "trait: calm, text: Sleep", "trait: calm, points: {calm: 1}, text: Sleep", "keep one"),
    ("points-or-trait", "trait: calm, text: Sit", "trait: calm, points: {calm: 1}, text: Sit", "delete points"),
    ("points-or-trait", "{trait: calm, text: Sit}", "{text: Sit}", "add trait"),
    ("same-trait-twice", "trait: brave, text: Run", "trait: calm, text: Run", "different traits"),
    ("missing-scale", "  agree: [No, So so, Yes]\n", "", "scales.agree is missing"),
    (
        "missing-scale",
        "  pair: [Much the first, A bit the first, A bit the second, Much the second]\n",
        "",
        "scales.pair",
    ),
    ("missing-language", "languages: [en]", "languages: [en, zh]", "write {en: ..., zh: ...}"),
    ("missing-language", "text: Sleep", "text: {zh: 睡}", "no text in en"),
    ("unknown-language", "text: Sleep", "text: {en: Sleep, fr: Dormir}", "no language of the bank"),
    ("repeated-language", "languages: [en]", "languages: [en, EN]", "stands twice"),
    ("bad-checkpoint", "scales:", "quick: {checkpoints: {3: 1}}\nscales:", "not before the end of 3 questions"),
    ("bad-id", "scales:", "quick: {checkpoints: {two: 1}}\nscales:", ""),
    ("repeated-key", "version:", "bank: other\nversion:", "the first is in line 1"),
    ("anchor", "trait: calm, label", "trait: &t calm, label", "the anchor &t"),
    ("alias", "title: Which one?", "title: *t", "write the part out"),
    ("tag", "title: Which one?", "title: !!python/name:os.system x", "the tag"),
    ("tag", "title: Which one?", "title: !mine x", "the tag !mine"),
    ("merge-key", "id: q1,", "<<: {a: 1}, id: q1,", "write its keys out"),
    ("bad-key", "scales:", "? [a, b]\n: 1\nscales:", "use a plain word as key"),
    ("several-documents", "scales:", "---\nscales:", "keep one"),
    ("yaml-syntax", "languages: [en]", "languages: [en", ""),
    ("yaml-syntax", "scales:", "\tscales:", ""),
    ("long-integer", "scales:", f"certainty: {{doubling: {'9' * 400}}}\nscales:", "400 digits"),
    ("control-character", "title: Which one?", "title: Which\x1b[31m one?", "U+001B"),
    ("control-character", "title: Which one?", "title: Which \u202e one?", "U+202E"),
    ("control-character", "title: Which one?", 'title: "Which \\e[31m one?"', "written as an escape"),
]


@pytest.mark.parametrize(
    ("code", "before", "after", "words"),
    QUESTION_MISTAKES,
    ids=[f"{one[0]}-{n}" for n, one in enumerate(QUESTION_MISTAKES)],
)
def test_a_mistake_in_the_questions_is_named_where_it_stands(
    tmp_path: Path, code: str, before: str, after: str, words: str
) -> None:
    assert before in QUESTIONS
    faulty = QUESTIONS.replace(before, after, 1)
    bank, problems = check(folder(tmp_path, faulty))
    assert bank is None
    if code == "bad-id" and not words:
        assert problems[0].code in ("bad-id", "wrong-type")
        return
    found = [problem for problem in problems if problem.code == code]
    assert found, [str(problem) for problem in problems]
    assert any(words in f"{problem.message} {problem.hint}" for problem in found), [str(one) for one in found]
    changed = changed_lines(QUESTIONS, faulty)
    at = {problem.line for problem in found}
    if code not in ("missing-scale", "missing-language", "missing-key", "yaml-syntax", "bad-checkpoint"):
        assert changed[0] in at, (changed, [str(one) for one in found])
    assert all(problem.file.endswith(".yaml") and problem.column >= 1 for problem in problems)


ROLE_MISTAKES = [
    ("unknown-key", "name: Guard, traits", "nmae: Guard, traits", "did you mean name?"),
    ("unknown-key", "about: Both.", "abuot: Both.", "did you mean about?"),
    ("unknown-trait", "traits: {calm: 1}", "traits: {clam: 1}", "did you mean calm?"),
    ("unknown-role", "mix: {guard: 1, guide: 1}", "mix: {gard: 1, guide: 1}", "did you mean guard?"),
    ("out-of-range", "traits: {calm: 1}", "traits: {calm: 1001}", "give at most 1000"),
    ("float", "traits: {calm: 1}", "traits: {calm: 1.5}", "where an integer is meant"),
    ("repeated-id", "id: guide", "id: guard", "stands twice"),
    ("unreachable-trait", "neighbours:", "  - {id: extra, name: E, traits: {calm: 1}}\nneighbours:", ""),
    ("unreachable-role", "traits: {brave: 2}", "traits: {brave: 0}", "no answer moves the role 'guide'"),
    ("same-role-twice", "neighbours:", "between:\n  - {roles: [guard, guard], where: Here}\nneighbours:", "two roles"),
    ("unknown-role", "neighbours:", "between:\n  - {roles: [guard, gide], where: Here}\nneighbours:", "mean guide?"),
    ("wrong-type", "neighbours:", "between:\n  - {roles: [guard], where: Here}\nneighbours:", ""),
]


@pytest.mark.parametrize(
    ("code", "before", "after", "words"), ROLE_MISTAKES, ids=[f"{one[0]}-{n}" for n, one in enumerate(ROLE_MISTAKES)]
)
def test_a_mistake_in_the_roles_is_named_where_it_stands(
    tmp_path: Path, code: str, before: str, after: str, words: str
) -> None:
    assert before in ROLES
    faulty = ROLES.replace(before, after, 1)
    if code == "unreachable-trait":
        faulty = ROLES.replace("roles:", "  - {id: idle, name: Idle}\nroles:", 1)
        words = "no answer moves the trait 'idle'"
    bank, problems = check(folder(tmp_path, roles=faulty))
    assert bank is None
    found = [problem for problem in problems if problem.code == code]
    if code == "wrong-type":
        assert problems[0].line == line_of(faulty, "roles: [guard]")
        return
    assert found, [str(problem) for problem in problems]
    assert any(words in f"{problem.message} {problem.hint}" for problem in found), [str(one) for one in found]
    assert {problem.line for problem in found} & set(changed_lines(ROLES, faulty))


def test_all_problems_of_both_files_come_at_once_in_order(tmp_path: Path) -> None:
    questions = QUESTIONS.replace("languages: [en]", "languages: en").replace("key", "k").replace("id: q1,", "id: 1,")
    roles = ROLES.replace("name: Brave", "nam: Brave")
    _, problems = check(folder(tmp_path, questions, roles))
    assert [(problem.file.rpartition("/")[2], problem.line, problem.code) for problem in problems] == [
        ("questions.yaml", 4, "wrong-type"),
        ("questions.yaml", 9, "wrong-type"),
        ("roles.yaml", 3, "missing-key"),
        ("roles.yaml", 3, "unknown-key"),
    ]


def test_a_problem_is_one_line_with_file_line_column_code_message_and_hint(tmp_path: Path) -> None:
    _, problems = check(folder(tmp_path, QUESTIONS.replace("format: pair", "format: pear")))
    place = f"{tmp_path / 'questions.yaml'}:17:22"
    expected = "error unknown-format: 'pear' is no format (did you mean pair? the formats are agree, choice, pair)"
    assert [str(problem) for problem in problems] == [f"{place}: {expected}"]
    assert problems[0].path == "questions[2].format"


def test_loading_raises_with_every_problem(tmp_path: Path) -> None:
    with pytest.raises(BankError) as caught:
        load(folder(tmp_path, QUESTIONS.replace("format: pair", "format: pear")))
    assert len(caught.value.problems) == 1
    assert "questions.yaml:17" in caught.value.message


@pytest.mark.parametrize("what", ["nothing", "file", "empty folder", "folder as file"])
def test_what_cannot_be_opened_is_said(tmp_path: Path, what: str) -> None:
    at = tmp_path / "bank"
    if what == "file":
        at.write_text("x")
    elif what != "nothing":
        at.mkdir()
        if what == "folder as file":
            (at / "questions.yaml").mkdir()
    with pytest.raises(RolequizError, match="bank") as caught:
        check(at)
    assert "questions.yaml" in caught.value.hint


HOSTILE = [
    pytest.param(b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n" * 1, "alias", id="alias bomb"),
    pytest.param(b"[" * 5000, "too-deep", id="5,000 levels"),
    pytest.param(b"a: " + b"{b: " * 3000, "too-deep", id="deep mappings"),
    pytest.param(b"a: \x00b", "control-character", id="NUL"),
    pytest.param(b"a: \xff\xfe", "not-utf-8", id="bad UTF-8"),
    pytest.param(b"", "wrong-type", id="an empty file"),
    pytest.param(b"- a\n- b\n", "wrong-type", id="a list"),
    pytest.param(b"%PDF-1.7 binary", "yaml-syntax", id="another format"),
    pytest.param(b"x" * (MAX_BYTES + 1), "too-large", id="too many bytes"),
    pytest.param(b"a: [" + b"1," * 250_000 + b"1]", "too-large", id="too many values"),
    pytest.param(b"\n".join(b"a: 1" for _ in range(5000)), "repeated-key", id="thousands of problems"),
]


@pytest.mark.parametrize(("data", "code"), HOSTILE)
def test_hostile_files_are_refused_soon_and_say_why(tmp_path: Path, data: bytes, code: str) -> None:
    began = time.monotonic()
    bank, problems = check(folder(tmp_path, data))
    assert bank is None
    assert code in {problem.code for problem in problems}
    assert len(problems) <= 250
    assert time.monotonic() - began < 5


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    text = "\ufeff" + QUESTIONS.replace("\n", "\r\n")
    _, problems = check(folder(tmp_path, text))
    assert problems == ()


def test_words_that_yaml_takes_for_something_else_stay_words(tmp_path: Path) -> None:
    text = QUESTIONS.replace("agree: [No, So so, Yes]", "agree: [no, 2020-01-01, 1e3]")
    bank, problems = check(folder(tmp_path, text))
    assert problems == ()
    assert bank is not None
    assert bank.form.scales.agree == ("no", "2020-01-01", "1e3")


def test_a_where_that_names_a_neighbour_needs_no_language(tmp_path: Path) -> None:
    roles = ROLES + "between:\n  - {roles: [guard, guide], where: ranger}\n"
    bank, problems = check(folder(tmp_path, roles=roles))
    assert problems == ()
    assert bank is not None
    assert bank.catalogue.between[0].where == "ranger"


def test_a_broken_end_after_as_many_problems_as_are_told_is_the_last_of_them(tmp_path: Path) -> None:
    tags = "".join(f"k{number}: !t x\n" for number in range(MAX_PROBLEMS - 1))
    (tmp_path / "questions.yaml").write_text(tags + "k: 'never closed")
    problems = read(tmp_path / "questions.yaml").problems
    assert len(problems) == MAX_PROBLEMS
    assert [one.code for one in problems] == ["tag"] * (MAX_PROBLEMS - 1) + ["yaml-syntax"]
