"""A bank as a form on paper: what is asked, in runs of one format, with a box for every answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from rolequiz.model import Format, Question
from rolequiz.report.asking import options_of, prompt_of
from rolequiz.report.html import TEMPLATES, environment, language, policy
from rolequiz.report.voice import Voice


@dataclass(frozen=True, slots=True)
class Asked:
    """One question on paper: its number, what is asked, the statements (two of a pair), the answers."""

    number: int
    text: str
    statements: tuple[str, ...]
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Questions of one format, one after the other, which share the words over their answers."""

    format: Format
    prompt: str
    scale: tuple[str, ...]
    questions: tuple[Asked, ...]


def runs(voice: Voice) -> tuple[Run, ...]:
    """The form in its order."""
    found = []
    numbered = enumerate(voice.bank.questions, start=1)
    for kind, several in groupby(numbered, key=lambda one: one[1].format):
        asked = tuple(_asked(number, question, voice) for number, question in several)
        prompt = {"agree": voice.wording("ask_agree"), "pair": voice.wording("ask_pair"), "choice": ""}[kind]
        found.append(Run(kind, prompt, () if kind == "choice" else asked[0].options, asked))
    return tuple(found)


def _asked(number: int, question: Question, voice: Voice) -> Asked:
    _, statements = prompt_of(question, voice)
    texts = tuple(text for _, text in statements)
    if question.format == "pair":
        return Asked(number, voice.text(question.text) if question.text else "", texts, options_of(question, voice))
    return Asked(number, texts[0], (), options_of(question, voice))


def paper_form(voice: Voice) -> str:
    """The form as one HTML file to print on A4."""
    bank = voice.bank
    over = css_string(voice.wording("paper_next") + " " + "_" * 24)
    heads = f"@page {{ @top-right {{ content: {over}; }} }}\n@page :first {{ @top-right {{ content: none; }} }}\n"
    return paper(
        "paper.html",
        voice,
        title=voice.text(bank.form.title),
        heads=heads,
        runs=runs(voice),
        total=len(bank.questions),
    )


def paper(template: str, voice: Voice, *, title: str, heads: str, **values: object) -> str:
    """A file for paper from a template: its own style, the bank named on every sheet, nothing from anywhere else."""
    stamp = voice.bank.stamp
    digest = stamp.digest.removeprefix("sha256:")[:8]
    foot = voice.wording("paper_bank", bank=stamp.id, version=stamp.version, digest=digest)
    style = (TEMPLATES / "paper.css").read_text(encoding="utf-8")
    style += heads + f"@page {{ @bottom-left {{ content: {css_string(foot)}; }} }}\n"
    return (
        environment()
        .get_template(template)
        .render(
            voice=voice,
            lang=language(voice.lang),
            title=title,
            style=Markup(style),
            policy=policy(style),
            **values,
        )
    )


def css_string(text: str) -> str:
    """A text as a string of a style sheet: everything but letters, digits and blanks is spelled out."""
    return '"' + re.sub(r"[^\w .]", lambda sign: f"\\{ord(sign.group()):x} ", text) + '"'  # the blank ends the number
