"""Graphviz at work: finds the engine, lets it route the lines of a picture, and trusts nothing that it hands back."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.core.drawing.dot import HAIR, dot_text, line_names, node_names
from workbench.core.drawing.picture import Picture, Point
from workbench.errors import Failed, Unavailable

SECONDS = 30
_HARMLESS = re.compile(
    r"font|pango|size too small for label|width of non-ascii", re.IGNORECASE
)  # boxes are fixed: no place depends on them


class _Crashed(Failed):
    """Graphviz was ended by a signal: its router lost its way."""


Route = tuple[Point, ...]


def engine() -> str:
    """The Graphviz program: `WORKBENCH_DOT`, else `dot` on the path, else `graphviz-pure` beside this Python."""
    named = os.environ.get("WORKBENCH_DOT", "")
    beside = Path(sys.executable).with_name("graphviz-pure")
    found = named or shutil.which("dot") or (str(beside) if beside.exists() else shutil.which("graphviz-pure"))
    if not found:
        raise Unavailable(
            "there is no Graphviz to draw with; install the package graphviz of your system, or "
            "`pip install graphviz-pure`, or name the program in WORKBENCH_DOT"
        )
    return found


def routes(picture: Picture, program: str = "", seconds: float = SECONDS) -> dict[str, Route]:
    """The corners of every line of the picture, by the line's id, in points from the top left.

    Raises Failed when Graphviz ends with an error, complains, takes too long or leaves a line out: half a picture
    would be believed.
    """
    program = program or engine()
    try:
        drawn = _run(program, dot_text(picture), seconds)
    except _Crashed:
        drawn = _run(program, dot_text(picture, HAIR), seconds)
    across, down = _shift(picture, drawn)
    ids = {name: line for line, name in line_names(picture).items()}
    found = {
        ids.get(str(edge["id"]), ""): tuple((x + across, down - y) for x, y in _corners(str(edge.get("pos", ""))))
        for edge in drawn.get("edges", ())
    }
    missing = sorted({line.id for line in picture.lines} - {name for name, route in found.items() if len(route) > 1})
    if missing or len(found) != len(picture.lines):
        shown = ", ".join(missing[:5]) or "none by name"
        raise Failed(f"Graphviz drew {len(found)} of {len(picture.lines)} flows (missing: {shown}); split the diagram")
    return found


def _run(program: str, text: str, seconds: float) -> Mapping[str, Any]:
    command = [program, "-Kneato", "-n2", "-Tjson0"]
    try:
        done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", timeout=seconds, check=False)
    except FileNotFoundError as error:
        raise Unavailable(f"the Graphviz program {program} does not exist; correct WORKBENCH_DOT") from error
    except subprocess.TimeoutExpired as error:
        raise Failed(
            f"Graphviz did not finish within {seconds:g} seconds; draw one system or object at a time"
        ) from error
    complaint = "\n".join(line for line in done.stderr.splitlines() if line.strip() and not _HARMLESS.search(line))
    if done.returncode or complaint:
        kind = _Crashed if done.returncode < 0 else Failed
        raise kind(f"Graphviz ended with {done.returncode}: {complaint[:300] or 'no message'}; nothing was drawn")
    try:
        drawn: Mapping[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise Failed(
            f"Graphviz answered {len(done.stdout)} characters that are no drawing; nothing was drawn"
        ) from error
    return drawn


def _shift(picture: Picture, drawn: Mapping[str, Any]) -> Point:
    """What to add to Graphviz's places: it moves the whole drawing to its own corner and counts upwards."""
    if not picture.shapes:
        return 0.0, 0.0
    first = picture.shapes[0]
    name = node_names(picture)[first.id]
    place = next(str(item["pos"]) for item in drawn.get("objects", ()) if item.get("name") == name)
    x, y = (float(part) for part in place.split(","))
    middle = first.box.middle
    return middle[0] - x, middle[1] + y


def _corners(position: str) -> Route:
    """The corners of a route given as a Bézier curve whose pieces are all straight; its arrow's tip comes last."""
    points: list[Point] = []
    tip: Point | None = None
    for word in position.split():
        kind, _, rest = word.partition(",") if word[0] in "es" else ("", "", word)
        x, y = rest.split(",")
        if kind == "e":
            tip = float(x), float(y)
        elif kind != "s":
            points.append((float(x), float(y)))
    if tip:
        points.append(tip)
    return _straightened(points)


def _straightened(points: list[Point]) -> Route:
    """The points without repetitions and without those that lie on the way between two others."""
    kept: list[Point] = []
    for point in points:
        if kept and abs(point[0] - kept[-1][0]) < 0.05 and abs(point[1] - kept[-1][1]) < 0.05:
            continue
        if len(kept) > 1 and _in_line(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return tuple(kept)


def _in_line(first: Point, second: Point, third: Point) -> bool:
    return any(abs(first[axis] - second[axis]) < 0.2 and abs(second[axis] - third[axis]) < 0.2 for axis in (0, 1))
