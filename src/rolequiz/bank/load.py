"""A bank's folder to a valid `Bank`, or every problem of both files at once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from rolequiz.bank import rules
from rolequiz.bank.shape import Misfit, shaped
from rolequiz.bank.source import Source, read
from rolequiz.core.table import Table, compile_table, digest
from rolequiz.errors import RolequizError
from rolequiz.model import Bank, Catalogue, Form, Problem

QUESTIONS, ROLES = "questions.yaml", "roles.yaml"

Whole = TypeVar("Whole", bound=Form | Catalogue)


class BankError(RolequizError):
    """A bank that cannot be used; ``problems`` says everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        listed = "\n".join(str(problem) for problem in problems)
        count = len(problems)
        super().__init__(f"the bank has {count} problem{'s' if count != 1 else ''}\n{listed}")


def load(folder: Path) -> Bank:
    """The valid bank of a folder.

    Raises:
        BankError: it has problems.
        RolequizError: a file cannot be opened.
    """
    return compiled(folder)[0]


def compiled(folder: Path) -> tuple[Bank, Table]:
    """The valid bank of a folder, and the same compiled.

    Raises:
        BankError: it has problems.
        RolequizError: a file cannot be opened.
    """
    drawn, problems = drafted(folder)
    if drawn is None:
        raise BankError(problems)
    draft, table = drawn
    return Bank(draft.form, draft.catalogue, digest(table)), table


def drafted(folder: Path) -> tuple[tuple[rules.Draft, Table] | None, tuple[Problem, ...]]:
    """Both files of a valid bank with the places of everything in them, compiled too; or every problem, sorted.

    Raises:
        RolequizError: the folder or a file cannot be opened.
    """
    refuse_no_folder(folder)
    form, form_source, form_problems = whole(Form, folder / QUESTIONS)
    catalogue, catalogue_source, catalogue_problems = whole(Catalogue, folder / ROLES)
    problems = [*form_problems, *catalogue_problems]
    if form is not None and catalogue is not None:
        draft = rules.Draft(form, catalogue, form_source, catalogue_source)
        problems = rules.meaningless(draft)
        if not problems:
            table = compile_table(form, catalogue)
            problems = rules.useless(draft, table)
            if not problems:
                return (draft, table), ()
    return None, in_order(problems)


def refuse_no_folder(folder: Path) -> None:
    """Say what is wrong where a bank should be.

    Raises:
        RolequizError: there is no folder of this name.
    """
    try:
        if folder.is_dir():
            return
        what = "is no folder" if folder.exists() else "does not exist"
    except OSError as error:
        what = f"cannot be opened: {error.strerror}"
    raise RolequizError(f"{folder}: {what}", "name a folder with questions.yaml and roles.yaml")


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems by file, line, column and code."""
    return tuple(sorted(problems, key=lambda one: (one.file, one.line, one.column, one.code)))


def whole(kind: type[Whole], path: Path) -> tuple[Whole | None, Source, list[Problem]]:
    """A file as its dataclass, or None with the problems of its shape."""
    source = read(path)
    problems = list(source.problems)
    if source.value is None and problems:
        return None, source, problems
    try:
        fitting = shaped(kind, source.value)
    except Misfit:
        from rolequiz.bank.misfits import misfits  # here, since it takes as long to load as all the rest

        return None, source, [*problems, *misfits(kind, source)]
    return (fitting if not problems else None), source, problems
