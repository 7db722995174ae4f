"""A user's program, checked by mypy as it stands and run by a test."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

import rolequiz
from rolequiz import ArrowScores, Assessment, Bank, RolequizError, Totals


def one_person(bank: Bank, answers: dict[str, int]) -> str:
    result: Assessment = rolequiz.assess(bank, answers)
    if result.status == "insufficient":
        return "too few answers"
    first = result.role(result.top[0])
    return f"{', '.join(result.top)}: {first.score:+d} points, certainty {first.certainty or 0:.2f}, {result.label}"


def many_people(folder: Path, bank: Bank) -> Totals:
    return rolequiz.score_file(
        [folder / "a.csv", folder / "b.jsonl"], folder / "scores.csv", bank=bank, columns="core", workers=2
    )


def in_a_pipeline(batch: pa.RecordBatch) -> tuple[int, list[str]]:
    scores: ArrowScores = rolequiz.score_arrow(batch)
    messages: list[str] = scores.rejects.column("message").to_pylist()
    return scores.results.num_rows, messages


def why_not(folder: Path) -> str:
    try:
        rolequiz.load_bank(folder)
    except RolequizError as error:
        return f"{error.message} / {error.hint}"
    return "it is a bank"
