"""A document as Markdown: CommonMark with the tables of GFM."""

from __future__ import annotations

from rolequiz.report.blocks import Document
from rolequiz.report.voice import Voice


def text(document: Document, voice: Voice, title: str) -> str:
    """The whole document; ``title`` heads one that has no headline."""
    raise NotImplementedError
