"""The manifest: what was done to which files with what, for whoever finds the output later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from json import dumps

from rolequiz import __version__
from rolequiz.batch.results import encoded
from rolequiz.batch.score import Totals
from rolequiz.batch.sources import Source
from rolequiz.model import BankStamp

MANIFEST = "rolequiz.manifest/1"


def manifest(
    totals: Totals,
    sources: Sequence[Source],
    bank: BankStamp,
    options: Mapping[str, object],
    started: datetime,
    finished: datetime,
) -> bytes:
    """The manifest as it is written."""
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
        "inputs": [source_record(one) for one in sources],
        "options": dict(options),
        "started": started.isoformat(timespec="milliseconds"),
        "finished": finished.isoformat(timespec="milliseconds"),
    }
    return encoded(dumps(content, ensure_ascii=False, indent=1) + "\n")


def source_record(source: Source) -> dict[str, object]:
    """One input: its name, how many bytes were read of it (unpacked), its format; of a folder how many files."""
    record: dict[str, object] = {"source": source.name, "bytes": source.size, "format": source.format}
    return record | {"files": source.files} if source.format == "folder" else record
