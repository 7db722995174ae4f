"""``take`` killed at random moments, on a pseudo-terminal and in plain lines.

An answer counts as acknowledged as soon as the next question is shown. Afterwards it
must be in the journal, in the journal must be nothing that was not typed, and the
next start must go on where the journal ends.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path
from random import Random
from typing import IO

from rolequiz.core.sitting import Answer
from rolequiz.core.table import Table
from rolequiz.store.journal import folder_of, journals, read
from scripts.kill_count import Count
from tests.small_banks import shipped_table
from tests.terminal.pseudo import TAKE, Terminal

LAST = 26
"""The question from which on a new sitting is begun, so that none ends."""

ASKED = re.compile(rb"Question (\d+) of 30\.")
PAUSES = (0.0, 0.0, 0.0005, 0.002, 0.01, 0.05)
"""Seconds between the last key and the kill."""


class Sat:
    """One sitting over many processes: what was typed, what was shown, and what must therefore be kept."""

    def __init__(self, home: Path, table: Table) -> None:
        self.home = home
        self.typed: dict[int, set[int]] = {}
        self.shown = 1
        self._table = table

    def type(self, place: int, option: int) -> str:
        """The key for an option of the question at a place, which is noted down."""
        self.typed.setdefault(place, set()).add(option)
        return str(option)

    def check(self, count: Count, moment: str) -> int:
        """Compare the journal with what was typed and shown; the next question's place."""
        kept = self._kept(count, moment)
        if kept < self.shown - 1:
            count.loses(f"{moment}: question {self.shown} was shown, {kept} answers are kept", self.shown - 1 - kept)
        self.shown = kept + 1
        return self.shown

    def _kept(self, count: Count, moment: str) -> int:
        found = journals(folder_of(self.home, "me"))
        if len(found) > 1:
            count.strays(f"{moment}: {len(found)} journals of one sitting")
        saved = read(found[-1]) if found else None
        if saved is None:
            return 0
        answers = [event for event in saved.events if isinstance(event, Answer)]
        for place, (event, item) in enumerate(zip(answers, self._table.items, strict=False), start=1):
            if event.question != item.id or event.option not in self.typed.get(place, ()):
                count.strays(f"{moment}: answer {place} is {event.question} {event.option}")
        return len(answers)


def on_a_terminal(kills: int, seed: int, ground: Path) -> Count:
    """Kill the quiz with its screen."""
    chance, count, table = Random(f"terminal {seed}"), Count(), shipped_table()
    sat = Sat(ground / "terminal 0", table)
    while count.kills < kills:
        moment = f"kill {count.kills + 1}"
        terminal = Terminal(sat.home)
        if chance.random() < 0.2:
            end = time.monotonic() + chance.uniform(0, 0.6)
            while time.monotonic() < end:
                terminal.read(0.005)
        else:
            terminal.until(lambda one: one.place is not None or "Enter begin" in one.screen, "a question")
            if terminal.place is None:
                terminal.press("\r")
                terminal.at(1)
            if terminal.place != sat.shown:
                count.strays(f"{moment}: goes on at question {terminal.place}, {sat.shown - 1} answers are kept")
            for _ in range(chance.randint(1, 4)):
                place = terminal.place
                assert place is not None
                terminal.press(sat.type(place, chance.randint(1, 3)))
                terminal.until(lambda one, place=place: one.place != place, "the next question")  # type: ignore[misc]  # a default in a lambda
                count.acknowledged += 1
            place = terminal.place
            assert place is not None
            terminal.press(sat.type(place, chance.randint(1, 3)))
            pause = chance.choice(PAUSES)
            end = time.monotonic() + pause
            while time.monotonic() < end:
                terminal.read(0.001)
        terminal.child.kill(signal.SIGKILL)
        while terminal.read():
            pass
        terminal.child.close(force=True)
        count.kills += 1
        sat.shown = max(sat.shown, terminal.place or 0)
        if sat.check(count, moment) > LAST:
            sat = Sat(ground / f"terminal {count.kills}", table)
    return count


def in_plain_lines(kills: int, seed: int, ground: Path) -> Count:
    """Kill the quiz that reads lines from a pipe."""
    chance, count, table = Random(f"plain {seed}"), Count(), shipped_table()
    sat = Sat(ground / "plain 0", table)
    while count.kills < kills:
        moment = f"kill {count.kills + 1}"
        environ = {**os.environ, "ROLEQUIZ_HOME": str(sat.home), "PYTHONUNBUFFERED": ""}
        with subprocess.Popen(
            [*TAKE, "--plain", "--lang", "en"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ
        ) as program:
            assert program.stdin is not None
            assert program.stdout is not None
            if chance.random() < 0.2:
                time.sleep(chance.uniform(0, 0.5))
            else:
                place = asked(program.stdout)
                if place != sat.shown:
                    count.strays(f"{moment}: goes on at question {place}, {sat.shown - 1} answers are kept")
                for _ in range(chance.randint(1, 4)):
                    program.stdin.write(f"{sat.type(place, chance.randint(1, 3))}\n".encode())
                    program.stdin.flush()
                    place = asked(program.stdout)
                    count.acknowledged += 1
                sat.shown = place
                program.stdin.write(f"{sat.type(place, chance.randint(1, 3))}\n".encode())
                program.stdin.flush()
                time.sleep(chance.choice(PAUSES))
            program.kill()
            left = ASKED.findall(program.stdout.read())
            if left:
                sat.shown = max(sat.shown, int(left[-1]))
        count.kills += 1
        if sat.check(count, moment) > LAST:
            sat = Sat(ground / f"plain {count.kills}", table)
    return count


def asked(stream: IO[bytes]) -> int:
    """Read lines up to a question; its place."""
    for line in stream:
        if found := ASKED.match(line):
            return int(found[1])
    raise AssertionError("the quiz ended by itself")
