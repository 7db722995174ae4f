"""What a bank must mean beyond its shape: one function a code, in one table.

A rule sees both files whole and yields a problem for each place; it reads no
file and stops at nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from typing import Any, TypeAlias, get_args

from rolequiz.bank.source import Source, Where
from rolequiz.core.table import Table
from rolequiz.model import Agree, Catalogue, Choice, Form, Option, Pair, Problem, Text


@dataclass(frozen=True)
class Draft:
    """Two well-shaped files that may not yet make sense together; what several rules ask for is found once."""

    form: Form
    catalogue: Catalogue
    form_source: Source
    catalogue_source: Source

    @cached_property
    def traits(self) -> frozenset[str]:
        """The ids of all traits."""
        return frozenset(trait.id for trait in self.catalogue.traits)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The ids of all roles."""
        return frozenset(role.id for role in self.catalogue.roles)

    @cached_property
    def texts(self) -> tuple[tuple[Source, Where, Text], ...]:
        """Every text of both files, with its place."""
        both = ((self.form_source, self.form), (self.catalogue_source, self.catalogue))
        return tuple((source, where, text) for source, whole in both for where, text in texts(whole, ()))

    def options(self) -> Iterator[tuple[Where, Option]]:
        """Every option of a choice and statement of a pair."""
        for number, question in enumerate(self.form.questions):
            match question:
                case Choice():
                    for place, option in enumerate(question.options):
                        yield ("questions", number, "options", place), option
                case Pair():
                    yield ("questions", number, "first"), question.first
                    yield ("questions", number, "second"), question.second


Rule: TypeAlias = Callable[[Draft], Iterator[Problem]]
TableRule: TypeAlias = Callable[[Draft, Table], Iterator[Problem]]


def repeated_id(draft: Draft) -> Iterator[Problem]:
    """Ids are unique among questions, traits, roles and neighbours."""
    groups: tuple[tuple[Source, str, Iterable[str]], ...] = (
        (draft.form_source, "questions", (one.id for one in draft.form.questions)),
        (draft.catalogue_source, "traits", (one.id for one in draft.catalogue.traits)),
        (draft.catalogue_source, "roles", (one.id for one in draft.catalogue.roles)),
        (draft.catalogue_source, "neighbours", (one.id for one in draft.catalogue.neighbours)),
    )
    for source, name, ids in groups:
        first: dict[str, int] = {}
        for number, one in enumerate(ids):
            if one in first:
                line = source.values[(name, first[one], "id")][0]
                hint = f"the first is in line {line}; give this one another id"
                yield source.problem("repeated-id", (name, number, "id"), f"the id {one!r} stands twice", hint)
            first.setdefault(one, number)


def unknown_trait(draft: Draft) -> Iterator[Problem]:
    """Every trait that is named exists."""
    named: list[tuple[Source, Where, str]] = []
    for number, question in enumerate(draft.form.questions):
        if isinstance(question, Agree):
            named.append((draft.form_source, ("questions", number, "trait"), question.trait))
    for where, option in draft.options():
        if option.trait is not None:
            named.append((draft.form_source, (*where, "trait"), option.trait))
        named += [(draft.form_source, (*where, "points", trait), trait) for trait in option.points or ()]
    for number, role in enumerate(draft.catalogue.roles):
        named += [(draft.catalogue_source, ("roles", number, "traits", trait), trait) for trait in role.traits]
    for source, where, trait in named:
        if trait not in draft.traits:
            yield source.problem("unknown-trait", where, f"there is no trait {trait!r}", nearest(trait, draft.traits))


def unknown_role(draft: Draft) -> Iterator[Problem]:
    """Every role that is named exists."""
    named: list[tuple[Where, str]] = []
    for number, between in enumerate(draft.catalogue.between):
        named += [(("between", number, "roles", place), role) for place, role in enumerate(between.roles)]
    for number, neighbour in enumerate(draft.catalogue.neighbours):
        named += [(("neighbours", number, "mix", role), role) for role in neighbour.mix or ()]
    for where, role in named:
        if role not in draft.roles:
            message = f"there is no role {role!r}"
            yield draft.catalogue_source.problem("unknown-role", where, message, nearest(role, draft.roles))


def nearest(name: str, known: frozenset[str]) -> str:
    """The known name that was probably meant, or all of them."""
    near = get_close_matches(name, sorted(known), 1)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(sorted(known)) or 'none'}"


def same_role_twice(draft: Draft) -> Iterator[Problem]:
    """A place between two roles needs two."""
    for number, between in enumerate(draft.catalogue.between):
        if between.roles[0] == between.roles[1]:
            where = ("between", number, "roles")
            yield draft.catalogue_source.problem("same-role-twice", where, "twice the same role", "name two roles")


def points_or_trait(draft: Draft) -> Iterator[Problem]:
    """An option of a choice has a trait or points; a statement of a pair has a trait."""
    for where, option in draft.options():
        is_choice = "options" in where
        if option.points is not None and not is_choice:
            message = "a pair's points follow from its traits"
            yield draft.form_source.problem("points-or-trait", (*where, "points"), message, "delete points")
        elif option.points is not None and option.trait is not None:
            message = "both trait and points are given"
            yield draft.form_source.problem("points-or-trait", (*where, "points"), message, "keep one of them")
        elif option.trait is None and (option.points is None or not is_choice):
            hint = "add trait, or points" if is_choice else "add trait"
            yield draft.form_source.problem("points-or-trait", where, "no trait is given", hint)


def same_trait_twice(draft: Draft) -> Iterator[Problem]:
    """The two statements of a pair speak for different traits, else no answer moves anything."""
    for number, question in enumerate(draft.form.questions):
        if isinstance(question, Pair) and question.first.trait and question.first.trait == question.second.trait:
            where = ("questions", number, "second", "trait")
            message = f"both statements speak for {question.first.trait}"
            yield draft.form_source.problem("same-trait-twice", where, message, "give them different traits")


def missing_scale(draft: Draft) -> Iterator[Problem]:
    """Agreement items and pairs need the words of their answers."""
    for name, kind, given in (
        ("agree", Agree, draft.form.scales.agree),
        ("pair", Pair, draft.form.scales.pair),
    ):
        number = next((n for n, one in enumerate(draft.form.questions) if isinstance(one, kind)), None)
        if number is not None and not given:
            where = ("questions", number, "format")
            message = f"scales.{name} is missing"
            hint = "add scales: {agree: [...], pair: [...]} with the words of each answer"
            yield draft.form_source.problem("missing-scale", where, message, hint)


def missing_language(draft: Draft) -> Iterator[Problem]:
    """Every text exists in every language of the bank."""
    languages = draft.form.languages
    names = {one.id for one in draft.catalogue.neighbours}
    for source, where, text in draft.texts:
        if isinstance(text, str):
            is_name = where[-1] == "where" and text in names
            if len(languages) > 1 and not is_name:
                wanted = ", ".join(f"{lang}: ..." for lang in languages)
                message = "one text for several languages"
                yield source.problem("missing-language", where, message, f"write {{{wanted}}}")
            continue
        for lang in languages:
            if lang not in text:
                yield source.problem("missing-language", where, f"no text in {lang}", f"add {lang}: ...")


def unknown_language(draft: Draft) -> Iterator[Problem]:
    """No text is in a language that the bank does not name."""
    for source, where, text in draft.texts:
        for lang in text if not isinstance(text, str) else ():
            if lang not in draft.form.languages:
                message = f"a text in {lang}, which is no language of the bank"
                hint = f"add {lang} to languages, or delete it"
                yield source.problem("unknown-language", (*where, lang), message, hint)


def texts(value: object, where: Where) -> Iterator[tuple[Where, Text]]:
    """Every text in a file, with its path, told by the declared types of `rolequiz.model`."""
    kind: Any = type(value)
    for name, is_text in _fields(kind):
        held = getattr(value, name)
        path = (*where, name.rstrip("_"))
        for place, one in enumerate(held) if isinstance(held, tuple) else [(None, held)]:
            at = path if place is None else (*path, place)
            if is_text and isinstance(one, str | Mapping):
                yield at, one
            else:
                yield from texts(one, at)


@cache
def _fields(kind: Any) -> tuple[tuple[str, bool], ...]:
    """The fields of a shape, and whether each holds texts; none for what is no shape."""
    return tuple((one.name, _speaks(one.type)) for one in fields(kind)) if is_dataclass(kind) else ()


def _speaks(declared: object) -> bool:
    """Whether a declared type is words, or holds them directly."""
    within = get_args(declared)
    return set(get_args(Text)) <= set(within) or any(map(_speaks, within))


def unreachable_trait(draft: Draft, table: Table) -> Iterator[Problem]:
    """Every trait is asked about."""
    for number, span in enumerate(table.trait_ranges):
        if not span.span:
            message = f"no answer moves the trait {table.traits[number]!r}"
            hint = "add a question for it, or delete it"
            yield draft.catalogue_source.problem("unreachable-trait", ("traits", number, "id"), message, hint)


def unreachable_role(draft: Draft, table: Table) -> Iterator[Problem]:
    """Every role's score can move."""
    for number, span in enumerate(table.role_ranges):
        if not span.span:
            message = f"no answer moves the role {table.roles[number]!r}"
            hint = "give it traits that questions ask about"
            yield draft.catalogue_source.problem("unreachable-role", ("roles", number, "id"), message, hint)


def bad_checkpoint(draft: Draft) -> Iterator[Problem]:
    """A checkpoint lies before the end of the form, and a ranking needs two roles."""
    quick = draft.form.quick
    if quick is None:
        return
    if len(draft.catalogue.roles) < 2:
        message = "quick mode stops by a lead, and there are no two roles"
        yield draft.form_source.problem("bad-checkpoint", ("quick",), message, "delete quick")
    for asked in quick.checkpoints:
        if asked >= len(draft.form.questions):
            message = f"the checkpoint {asked} is not before the end of {len(draft.form.questions)} questions"
            yield draft.form_source.problem("bad-checkpoint", ("quick", "checkpoints", asked), message, "lower it")


def repeated_language(draft: Draft) -> Iterator[Problem]:
    """A language is named once."""
    seen: set[str] = set()
    for number, lang in enumerate(draft.form.languages):
        if lang.lower() in seen:
            message = f"the language {lang} stands twice"
            yield draft.form_source.problem("repeated-language", ("languages", number), message, "delete one")
        seen.add(lang.lower())


REFERENCES: Mapping[str, Rule] = {
    "repeated-id": repeated_id,
    "unknown-trait": unknown_trait,
    "unknown-role": unknown_role,
    "same-role-twice": same_role_twice,
    "points-or-trait": points_or_trait,
    "same-trait-twice": same_trait_twice,
    "missing-scale": missing_scale,
    "missing-language": missing_language,
    "unknown-language": unknown_language,
    "repeated-language": repeated_language,
    "bad-checkpoint": bad_checkpoint,
}
"""Rules that make a bank one that can be compiled."""

COMPILED: Mapping[str, TableRule] = {
    "unreachable-trait": unreachable_trait,
    "unreachable-role": unreachable_role,
}
"""Rules about what the compiled bank can do; they need the others to hold."""


def meaningless(draft: Draft) -> list[Problem]:
    """What keeps a bank from being compiled."""
    return [problem for rule in REFERENCES.values() for problem in rule(draft)]


def useless(draft: Draft, table: Table) -> list[Problem]:
    """What a compiled bank asks or states in vain."""
    return [problem for rule in COMPILED.values() for problem in rule(draft, table)]
