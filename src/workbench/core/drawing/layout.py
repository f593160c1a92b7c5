"""Where every element stands: the pinned grid of `diagrams/layout.yaml`, and a proposal for what is not pinned yet.

A lane is a system; inside it an element has a column and a row (halves are allowed); an outsider stands left or
right of the lanes, beside one of them. Pinned places never move: the same element stands in the same place in AS-IS,
TO-BE and their difference.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Side = Literal["", "left", "right"]
SWEEPS = 8
WIDER, PAPER = 1.5, 1.414  # how much wider than high a cell is, and A-series paper
BESIDE = 0.7


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of the grid: lane, column and row; with a `side` the column does not count."""

    lane: str
    column: float
    row: float
    side: Side = ""


@dataclass(frozen=True)
class Layout:
    """The pinned places of a landscape's elements, the lanes in drawing order, and places for single pages by name."""

    lanes: tuple[str, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    pages: Mapping[str, Mapping[str, Place]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seat:
    """An element that wants a place: the lane that it belongs to, or none for an outsider."""

    id: str
    lane: str = ""


def seated(
    seats: Sequence[Seat], links: Iterable[tuple[str, str]], pinned: Mapping[str, Place], lanes: Sequence[str]
) -> dict[str, Place]:
    """A place for every seat: the pinned one, else the free cell nearest to what it exchanges data with."""
    places = {seat.id: pinned[seat.id] for seat in seats if seat.id in pinned}
    near = _neighbours(links)
    order = {element: index for index, element in enumerate(near)}
    free = sorted((seat for seat in seats if seat.id not in places), key=lambda seat: order.get(seat.id, len(order)))
    if free:
        proposal = _Proposal(places, near, lanes, frozenset(pinned.values()))
        proposal.seat_inside([seat for seat in free if seat.lane])
        for seat in free:
            if not seat.lane:
                proposal.seat_beside(seat)
    return places


def _neighbours(links: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    near: dict[str, list[str]] = defaultdict(list)
    for left, right in links:
        near[left].append(right)
        near[right].append(left)
    return near


@dataclass
class _Proposal:
    """Seats what is not pinned: every element sweeps towards the middle of its neighbours, a few times over."""

    places: dict[str, Place]
    near: Mapping[str, list[str]]
    lanes: Sequence[str]
    pinned: frozenset[Place]
    columns: int = 1

    def seat_inside(self, seats: Sequence[Seat]) -> None:
        """Give each of these elements a cell of its lane."""
        members: dict[str, list[Seat]] = defaultdict(list)
        for seat in seats:
            members[seat.lane].append(seat)
        reached = [math.ceil(place.column + 1) for place in self.pinned if not place.side]
        self.columns = max([_columns([len(lane) for lane in members.values()]), *reached])
        wished = {
            seat.id: self.columns * (index + 0.5) / len(lane) - 0.5
            for lane in members.values()
            for index, seat in enumerate(lane)
        }
        for sweep in range(SWEEPS):
            for lane in members.values():
                if sweep:  # lane by lane, for neighbours that all move at once would only change places
                    wished.update({seat.id: self._middle(seat.id, wished[seat.id]) for seat in lane})
                self._seat_lane(lane, wished)

    def _seat_lane(self, lane: Sequence[Seat], wished: Mapping[str, float]) -> None:
        name, own = lane[0].lane, {seat.id for seat in lane}
        others = {place for element, place in self.places.items() if element not in own}
        taken = {(at.column, at.row) for at in self.pinned | others if at.lane == name and not at.side}
        depth = max([1, math.ceil(len(lane) / self.columns), *(math.ceil(row) + 1 for _, row in taken)])
        for seat in sorted(lane, key=lambda seat: (wished[seat.id], seat.id)):
            cell = self._nearest(seat, wished[seat.id], taken, depth)
            taken.add(cell)
            self.places[seat.id] = Place(name, *cell)

    def _nearest(self, seat: Seat, wished: float, taken: set[tuple[float, float]], depth: int) -> tuple[float, float]:
        """The free cell nearest to the wish; rows fill from the side on which the neighbours are."""
        below = self._leaning(seat) > 0

        def cost(cell: tuple[float, float]) -> tuple[float, float, float]:
            column, row = cell
            return abs(column - wished) + 0.7 * (depth - 1 - row if below else row), row, column

        cells = ((float(column), float(row)) for row in range(depth) for column in range(self.columns))
        fitting = [cell for cell in cells if not _crowded(cell, taken)]
        return min(fitting, key=cost) if fitting else (0.0, 1.0 + max(row for _, row in taken))

    def _leaning(self, seat: Seat) -> int:
        """Above zero when more neighbours stand in lanes below than above."""
        order = {lane: index for index, lane in enumerate(self.lanes)}
        own = order.get(seat.lane, 0)
        lanes = (order.get(self.places[other].lane, 0) for other in self.near.get(seat.id, ()) if other in self.places)
        return sum((lane > own) - (lane < own) for lane in lanes)

    def _middle(self, element: str, otherwise: float) -> float:
        columns = [self.places[other].column for other in self.near.get(element, ()) if other in self.places]
        return sum(columns) / len(columns) if columns else otherwise

    def seat_beside(self, seat: Seat) -> None:
        """Give an outsider a place left or right of the lanes, beside the lane that it deals with most."""
        around = [self.places[other] for other in self.near.get(seat.id, ()) if other in self.places]
        names = [place.lane for place in around if place.lane]
        lane = max(sorted(set(names)), key=names.count) if names else self.lanes[0]
        standing = {*self.places.values(), *self.pinned}
        side = self._side(self._middle(seat.id, 0.0) - (self.columns - 1) / 2, standing)
        used = [place.row for place in standing if place.side == side and place.lane == lane]
        row = 0.0
        while any(abs(row - other) < BESIDE for other in used):
            row += BESIDE
        self.places[seat.id] = Place(lane, 0.0, row, side)

    def _side(self, leaning: float, standing: Iterable[Place]) -> Side:
        """Right of the lanes when leaning to the right; where there is no leaning, the side with more room."""
        sides = [place.side for place in standing if place.side]
        if leaning == 0:
            return "right" if sides.count("left") > sides.count("right") else "left"
        return "right" if leaning > 0 else "left"


def _columns(members: Sequence[int]) -> int:
    """How many columns make a sheet of about the proportions of paper, given how many elements each lane holds."""

    def misfit(columns: int) -> float:
        rows = sum(math.ceil(count / columns) + 0.6 for count in members) or 1.0
        return abs(math.log((columns + 2) * WIDER / (rows * PAPER)))

    return min(range(1, max(members, default=1) + 1), key=misfit)


def _crowded(cell: tuple[float, float], taken: Iterable[tuple[float, float]]) -> bool:
    return any(abs(column - cell[0]) < 1 and abs(row - cell[1]) < 1 for column, row in taken)


def compacted(places: Mapping[str, Place]) -> dict[str, Place]:
    """The same order with no empty row and whole columns: for a sheet that shows a part of the landscape."""
    columns = _whole_columns([place for place in places.values() if not place.side])
    rows = {
        lane: _closed(sorted({place.row for place in places.values() if place.lane == lane}))
        for lane in {place.lane for place in places.values()}
    }
    return {
        name: Place(place.lane, columns.get(place.column, 0.0), rows[place.lane][place.row], place.side)
        for name, place in places.items()
    }


def _whole_columns(places: Sequence[Place]) -> dict[float, float]:
    """The columns numbered from the left; neighbours less than one apart share a column where no cell is in the way."""
    numbers: dict[float, float] = {}
    first, at = -math.inf, -1.0
    cells: set[tuple[str, float]] = set()
    for column in sorted({place.column for place in places}):
        own = {(place.lane, place.row) for place in places if place.column == column}
        if column - first >= 0.8 or own & cells:
            first, at, cells = column, at + 1, set()
        cells |= own
        numbers[column] = at
    return numbers


def _closed(values: Sequence[float]) -> dict[float, float]:
    """Rows numbered from the top with no gap wider than a row."""
    result: dict[float, float] = {}
    at, last = 0.0, 0.0
    for index, value in enumerate(values):
        at = at + min(1.0, value - last) if index else 0.0
        result[value], last = at, value
    return result
