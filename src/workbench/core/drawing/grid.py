"""Where the cells of a sheet's grid lie, and how large they are for what is to stand in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workbench.core.drawing.heading import Heading
from workbench.core.drawing.layout import BESIDE, Place
from workbench.core.drawing.overview import OVERVIEW
from workbench.core.drawing.picture import Box, Kind
from workbench.core.drawing.views import CONTEXT
from workbench.model.landscape import Landscape

Cell = tuple[float, float]
CELL, ROOMY_CELL, SPELLED_CELL = (152.0, 104.0), (196.0, 108.0), (290.0, 124.0)
STUB_CELL, OVERVIEW_CELL = (186.0, 106.0), (230.0, 236.0)
LANE_TOP, LANE_BOTTOM, LANE_GAP, LANE_SIDE = 34.0, 16.0, 12.0, 26.0
MARGIN, HEAD = 24.0, 92.0
SIZES: dict[Kind, tuple[float, float]] = {
    "process": (118.0, 68.0),
    "store": (126.0, 42.0),
    "outsider": (104.0, 44.0),
}


@dataclass(frozen=True)
class Grid:
    """Where the cells of the grid lie on the sheet."""

    cell: Cell
    tops: Mapping[str, float]
    heights: Mapping[str, float]
    left: float
    columns: float
    bottom: float
    whole: bool = False

    @property
    def right(self) -> float:
        """Where the lanes end."""
        return self.left + 2 * LANE_SIDE + self.columns * self.cell[0]

    def box(self, kind: Kind, place: Place) -> Box:
        """The box of an element at a place; an outsider hugs its edge of the sheet, the whole business is large."""
        width, height = (190.0, max(120.0, self.heights[""] - 60)) if self.whole and not place.side else SIZES[kind]
        if kind == "outsider" and self.cell[0] == SPELLED_CELL[0]:
            height = round(BESIDE * self.cell[1]) - 27  # room for the data of all its lines, one below the other
        if kind == "store" and place.side:
            height += 14  # a stub names its system
        row = self.tops[place.lane] + LANE_TOP + place.row * self.cell[1]
        top = row + (self.cell[1] - 26) / 2 - height / 2
        left = self.left + LANE_SIDE + (place.column + 0.5) * self.cell[0] - width / 2
        if place.side:
            inset = (
                SIZES["store"][0] - width if self.cell == STUB_CELL else 0
            )  # stubs keep one line at their inner edge
            left = MARGIN + inset if place.side == "left" else self.right + beside(self.cell) - MARGIN - width - inset
        return Box(round(left), round(top), width, height)


def grid_of(lanes: Sequence[str], places: Iterable[Place], heading: Heading, cell: Cell) -> Grid:
    """The grid that reaches as far as these places do."""
    depth = dict.fromkeys(lanes, 1.0)
    columns, left = 1.0, False
    for place in places:
        left = left or place.side == "left"
        if place.lane in depth and (not place.side or place.lane in ("", heading.home)):
            depth[place.lane] = max(depth[place.lane], place.row + 1)
        columns = columns if place.side else max(columns, place.column + 1)
    tops, top = {}, HEAD
    heights = {lane: LANE_TOP + LANE_BOTTOM + depth[lane] * cell[1] - 26 for lane in lanes}
    for lane in lanes:
        tops[lane] = top
        top += heights[lane] + LANE_GAP
    start = beside(cell) if left else MARGIN
    return Grid(cell, tops, heights, start, columns, top - LANE_GAP, heading.level == CONTEXT)


def cell_of(part: Landscape, heading: Heading) -> Cell:
    """How large a cell of the grid is: the fewer elements a sheet has, the more room for its lines and words."""
    if heading.home:
        return STUB_CELL
    if heading.level == OVERVIEW:
        return OVERVIEW_CELL
    if heading.level == CONTEXT and heading.spelled:
        lines = Counter(end for move in part.moves for end in (move.source, move.target) if end != CONTEXT)
        return SPELLED_CELL[0], max(SPELLED_CELL[1], 30.0 * max(lines.values(), default=0))
    return SPELLED_CELL if heading.spelled else ROOMY_CELL if heading.partial else CELL


def beside(cell: Cell) -> float:
    """How much room an outsider needs beside the lanes, with the gap that its lines need."""
    if cell == STUB_CELL:
        return MARGIN + SIZES["store"][0] + 76.0
    return MARGIN + SIZES["outsider"][0] + (150.0 if cell[0] == SPELLED_CELL[0] else 28.0)
