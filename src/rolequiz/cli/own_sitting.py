"""The last sitting that somebody finished on this machine, as an answer record."""

from __future__ import annotations

from rolequiz.cli.context import Loaded
from rolequiz.cli.env import Env
from rolequiz.errors import RolequizError
from rolequiz.model import AnswerRecord
from rolequiz.store.history import record_of
from rolequiz.store.journal import newest_finished


def own_record(env: Env, loaded: Loaded, person: str, *, ignore_digest: bool) -> AnswerRecord:
    """The last finished sitting of an id as an answer record.

    Raises:
        RolequizError: there is none, or it was made with another bank.
    """
    saved = newest_finished(env.home, person)
    if saved is None:
        raise RolequizError(
            f"no finished sitting of {person!r} is kept on this machine",
            "take the quiz first (rolequiz take), or name a file of answers",
        )
    theirs = saved.header.bank
    if not ignore_digest and (theirs.id, theirs.digest) != (loaded.bank.id, loaded.bank.digest):
        raise RolequizError(
            f"the last sitting of {person!r} was made with another bank ({theirs.id} {theirs.version})",
            "name that bank with --bank, or accept it with --ignore-digest",
        )
    return record_of(saved, loaded.table)
