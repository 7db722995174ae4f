"""The fast engine against the reference: the same bytes for every bank, every line, wherever the input is cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from itertools import product
from json import dumps
from operator import itemgetter
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rolequiz.batch.fast import cells
from rolequiz.batch.fast import engine as fast
from rolequiz.batch.fast.engine import FastEngine
from rolequiz.batch.job import Engine, Job
from rolequiz.batch.lines import MAX_LINE
from rolequiz.batch.notes import Notes
from rolequiz.batch.records import Rules
from rolequiz.batch.results import Columns, Layout, ResultFormat
from rolequiz.batch.scalar import ScalarEngine
from rolequiz.batch.sources import Source, pieces
from rolequiz.core.score import Sheet
from rolequiz.core.table import Table, compile_table
from rolequiz.errors import RolequizError
from rolequiz.model import Agree, BankStamp, Catalogue, Choice, Form, Neighbour, Option, Pair, Role, Scales, Trait
from tests.small_banks import catalogues_and_forms, random_sheet, shipped, shipped_table
from tests.unit.batch.reading import ANSWERS, HEADER, QUESTIONS, csv_line

STAMP = BankStamp("bank", "1", "sha256:0")


def made(make: Callable[[Job], Engine], job: Job, data: bytes, form: Any, size: int) -> tuple[object, ...]:
    """Everything that an engine makes of a file cut into pieces of ``size``, or the refusal."""
    notes = Notes()
    results: list[bytes] = []
    rejects: list[bytes] = []
    scored = escaped = 0
    try:
        cut = list(pieces([Source("a", BytesIO(data))], job.rules, notes, form, size))
    except RolequizError as error:
        return (str(error),)
    engine = make(job)
    for piece in cut:
        for chunk in engine.chunks(piece):
            results.append(bytes(chunk.results))
            rejects.append(chunk.rejects)
            scored, escaped = scored + chunk.scored, escaped + chunk.escaped
            notes.merge(chunk.notes)
    return b"".join(results), b"".join(rejects), scored, escaped, notes.lines()


def agree(
    data: bytes,
    table: Table,
    form: str = "csv",
    *,
    stamp: BankStamp = STAMP,
    sizes: Sequence[int] = (1 << 18,),
    outputs: Sequence[tuple[ResultFormat, bool]] = (("csv", False), ("jsonl", True)),
    columns: Columns = "all",
    **more: Any,
) -> tuple[object, ...]:
    """Both engines give the same for a file; what that is."""
    found: tuple[object, ...] = ()
    for (out, explained), size in product(outputs, sizes):
        rules = Rules(table, stamp, keep=more.get("keep", ()))
        layout = Layout(stamp, table, columns, explained=explained, **more)
        job = Job(rules, layout, out)
        found = made(ScalarEngine, job, data, form, 1 << 18)
        assert made(FastEngine, job, data, form, size) == found
    return found


def csv_of(table: Table, sheets: Sequence[Sheet]) -> bytes:
    """A CSV file of sheets."""
    head = ",".join(["id", *(item.id for item in table.items)])
    lines = [",".join([f"p{n}", *("" if one is None else str(one) for one in sheet)]) for n, sheet in enumerate(sheets)]
    return "\n".join([head, *lines, ""]).encode()


def jsonl_of(table: Table, sheets: Sequence[Sheet]) -> bytes:
    """The same as JSONL."""
    ids = [item.id for item in table.items]
    records = [
        {"id": f"p{n}", "answers": {q: one for q, one in zip(ids, sheet, strict=True) if one or n % 2}}
        for n, sheet in enumerate(sheets)
    ]
    return "".join(dumps(one) + "\n" for one in records).encode()


def straight(table: Table, start: int, run: int, gap: int | None) -> Sheet:
    """The second option ``run`` times in a row, the first and the second in turn around it, maybe a gap."""
    places = range(len(table.items))
    return tuple(None if n == gap else 2 if start <= n < start + run else 1 + n % 2 for n in places)


def sheets_of(table: Table, count: int = 60) -> list[Sheet]:
    """Random sheets with few and many gaps, straight lines, nothing at all."""
    found = [random_sheet(table, f"engines {n}", (0.0, 0.05, 0.4, 0.9)[n % 4]) for n in range(count)]
    found += [tuple(min(k, item.options) for item in table.items) for k in (1, 2, 9)]
    found += [
        tuple(1 + item.roles.index(best(item.roles, key=itemgetter(role))) for item in table.items)
        for role in range(len(table.roles[:3]))
        for best in (max, min)
    ]
    found += [
        straight(table, start, run, gap)
        for run in (6, 7, 8, 9)
        for start in (0, 1, len(table.items) - run)
        for gap in (None, start + run // 2)
    ]
    return [*found, (None,) * len(table.items)]


def bank(
    roles: int,
    questions: int,
    *,
    options: int = 4,
    points: int = 0,
    weight: int = 1,
    traits: int = 6,
    is_long: bool = False,
) -> Table:
    """A large bank: questions of all formats, or (with ``points``) choices that state their points."""
    random = Random(f"{roles} {questions} {options} {points}")
    names = [f"t{n}" for n in range(traits)]
    items: list[Agree | Choice | Pair] = []
    for n in range(questions):
        name = f"q{n:03}" + ("x" * 60 if is_long else "")
        if points:
            own = [names[(n + k) % traits] for k in range(5)]
            amounts = (-points, points) if traits == 5 else range(-points, points + 1)
            stated = [{one: random.choice(amounts) for one in own} for _ in range(options)]
            items.append(Choice(name, "choice", "l", "t", tuple(Option("o", points=one) for one in stated)))
        elif n % 3 == 0:
            items.append(Agree(name, "agree", names[n % traits], "l", "t", 1 if n % 2 else -1))
        elif n % 3 == 1:
            items.append(Choice(name, "choice", "l", "t", tuple(Option("o", one) for one in random.sample(names, 3))))
        else:
            items.append(Pair(name, "pair", "l", Option("a", names[n % traits]), Option("b", names[(n + 1) % traits])))
    scales = Scales(("p",) * options, ("a", "b", "c", "d"))
    form = Form("large", "1", "title", ("en",), tuple(items), scales, flags={"agreement-bias": 12, "inconsistent": -5})
    weights = [{one: random.choice((0, weight, -weight, 2)) for one in names} for _ in range(roles)]
    role_list = tuple(Role(f"r{r}", "role", one) for r, one in enumerate(weights))
    mixes = [{f"r{r}": 1 + r for r in range(min(count, roles))} for count in (2, 3)] if roles > 1 else []
    neighbours = tuple(Neighbour(f"n{n}", "n", "about", mix) for n, mix in enumerate(mixes))
    return compile_table(form, Catalogue(tuple(Trait(one, one) for one in names), role_list, (), neighbours))


LARGE = {
    "no roles": lambda: bank(0, 20),
    "one role": lambda: bank(1, 20),
    "two questions": lambda: bank(2, 2),
    "two options": lambda: bank(3, 30, options=2),
    "nine options": lambda: bank(3, 30, options=9),
    "five hundred questions": lambda: bank(3, 500),
    "twelve roles": lambda: bank(12, 40, traits=12),
    "thirty-two roles": lambda: bank(32, 60, traits=40),
    "sixty-four traits": lambda: bank(4, 100, traits=64),
    "sums beyond a byte": lambda: bank(3, 40, points=100, weight=3),
    "sums beyond two bytes": lambda: bank(3, 100, points=1000, weight=1),
    "sums beyond four bytes": lambda: bank(4, 500, points=1000, weight=1000),
    "squares beyond four bytes": lambda: bank(3, 500, points=1000, traits=5),
    "sums at the edge of two bytes": lambda: bank(3, 32, points=32, traits=5),
    "long ids": lambda: bank(3, 30, is_long=True),
}


@pytest.mark.parametrize("name", LARGE)
def test_any_bank_gives_the_same_in_both_engines(name: str) -> None:
    table = LARGE[name]()
    sheets = sheets_of(table)
    for data, form in ((csv_of(table, sheets), "csv"), (jsonl_of(table, sheets), "jsonl")):
        found = agree(data, table, form)
        assert found[2] == len(sheets)


def test_a_name_that_begins_like_a_question_of_full_length_is_another_one() -> None:
    table = bank(2, 5, is_long=True)
    names = [item.id for item in table.items]
    assert {len(name) for name in names} == {64}
    lines = [{"id": "p", "answers": {names[0]: 1, names[1] + tail: 1}} for tail in ("", "x", "", "xxxxxxxx")]
    found = agree("\n".join(map(dumps, lines)).encode(), table, "jsonl")
    assert found[2] == 2


@settings(max_examples=60, deadline=None)
@given(catalogues_and_forms(12), st.integers(0, 5))
def test_small_random_banks_give_the_same_in_both_engines(case: tuple[Form, Catalogue], seed: int) -> None:
    table = compile_table(*case)
    sheets = [random_sheet(table, f"{seed} {n}", 0.1 * (n % 4)) for n in range(12)]
    assert agree(csv_of(table, sheets), table)[2] == 12


def test_standings_and_values_that_were_forgotten_are_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MOST", 3)
    monkeypatch.setattr(fast, "BLOCK", 300)
    sheets = sheets_of(shipped_table(), 200)
    agree(csv_of(shipped_table(), sheets), shipped_table(), sizes=(1000,))
    monkeypatch.setattr(cells, "DENSE", 1)
    agree(csv_of(shipped_table(), sheets), shipped_table(), sizes=(1000,))


GOOD = csv_line("p1")
TAIL = GOOD.removeprefix("p1")

LINES = {
    "an empty line": "",
    "a blank": " ",
    "short": "p2,1,2",
    "long": GOOD + ",1",
    "one comma too few": GOOD[:-2],
    "a quoted id": f'"p,2"{TAIL}',
    "a doubled quote": f'"p""2"{TAIL}',
    "an open quote": f'"p2{TAIL}',
    "a stray quote": f'p"2{TAIL}',
    "text after a quote": f'"p"2{TAIL}',
    "quoted answers": "p2," + ",".join(f'"{n}"' for n in ANSWERS.values()),
    "NUL": f"p\0{TAIL}",
    "a tab": f"p\t2{TAIL}",
    "a vertical tab": f"p\x0b2{TAIL}",
    "a unit separator": f"p\x1f2{TAIL}",
    "a next-line character": f"p\x852{TAIL}",
    "a line separator": f"p\u20282{TAIL}",
    "a carriage return within": f"p\r2{TAIL}",
    "two carriage returns at the end": f"{GOOD}\r",
    "a backslash": f"p\\2{TAIL}",
    "Chinese": f"王小明{TAIL}",
    "an emoji": f"🙂{TAIL}",
    "no id": TAIL,
    "a blank id": f" {TAIL}",
    "a formula": f"=1+1{TAIL}",
    "an at sign": f"@x{TAIL}",
    "a negative number": f"-5{TAIL}",
    "an exponent": f"-1e5{TAIL}",
    "a plus and text": f"+x{TAIL}",
    "an apostrophe": f"'p{TAIL}",
    **{f"an id of {n} characters": "i" * n + TAIL for n in (1, 7, 8, 63, 64, 65, 2000)},
    **{f"the answer {one!r}": csv_line("p2", q07=one) for one in (
        "0", "6", "9", "01", "1 ", " 1", "+1", "-1", "１", "2.0", "1e0", "10", "99999999999", "x", "é", "''", "=1",
    )},
    **{f"the last answer {one!r}": csv_line("p2", q30=one) for one in ("", "0", "9", " ", "12", "x")},
    "nothing answered": "p2" + "," * 30,
}  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", LINES)
def test_a_line_of_any_kind_among_regular_ones(name: str, end: str) -> None:
    text = end.join([HEADER, GOOD, csv_line("p1b", q03=""), LINES[name], csv_line("p3"), LINES[name]])
    settings_of: tuple[dict[str, Any], ...] = ({}, {"with_source": True, "verbatim": True})
    for more in settings_of:
        agree(text.encode(), shipped_table(), **more)


@pytest.mark.parametrize("bad", [b"\xff", b"\xe4\xb8", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"])
def test_bytes_that_are_no_utf8_cost_their_line_only(bad: bytes) -> None:
    good = [csv_line(name).encode() for name in ("王", "p", "é")]
    for place in ("before", "after", "end"):
        line = {"before": bad + good[0], "after": good[1].replace(b"p", b"p" + bad), "end": good[0] + bad}[place]
        found = agree(b"\n".join([HEADER.encode(), *good, line, *good, line, good[0]]), shipped_table())
        assert found[2] == 7


@pytest.mark.parametrize("length", [MAX_LINE - 1, MAX_LINE, MAX_LINE + 1, MAX_LINE + 2, MAX_LINE + 3])
def test_lines_about_the_cap(length: int) -> None:
    line = "i" * (length - len(TAIL)) + TAIL
    for end in ("\n", "\r\n"):
        data = end.join([HEADER, GOOD, line, GOOD, ""]).encode()
        found = agree(data, shipped_table(), outputs=(("csv", False),), sizes=(1 << 18, 1 << 20))
        assert found[2] == (3 if length <= MAX_LINE else 2)


@pytest.mark.parametrize(
    "head",
    [
        "id," + ",".join(reversed(QUESTIONS)),
        ",".join([*QUESTIONS, "id"]),
        ",".join([*QUESTIONS[:9], "id", "team", *QUESTIONS[9:]]),
        "id,team," + ",".join(QUESTIONS[3:20]),
        "team,q05,id",
        "\ufeffid,q01",
        '\n\r\n"id","q01"',
        "id,,q01",
        "id,q01,q01",
        "team,q01",
    ],
)
def test_columns_in_any_order_and_number(head: str) -> None:
    random = Random(head)
    names = head.strip("\ufeff\r\n").replace('"', "").split(",")
    lines = []
    for n in range(40):
        row = {"id": f"p{n}", "team": random.choice(("", "a b", "=x", "队")), "": "junk, x"[n % 2 :: 2]}
        row |= {q: random.choice(("", "1", "2")) for q in names if q in QUESTIONS}
        lines.append(",".join(row[name] for name in names))
    keep = ("team",) if "team" in names else ()
    data = "\n".join([head, *lines]).encode()
    further = tuple(name for name in names[-1:] if name in QUESTIONS)
    settings_of: tuple[dict[str, Any], ...] = (
        {},
        {"keep": keep, "with_source": True},
        {"keep": (*keep, *further), "verbatim": True},
    )
    for more in settings_of:
        agree(data, shipped_table(), outputs=(("csv", False), ("json", False)), **more)


ANSWER_TEXT = dumps(ANSWERS)


def with_answer(text: str) -> str:
    """A record in which one answer is written like this."""
    return f'{{"id": "p", "answers": {ANSWER_TEXT.replace(": 2", f": {text}", 1)}}}'


JSON_LINES = {
    "compact": dumps({"id": "p", "answers": ANSWERS}, separators=(",", ":")),
    "answers first": dumps({"answers": ANSWERS, "id": "p"}),
    "blanks around": f'  {{"id": "p", "answers": {ANSWER_TEXT}}}\t ',
    "blanks within": f'{{"id" : "p", "answers" : {ANSWER_TEXT}}}',
    "two blanks": with_answer(" 2"),
    "null": f'{{"id": "p", "answers": {ANSWER_TEXT.replace(": 2", ": null", 3)}}}',
    "nul": with_answer("nul"),
    "nulls": with_answer("nulls"),
    "almost null": with_answer("nulk"),
    "text": with_answer('"2"'),
    "a float": with_answer("2.0"),
    "true": with_answer("true"),
    "two digits": with_answer("12"),
    "zero first": with_answer("02"),
    "too high": with_answer("9"),
    "zero": with_answer("0"),
    "a question twice": f'{{"id": "p", "answers": {ANSWER_TEXT[:-1]}, "q01": 2}}}}',
    "an unknown question": f'{{"id": "p", "answers": {ANSWER_TEXT.replace("q01", "q99")}}}',
    "a longer name": f'{{"id": "p", "answers": {ANSWER_TEXT.replace("q01", "q01xxxxxxxxxxxx")}}}',
    "a shorter name": f'{{"id": "p", "answers": {ANSWER_TEXT.replace("q01", "q0")}}}',
    "no answers": '{"id": "p", "answers": {}}',
    "a comma at the end": f'{{"id": "p", "answers": {ANSWER_TEXT[:-1]},}}}}',
    "no comma": f'{{"id": "p", "answers": {ANSWER_TEXT.replace(", ", " ", 1)}}}',
    "another bracket": f'{{"id": "p", "answers": {ANSWER_TEXT[:-1]}]}}',
    "text behind": f'{{"id": "p", "answers": {ANSWER_TEXT}}} x',
    "two records": f'{{"id": "p", "answers": {ANSWER_TEXT}}}{{"id": "p", "answers": {ANSWER_TEXT}}}',
    "an escaped quote": f'{{"id": "p\\"2", "answers": {ANSWER_TEXT}}}',
    "an escaped letter": f'{{"id": "p\\u0041", "answers": {ANSWER_TEXT}}}',
    "half a surrogate": f'{{"id": "p\\ud800", "answers": {ANSWER_TEXT}}}',
    "a raw tab": f'{{"id": "p\t2", "answers": {ANSWER_TEXT}}}',
    "no id": f'{{"id": "", "answers": {ANSWER_TEXT}}}',
    "a number as id": f'{{"id": 5, "answers": {ANSWER_TEXT}}}',
    "a formula": f'{{"id": "=1", "answers": {ANSWER_TEXT}}}',
    "Chinese": f'{{"id": "王小明", "answers": {ANSWER_TEXT}}}',
    "an id that looks like answers": f'{{"id": "answers", "answers": {ANSWER_TEXT}}}',
    "a comma in the id": f'{{"id": "p,2", "answers": {ANSWER_TEXT}}}',
    "a comma first": f'{{"id": ",2", "answers": {ANSWER_TEXT}}}',
    "a comma last": f'{{"id": "2,", "answers": {ANSWER_TEXT}}}',
    "a brace in the id": f'{{"id": "}}", "answers": {ANSWER_TEXT}}}',
    "the own bank": dumps({"id": "p", "bank": {"id": shipped().id, "digest": shipped().digest}, "answers": ANSWERS}),
    "another bank": dumps({"id": "p", "bank": {"id": "other"}, "answers": ANSWERS}),
    "another version": dumps({"id": "p", "bank": {"version": "0.1"}, "answers": ANSWERS}),
    "an unknown key": dumps({"id": "p", "mood": {"q01": 1}, "answers": ANSWERS}),
    "times": dumps({"id": "p", "answers": ANSWERS, "seconds": dict.fromkeys(QUESTIONS, 0.5)}),
    "quick": dumps(
        {"id": "p", "mode": "quick", "asked_ids": QUESTIONS[:10], "answers": dict(list(ANSWERS.items())[:10])}
    ),
    "quick without cause": dumps({"id": "p", "mode": "quick", "asked_ids": QUESTIONS[:3], "answers": {"q01": 1}}),
    "a list": "[1]",
    "blank": " \t",
    "broken": '{"id": "p", "answers": {"q01": ',
}


@pytest.mark.parametrize("first", ["spaced", "compact", "stamped", "timed"])
@pytest.mark.parametrize("name", JSON_LINES)
def test_a_record_of_any_kind_among_regular_ones(name: str, first: str) -> None:
    regular = {"id": "r", "answers": ANSWERS}
    few = {"id": "few", "answers": {"q01": 1, "q30": None}}
    if first == "stamped":
        stamp = {"bank": {"id": shipped().id, "version": shipped().version, "digest": shipped().digest}}
        regular, few = stamp | regular, stamp | few
    if first == "timed":
        regular = regular | {"seconds": dict.fromkeys(QUESTIONS, 3)}
    separators = (",", ":") if first == "compact" else None
    lines = [dumps(regular, separators=separators), dumps(few, separators=separators)]
    for end in ("\n", "\r\n"):
        text = end.join([*lines, JSON_LINES[name], *lines, JSON_LINES[name]])
        settings_of: tuple[dict[str, Any], ...] = ({}, {"with_source": True, "keep": ("mood",)})
        for more in settings_of:
            agree(text.encode(), shipped_table(), "jsonl", stamp=shipped().stamp, **more)


@pytest.mark.parametrize("block", [50, 200, 777])
def test_blocks_may_end_anywhere(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "BLOCK", block)
    text = "\r\n".join([HEADER, *(LINES[name] for name in LINES if "2000" not in name)])
    found = agree(text.encode(), shipped_table(), sizes=(60, 300, 1000), with_source=True)
    records = sum(bool(line) for line in text.split("\r\n")[1:])
    rejects = bytes(found[1]).count(b"\n") if isinstance(found[1], bytes) else 0
    assert found[2] == records - rejects
    lines = "\n".join(JSON_LINES.values())
    agree(lines.encode(), shipped_table(), "jsonl", stamp=shipped().stamp, sizes=(60, 300, 1000), with_source=True)
