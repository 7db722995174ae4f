"""A YAML file as plain values, with the line and column of each; strict, and bounded whatever the file holds.

Read from the parser's events, so that nothing is built before it is allowed: no
anchors, aliases, tags or merge keys, no repeated keys, one document, bounded
size and depth. Only integers, true, false and null are resolved; a number with a
point becomes a float, which no field of a bank accepts, so that it is reported
where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import TypeAlias

import yaml

from rolequiz.errors import RolequizError
from rolequiz.model import Problem

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 20
MAX_NODES = 200_000
MAX_DIGITS = 12
MAX_PROBLEMS = 200
DEPTH_HINT = "banks are flat; check the indentation"

Step: TypeAlias = str | int
Where: TypeAlias = tuple[Step, ...]
Value: TypeAlias = "bool | int | float | str | tuple[Value, ...] | dict[Step, Value] | None"

INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
NUMBERS_BEGIN = frozenset("-+.0123456789")
CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line in YAML, by which its places are counted."""

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
"""Control characters and those that turn the direction of text: never in a bank, written out or escaped."""

NODES = (yaml.ScalarEvent, yaml.CollectionStartEvent)
Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Source:
    """What a file holds. ``values`` and ``keys`` tell where each value and each key begins (line, column from 1)."""

    file: str
    value: Value
    values: dict[Where, tuple[int, int]]
    keys: dict[Where, tuple[int, int]]
    problems: tuple[Problem, ...]

    def problem(self, code: str, where: Where, message: str, hint: str = "", *, at_key: bool = False) -> Problem:
        """A problem at a place; at the nearest place above it that stands in the file."""
        table = self.keys if at_key else self.values
        at = where
        while at and at not in table:
            at = at[:-1]
        line, column = table.get(at) or self.values.get(at, (1, 1))
        return Problem(code, "error", self.file, line, column, spelled(where), message, hint)


def spelled(where: Where) -> str:
    """A path as people write it: ``questions[3].options[1].trait``."""
    path = ""
    for step in where:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def read(path: Path) -> Source:
    """The file's values and every problem of its YAML.

    Raises:
        RolequizError: the file cannot be opened.
    """
    file = str(path)
    try:
        found = path.stat()
        if not (S_ISREG(found.st_mode) or S_ISDIR(found.st_mode)):
            raise RolequizError(f"{file}: this is a pipe or a device", "name a folder with two YAML files")
        size = found.st_size
        if size > MAX_BYTES:
            return _broken(file, "too-large", 1, 1, f"the file has {size} bytes, more than {MAX_BYTES}", "cut it down")
        data = path.read_bytes()
    except OSError as error:
        raise RolequizError(
            f"{file}: cannot be read: {error.strerror}", "name a folder with questions.yaml and roles.yaml"
        ) from error
    return parse(data, file)


def parse(data: bytes, file: str) -> Source:
    """The values and problems of YAML text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        return _broken(file, "not-utf-8", line, column, "these bytes are not UTF-8", "save the file as UTF-8")
    unseen = FORBIDDEN.search(text)
    if unseen:
        line = text.count("\n", 0, unseen.start()) + 1
        column = unseen.start() - text.rfind("\n", 0, unseen.start())
        named = f"U+{ord(unseen.group()):04X}"
        return _broken(file, "control-character", line, column, f"the control character {named}", "delete it")
    builder = _Builder(file)
    with suppress(_Stop):  # told of the last problem too, which may be one of the YAML itself
        try:
            builder.build(yaml.parse(text, Loader=Loader))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            said = error.problem or "this is no YAML"
            if "nesting" in said:  # libyaml's own bound comes before ours for brackets that never close
                builder.report("too-deep", line, column, said, DEPTH_HINT)
            elif "mapping values are not allowed" in said:  # the one mistake of this kind that everybody makes
                hint = 'put a text with a colon in double quotes: "…"; else check the indentation'
                builder.report("yaml-syntax", line, column, "a colon where no key can stand", hint)
            else:
                builder.report(
                    "yaml-syntax", line, column, said, "check the indentation, quotes and colons around here"
                )
        except yaml.YAMLError as error:
            builder.report("yaml-syntax", 1, 1, str(error).partition("\n")[0], "save the file as YAML in UTF-8")
    return Source(file, builder.root, builder.values, builder.keys, tuple(builder.problems))


def _broken(file: str, code: str, line: int, column: int, message: str, hint: str) -> Source:
    return Source(file, None, {}, {}, (Problem(code, "error", file, line, column, "", message, hint),))


def begins(event: yaml.Event) -> tuple[int, int]:
    """Line and column of an event, from 1."""
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


class _Stop(Exception):
    """Nothing more of the file can be trusted."""


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been read."""

    where: Where
    items: list[Value] | None = None
    pairs: dict[Step, Value] | None = None
    key: Step | None = None
    has_key: bool = False
    is_repeated: bool = False

    def next(self) -> Where:
        """The path of the value that comes next."""
        if self.items is not None:
            return (*self.where, len(self.items))
        return (*self.where, self.key if self.key is not None else "")


@dataclass(slots=True)
class _Builder:
    """The values of a file while its events come in, and what is wrong with them."""

    file: str
    root: Value = None
    values: dict[Where, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Where, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    nodes: int = 0
    documents: int = 0

    def report(self, code: str, line: int, column: int, message: str, hint: str, where: Where = ()) -> None:
        self.problems.append(Problem(code, "error", self.file, line, column, spelled(where), message, hint))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Stop

    def build(self, events: Iterator[yaml.Event]) -> None:
        for event in events:
            if isinstance(event, NODES):
                self.node(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                done = self.stack.pop()
                self.put(done.pairs if done.pairs is not None else tuple(done.items or ()))
            elif isinstance(event, yaml.AliasEvent):
                self.at(event, "alias", f"*{event.anchor} repeats another part", "write the part out")
                raise _Stop
            elif isinstance(event, yaml.DocumentStartEvent):
                self.documents += 1
                if self.documents > 1:
                    self.at(event, "several-documents", "a second document begins here", "keep one, without ---")
                    raise _Stop

    def at(self, event: yaml.Event, code: str, message: str, hint: str, where: Where = ()) -> None:
        self.report(code, *begins(event), message, hint, where)

    def node(self, event: yaml.NodeEvent) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.at(event, "too-large", f"more than {MAX_NODES} values", "cut the file down")
            raise _Stop
        top = self.stack[-1] if self.stack else None
        where = top.next() if top is not None else ()
        if event.anchor is not None:
            self.at(event, "anchor", f"the anchor &{event.anchor}", "delete it; nothing may be repeated by name", where)
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            self.at(event, "tag", f"the tag {tag}", "delete it; banks hold plain values", where)
        if top is not None and top.pairs is not None and not top.has_key:
            self.key(event)
            return
        is_shadowed = top is not None and top.is_repeated
        if not is_shadowed:
            self.values[where] = begins(event)
        if isinstance(event, yaml.ScalarEvent):
            self.put(self.scalar(event, where))
            return
        if len(self.stack) >= MAX_DEPTH:
            self.at(event, "too-deep", f"more than {MAX_DEPTH} levels", DEPTH_HINT, where)
            raise _Stop
        is_list = isinstance(event, yaml.SequenceStartEvent)
        self.stack.append(_Open(where, [] if is_list else None, None if is_list else {}, is_repeated=is_shadowed))

    def key(self, event: yaml.NodeEvent) -> None:
        top = self.stack[-1]
        assert top.pairs is not None
        if not isinstance(event, yaml.ScalarEvent):
            self.at(event, "bad-key", "a key that is itself a list or mapping", "use a plain word as key", top.where)
            raise _Stop
        if event.value == "<<" and event.implicit[0]:
            self.at(event, "merge-key", "<< merges another mapping", "write its keys out", top.where)
        key: Step = self.clean(event, top.where)
        if event.implicit[0] and INTEGER.fullmatch(event.value) and len(event.value) <= MAX_DIGITS:
            key = int(event.value)
        top.key, top.has_key = key, True
        where = (*top.where, key)
        top.is_repeated = key in top.pairs
        if top.is_repeated:
            first = self.keys.get(where, (0, 0))[0]
            self.at(event, "repeated-key", f"{key!r} stands here a second time", f"the first is in line {first}", where)
        else:
            self.keys[where] = begins(event)

    def put(self, value: Value) -> None:
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        if top.items is not None:
            top.items.append(value)
            return
        assert top.pairs is not None
        assert top.key is not None
        if not top.is_repeated:
            top.pairs[top.key] = value
        top.key, top.has_key, top.is_repeated = None, False, False

    def clean(self, event: yaml.ScalarEvent, where: Where) -> str:
        """The text of a scalar; an escape sequence in double quotes can bring in what the raw file did not show."""
        text: str = event.value
        unseen = FORBIDDEN.search(text) if event.style == '"' else None
        if unseen:
            message = f"the control character U+{ord(unseen.group()):04X}, written as an escape"
            self.at(event, "control-character", message, "delete it", where)
            return FORBIDDEN.sub("", text)
        return text

    def scalar(self, event: yaml.ScalarEvent, where: Where) -> Value:
        text = self.clean(event, where)
        if not event.implicit[0]:
            return text
        if text in CONSTANTS:
            return CONSTANTS[text]
        if text[0] not in NUMBERS_BEGIN:
            return text
        if INTEGER.fullmatch(text):
            if len(text) > MAX_DIGITS:
                self.at(event, "long-integer", f"an integer of {len(text)} digits", "use a smaller one", where)
                return 0
            return int(text)
        return float(text) if FLOAT.fullmatch(text) else text
