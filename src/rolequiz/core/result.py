"""Results and comparisons as plain JSON values: ids and numbers only, unrounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolequiz.core.assess import Assessment, Explanation
from rolequiz.core.table import Table
from rolequiz.model import BankStamp

if TYPE_CHECKING:
    from rolequiz.core.compare import Change, Comparison

SCHEMA = "rolequiz.result/1"
COMPARISON_SCHEMA = "rolequiz.comparison/1"


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


def comparison_record(table: Table, comparison: Comparison) -> dict[str, object]:
    """What moved between two results, in the order of the bank; ``answers`` by what they moved, largest first.

    ``change`` is later minus earlier, of which ``repeated`` comes from questions answered both times;
    ``retest`` is how far that part moves without any change (95 %). What an answer is worth is in ``points``.
    """
    lead = comparison.lead
    return {
        "schema": COMPARISON_SCHEMA,
        "repeated": comparison.repeated,
        "lead": lead and {"role": lead.role, "rival": lead.rival, **change_record(lead.change, 0)},
        "roles": [
            {
                "role": role,
                "place": {
                    "earlier": comparison.before.role(role).place,
                    "later": comparison.after.role(role).place,
                },
                **change_record(change, span.low),
            }
            for role, change, span in zip(table.roles, comparison.roles, table.role_ranges, strict=True)
        ],
        "traits": {
            trait: change_record(change, span.low)
            for trait, change, span in zip(table.traits, comparison.traits, table.trait_ranges, strict=True)
        },
        "answers": [
            {
                "question": move.question,
                "earlier": move.before,
                "later": move.after,
                "points": dict(zip(table.roles, move.roles, strict=True)),
                "traits": {trait: one for trait, one in zip(table.traits, move.traits, strict=True) if one},
                "lead": None if lead is None else move.lead,
            }
            for move in comparison.moves
        ],
    }


def change_record(change: Change, low: int) -> dict[str, object]:
    """One change of points, which start at 0 where the least score is ``low``."""
    return {
        "earlier": change.before - low,
        "later": change.after - low,
        "change": change.difference,
        "repeated": change.repeated,
        "retest": change.retest,
        "within_retest": change.is_within,
    }
