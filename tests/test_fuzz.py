"""A short run of the mutation fuzz; ``scripts/fuzz_scoring.py`` does a million lines and more."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from rolequiz.batch.fast import engine
from rolequiz.batch.scalar import ScalarEngine
from scripts import fuzz_scoring


@pytest.mark.parametrize("route", ["csv", "jsonl"])
def test_damaged_files_lose_no_line_and_both_engines_agree(route: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BLOCK", engine.BLOCK)
    read, scored, codes, fault = fuzz_scoring.share((7, 10_000, route))
    assert fault == ""
    assert read >= 10_000
    assert scored > 5_000
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
