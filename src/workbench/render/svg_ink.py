"""The strokes of an SVG: numbers, text, rectangles, routes with round corners, arrow tips, safe ids."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from workbench.core.drawing.picture import Box, Point

Route = Sequence[Point]
CORNER = 5.0


def identifier(text: str) -> str:
    """The text as an XML id: what is no plain letter or digit is written as its code."""
    return re.sub(r"[^A-Za-z0-9.-]", lambda found: f"_{ord(found[0]):x}_" if found[0] != " " else "-", text)


def plain(text: str) -> str:
    """The text as it may stand in XML, in an element or a quoted attribute."""
    return escape(text, quote=True)


def number(value: float) -> str:
    """The number with at most one decimal."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def rectangle(box: Box) -> str:
    """The attributes of a rectangle."""
    left, top, width, height = (number(value) for value in (box.left, box.top, box.width, box.height))
    return f'x="{left}" y="{top}" width="{width}" height="{height}"'


def text(css: str, place: Point, words: str) -> str:
    """A line of text at a place; centred there unless its class says otherwise."""
    kind = f' class="{css}"' if css else ""
    return f'<text{kind} x="{number(place[0])}" y="{number(place[1])}">{plain(words)}</text>' if words else ""


def moves(*steps: str | float) -> str:
    """Path data: letters and numbers as short as they can be written."""
    return " ".join(step if isinstance(step, str) else number(step) for step in steps).replace(" -", "-")


def path(route: Route, covered: Sequence[Box] = ()) -> str:
    """The route with rounded corners, ending where its tip begins, with gaps where something covers it."""
    points = [*route[:-1], _towards(route[-1], route[-2], 6.0)]
    pieces = [f"M{_pair(points[0])}"]
    at = points[0]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(CORNER, _distance(before, corner) / 2, _distance(corner, after) / 2)
        start, end = _towards(corner, before, radius), _towards(corner, after, radius)
        pieces.append(f"{_gapped(at, start, covered)}Q{_pair(corner)} {_pair(end)}")
        at = end
    return "".join([*pieces, _gapped(at, points[-1], covered)])


def _gapped(start: Point, end: Point, covered: Sequence[Box]) -> str:
    """A straight stroke, lifted where a box lies across it."""
    level = abs(start[1] - end[1]) < abs(start[0] - end[0])
    low, high = sorted((start[0], end[0]) if level else (start[1], end[1]))
    gaps = []
    for box in covered:
        first, last = (box.left, box.right) if level else (box.top, box.bottom)
        across = (box.top, start[1], box.bottom) if level else (box.left, start[0], box.right)
        if across[0] < across[1] < across[2] and low < first and last < high:
            gaps.append((first, last))
    forward = start[0] + start[1] <= end[0] + end[1]
    strokes = []
    for gap in sorted(gaps, reverse=not forward):
        near, far = gap if forward else gap[::-1]
        here, there = ((near, start[1]), (far, start[1])) if level else ((start[0], near), (start[0], far))
        strokes.append(f"L{_pair(here)}M{_pair(there)}")
    return "".join([*strokes, f"L{_pair(end)}"])


def tip(route: Route) -> str:
    """The arrow's tip at the end of the route."""
    (x, y), (before_x, before_y) = route[-1], route[-2]
    if abs(y - before_y) < abs(x - before_x):
        back = -8 if x > before_x else 8
        return f"M{_pair((x, y))}l{back}-3.6v7.2z"
    back = -8 if y > before_y else 8
    return f"M{_pair((x, y))}l-3.6 {back}h7.2z"


def _towards(point: Point, other: Point, by: float) -> Point:
    distance = _distance(point, other)
    share = min(1.0, by / distance) if distance else 0.0
    return point[0] + (other[0] - point[0]) * share, point[1] + (other[1] - point[1]) * share


def _distance(first: Point, second: Point) -> float:
    return abs(first[0] - second[0]) + abs(first[1] - second[1])


def _pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"
