"""What a good bank keeps, beyond being valid: one table of promises, a function each.

For any bank these are warnings with figures. A bank that names one under
``promises`` turns it into an error for itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from rolequiz.bank import balance, readable
from rolequiz.bank.rules import Draft, nearest
from rolequiz.bank.whole import Promise, Whole
from rolequiz.model import Problem

PROMISES: Mapping[str, Promise] = {
    "equal-null-means": balance.equal_null_means,
    "equal-null-variances": balance.equal_null_variances,
    "equal-ranges": balance.equal_ranges,
    "equal-first-places": balance.equal_first_places,
    "equal-quick-places": balance.equal_quick_places,
    "neutral-constants": balance.neutral_constants,
    "reachable-roles": balance.reachable_roles,
    "questions-per-trait": balance.questions_per_trait,
    "balanced-keys": balance.balanced_keys,
    "balanced-positions": balance.balanced_positions,
    "word-limits": readable.word_limits,
    "even-options": readable.even_options,
    "no-trait-names": readable.no_trait_names,
    "no-role-names": readable.no_role_names,
    "narrow-labels": readable.narrow_labels,
    "distinct-texts": readable.distinct_texts,
    "distinct-roles": balance.distinct_roles,
    "whole-wording": readable.whole_wording,
}
"""Every promise that a bank can make."""


def unknown_promises(draft: Draft) -> Iterator[Problem]:
    """A promise that nobody could keep, because it has no meaning here."""
    for number, name in enumerate(draft.form.promises):
        if name not in PROMISES:
            message = f"there is no promise {name!r}"
            hint = nearest(name, frozenset(PROMISES))
            yield draft.form_source.problem("unknown-promise", ("promises", number), message, hint)


def findings(whole: Whole) -> list[Problem]:
    """Everything that a bank does not keep: errors where it was promised, else warnings."""
    promised = set(whole.draft.form.promises)
    return [
        replace(problem, severity="error" if code in promised else "warning")
        for code, promise in PROMISES.items()
        for problem in promise(whole)
    ]
