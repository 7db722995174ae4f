"""What a run of kills counts, whatever was killed."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Count:
    """``acknowledged`` were shown as taken before a kill; ``faults`` say each in words what should not be."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    half: int = 0
    astray: int = 0
    faults: list[str] = field(default_factory=list)

    def loses(self, what: str, count: int = 1) -> None:
        """Something that was acknowledged is not there."""
        self.lost += count
        self.faults.append(f"lost: {what}")

    def halves(self, what: str) -> None:
        """A final name stands on something that is not whole."""
        self.half += 1
        self.faults.append(f"half: {what}")

    def strays(self, what: str) -> None:
        """Something is there that nobody gave, or the next start is not clean."""
        self.astray += 1
        self.faults.append(f"astray: {what}")
