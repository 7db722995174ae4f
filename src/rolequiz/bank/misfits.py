"""What does not fit the shape of a bank, in our own words; loaded only where a file does not fit.

pydantic knows the declared types of `rolequiz.model` too and says everything that is wrong at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from difflib import get_close_matches

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from rolequiz.bank.source import MAX_DIGITS, Source, Value, Where
from rolequiz.model import (
    FORMATS,
    Agree,
    Between,
    Catalogue,
    CertaintyRule,
    Choice,
    Form,
    Level,
    Neighbour,
    Option,
    Pair,
    Problem,
    QuickRule,
    Role,
    Scales,
    Settle,
    Trait,
)
from rolequiz.model import Source as Origin

FORM: TypeAdapter[Form] = TypeAdapter(Form)
CATALOGUE: TypeAdapter[Catalogue] = TypeAdapter(Catalogue)

SHAPES: Mapping[str, type] = {
    "options": Option,
    "first": Option,
    "second": Option,
    "scales": Scales,
    "certainty": CertaintyRule,
    "quick": QuickRule,
    "traits": Trait,
    "roles": Role,
    "levels": Level,
    "between": Between,
    "settle": Settle,
    "neighbours": Neighbour,
    "source": Origin,
}
"""Which shape stands under which key, to name the keys it knows."""

QUESTION_SHAPES: Mapping[object, type] = {"agree": Agree, "choice": Choice, "pair": Pair}


def misfits(kind: type, source: Source) -> list[Problem]:
    """Everything in a file that is not of its declared shape, in the order of the declaration."""
    loose = list(loose_keys(source)) if kind is Form else []
    try:
        (FORM if kind is Form else CATALOGUE).validate_python(source.value)
    except ValidationError as error:
        return [*shape_problems(error, kind, source), *loose]
    return loose


def loose_keys(source: Source) -> Iterator[Problem]:
    """Keys of reverse items that pydantic takes for 1 or -1 because they equal it."""
    questions = source.value.get("questions") if isinstance(source.value, dict) else None
    for number, question in enumerate(questions if isinstance(questions, tuple) else ()):
        key = question.get("key") if isinstance(question, dict) and question.get("format") == "agree" else None
        if isinstance(key, bool | float) and key in (1, -1):
            hint = "write 1 or -1 without quotes, with the hyphen of the keyboard"
            yield source.problem("bad-value", ("questions", number, "key"), f"{described(key)} is no key", hint)


def shape_problems(error: ValidationError, kind: type, source: Source) -> Iterator[Problem]:
    """One problem for each place that pydantic complains about, in our own words."""
    found: dict[Where, ErrorDetails] = {}
    for detail in error.errors(include_url=False, include_context=True):
        where = located(detail["loc"], source.value)
        if detail["type"] == "missing":
            where = (*where, str(detail["loc"][-1]))
        found.setdefault(where, detail)
    for where, detail in found.items():
        is_superseded = any(other != where and other[: len(where)] == where for other in found)
        if not (is_superseded and detail["type"] in ("string_type", "dict_type")):
            yield worded(detail, where, kind, source)


def located(loc: tuple[str | int, ...], value: Value) -> Where:
    """The part of pydantic's location that stands in the file.

    Names of union members are no keys of the file and fall away.
    """
    where: Where = ()
    for step in loc:
        match value:
            case dict() if step in value:
                where, value = (*where, step), value[step]
            case tuple() if isinstance(step, int) and step < len(value):
                where, value = (*where, step), value[step]
    return where


def valued(where: Where, value: Value) -> Value:
    """The value at a path that exists."""
    for step in where:
        match value:
            case dict():
                value = value[step]
            case tuple() if isinstance(step, int):
                value = value[step]
    return value


def worded(detail: ErrorDetails, where: Where, whole: type, source: Source) -> Problem:
    """One complaint of pydantic's as a problem."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return source.problem("missing-key", where, f"the key {where[-1]!r} is missing", "add it")
    if kind == "unexpected_keyword_argument":
        return unknown_key(where, whole, source)
    if kind == "int_type" and detail["loc"][-1] == "[key]":
        message = f"the key {where[-1]!r} where an integer is meant"
        return source.problem("wrong-type", where, message, "write a plain integer", at_key=True)
    value = valued(where, source.value)
    shown = described(value)
    match kind:
        case "union_tag_not_found":
            return source.problem("missing-key", (*where, "format"), "the key 'format' is missing", _formats())
        case "union_tag_invalid":
            given = value.get("format") if isinstance(value, dict) else None
            message = f"{described(given)} is no format"
            return source.problem("unknown-format", (*where, "format"), message, _formats(given))
        case "int_type" if isinstance(value, float):
            is_whole = value.is_integer() and abs(value) < 10**MAX_DIGITS
            hint = f"write {value:.0f}" if is_whole else "use whole numbers: for 0.5 and 1 write 1 and 2"
            return source.problem("float", where, f"{value} where an integer is meant", hint)
        case "int_type":
            return source.problem("wrong-type", where, f"{shown} where an integer is meant", "write a plain integer")
        case "string_type" | "dict_type" if isinstance(value, bool | int | float):
            return source.problem("wrong-type", where, f"{shown} where a text is meant", "put it in quotes")
        case "string_type" | "dict_type":
            return source.problem("wrong-type", where, f"{shown} where a text is meant", "write a text")
        case "tuple_type":
            return source.problem("wrong-type", where, f"{shown} where a list is meant", "write a list: [..., ...]")
        case "dataclass_type" | "mapping_type" | "model_attributes_type":
            return source.problem("wrong-type", where, f"{shown} where a mapping is meant", "write key: value pairs")
        case "string_pattern_mismatch":
            hint = "begin with a letter, then letters, digits, - or _, at most 64"
            return source.problem("bad-id", where, f"{shown} is no id", hint)
        case "too_short" | "too_long":
            least, most = context.get("min_length"), context.get("max_length")
            bound = f"at least {least}" if kind == "too_short" else f"at most {most}"
            found = context.get("actual_length")
            message = "1 entry" if found == 1 else f"{found} entries"
            return source.problem("too-few" if kind == "too_short" else "too-many", where, message, f"give {bound}")
        case "string_too_short":
            return source.problem("empty-text", where, "an empty text", "write it, or delete the key if it is optional")
        case "string_too_long":
            message = f"a text of more than {context.get('max_length')} characters"
            return source.problem("long-text", where, message, "shorten it")
        case "greater_than_equal" | "less_than_equal":
            bound = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
            return source.problem("out-of-range", where, f"{shown} is out of range", f"give {bound}")
        case "literal_error" if isinstance(value, str) and value.strip("-−–+ ") == "1":
            hint = "write 1 or -1 without quotes, with the hyphen of the keyboard"
            return source.problem("bad-value", where, f"{shown} is no number here", hint)
        case "literal_error":
            return source.problem("bad-value", where, f"{shown} is not known here", f"give {context.get('expected')}")
    return source.problem("bad-value", where, f"{shown} does not fit here", str(detail["msg"]))


def _formats(given: object = None) -> str:
    near = get_close_matches(str(given), FORMATS, 1)
    meant = f"did you mean {near[0]}? " if near else ""
    return f"{meant}the formats are {', '.join(FORMATS)}"


def unknown_key(where: Where, whole: type, source: Source) -> Problem:
    """A key that its mapping does not know, with the nearest that it does."""
    key = where[-1] if where else ""
    known = known_keys(where[:-1], whole, source)
    near = get_close_matches(str(key), known, 1)
    hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(known)}"
    return source.problem("unknown-key", where, f"the key {key!r} is not known here", hint, at_key=True)


def known_keys(where: Where, whole: type, source: Source) -> list[str]:
    """The keys of the mapping at a path."""
    names = [step for step in where if isinstance(step, str)]
    shape = whole
    if names and names[-1] == "questions":
        value = valued(where, source.value)
        shape = QUESTION_SHAPES.get(value.get("format") if isinstance(value, dict) else None, Agree)
    elif names:
        shape = SHAPES.get(names[-1], shape)
    return [field.name.rstrip("_") for field in fields(shape)]


def described(value: object) -> str:
    """A value as a message shows it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"the number {value}"
        case str():
            return repr(value if len(value) <= 40 else value[:39] + "…")
        case tuple():
            return "a list"
        case _:
            return "a mapping"
