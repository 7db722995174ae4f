"""Plain values to the frozen dataclasses of `rolequiz.model`, by their declared types and limits.

Says only that something does not fit, never what: `rolequiz.bank.misfits` finds
that out with pydantic, from the same declaration. A valid bank is read without
it, in less time than loading it takes; a test holds that both accept the same
banks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, TypeVar, Union, get_args, get_origin

from rolequiz.bank.source import Value
from rolequiz.model import Limit, Tagged

Whole = TypeVar("Whole")
Reader: TypeAlias = Callable[[Any], Any]
"""A value to what its declared type makes of it; raises `Misfit`."""


class Misfit(Exception):
    """A value that is not of its declared type, or beyond its limits."""


def shaped(kind: type[Whole], value: Value) -> Whole:
    """A value as the dataclass ``kind``.

    Raises:
        Misfit: something in it does not fit.
    """
    declared: Any = kind
    made: Whole = reader(declared)(value)
    return made


@cache
def reader(declared: Any) -> Reader:
    """What reads a declared type: a dataclass, text, integer, union, list, mapping or literal, with its limits."""
    origin, inner = get_origin(declared), get_args(declared)
    if is_dataclass(declared):
        return _dataclass(declared)
    if origin is Annotated:
        return _limited(inner[0], inner[1:])
    if origin in (Union, UnionType):
        return _union([reader(one) for one in inner])
    if origin is tuple:
        return _list(inner)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(*map(reader, inner))
    if origin is Literal:
        return _literal(inner)
    return _plain(declared)


def _plain(kind: type) -> Reader:
    assert kind in (str, int, NoneType), f"banks hold no {kind}"

    def read(value: Any) -> Any:
        if type(value) is not kind:  # not isinstance: true is no integer here
            raise Misfit
        return value

    return read


def _literal(allowed: tuple[object, ...]) -> Reader:
    known = {(type(one), one) for one in allowed}

    def read(value: Any) -> Any:
        if isinstance(value, dict | tuple) or (type(value), value) not in known:
            raise Misfit
        return value

    return read


def _union(readers: list[Reader]) -> Reader:
    def read(value: Any) -> Any:
        for one in readers:
            try:
                return one(value)
            except Misfit:
                continue
        raise Misfit

    return read


def _list(kinds: tuple[Any, ...]) -> Reader:
    is_open = kinds[-1] is Ellipsis
    readers = [reader(one) for one in kinds if one is not Ellipsis]

    def read(value: Any) -> Any:
        if not isinstance(value, tuple) or (not is_open and len(value) != len(readers)):
            raise Misfit
        if is_open:
            return tuple(map(readers[0], value))
        return tuple(one(part) for one, part in zip(readers, value, strict=True))

    return read


def _mapping(key: Reader, held: Reader) -> Reader:
    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise Misfit
        return {key(name): held(one) for name, one in value.items()}

    return read


def _dataclass(kind: Any) -> Reader:
    declared: Mapping[str, Any] = {one.name: one.type for one in fields(kind)}
    readers = {name.rstrip("_"): (name, reader(held)) for name, held in declared.items()}
    needed = {one.name.rstrip("_") for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING}

    def read(value: Any) -> Any:
        if not isinstance(value, dict) or not (needed <= value.keys() <= readers.keys()):
            raise Misfit
        return kind(**{readers[name][0]: readers[name][1](one) for name, one in value.items()})

    return read


def _limited(inner: Any, limits: Iterable[object]) -> Reader:
    limits = tuple(limits)
    tagged = next((one for one in limits if isinstance(one, Tagged)), None)
    if tagged is not None:
        return _tagged(tagged)
    bounds = {name: bound for one in limits if isinstance(one, Limit) for name, bound in one.keys.items()}
    base = reader(inner)
    checks = [CHECKS[name](bound) for name, bound in bounds.items() if name in CHECKS]
    assert bounds.keys() <= CHECKS.keys() | {"strict"}, f"nobody checks {bounds.keys() - CHECKS.keys()}"

    def read(value: Any) -> Any:
        whole = base(value)
        for holds in checks:
            if not holds(whole):
                raise Misfit
        return whole

    return read


CHECKS: Mapping[str, Callable[[Any], Callable[[Any], object]]] = {
    "pattern": lambda pattern: re.compile(pattern.removesuffix("$")).fullmatch,
    "min_length": lambda least: lambda value: len(value) >= least,
    "max_length": lambda most: lambda value: len(value) <= most,
    "ge": lambda least: lambda value: value >= least,
    "le": lambda most: lambda value: value <= most,
}
"""What holds a value within a limit, by the words of `Limit`; what it gives is true or false. ``$`` alone would let a
line end slip through."""


def _tagged(union: Tagged) -> Reader:
    readers = {tag: reader(member) for tag, member in union.members.items()}

    def read(value: Any) -> Any:
        tag = value.get(union.field) if isinstance(value, dict) else None
        if not isinstance(tag, str) or tag not in readers:
            raise Misfit
        return readers[tag](value)

    return read
