"""Breaking text into lines by display cells, with East Asian line-break rules.

Rich breaks at spaces only; Chinese has none. Here a line may also break between
wide characters, but never before closing punctuation or after an opening one.
"""

from __future__ import annotations

from rich.cells import cell_len, get_character_cell_size

NOT_AT_START = frozenset("，。、；：？！）」』】》〉…％ ,.;:?!)]}%’”")
"""Characters that may not begin a line."""

NOT_AT_END = frozenset("（「『【《〈([{‘“")
"""Characters that may not end a line."""


def width(text: str) -> int:
    """Display cells of a text."""
    return cell_len(text)


def pieces(text: str) -> list[str]:
    """The text cut at every place where a line may break; joined, the pieces give it again.

    A piece keeps the blanks that follow it.
    """
    found: list[str] = []
    start = 0
    for place in range(1, len(text)):
        if may_break(text[place - 1], text[place]):
            found.append(text[start:place])
            start = place
    if text:
        found.append(text[start:])
    return found


def may_break(before: str, after: str) -> bool:
    """Whether a line may end between two neighbouring characters."""
    if after in NOT_AT_START or before in NOT_AT_END:
        return False
    if before == " ":
        return True
    return get_character_cell_size(before) == 2 or get_character_cell_size(after) == 2


def wrap(text: str, columns: int, *, hanging: int = 0) -> list[str]:
    """Lines of at most ``columns`` cells; lines after the first are narrower by ``hanging``.

    A piece wider than a line is cut. Line feeds in the text are kept as breaks.
    The hanging indent itself is left to the caller.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, before = "", len(lines)
        for piece in pieces(paragraph):
            room = max(1, columns - (hanging if lines else 0))
            if width(line) + width(piece.rstrip()) <= room:
                line += piece
                continue
            if line.strip():
                lines.append(line.rstrip())
                room = max(1, columns - hanging)
            while width(piece.rstrip()) > room:
                head, piece = split_at(piece, room)
                lines.append(head)
                room = max(1, columns - hanging)
            line = piece
        if line.strip() or len(lines) == before:
            lines.append(line.rstrip())
    return lines


def split_at(text: str, columns: int) -> tuple[str, str]:
    """The longest start of at most ``columns`` cells (one character at least), and the rest."""
    used = 0
    for place, character in enumerate(text):
        used += get_character_cell_size(character)
        if used > columns and place:
            return text[:place], text[place:]
    return text, ""


def pad(text: str, columns: int) -> str:
    """The text filled with blanks to ``columns`` cells; a longer one is left as it is."""
    return text + " " * max(0, columns - width(text))


def shorten(text: str, columns: int, ellipsis: str = "…") -> str:
    """The text, cut to ``columns`` cells with an ellipsis where it is longer."""
    if width(text) <= columns:
        return text
    return split_at(text, max(1, columns - width(ellipsis)))[0].rstrip() + ellipsis
