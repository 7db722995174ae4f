"""The path of a taker who goes back, skips, visits, leaves and returns, event by event."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

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
    View,
    Visit,
    answers,
    apply,
    asked_count,
    begin,
    replay,
    seconds,
    view,
)
from rolequiz.core.table import Table
from tests.small_banks import shipped_table
from tests.unit.core import tiny

TABLE = shipped_table()


def answered(count: int, sitting: Sitting | None = None) -> Sitting:
    sitting = begin(TABLE) if sitting is None else sitting
    for _ in range(count):
        sitting = apply(TABLE, sitting, Answer(TABLE.items[sitting.at].id, 1))
    return sitting


def refused_by(table: Table, sitting: Sitting, event: Event) -> str:
    with pytest.raises(Refused) as caught:
        apply(table, sitting, event)
    return caught.value.reason


def refused(sitting: Sitting, event: Event) -> str:
    return refused_by(TABLE, sitting, event)


def test_going_back_shows_the_answer_and_keeping_it_moves_on() -> None:
    sitting = apply(TABLE, answered(3), Back())
    assert (sitting.at, view(TABLE, sitting).chosen) == (2, 1)
    assert apply(TABLE, sitting, Keep()).at == 3


def test_there_is_nothing_before_the_first_question_and_nothing_to_keep() -> None:
    assert refused(begin(TABLE), Back()) == "at-start"
    assert refused(begin(TABLE), Keep()) == "no-answer-yet"
    assert not view(TABLE, begin(TABLE)).can_go_back


def test_an_option_that_does_not_exist_is_refused() -> None:
    assert refused(begin(TABLE), Answer("q01", 4)) == "no-such-option"
    assert refused(begin(TABLE), Answer("q01", 0)) == "no-such-option"


def test_skipping_an_answered_question_takes_the_answer_back() -> None:
    sitting = apply(TABLE, apply(TABLE, answered(1), Back()), Skip("q01"))
    assert answers(TABLE, sitting) == {}
    assert sitting.skipped == {0}


def test_a_skipped_question_is_decided_and_resuming_goes_past_it() -> None:
    sitting = apply(TABLE, begin(TABLE), Skip("q01"))
    sitting = apply(TABLE, answered(1, sitting), Quit())
    assert sitting.phase is Phase.PAUSED
    assert refused(sitting, Answer("q03", 1)) == "not-now"
    assert apply(TABLE, sitting, Resume()).at == 2


def test_the_skipped_ones_are_offered_once_and_visited_in_order() -> None:
    sitting = begin(TABLE)
    for item in TABLE.items:
        event = Skip(item.id) if item.id in ("q03", "q20") else Answer(item.id, 1)
        sitting = apply(TABLE, sitting, event)
    assert sitting.phase is Phase.READY
    assert view(TABLE, sitting).can_visit
    sitting = apply(TABLE, sitting, Visit())
    assert sitting.at == 2
    assert refused(sitting, Back()) == "at-start"
    sitting = apply(TABLE, sitting, Answer("q03", 2))
    assert sitting.at == 19
    assert apply(TABLE, sitting, Back()).at == 2
    sitting = apply(TABLE, sitting, Skip("q20"))
    assert sitting.phase is Phase.READY
    assert not view(TABLE, sitting).can_visit
    assert refused(sitting, Visit()) == "not-now"
    sitting = apply(TABLE, sitting, Finish())
    assert len(answers(TABLE, sitting)) == 29
    assert all(refused(sitting, event) == "not-now" for event in (Back(), Resume(), Quit(), Finish()))


def test_going_back_from_the_end_returns_to_the_last_question() -> None:
    sitting = answered(30)
    assert sitting.phase is Phase.READY
    assert apply(TABLE, sitting, Back()).at == 29


def test_resuming_a_complete_form_leads_to_its_end() -> None:
    sitting = apply(TABLE, apply(TABLE, answered(30), Quit()), Resume())
    assert (sitting.phase, sitting.at) == (Phase.READY, 29)


def test_time_on_a_question_adds_up_over_visits() -> None:
    events: list[Event] = [Answer("q01", 1, 2.5), Back(), Answer("q01", 2, 1.25), Answer("q02", 1)]
    sitting = replay(TABLE, events)
    assert seconds(TABLE, sitting) == {"q01": 3.75}
    assert answers(TABLE, sitting) == {"q01": 2, "q02": 1}


def test_a_quick_sitting_that_goes_back_is_judged_anew_at_the_first_checkpoint() -> None:
    table = TABLE
    role = 0
    best = [max(range(1, i.options + 1), key=lambda n, i=i: i.roles[n - 1][role]) for i in table.items]  # type: ignore[misc]
    worst = [min(range(1, i.options + 1), key=lambda n, i=i: i.roles[n - 1][role]) for i in table.items]  # type: ignore[misc]
    sitting = begin(table, "quick")
    for place in range(10):
        sitting = apply(table, sitting, Answer(table.items[place].id, best[place]))
    assert sitting.phase is Phase.READY
    for _ in range(10):
        sitting = apply(table, sitting, Back())
    assert (sitting.phase, sitting.at) == (Phase.ASKING, 0)
    for place in range(10):
        number = worst[place] if place % 2 else best[place]
        sitting = apply(table, sitting, Answer(table.items[place].id, number))
    assert (sitting.phase, sitting.at) == (Phase.ASKING, 10)


def test_every_phase_has_its_row_in_the_table() -> None:
    assert set(TRANSITIONS) == set(Phase)


# The tiny bank: five questions, quick stops after 2 at a lead of 3 or after 4 at a lead of 2 (`tests.unit.core.tiny`).

BLANK = (None,) * 5


def test_a_sitting_begins_with_nothing() -> None:
    start = Sitting("full", Phase.ASKING, 0, BLANK, frozenset(), BLANK, (), False)
    assert begin(tiny.TABLE) == replay(tiny.TABLE, []) == start
    assert begin(tiny.TABLE, "quick") == replay(tiny.TABLE, [], "quick") == replace(start, mode="quick")


def test_every_event_leads_to_exactly_one_sitting() -> None:
    """The whole value after each of them: what is not named stays."""
    now = begin(tiny.TABLE)

    def step(event: Event, **changes: Any) -> None:
        nonlocal now
        wanted = replace(now, **changes)
        now = apply(tiny.TABLE, now, event)
        assert now == wanted, event

    step(Answer("q1", 1, 1.5), at=1, sheet=(1, *BLANK[1:]), seconds=(1.5, *BLANK[1:]))
    step(Skip("q2"), at=2, skipped=frozenset({1}))
    step(Answer("q3", 2), at=3, sheet=(1, None, 2, None, None))
    step(Back(), at=2)
    step(Back(), at=1)
    step(Back(), at=0)
    step(Keep(), at=1)
    step(Answer("q2", 3), at=2, sheet=(1, 3, 2, None, None), skipped=frozenset())
    step(Quit(), phase=Phase.PAUSED)
    step(Resume(), phase=Phase.ASKING, at=3)
    step(Skip("q4"), at=4, skipped=frozenset({3}))
    step(Answer("q5", 4), phase=Phase.READY, sheet=(1, 3, 2, None, 4))
    step(Resume())  # after a crash: there is nothing open
    step(Back(), phase=Phase.ASKING)
    step(Skip("q5"), phase=Phase.READY, sheet=(1, 3, 2, None, None), skipped=frozenset({3, 4}))
    step(Visit(), phase=Phase.ASKING, at=3, route=(3, 4), is_offer_used=True)
    step(Skip("q4"), at=4)
    step(Quit(), phase=Phase.PAUSED)
    step(Resume(), phase=Phase.ASKING)  # the visit goes on where it was
    step(Back(), at=3)
    step(
        Answer("q4", 1, 2.0), at=4, sheet=(1, 3, 2, 1, None), skipped=frozenset({4}), seconds=(1.5, None, None, 2, None)
    )
    step(Back(), at=3)
    step(Answer("q4", 1, 0.25), at=4, seconds=(1.5, None, None, 2.25, None))
    step(Skip("q5"), phase=Phase.READY, route=())
    step(Quit(), phase=Phase.PAUSED)
    step(Resume(), phase=Phase.READY)
    step(Finish(), phase=Phase.FINISHED)
    assert answers(tiny.TABLE, now) == {"q1": 1, "q2": 3, "q3": 2, "q4": 1}
    assert seconds(tiny.TABLE, now) == {"q1": 1.5, "q4": 2.25}


def test_a_visit_left_with_a_question_open_goes_to_that_question() -> None:
    visiting = Sitting("full", Phase.PAUSED, 1, (1, None, 1, None, 1), frozenset({1}), BLANK, (1,), True)
    assert apply(tiny.TABLE, visiting, Resume()) == replace(visiting, phase=Phase.ASKING, at=3, route=())
    asking = replace(visiting, phase=Phase.ASKING)
    assert apply(tiny.TABLE, asking, Skip("q2")) == replace(asking, at=3, route=())


# q1 b 2; q2 both 1; q3 b 6; q4 a 2, b -4: a 3, b 5, a lead of 2 after four answered questions; after two, 1 to 3.
STOPPED = Sitting("quick", Phase.ASKING, 1, (1, 2, 1, 1, None), frozenset({4}), (None, 3.0, None, None, 7.0))


def test_what_lies_behind_a_quick_stop_neither_counts_nor_is_offered() -> None:
    assert asked_count(tiny.TABLE, STOPPED) == 4
    assert answers(tiny.TABLE, replace(STOPPED, sheet=(1, 2, 1, 1, 3))) == {"q1": 1, "q2": 2, "q3": 1, "q4": 1}
    assert seconds(tiny.TABLE, STOPPED) == {"q2": 3.0}
    ready = apply(tiny.TABLE, STOPPED, Resume())
    assert ready == replace(STOPPED, phase=Phase.READY, at=3)
    assert refused_by(tiny.TABLE, ready, Visit()) == "not-now"
    assert not view(tiny.TABLE, ready).can_visit
    assert (view(tiny.TABLE, ready).skipped, view(tiny.TABLE, replace(ready, mode="full")).skipped) == (0, 1)


def test_a_sitting_stops_at_no_checkpoint_that_it_need_not() -> None:
    assert asked_count(tiny.TABLE, replace(STOPPED, mode="full")) == 5
    # q3 undecided: the second checkpoint is not reached; skipped, three of four are too few answers (3 * 5 < 4 * 4).
    assert asked_count(tiny.TABLE, replace(STOPPED, sheet=(1, 2, None, 1, None))) == 5
    assert asked_count(tiny.TABLE, replace(STOPPED, sheet=(1, 2, None, 1, None), skipped=frozenset({2}))) == 5
    # The lead after two is 2 at most here; a lead of 3 stops where the first checkpoint asks for no more than is there.
    first = replace(tiny.TABLE, checkpoints=((2, 2), (4, 2)))
    assert asked_count(first, STOPPED) == 2
    assert asked_count(replace(first, roles=()), STOPPED) == 5


def test_the_view_is_the_present_moment() -> None:
    sitting = Sitting("full", Phase.ASKING, 1, (1, None, 2, None, None), frozenset({1, 3}), BLANK)
    assert view(tiny.TABLE, sitting) == View(
        phase=Phase.ASKING, question="q2", number=2, total=5, chosen=None,
        can_go_back=True, skipped=2, can_visit=False,
    )  # fmt: skip
    assert view(tiny.TABLE, replace(sitting, at=0)) == View(
        phase=Phase.ASKING, question="q1", number=1, total=5, chosen=1,
        can_go_back=False, skipped=2, can_visit=False,
    )  # fmt: skip
    ready = replace(sitting, phase=Phase.READY, at=4)
    assert view(tiny.TABLE, ready).can_visit
    assert not view(tiny.TABLE, replace(ready, skipped=frozenset())).can_visit
    assert not view(tiny.TABLE, replace(ready, is_offer_used=True)).can_visit
    visiting = replace(sitting, at=3, route=(1, 3))
    assert view(tiny.TABLE, visiting).can_go_back
    assert not view(tiny.TABLE, replace(visiting, at=1)).can_go_back


def test_a_refusal_says_its_reason_in_value_and_words() -> None:
    with pytest.raises(Refused, match=r"^other-question$") as caught:
        apply(tiny.TABLE, begin(tiny.TABLE), Answer("q2", 1))
    assert caught.value.reason == "other-question"
    assert refused_by(tiny.TABLE, begin(tiny.TABLE), Skip("q2")) == "other-question"
    assert refused_by(tiny.TABLE, begin(tiny.TABLE), Answer("q1", 4)) == "no-such-option"
    assert apply(tiny.TABLE, begin(tiny.TABLE), Answer("q1", 3)).sheet == (3, *BLANK[1:])
