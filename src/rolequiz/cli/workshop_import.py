"""``rolequiz workshop import``: answers from any form tool."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from rolequiz.cli.context import load_bank, voice_for
from rolequiz.cli.env import Env
from rolequiz.cli.exits import Exit
from rolequiz.cli.options import BankOption, LangOption
from rolequiz.cli.rooms import FolderArgument, TitleOption, entered
from rolequiz.errors import RolequizError
from rolequiz.model import Bank
from rolequiz.report.wrap import pad, shorten, width
from rolequiz.workshop.importing import Fault, Mapping, mapped, read_rows, shown
from rolequiz.workshop.room import Room, TakenError, is_room
from rolequiz.workshop.sheet import MAX_BYTES, parsed

HEADER_WIDTH = 44
"""Cells of a header shown in the mapping."""


def command(
    ctx: typer.Context,
    folder: FolderArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table of answers: CSV with , or ; or TAB, in UTF-8.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show how it is read, and write nothing.")] = False,
    name_column: Annotated[
        str | None, typer.Option("--name-column", metavar="HEADER", help="The column that holds the code names.")
    ] = None,
    title: TitleOption = None,
    lang: LangOption = None,
    bank: BankOption = None,
) -> None:
    """Put the answers of a form tool into the room, one record for each row.

    A header may be a question's id, number, label or text, a cell an option's number or words, in any
    language of the bank. Nothing is guessed: what does not match rejects its row, and nothing of it is kept.

    Example: rolequiz workshop import spring answers.csv --dry-run

    Exit code 0: every row is in the room. 1: some were rejected. 2: the file cannot be read.
    """
    env: Env = ctx.obj
    loaded = load_bank(bank)
    sheet = parsed(contents(file, folder), str(file))
    mapping = mapped(loaded.bank, sheet.header, str(file), name_column)
    room: Room | None = None
    if not dry_run:
        room = entered(env, folder, loaded, lang=lang, mode="full", title=title)
    elif is_room(folder):
        room = Room.open(folder)
        room.check_bank(loaded.bank.stamp)
    spoken = voice_for(env, loaded.bank, lang or (room.plan.lang if room else None)).lang
    reading = read_rows(loaded.bank, sheet, mapping, room, spoken)
    kept, rejected = 0, list(reading.rejected)
    if dry_run:
        env.stdout.write("".join(f"{line}\n" for line in mapping_lines(loaded.bank, mapping)))
        kept = len(reading.records)
    else:
        assert room is not None
        for line in notes(loaded.bank, mapping):
            env.say(f"note: {line}")
        for record in reading.records:
            try:
                room.keep(record)
            except TakenError as error:
                rejected.append((Fault(0, 0, "", "", error.message),))
            else:
                kept += 1
    for faults in rejected:
        for fault in faults:
            env.say(fault_line(file, fault))
    would = "would import" if dry_run else "imported"
    env.say(f"{would} {kept}, rejected {len(rejected)}, of {len(sheet.rows)}")
    if rejected:
        raise typer.Exit(Exit.FINDINGS)


def contents(file: Path, folder: Path) -> bytes:
    """The bytes of the table.

    Raises:
        RolequizError: it cannot be read, or is in the room, where it would be taken for an answer record.
    """
    if folder.resolve() in file.resolve().parents:
        raise RolequizError(f"{file}: this file is in the room", "move it: everything in a room counts as answers")
    try:
        size = file.stat().st_size
        if not file.is_file() or size > MAX_BYTES:
            what = f"{size} bytes are too many" if file.is_file() else "this is no file"
            raise RolequizError(f"{file}: {what}", f"name a CSV file of at most {MAX_BYTES >> 20} MB")
        return file.read_bytes()
    except OSError as error:
        raise RolequizError(f"{file}: cannot be read: {error.strerror}", "name a CSV file") from error


def mapping_lines(bank: Bank, mapping: Mapping) -> list[str]:
    """The mapping as a table: every column's number, its header, and what it is read as."""
    rows = [("column", "header", "read as")]
    for number, column in enumerate(mapping.columns, start=1):
        match column.use:
            case "name":
                use = "code name"
            case "question":
                use = f"{bank.questions[column.place].id} (by its {column.by})"
            case _:
                use = "ignored"
        rows.append((str(number), shown(column.header, HEADER_WIDTH), use))
    wide = max(width(header) for _, header, _ in rows)
    wide = min(wide, HEADER_WIDTH + 2)
    lines = [f"{number:>6}  {pad(shorten(header, wide), wide)}  {use}" for number, header, use in rows]
    return [*lines, *(f"  none  {pad('', wide)}  {bank.questions[place].id}" for place in mapping.missing)]


def notes(bank: Bank, mapping: Mapping) -> Sequence[str]:
    """What somebody should know who has not looked at the mapping."""
    ignored = [
        f"{number} ({shown(column.header)})"
        for number, column in enumerate(mapping.columns, start=1)
        if column.use in ("time", "unknown")
    ]
    found = [f"columns ignored: {', '.join(ignored)}"] if ignored else []
    if mapping.missing:
        listed = ", ".join(bank.questions[place].id for place in mapping.missing)
        found.append(f"no column for {listed}: a gap for everybody")
    return found


def fault_line(file: Path, fault: Fault) -> str:
    """One fault with its place."""
    where = f"{file}:{fault.line}: " if fault.line else f"{file}: "
    if not fault.column:
        return where + fault.message
    return f"{where}column {fault.column} ({shown(fault.header)}): {shown(fault.value)} {fault.message}"
