"""From a part of a landscape to a sheet: every lane, shape and line in its place, with title block and legend."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from workbench.core.drawing.grid import MARGIN, Grid, beside, cell_of, grid_of
from workbench.core.drawing.heading import Heading, Markings, description, legend, remarks, stamp, subtitle
from workbench.core.drawing.layout import BESIDE, Layout, Place, Seat, compacted, seated
from workbench.core.drawing.overview import OVERVIEW, overview_places
from workbench.core.drawing.picture import Box, Kind, Lane, Line, Picture, Shape
from workbench.core.drawing.stubs import stub_places
from workbench.core.drawing.views import CONTEXT
from workbench.core.drawing.wording import natural, shown, text_width
from workbench.model.landscape import DataStore, InventoryRow, Landscape, Move, Outsider, Process

REMARK = 14.0
LANE_TITLE_SIZE = 12.0
LEGEND = 500.0

Element = Process | DataStore | Outsider


def sheet(part: Landscape, heading: Heading, markings: Markings, layout: Layout) -> Picture:
    """The picture of this part of a landscape, every element in its pinned or proposed place."""
    places, unpinned, lanes = _places(part, heading, layout)
    reach = places.values() if heading.partial else [*layout.places.values(), *places.values()]
    grid = grid_of(lanes, reach, heading, cell_of(part, heading))
    right = beside(grid.cell) if any(place.side == "right" for place in reach) else MARGIN
    notes = remarks(part, heading)
    return Picture(
        name=heading.name,
        title=shown(heading.title),
        subtitle=subtitle(part, heading),
        description=description(part, heading),
        width=max(grid.right + right, text_width(heading.title, 22) + LEGEND),
        height=grid.bottom + MARGIN + (REMARK * len(notes) + 8 if notes else 0),
        lanes=_lanes(part, lanes, grid, markings),
        shapes=_shapes(part, places, grid, heading, markings),
        lines=_lines(part, heading, markings),
        legend=legend(part, markings),
        stamp=stamp(part, heading),
        remarks=notes,
        unpinned=unpinned,
        numbers="how many flows, see the flow table" if heading.numbers else Picture.numbers,
    )


def number(move_id: str) -> str:
    """What the badge of a flow says: `07` for F07, else the id itself, cut to eight characters."""
    plain = re.fullmatch(r"F(\d[\d.]*)", move_id)
    return plain.group(1) if plain else shown(move_id, 8)


def _places(
    part: Landscape, heading: Heading, layout: Layout
) -> tuple[Mapping[str, Place], tuple[str, ...], Sequence[str]]:
    """Every element's place, which of them nobody pinned, and the lanes from top to bottom."""
    if heading.home:
        return stub_places(part, heading.home), (), [heading.home]
    lanes = _lane_order(part, layout, heading.partial)
    seats = [Seat(item.id, item.system) for item in part.processes]
    seats += [Seat(item.id, item.system) for item in part.stores]
    seats += [Seat(item.id) for item in part.outsiders]
    homes = {seat.id: seat.lane for seat in seats}
    settled = _pinned(part, heading, layout).items()
    pinned = {name: place for name, place in settled if _holds(name, place, homes, lanes, partial=heading.partial)}
    places = seated(seats, [(move.source, move.target) for move in part.moves], pinned, lanes)
    unpinned = tuple(seat.id for seat in seats if seat.id not in pinned)
    closed_up = heading.partial and heading.level not in (CONTEXT, OVERVIEW)
    return (compacted(places) if closed_up else places), unpinned, lanes


def _holds(name: str, place: Place, homes: Mapping[str, str], lanes: Sequence[str], *, partial: bool) -> bool:
    """Whether a settled place counts here: in the element's own lane, an outsider's beside a lane that is shown.

    A whole sheet also keeps the places of what only the other state has.
    """
    if name not in homes:
        return not partial
    return place.lane == homes[name] if homes[name] else place.lane in lanes


def _pinned(part: Landscape, heading: Heading, layout: Layout) -> Mapping[str, Place]:
    """What people settled for this sheet; on the context sheet the business stands in the middle of its outsiders."""
    page = layout.pages.get(heading.page, {})
    if heading.level == OVERVIEW:
        return {**overview_places(part), **page}
    if heading.level != CONTEXT:
        return {**layout.places, **page}
    middle = BESIDE * ((len(part.outsiders) + 1) // 2 - 1) / 2
    return {CONTEXT: Place("", 0.0, middle), **page}


def _lane_order(part: Landscape, layout: Layout, partial: bool) -> Sequence[str]:
    """The lanes of the sheet: pinned order first; a partial sheet has only those with something in them."""
    occupied = {item.system for item in part.processes} | {item.system for item in part.stores}
    used = [item.id for item in part.systems if item.id in occupied]
    wanted = [lane for lane in layout.lanes if not partial or lane in used]
    return [*wanted, *(lane for lane in used if lane not in wanted)] or [""]


def _shapes(
    part: Landscape, places: Mapping[str, Place], grid: Grid, heading: Heading, markings: Markings
) -> tuple[Shape, ...]:
    systems = {item.id: item.name for item in part.systems}
    items: list[Element] = [*part.processes, *part.stores, *part.outsiders]
    shapes = [
        Shape(
            id=item.id,
            kind=_kind(item),
            tag=item.number if isinstance(item, Process) else item.id,
            name=item.name,
            box=grid.box(_kind(item), places[item.id]),
            who=_who(item, heading, systems),
            mark=markings.marks.get(item.id, "kept"),
            manual=not isinstance(item, Outsider) and item.manual,
            note=markings.notes.get(item.id, ""),
            elsewhere=bool(heading.inside) and not isinstance(item, Outsider) and item.id not in heading.inside,
            system="" if isinstance(item, Outsider) else item.system,
        )
        for item in items
    ]
    return tuple(sorted(shapes, key=lambda shape: natural(shape.id)))


def _who(item: Element, heading: Heading, systems: Mapping[str, str]) -> str:
    """Who performs a process; of a stub, the system in which it stands."""
    if heading.home and not isinstance(item, Outsider) and item.system != heading.home:
        return systems.get(item.system, item.system)
    return item.who if isinstance(item, Process) else ""


def _kind(item: Element) -> Kind:
    return "process" if isinstance(item, Process) else "store" if isinstance(item, DataStore) else "outsider"


def _lanes(part: Landscape, lanes: Sequence[str], grid: Grid, markings: Markings) -> tuple[Lane, ...]:
    names = {item.id: shown(item.name, 60) for item in part.systems}
    tints = {item.id: index % 6 for index, item in enumerate(sorted(part.systems, key=lambda item: item.id))}
    result = []
    for lane in lanes:
        if lane in names:
            box = Box(grid.left, grid.tops[lane], grid.right - grid.left, grid.heights[lane])
            wide = text_width(names[lane], LANE_TITLE_SIZE) + 22
            title = Box(box.left + 10, box.top + 5, wide, 20)
            result.append(Lane(lane, names[lane], box, title, markings.marks.get(lane, "kept"), tints[lane]))
    return tuple(result)


def _lines(part: Landscape, heading: Heading, markings: Markings) -> tuple[Line, ...]:
    rows = {row.id: row for row in part.integrations}
    moves = sorted(part.moves, key=lambda move: natural(move.id))
    return tuple(_line(move, rows.get(move.integration), heading, markings) for move in moves)


def _line(move: Move, row: InventoryRow | None, heading: Heading, markings: Markings) -> Line:
    badge = heading.numbers.get(move.id) or number(move.id)
    return Line(
        id=move.id,
        number=f"{badge} {shown(move.data, 28)}" if heading.spelled else badge,
        source=move.source,
        target=move.target,
        data=move.data,
        row=move.integration,
        mark=markings.marks.get(move.id, "kept"),
        manual=move.manual,
        note=markings.notes.get(move.id, ""),
        fields=move.fields or (row.key_fields if row else ()),
        delivered_by=row.delivered_by if row and markings.delivered else "",
        findings=markings.findings.get(move.id, ()),
    )
