"""A shared laptop in plain lines: one person after the other, with commands that are typed."""

from __future__ import annotations

from time import sleep

from rolequiz.cli.ask_plain import MAX_LINE, ask, normalised
from rolequiz.cli.exits import Exit
from rolequiz.cli.render import print_result
from rolequiz.cli.shared import InRoom, Shared
from rolequiz.cli.terminal import WIPE
from rolequiz.core.sitting import Phase
from rolequiz.errors import RolequizError
from rolequiz.signals import orderly_end
from rolequiz.store.desk import Desk, InUseError
from rolequiz.workshop.names import NameRefused
from rolequiz.workshop.resume import is_right, seconds_to_wait
from rolequiz.workshop.sittings import Place


def run(shared: Shared) -> int:
    """One person after the other until the input ends or Ctrl-C comes.

    Raises:
        SystemExit: the process is to end (SIGTERM, SIGHUP); nothing is left on the screen.
    """
    code = Exit.DONE
    with orderly_end():
        try:
            wipe(shared)
            while one(shared):
                wipe(shared)
        except KeyboardInterrupt:
            code = Exit.INTERRUPTED
        finally:
            wipe(shared)
    shared.env.say(shared.farewell())
    return int(code)


def wipe(shared: Shared) -> None:
    """Nothing of the last person is left on the screen or above it, if it is one."""
    stdout = shared.env.stdout
    if stdout.isatty():
        stdout.write(WIPE)
    stdout.flush()


def one(shared: Shared) -> bool:
    """One person, from the code name to the result; False if the input has ended."""
    voice, say = shared.voice, shared.env.stdout.write
    say("\n".join([shared.room.plan.title, *shared.greeting(), voice.wording("room_ask")]) + "\n")
    while True:
        line = read(shared, voice.wording("room_plain_name"))
        if line is None:
            return False
        try:
            name = shared.named(line)
            with shared.room.desk(name) as desk:
                hint = seat(shared, desk, name)
        except NameRefused as error:
            hint = shared.refusal(error)
        except InUseError:
            hint = voice.wording("room_in_use", name=name)
        except RolequizError as error:  # one person's trouble is not the next one's
            hint = str(error)
        if not hint:
            return True
        say(hint + "\n")


def seat(shared: Shared, desk: Desk, name: str) -> str:
    """One sitting under a code name; what to say instead if its place is not free."""
    place, hint = shared.place(name)
    match place:
        case Place.FREE:
            word = shared.new_word()
            if is_begun(shared, name, word):
                sit(shared, shared.begun(desk, name, word))
        case Place.UNFINISHED:
            word = word_of(shared, name)
            if word:
                sit(shared, shared.back(desk, name, word))
    return hint


def is_begun(shared: Shared, name: str, word: str) -> bool:
    """Say the code name and the word; whether their owner goes on."""
    voice = shared.voice
    lines = [voice.wording("room_name_title", name=name)]
    lines += [voice.wording(key, word=word) for key in ("room_word", "room_word_note", "room_where")]
    shared.env.stdout.write("\n".join(lines) + "\n")
    line = read(shared, voice.wording("room_plain_begin"))
    return line is not None and normalised(line) != "b"


def word_of(shared: Shared, name: str) -> str:
    """The word that leads back, once it was right; empty if its owner gives up."""
    voice, env, folder = shared.voice, shared.env, shared.room.desk_folder(name)
    env.stdout.write(voice.wording("room_word_ask", name=name) + "\n" + voice.wording("room_word_lost") + "\n")
    while True:
        typed = (read(shared, voice.wording("room_plain_word")) or "").strip()
        if not typed:
            return ""
        sleep(seconds_to_wait(folder, env.now().timestamp()))
        now = env.now().timestamp()
        if is_right(folder, typed, now):
            return typed
        env.stdout.write(voice.wording("room_word_wrong", seconds_to_wait(folder, now)) + "\n")


def sit(shared: Shared, seated: InRoom) -> None:
    """The sitting, then its result; how to come back has been said to somebody who left."""
    env, voice = shared.env, shared.voice
    try:
        ask(seated)
    finally:
        seated.seat.close()
    if seated.seat.sitting.phase is Phase.FINISHED:
        failure = shared.kept(seated)
        if failure:
            env.stdout.write(failure + "\n")
        print_result(env, shared.result(seated), is_plain=True, glyphs=shared.glyphs)
    env.stdout.flush()
    read(shared, voice.wording("room_cleared"))


def read(shared: Shared, prompt: str) -> str | None:
    """One line; None at the end of input."""
    env = shared.env
    env.stdout.write(prompt)
    env.stdout.flush()
    line = env.stdin.readline(MAX_LINE)
    if not env.stdin.isatty() or not line:
        env.stdout.write("\n")
    return line.rstrip("\r\n") if line else None
