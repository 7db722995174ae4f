"""The sitting as plain lines: one question at a time printed, one line read for each answer."""

from __future__ import annotations

from time import monotonic

from rolequiz.cli.exits import Exit
from rolequiz.cli.sitting import Desked
from rolequiz.core.sitting import Answer, Back, Event, Finish, Keep, Phase, Quit, Refused, Skip, Visit
from rolequiz.report.asking import minutes, options_of, question_sentences
from rolequiz.signals import orderly_end

MAX_LINE = 4096
"""Characters read at once; whoever sends more on one line is no person."""


def ask(desked: Desked) -> int:
    """Ask until the form is done or the input ends.

    Returns the exit code: done, or interrupted where input ended or Ctrl-C came (everything is kept).

    Raises:
        SystemExit: the process is to end (SIGTERM, SIGHUP); everything is kept.
    """
    env, seat = desked.env, desked.seat
    for line in opening(desked):
        env.stdout.write(line + "\n")
    try:
        with orderly_end():
            left = ask_on(desked)
    except KeyboardInterrupt:
        env.stdout.write("\n")
        return leave(desked, Exit.INTERRUPTED)
    except SystemExit:
        leave(desked, Exit.INTERRUPTED)
        raise
    if left is not None:
        return leave(desked, left)
    if seat.sitting.phase is Phase.READY:
        seat.act(Finish())
        seat.sync()
    env.stdout.write("\n")
    env.stdout.flush()
    return int(Exit.DONE)


def ask_on(desked: Desked) -> Exit | None:
    """Ask until the form is done; the exit code of a taker who leaves before."""
    env, seat, voice = desked.env, desked.seat, desked.voice
    is_new, shown = True, monotonic()
    while True:
        if seat.sitting.phase is Phase.READY and seat.view.can_visit and is_visit_wanted(desked):
            acted(desked, Visit())
            is_new = True
        if seat.sitting.phase is not Phase.ASKING:
            return None
        if is_new:
            env.stdout.write("\n" + "\n".join(question_sentences(seat.view, voice)) + "\n")
            shown = monotonic()
        env.stdout.write(voice.wording("plain_prompt"))
        env.stdout.flush()
        line = read_line(desked)
        if not line:
            return Exit.INTERRUPTED
        event = understood(line, desked, round(monotonic() - shown, 3) if env.stdin.isatty() else None)
        if isinstance(event, str):
            env.stdout.write(event + "\n")
            is_new = False
            continue
        is_new = acted(desked, event)
        if isinstance(event, Quit):
            return Exit.DONE


def read_line(desked: Desked) -> str:
    """One whole line, cut to ``MAX_LINE``; empty at the end of input. A byte order mark is no part of an answer."""
    env = desked.env
    line = env.stdin.readline(MAX_LINE)
    rest = line
    while rest and not rest.endswith("\n"):
        rest = env.stdin.readline(MAX_LINE)
    if not env.stdin.isatty() or not line:
        env.stdout.write("\n")
    return line if len(line) < MAX_LINE else "…" + line


def is_visit_wanted(desked: Desked) -> bool:
    """The one offer to answer skipped questions; the end of input declines it."""
    env, voice, seat = desked.env, desked.voice, desked.seat
    env.stdout.write("\n" + voice.wording("offer", seat.view.skipped) + "\n")
    for number, key in ((1, "key_visit"), (2, "key_finish")):
        env.stdout.write(f"{number}. {voice.capital(voice.wording(key))}\n")
    while True:
        env.stdout.write(voice.wording("plain_prompt"))
        env.stdout.flush()
        line = read_line(desked)
        typed = normalised(line)
        if typed == "1":
            return True
        if typed == "2" or not line:
            return False
        env.stdout.write(voice.wording("hint_number", n=2) + "\n")


def opening(desked: Desked) -> list[str]:
    """What a taker hears first: what this is, or that it goes on, and the commands."""
    seat, voice = desked.seat, desked.voice
    lines = []
    if seat.is_resumed:
        lines.append(desked.welcome())
    else:
        quick = "_quick" if seat.sitting.mode == "quick" else ""
        total = len(desked.loaded.table.items)
        lines += [
            voice.text(desked.loaded.bank.form.title),
            voice.wording(f"opening_2{quick}", total=total, minutes=minutes(total)),
            voice.wording("opening_3"),
        ]
    return [*lines, voice.wording("plain_commands")]


def understood(line: str, desked: Desked, seconds: float | None) -> Event | str:
    """A typed line as an event, or what to say to it."""
    seat, voice = desked.seat, desked.voice
    view = seat.view
    question = voice.question(view.question)
    count = len(options_of(question, voice))
    typed = normalised(line)
    match typed:
        case "b":
            return Back()
        case "k":
            return Keep()
        case "s":
            return Skip(view.question)
        case "q":
            return Quit()
        case "w" | "?":
            return voice.wording(f"why_{question.format}") + "\n" + voice.wording("why_no_role")
    if typed.isdecimal() and len(typed) == 1 and 1 <= int(typed) <= count:
        return Answer(view.question, int(typed), seconds)
    return voice.wording("plain_wrong", typed=visible(line.strip())[:40], n=count)


def normalised(line: str) -> str:
    """Full-width digits and letters, case and blanks make no difference."""
    from unicodedata import normalize

    return normalize("NFKC", line.removeprefix("\ufeff")).strip().lower()


def visible(text: str) -> str:
    """Typed text without control characters."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def acted(desked: Desked, event: Event) -> bool:
    """Apply an event and make it durable; a refusal is explained. Whether a question is to be shown anew."""
    seat, voice = desked.seat, desked.voice
    try:
        seat.act(event)
    except Refused as refusal:
        key = {"at-start": "hint_at_start", "no-answer-yet": "hint_no_answer"}[refusal.reason]
        desked.env.stdout.write(voice.wording(key) + "\n")
        return False
    seat.sync()
    return True


def leave(desked: Desked, code: Exit) -> int:
    """Save, say how to come back, and go."""
    if desked.seat.sitting.phase in (Phase.ASKING, Phase.READY):
        desked.seat.act(Quit())
        desked.seat.sync()
    desked.env.stdout.flush()
    desked.env.say(desked.goodbye())
    return int(code)
