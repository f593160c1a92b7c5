"""A picture as DOT text: the same input gives the same bytes, and no name can be read as anything but text.

Places are pinned (`neato -n2`), so Graphviz routes the lines at right angles and moves nothing. Names of nodes are
`n1`, `n2` … because Graphviz would split an id such as `a:b` into node and port; the real ids are in `id` and `label`.
Lane titles are nodes, so that no line crosses them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.core.drawing.picture import SIGNS, Box, Lane, Line, Mark, Picture, Shape
from workbench.core.drawing.wording import shown, wrapped

FONT = "Arial"
HAIR = 0.002
"""How far each next node stands off its place where Graphviz's router cannot cope with boxes exactly in line (2.43 ends
with a failed assertion for 6 of 40 shuffled sheets, with this for none; but it then takes up to ten times as long)."""
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")
STROKES: dict[Mark, str] = {
    "kept": 'color="#59636e"',
    "added": 'color="#0072b2", penwidth=2.4',
    "removed": 'color="#d55e00", penwidth=1.8, style="dashed"',
    "changed": 'color="#8a6100", penwidth=2.4',
}


def dot_text(picture: Picture, hair: float = 0.0) -> str:
    """The DOT text of a picture; draw it with `neato -n2`. `hair` sets every node a little off its place."""
    return "\n".join(_statements(picture, hair)) + "\n"


def node_names(picture: Picture) -> dict[str, str]:
    """The name of each shape's node in the DOT text, by the shape's id."""
    return {shape.id: f"n{index}" for index, shape in enumerate(picture.shapes, 1)}


def line_names(picture: Picture) -> dict[str, str]:
    """The id of each line's edge in the DOT text, by the line's id: the same where it is a plain word."""
    return {line.id: line.id if _PLAIN.fullmatch(line.id) else f"flow-{at}" for at, line in enumerate(picture.lines, 1)}


def _statements(picture: Picture, hair: float) -> Iterator[str]:
    names, edges = node_names(picture), line_names(picture)
    yield "digraph dfd {"
    yield f"  graph [splines=ortho, outputorder=nodesfirst, label={_quoted(picture.title)}, fontname={_quoted(FONT)}]"
    yield f"  node [shape=box, fixedsize=true, margin=0, fontsize=9, fontname={_quoted(FONT)}]"
    yield f"  edge [fontsize=9, arrowsize=0.7, fontname={_quoted(FONT)}]"
    for index, lane in enumerate(picture.lanes, 1):
        yield from _lane(lane, index, picture.height, hair)
    for index, shape in enumerate(picture.shapes, 1 + len(picture.lanes)):
        yield f"  {names[shape.id]} [{_shape(shape)}, {_place(shape.box, picture.height, hair * index)}]"
    for line in picture.lines:
        yield f"  {names[line.source]} -> {names[line.target]} [{_line(line, edges[line.id])}]"
    yield "}"


def _lane(lane: Lane, index: int, height: float, hair: float) -> Iterator[str]:
    box = lane.box
    bounds = f"{_number(box.left)},{_number(height - box.bottom)},{_number(box.right)},{_number(height - box.top)}"
    yield f"  subgraph cluster_{index} {{"
    yield f'    graph [id={_quoted(lane.id)}, bb="{bounds}", {STROKES[lane.mark]}]'
    label = _quoted(f"{_sign(lane.mark)}{lane.name}")
    yield f"    t{index} [shape=plaintext, label={label}, {_place(lane.title, height, hair * index)}]"
    yield "  }"


def _shape(shape: Shape) -> str:
    width = shape.box.width - 12
    tag, who = f"{_sign(shape.mark)}{shown(shape.tag, 12)}", " ".join(wrapped(shape.who, width, 9, 1))
    label = "\n".join(word for word in (tag, *wrapped(shape.name, width, 9, 2), who) if word)
    styles = {"process": "rounded", "store": "", "outsider": "filled"}[shape.kind]
    stroke = STROKES[shape.mark]
    if styles and 'style="' in stroke:
        stroke = stroke.replace('style="', f'style="{styles},')
    elif styles:
        stroke += f', style="{styles}"'
    words = f"id={_quoted(shape.id)}, class={_quoted(shape.kind)}, label={_quoted(label)}"
    return f"{words}, {stroke}"


def _line(line: Line, name: str) -> str:
    tooltip = f"{line.id} {shown(line.data)}" + (f" ({line.row})" if line.row else "")
    parts = [f"id={_quoted(name)}", f"class={_quoted(line.row)}" if line.row else "", f"tooltip={_quoted(tooltip)}"]
    return ", ".join([*(part for part in parts if part), STROKES[line.mark]])


def _place(box: Box, height: float, off: float) -> str:
    across, down = box.middle
    size = f"width={box.width / 72:.4f}, height={box.height / 72:.4f}"
    return f'pos="{_number(across + off)},{_number(height - down + 1.3 * off)}", {size}'


def _sign(mark: Mark) -> str:
    return f"{SIGNS[mark]} " if SIGNS[mark] else ""


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _quoted(text: str) -> str:
    r"""A DOT string whose content is plain text: neither HTML nor an escape such as `\N` can begin inside it."""
    lines = (shown(line, 400).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return '"' + "\\n".join(lines) + '"'
