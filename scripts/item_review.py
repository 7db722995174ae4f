"""Blind review of the item texts: print a reader's sheet, or the figures over all readers.

    python scripts/item_review.py sheet --lang en --reader 1      # two parts, to be read in order
    python scripts/item_review.py report                          # figures over docs/item-review/*.json

A reader sees only texts, in an order of their own, and rates them before seeing
the trait definitions; traits are guessed for each text alone, away from its
alternatives. A file of ratings holds ``reader`` (LANG-NUMBER), ``kind`` ("language
model" or "person"), ``lang``, ``attractive`` ({statement: 1..7}) and ``trait``
({code: trait id}). A statement is ``q12`` (agreement), ``q01.2`` (second
option of a choice) or ``q02.1`` (first statement of a pair).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
RATINGS = ROOT / "docs" / "item-review"


@dataclass(frozen=True, slots=True)
class Statement:
    """One text that speaks for (or, with key -1, against) one trait."""

    id: str
    question: str
    format: str
    trait: str
    key: int
    stem: str
    text: str


def statements(lang: str) -> list[Statement]:
    """Every statement of the shipped bank in form order."""
    bank = yaml.safe_load((ROOT / "data" / "questions.yaml").read_text(encoding="utf-8"))
    found = []
    for q in bank["questions"]:
        if q["format"] == "agree":
            key = q.get("key", 1)
            found.append(Statement(q["id"], q["id"], "agree", q["trait"], key, "", q["text"][lang]))
            continue
        parts = q["options"] if q["format"] == "choice" else [q["first"], q["second"]]
        stem = q["text"][lang] if q["format"] == "choice" else ""
        for number, part in enumerate(parts, start=1):
            name = f"{q['id']}.{number}"
            found.append(Statement(name, q["id"], q["format"], part["trait"], 1, stem, part["text"][lang]))
    return found


def roles() -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Trait -> role, and trait -> its meaning in each language."""
    data = yaml.safe_load((ROOT / "data" / "roles.yaml").read_text(encoding="utf-8"))
    owner = {trait: role["id"] for role in data["roles"] for trait in role["traits"]}
    return owner, {trait["id"]: trait["meaning"] for trait in data["traits"]}


def alone(lang: str, reader: int) -> dict[str, Statement]:
    """Every statement under a code that tells nothing, in this reader's order, away from its alternatives."""
    order = random.Random(f"alone-{lang}-{reader}")
    shuffled = statements(lang)
    order.shuffle(shuffled)
    return {f"s{number:02d}": statement for number, statement in enumerate(shuffled, start=1)}


def sheet(lang: str, reader: int) -> str:
    """The texts in this reader's order; a line of dashes; the trait definitions and each text alone, under a code."""
    order = random.Random(f"{lang}-{reader}")
    grouped: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements(lang):
        grouped[statement.question].append(statement)
    groups = list(grouped.values())
    order.shuffle(groups)
    lines = []
    for group in groups:
        order.shuffle(group)
        kind = {"agree": "agree or disagree", "choice": "choose one", "pair": "which is more you"}
        lines.append(f"[{kind[group[0].format]}] {group[0].stem}".rstrip())
        lines += [f"  {s.id}  {s.text}" for s in group]
    _, meanings = roles()
    defined = [f"  {trait}: {meaning[lang]}" for trait, meaning in meanings.items()]
    order.shuffle(defined)
    coded = [f"  {code}  {f'({s.stem}) ' if s.stem else ''}{s.text}" for code, s in alone(lang, reader).items()]
    return "\n".join([*lines, "-" * 20, *defined, "", *coded])


def guesses(rating: dict[str, Any]) -> dict[str, str]:
    """The guessed trait of each statement; codes are turned back into statements."""
    coded = alone(rating["lang"], int(rating["reader"].rpartition("-")[2]))
    return {coded[code].id: trait for code, trait in rating["trait"].items()}


def report(folder: Path) -> int:
    """Print the figures for each language; 1 if one misses its mark."""
    owner, _ = roles()
    missed = 0
    for lang in ("en", "zh"):
        every = statements(lang)
        readers = [json.loads(p.read_text(encoding="utf-8")) for p in sorted(folder.glob(f"{lang}-*.json"))]
        if not readers:
            continue
        kinds = Counter(r["kind"] for r in readers)
        print(f"{lang}: {len(readers)} readers ({', '.join(f'{n} {k}' for k, n in kinds.items())})")
        attractive = {s.id: mean(r["attractive"][s.id] for r in readers) for s in every}
        gaps = {}
        for question in dict.fromkeys(s.question for s in every if s.format != "agree"):
            marks = [attractive[s.id] for s in every if s.question == question]
            gaps[question] = max(marks) - min(marks)
        wide = {q: round(g, 2) for q, g in gaps.items() if g > 0.8 + 1e-9}
        print(f"  widest gap within a choice or pair: {max(gaps.values()):.2f} (at most 0.8) {wide or ''}")
        names = dict.fromkeys(owner.values())
        for what, chosen in (
            ("all 20 statements", every),
            ("16 options", [s for s in every if s.format != "agree"]),
            ("4 agreement items", [s for s in every if s.format == "agree"]),
        ):
            means = {n: mean(attractive[s.id] for s in chosen if owner[s.trait] == n) for n in names}
            spread = max(means.values()) - min(means.values())
            print(f"  {what}: " + ", ".join(f"{n} {m:.2f}" for n, m in means.items()) + f"; spread {spread:.3f}")
            if what == "all 20 statements":
                missed += spread > 0.1 + 1e-9
        guessed = [guesses(r) for r in readers]
        right = [one[s.id] == s.trait for one in guessed for s in every]
        print(f"  trait guesses right: {100 * mean(right):.1f} % (70 to 90 %)")
        confused = Counter((s.trait, one[s.id]) for one in guessed for s in every if one[s.id] != s.trait)
        asked = Counter(s.trait for s in every)
        worst = sorted(((n / (asked[a] * len(readers)), a, b) for (a, b), n in confused.items()), reverse=True)
        for share, said, taken in worst[:6]:
            print(f"    {said} taken for {taken}: {100 * share:.0f} % (at most 20 %)")
        missed += bool(wide) + (not 0.7 <= mean(right) <= 0.9) + bool(worst and worst[0][0] > 0.2 + 1e-9)
        for question in wide:
            for s in every:
                if s.question == question:
                    print(f"    {s.id} {attractive[s.id]:.2f} {s.text}")
        for s in every:
            seen = Counter(one[s.id] for one in guessed)
            if seen[s.trait] * 2 <= len(readers):
                print(f"    {s.id} {s.trait} read as {dict(seen)}: {s.text}")
    return 1 if missed else 0


def main() -> int:
    """Parse the command line and run one of the two verbs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    show = verbs.add_parser("sheet")
    show.add_argument("--lang", choices=("en", "zh"), required=True)
    show.add_argument("--reader", type=int, required=True)
    verbs.add_parser("report").add_argument("folder", nargs="?", type=Path, default=RATINGS)
    args = parser.parse_args()
    if args.verb == "sheet":
        print(sheet(args.lang, args.reader))
        return 0
    return report(args.folder)


if __name__ == "__main__":
    sys.exit(main())
