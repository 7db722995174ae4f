"""One physical line of CSV as cells, to the letter of RFC 4180: nothing is guessed, nothing repaired.

Written out rather than left to the csv module, which reads on over line ends for
a quote that never closes, and takes a stray quote for a part of the text.
"""

from __future__ import annotations

import re

from rolequiz.batch.rejects import Fault, malformed, open_quote

QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)"(?=,|\Z)')
BARE = re.compile(r'([^",\r]*)(?=,|\Z)')
OPEN = re.compile(r'"[^"]*(?:""[^"]*)*\Z')


def cells_of(text: str) -> tuple[str, ...] | Fault:
    """The cells of a line without its end, or what is wrong with it."""
    if '"' not in text and "\r" not in text:
        return tuple(text.split(","))
    cells: list[str] = []
    at = 0
    while True:
        is_quoted = text.startswith('"', at)
        found = (QUOTED if is_quoted else BARE).match(text, at)
        if found is None:
            return _wrong(text, at)
        cells.append(found[1].replace('""', '"') if is_quoted else found[1])
        at = found.end() + 1
        if at > len(text):
            return tuple(cells)


def _wrong(text: str, at: int) -> Fault:
    if text.startswith('"', at):
        if OPEN.match(text, at):
            return open_quote()
        return malformed("text follows a closing quote (a quote inside a quoted cell is written twice)")
    rest = text[at:]
    if 0 <= rest.find("\r") < (rest.find('"') if '"' in rest else len(rest)):
        return malformed("a carriage return stands inside the line (lines end in LF or CRLF)")
    return malformed("a quote stands inside a cell that is not quoted")
