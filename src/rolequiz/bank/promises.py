"""What a good bank keeps, beyond being valid: one function a promise, in one table.

For any bank these are warnings with figures. A bank that names one under
``promises`` turns it into an error for itself. All are exact; none draws random
numbers.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias
from unicodedata import combining, east_asian_width

from rolequiz.bank.rules import Draft, nearest
from rolequiz.bank.shipped import load_wording
from rolequiz.bank.source import Where
from rolequiz.core.fairness import Survey
from rolequiz.core.table import Table
from rolequiz.model import Agree, Choice, Pair, Problem, Text, is_wide, short_names, words

WORDS = {"agree": 10, "stem": 10, "option": 7, "pair": 9}
"""Most English words of an item's parts; characters, at two for a word, where a language is set in wide ones."""

WORDS_A_QUESTION, CHARACTERS_A_QUESTION = 20, 30
"""Most words (wide characters) of a whole bank, for each of its questions: thirty are then read in five minutes."""

OPTIONS_APART = 2
"""Words (wide characters) by which the options of one choice may differ in length."""

QUESTIONS_A_TRAIT = 3
LABEL_CELLS, SAID_CELLS = 34, 26
ALIKE = 0.8
"""Share of common three-letter pieces (Jaccard) from which two texts are called alike."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A valid bank with its sources, its table and what was counted."""

    draft: Draft
    table: Table
    survey: Survey

    def fair(self, code: str, message: str, hint: str) -> Problem:
        """A finding about the form as a whole."""
        return self.at(code, ("questions",), message, hint)

    def at(self, code: str, where: Where, message: str, hint: str) -> Problem:
        """A finding at a place of ``questions.yaml``."""
        return self.draft.form_source.problem(code, where, message, hint, at_key=len(where) == 1)

    def each(self, values: Sequence[object]) -> str:
        """A value for every role, in words."""
        return ", ".join(f"{role} {value}" for role, value in zip(self.table.roles, values, strict=True))


Promise: TypeAlias = Callable[[Whole], Iterator[Problem]]


def decimal(value: Fraction) -> str:
    """A fraction for people; the exact one where it is short."""
    return str(value) if value.denominator <= 100 else f"{float(value):.6f}"


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


def word_limits(whole: Whole) -> Iterator[Problem]:
    """Items are short enough to be read at a glance, and the whole bank in about ten seconds a question."""
    for lang in whole.draft.form.languages:
        total = 0
        for where, kind, text in parts(whole):
            count, most = length(words(text, lang), lang), WORDS[kind] * (2 if is_wide(lang) else 1)
            total += count
            if count > most:
                message = f"{count} {unit(lang)} in {lang}, more than {most}"
                yield whole.at("word-limits", where, message, "say one thing, in fewer words")
        room = (CHARACTERS_A_QUESTION if is_wide(lang) else WORDS_A_QUESTION) * len(whole.draft.form.questions)
        if total > room:
            message = f"the whole bank has {total} {unit(lang)} in {lang}, more than {room}"
            yield whole.fair("word-limits", message, "shorten the longest items")


def even_options(whole: Whole) -> Iterator[Problem]:
    """The options of one choice are equally long, so that length does not choose."""
    for number, question in enumerate(whole.draft.form.questions):
        if not isinstance(question, Choice):
            continue
        for lang in whole.draft.form.languages:
            lengths = [length(words(option.text, lang), lang) for option in question.options]
            if max(lengths) - min(lengths) > OPTIONS_APART:
                message = f"the options have {' / '.join(map(str, lengths))} {unit(lang)} in {lang}"
                hint = f"keep them within {OPTIONS_APART} of each other"
                yield whole.at("even-options", ("questions", number, "options"), message, hint)


def no_trait_names(whole: Whole) -> Iterator[Problem]:
    """No item names the trait that it measures."""
    names = {trait.id: trait.name for trait in whole.draft.catalogue.traits}
    for where, trait, text in spoken(whole):
        for lang in whole.draft.form.languages:
            name = words(names[trait], lang)
            if named(name, words(text, lang), lang):
                message = f"the item says {name!r}, the name of its own trait"
                yield whole.at("no-trait-names", where, message, "show the behaviour instead")


def no_role_names(whole: Whole) -> Iterator[Problem]:
    """No item names a role, or the part of its name that tells it from the others."""
    roles = whole.draft.catalogue.roles
    for lang in whole.draft.form.languages:
        stems = stems_of([words(role.name, lang) for role in roles], lang)
        for where, _, text in parts(whole):
            for stem in stems:
                if named(stem, words(text, lang), lang, is_stem=True):
                    message = f"the item says {stem!r}, which names a role"
                    yield whole.at("no-role-names", where, message, "say it in other words")


def stems_of(names: Sequence[str], lang: str) -> tuple[str, ...]:
    """What tells role names apart: the words (in Chinese the characters) that not all of them share."""
    if is_wide(lang):
        return short_names(names, lang) if len(names) > 1 else ()
    spelled = [name.casefold().split() for name in names]
    shared = set.intersection(*map(set, spelled)) if spelled else set()
    return tuple(dict.fromkeys(word for name in spelled for word in name if word not in shared and len(word) > 2))


def narrow_labels(whole: Whole) -> Iterator[Problem]:
    """Labels and short forms fit their columns."""
    for number, question in enumerate(whole.draft.form.questions):
        where: Where = ("questions", number)
        texts: list[tuple[Where, Text, int]] = [((*where, "label"), question.label, LABEL_CELLS)]
        if isinstance(question, Choice):
            texts += [
                ((*where, "options", n, "said"), one.said, SAID_CELLS)
                for n, one in enumerate(question.options)
                if one.said
            ]
        elif isinstance(question, Pair):
            sides = (("first", question.first), ("second", question.second))
            texts += [((*where, side, "said"), one.said, SAID_CELLS) for side, one in sides if one.said]
        for at, text, most in texts:
            for lang in whole.draft.form.languages:
                wide = cells(words(text, lang))
                if wide > most:
                    yield whole.at("narrow-labels", at, f"{wide} cells wide in {lang}, more than {most}", "shorten it")


def distinct_texts(whole: Whole) -> Iterator[Problem]:
    """No two items, and no two options of one item, say nearly the same."""
    for lang in whole.draft.form.languages:
        holders: dict[str, list[int]] = defaultdict(list)
        found: list[tuple[Where, str, frozenset[str]]] = []
        for where, _, text in parts(whole):
            said = words(text, lang)
            pieces = shingles(said)
            shared = Counter(other for piece in pieces for other in holders[piece])
            for other, common in sorted(shared.items()):
                before, earlier, theirs = found[other]
                if common / len(pieces | theirs) >= ALIKE:
                    line = whole.draft.form_source.values.get(before, (0, 0))[0]
                    message = f"{said!r} is nearly the same as {earlier!r} in line {line}"
                    yield whole.at("distinct-texts", where, message, "ask about another behaviour")
            for piece in pieces:
                holders[piece].append(len(found))
            found.append((where, said, pieces))


def shingles(text: str) -> frozenset[str]:
    """Pieces of three letters, case and punctuation left out."""
    plain = "".join(sign for sign in text.casefold() if sign.isalnum())
    return frozenset(plain[place : place + 3] for place in range(max(1, len(plain) - 2)))


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


def whole_wording(whole: Whole) -> Iterator[Problem]:
    """The interface has all its words in the bank's languages; where one is missing, English is shown."""
    english = load_wording("en")
    for number, lang in enumerate(whole.draft.form.languages):
        missing = [key for key in english if key not in load_wording(lang)]
        if missing:
            shown = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
            message = f"the interface lacks {len(missing)} words in {lang}: {shown}"
            yield whole.at("whole-wording", ("languages", number), message, f"add them to data/wording/{lang}.yaml")


def parts(whole: Whole) -> Iterator[tuple[Where, str, Text]]:
    """Every text that a taker reads in an item, with the kind of limit it has."""
    for number, question in enumerate(whole.draft.form.questions):
        where: Where = ("questions", number)
        match question:
            case Agree():
                yield (*where, "text"), "agree", question.text
            case Choice():
                yield (*where, "text"), "stem", question.text
                for place, option in enumerate(question.options):
                    yield (*where, "options", place, "text"), "option", option.text
            case Pair():
                yield (*where, "first", "text"), "pair", question.first.text
                yield (*where, "second", "text"), "pair", question.second.text


def spoken(whole: Whole) -> Iterator[tuple[Where, str, Text]]:
    """Every text that speaks for one trait."""
    for number, question in enumerate(whole.draft.form.questions):
        if isinstance(question, Agree):
            yield ("questions", number, "text"), question.trait, question.text
    for at, option in whole.draft.options():
        if option.trait is not None:
            yield (*at, "text"), option.trait, option.text


def length(text: str, lang: str) -> int:
    """Words; wide characters in a language that is set in them."""
    if is_wide(lang):
        return sum(sign.isalnum() and east_asian_width(sign) in "WF" for sign in text)
    return len(text.split())


def unit(lang: str) -> str:
    """What `length` counts."""
    return "characters" if is_wide(lang) else "words"


def named(name: str, text: str, lang: str, *, is_stem: bool = False) -> bool:
    """Whether a text says a name: as whole words, or as the beginning of one where it is a stem."""
    if is_wide(lang):
        return name in text
    end = "" if is_stem else r"\b"
    return re.search(rf"\b{re.escape(name)}{end}", text, re.IGNORECASE) is not None


def cells(text: str) -> int:
    """Display cells of a text."""
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)


PROMISES: Mapping[str, Promise] = {
    "equal-null-means": equal_null_means,
    "equal-null-variances": equal_null_variances,
    "equal-ranges": equal_ranges,
    "equal-first-places": equal_first_places,
    "equal-quick-places": equal_quick_places,
    "neutral-constants": neutral_constants,
    "reachable-roles": reachable_roles,
    "questions-per-trait": questions_per_trait,
    "balanced-keys": balanced_keys,
    "balanced-positions": balanced_positions,
    "word-limits": word_limits,
    "even-options": even_options,
    "no-trait-names": no_trait_names,
    "no-role-names": no_role_names,
    "narrow-labels": narrow_labels,
    "distinct-texts": distinct_texts,
    "distinct-roles": distinct_roles,
    "whole-wording": whole_wording,
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
