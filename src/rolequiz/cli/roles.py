"""``rolequiz roles``: what each role is, does, is judged by, fits, asks of an employer, grows into."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

import typer

from rolequiz.cli.context import load_bank, voice_for
from rolequiz.cli.env import Env
from rolequiz.cli.options import AsciiOption, BankOption, LangOption, PlainOption
from rolequiz.cli.render import print_document
from rolequiz.errors import RolequizError
from rolequiz.report.blocks import Document
from rolequiz.report.glyphs import ASCII, UNICODE
from rolequiz.report.role_page import neighbour_page, overview, role_page
from rolequiz.report.voice import Voice


def command(
    ctx: typer.Context,
    role: Annotated[str | None, typer.Argument(metavar="ROLE", help="A role or a neighbouring role.")] = None,
    lang: LangOption = None,
    bank: BankOption = None,
    plain: PlainOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Say what the roles are, or everything about one of them.

    Example: rolequiz roles user
    """
    env: Env = ctx.obj
    is_plain = plain or env.wants_plain
    voice = voice_for(env, load_bank(bank).bank, lang, is_spoken=is_plain)
    shown = overview(voice) if role is None else page_of(voice, role)
    print_document(env, shown, voice, is_plain=is_plain, glyphs=ASCII if ascii_only else UNICODE)


def page_of(voice: Voice, wanted: str) -> Document:
    """The page of a role or neighbour, by id or by name in the language spoken.

    Raises:
        RolequizError: the bank has none such.
    """
    bank = voice.bank
    for role in bank.roles:
        if wanted.lower() in (role.id.lower(), voice.name(role).lower()):
            return role_page(voice, role)
    for neighbour in bank.catalogue.neighbours:
        if wanted.lower() in (neighbour.id.lower(), voice.name(neighbour).lower()):
            return neighbour_page(voice, neighbour)
    ids = [one.id for one in bank.roles] + [one.id for one in bank.catalogue.neighbours]
    near = get_close_matches(wanted, ids, 1)
    meant = f"did you mean {near[0]}? " if near else ""
    if not ids:
        raise RolequizError("this bank has no roles", "rolequiz roles without a name lists its traits")
    raise RolequizError(f"the bank has no role {wanted!r}", f"{meant}choose one of: {', '.join(ids) or 'none'}")
