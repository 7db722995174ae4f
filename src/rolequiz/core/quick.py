"""When a quick sitting may stop: at fixed checkpoints, by the lead so far.

Checkpoints end balanced blocks, so stopping there keeps first place equally
likely for every role under random answering.
"""

from __future__ import annotations

from rolequiz.core.score import Sheet, cut_after, lead, score
from rolequiz.core.table import Table

ANSWERED_OF_ASKED = (4, 5)
"""At least four fifths of the questions asked must be answered, as for a full result."""


def stops_at(table: Table, sheet: Sheet, checkpoint: int, needed: int) -> bool:
    """Whether the first ``checkpoint`` questions suffice: enough of them answered, lead at least ``needed``."""
    cut = cut_after(sheet, checkpoint)
    scores = score(table, cut)
    share, whole = ANSWERED_OF_ASKED
    return scores.answered * whole >= checkpoint * share and lead(scores.roles) >= needed


def stopping_points(table: Table, sheet: Sheet) -> tuple[int, ...]:
    """Every checkpoint at which the rule stops this sheet, ascending."""
    if not table.roles:
        return ()
    return tuple(n for n, needed in table.checkpoints if stops_at(table, sheet, n, needed))
