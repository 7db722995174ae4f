"""Assessment in, document out: the one place where a result is put into words.

Everything shown is an integer of the assessment or words of the bank and the
interface; nothing is scored here.
"""

from __future__ import annotations

from rolequiz.report.blocks import AnswerRow, Answers, Document, Heading, Section, para
from rolequiz.report.first import first_screen, shares_said, verdict
from rolequiz.report.further import answer_row, further_screens, trait_row
from rolequiz.report.subject import Subject


def document(subject: Subject) -> Document:
    """The whole result: a first screen, and what comes after it."""
    return Document(first_screen(subject), further_screens(subject))


def answers_document(subject: Subject) -> Document:
    """Every question asked with its answer and points; the last row adds up to the scores."""
    voice, table = subject.voice, subject.table
    order = [table.roles.index(one.role) for one in subject.assessment.roles]
    heads = tuple(voice.short(voice.role(table.roles[index])) for index in order)
    rows = tuple(
        answer_row(subject, part, tuple(part.roles[index] for index in order)) if order else trait_row(subject, part)
        for part in subject.explanation.contributions
    )
    total = AnswerRow("", voice.wording("answers_total"), "", tuple(one.score for one in subject.assessment.roles))
    heading = Heading(voice.wording("answers_heading", subject.assessment.asked))
    how = para(voice.wording("answers_how" if table.roles else "answers_how_profile"))
    return Document((Section(heading, (how, Answers(rows, heads, total if table.roles else None))),))


def brief(subject: Subject) -> tuple[str, ...]:
    """At most six lines to send to a friend."""
    voice, result = subject.voice, subject.assessment
    lines = [verdict(subject, "brief")]
    if subject.kind in ("insufficient", "profile"):
        shown = sorted((one for one in result.traits if one.is_shown), key=lambda one: -one.score)[:3]
        if shown:
            points = [
                voice.wording("brief_points", name=voice.name(voice.trait(one.trait)), points=voice.signed(one.score))
                for one in shown
            ]
            lines.append(voice.listed(points))
        return (*lines, voice.wording("brief_end"))
    points = [
        voice.wording("brief_points", name=voice.name(voice.role(one.role)), points=voice.signed(one.score))
        for one in result.roles
    ]
    lines.append(voice.wording("brief_scores", points=voice.listed(points)))
    lines.append(voice.wording("brief_sure", parts=shares_said(subject)))
    if subject.explanation.flip is not None:
        lines.append(voice.wording("brief_flip", len(subject.explanation.flip.changes), answered=result.answered))
    return (*lines, voice.wording("brief_end"))
