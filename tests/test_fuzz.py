"""Short runs of the mutation fuzzes; ``scripts/fuzz_scoring.py`` and ``fuzz_routes.py`` do a million lines and more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from rolequiz.batch.fast import engine
from rolequiz.batch.scalar import ScalarEngine
from rolequiz.core.table import Table
from scripts import fuzz_routes, fuzz_scoring


@pytest.mark.parametrize("route", ["csv", "jsonl"])
def test_damaged_files_lose_no_line_and_both_engines_agree(route: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BLOCK", engine.BLOCK)
    read, scored, codes, fault = fuzz_scoring.share((7, 3_000, route))
    assert fault == ""
    assert read >= 3_000
    assert scored > 1_000
    assert {"malformed", "not-utf8", "bad-id"} <= set(codes)


def test_a_line_that_gets_lost_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BLOCK", engine.BLOCK)
    one = fuzz_scoring.case(Random("seen"), 50, "csv")
    assert fuzz_scoring.fault_of(one)[0] == ""
    monkeypatch.setattr(fuzz_scoring, "records_in", lambda case: len(case.data.split(b"\n")) + 1)
    assert "records came out of" in fuzz_scoring.fault_of(one)[0]
    other = "lines" if one.job.rejects == "jsonl" else "jsonl"
    monkeypatch.setattr(fuzz_scoring, "FastEngine", lambda job: ScalarEngine(replace(job, rejects=other)))
    assert "the engines differ in rejects" in fuzz_scoring.fault_of(one)[0]


@pytest.mark.parametrize("route", ["csv", "jsonl"])
def test_spoiled_files_of_any_bank_come_out_the_same_on_both_routes(route: fuzz_routes.Route, tmp_path: Path) -> None:
    read, became, fault = fuzz_routes.share(("test", 10_000, (route,), tmp_path))
    assert fault == ""
    assert read >= 10_000
    assert became["scored"] > 5_000
    assert {"malformed", "not-utf8", "bad-id", "not-a-number", "not-an-option"} <= {*became}
    assert list(tmp_path.iterdir()) == []


def seen(tmp_path: Path) -> str:
    """The fault that a share of the fuzz finds, whose batch it keeps."""
    _, _, fault = fuzz_routes.share(("seen", 2_000, ("csv", "jsonl"), tmp_path))
    (kept,) = tmp_path.iterdir()
    assert fault.startswith(str(kept))
    return fault


def test_a_result_too_many_or_too_few_would_be_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    count = fuzz_routes.lines_with_something
    monkeypatch.setattr(fuzz_routes, "lines_with_something", lambda data, route: count(data, route) + 1)
    assert "the reference: " in seen(tmp_path)


def test_a_result_that_is_counted_and_not_written_would_be_seen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written = fuzz_routes.written
    monkeypatch.setattr(fuzz_routes, "written", lambda results, form: written(results, form) - 1)
    assert "written are" in seen(tmp_path)


def test_an_exception_would_be_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(_: object) -> ScalarEngine:
        raise AssertionError("a mistake")

    monkeypatch.setattr(fuzz_routes, "FastEngine", broken)
    assert "a mistake" in seen(tmp_path)


def test_engines_that_differ_would_be_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def turned(table: Table) -> Table:
        return replace(table, items=table.items[:1] + table.items[2:0:-1] + table.items[3:])

    monkeypatch.setattr(
        fuzz_routes,
        "FastEngine",
        lambda job: ScalarEngine(replace(job, rules=replace(job.rules, table=turned(job.rules.table)))),
    )
    assert "the engines differ in " in seen(tmp_path)


def test_lines_are_counted_as_the_interface_says() -> None:
    assert fuzz_routes.lines_with_something(b"\xef\xbb\xbf\n\r\nid,q01\r\n\r\n \n1\r\r\np,1", "csv") == 3
    assert fuzz_routes.lines_with_something(b"\xef\xbb\xbf{}\n\n \t\r\n\x0b\n[]", "jsonl") == 3
