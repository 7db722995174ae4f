"""A result in a cell: who comes first, and how sure that is."""

from __future__ import annotations

from rolequiz.core.assess import Assessment
from rolequiz.report.voice import Voice

STRONGEST = 3
"""Traits that are named where a bank has no roles."""


def outcome(voice: Voice, result: Assessment) -> str:
    """The role, the two of a pair, those that share first place; ``-`` where none stands out."""
    if not result.roles and result.status != "insufficient":
        strongest = sorted(result.traits, key=lambda trait: -trait.score)[:STRONGEST]
        return voice.listed([f"{voice.name(voice.trait(one.trait))} {voice.signed(one.score)}" for one in strongest])
    if result.shape == "pair":
        named = [one.role for one in result.roles[:2]]
    else:
        named = list(result.top) if result.shape == "single" or result.tie else []
    return voice.listed([voice.name(voice.role(role)) for role in named]) or "-"


def sureness(voice: Voice, result: Assessment) -> str:
    """The label in words, and what limits it: answers missing, a sitting cut short."""
    parts: list[str] = []
    if result.shape == "single":
        parts.append(voice.wording(f"tag_{result.label}"))
    elif result.shape == "pair":
        parts.append(voice.wording("tag_pair"))
    elif result.shape == "open":
        parts.append(voice.wording("tag_tie" if result.tie else "tag_open"))
    if result.mode == "quick":
        parts.append(voice.wording("banner_quick"))
    if result.status != "full":
        parts.append(voice.wording("banner_some", answered=result.answered, asked=result.asked))
    return voice.listed(parts)
