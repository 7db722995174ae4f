"""How numbers, names, lists, dates and answers are put in one language. Owns no sentence of a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from unicodedata import east_asian_width

from rolequiz.model import Agree, Bank, Choice, Neighbour, Pair, Question, Role, Text, Trait, short_names, words
from rolequiz.printable import one_line
from rolequiz.report.wording import Wording


@dataclass(frozen=True, slots=True)
class Voice:
    """A bank spoken in one language. ``is_spoken`` puts signs into words, for ears."""

    bank: Bank
    lang: str
    wording: Wording
    is_spoken: bool = False

    def text(self, text: Text) -> str:
        """A text of the bank in one line, with nothing in it that steers or hides: all outputs take it from here."""
        return one_line(words(text, self.lang))

    def signed(self, value: int) -> str:
        """Points with their sign: ``+22``, ``−4``, ``0``; in words where signs go unread."""
        if value == 0:
            return "0"
        if self.is_spoken:
            return self.wording("plus" if value > 0 else "minus", value=abs(value))
        return f"+{value}" if value > 0 else f"{self.wording('sign_minus')}{-value}"

    def decimal(self, value: float) -> str:
        """One decimal, for the line that names the figures of files."""
        return f"{value:.1f}"

    def name(self, thing: Role | Trait | Neighbour) -> str:
        """A name standing alone."""
        return self.text(thing.name)

    def inside(self, thing: Role | Trait | Neighbour) -> str:
        """A name inside a sentence: English names lose their capital, acronyms keep it."""
        return self.lowered(self.name(thing))

    def short(self, role: Role) -> str:
        """A role's name without what all role names end in: Activity, 活动; the whole name where nothing is shared."""
        names = short_names([self.name(one) for one in self.bank.roles], self.lang)
        return dict(zip((one.id for one in self.bank.roles), names, strict=True))[role.id]

    def role(self, role: str) -> Role:
        """A role by id."""
        return next(one for one in self.bank.roles if one.id == role)

    def trait(self, trait: str) -> Trait:
        """A trait by id."""
        return next(one for one in self.bank.traits if one.id == trait)

    def roles_inside(self, roles: Sequence[str]) -> str:
        """Names of several roles inside a sentence, joined."""
        return self.joined([self.inside(self.role(role)) for role in roles])

    def joined(self, parts: Sequence[str]) -> str:
        """Two or more parts as a list ending in "and"."""
        if len(parts) < 2:
            return "".join(parts)
        return self.wording("list_comma").join(parts[:-1]) + self.wording("list_and") + parts[-1]

    def listed(self, parts: Sequence[str]) -> str:
        """Parts with commas only."""
        return self.wording("list_comma").join(parts)

    def in_row(self, texts: Sequence[Text]) -> str:
        """Several phrases as one: a semicolon between, only the first with a capital."""
        parts = [self.text(text) for text in texts]
        return self.wording("list_or").join([*parts[:1], *(self.lowered(part) for part in parts[1:])])

    def day(self, day: date) -> str:
        """A date: 24 Nov 2026, 2026年11月24日."""
        months = self.wording("months").split()
        return self.wording("day", day=day.day, month=months[day.month - 1], year=day.year)

    def question(self, question: str) -> Question:
        """A question by id."""
        return next(one for one in self.bank.questions if one.id == question)

    def label(self, question: Question) -> str:
        """What a question is about, short: a statement to agree with stands in quotes."""
        label = self.text(question.label)
        return self.wording("quote", said=label) if isinstance(question, Agree) else label

    def number(self, question: str) -> str:
        """A question's number as the taker saw it."""
        place = next(n for n, one in enumerate(self.bank.questions, start=1) if one.id == question)
        return self.wording("question_number", n=place)

    def metrics(self, role: Role) -> str:
        """What a role is judged by, in one line; that nothing is named, if other roles of the bank do name it."""
        if not role.judged_by and any(one.judged_by for one in self.bank.roles):
            return self.wording("judged_by_none")
        return self.listed([self.text(metric) for metric in role.judged_by])

    def answer(self, question: Question, number: int) -> str:
        """The answer given, short: the option as quoted, the point of the scale, the side of a pair."""
        match question:
            case Agree():
                return self.lowered(self.text(self.bank.form.scales.agree[number - 1]))
            case Choice():
                option = question.options[number - 1]
                return self.text(option.said or option.text)
            case Pair():
                side = question.first if number <= 2 else question.second
                key = "pair_much" if number in (1, 4) else "pair_bit"
                return self.wording(key, side=self.text(side.said or side.text))

    def quoted(self, question: Question, number: int) -> str:
        """The answer inside a sentence: what was chosen stands in quotes, a point of a scale needs none."""
        answer = self.answer(question, number)
        return self.wording("quote", said=answer) if isinstance(question, Choice) else answer

    def quotes(self, question: Question, number: int) -> tuple[str, ...]:
        """The answer as evidence, with its question; wordings from long to short, for narrow places."""
        label = self.text(question.label)
        answer = self.answer(question, number)
        match question:
            case Agree():
                return tuple(self.wording(key, label=label, answer=answer) for key in ("quote_agree", "quote_short"))
            case Choice():
                short = self.wording("quote", said=answer)
                return (self.wording("quote_choice", label=label, said=short), short)
            case Pair():
                return (answer,)

    def lowered(self, text: str) -> str:
        """A phrase inside a sentence: its first letter small, unless it is part of an acronym or "I"."""
        if self.wording.is_wide or len(text) < 2 or not text[1].islower():
            return text
        return text[0].lower() + text[1:]

    def capital(self, sentence: str) -> str:
        """The words as the beginning of a sentence."""
        return sentence[:1].upper() + sentence[1:]

    def count(self, n: int) -> str:
        """A small number as a word: two, three, both languages' own; larger ones in digits."""
        return self.wording(f"count_{n}") if 2 <= n <= 5 else str(n)


def run_on(sentences: Iterable[str]) -> str:
    """Sentences one after the other; after a wide character no blank is needed. Empty ones are left out."""
    text = ""
    for sentence in sentences:
        if text and sentence and east_asian_width(text[-1]) not in "WF":
            text += " "
        text += sentence
    return text
