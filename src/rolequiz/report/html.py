"""A document as one HTML file that asks nothing of anybody: for a browser, for paper, to keep."""

from __future__ import annotations

from collections.abc import Sequence

from rolequiz.report.blocks import Document
from rolequiz.report.voice import Voice


def page(document: Document, voice: Voice, title: str) -> str:
    """The whole file: style within, no script, a policy that forbids every request."""
    return sheets((document,), voice, title)


def sheets(documents: Sequence[Document], voice: Voice, title: str) -> str:
    """One file with several documents, each beginning on a sheet of paper of its own."""
    raise NotImplementedError


def fragment(document: Document, voice: Voice, level: int = 1, prefix: str = "") -> str:
    """The article alone, for a page of one's own that has `style` in it.

    ``level`` is that of the headline; ``prefix`` keeps the ids of several fragments of one page apart.
    """
    raise NotImplementedError


def style() -> str:
    """The style sheet that goes with a fragment."""
    raise NotImplementedError
