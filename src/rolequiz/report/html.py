"""A document as one HTML file that asks nothing of anybody: for a browser, for paper, to keep.

Words come from the document, shapes from ``templates``. Every text passes the
escaping of the templates and `printable`; there is no script, no style
attribute, and a policy that forbids every request.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, assert_never

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rolequiz import __version__
from rolequiz.printable import printable
from rolequiz.report.blocks import (
    Answers,
    Banner,
    BarRow,
    Bars,
    Block,
    Document,
    Dots,
    Facts,
    Headline,
    Numbered,
    Para,
    Scale,
    Section,
    SideBySide,
    Strips,
    Table,
    Tally,
)
from rolequiz.report.picture import picture_of
from rolequiz.report.voice import Voice, run_on

TEMPLATES = Path(__file__).parent / "templates"

LONG = 12
"""A table of more answers than this begins on a page of its own."""

MANY_COLUMNS = 5
"""A table of more columns than this can be moved sideways where it does not fit."""


def page(document: Document, voice: Voice, title: str, further: Sequence[Document] = ()) -> str:
    """The whole file of one document; ``title`` names what it is about, as the head of the browser's window does.

    The ``further`` ones follow, each on a sheet of paper of its own.
    """
    banner = next((block for section in document.first for block in section.blocks if isinstance(block, Banner)), None)
    articles = [drawn(document, voice, Place(), has_banner=False)]
    articles += [
        drawn(one, voice, Place(level=2, prefix=f"sheet-{number}-")) for number, one in enumerate(further, start=2)
    ]
    return whole_file(articles, voice, title, banner, is_title_heading=not has_headline(document))


def sheets(documents: Sequence[Document], voice: Voice, title: str) -> str:
    """One file with several documents, each beginning on a sheet of paper of its own."""
    articles = tuple(
        drawn(document, voice, Place(level=2, prefix=f"sheet-{number}-"))
        for number, document in enumerate(documents, start=1)
    )
    return whole_file(articles, voice, title, None, is_title_heading=True, is_sheets=True)


def fragment(document: Document, voice: Voice, level: int = 1, prefix: str = "") -> str:
    """The article alone, for a page of one's own that has `style` in it.

    ``level`` is that of the headline; ``prefix`` keeps the ids of several fragments of one page apart.
    """
    return drawn(document, voice, Place(level, prefix))


@cache
def style() -> str:
    """The style sheet that goes with a fragment."""
    return "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in ("style.css", "crowd.css"))


def policy(sheet: str | None = None) -> str:
    """The Content-Security-Policy of a whole file: its style sheet (`style` by default), and nothing else."""
    digest = b64encode(sha256((style() if sheet is None else sheet).encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True)
class Place:
    """Where blocks stand on a page: the level of the headline above them, and what their ids begin with."""

    level: int = 1
    prefix: str = ""


@cache
def environment() -> Environment:
    """The templates; a name that is not given is an error, and no text gets in as it is."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.globals |= {"run_on": run_on, "percent": percent, "low_of": low_of}
    return found


def shown(value: object) -> object:
    """A value on its way into a page: what is drawn already stays, all else gets every hidden character spelled out."""
    return value if isinstance(value, Markup) else printable(str(value))


def percent(part: float, whole: float) -> str:
    """A part of a whole as a length of SVG."""
    return f"{100 * part / whole:.2f}%" if whole else "0%"


def low_of(rows: Sequence[BarRow]) -> int:
    """Where the axis of bars begins: at 0, or at the lowest value below it."""
    return min(0, *(row.value for row in rows))


def whole_file(
    articles: Sequence[Markup],
    voice: Voice,
    title: str,
    banner: Banner | None,
    *,
    is_title_heading: bool,
    is_sheets: bool = False,
) -> str:
    """Articles within the page around them; ``is_sheets``: each of them is to fit a sheet of paper."""
    return (
        environment()
        .get_template("page.html")
        .render(
            articles=articles,
            voice=voice,
            lang=language(voice.lang),
            title=title,
            banner=banner,
            is_title_heading=is_title_heading,
            is_sheets=is_sheets,
            policy=policy(),
            style=Markup(style()),
            version=__version__,
        )
    )


def language(lang: str) -> str:
    """The language as browsers choose fonts by it: the interface's Chinese is written in simplified characters."""
    return "zh-Hans" if lang == "zh" else lang


def has_headline(document: Document) -> bool:
    """Whether the document says its answer itself."""
    return any(isinstance(block, Headline) for section in document.sections for block in section.blocks)


def drawn(document: Document, voice: Voice, place: Place, *, has_banner: bool = True) -> Markup:
    """A document as an article."""
    sections = []
    for number, section in enumerate(document.sections, start=1):
        blocks = [
            block_drawn(block, voice, place) for block in section.blocks if has_banner or not isinstance(block, Banner)
        ]
        name = f"{place.prefix}section-{number}"
        sections.append(Markup(macros().section(section, blocks, name, place.level + 1, is_long(section))))
    return Markup(macros().article(sections, language(voice.lang)))


def is_long(section: Section) -> bool:
    """Whether a section fills a page of its own."""
    return any(isinstance(block, Answers) and len(block.rows) > LONG for block in section.blocks)


@cache
def macros() -> Any:
    """The shapes of blocks; a module of templates has no types."""
    return environment().get_template("blocks.html").module


@cache
def crowd_macros() -> Any:
    """The shapes of blocks about rooms of people."""
    return environment().get_template("crowd.html").module


def block_drawn(block: Block, voice: Voice, place: Place) -> Markup:
    """One block as elements."""
    shape = macros()
    match block:
        case Banner():
            return Markup(shape.banner(block))
        case Headline():
            return Markup(shape.headline(block, place.level))
        case Para():
            return Markup(shape.para(block))
        case Scale():
            return Markup(shape.scale(block, voice))
        case Bars():
            return Markup(shape.bars(block, voice, place.level + 2))
        case SideBySide():
            return Markup(shape.side_by_side(block, voice, place.level + 2))
        case Facts():
            return Markup(shape.facts(block))
        case Numbered():
            return Markup(shape.numbered(block))
        case Answers():
            return Markup(shape.answers(block, voice))
        case Table():
            return Markup(shape.table(block, voice, is_wide=len(block.columns) > MANY_COLUMNS))
        case Tally():
            return Markup(crowd_macros().tally(block, place.level + 2))
        case Strips():
            return Markup(crowd_macros().strips(block))
        case Dots():
            is_wide = block.table is not None and len(block.table.columns) > MANY_COLUMNS
            return Markup(crowd_macros().dots(block, picture_of(block), voice, is_wide))
        case _:
            assert_never(block)
