"""Where scores, rejects and the manifest go, and that they come into being together or not at all."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from json import dumps
from pathlib import Path
from types import FrameType
from typing import Literal, TypeAlias, get_args

from rolequiz import __version__
from rolequiz.batch.printable import STANDARD_INPUT, printable
from rolequiz.batch.rejects import Reject, reject_line, reject_record
from rolequiz.batch.results import Put, encoded, json_text
from rolequiz.batch.run import Totals
from rolequiz.batch.sources import Source
from rolequiz.cli.env import Env
from rolequiz.errors import RolequizError
from rolequiz.model import Bank
from rolequiz.store.atomic import Sink, is_direct, written

OutputFormat: TypeAlias = Literal["table", "jsonl", "json", "csv"]
ENDINGS: dict[str, OutputFormat] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".txt": "table",
}
MANIFEST = "rolequiz.manifest/1"


@dataclass(frozen=True, slots=True)
class Places:
    """Paths written to; None for standard output, a list on standard error, and no manifest."""

    output: Path | None
    format: OutputFormat
    rejects: Path | None
    manifest: Path | None


def places(output: Path | None, stated: OutputFormat | None, rejects: Path | None) -> Places:
    """Where everything goes, and in which format.

    Raises:
        RolequizError: the format cannot be told from the ending.
    """
    if output is None or str(output) == "-":
        return Places(None, stated or "table", rejects, None)
    if is_direct(output):
        return Places(output, stated or "table", rejects, None)
    ending = output.suffix.lower()
    if stated is None and ending not in ENDINGS:
        raise RolequizError(
            f"{output}: the ending names no format",
            f"give --format {', '.join(get_args(OutputFormat))}, or one of the endings {', '.join(ENDINGS)}",
        )
    stem = output.with_suffix("") if ending in ENDINGS else output
    beside = [stem.with_name(f"{stem.name}.{kind}") for kind in ("rejects.jsonl", "manifest.json")]
    return Places(output, stated or ENDINGS[ending], rejects or beside[0], beside[1])


def refuse_overwriting(sources: Sequence[Source], at: Places) -> None:
    """Stop before answers are replaced by scores, or one output by the other.

    Raises:
        RolequizError: two names lead to one file.
    """
    read = {os.path.realpath(source.name): source.name for source in sources if source.name != STANDARD_INPUT}
    outputs: dict[str, str] = {}
    for path in (at.output, at.rejects, at.manifest):
        if path is None or is_direct(path):
            continue
        real = os.path.realpath(path)
        if real in read:
            raise RolequizError(f"{path}: this file of answers would be overwritten", "choose another name")
        if real in outputs:
            raise RolequizError(f"{path}: two outputs would go into one file", "choose another name")
        outputs[real] = str(path)


def refuse_foreign(at: Places) -> None:
    """Stop before a file of the user's makes room for rejects or a manifest: only an older one of the same kind may.

    Raises:
        RolequizError: something else stands there.
    """
    for path, key, what in ((at.rejects, '"faults"', "list of rejects"), (at.manifest, MANIFEST, "manifest")):
        if path is None or is_direct(path) or not path.is_file():
            continue
        with suppress(OSError), path.open("rb") as stream:
            head = stream.read(65536)
            if head and key.encode() not in head:
                raise RolequizError(
                    f"{shown_path(path)}: this file is no {what} and would be replaced",
                    "move it away, or choose another name",
                )


@contextmanager
def _kept(path: Path | None, *, private: bool = False, keep_empty: bool = True) -> Iterator[Sink | None]:
    if path is None:
        with nullcontext():
            yield None
        return
    with written(path, private=private, keep_empty=keep_empty) as sink:
        yield sink


@contextmanager
def opened(at: Places) -> Iterator[tuple[Sink | None, Sink | None, Sink | None]]:
    """Sinks for output, rejects and manifest. The output appears last, so that whoever waits for it finds the rest."""
    with (
        _kept(at.output) as output,
        _kept(at.rejects, private=True, keep_empty=False) as rejects,
        _kept(at.manifest) as manifest,
    ):
        yield output, rejects, manifest


@contextmanager
def orderly_end() -> Iterator[None]:
    """A request to end the process (SIGTERM, SIGHUP) unwinds it like an error, so that half a file never stays.

    A signal that is ignored (nohup) stays ignored.
    """

    def leave(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    wanted = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, leave) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class StandardOutput:
    """Bytes on standard output, whatever the stream is made of."""

    def __init__(self, env: Env) -> None:
        self._stream = env.stdout
        self._bytes = getattr(env.stdout, "buffer", None)
        self._stream.flush()

    def write(self, data: bytes) -> None:
        """Write bytes.

        Raises:
            RolequizError: they are not taken.
            BrokenPipeError: nobody reads on.
        """
        if self._bytes is not None:
            self._bytes.write(data)
        else:
            self._stream.write(data.decode())

    def flush(self) -> None:
        """Let nothing wait for the end of the process, where nobody could be told of a failure.

        Raises:
            RolequizError: it is not taken.
        """
        self._stream.flush()


@dataclass(frozen=True, slots=True)
class RejectOutput:
    """Rejects into their file, or as lines for people on standard error."""

    env: Env
    put: Put | None
    with_raw: bool

    def __call__(self, reject: Reject) -> None:
        if self.put is None:
            self.env.say(reject_line(reject))
        else:
            self.put(encoded(json_text(reject_record(reject, with_raw=self.with_raw)) + "\n"))


def manifest(
    totals: Totals,
    sources: Sequence[Source],
    bank: Bank,
    options: Mapping[str, object],
    started: datetime,
    finished: datetime,
) -> bytes:
    """What was done to which files with what, for whoever finds the output later."""
    content = {
        "schema": MANIFEST,
        "program": {"name": "rolequiz", "version": __version__},
        "bank": {"id": bank.id, "version": bank.version, "digest": bank.digest},
        "counts": {
            "records": totals.read,
            "scored": totals.scored,
            "rejected": totals.rejected,
            "reject_codes": dict(totals.codes),
        },
        "inputs": [{"source": one.name, "bytes": one.size, "format": one.format} for one in sources],
        "options": dict(options),
        "started": started.isoformat(timespec="milliseconds"),
        "finished": finished.isoformat(timespec="milliseconds"),
    }
    return encoded(dumps(content, ensure_ascii=False, indent=1) + "\n")


def shown_path(path: Path) -> str:
    """A path for a message."""
    return printable(str(path))
