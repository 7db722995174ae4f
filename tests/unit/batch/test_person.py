"""One person out of a file."""

from __future__ import annotations

from io import BytesIO

import pytest

from rolequiz.batch.notes import Notes
from rolequiz.batch.person import find_person
from rolequiz.batch.sources import Source
from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord
from tests.unit.batch.reading import RULES, csv_file, csv_line


def find(data: bytes, person: str | None = None, notes: Notes | None = None) -> AnswerRecord:
    return find_person(Source("<stdin>", BytesIO(data)), person, RULES, notes if notes is not None else Notes())


def failure(data: bytes, person: str | None = None) -> RolequizError:
    with pytest.raises(RolequizError) as caught:
        find(data, person)
    return caught.value


def test_the_only_person_needs_no_name() -> None:
    assert find(b'{"id": "p1", "answers": {"q01": 2}}').answers == {"q01": 2}
    assert find(csv_file(csv_line("p1"))).id == "p1"
    assert find(csv_file(csv_line("p1")), "p1").id == "p1"


def test_of_many_people_one_is_named() -> None:
    data = csv_file(csv_line("p1", q01="1"), csv_line("p2", q01="2"), csv_line("p3", q01="3"))
    assert find(data, "p2").answers["q01"] == 2
    error = failure(data)
    assert (error.message, error.hint) == (
        "standard input: several people are in it: p1, p2, p3",
        "choose one with --id",
    )


def test_of_several_sittings_the_last_counts_with_a_note() -> None:
    data = csv_file(csv_line("p1", q01="1"), csv_line("p2"), csv_line("p1", q01="3"))
    notes = Notes()
    assert find(data, "p1", notes).answers["q01"] == 3
    assert notes.lines() == ["standard input: p1 stands there more than once (2, 4): 4 is used"]
    assert find(csv_file(csv_line("p1", q01="1"), csv_line("p1", q01="2"))).answers["q01"] == 2


def test_a_later_sitting_that_cannot_be_read_is_noted() -> None:
    notes = Notes()
    data = csv_file(csv_line("p1", q01="1"), csv_line("p1", q01="9"))
    assert find(data, "p1", notes).answers["q01"] == 1
    assert notes.lines() == ["standard input: 3 is left out: q01: 9 is no option, choose 1 to 3"]


def test_somebody_who_is_not_there() -> None:
    data = csv_file(*(csv_line(f"p{n}") for n in range(9)))
    error = failure(data, "x\x1b")
    assert error.message == "standard input: x\\x1b is not in it"
    assert error.hint == "some who are: p0, p1, p2, p3, p4 …"


def test_nobody_is_there() -> None:
    assert failure(b"[]").message == "standard input: nobody's answers are in it"


def test_a_person_whose_record_is_not_valid() -> None:
    data = csv_file(csv_line("p1", q01="9", q02="x"), csv_line("p2"))
    assert failure(data, "p1").message == (
        "standard input:2: p1: q01: 9 is no option, choose 1 to 3; "
        "q02: x is no whole number in plain digits, choose 1 to 4"
    )
    assert "answers: a mapping" in failure(b'{"id": "p1"}').message
    assert "there is no id" in failure(b'{"answers": {}}').message


def test_rejects_of_others_do_not_matter() -> None:
    assert find(csv_file("short", csv_line("p2", q01="9"), csv_line("p1")), "p1").id == "p1"
