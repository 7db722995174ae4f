"""Promises on the form as numbers: no role is favoured, and each is asked after often enough. All are exact."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from rolequiz.bank.whole import Whole, decimal
from rolequiz.core.table import Table
from rolequiz.model import Agree, Choice, Pair, Problem

QUESTIONS_A_TRAIT = 3


def equal_null_means(whole: Whole) -> Iterator[Problem]:
    """Random answering gives every role the same mean score."""
    means = [one.mean for one in whole.survey.moments]
    if len(set(means)) > 1:
        message = f"random answering does not average the same: {whole.each([decimal(one) for one in means])}"
        yield whole.fair("equal-null-means", message, "balance the keys and the options of each role")


def equal_null_variances(whole: Whole) -> Iterator[Problem]:
    """Random answering gives every role the same variance."""
    variances = [one.variance for one in whole.survey.moments]
    if len(set(variances)) > 1:
        message = f"random scores do not vary the same: {whole.each([decimal(one) for one in variances])}"
        yield whole.fair("equal-null-variances", message, "give every role as many questions of each format")


def equal_ranges(whole: Whole) -> Iterator[Problem]:
    """Every role can score from the same least to the same greatest value."""
    ranges = [f"{span.low} to {span.high}" for span in whole.table.role_ranges]
    if len(set(ranges)) > 1:
        message = f"the roles' scores have different ranges: {whole.each(ranges)}"
        yield whole.fair("equal-ranges", message, "give every role as many questions of each format")


def equal_first_places(whole: Whole) -> Iterator[Problem]:
    """Random answering puts every role first equally often; of four roles and more, each duel is won as often."""
    yield from _places(whole, "equal-first-places", [len(whole.table.items)])
    for duel in whole.survey.duels or ():
        if duel.a_ahead != duel.b_ahead:
            a, b = whole.table.roles[duel.a], whole.table.roles[duel.b]
            message = f"{a} is ahead of {b} in {decimal(duel.a_ahead)} of random sheets, {b} in {decimal(duel.b_ahead)}"
            yield whole.fair("equal-first-places", message, "give both as many questions of each format and key")


def equal_quick_places(whole: Whole) -> Iterator[Problem]:
    """The same at every checkpoint of quick mode."""
    yield from _places(whole, "equal-quick-places", [asked for asked, _ in whole.table.checkpoints])


def _places(whole: Whole, code: str, ends: Sequence[int]) -> Iterator[Problem]:
    if whole.survey.places is None:
        yield whole.fair(code, "points or questions are too many to count", "use smaller points")
        return
    for asked in ends:
        found = whole.survey.places.get(asked)
        if found is not None and len(set(found.shares)) > 1:
            shares = whole.each([decimal(share) for share in found.shares])
            message = f"after {asked} questions random answering puts the roles first unequally often: {shares}"
            yield whole.fair(code, message, "balance options, keys and order between the roles")


def neutral_constants(whole: Whole) -> Iterator[Problem]:
    """Always giving the same answer favours no role."""
    if whole.survey.patterns is None:
        yield whole.fair("neutral-constants", "too many kinds of questions to try", "use fewer numbers of options")
        return
    leaning = [(answers, scores) for answers, scores in whole.survey.patterns if len(set(scores)) > 1]
    if leaning:
        answers, scores = max(leaning, key=lambda one: max(one[1]) - min(one[1]))
        given = ", ".join(f"option {number} of every {kind}" for kind, number in answers.items())
        message = (
            f"{len(leaning)} of {len(whole.survey.patterns)} constant patterns favour a role, most of all {given}: "
            f"{whole.each(scores)}"
        )
        yield whole.fair("neutral-constants", message, "balance positions and keys")


def reachable_roles(whole: Whole) -> Iterator[Problem]:
    """Some sheet puts each role first alone."""
    table = whole.table
    for role, name in enumerate(table.roles):
        found = (whole.survey.places or {}).get(len(table.items))
        if found.sole[role] if found else _comes_first(table, role):
            continue
        message = f"no sheet was found that puts {name} first alone"
        yield whole.fair("reachable-roles", message, "give it a trait that no other role has")


def _comes_first(table: Table, role: int) -> bool:
    """Whether the sheet that raises a role most above the mean of the others puts it first."""
    scores = [0] * len(table.roles)
    for item in table.items:
        best = max(item.roles, key=lambda option: len(option) * option[role] - sum(option))
        scores = [score + points for score, points in zip(scores, best, strict=True)]
    return scores[role] == max(scores) and scores.count(scores[role]) == 1


def questions_per_trait(whole: Whole) -> Iterator[Problem]:
    """Every trait stands in at least three questions."""
    asked = Counter(trait for item in whole.table.items for trait in item.touches)
    for number, trait in enumerate(whole.table.traits):
        if asked[number] < QUESTIONS_A_TRAIT:
            count = "1 question" if asked[number] == 1 else f"{asked[number]} questions"
            message = f"the trait {trait} stands in {count}, fewer than {QUESTIONS_A_TRAIT}"
            where = ("traits", number, "id")
            yield whole.draft.catalogue_source.problem("questions-per-trait", where, message, "add questions for it")


def balanced_keys(whole: Whole) -> Iterator[Problem]:
    """Agreeing with everything raises no role: as many agreement items speak for it as against it."""
    position = {trait: number for number, trait in enumerate(whole.table.traits)}
    for role, weights in zip(whole.table.roles, whole.table.weights, strict=True):
        signs = [
            (weights[position[item.trait]] > 0) == (item.key > 0)
            for item in whole.draft.form.questions
            if isinstance(item, Agree) and weights[position[item.trait]]
        ]
        if signs.count(True) != signs.count(False):
            message = (
                f"of {role}'s agreement items {signs.count(True)} speak for it and {signs.count(False)} against it"
            )
            yield whole.fair("balanced-keys", message, "reverse some: another attractive behaviour, with key: -1")


def balanced_positions(whole: Whole) -> Iterator[Problem]:
    """Every role's options stand in each position of a choice, and of a pair, equally often."""
    owners = {trait: whole.table.owners(number) for number, trait in enumerate(whole.table.traits)}
    seen: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    sizes: dict[str, int] = {}
    for question in whole.draft.form.questions:
        match question:
            case Choice():
                options, kind = question.options, f"choices of {len(question.options)}"
            case Pair():
                options, kind = (question.first, question.second), "pairs"
            case Agree():
                continue
        sizes[kind] = len(options)
        for place, option in enumerate(options, start=1):
            for role in owners.get(option.trait or "", ()):
                seen[kind, role][place] += 1
    for (kind, role), places in sorted(seen.items()):
        counts = [places[place] for place in range(1, sizes[kind] + 1)]
        if len(set(counts)) > 1:
            message = f"in {kind} {role} stands {' / '.join(map(str, counts))} times in positions 1 to {sizes[kind]}"
            yield whole.fair("balanced-positions", message, "change the order of options")


def distinct_roles(whole: Whole) -> Iterator[Problem]:
    """No two roles weigh the traits alike: their scores could never differ."""
    first: dict[tuple[int, ...], str] = {}
    for number, (role, weights) in enumerate(zip(whole.table.roles, whole.table.weights, strict=True)):
        if weights in first:
            message = f"{role} weighs the traits exactly as {first[weights]} does"
            where = ("roles", number, "traits")
            hint = "give it another trait, or merge the two"
            yield whole.draft.catalogue_source.problem("distinct-roles", where, message, hint)
        first.setdefault(weights, role)
