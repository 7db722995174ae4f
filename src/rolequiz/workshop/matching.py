"""What a header and a cell of a form tool's table mean: exact matches after normalising, never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias
from unicodedata import normalize

from rolequiz.model import Agree, Bank, Choice, Pair, Question, Text, option_count

By: TypeAlias = Literal["id", "number", "label", "text"]

ENDS = " .。:：?？!！,，;；、*…"
"""Signs that do not count at the end of a text."""

QUOTES = str.maketrans("‘’“”", "''\"\"")
"""Quotes that word processors bend."""

NUMBER = re.compile(r"(?:q|no|nr|question|问题|问|题目|题|第)?[ .]*0*([1-9][0-9]{0,2})(?: ?题)?")
"""A question's number, by itself: 7, Q7, Question 7, 第7题."""

NUMBERED = re.compile(r"(?:q|question|第)? ?0*([1-9][0-9]{0,2}) ?(?:题)?[.、:)] ?(.+)")
"""A number and then a text, as form tools write both: ``7. How far do you agree?``."""

OPTION = re.compile(r"[1-9]")
OPTIONED = re.compile(r"([1-9]|[a-i]) ?[.、:)] ?(.+)")
"""A number or letter of an option and then its text."""

NAMES = frozenset({
    "id", "name", "code name", "codename", "code-name", "your code name", "nickname", "participant",
    "代号", "你的代号", "您的代号", "化名", "昵称", "姓名", "名字", "编号",
})  # fmt: skip
"""Headers of the column with code names."""

TIMES = frozenset({
    "timestamp", "time stamp", "date", "duration", "time taken", "start time", "start date", "completion time",
    "end date", "submitted at", "submit date", "submission date", "last modified time",
    "时间戳", "时间戳记", "日期", "开始时间", "结束时间", "完成时间", "提交时间", "提交答卷时间",
    "开始答题时间", "结束答题时间", "答题时间", "答题时长", "所用时间",
})  # fmt: skip
"""Headers of columns that form tools add and nobody needs."""


def plain(text: str) -> str:
    """A text without what form tools and keyboards change: width, case, blanks, signs at its end."""
    folded = normalize("NFKC", normalize("NFKC", text).casefold())
    return " ".join(folded.translate(QUOTES).split()).rstrip(ENDS)


def raw(text: Text) -> Iterable[str]:
    """A text of a bank in all its languages."""
    return [text] if isinstance(text, str) else text.values()


def spoken(text: Text) -> Iterator[str]:
    """A text of a bank in all its languages, plain."""
    return (plain(one) for one in raw(text))


@dataclass(frozen=True, slots=True)
class Meaning:
    """The question that a header means, by its place in the form (from 0), and what gave it away."""

    place: int
    by: By


class Headers:
    """What the headers of a bank's questions may say."""

    def __init__(self, bank: Bank) -> None:
        self._count = len(bank.questions)
        self._said: dict[str, dict[int, By]] = {}
        for place, question in enumerate(bank.questions):
            self._add(place, "id", [plain(question.id)])
            self._add(place, "label", spoken(question.label))
            self._add(place, "text", asked(question))

    def _add(self, place: int, by: By, texts: Iterable[str]) -> None:
        for text in texts:
            if text:
                self._said.setdefault(text, {}).setdefault(place, by)

    def meanings(self, header: str) -> tuple[Meaning, ...]:
        """Every question that a header may mean, in form order; one if all is well."""
        text = plain(header)
        found: dict[int, By] = dict(self._said.get(text, {}))
        number = NUMBER.fullmatch(text)
        if number and int(number[1]) <= self._count:
            found.setdefault(int(number[1]) - 1, "number")
        if not found and (numbered := NUMBERED.fullmatch(text)):
            place = int(numbered[1]) - 1
            found = {one: by for one, by in self._said.get(plain(numbered[2]), {}).items() if one == place}
        return tuple(Meaning(place, by) for place, by in sorted(found.items()))


def asked(question: Question) -> Iterator[str]:
    """What a question asks, in all its languages: its text; both statements of a pair, one after the other."""
    if question.text is not None:
        yield from spoken(question.text)
    if isinstance(question, Pair):
        for first, second in zip(raw(question.first.text), raw(question.second.text), strict=False):
            yield from (plain(f"{first}{between}{second}") for between in (" ", " / ", " | "))


class Cells:
    """What the cells below a question's header may say."""

    def __init__(self, bank: Bank, question: Question) -> None:
        self._count = option_count(question, bank.form.scales)
        self._said: Mapping[str, set[int]] = _options(bank, question)

    def options(self, cell: str) -> tuple[int, ...]:
        """Every option, from 1, that a cell may mean, ascending; one if all is well."""
        text = plain(cell)
        found = set(self._said.get(text, ()))
        if OPTION.fullmatch(text) and int(text) <= self._count:
            found.add(int(text))
        if not found and (both := OPTIONED.fullmatch(text)):
            number = int(both[1]) if both[1].isdecimal() else "abcdefghi".index(both[1]) + 1
            found = self._said.get(plain(both[2]), set()) & {number}
        return tuple(sorted(found))


def _options(bank: Bank, question: Question) -> Mapping[str, set[int]]:
    """The options that a plain text may mean."""
    texts: list[tuple[Text, ...]]
    match question:
        case Agree():
            texts = [(point,) for point in bank.form.scales.agree]
        case Choice():
            texts = [(one.text, one.said or one.text) for one in question.options]
        case Pair():
            texts = [(point,) for point in bank.form.scales.pair]
    said: dict[str, set[int]] = {}
    for number, ways in enumerate(texts, start=1):
        for way in ways:
            for text in spoken(way):
                said.setdefault(text, set()).add(number)
    return said
