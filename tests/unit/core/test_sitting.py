"""The path of a taker who goes back, skips, visits, leaves and returns, event by event."""

from __future__ import annotations

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
    Visit,
    answers,
    apply,
    begin,
    replay,
    seconds,
    view,
)
from tests.small_banks import shipped_table

TABLE = shipped_table()


def answered(count: int, sitting: Sitting | None = None) -> Sitting:
    sitting = begin(TABLE) if sitting is None else sitting
    for _ in range(count):
        sitting = apply(TABLE, sitting, Answer(TABLE.items[sitting.at].id, 1))
    return sitting


def refused(sitting: Sitting, event: Event) -> str:
    with pytest.raises(Refused) as caught:
        apply(TABLE, sitting, event)
    return caught.value.reason


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
