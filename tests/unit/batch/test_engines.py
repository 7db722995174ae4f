"""The fast engine against the reference: the same bytes for every bank, every line, wherever the input is cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from itertools import product
from json import dumps, loads
from operator import itemgetter
from random import Random
from typing import Any, Literal, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rolequiz.batch.cutting import pieces
from rolequiz.batch.fast import cells
from rolequiz.batch.fast import engine as fast
from rolequiz.batch.fast.engine import FastEngine
from rolequiz.batch.job import Engine, Job, RejectFormat
from rolequiz.batch.lines import KEPT, MAX_LINE
from rolequiz.batch.notes import Notes
from rolequiz.batch.records import Rules
from rolequiz.batch.results import Columns, Layout, ResultFormat
from rolequiz.batch.scalar import ScalarEngine
from rolequiz.batch.sources import Source
from rolequiz.core.assess import mix_factors
from rolequiz.core.score import Sheet
from rolequiz.core.table import Table, compile_table
from rolequiz.errors import RolequizError
from rolequiz.model import (
    Agree,
    BankStamp,
    Catalogue,
    CertaintyRule,
    Choice,
    Form,
    Neighbour,
    Option,
    Pair,
    QuickRule,
    Role,
    Scales,
    Trait,
)
from rolequiz.scoring.rules import parse_yaml
from tests.small_banks import catalogues_and_forms, random_sheet, sheets, shipped, shipped_table
from tests.unit.batch.reading import ANSWERS, HEADER, QUESTIONS, csv_line

STAMP = BankStamp("bank", "1", "sha256:0")


def made(
    make: Callable[[Job], Engine], job: Job, data: bytes, form: Any, size: int, name: str = "a"
) -> tuple[object, ...]:
    """Everything that an engine makes of a file cut into pieces of ``size``, or the refusal."""
    notes = Notes()
    results: list[bytes] = []
    rejects: list[bytes] = []
    codes: Counter[str] = Counter()
    scored = escaped = 0
    try:
        cut = list(pieces([Source(name, BytesIO(data))], job.rules, notes, form, size))
    except RolequizError as error:
        return (str(error),)
    engine = make(job)
    for piece in cut:
        for chunk in engine.chunks(piece):
            results.append(bytes(chunk.results))
            rejects.append(chunk.rejects)
            scored, escaped = scored + chunk.scored, escaped + chunk.escaped
            codes.update(chunk.codes)
            notes.merge(chunk.notes)
    return b"".join(results), b"".join(rejects), scored, escaped, notes.lines(), codes


def agree(
    data: bytes,
    table: Table,
    form: str = "csv",
    *,
    stamp: BankStamp = STAMP,
    sizes: Sequence[int] = (1 << 18,),
    outputs: Sequence[tuple[ResultFormat, bool]] = (("csv", False), ("jsonl", True)),
    columns: Columns = "all",
    rejects: RejectFormat = "jsonl",
    id_column: str = "id",
    ignore_digest: bool = False,
    name: str = "a",
    **more: Any,
) -> tuple[object, ...]:
    """Both engines give the same for a file; what that is."""
    found: tuple[object, ...] = ()
    for (out, explained), size in product(outputs, sizes):
        rules = Rules(table, stamp, id_column, more.get("keep", ()), ignore_digest, parse_yaml)
        layout = Layout(stamp, table, columns, explained=explained, **more)
        job = Job(rules, layout, out, rejects)
        found = made(ScalarEngine, job, data, form, 1 << 18, name)
        assert made(FastEngine, job, data, form, size, name) == found
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
    "a tab first": f"\tp{TAIL}",
    "a carriage return first": f"\rp{TAIL}",
    "a quoted formula": f'"=1,2"{TAIL}',
    "a quoted empty id": f'""{TAIL}',
    "a plain number with a plus": f"+5{TAIL}",
    "a full-width formula": f"＝1{TAIL}",
    "a byte order mark": f"\ufeffp{TAIL}",
    "a form feed": f"p\x0c2{TAIL}",
    "a delete": f"p\x7f2{TAIL}",
    "only commas": "," * 30,
    "two records on a line": GOOD + GOOD,
    "a quote at the end": GOOD + '"',
    "a NUL at the end": GOOD + "\0",
    **{f"an id of {n} characters": "i" * n + TAIL for n in (1, 7, 8, 63, 64, 65, 2000)},
    **{f"the answer {one!r}": csv_line("p2", q07=one) for one in (
        "0", "6", "9", "01", "1 ", " 1", "+1", "-1", "１", "2.0", "1e0", "10", "99999999999", "x", "é", "''", "=1",
        "\t", "\0", "1\r", "\r", '"1"', '""', "1\x00", "²", "1" * 5000,
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


def test_a_line_end_in_quotes_makes_two_lines_that_are_rejected() -> None:
    text = "\n".join([HEADER, GOOD, f'"p\n2"{TAIL}', GOOD])
    assert agree(text.encode(), shipped_table())[5] == {"open-quote": 1, "malformed": 1}


@pytest.mark.parametrize("bad", [b"\xff", b"\xe4\xb8", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"])
def test_bytes_that_are_no_utf8_cost_their_line_only(bad: bytes) -> None:
    good = [csv_line(name).encode() for name in ("王", "p", "é")]
    for place in ("before", "after", "end"):
        line = {"before": bad + good[0], "after": good[1].replace(b"p", b"p" + bad), "end": good[0] + bad}[place]
        found = agree(b"\n".join([HEADER.encode(), *good, line, *good, line, good[0]]), shipped_table())
        assert found[2] == 7


@pytest.mark.parametrize("bad", [b"\xff", b"\xe4\xb8", b"\xf0\x9f\x99"])
def test_lines_that_are_no_utf8_stand_side_by_side(bad: bytes) -> None:
    record = dumps({"id": "p", "answers": ANSWERS}).encode()
    for marks in product((False, True), repeat=4):
        rows = [GOOD.encode().replace(b"p1", b"p1" + bad if mark else "王".encode()) for mark in marks]
        found = agree(b"\n".join([HEADER.encode(), *rows]), shipped_table(), outputs=(("csv", False),))
        assert found[2] == marks.count(False)
        rows = [record.replace(b'"p"', b'"p' + bad + b'"' if mark else '"王"'.encode()) for mark in marks]
        found = agree(b"\n".join([record, *rows]), shipped_table(), "jsonl", outputs=(("csv", False),))
        assert found[2] == 1 + marks.count(False)


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


@contextmanager
def blocks_of(size: int) -> Iterator[None]:
    """The fast engine with blocks of another size."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast, "BLOCK", size)
        yield


any_outputs: st.SearchStrategy[tuple[ResultFormat, bool]] = st.sampled_from(
    [("csv", False), ("jsonl", False), ("jsonl", True), ("json", True)]
)
any_columns: st.SearchStrategy[Columns] = st.sampled_from(["all", "core"])
any_rejects: st.SearchStrategy[RejectFormat] = st.sampled_from(get_args(RejectFormat))
amounts = st.one_of(st.integers(-5, 5), st.sampled_from([-1000, -999, -127, 127, 128, 1000]))
names = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,63}", fullmatch=True).filter(lambda name: name != "id")


@st.composite
def any_tables(draw: st.DrawFn) -> Table:
    """The table of any bank that the loader would let through, however odd; small in questions only."""
    traits = [f"t{n}" for n in range(draw(st.integers(1, 6)))]
    one = st.sampled_from(traits)
    weight = draw(st.sampled_from([st.integers(-3, 3), amounts]))
    points = draw(st.sampled_from([amounts, st.integers(0, 5), st.integers(1, 1000), st.integers(-1000, -1)]))
    stated = st.dictionaries(one, points, min_size=1)
    roles = tuple(
        Role(f"r{n}", "role", draw(st.dictionaries(one, weight, min_size=1)))
        for n in range(draw(st.sampled_from([0, 1, 2, 3, 4, 7])))
    )
    questions: list[Agree | Choice | Pair] = []
    for name in draw(st.lists(names, min_size=1, max_size=12, unique=True)):
        match draw(st.sampled_from(["agree", "choice", "pair", "stated", "stated"])):
            case "agree":
                questions.append(Agree(name, "agree", draw(one), "l", "t", draw(st.sampled_from([1, -1]))))
            case "choice":
                options = tuple(Option("o", draw(one)) for _ in range(draw(st.integers(2, 9))))
                questions.append(Choice(name, "choice", "l", "t", options))
            case "stated":
                options = tuple(Option("o", points=draw(stated)) for _ in range(draw(st.integers(2, 9))))
                questions.append(Choice(name, "choice", "l", "t", options))
            case _:
                questions.append(Pair(name, "pair", "l", Option("a", draw(one)), Option("b", draw(one))))
    part = st.sampled_from([role.id for role in roles] or ["r"])
    share = st.one_of(st.integers(1, 3), st.sampled_from([999_983, 1_000_000]))
    mixes = draw(st.lists(st.dictionaries(part, share, min_size=1, max_size=4), max_size=3)) if len(roles) > 1 else []
    limits = st.one_of(st.integers(-9, 9), st.sampled_from([-1_000_000, 1_000_000]))
    flags: tuple[Literal["agreement-bias", "inconsistent"], ...] = ("agreement-bias", "inconsistent")
    form = Form(
        "any",
        "1",
        "title",
        ("en",),
        tuple(questions),
        Scales(("p",) * draw(st.integers(2, 9)), ("a", "b", "c", "d")),
        draw(st.none() | st.builds(CertaintyRule, st.integers(1, 1000))),
        draw(st.none() | st.builds(QuickRule, st.just({max(1, len(questions) - 1): 1}))),
        draw(st.none() | st.dictionaries(st.sampled_from(flags), limits)),
    )
    neighbours = tuple(Neighbour(f"n{n}", "name", "about", mix) for n, mix in enumerate(mixes))
    return compile_table(form, Catalogue(tuple(Trait(one, one) for one in traits), roles, (), neighbours))


@settings(max_examples=100)
@given(st.data())
def test_any_odd_bank_gives_the_same_in_both_engines(data: st.DataObject) -> None:
    table = data.draw(any_tables())
    some = data.draw(st.lists(sheets(table), min_size=1, max_size=8))
    some += [straight(table, 0, data.draw(st.integers(6, 9)), None), *(random_sheet(table, f"{n}") for n in range(4))]
    out = data.draw(any_outputs)
    columns = data.draw(any_columns)
    for text, form in ((csv_of(table, some), "csv"), (jsonl_of(table, some), "jsonl")):
        assert agree(text, table, form, outputs=(out,), columns=columns)[2] == len(some)


def mixed_bank(mixes: Sequence[dict[str, int]]) -> Table:
    """Twelve roles of very different spans, and neighbours mixed from them."""
    random = Random("mixed")
    traits = [f"t{n}" for n in range(12)]
    questions = tuple(
        Choice(f"q{n}", "choice", "l", "t", tuple(
            Option("o", points={one: random.choice((1, 7, 991, 997)) for one in random.sample(traits, 4)})
            for _ in range(3)
        ))
        for n in range(20)
    )  # fmt: skip
    roles = tuple(Role(f"r{n}", "role", {f"t{n}": random.choice((-991, 997, 1000))}) for n in range(12))
    neighbours = tuple(Neighbour(f"n{n}", "n", "about", mix) for n, mix in enumerate(mixes))
    form = Form("mixed", "1", "title", ("en",), questions, Scales(("p",) * 5, ("a", "b", "c", "d")))
    return compile_table(form, Catalogue(tuple(Trait(one, one) for one in traits), roles, (), neighbours))


def test_neighbours_of_many_roles_outgrow_machine_integers() -> None:
    table = mixed_bank(
        [{f"r{n}": 1 for n in range(12)}, {f"r{n}": 1_000_000 - n for n in range(12)}, {"r0": 1, "r1": 2, "r2": 3}]
    )
    factors, whole = mix_factors(table, table.mixes[1][1])
    assert whole > 1 << 64
    assert max(factors) > 1 << 63
    agree(csv_of(table, sheets_of(table)), table, outputs=(("jsonl", False), ("json", True)))


ODD_STAMP = BankStamp("=1+1", '"v", 2', "sha256:王")


@pytest.mark.parametrize("verbatim", [False, True])
@pytest.mark.parametrize("columns", ["all", "core"])
def test_a_stamp_and_a_source_that_need_quotes_or_would_be_run(columns: Columns, verbatim: bool) -> None:
    lines = "\n".join([HEADER, GOOD, csv_line("=p"), "short", csv_line("p,3"), csv_line("p4")])
    for name in ("=a.csv", 'say "hi", b.csv', "-5", "a\\b", "a\udcff", "答案"):
        found = agree(
            lines.encode(),
            shipped_table(),
            stamp=ODD_STAMP,
            columns=columns,
            verbatim=verbatim,
            with_source=True,
            name=name,
            outputs=(("csv", False), ("jsonl", False), ("json", True)),
        )
        assert found[2] == 3
    assert agree(lines.encode(), shipped_table(), outputs=(("csv", False),))[3] == 1


@pytest.mark.parametrize("rejects", get_args(RejectFormat))
def test_rejects_in_every_form(rejects: RejectFormat) -> None:
    text = "\n".join([HEADER, GOOD, *(LINES[name] for name in LINES), GOOD])
    assert agree(text.encode(), shipped_table(), rejects=rejects, name="=\x1b[31m.csv")[1]
    assert agree("\n".join(JSON_LINES.values()).encode(), shipped_table(), "jsonl", rejects=rejects)[1]


@st.composite
def headers(draw: st.DrawFn) -> tuple[bytes, list[str], str]:
    """A header line of any kind with what stands before it, its columns, and the column of ids."""
    columns = draw(st.lists(st.sampled_from(QUESTIONS), min_size=1, max_size=30, unique=True))
    others = draw(st.lists(st.sampled_from(["", "team", "a,b", "=x", "Q01", "名"]), max_size=3, unique=True))
    person = draw(st.sampled_from(["id", "person", "编号"]))
    for other in [*others, person]:
        columns.insert(draw(st.integers(0, len(columns))), other)
    marks = [draw(st.booleans()) or "," in column for column in columns]
    head = ",".join(f'"{column}"' if mark else column for column, mark in zip(columns, marks, strict=True))
    before = draw(st.sampled_from(["", "\ufeff", "\n", "\r\n\n", "\ufeff\n"]))
    return (before + head + draw(st.sampled_from(["\n", "\r\n"]))).encode(), columns, person


cells_of_text = st.one_of(
    st.sampled_from(
        ["", "1", "2", "3", "4", "5", "6", "0", "01", "12", "１", " 1", "=1", "+1", "'", '"', '"1"', "x", "\0"]
    ),
    st.text(max_size=3),
)
line_ends = st.sampled_from([b"\n", b"\n", b"\r\n", b"\r\r\n", b"\n\n", b"\r\n\r\n", b"\r", b""])
junk = st.sampled_from(
    [b"", b",", b'"', b"\r", b"\0", b"\xff", b"\xe4\xb8", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"1", b" ", b"\\", b"\x1f"]
)
ids = st.one_of(
    st.sampled_from(["p", "王", "=1", "+5", "-1e5", "@", "\tx", "a,b", "é", "'", "\\", ""]),
    st.integers(60, 66).map("i".__mul__),
    st.text(max_size=5),
)


@st.composite
def bodies(draw: st.DrawFn, columns: list[str], person: str) -> bytes:
    """Lines under a header, regular ones and all others."""
    out = b""
    for _ in range(draw(st.integers(1, 12))):
        row = [draw(ids) if column == person else draw(st.sampled_from(["", "1", "2"])) for column in columns]
        if draw(st.booleans()):
            row[draw(st.integers(0, len(row) - 1))] = draw(cells_of_text)
        line = ",".join(row).encode("utf-8", "replace")
        at = draw(st.integers(0, len(line)))
        out += line[:at] + draw(junk) + line[at:] if draw(st.integers(0, 3)) == 0 else line
        out += draw(line_ends)
    return out


@settings(max_examples=250)
@given(st.data())
def test_any_file_of_lines_under_any_header(data: st.DataObject) -> None:
    head, columns, person = data.draw(headers())
    text = head + data.draw(bodies(columns, person))
    keep = data.draw(st.lists(st.sampled_from([one for one in columns if one != person]), max_size=2, unique=True))
    with blocks_of(data.draw(st.integers(1, 400))):
        agree(
            text,
            shipped_table(),
            sizes=(data.draw(st.integers(1, 600)),),
            outputs=(data.draw(any_outputs),),
            columns=data.draw(any_columns),
            rejects=data.draw(any_rejects),
            id_column=person,
            keep=tuple(keep),
            with_source=data.draw(st.booleans()),
            verbatim=data.draw(st.booleans()),
        )


SMALL = {"q01": 1, "q02": 2, "q30": None}
FRAMES: dict[str, dict[str, object]] = {
    "plain": {"id": "p", "answers": SMALL},
    "nothing answered": {"id": "p", "answers": {}},
    "a stamp behind": {"id": "p", "answers": SMALL, "bank": {"id": shipped().id}},
    "a stamp that holds answers": {"id": "p", "bank": {"answers": SMALL}, "answers": {}},
    "a stamp that holds answers, and one that is given": {"id": "p", "bank": {"answers": SMALL}, "answers": {"q01": 1}},
    "a stamp that holds answers behind": {"id": "p", "answers": {}, "bank": {"answers": SMALL}},
    "a stamp that holds an id": {"bank": {"id": shipped().id}, "id": "p", "answers": SMALL},
    "asked ids that hold answers": {"id": "p", "asked_ids": {"answers": SMALL}, "answers": {}},
    "asked ids that hold a record": {"id": "p", "asked_ids": [{"id": "p", "answers": SMALL}], "answers": SMALL},
    "a language that looks like answers": {"id": "p", "lang": '"answers": {"q01": 1}', "answers": SMALL},
    "a language of braces": {"id": "p", "lang": "}{", "answers": SMALL, "started": "{}"},
    "no times": {"id": "p", "answers": SMALL, "seconds": {}},
    "times of null": {"id": "p", "seconds": dict.fromkeys(QUESTIONS), "answers": SMALL},
    "full": {"id": "p", "mode": "full", "asked_ids": ["q01"], "answers": SMALL},
    "quick and all asked": {"id": "p", "mode": "quick", "asked_ids": list(QUESTIONS), "answers": SMALL},
    "an id as long as a block": {"id": "i" * 500, "answers": SMALL},
}


@pytest.mark.parametrize("separators", [None, (",", ":")], ids=["spaced", "compact"])
@pytest.mark.parametrize("name", FRAMES)
def test_lines_with_any_frame_that_differ_in_the_frame_or_not(
    name: str, separators: tuple[str, str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, plain = (dumps(FRAMES[one], separators=separators) for one in (name, "plain"))
    last = first.rindex("}")
    lines = [first, first.replace('"p"', '"r"'), first.replace("null", "2"), first.replace(": 2", ": 4")]
    lines += [first[:last] + " }", first[:last] + "]", first[:-1], first + " ", " " + first, first + first, plain]
    lines += [first.replace('"id"', '"ID"'), first.replace('"answers"', '"answer"'), first.replace("q30", "q31"), first]
    for block in (len(first) + 1, 1 << 18):
        monkeypatch.setattr(fast, "BLOCK", block)
        for text in ("\n".join(lines), "\r\n".join([*reversed(lines), ""])):
            for ignore in (False, True):
                agree(text.encode(), shipped_table(), "jsonl", stamp=shipped().stamp, ignore_digest=ignore)


MORE_JSON = [
    '{"id": "p", "id": "r", "answers": {"q01": 1}}',
    '{"id": "p", "answers": {"q01": 1}, "answers": {"q01": 1}}',
    '{"id": "p", "answers": {"q01": 1, "q\\u0030\\u0032": 1}}',
    '{"id": "p", "answers": {"q01": 1, "\\u0071\\u0030\\u0031": 1}}',
    '{"\\u0069d": "p", "answers": {"q01": 1}}',
    '{"id": "\\ud83d\\ude42", "answers": {"q01": 1}}',
    '{"id": "p\\u0000", "answers": {"q01": 1}}',
    '{"id": "p\\n", "answers": {"q01": 1}}',
    '{"id": "", "answers": {"q01": 1}}',
    '{"id": null, "answers": {"q01": 1}}',
    '{"id": ["p"], "answers": {"q01": 1}}',
    '{"id": "p", "answers": null}',
    '{"id": "p", "answers": [1, 2]}',
    '{"id": "p", "answers": {"q01": 1,}}',
    '{"id": "p", "answers": {,"q01": 1}}',
    '{"id": "p", "answers": {"q01": 1}, }',
    '{"id": "p", "answers": {"q01": 1,, "q02": 1}}',
    '{"id": "p", "answers": {"q01":: 1}}',
    '{"id": "p", "answers": {"q01": 1 "q02": 1}}',
    '{"id": "p", "answers": {"q01": NaN}}',
    '{"id": "p", "answers": {"q01": -1}}',
    '{"id": "p", "answers": {"q01": 1e0}}',
    '{"id": "p", "answers": {"q01": 1.}}',
    '{"id": "p", "answers": {"q01": ' + "9" * 5000 + "}}",
    '{"id": "p", "answers": {"q01": {"q02": 1}}}',
    '{"id": "p", "answers": {"q01": 1}, "deep": ' + "[" * 3000 + "]" * 3000 + "}",
    '{"id": "p", "answers": {"q01": 1}, "seconds": {"q01": -1}}',
    '{"id": "p", "answers": {"q01": 1}, "seconds": {"q01": 1e400}}',
    '{"id": "p", "answers": {"q01": 1}, "seconds": {"q01": true, "q99": 1}}',
    '{"id": "p", "answers": {"q01": 1}, "mode": "fast"}',
    '{"id": "p", "answers": {"q01": 1}, "bank": {"digest": "sha256:0"}}',
    '{"id": "p", "answers": {"q01": 1}, "bank": {"id": 7}}',
    '{"id": "p", "answers": {"q01": 1}, "bank": "ops-roles"}',
    '{"id": "p", "answers": {"q01": 1}, "bank": null, "lang": null}',
    '{"id": "p", "answers": {"q01": 1}, "lang": 5}',
    '\ufeff{"id": "p", "answers": {"q01": 1}}',
    '{"id": "p", "answers": {"q01": 1}}\0',
    '{"id": "p", "answers": {"q01": 1}}\r',
    '{"id": "p", "answers": {"q01": １}}',
    '{"id": "p", "answers": {"q01 ": 1}}',
    "{'id': 'p', 'answers': {'q01': 1}}",
    "null",
    "{}",
    '"text"',
    "\x0b",
    *(dumps({"id": "i" * length, "answers": {"q01": 1}}) for length in (63, 64, 65, 2000)),
    *(
        dumps({"id": one, "answers": {"q01": 1}}, ensure_ascii=False)
        for one in ("=1", "+5", "-1e5", "@", "\u2028", "🙂")
    ),
]


@pytest.mark.parametrize("line", MORE_JSON, ids=lambda line: ascii(line[:60]))
def test_a_small_record_of_any_kind_among_its_like(line: str) -> None:
    regular = dumps({"id": "r", "answers": {"q01": 1}})
    for lines in ([regular, line, regular, regular, line], [line, regular, line]):
        data = "\n".join(lines).encode()
        agree(data, shipped_table(), "jsonl", stamp=shipped().stamp, ignore_digest=True, with_source=True)
        agree(data, shipped_table(), "jsonl", stamp=shipped().stamp, keep=("lang", "q01", "deep"))


@pytest.mark.parametrize("length", [MAX_LINE - 1, MAX_LINE, MAX_LINE + 1, KEPT, KEPT + 1])
def test_records_about_the_cap(length: int) -> None:
    regular = dumps({"id": "r", "answers": {"q01": 1}})
    line = regular.replace('"r"', f'"{"i" * (length - len(regular) + 1)}"')
    assert len(line) == length
    for end in ("\n", "\r\n"):
        data = end.join([regular, line, regular, line]).encode()
        found = agree(data, shipped_table(), "jsonl", outputs=(("csv", False),), sizes=(1 << 18, 1 << 20))
        assert found[2] == (4 if length <= MAX_LINE else 2)


KEPT_VALUES: tuple[object, ...] = (
    None, True, False, 0, -5, 2.5, 1e300, "", "x", "=1", "+1", '"', "a,b", "\n", "王", "\ud800",
    [1, "a"], {"b": {"c": None}},
)  # fmt: skip


@pytest.mark.parametrize("out", ["csv", "jsonl", "json"])
def test_values_to_keep_of_every_kind(out: ResultFormat) -> None:
    lines = [dumps({"id": f"p{n}", "team": value, "answers": ANSWERS}) for n, value in enumerate(KEPT_VALUES)]
    lines += [dumps({"id": "p", "answers": ANSWERS}), "junk", dumps({"id": "p", "team": "=1", "answers": {}})]
    for block, verbatim in product((100, 1 << 18), (False, True)):
        with blocks_of(block):
            found = agree(
                "\n".join(lines).encode(),
                shipped_table(),
                "jsonl",
                outputs=((out, False),),
                keep=("team", "q07", "nothing"),
                verbatim=verbatim,
                with_source=True,
            )
        assert found[2] == len(KEPT_VALUES) + 2


@pytest.mark.parametrize("out", ["csv", "jsonl", "json"])
def test_quick_sittings_stand_where_they_stood(out: ResultFormat) -> None:
    first = [dict(list(ANSWERS.items())[:asked]) for asked in (10, 15, 20, 25, 30, 3, 0)]
    quick = [{"id": f"=k{len(one)}", "mode": "quick", "asked_ids": list(one), "answers": one} for one in first]
    plain = [{"id": f"p{n}", "answers": ANSWERS} for n in range(4)]
    random = Random("quick")
    for _ in range(8):
        lines = [dumps(one) for one in random.sample([*quick, *plain, *plain], random.randint(1, 12))]
        lines.insert(random.randint(0, len(lines)), "junk")
        with blocks_of(random.choice((100, 2000, 1 << 18))):
            agree("\n".join(lines).encode(), shipped_table(), "jsonl", outputs=((out, False),), with_source=True)


NOTED = ("another version", "quick without cause")


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_documents_give_the_same_in_both_engines(form: str) -> None:
    lines = [line for name, line in JSON_LINES.items() if name not in NOTED and is_json(line)]
    text = "[" + ",\n".join(lines) + "]"
    settings_of: tuple[dict[str, Any], ...] = ({}, {"keep": ("mood", "q07"), "with_source": True})
    for more in settings_of:
        outputs: tuple[tuple[ResultFormat, bool], ...] = (("csv", False), ("jsonl", False), ("json", True))
        assert agree(text.encode(), shipped_table(), form, stamp=shipped().stamp, outputs=outputs, **more)[0]
    agree(b"[]", shipped_table(), form, outputs=(("json", False), ("csv", False)))


def is_json(line: str) -> bool:
    """Whether a line can stand in a list (and in YAML, where JSON's escapes of halves are no text)."""
    try:
        loads(line)
    except ValueError:
        return False
    return "\\ud800" not in line and "\t" not in line


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_notes_about_the_records_of_a_document_count_each_once(form: str) -> None:
    text = "[" + ",\n".join(JSON_LINES[name] for name in NOTED) + "]"
    agree(text.encode(), shipped_table(), form, stamp=shipped().stamp)


def test_notes_about_many_versions_are_the_same_wherever_the_input_is_cut() -> None:
    numbers = [0] * 40 + [*range(1, 30), 0, 0, 0]
    lines = [
        dumps({"id": f"p{n:02}", "bank": {"version": f"v{v:02}"}, "answers": ANSWERS}) for n, v in enumerate(numbers)
    ]
    assert len({*map(len, lines)}) == 1
    with blocks_of(40 * (len(lines[0]) + 1)):
        agree("\n".join(lines).encode(), shipped_table(), "jsonl")


json_pieces = st.sampled_from(
    [
        '{"id": "',
        '"',
        "p",
        '", "answers": {',
        '"q01": ',
        '"q02":',
        "1",
        "2",
        "null",
        ", ",
        ",",
        "}",
        "}}",
        " ",
        "\\",
        "{",
    ]
)


@settings(max_examples=250)
@given(st.data())
def test_any_file_of_records(data: st.DataObject) -> None:
    compact = data.draw(st.booleans())
    frame = data.draw(st.sampled_from(list(FRAMES.values())))
    lines = []
    for _ in range(data.draw(st.integers(1, 10))):
        answers = data.draw(st.dictionaries(st.sampled_from(QUESTIONS), st.none() | st.integers(0, 6), max_size=5))
        person = data.draw(ids)
        line = dumps(frame | {"id": person, "answers": answers}, separators=(",", ":") if compact else None)
        at = data.draw(st.integers(0, len(line)))
        match data.draw(st.sampled_from(["", "", "put", "cut", "over"])):
            case "put":
                line = line[:at] + data.draw(json_pieces) + line[at:]
            case "cut":
                line = line[:at] + line[at + data.draw(st.integers(1, 9)) :]
            case "over":
                line = line[:at] + data.draw(json_pieces) + line[at + 1 :]
        lines.append(line.encode() + data.draw(line_ends))
    with blocks_of(data.draw(st.integers(1, 600))):
        agree(
            b"".join(lines),
            shipped_table(),
            "jsonl",
            stamp=shipped().stamp,
            sizes=(data.draw(st.integers(1, 800)),),
            outputs=(data.draw(any_outputs),),
            rejects=data.draw(any_rejects),
            ignore_digest=data.draw(st.booleans()),
            with_source=data.draw(st.booleans()),
            verbatim=data.draw(st.booleans()),
        )
