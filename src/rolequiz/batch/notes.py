"""What a reader of answers noticed and did not reject: collected while records stream by, told once at the end."""

from __future__ import annotations

from collections.abc import Iterable

from rolequiz.batch.printable import listed, short, shown_source

MAX_NAMES = 20
"""Names one note remembers, so that millions of odd records need no memory."""


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

    def __str__(self) -> str:
        shown = ", ".join(short(name) for name in self.names)
        return f"{shown} and others" if self.is_cut else shown


class Notes:
    """A collector of notes. Reading a source twice notes nothing twice where it speaks of the whole source."""

    def __init__(self) -> None:
        self._of_sources: dict[str, None] = {}
        self._unknown_keys: dict[str, Names] = {}
        self._quick = Names()
        self._versions: dict[str, Names] = {}
        self._foreign = Names()

    def missing_columns(self, source: str, questions: list[str]) -> None:
        """Questions without a column: a gap for everybody."""
        if questions:
            self._of_source(source, f"no column for {listed(questions)}: nobody's answer to it is known")

    def other_columns(self, source: str, columns: list[str]) -> None:
        """Columns that are neither the id nor a question."""
        if columns:
            what = "column" if len(columns) == 1 else "columns"
            self._of_source(source, f"{what} ignored: {listed([column or '(no name)' for column in columns])}")

    def id_column_unused(self, source: str, column: str) -> None:
        """``--id-column`` with a format that has no columns."""
        self._of_source(source, f"--id-column {short(column)} is for CSV; here the key id counts")

    def unknown_keys(self, source: str, keys: Iterable[str]) -> None:
        """Keys of a record that mean nothing here."""
        for key in keys:
            self._unknown_keys.setdefault(source, Names()).add(key)

    def quick_not_honoured(self, person: str) -> None:
        """A quick claim that the rule does not bear out."""
        self._quick.add(person)

    def other_version(self, version: str, person: str) -> None:
        """A record made for another version of the bank."""
        self._versions.setdefault(version if len(self._versions) < MAX_NAMES else "…", Names()).add(person)

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
        found += [
            f"{shown_source(source)}: unknown keys ignored: {names}" for source, names in self._unknown_keys.items()
        ]
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
        self._of_sources[f"{shown_source(source)}: {text}"] = None


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{count} records"
