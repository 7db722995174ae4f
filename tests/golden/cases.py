"""What is kept as golden text: a name with its real ending, and how to make the text anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from rolequiz.core.sitting import Answer, Event, Skip, apply, begin, view
from rolequiz.report.asking import Frame, question_frame, question_sentences, text_frame
from rolequiz.report.document import answers_document, brief, document
from rolequiz.report.glyphs import ASCII, UNICODE, Glyphs
from rolequiz.report.page import page_for
from rolequiz.report.plain import plain_lines
from rolequiz.report.role_page import neighbour_page, overview, role_page
from rolequiz.report.terminal import joined_sections
from tests.small_banks import shipped, shipped_table
from tests.unit.report.results import KINDS, WORKED, subject_of_kind, voice

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "zh")


def result(kind: str, lang: str, width: int, glyphs: Glyphs = UNICODE) -> str:
    """A whole result as a terminal shows it."""
    one = subject_of_kind(kind, lang)
    page = page_for(width, glyphs, one.voice.wording("sign_minus"))
    return text_of([line.plain for line in joined_sections(document(one).sections, page)])


def answers(lang: str, width: int) -> str:
    """All answers of the worked example."""
    one = subject_of_kind("clear", lang)
    page = page_for(width, UNICODE, one.voice.wording("sign_minus"))
    return text_of([line.plain for line in joined_sections(answers_document(one).sections, page)])


def plain(kind: str, lang: str) -> str:
    """A result in sentences."""
    one = subject_of_kind(kind, lang, spoken=True)
    return text_of(plain_lines([*document(one).sections, *answers_document(one).sections], one.voice))


def in_brief(kind: str, lang: str) -> str:
    """A result for a friend."""
    return text_of(list(brief(subject_of_kind(kind, lang))))


def roles(lang: str, width: int) -> str:
    """The overview, every role's page and every neighbour's."""
    one = voice(lang)
    page = page_for(width, UNICODE, one.wording("sign_minus"))
    pages = [overview(one), *(role_page(one, role) for role in shipped().roles)]
    pages += [neighbour_page(one, neighbour) for neighbour in shipped().catalogue.neighbours]
    parts = [[line.plain for line in joined_sections(shown.sections, page)] for shown in pages]
    return text_of([line for part in parts for line in [*part, "=" * 20]])


def asking(lang: str, width: int, rows: int) -> str:
    """One question of each format, one answered and gone back to, the opening, a hint."""
    one, table = voice(lang), shipped_table()
    page = page_for(width, UNICODE, one.wording("sign_minus"))
    frames = [
        text_frame(
            one.wording("opening_title"),
            (
                one.wording("opening_1", title=one.text(shipped().form.title)),
                one.wording("opening_2", total=30, minutes=5),
                one.wording("opening_3"),
            ),
            ((one.wording("key_enter"), one.wording("key_begin")), ("q", one.wording("key_quit"))),
            page,
            rows,
        )
    ]
    sitting = begin(table)
    for number, item in enumerate(table.items):
        if item.id in ("q01", "q02", "q03", "q12"):
            hint = one.wording("hint_no_answer") if item.id == "q03" else ""
            frames.append(question_frame(view(table, sitting), one, page, rows, hint))
        event: Event = Skip(item.id) if item.id == "q03" else Answer(item.id, WORKED[number] or 1)
        sitting = apply(table, sitting, event)
        if item.id == "q12":
            from rolequiz.core.sitting import Back

            frames.append(question_frame(view(table, apply(table, sitting, Back())), one, page, rows))
    return text_of([line for frame in frames for line in [*screen(frame), "=" * 20]])


def screen(frame: Frame) -> list[str]:
    """A frame as text."""
    return [line.plain.rstrip() for line in frame.lines]


def asking_plain(lang: str) -> str:
    """One question of each format in plain lines."""
    one, table = voice(lang, is_spoken=True), shipped_table()
    sitting = begin(table)
    lines: list[str] = []
    for number, item in enumerate(table.items[:12]):
        if item.id in ("q01", "q02", "q12"):
            lines += [*question_sentences(view(table, sitting), one), ""]
        sitting = apply(table, sitting, Answer(item.id, WORKED[number] or 1))
    return text_of(lines)


def text_of(lines: list[str]) -> str:
    """Lines as a file, no blanks at their ends."""
    return "".join(line.rstrip() + "\n" for line in lines)


def cases() -> dict[str, Callable[[], str]]:
    """Every golden file by name."""
    found: dict[str, Callable[[], str]] = {}
    for lang in LANGUAGES:
        for kind in KINDS:
            found[f"{kind}.{lang}.80.txt"] = partial(result, kind, lang, 80)
            found[f"{kind}.{lang}.brief.txt"] = partial(in_brief, kind, lang)
        for kind in ("clear", "pair", "open"):
            for width in (40, 120):
                found[f"{kind}.{lang}.{width}.txt"] = partial(result, kind, lang, width)
            found[f"{kind}.{lang}.ascii.txt"] = partial(result, kind, lang, 80, ASCII)
            found[f"{kind}.{lang}.plain.txt"] = partial(plain, kind, lang)
        for width in (40, 80):
            found[f"answers.{lang}.{width}.txt"] = partial(answers, lang, width)
            found[f"roles.{lang}.{width}.txt"] = partial(roles, lang, width)
        for width, rows in ((40, 16), (80, 24), (120, 40)):
            found[f"asking.{lang}.{width}x{rows}.txt"] = partial(asking, lang, width, rows)
        found[f"asking.{lang}.plain.txt"] = partial(asking_plain, lang)
    return found
