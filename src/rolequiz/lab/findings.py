"""What the author of a question should look at."""

from __future__ import annotations

from rolequiz.lab.analysis import Finding, QuestionAnalysis

POPULAR = 0.6
"""A choice's option that more people take is more attractive than its neighbours."""


def findings(question: QuestionAnalysis, enough: int) -> list[Finding]:
    """What the author of a question should look at."""
    found = []
    if question.answered >= enough:
        for number, one in enumerate(question.options, start=1):
            if question.format == "choice" and one.share is not None and one.share > POPULAR:
                found.append(
                    Finding(
                        "popular-option",
                        question.id,
                        number,
                        "",
                        one.share,
                        f"option {number} is taken by {one.share:.0%}: more attractive than the others",
                    )
                )
            if one.count == 0 and one.of:
                found.append(Finding("unused-option", question.id, number, "", 0.0, f"nobody takes option {number}"))
    for kind, rests in (("trait", question.trait_rest), ("role", question.role_rest)):
        for name, rest in rests.items():
            if rest.value is not None and rest.value < 0:
                found.append(
                    Finding(
                        "negative-item-rest",
                        question.id,
                        None,
                        name,
                        rest.value,
                        f"its points for the {kind} {name} run against the other questions' (r = {rest.value:.2f}"
                        f"{', unstable' if rest.is_unstable else ''})",
                    )
                )
    return found
