"""A rule-based machine drives the sitting with every event, crashes and resumes included."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from rolequiz.core.assess import assess
from rolequiz.core.quick import stopping_points
from rolequiz.core.sitting import (
    TRANSITIONS,
    Answer,
    Back,
    Event,
    Finish,
    Keep,
    Phase,
    Quit,
    Refused,
    Resume,
    Sitting,
    Skip,
    Visit,
    answers,
    apply,
    asked_count,
    begin,
    is_decided,
    replay,
    seconds,
    view,
)
from rolequiz.core.table import Table
from rolequiz.model import Mode
from rolequiz.store.journal_lines import decode, encode
from tests.small_banks import shipped_table, tables


class Taking(RuleBasedStateMachine):
    """Every event at every moment; what the table allows happens, the rest changes nothing."""

    table: Table
    sitting: Sitting
    events: list[Event]

    @initialize(table=st.just(None) | tables(5), mode=st.sampled_from(["full", "quick"]))
    def sit_down(self, table: Table | None, mode: Mode) -> None:
        self.table = table if table is not None else shipped_table()
        self.sitting = begin(self.table, mode)
        self.events = []

    def attempt(self, event: Event) -> None:
        before = self.sitting
        try:
            self.sitting = apply(self.table, before, event)
        except Refused:
            assert self.sitting is before
            return
        assert type(event) in TRANSITIONS[before.phase]
        self.events.append(event)

    @rule(number=st.integers(1, 9), time=st.none() | st.floats(0, 60))
    def answer(self, number: int, time: float | None) -> None:
        self.attempt(Answer(self.table.items[self.sitting.at].id, number, time))

    @rule(numbers=st.lists(st.integers(1, 4), min_size=3, max_size=12))
    def answer_several(self, numbers: list[int]) -> None:
        for number in numbers:
            self.attempt(Answer(self.table.items[self.sitting.at].id, number))

    @rule(place=st.integers(0, 4))
    def answer_another_question_than_shown(self, place: int) -> None:
        question = self.table.items[place % len(self.table.items)].id
        if question != self.table.items[self.sitting.at].id and self.sitting.phase is Phase.ASKING:
            before = self.sitting
            with pytest.raises(Refused, match="other-question"):
                apply(self.table, before, Answer(question, 1))

    @rule()
    def skip(self) -> None:
        self.attempt(Skip(self.table.items[self.sitting.at].id))

    @rule(make=st.sampled_from([Back, Keep, Visit, Quit, Resume, Finish]))
    def anything_else(self, make: Callable[[], Event]) -> None:
        self.attempt(make())

    @rule()
    def crash_and_resume(self) -> None:
        lines = [encode(event, "2026-01-01T00:00:00+00:00") for event in self.events]
        again = replay(self.table, [decode(line.encode())[0] for line in lines], self.sitting.mode)
        assert again == self.sitting
        if again.phase is not Phase.FINISHED:
            visited = again.at if again.route else None
            self.attempt(Resume())
            opened = [n for n in range(asked_count(self.table, self.sitting)) if not is_decided(self.sitting, n)]
            if opened:
                assert (self.sitting.phase, self.sitting.at) == (Phase.ASKING, opened[0])
            elif visited is not None:
                assert (self.sitting.phase, self.sitting.at) == (Phase.ASKING, visited), "the visit goes on"
            else:
                assert self.sitting.phase is Phase.READY

    @invariant()
    def the_events_replayed_are_the_sitting(self) -> None:
        if hasattr(self, "sitting"):
            assert replay(self.table, self.events, self.sitting.mode) == self.sitting

    @invariant()
    def an_answer_is_never_also_skipped(self) -> None:
        if hasattr(self, "sitting"):
            assert all(self.sitting.sheet[place] is None for place in self.sitting.skipped)

    @invariant()
    def an_end_means_that_everything_asked_is_decided(self) -> None:
        if hasattr(self, "sitting") and self.sitting.phase in (Phase.READY, Phase.FINISHED):
            asked = asked_count(self.table, self.sitting)
            assert all(is_decided(self.sitting, place) for place in range(asked))

    @invariant()
    def a_quick_stop_is_a_checkpoint_that_the_rule_allows(self) -> None:
        if hasattr(self, "sitting"):
            asked = asked_count(self.table, self.sitting)
            if asked < len(self.table.items):
                assert self.sitting.mode == "quick"
                assert asked in stopping_points(self.table, self.sitting.sheet)
            result = assess(self.table, self.sitting.sheet, asked=asked)
            assert result.answered == len(answers(self.table, self.sitting))

    @invariant()
    def the_view_tells_the_truth(self) -> None:
        if hasattr(self, "sitting"):
            now = view(self.table, self.sitting)
            assert now.chosen == self.sitting.sheet[self.sitting.at]
            assert 1 <= now.number <= now.total == len(self.table.items)
            assert set(seconds(self.table, self.sitting)) <= {item.id for item in self.table.items}


TestTaking = Taking.TestCase
