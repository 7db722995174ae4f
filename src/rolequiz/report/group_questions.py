"""The questions that divide a room, to be talked about."""

from __future__ import annotations

from rolequiz.core.group import (
    DETAILED,
    Division,
)
from rolequiz.model import Agree, Choice
from rolequiz.report.blocks import (
    Heading,
    Numbered,
    Section,
    Tally,
    para,
)
from rolequiz.report.group_subject import RoomSubject
from rolequiz.report.voice import Voice


def divided(subject: RoomSubject) -> Section:
    """The questions to talk about, each with who-knows-how-many for every answer where that may be said."""
    voice, group = subject.voice, subject.group
    heading = Heading(voice.wording("group_divided_heading"))
    if not group.divided:
        return Section(heading, (para(voice.wording("group_divided_none")),))
    how = para(voice.wording("group_divided_how"))
    if any(one.counts is None for one in group.divided):
        asked = Numbered(tuple((question_said(one, voice), answers_said(one, voice)) for one in group.divided))
        return Section(heading, (how, asked, para(voice.wording("group_divided_few", DETAILED))))
    return Section(heading, (how, *(division_tally(one, voice) for one in group.divided)))


def question_said(one: Division, voice: Voice) -> str:
    """A question as it is read out: its number and its whole text."""
    question = voice.question(one.question)
    text = voice.text(question.text or question.label)
    if isinstance(question, Agree):
        text = voice.wording("quote", said=text)
    return voice.wording("group_divided_title", number=voice.number(one.question), question=text)


def answers_said(one: Division, voice: Voice) -> tuple[str, ...]:
    """The options of a choice or the sides of a pair; the points of a scale need not be read out."""
    question = voice.question(one.question)
    match question:
        case Agree():
            return ()
        case Choice():
            return tuple(voice.text(option.text) for option in question.options)
        case _:
            return (voice.text(question.first.text), voice.text(question.second.text))


def division_tally(one: Division, voice: Voice) -> Tally:
    """A question with a count for each of its answers."""
    assert one.counts is not None
    question = voice.question(one.question)
    rows = []
    for number, count in enumerate(one.counts, start=1):
        answer = (
            voice.text(question.options[number - 1].text)
            if isinstance(question, Choice)
            else voice.answer(question, number)
        )
        rows.append((voice.capital(answer), count))
    return Tally(question_said(one, voice), tuple(rows), one.people)
