"""One moment of a sitting as lines for a terminal: a pure function of what is to be shown and the size.

Also the sentences of the same moment for plain lines.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text as Line

from rolequiz.core.sitting import View
from rolequiz.model import Agree, Choice, Pair, Question
from rolequiz.report.page import ACCENT, QUIET, STRONG, Page
from rolequiz.report.voice import Voice
from rolequiz.report.wrap import pad, width, wrap


@dataclass(frozen=True, slots=True)
class Frame:
    """Lines from the top of the screen down; never more than the rows asked for."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A line, and how soon it goes where rows are few: 0 never, then the highest first."""

    line: Line
    spare: int = 0


SECONDS_A_QUESTION = 9
"""Reading and answering at 175 words a minute, a slow reader's pace, takes 272 s for the shipped bank's thirty."""


def minutes(questions: int) -> int:
    """About how many minutes a form takes."""
    return -(-questions * SECONDS_A_QUESTION // 60)


def options_of(question: Question, voice: Voice) -> tuple[str, ...]:
    """What may be answered, in order."""
    match question:
        case Agree():
            return tuple(voice.text(point) for point in voice.bank.form.scales.agree)
        case Choice():
            return tuple(voice.text(option.text) for option in question.options)
        case Pair():
            return tuple(voice.text(point) for point in voice.bank.form.scales.pair)


def prompt_of(question: Question, voice: Voice) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The words over the answers, and the statements they are about, each with its name (or none)."""
    match question:
        case Agree():
            return voice.wording("ask_agree"), (("", voice.text(question.text)),)
        case Choice():
            return "", (("", voice.text(question.text)),)
        case Pair():
            text = voice.text(question.text) if question.text else voice.wording("ask_pair")
            return text, (
                (voice.wording("pair_first"), voice.text(question.first.text)),
                (voice.wording("pair_second"), voice.text(question.second.text)),
            )


def question_frame(view: View, voice: Voice, page: Page, rows: int, hint: str = "") -> Frame:
    """The question shown, its options, the present answer marked, a line for a hint, the keys."""
    question = voice.question(view.question)
    prompt, statements = prompt_of(question, voice)
    body = [_Row(progress_line(view, page)), _Row(Line(), 3)]
    body += [_Row(Line(part), 1) for part in wrap(prompt, page.columns) if part]
    names = max(width(name) for name, _ in statements)
    indent = names + 2 if names else 0
    for name, text in statements:
        for place, part in enumerate(wrap(page.glyphs.text(text), page.columns - indent)):
            body.append(_Row(Line.assemble((pad(name if place == 0 else "", indent), ACCENT), (part, STRONG))))
    body.append(_Row(Line(), 2))
    for number, option in enumerate(options_of(question, voice), start=1):
        body += [_Row(line) for line in option_lines(number, option, view, voice, page)]
    body.append(_Row(Line(), 4))
    hints = [Line(part, ACCENT) for part in wrap(hint, page.columns)] if hint else [Line()]
    body += [_Row(line, 0 if hint else 5) for line in hints]
    return fitted(body, keys_lines(question_keys(question, view, voice), page), page, rows)


def option_lines(number: int, option: str, view: View, voice: Voice, page: Page) -> list[Line]:
    """One option with its number; the present answer is marked by a sign, not by colour alone."""
    is_chosen = view.chosen == number
    mark = page.glyphs.text(voice.wording("chosen_mark")) if is_chosen else " "
    lines = []
    for place, part in enumerate(wrap(page.glyphs.text(option), page.columns - 5)):
        head = f"{mark} {number}  " if place == 0 else "     "
        lines.append(Line.assemble((head, ACCENT), (part, STRONG if is_chosen else "")))
    return lines


def progress_line(view: View, page: Page) -> Line:
    """The place as ``7/30`` and a bar of the questions behind it."""
    place = f"{view.number}/{view.total}"
    cells = page.columns - len(place) - 2
    done = cells * (view.number - 1) // view.total
    full, rest = ("#", "-") if page.glyphs.full == "#" else ("━", "─")
    return Line.assemble((place, ACCENT), "  ", (full * done, ACCENT), (rest * (cells - done), QUIET))


def question_keys(question: Question, view: View, voice: Voice) -> tuple[tuple[str, str], ...]:
    """The keys of a question: what to press and what it does."""
    count = len(options_of(question, voice))
    keys = [(f"1-{count}", voice.wording("key_answer"))]
    if view.can_go_back:
        keys.append(("b", voice.wording("key_back")))
    if view.chosen is not None:
        keys.append((voice.wording("key_enter"), voice.wording("key_keep")))
    keys += [("s", voice.wording("key_skip")), ("?", voice.wording("key_why")), ("q", voice.wording("key_quit"))]
    return (*keys, ("0", voice.wording("key_menu")))


def keys_lines(keys: tuple[tuple[str, str], ...], page: Page) -> list[Line]:
    """A footer of keys, in as many lines as it takes."""
    lines = [Line()]
    for key, what in keys:
        part = Line.assemble((key, ACCENT), " ", what)
        if lines[-1].plain and lines[-1].cell_len + 3 + part.cell_len > page.columns:
            lines.append(Line())
        lines[-1] = lines[-1] + Line("   ") + part if lines[-1].plain else part
    return lines


def fitted(body: list[_Row], footer: list[Line], page: Page, rows: int) -> Frame:
    """Body and footer within ``rows``: blank lines go first, then words over the answers, then the footer's tail."""
    footer = footer[: max(1, rows - 8)]
    rest = list(body)
    while len(rest) + len(footer) > rows and any(row.spare for row in rest):
        worst = max(range(len(rest)), key=lambda place: rest[place].spare)
        del rest[worst]
    lines = [row.line for row in rest][: max(1, rows - len(footer))] + footer
    return Frame(tuple(Line(" " * page.margin) + line if line.plain else line for line in lines[:rows]))


def text_frame(
    title: str, paragraphs: tuple[str, ...], keys: tuple[tuple[str, str], ...], page: Page, rows: int
) -> Frame:
    """A screen of words with keys under it: the opening, the menu, an explanation, the offer at the end."""
    body = [*(_Row(Line(part, ACCENT)) for part in wrap(page.glyphs.text(title), page.columns)), _Row(Line(), 2)]
    for number, paragraph in enumerate(paragraphs):
        if number:
            body.append(_Row(Line(), 3))
        body += [_Row(Line(part)) for part in wrap(page.glyphs.text(paragraph), page.columns)]
    body.append(_Row(Line(), 1))
    return fitted(body, keys_lines(keys, page), page, rows)


def question_sentences(view: View, voice: Voice) -> list[str]:
    """The same moment in plain lines."""
    question = voice.question(view.question)
    prompt, statements = prompt_of(question, voice)
    lines = [voice.wording("plain_question", number=view.number, total=view.total)]
    if prompt:
        lines.append(prompt)
    lines += [voice.wording("plain_term", term=name, text=text) if name else text for name, text in statements]
    lines += [f"{number}. {text}" for number, text in enumerate(options_of(question, voice), start=1)]
    if view.chosen is not None:
        lines.append(voice.wording("plain_chosen", n=view.chosen))
    return lines
