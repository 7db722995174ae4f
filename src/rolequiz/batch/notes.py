"""What a reader of answers noticed and did not reject: collected while records stream by, told once at the end."""

from __future__ import annotations

from collections.abc import Iterable

from rolequiz.printable import listed, short, shown_source

MAX_NAMES = 20
"""Names one note remembers, so that millions of odd records need no memory."""

MAX_NOTES = 50
"""Notes about whole sources; a folder can hold millions of files."""

OTHERS = "…"


class Names:
    """The first few different names, and how often any was noticed."""

    __slots__ = ("count", "is_cut", "names")

    def __init__(self) -> None:
        self.names: dict[str, None] = {}
        self.count = 0
        self.is_cut = False

    def add(self, name: str) -> None:
        """Notice a name once more."""
        self.count += 1
        if name in self.names:
            return
        if len(self.names) < MAX_NAMES:
            self.names[name] = None
        else:
            self.is_cut = True

    def merge(self, later: Names) -> None:
        """Notice everything that was noticed after it elsewhere."""
        count = self.count + later.count
        for name in later.names:
            self.add(name)
        self.count = count
        self.is_cut = self.is_cut or later.is_cut

    def __str__(self) -> str:
        shown = ", ".join(short(name) for name in self.names)
        return f"{shown} and others" if self.is_cut else shown


class Notes:
    """A collector of notes. Reading a source twice notes nothing twice where it speaks of the whole source."""

    def __init__(self) -> None:
        self._of_sources: dict[str, None] = {}
        self._is_cut = False
        self._unknown_keys: dict[str, Names] = {}
        self._other_files = Names()
        self._quick = Names()
        self._versions: dict[str, Names] = {}
        self._foreign = Names()

    def merge(self, later: Notes) -> None:
        """Take over what was noticed of the pieces of input that follow."""
        for text in later._of_sources:
            self._keep(text)
        self._is_cut = self._is_cut or later._is_cut
        for source, names in later._unknown_keys.items():
            _named(self._unknown_keys, source).merge(names)
        self._other_files.merge(later._other_files)
        self._quick.merge(later._quick)
        for version, names in later._versions.items():
            _named(self._versions, version).merge(names)
        self._foreign.merge(later._foreign)

    def missing_columns(self, source: str, questions: list[str]) -> None:
        """Questions without a column: a gap for everybody."""
        if questions:
            self._of_source(source, f"no column for {listed(questions)}: nobody's answer to it is known")

    def other_columns(self, source: str, columns: list[str]) -> None:
        """Columns that are neither the id nor a question."""
        if columns:
            what = "column" if len(columns) == 1 else "columns"
            self._of_source(source, f"{what} ignored: {listed([column or '(no name)' for column in columns])}")

    def other_file(self, path: str) -> None:
        """A file of a folder that is not taken for answers."""
        self._other_files.add(path)

    def id_column_unused(self, source: str, column: str) -> None:
        """``--id-column`` with a format that has no columns."""
        self._of_source(source, f"--id-column {short(column)} is for CSV; here the key id counts")

    def unknown_keys(self, source: str, keys: Iterable[str]) -> None:
        """Keys of a record that mean nothing here."""
        for key in keys:
            _named(self._unknown_keys, source).add(key)

    def quick_not_honoured(self, person: str) -> None:
        """A quick claim that the rule does not bear out."""
        self._quick.add(person)

    def other_version(self, version: str, person: str) -> None:
        """A record made for another version of the bank."""
        _named(self._versions, version).add(person)

    def other_bank(self, person: str) -> None:
        """A record made for another bank, accepted all the same."""
        self._foreign.add(person)

    def several_sittings(self, source: str, person: str, numbers: list[int], used: int) -> None:
        """An id that stands more than once in a source of which one person is wanted."""
        at = ", ".join(str(number) for number in numbers)
        self._of_source(source, f"{short(person)} stands there more than once ({at}): {used} is used")

    def skipped_sitting(self, source: str, number: int, why: str) -> None:
        """A later sitting of the person wanted that cannot be read."""
        self._of_source(source, f"{number} is left out: {why}")

    def lines(self, version: str = "") -> list[str]:
        """Every note as a line of text; ``version`` is that of the bank in use."""
        found = list(self._of_sources)
        if self._is_cut:
            found.append("other files gave notes like these, too many to list")
        found += [
            f"{'other files' if source == OTHERS else shown_source(source)}: unknown keys ignored: {names}"
            for source, names in self._unknown_keys.items()
        ]
        if self._other_files.count:
            what = "1 file" if self._other_files.count == 1 else f"{self._other_files.count} files"
            found.append(f"{what} in folders left out, by the ending no answers: {self._other_files}")
        if self._quick.count:
            found.append(
                f"{_records(self._quick.count)} claimed to be quick, but did not stop where the rule stops: "
                f"scored as full, with gaps ({self._quick})"
            )
        for other, names in self._versions.items():
            found.append(
                f"{_records(names.count)} made for version {short(other)} of the bank, scored with {short(version)}"
            )
        if self._foreign.count:
            found.append(
                f"{_records(self._foreign.count)} made for another bank, scored all the same ({self._foreign})"
            )
        return found

    def _of_source(self, source: str, text: str) -> None:
        self._keep(f"{shown_source(source)}: {text}")

    def _keep(self, text: str) -> None:
        if text in self._of_sources or len(self._of_sources) < MAX_NOTES:
            self._of_sources[text] = None
        else:
            self._is_cut = True


def _named(found: dict[str, Names], key: str) -> Names:
    """The names under a key; under one key together where there are too many keys."""
    return found.setdefault(key if key in found or len(found) < MAX_NAMES else OTHERS, Names())


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{count} records"
