"""Processes, data stores and outsiders as SVG, in Gane and Sarson's shapes."""

from __future__ import annotations

from workbench.core.drawing.picture import SIGNS, Mark, Point, Shape
from workbench.core.drawing.wording import shown, wrapped
from workbench.render.svg_ink import identifier, number, plain, rectangle, text


def shape_svg(shape: Shape, prefix: str) -> str:
    """One shape with its name, what it is told as, and its mark in a difference."""
    draw = {"process": _process, "store": _store, "outsider": _outsider}[shape.kind]
    classes = f"shape {shape.kind}{css(shape.mark)}{' manual' if shape.manual else ''}"
    return (
        f'<g id="{prefix}-{identifier(shape.id)}" class="{classes}"><title>{plain(_told(shape))}</title>'
        f"{draw(shape)}{_corner(shape)}{_note(shape)}</g>"
    )


def css(mark: Mark) -> str:
    """The class of a mark, with a space before it; nothing for what is kept."""
    return "" if mark == "kept" else f" {mark}"


def sign(mark: Mark) -> str:
    """The sign of a mark, with a space after it; nothing for what is kept."""
    return f"{SIGNS[mark]} " if SIGNS[mark] else ""


def _told(shape: Shape) -> str:
    words = f"{shown(shape.tag, 12)} {shown(shape.name)}" + (f", {shown(shape.who)}" if shape.who else "")
    if shape.mark == "kept":
        return words
    return f"{words} ({shape.mark}{f': {shown(shape.note)}' if shape.note else ''})"


def _process(shape: Shape) -> str:
    box, (across, _) = shape.box, shape.box.middle
    top, bottom = box.top + 17, box.bottom - 15
    sides = f"H{number(box.right)}"
    rules = f"M{number(box.left)} {number(top)}{sides}M{number(box.left)} {number(bottom)}{sides}"
    tag = text("tag", (across, box.top + 12.5), f"{sign(shape.mark)}{shown(shape.tag, 14)}")
    who = text("who", (across, box.bottom - 4.5), " ".join(wrapped(shape.who, box.width - 8, 9, 1)))
    name = _name(shape.name, (across, (top + bottom) / 2), box.width - 8, 11.5)
    return f'<rect {rectangle(box)} rx="10"/><path class="rule" d="{rules}"/>{tag}{name}{who}'


def _store(shape: Shape) -> str:
    box, rule = shape.box, shape.box.left + 34
    open_side = f"M{number(box.right)} {number(box.top)}H{number(box.left)}V{number(box.bottom)}H{number(box.right)}"
    frame = f"{open_side}M{number(rule)} {number(box.top)}V{number(box.bottom)}"
    tag = text("tag", (box.left + 17, box.middle[1] + 4), f"{sign(shape.mark)}{shown(shape.tag, 5)}")
    across, width = (rule + box.right) / 2, box.right - rule - 4
    where = text("who", (across, box.bottom - 5), " ".join(wrapped(shape.who, width, 9, 1)))
    name = _name(shape.name, (across, box.middle[1] - (6 if where else 0)), width, 11)
    return f'<path d="{frame}"/>{tag}{name}{where}'


def _outsider(shape: Shape) -> str:
    box, (across, down) = shape.box, shape.box.middle
    name = _name(f"{sign(shape.mark)}{shape.name}", (across, down - 5), box.width - 8, 11.5)
    return f"<rect {rectangle(box)}/>{name}{text('tag', (across, box.bottom - 5), shown(shape.tag, 12))}"


def _corner(shape: Shape) -> str:
    """The stroke across the corner of a shape that belongs to another page."""
    if not shape.elsewhere:
        return ""
    return f'<path class="rule" d="M{number(shape.box.right - 10)} {number(shape.box.bottom)}l10-10"/>'


def _note(shape: Shape) -> str:
    """What differs, under a changed shape."""
    if shape.mark != "changed" or not shape.note:
        return ""
    return text("note", (shape.box.middle[0], shape.box.bottom + 11), " ".join(wrapped(shape.note, 150, 9, 1)))


def _name(words: str, middle: Point, width: float, size: float) -> str:
    """A name in its box: two lines, or three smaller ones where two do not hold it."""
    lines, kind = wrapped(words, width, size, 9), "name"
    if len(lines) > 2:
        size, kind = size * 0.835, "name small"
        lines = wrapped(words, width, size, 3)
    step = size * 1.16
    first = middle[1] - step * (len(lines) - 1) / 2 + size * 0.35
    return "".join(text(kind, (middle[0], first + step * index), line) for index, line in enumerate(lines))
