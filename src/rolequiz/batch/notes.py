"""What a reader of answers noticed and did not reject: collected while records stream by, told once at the end."""

from __future__ import annotations

from collections.abc import Iterable

from rolequiz.printable import listed, short, shown_source

MAX_NAMES = 20
"""Names one note remembers, so that millions of odd records need no memory."""

MAX_NOTES = 50
"""Notes about whole sources; a folder can hold millions of files."""


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


class Grouped:
    """Names under keys, of which the first ``MAX_NAMES`` in alphabetical order are remembered.

    Which those are does not depend on the order in which they are noticed: a key
    that belongs to the first ones of all belongs to the first ones of every part.
    """

    __slots__ = ("found", "others")

    def __init__(self) -> None:
        self.found: dict[str, Names] = {}
        self.others = 0

    def names(self, key: str) -> Names | None:
        """The names under a key; None if there are enough keys before it."""
        known = self.found.get(key)
        if known is not None:
            return known
        if len(self.found) >= MAX_NAMES:
            last = max(self.found)
            if key > last:
                return None
            self.others += self.found.pop(last).count
        return self.found.setdefault(key, Names())

    def add(self, key: str, name: str) -> None:
        """Notice a name once more under a key."""
        names = self.names(key)
        if names is None:
            self.others += 1
        else:
            names.add(name)

    def merge(self, later: Grouped) -> None:
        """Notice everything that was noticed after it elsewhere."""
        self.others += later.others
        for key, names in later.found.items():
            known = self.names(key)
            if known is None:
                self.others += names.count
            else:
                known.merge(names)


class Notes:
    """A collector of notes. Reading a source twice notes nothing twice where it speaks of the whole source."""

    def __init__(self) -> None:
        self._of_sources: dict[str, None] = {}
        self._is_cut = False
        self._unknown_keys = Grouped()
        self._other_files = Names()
        self._no_files = Names()
        self._quick = Names()
        self._versions = Grouped()
        self._kept: set[str] = set()
        self._foreign = Names()

    def merge(self, later: Notes) -> None:
        """Take over what was noticed of the pieces of input that follow."""
        for text in later._of_sources:
            self._keep(text)
        self._is_cut = self._is_cut or later._is_cut
        self._unknown_keys.merge(later._unknown_keys)
        self._other_files.merge(later._other_files)
        self._no_files.merge(later._no_files)
        self._quick.merge(later._quick)
        self._versions.merge(later._versions)
        self._kept |= later._kept
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

    def no_file(self, path: str) -> None:
        """Something in a folder that is no file: a link to a folder or to nothing, a pipe."""
        self._no_files.add(path)

    def option_unused(self, option: str, form: str) -> None:
        """An option that changes nothing in the format of the output."""
        self._keep(f"{option} changes nothing here: it is not for {form}")

    def kept(self, names: Iterable[str]) -> None:
        """Columns to keep that are in a record."""
        self._kept.update(names)

    def id_column_unused(self, source: str, column: str) -> None:
        """``--id-column`` with a format that has no columns."""
        self._of_source(source, f"--id-column {short(column)} is for CSV; here the key id counts")

    def unknown_keys(self, source: str, keys: Iterable[str]) -> None:
        """Keys of a record that mean nothing here."""
        for key in keys:
            self._unknown_keys.add(source, key)

    def quick_not_honoured(self, person: str) -> None:
        """A quick claim that the rule does not bear out."""
        self._quick.add(person)

    def other_version(self, version: str, person: str) -> None:
        """A record made for another version of the bank."""
        self._versions.add(version, person)

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

    def lines(self, version: str = "", keep: Iterable[str] = ()) -> list[str]:
        """Every note as a line of text; ``version`` is that of the bank in use, ``keep`` the columns to keep."""
        found = list(self._of_sources)
        if self._is_cut:
            found.append("other files gave notes like these, too many to list")
        lost = [name for name in keep if name not in self._kept]
        if lost:
            found.append(f"--keep {listed(lost)}: in no record")
        keys = self._unknown_keys
        found += [
            f"{shown_source(source)}: unknown keys ignored: {names}" for source, names in sorted(keys.found.items())
        ]
        if keys.others:
            found.append("other files have unknown keys too; they were ignored")
        if self._other_files.count:
            what = "1 file" if self._other_files.count == 1 else f"{self._other_files.count} files"
            found.append(f"{what} in folders left out, by the ending no answers: {self._other_files}")
        if self._no_files.count:
            found.append(f"{self._no_files.count} in folders left out, no files (links, pipes): {self._no_files}")
        if self._quick.count:
            found.append(
                f"{_records(self._quick.count)} claimed to be quick, but did not stop where the rule stops: "
                f"scored as full, with gaps ({self._quick})"
            )
        for other, names in sorted(self._versions.found.items()):
            found.append(
                f"{_records(names.count)} made for version {short(other)} of the bank, scored with {short(version)}"
            )
        if self._versions.others:
            count = _records(self._versions.others)
            found.append(f"{count} made for yet other versions of the bank, scored with {short(version)}")
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


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{count} records"
