"""Blind review of the item texts: a reader's sheet, a reader's answers taken in, and the figures over all readings.

    python scripts/item_review.py sheet --lang en --reader 1      # two parts, to be read in order
    python scripts/item_review.py add ratings.json …              # into docs/item-review/readings.json
    python scripts/item_review.py report [--write]                # figures; with --write into the page beside them

A reader sees only texts, in an order of their own, and rates them before seeing
the trait definitions; traits are guessed for each text alone, away from its
alternatives. A file of ratings holds ``reader`` (LANG-NUMBER), ``kind`` ("language
model" or "person"), ``lang``, ``attractive`` ({statement: 1..7}) and ``trait``
({code: trait id}). A statement is ``q12`` (agreement), ``q01.2`` (second option of
a choice) or ``q02.1`` (first statement of a pair). Readings are kept by text: a
text that changes loses its readings.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
READINGS = ROOT / "docs" / "item-review" / "readings.json"
PAGE = ROOT / "docs" / "item-review" / "README.md"

MOST_GAP, MOST_SPREAD = 0.8, 0.1
LEAST_RIGHT, MOST_RIGHT, MOST_CONFUSED = 0.7, 0.9, 0.2
SLACK = 1e-9

HEAD = """\
# What blind readers made of the items

Readers see the texts alone: no traits, no points, no names of roles. They first rate how attractive each text is to a
typical job seeker (1 to 7), then guess, for each text away from its alternatives, which of the twelve traits it speaks
of. All of them so far are **language models**; no person has rated the items yet. Texts were revised over several
rounds and chosen by these very readings, so fresh readers may agree with them a little less. A text that changes loses
its readings. `python scripts/item_review.py report` prints these figures from `readings.json`.

Where a text is often taken for another trait, that trait belongs to the same role nearly always: the role's score does
not depend on it, the line about the trait does.
"""


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


@dataclass(frozen=True, slots=True)
class Reading:
    """What all readers of one text made of it."""

    statement: Statement
    attractive: tuple[int, ...]
    guesses: tuple[str, ...]


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


def guesses(rating: Mapping[str, Any]) -> dict[str, str]:
    """The guessed trait of each statement; codes are turned back into statements."""
    coded = alone(rating["lang"], int(rating["reader"].rpartition("-")[2]))
    return {coded[code].id: trait for code, trait in rating["trait"].items()}


def add(paths: list[Path]) -> None:
    """Take readers' answers in, under the texts that the sheets hold now."""
    kept = json.loads(READINGS.read_text(encoding="utf-8")) if READINGS.exists() else {}
    for path in paths:
        rating = json.loads(path.read_text(encoding="utf-8"))
        guessed = guesses(rating)
        for s in statements(rating["lang"]):
            reading = kept.setdefault(rating["lang"], {}).get(s.id)
            if reading is None or reading["text"] != s.text:
                reading = {"text": s.text, "attractive": [], "trait": []}
            reading["attractive"].append(rating["attractive"][s.id])
            reading["trait"].append(guessed[s.id])
            kept[rating["lang"]][s.id] = reading
    READINGS.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def readings(lang: str) -> list[Reading]:
    """Every statement with the readings of its present text; none where it was changed since."""
    kept = json.loads(READINGS.read_text(encoding="utf-8"))[lang]
    found = []
    for s in statements(lang):
        reading = kept.get(s.id, {})
        is_present = reading.get("text") == s.text
        found.append(
            Reading(
                s,
                tuple(reading["attractive"]) if is_present else (),
                tuple(reading["trait"]) if is_present else (),
            )
        )
    return found


def figures(lang: str) -> tuple[list[str], bool]:
    """The lines of a language's report, and whether every mark is met."""
    owner, _ = roles()
    read = readings(lang)
    unread = [one.statement.id for one in read if not one.attractive]
    if unread:
        return [f"Not read since they were changed: {', '.join(unread)}"], False
    attractive = {one.statement.id: mean(one.attractive) for one in read}
    counts = [len(one.attractive) for one in read]
    gaps = dict(gaps_of(read, attractive))
    worst = max(gaps, key=lambda question: gaps[question])
    means = {
        role: mean(attractive[one.statement.id] for one in read if owner[one.statement.trait] == role)
        for role in dict.fromkeys(owner.values())
    }
    spread = max(means.values()) - min(means.values())
    right = mean(mean(guess == one.statement.trait for guess in one.guesses) for one in read)
    mixed = confusions(read)
    (said, taken), share = max(mixed.items(), key=lambda one: one[1])
    marks = (
        gaps[worst] <= MOST_GAP + SLACK,
        spread <= MOST_SPREAD + SLACK,
        LEAST_RIGHT - SLACK <= right <= MOST_RIGHT + SLACK,
        share <= MOST_CONFUSED + SLACK,
    )
    shown = ", ".join(f"{role} {value:.2f}" for role, value in means.items())
    rows = (
        (f"widest difference within a choice or pair ({worst})", f"{gaps[worst]:.2f}", f"at most {MOST_GAP}"),
        (f"difference between the roles' means ({shown})", f"{spread:.3f}", f"at most {MOST_SPREAD}"),
        ("trait guesses that are right", f"{100 * right:.1f} %", "70 to 90 %"),
        (f"most confused: {said} taken for {taken}", f"{100 * share:.0f} %", "at most 20 %"),
    )
    lines = [
        f"Each text was read by {min(counts)} to {max(counts)} readers (median {sorted(counts)[len(counts) // 2]}).",
        "",
        "| figure | reached | goal | met |",
        "|---|---|---|---|",
        *(f"| {a} | {b} | {c} | {'yes' if met else '**no**'} |" for (a, b, c), met in zip(rows, marks, strict=True)),
        "",
        "| statement | trait | attractive | guessed right | readers | text |",
        "|---|---|---|---|---|---|",
        *(row(one) for one in read),
    ]
    return lines, all(marks)


def gaps_of(read: list[Reading], attractive: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """The difference between the most and the least attractive option of each choice and pair."""
    for question in dict.fromkeys(one.statement.question for one in read if one.statement.format != "agree"):
        marks = [attractive[one.statement.id] for one in read if one.statement.question == question]
        yield question, max(marks) - min(marks)


def confusions(read: list[Reading]) -> dict[tuple[str, str], float]:
    """How often each trait was taken for each other: the mean over its statements."""
    asked = Counter(one.statement.trait for one in read)
    found: dict[tuple[str, str], float] = defaultdict(float)
    for one in read:
        for guess in one.guesses:
            if guess != one.statement.trait:
                found[one.statement.trait, guess] += 1 / len(one.guesses) / asked[one.statement.trait]
    return found


def row(one: Reading) -> str:
    """A statement's line in the table."""
    right = mean(guess == one.statement.trait for guess in one.guesses)
    others = Counter(guess for guess in one.guesses if guess != one.statement.trait)
    taken = "".join(f", {trait} {count}" for trait, count in others.most_common(2))
    s = one.statement
    sign = "−" if s.key < 0 else ""
    return (
        f"| {s.id} | {sign}{s.trait} | {mean(one.attractive):.2f} | {100 * right:.0f} %{taken} "
        f"| {len(one.attractive)} | {s.text} |"
    )


def page() -> tuple[str, bool]:
    """The whole report, and whether every mark is met in both languages."""
    lines, is_met = [HEAD], True
    for lang, name in (("en", "English"), ("zh", "Chinese")):
        found, met = figures(lang)
        lines += [f"## {name}\n", *found, ""]
        is_met = is_met and met
    return "\n".join(lines).rstrip() + "\n", is_met


def main() -> int:
    """Parse the command line and run one of the verbs; report ends with 1 where a mark is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    show = verbs.add_parser("sheet")
    show.add_argument("--lang", choices=("en", "zh"), required=True)
    show.add_argument("--reader", type=int, required=True)
    verbs.add_parser("add").add_argument("files", nargs="+", type=Path)
    verbs.add_parser("report").add_argument("--write", action="store_true")
    args = parser.parse_args()
    match args.verb:
        case "sheet":
            print(sheet(args.lang, args.reader))
            return 0
        case "add":
            add(args.files)
            return 0
    text, is_met = page()
    if args.write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
