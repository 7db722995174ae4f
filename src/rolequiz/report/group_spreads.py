"""How far a room is spread on each trait or role, as far as that may be said."""

from __future__ import annotations

from fractions import Fraction

from rolequiz.core.group import (
    DETAILED,
    Spread,
)
from rolequiz.core.table import Range
from rolequiz.report.blocks import (
    Block,
    Heading,
    Section,
    Strip,
    Strips,
    para,
)
from rolequiz.report.group_subject import RoomSubject
from rolequiz.report.voice import Voice


def spreads(subject: RoomSubject, found: tuple[Spread, ...], ranges: tuple[Range, ...], kind: str) -> Section | None:
    """The spread of each trait or role that anything may be said of, on one axis."""
    voice, group = subject.voice, subject.group
    shown = [(one, voice.trait(one.id) if kind == "trait" else voice.role(one.id)) for one in found]
    rows = tuple(
        Strip(
            voice.name(thing),
            one.low,
            None if one.lower is None else float(one.lower),
            None if one.median is None else float(one.median),
            None if one.upper is None else float(one.upper),
            one.high,
            spread_said(one, voice),
        )
        for one, thing in shown
    )
    if not any(row.median is not None for row in rows):
        return None
    has_quartiles = any(one.lower is not None for one in found)
    key = "_all" if group.is_named else "" if has_quartiles else "_median"
    heads = (voice.wording(f"group_spread_{kind}"), voice.wording(f"group_spread_said{key}"))
    signs, legend = (voice.wording(f"group_spread_{drawn}{key}") for drawn in ("signs", "legend"))
    low, high = min(span.low for span in ranges), max(span.high for span in ranges)
    blocks: list[Block] = [Strips(signs, legend, heads, rows, low, high)]
    if not group.is_named and not has_quartiles:
        blocks.append(para(voice.wording("group_spread_few", DETAILED)))
    return Section(Heading(voice.wording(f"group_{kind}s_heading")), tuple(blocks))


def spread_said(one: Spread, voice: Voice) -> str:
    """A spread in figures; what is held back is left out."""
    if one.median is None:
        return voice.wording("group_spread_none")
    median = half_points(one.median, voice)
    if one.lower is None or one.upper is None:
        return voice.wording("group_spread_median", median=median)
    lower, upper = half_points(one.lower, voice), half_points(one.upper, voice)
    if one.low is None or one.high is None:
        return voice.wording("group_spread_most", lower=lower, upper=upper, median=median)
    low, high = voice.signed(one.low), voice.signed(one.high)
    return voice.wording("group_spread_all", lower=lower, upper=upper, median=median, low=low, high=high)


def half_points(value: Fraction, voice: Voice) -> str:
    """Whole or half points with their sign: ``+2``, ``−0.5``."""
    if value.denominator == 1:
        return voice.signed(value.numerator)
    whole = voice.signed(1 if value > 0 else -1)
    return whole.replace("1", voice.decimal(abs(float(value))))
