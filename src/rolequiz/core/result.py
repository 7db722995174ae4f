"""The result record: an assessment as plain JSON values, ids and numbers only (schema ``rolequiz.result/1``)."""

from __future__ import annotations

from rolequiz.core.assess import Assessment, Explanation
from rolequiz.core.table import Table
from rolequiz.model import BankStamp

SCHEMA = "rolequiz.result/1"


def result_record(bank: BankStamp, person: str, assessment: Assessment) -> dict[str, object]:
    """One person's result, numbers unrounded; the order of keys is part of the contract."""
    roles: list[dict[str, object]] = []
    for result in assessment.roles:
        role: dict[str, object] = {"role": result.role}
        if result.place is not None:
            role["place"] = result.place
        role |= {"points": result.points, "fit": result.fit}
        if result.certainty is not None:
            role["certainty"] = result.certainty
        roles.append(role)
    return {
        "schema": SCHEMA,
        "id": person,
        "bank": {"id": bank.id, "version": bank.version, "digest": bank.digest},
        "status": assessment.status,
        "mode": assessment.mode,
        "asked": assessment.asked,
        "answered": assessment.answered,
        "top": list(assessment.top),
        "tie": assessment.tie,
        "shape": assessment.shape,
        "label": assessment.label,
        "lead": assessment.lead,
        "roles": roles,
        "traits": {
            trait.trait: {"points": trait.points, "fit": trait.fit, "answered": trait.answered}
            for trait in assessment.traits
        },
        "neighbours": dict(assessment.neighbours),
        "flags": [flag.id for flag in assessment.flags],
    }


def explanation_record(table: Table, explanation: Explanation) -> dict[str, object]:
    """The contributions (form order, zeros included, a gap's answer null) and the flip, or null."""
    flip = explanation.flip
    return {
        "contributions": [
            {
                "question": part.question,
                "answer": part.answer,
                "points": dict(zip(table.roles, part.roles, strict=True)),
            }
            for part in explanation.contributions
        ],
        "flip": flip
        and {
            "rival": flip.rival,
            "lead": flip.lead,
            "becomes": list(flip.becomes),
            "changes": [
                {"question": change.question, "from": change.before, "to": change.after} for change in flip.changes
            ],
        },
    }
