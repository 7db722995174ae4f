"""Dots as shapes of SVG: a triangle with its zones, or a line; nobody covers anybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin, sqrt

from rolequiz.core.group import position
from rolequiz.report.blocks import Dots

SIDE = 320.0
"""Length of a side, in units of the picture; everything else follows from it."""

MARGIN = 40.0
LABEL = 24.0
RADII = ((30, 7.0), (100, 5.0), (300, 3.5))
"""Up to so many people a dot has so large a radius."""

MARKED = 9.0
"""Radius of a dot with a letter in it."""

SMALLEST = 2.0
"""Radius of a dot in a larger crowd, whose dots may cover each other."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A dot as drawn, and its letter."""

    at: Point
    mark: str


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a corner; ``anchor`` as in SVG."""

    at: Point
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw, in units from the top left. ``corners`` and ``sides`` are zones, each a polygon."""

    width: float
    height: float
    outline: tuple[Point, ...]
    corners: tuple[tuple[Point, ...], ...]
    sides: tuple[tuple[Point, ...], ...]
    labels: tuple[Label, ...]
    spots: tuple[Spot, ...]
    radius: float


def picture_of(dots: Dots) -> Picture:
    """The picture of a triangle (three corners) or a line (two)."""
    return triangle(dots) if len(dots.corners) == 3 else line(dots)


def triangle(dots: Dots) -> Picture:
    """The first corner at the top; a zone across each corner, and one along each side."""
    height = SIDE * sqrt(3) / 2

    def at(*shares: float) -> Point:
        x, y = position(shares)
        return (MARGIN + SIDE / 2 + SIDE * x, LABEL + height - SIDE * y)

    cut, rest = dots.single_from, dots.pair_rest
    corners = tuple(
        tuple(at(*turned(shares, turn)) for shares in ((1, 0, 0), (cut, 1 - cut, 0), (cut, 0, 1 - cut)))
        for turn in range(3)
    )
    strip = ((cut, 1 - cut, 0), (1 - cut, cut, 0), (1 - cut - rest, cut, rest), (cut, 1 - cut - rest, rest))
    sides = tuple(tuple(at(*turned(shares, turn)) for shares in strip) for turn in range(3))
    radius = radius_for(dots)
    base = LABEL + height
    labels = (
        Label((MARGIN + SIDE / 2, LABEL - 9), "middle", dots.corners[0]),
        Label((MARGIN, base + 19), "start", dots.corners[1]),
        Label((MARGIN + SIDE, base + 19), "end", dots.corners[2]),
    )
    return Picture(
        width=SIDE + 2 * MARGIN,
        height=base + LABEL + 4,
        outline=(at(1, 0, 0), at(0, 1, 0), at(0, 0, 1)),
        corners=corners,
        sides=sides,
        labels=labels,
        spots=spots([at(*dot.shares) for dot in dots.dots], [dot.mark for dot in dots.dots], radius),
        radius=radius,
    )


def turned(shares: Sequence[float], by: int) -> tuple[float, ...]:
    """The shares of the corners that lie ``by`` further."""
    return (*shares[-by:], *shares[:-by]) if by else tuple(shares)


def line(dots: Dots) -> Picture:
    """The first end left; everybody stands on the line, or above whoever stands there."""
    radius = radius_for(dots)
    columns: dict[int, int] = {}
    found = []
    for dot in dots.dots:
        column = round(dot.shares[1] * SIDE / (2 * radius))
        columns[column] = columns.get(column, 0) + 1
        found.append((MARGIN + column * 2 * radius, -(2 * columns[column] - 1) * radius))
    top = LABEL + max((2 * radius * count for count in columns.values()), default=LABEL)
    ends = tuple(
        tuple((MARGIN + share * SIDE, y) for share, y in ((low, top - 6), (high, top - 6), (high, top), (low, top)))
        for low, high in ((0.0, 1 - dots.single_from), (dots.single_from, 1.0))
    )
    labels = (
        Label((MARGIN, top + 19), "start", dots.corners[0]),
        Label((MARGIN + SIDE, top + 19), "end", dots.corners[1]),
    )
    return Picture(
        width=SIDE + 2 * MARGIN,
        height=top + LABEL + 4,
        outline=((MARGIN, top), (MARGIN + SIDE, top)),
        corners=ends,
        sides=(),
        labels=labels,
        spots=tuple(Spot((x, top + y), dot.mark) for (x, y), dot in zip(found, dots.dots, strict=True)),
        radius=radius,
    )


def radius_for(dots: Dots) -> float:
    """The larger the crowd, the smaller a dot."""
    if any(dot.mark for dot in dots.dots):
        return MARKED
    return next((radius for most, radius in RADII if len(dots.dots) <= most), SMALLEST)


def spots(points: Sequence[Point], marks: Sequence[str], radius: float) -> tuple[Spot, ...]:
    """Each dot at its place, or the nearest free one around it, in the order given; the largest crowds as they are."""
    if radius == SMALLEST:
        return tuple(Spot(point, mark) for point, mark in zip(points, marks, strict=True))
    placed: list[Spot] = []
    for point, mark in zip(points, marks, strict=True):
        free = next(
            one
            for one in around(point, radius)
            if all(hypot(one[0] - other.at[0], one[1] - other.at[1]) >= 2 * radius for other in placed)
        )
        placed.append(Spot(free, mark))
    return tuple(placed)


def around(point: Point, radius: float) -> Iterator[Point]:
    """The place itself, then rings of places around it without end."""
    yield point
    ring = 0
    while True:
        ring += 1
        reach, places = ring * radius / 2, 8 * ring
        for number in range(places):
            turn = 2 * pi * number / places
            yield (point[0] + reach * cos(turn), point[1] + reach * sin(turn))
