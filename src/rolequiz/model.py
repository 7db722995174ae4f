"""The values everything else speaks of: a question bank as its YAML holds it, and one person's answers.

Owns names and shapes only. Nothing here reads, computes or prints, and only the
standard library is imported: limits are declared as metadata which the reader of
banks turns into validation and JSON Schema, so each shape is declared once. The
annotations are not postponed: whoever reads them needs the types, not their text.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

MAX_QUESTIONS = 500
MAX_OPTIONS = 9
MAX_TRAITS = 64
MAX_ROLES = 32
MAX_POINTS = 1000
ID_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"


class Limit:
    """Bounds of a field, in the words of pydantic's core schema (``ge``, ``le``, ``pattern``, ``min_length``…)."""

    __slots__ = ("keys",)

    def __init__(self, **keys: object) -> None:
        self.keys = keys

    def __get_pydantic_core_schema__(
        self, source: object, handler: Callable[[object], dict[str, Any]]
    ) -> dict[str, Any]:
        return handler(source) | self.keys


class Tagged:
    """A union told apart by one field, so that a mistake is reported against the member that was meant."""

    __slots__ = ("field", "members")

    def __init__(self, field: str, **members: type) -> None:
        self.field = field
        self.members = members

    def __get_pydantic_core_schema__(self, source: object, handler: Any) -> dict[str, Any]:
        choices = {tag: handler.generate_schema(member) for tag, member in self.members.items()}
        return {"type": "tagged-union", "discriminator": self.field, "choices": choices}


Id: TypeAlias = Annotated[str, Limit(pattern=ID_PATTERN)]
Lang: TypeAlias = Annotated[str, Limit(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Points: TypeAlias = Annotated[int, Limit(strict=True, ge=-MAX_POINTS, le=MAX_POINTS)]
Count: TypeAlias = Annotated[int, Limit(strict=True, ge=1, le=1_000_000)]
Threshold: TypeAlias = Annotated[int, Limit(strict=True, ge=-1_000_000, le=1_000_000)]
Key: TypeAlias = Literal[1, -1]
Line: TypeAlias = Annotated[str, Limit(min_length=1, max_length=2000)]
Text: TypeAlias = Line | Mapping[Lang, Line]
"""Words: a mapping of languages, or a plain string where the bank has one language."""

Format: TypeAlias = Literal["agree", "choice", "pair"]
FORMATS: tuple[Format, ...] = ("agree", "choice", "pair")


def _yaml_name(field: str) -> str:
    return field.rstrip("_")


class _Closed:
    """A mapping of the YAML that knows its keys: any other key is a problem.

    A field whose name is a word of Python's own (``try_``) ends in ``_`` here only.
    """

    __slots__ = ()
    __pydantic_config__: ClassVar[Mapping[str, object]] = {"extra": "forbid", "alias_generator": _yaml_name}


@dataclass(frozen=True, slots=True)
class Option(_Closed):
    """One option of a choice, or one statement of a pair: it speaks for ``trait``, or states its own points."""

    text: Text
    trait: Id | None = None
    points: Mapping[Id, Points] | None = None
    said: Text | None = None


@dataclass(frozen=True, slots=True)
class Agree(_Closed):
    """One statement with a scale of agreement; ``key`` -1 marks a reverse item."""

    id: Id
    format: Literal["agree"]
    trait: Id
    label: Text
    text: Text
    key: Key = 1


@dataclass(frozen=True, slots=True)
class Choice(_Closed):
    """A situation with two to nine options, each speaking for one trait (forced choice)."""

    id: Id
    format: Literal["choice"]
    label: Text
    text: Text
    options: Annotated[tuple[Option, ...], Limit(min_length=2, max_length=MAX_OPTIONS)]


@dataclass(frozen=True, slots=True)
class Pair(_Closed):
    """Two statements and four graded answers between them (graded forced choice)."""

    id: Id
    format: Literal["pair"]
    label: Text
    first: Option
    second: Option
    text: Text | None = None


Question: TypeAlias = Annotated[Agree | Choice | Pair, Tagged("format", agree=Agree, choice=Choice, pair=Pair)]


@dataclass(frozen=True, slots=True)
class Scales(_Closed):
    """The answers' words: of every agreement item (2 to 9 points), of every pair (always 4)."""

    agree: Annotated[tuple[Text, ...], Limit(min_length=2, max_length=MAX_OPTIONS)] = ()
    pair: Annotated[tuple[Text, ...], Limit(min_length=4, max_length=4)] = ()


@dataclass(frozen=True, slots=True)
class CertaintyRule(_Closed):
    """Certainty doubles with every ``doubling`` points of lead."""

    doubling: Count


@dataclass(frozen=True, slots=True)
class QuickRule(_Closed):
    """Quick mode: after so many questions asked, stop at so many points of lead."""

    checkpoints: Annotated[Mapping[Count, Count], Limit(min_length=1)]


@dataclass(frozen=True, slots=True)
class Form(_Closed):
    """The file ``questions.yaml``."""

    bank: Id
    version: Annotated[str, Limit(min_length=1, max_length=64)]
    title: Text
    languages: Annotated[tuple[Lang, ...], Limit(min_length=1, max_length=64)]
    questions: Annotated[tuple[Question, ...], Limit(min_length=1, max_length=MAX_QUESTIONS)]
    scales: Scales = Scales()
    certainty: CertaintyRule | None = None
    quick: QuickRule | None = None
    flags: Mapping[Literal["agreement-bias", "inconsistent"], Threshold] | None = None
    promises: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True)
class Trait(_Closed):
    """What a question measures; ``meaning`` is its definition."""

    id: Id
    name: Text
    meaning: Text | None = None


@dataclass(frozen=True, slots=True)
class Level(_Closed):
    """One rung of a role's career ladder; never a test result."""

    name: Text
    means: Text


@dataclass(frozen=True, slots=True)
class Role(_Closed):
    """A role, its integer weights on traits, and what its page says."""

    id: Id
    name: Text
    traits: Annotated[Mapping[Id, Points], Limit(min_length=1, max_length=MAX_TRAITS)]
    gloss: Text | None = None
    place: Text | None = None
    summary: Text | None = None
    image: Text | None = None
    does: tuple[Text, ...] = ()
    judged_by: tuple[Text, ...] = ()
    suits: Text | None = None
    choose: Text | None = None
    ask: tuple[Text, ...] = ()
    watch_for: Text | None = None
    grows: tuple[Text, ...] = ()
    levels: tuple[Level, ...] = ()
    try_: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Settle(_Closed):
    """An unscored question to somebody between two roles; ``first`` and ``second`` follow the pair's order."""

    ask: Text
    first: Text
    second: Text


@dataclass(frozen=True, slots=True)
class Between(_Closed):
    """Where two roles meet: a neighbour's id, or words where no neighbour stands there."""

    roles: tuple[Id, Id]
    where: Text
    settle: tuple[Settle, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbour(_Closed):
    """A role next door; its fit is the mean of the mixed roles' fits, or there is none."""

    id: Id
    name: Text
    about: Text
    mix: Mapping[Id, Count] | None = None


@dataclass(frozen=True, slots=True)
class Source(_Closed):
    """Where a bank's view of the roles comes from."""

    title: Text
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Catalogue(_Closed):
    """The file ``roles.yaml``. Without roles a bank is a profile of traits."""

    traits: Annotated[tuple[Trait, ...], Limit(min_length=1, max_length=MAX_TRAITS)]
    roles: Annotated[tuple[Role, ...], Limit(max_length=MAX_ROLES)] = ()
    between: tuple[Between, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class BankStamp:
    """Which bank: as a record says it answers, or a result was made with. What a record does not say is empty."""

    id: str = ""
    version: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Bank:
    """A valid question bank. ``digest`` covers everything that can change a score, no texts."""

    form: Form
    catalogue: Catalogue
    digest: str

    @property
    def id(self) -> str:
        return self.form.bank

    @property
    def version(self) -> str:
        return self.form.version

    @property
    def stamp(self) -> BankStamp:
        return BankStamp(self.id, self.version, self.digest)

    @property
    def languages(self) -> tuple[str, ...]:
        return self.form.languages

    @property
    def questions(self) -> tuple[Agree | Choice | Pair, ...]:
        return self.form.questions

    @property
    def traits(self) -> tuple[Trait, ...]:
        return self.catalogue.traits

    @property
    def roles(self) -> tuple[Role, ...]:
        return self.catalogue.roles


def words(text: Text, lang: str) -> str:
    """The words of a text in one language of its bank."""
    return text if isinstance(text, str) else text[lang]


WIDE_LANGUAGES = frozenset({"zh", "ja", "ko"})
"""Languages set in full-width characters."""


def is_wide(lang: str) -> bool:
    """Whether a language is set in full-width characters."""
    return lang.split("-")[0].lower() in WIDE_LANGUAGES


def short_names(names: Sequence[str], lang: str) -> tuple[str, ...]:
    """Names without the words (characters, in Chinese) that all of them end in: Activity, User; 活动, 用户.

    A single name, and names that share nothing, stay whole.
    """
    between = "" if is_wide(lang) else " "
    parts = [list(name) if is_wide(lang) else name.split(" ") for name in names]
    shared = 0
    while len(parts) > 1 and all(len(name) > shared + 1 for name in parts):
        if len({name[-shared - 1] for name in parts}) > 1:
            break
        shared += 1
    return tuple(between.join(name[: len(name) - shared]) for name in parts)


def option_count(question: Agree | Choice | Pair, scales: Scales) -> int:
    """How many answers a question offers (2 to 9)."""
    match question:
        case Agree():
            return len(scales.agree)
        case Choice():
            return len(question.options)
        case Pair():
            return 4


Mode: TypeAlias = Literal["full", "quick"]


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """One person's answers to one bank, as read from a file or a sitting.

    ``answers`` maps a question id to the number of the option as the taker saw
    it, from 1; a question without an answer is absent. ``seconds`` are per
    question. ``asked_ids`` matters for ``quick`` only.
    """

    id: str
    answers: Mapping[str, int]
    mode: Mode = "full"
    asked_ids: tuple[str, ...] = ()
    seconds: Mapping[str, float] | None = None
    bank: BankStamp | None = None
    lang: str = ""
    started: str = ""
    finished: str = ""


Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a bank, where it stands (line and column from 1), and what to do."""

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    path: str
    message: str
    hint: str

    def __str__(self) -> str:
        tail = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {self.severity} {self.code}: {self.message}{tail}"
