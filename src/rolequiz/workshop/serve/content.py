"""What the page is given to show: its own files, the words of every language, the form, and a result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rolequiz.batch.notes import Notes
from rolequiz.batch.score import assess_record
from rolequiz.core.assess import explain
from rolequiz.core.table import Table
from rolequiz.model import AnswerRecord, Mode
from rolequiz.report.asking import minutes, options_of, prompt_of
from rolequiz.report.blocks import Document
from rolequiz.report.document import answers_document, document
from rolequiz.report.subject import Subject
from rolequiz.report.voice import Voice

PAGE = Path(__file__).with_name("page")

FILES: Mapping[str, tuple[str, str]] = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/phone.css": ("phone.css", "text/css; charset=utf-8"),
    "/phone.js": ("phone.js", "text/javascript; charset=utf-8"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}
"""Every file that is served: its address, its name, its type."""

SHARED_WORDS = (
    "chosen_mark",
    "key_back",
    "key_begin",
    "key_finish",
    "key_keep",
    "key_skip",
    "key_visit",
    "offer",
    "offer_title",
)
"""Words of asking that a phone has in common with the terminal."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A bank with its voice in each language, in the bank's order."""

    table: Table
    voices: Mapping[str, Voice]

    @property
    def bank_voice(self) -> Voice:
        """Any of the voices."""
        return next(iter(self.voices.values()))


def page_file(name: str) -> bytes:
    """One file of the page."""
    return (PAGE / name).read_bytes()


def room_words(spoken: Spoken, title: str, room: str, lang: str, mode: Mode) -> dict[str, object]:
    """What anybody at the door is told: the words of the page, and which room this is."""
    return {
        "room": room,
        "title": title,
        "lang": lang,
        "mode": mode,
        "languages": {one: _words(voice, mode) for one, voice in spoken.voices.items()},
    }


def _words(voice: Voice, mode: Mode) -> dict[str, object]:
    phrases = {**voice.wording.fallback, **voice.wording.phrases}
    words: dict[str, object] = {
        key: phrase for key, phrase in phrases.items() if key.startswith("phone_") or key in SHARED_WORDS
    }
    if "phone_language" not in voice.wording.phrases:
        words["phone_language"] = voice.lang
    total = len(voice.bank.questions)
    opening = "opening_2_quick" if mode == "quick" else "opening_2"
    return words | {
        "opening": voice.wording(opening, total=total, minutes=minutes(total)),
        "bank_title": voice.text(voice.bank.form.title),
    }


def form(spoken: Spoken, mode: Mode) -> dict[str, object]:
    """The questions in every language, in order; ``checkpoints`` are where a quick form may end."""
    return {
        "questions": [question.id for question in spoken.bank_voice.bank.questions],
        "checkpoints": [place for place, _ in spoken.table.checkpoints] if mode == "quick" else [],
        "languages": {lang: _questions(voice) for lang, voice in spoken.voices.items()},
    }


def _questions(voice: Voice) -> list[dict[str, object]]:
    shown: list[dict[str, object]] = []
    for question in voice.bank.questions:
        prompt, statements = prompt_of(question, voice)
        shown.append(
            {
                "prompt": prompt,
                "statements": [{"name": name, "text": text} for name, text in statements],
                "options": list(options_of(question, voice)),
            }
        )
    return shown


def result(spoken: Spoken, record: AnswerRecord, lang: str, draw: Callable[[Document, Voice], str]) -> str:
    """The result of a record as everywhere, every answer after it, drawn."""
    voice = spoken.voices[lang]
    assessment = assess_record(spoken.table, record, Notes())
    day = datetime.fromisoformat(record.finished).date()
    subject = Subject(voice.bank, spoken.table, assessment, explain(spoken.table, assessment), voice, day)
    shown, every = document(subject), answers_document(subject)
    return draw(Document(shown.first, shown.further + every.first), voice)
