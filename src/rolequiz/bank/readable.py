"""Promises on the texts: short, even, unlike one another, telling no trait and no role, whole in every language."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from unicodedata import combining, east_asian_width

from rolequiz.bank.shipped import load_wording
from rolequiz.bank.source import Where
from rolequiz.bank.whole import Whole
from rolequiz.model import Agree, Choice, Pair, Problem, Text, is_wide, short_names, words

WORDS = {"agree": 10, "stem": 10, "option": 7, "pair": 9}
"""Most English words of an item's parts; characters, at two for a word, where a language is set in wide ones."""

WORDS_A_QUESTION, CHARACTERS_A_QUESTION = 20, 30
"""Most words (wide characters) of a whole bank, for each of its questions: thirty are then read in five minutes."""

OPTIONS_APART = 2
"""Words (wide characters) by which the options of one choice may differ in length."""
LABEL_CELLS, SAID_CELLS = 34, 26
ALIKE = 0.8
"""Share of common three-letter pieces (Jaccard) from which two texts are called alike."""


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
