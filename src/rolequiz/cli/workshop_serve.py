"""``rolequiz workshop serve``: phones on the local network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rolequiz.cli.context import load_bank, voice_for
from rolequiz.cli.env import Env
from rolequiz.cli.extras import need
from rolequiz.cli.options import AsciiOption, BankOption, LangOption, PlainOption
from rolequiz.cli.rooms import entered

PORT = 8765


def command(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The room: a folder, new or begun before.")],
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="What a new room is called. Default: DIR's name.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A new room's sittings may stop early.")] = False,
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="ADDR", help="This machine's address on the phones' network. Default: found."),
    ] = None,
    port: Annotated[int, typer.Option("--port", metavar="N", min=1, max=65535, help="The port.")] = PORT,
    lang: LangOption = None,
    bank: BankOption = None,
    plain: PlainOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Let people answer on their phones, on the local network.

    Prints the address, as a QR code too, and the join code; then shows who has joined and how far
    they are, never an answer. Every answer is on this machine's disk before the phone is told so.
    Ctrl-C ends it (exit code 130); the same command goes on, and phones find their way back.

    Example: rolequiz workshop serve spring --title "Spring workshop"
    """
    need("workshop", "workshop serve")
    from rolequiz.cli.served import Served, run
    from rolequiz.workshop.serve.address import checked_host, listen, own_address

    env: Env = ctx.obj
    if host is not None:
        host = checked_host(host)
    loaded = load_bank(bank)
    listening, address = listen(host or own_address(), port)
    try:
        room = entered(env, folder, loaded, lang=lang, mode="quick" if quick else "full", title=title)
        voices = {one: voice_for(env, loaded.bank, one) for one in loaded.bank.languages}
        voice = voice_for(env, loaded.bank, lang or room.plan.lang)
        again = ["rolequiz", "workshop", "serve", str(folder)]
        again += ["--bank", str(bank)] if bank is not None else []
        again += ["--host", host] if host is not None else []
        again += ["--port", str(port)] if port != PORT else []
        is_plain = plain or env.wants_plain or not env.stdout.isatty()
        served = Served(env, room, loaded, voices, voice, address, tuple(again), is_plain, ascii_only)
        code = run(served, listening)
    finally:
        listening.close()
    raise typer.Exit(code)
