"""A finished document to a stream: drawn, as sentences, or as text without colour."""

from __future__ import annotations

from rolequiz.cli.env import Env
from rolequiz.report.blocks import Document
from rolequiz.report.document import document
from rolequiz.report.glyphs import Glyphs
from rolequiz.report.subject import Subject
from rolequiz.report.voice import Voice


def print_result(env: Env, subject: Subject, *, is_plain: bool, glyphs: Glyphs) -> None:
    """The whole result at once."""
    print_document(env, document(subject), subject.voice, is_plain=is_plain, glyphs=glyphs)


def print_document(env: Env, shown: Document, voice: Voice, *, is_plain: bool, glyphs: Glyphs) -> None:
    """A document at once: coloured on a terminal, without control sequences elsewhere."""
    if is_plain:
        from rolequiz.report.plain import plain_lines

        env.stdout.write("\n".join(plain_lines(shown.sections, voice)) + "\n")
        return
    from rich.console import Console
    from rich.text import Text

    from rolequiz.report.page import page_for
    from rolequiz.report.terminal import joined_sections

    width = env.width
    console = Console(
        file=env.stdout, width=width, highlight=False, markup=False, emoji=False, soft_wrap=True, legacy_windows=False
    )
    lines = joined_sections(shown.sections, page_for(width, glyphs, voice.wording("sign_minus")))
    console.print(Text("\n").join(lines))


def text_of(shown: Document, voice: Voice, width: int, glyphs: Glyphs) -> str:
    """A document as text of a given width, without colour."""
    from rolequiz.report.page import page_for
    from rolequiz.report.terminal import joined_sections

    lines = joined_sections(shown.sections, page_for(width, glyphs, voice.wording("sign_minus")))
    return "".join(line.plain.rstrip() + "\n" for line in lines)
