"""Texts that try to be more than texts, a bank that says one everywhere, and what no output may then do."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any, Literal, TypeAlias
from unicodedata import category

import yaml

MARK = "zq"
"""Stands in every sample, and nowhere else: by it a text is found again."""

UNSEEN = "\u200b\ufeff\u2060\u00ad\u2028\u061c\u200f"
"""Nothing that is seen: zero width, soft hyphen, a line end of Unicode's own, marks of direction."""

MARKUP = (
    "<zq onzq='1'>&lt;\"</script></style><!-- zq [bold red]zq[/] [/] :boom: {zq} {{ zq }} %s $(zq) `zq` "
    "](http://zq.example) ![zq](zq) [zq]: zq | # **zq** __zq__ ~~zq~~ www.zq.example \\"
)
"""Markup of HTML, Rich, templates, shells and Markdown."""

PATHS = "../../zq /zq ~/zq C:\\zq CON"

SAMPLES: Mapping[str, str] = {
    "everything": f"={MARK}\x1b[31m\x1b]0;{MARK}\x07\x9b2J\x08\x7f\x85\r\t\n\u202e\u2066{UNSEEN}{MARKUP}{PATHS}",
    "unseen": f"@{MARK}\r\t\u2029{UNSEEN}{MARKUP}",
    "visible": f"+{MARK}{MARKUP}{PATHS}",
    "long": f"-{MARK}" + MARK * 5000,
}
"""By name; a bank refuses the first, and a title or an ``--id`` the first two and the last."""

BENIGN = MARK
"""A text that must come through wherever the others may not."""

FORMULAS = ("=zq()", "+zq", "-zq", "@zq", "\tzq", "\rzq", "-1+zq", "+1e", "=1")
"""Cells that a spreadsheet would run."""

Kind: TypeAlias = Literal["text", "colour", "html", "markdown", "csv", "json", "jsonl"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a command has put out, of which kind, and what put it out."""

    kind: Kind
    text: str
    by: str = ""


HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
"""What Rich writes for colours."""


def steering(text: str) -> str:
    """The signs of a text for people that steer a terminal or hide; line ends are its own."""
    return "".join(sorted({sign for sign in text if category(sign) in HIDDEN} - set("\n\u200c\u200d")))


LEADING = ("href", "src", "action", "srcset", "xlink:href")
"""Attributes that lead somewhere."""


class Structure(HTMLParser):
    """The elements and attributes of a page, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: set[str] = set()
        self.links: set[str] = set()
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts |= {tag, *(f"{tag}.{name}" for name, _ in attrs)}
        self.links |= {value or "" for name, value in attrs if name in LEADING}

    def handle_comment(self, data: str) -> None:
        self.parts.add(f"comment {data}")

    def handle_pi(self, data: str) -> None:
        self.parts.add(f"instruction {data}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


PARTS = (
    "html head body main header footer article section div p span h1 h2 h3 h4 h5 h6 ul ol li dl dt dd em strong b i "
    "table caption colgroup col thead tbody tfoot tr th td figure figcaption svg g rect line circle path text title "
    "meta style br hr small code del a pre blockquote polygon polyline desc abbr time "
)
"""Elements that a page may have; none of them does anything."""


def faults_of_html(page: str) -> Iterator[str]:
    """What a page does beyond showing words."""
    found = Structure(page)
    for part in found.parts:
        name, _, attribute = part.partition(".")
        if f" {name} " not in f" {PARTS}" or attribute.startswith(("on", "style", MARK)) or MARK in part:
            yield f"the page has {part}"
    yield from (f"the page leads to {link}" for link in found.links if not link.startswith("#"))
    bad = steering(" ".join(found.words))
    if bad:
        yield f"the page has {bad!r} among its words"


def faults_of_markdown(text: str) -> Iterator[str]:
    """What a reader of Markdown makes of a text beyond words."""
    import cmarkgfm
    from cmarkgfm.cmark import Options

    bad = steering(text)
    if bad:
        yield f"the text has {bad!r}"
    page = cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE)
    yield from faults_of_html(page)


def faults_of_csv(text: str) -> Iterator[str]:
    """Cells that a spreadsheet would run; read by another parser than our own."""
    for row in csv.reader(StringIO(text, newline="")):
        for cell in row:
            if cell[:1] in ("=", "@", "\t", "\r") or (cell[:1] in ("+", "-") and not is_number(cell)):
                yield f"a spreadsheet would run {cell[:40]!r}"


def is_number(cell: str) -> bool:
    """Whether a cell is a number and nothing else."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def faults_of_text(text: str) -> Iterator[str]:
    """Signs in a text for people that do something."""
    bad = steering(text)
    if bad:
        yield f"the text has {bad!r}"


def faults_of_json(text: str) -> Iterator[str]:
    """JSON passes texts through; it must be JSON, and escape what JSON escapes."""
    json.loads(text)
    bad = {sign for sign in text if sign < " "} - {"\n"}
    if bad:
        yield f"the JSON has {bad!r}"


FAULTS: Mapping[Kind, Callable[[str], Iterator[str]]] = {
    "text": faults_of_text,
    "colour": lambda text: faults_of_text(COLOURS.sub("", text)),
    "html": faults_of_html,
    "markdown": faults_of_markdown,
    "csv": faults_of_csv,
    "json": faults_of_json,
    "jsonl": lambda text: (fault for line in text.split("\n") if line for fault in faults_of_json(line)),
}
"""What is wrong with an output of each kind."""


EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "banks" / "two-roles"
QUESTIONS = tuple(f"q{number}" for number in range(1, 9))
MOST = 1990
"""Characters that a text of a bank may have, with some to spare."""


def bank_files(text: str | None, version: str = "1.0") -> Mapping[str, bytes]:
    """The two files of a small bank that has every field, ``text`` before each of its own texts."""
    form: dict[str, Any] = yaml.safe_load((EXAMPLE / "questions.yaml").read_bytes())
    catalogue: dict[str, Any] = yaml.safe_load((EXAMPLE / "roles.yaml").read_bytes())
    form["version"] = version
    form["quick"] = {"checkpoints": {4: 9}}
    form["promises"] = []
    for one in catalogue["roles"]:
        more = ("place", "image", "choose", "watch_for")
        one |= {name: both(name) for name in more}
        one |= {name: [both(name), both(f"{name} too")] for name in ("judged_by", "grows")}
        one["levels"] = [{"name": both("level"), "means": both("means")}]
    catalogue["between"][0]["where"] = both("between")
    mix = {"reading_room": 1, "workshops": 2}
    catalogue["neighbours"] = [{"id": "n1", "name": both("neighbour"), "about": both("about"), "mix": mix}]
    catalogue["source"] = {"title": both("source"), "note": both("note")}
    for question in form["questions"]:
        if question["format"] == "pair":
            question["text"] = both("pair")
    if text is not None:
        form, catalogue = spoiled(form, text), spoiled(catalogue, text)
    return {"questions.yaml": yaml.safe_dump(form).encode(), "roles.yaml": yaml.safe_dump(catalogue).encode()}


def both(word: str) -> dict[str, str]:
    """A text in both languages of the bank."""
    return {"en": word.capitalize(), "zh": word}


def spoiled(value: Any, text: str) -> Any:
    """Plain values with ``text`` before every text of both languages."""
    if isinstance(value, list):
        return [spoiled(one, text) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"en", "zh"}:
        return {lang: (text + " " + words)[:MOST] for lang, words in value.items()}
    return {key: spoiled(one, text) for key, one in value.items()}
