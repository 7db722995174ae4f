"""Write docs/checks.md: every code of `rolequiz bank check`, with a bad and a good example out of tests/banks.

python scripts/write_checks.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path

from rolequiz.bank import codes
from rolequiz.bank.inspect import inspect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.derived import derived  # found only now

ROOT = Path(__file__).resolve().parent.parent
BANKS = ROOT / "tests" / "banks"
GOOD = BANKS / "good" / "park"
MARK = "  # <- here"
LONG = 100

HEAD = """\
# What `rolequiz bank check` finds

Each problem is one line: `FILE:LINE:COLUMN: error CODE: what is wrong (what to do)`. All problems of a bank are listed
in one run. The examples are lines of two small banks, one of which has the fault; `tests/banks/` holds them whole.
This page is written by `python scripts/write_checks.py`.
"""
PARTS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("The YAML itself", "Errors. A bank is data: it can name no code, no file and no address.", codes.YAML),
    ("Shape", "Errors. `rolequiz bank schema` prints the same rules for editors.", codes.SHAPE),
    ("Meaning", "Errors. Both files make sense together.", codes.MEANING),
    (
        "What a good bank keeps",
        "Warnings, with figures counted exactly. A bank that lists a code under `promises` makes it an error.",
        codes.KEPT,
    ),
)


def example_of(code: str) -> Path | None:
    """The first bad bank of a code; the longest code that its name begins with."""
    for folder in sorted((BANKS / "bad").iterdir()):
        if code == max((one for one in codes.CODES if folder.name.startswith(f"{one}-")), key=len):
            return folder
    return None


def changed(good: str, bad: str) -> tuple[list[str], list[str]]:
    """The lines that differ: bad, good."""
    before, after = good.splitlines(), [line.replace(MARK, "") for line in bad.splitlines()]
    wrong, right = [], []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            right += before[a:b]
            wrong += after[c:d]
    return wrong, right


def shown(line: str) -> str:
    """A line for the page: cut where it is long, without what cannot be seen."""
    text = "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in line)
    return text if len(text) <= LONG else text[: LONG - 1] + "…"


def example(folder: Path) -> Iterator[str]:
    """Bad lines, good lines, and the message."""
    wrong, right = [], []
    for name in ("questions.yaml", "roles.yaml"):
        bad = (folder / name).read_bytes().decode(errors="backslashreplace")
        lines = changed((GOOD / name).read_text(encoding="utf-8"), bad)
        wrong += lines[0]
        right += lines[1]
    for title, lines_of in (("Bad", wrong), ("Good", right)):
        yield f"\n{title}:\n\n```yaml"
        yield from (shown(line) for line in lines_of or ["# without the lines above"])
        yield "```"
    code = max((one for one in codes.CODES if folder.name.startswith(f"{one}-")), key=len)
    if code == "yaml-syntax":  # the parser's own words, which differ from version to version
        return
    problem = next(one for one in inspect(folder).problems if one.code == code)
    said = shown(f"{problem.message} ({problem.hint})")
    yield f"\nSays: `{Path(problem.file).name}:{problem.line}:{problem.column}: {problem.severity} {code}: {said}`"


def page() -> str:
    """The whole page."""
    lines = [HEAD]
    for title, about, part in PARTS:
        lines += [f"## {title}\n", f"{about}\n"]
        for code, says in part.items():
            lines += [f"### `{code}`\n", says]
            folder = example_of(code)
            if folder is not None:
                lines += example(folder)
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    """Write the page."""
    return derived({"docs/checks.md": page()})


if __name__ == "__main__":
    sys.exit(main())
