"""Settling places: what is wrong with a layout file, and the text of a layout that has a place for everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workbench.core.drawing.layout import Layout, Place, Seat, seated
from workbench.core.drawing.views import level_one
from workbench.core.drawing.wording import natural
from workbench.model.landscape import Landscape
from workbench.model.rows import Rows

CROWDED = 0.8


@dataclass(frozen=True, slots=True)
class Misplacement:
    """One element whose place in the layout file is missing, idle or wrong."""

    element: str
    message: str
    remedy: str


def misplaced(landscape: Landscape, layout: Layout) -> Rows[Misplacement]:
    """Everything about the layout that a person should settle; the diagrams are drawn all the same."""
    return Rows(sorted(_misplaced(_seats(landscape), layout), key=lambda item: natural(item.element)))


def _seats(landscape: Landscape) -> dict[str, Seat]:
    whole = level_one(landscape)
    seats = {item.id: Seat(item.id, item.system) for item in whole.processes}
    seats |= {item.id: Seat(item.id, item.system) for item in whole.stores}
    return seats | {item.id: Seat(item.id) for item in whole.outsiders}


def _misplaced(seats: Mapping[str, Seat], layout: Layout) -> Iterator[Misplacement]:
    for name, seat in seats.items():
        place = layout.places.get(name)
        if place is None:
            yield Misplacement(name, f"{name} has no settled place", "give it a cell in diagrams/layout.yaml")
        elif seat.lane and place.lane != seat.lane:
            message = f"{name} is placed in lane {place.lane} but stands in {seat.lane}"
            yield Misplacement(name, message, "move its entry to the lane of its system")
    for name in layout.places.keys() - seats.keys():
        yield Misplacement(name, f"{name} has a place but does not exist", "remove its entry, or correct the id")
    placed = sorted(layout.places.items(), key=lambda item: natural(item[0]))
    for index, (name, place) in enumerate(placed):
        for other, there in placed[index + 1 :]:
            if _crowding(place, there):
                message = f"{name} and {other} stand on the same cell of {place.lane}"
                yield Misplacement(name, message, "move one of them by a column or a row")


def _crowding(one: Place, two: Place) -> bool:
    if (one.lane, one.side) != (two.lane, two.side):
        return False
    beside = bool(one.side) or abs(one.column - two.column) < CROWDED
    return beside and abs(one.row - two.row) < (0.4 if one.side else CROWDED)


def settled(landscape: Landscape, layout: Layout) -> Layout:
    """The layout with a proposed place for every element that has none; settled places stay as they are."""
    whole, seats = level_one(landscape), _seats(landscape)
    lanes = [*layout.lanes, *(item.id for item in whole.systems if item.id not in layout.lanes)]
    links = [(move.source, move.target) for move in whole.moves]
    places = seated(list(seats.values()), links, layout.places, lanes)
    return Layout(tuple(lanes), places, layout.pages)


def layout_text(layout: Layout) -> str:
    """The places of level 1 as the text of `diagrams/layout.yaml`."""
    lines = ["lanes:"]
    for lane in layout.lanes:
        inside = [(name, place) for name, place in layout.places.items() if place.lane == lane and not place.side]
        lines.append(f"  {lane}:" if inside else f"  {lane}: {{}}")
        for name, place in sorted(inside, key=lambda item: (item[1].row, item[1].column)):
            lines.append(f"    {name}: [{place.column:g}, {place.row:g}]")
    for side in ("left", "right"):
        beside = [(name, place) for name, place in layout.places.items() if place.side == side]
        lines.append(f"{side}:" if beside else f"{side}: {{}}")
        lines += [f"  {name}: [{place.lane}, {place.row:g}]" for name, place in beside]
    return "\n".join(lines) + "\n"
