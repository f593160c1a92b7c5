"""A routed picture as SVG: small, readable aloud, reached by keyboard, light and dark, linked to the inventory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from workbench.core.drawing.badges import badges, covering
from workbench.core.drawing.picture import SIGNS, Box, Lane, Line, Picture
from workbench.core.drawing.wording import shown
from workbench.render.svg_ink import Route, identifier, number, path, plain, rectangle, text, tip
from workbench.render.svg_shapes import css, shape_svg, sign
from workbench.render.svg_style import stylesheet

LEGEND_CLASSES = {"by workbench": "workbench", "by vendor": "vendor", "by not yet": "not-yet"}
GLYPHS = (
    ("process", '<rect x="0" y="-8" width="22" height="13" rx="4"/>', "process, done by whom"),
    ("store", '<path d="M22-8H0V5H22M7-8V5"/>', "data store (M: kept by hand)"),
    ("outsider", '<rect x="0" y="-8" width="22" height="13"/>', "outsider"),
)


def svg_text(picture: Picture, routes: Mapping[str, Route], inventory: str = "") -> str:
    """The picture as SVG text. `inventory` is the page that holds the inventory rows; empty means the same page."""
    prefix = identifier(picture.name)
    width, height = number(picture.width), number(picture.height)
    names = {shape.id: shown(shape.name) for shape in picture.shapes}
    systems = {shape.id: shape.system for shape in picture.shapes}
    placed = badges(picture, routes)
    covered = covering(routes, placed)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="dfd" viewBox="0 0 {width} {height}" lang="en" '
        f'role="graphics-document document" aria-labelledby="{prefix}-title {prefix}-description">',
        f'<title id="{prefix}-title">{plain(picture.title)} – {plain(picture.subtitle)}</title>',
        f'<desc id="{prefix}-description">{plain(picture.description)}</desc>',
        f"<style>{stylesheet()}</style>",
        f'<rect class="page" width="{width}" height="{height}"/>',
        *_title_block(picture),
        *(_lane(lane, prefix) for lane in picture.lanes),
        *(shape_svg(shape, prefix) for shape in picture.shapes),
    ]
    for line in picture.lines:
        stroke = _stroke(line, path(routes[line.id], covered[line.id]), tip(routes[line.id]), names)
        drawn = _linked(line, stroke, _badge(line, placed[line.id]), inventory)
        about = f' data-findings="{plain(" ".join(line.findings))}"' if line.findings else ""
        parts.append(f'<g id="{prefix}-{identifier(line.id)}" class="{_classes(line, systems)}"{about}>{drawn}</g>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _title_block(picture: Picture) -> Iterator[str]:
    stamp = " · ".join(f"{name} {value}" for name, value in picture.stamp if value)
    yield text("head left", (24, 42), picture.title)
    yield text("mute left", (24, 61), picture.subtitle)
    yield text("mute left", (24, 77), shown(stamp))
    left = picture.width - 470
    for index, (kind, words) in enumerate(picture.legend):
        yield _legend_entry(kind, words, left, 24.0 + 15 * index)
    for index, (kind, glyph, words) in enumerate(GLYPHS):
        place = f'transform="translate({number(left + 225)} {number(24.0 + 16 * index)})"'
        yield f'<g class="shape {kind}" {place}>{glyph}{text("left", (30, 3), words)}</g>'
    yield text("mute left", (left + 225, 75), f"number: {picture.numbers}")
    lowest = picture.height - 14 * len(picture.remarks) - 10
    for index, words in enumerate(picture.remarks):
        yield text("mute left", (24, lowest + 14 * index), words)


def _legend_entry(kind: str, words: str, left: float, top: float) -> str:
    mark = next((mark for mark in SIGNS if mark == kind), None)
    label = f"{sign(mark)}{words}" if mark else words
    badge = "" if mark else '<rect x="9" y="-5" width="16" height="10" rx="4"/>'
    sample = f'<path class="line" d="M0 0H34"/><path class="tip" d="M42 0l-9-4v8z"/>{badge}'
    place = f'transform="translate({number(left)} {number(top)})"'
    return f'<g class="flow {LEGEND_CLASSES.get(kind, kind)}" {place}>{sample}</g>' + text(
        f"left legend{css(mark) if mark else ''}", (left + 50, top + 3.5), label
    )


def _lane(lane: Lane, prefix: str) -> str:
    name = text("left", (lane.title.left + 4, lane.title.top + 14), f"{sign(lane.mark)}{lane.name}")
    classes, system = f"lane t{lane.tint}{css(lane.mark)}", identifier(lane.id)
    frame = f'<rect {rectangle(lane.box)} rx="10"/>'
    return f'<g id="{prefix}-{system}" class="{classes}" data-system="{system}">{frame}{name}</g>'


def _classes(line: Line, systems: Mapping[str, str]) -> str:
    """How the flow looks, and the systems that it touches, by which a page can bring it into focus."""
    touched = sorted({systems[line.source], systems[line.target]} - {""})
    looks = ["flow", css(line.mark).strip(), "manual" if line.manual else "", "finding" if line.findings else ""]
    words = [*looks, line.delivered_by.replace(" ", "-"), *(f"in-{identifier(system)}" for system in touched)]
    return " ".join(word for word in words if word)


def _stroke(line: Line, stroke: str, arrow: str, names: Mapping[str, str]) -> str:
    title = f"{shown(line.id, 20)} {shown(line.data)}: {names[line.source]} to {names[line.target]}"
    details = [shown(line.row), line.mark if line.mark != "kept" else "", shown(line.note), *line.findings]
    told = ", ".join(detail for detail in details if detail)
    return (
        f"<title>{plain(f'{title} ({told})' if told else title)}</title>"
        f'<path class="line" d="{stroke}"/><path class="tip" d="{arrow}"/>'
    )


def _badge(line: Line, box: Box) -> str:
    return f'<rect {rectangle(box)} rx="5"/>{text("", (box.middle[0], box.middle[1] + 3.4), line.label)}'


def _linked(line: Line, stroke: str, badge: str, inventory: str) -> str:
    """The flow as a link to its inventory row, where it has one; the badge of a marked flow leads to the finding."""
    if line.findings:
        told = shown(f"{line.id} is inefficient: {', '.join(line.findings)}")
        title = f"<title>{plain(told)}</title>"
        return _link(line.row, stroke, inventory) + _link(line.findings[0], title + badge, inventory)
    return _link(line.row, stroke + badge, inventory)


def _link(name: str, content: str, page: str) -> str:
    return f'<a href="{plain(page)}#{quote(name, safe="-._~")}">{content}</a>' if name else content
