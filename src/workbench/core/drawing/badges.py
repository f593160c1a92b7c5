"""Where the number of every flow stands: on its own line, near the middle, clear of shapes, names and other numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from workbench.core.drawing.picture import Box, Picture, Point
from workbench.core.drawing.wording import text_width

SIZE = 9.5
HEIGHT = 13.0
STEP, MOST_STEPS = 5.0, 60
PULL = 0.12  # what a point of distance from the middle of the line costs
CELL = 64.0
OVER_SHAPE, OVER_BADGE, OVER_TITLE, OVER_LINE, OFF_END = 1000.0, 1000.0, 600.0, 24.0, 30.0


@dataclass(frozen=True, slots=True)
class _Obstacle:
    box: Box
    cost: float
    owner: str = ""
    right: float = field(init=False, compare=False)
    bottom: float = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "right", self.box.right)  # read a million times on a large sheet
        object.__setattr__(self, "bottom", self.box.bottom)


@dataclass(frozen=True)
class _Ground:
    """What stands on the sheet, by the cells that it touches, so that only neighbours are compared."""

    cells: dict[tuple[int, int], list[_Obstacle]] = field(default_factory=lambda: defaultdict(list))

    def add(self, obstacle: _Obstacle) -> None:
        """Put something on the sheet."""
        for cell in _cells(obstacle.box):
            self.cells[cell].append(obstacle)

    def remove(self, obstacle: _Obstacle) -> None:
        """Take it away again."""
        for cell in _cells(obstacle.box):
            self.cells[cell].remove(obstacle)

    def others(self, box: Box, owner: str) -> list[Box]:
        """What others own here."""
        met = {id(item): item for cell in _cells(box) for item in self.cells.get(cell, ())}
        return [item.box for item in met.values() if item.owner != owner and item.box.overlaps(box)]

    def cost(self, box: Box, owner: str) -> float:
        """What it costs to stand here, over what others own."""
        left, top, right, bottom = box.left, box.top, box.right, box.bottom
        met = {
            id(item): item.cost
            for cell in _cells(box)
            for item in self.cells.get(cell, ())
            if item.box.left < right and left < item.right and item.box.top < bottom and top < item.bottom
            if item.owner != owner
        }
        return sum(met.values())


def badge_width(label: str) -> float:
    """How wide the badge with this label is."""
    return text_width(label, SIZE) + 7


def badges(picture: Picture, routes: Mapping[str, Sequence[Point]]) -> dict[str, Box]:
    """The box of every line's badge, by the line's id. Lines with the least room choose first."""
    ground = _Ground()
    for shape in picture.shapes:
        ground.add(_Obstacle(shape.box.grown(1.5), OVER_SHAPE))
    for lane in picture.lanes:
        ground.add(_Obstacle(lane.title, OVER_TITLE))
    for name, route in routes.items():
        for start, end in zip(route, route[1:], strict=False):
            ground.add(_Obstacle(_stroke(start, end), OVER_LINE, name))
    placement = _Placement(routes, {line.id: badge_width(line.label) for line in picture.lines}, ground)
    names = sorted(placement.widths, key=lambda name: (_length(routes[name]), name))
    clashing = [name for name in names if placement.place(name) >= OVER_TITLE]
    for name in clashing:
        placement.mend(name)
    return placement.placed


def covering(routes: Mapping[str, Sequence[Point]], placed: Mapping[str, Box]) -> dict[str, list[Box]]:
    """The badges of other lines that lie on each line: there the line is not drawn, or it would cross a number out."""
    ground = _Ground()
    for name, box in placed.items():
        ground.add(_Obstacle(box, OVER_BADGE, name))
    return {
        name: [
            box
            for start, end in zip(route, route[1:], strict=False)
            for box in ground.others(_stroke(start, end), name)
        ]
        for name, route in routes.items()
    }


@dataclass(frozen=True)
class _Placement:
    """Badges on their lines: first each by itself, then those that clash are moved apart in pairs."""

    routes: Mapping[str, Sequence[Point]]
    widths: Mapping[str, float]
    ground: _Ground
    placed: dict[str, Box] = field(default_factory=dict)

    def place(self, name: str, share: float = 0.5) -> float:
        """Put the badge near this share of its line; the cost of its place is returned."""
        if name in self.placed:
            self.ground.remove(_badge(name, self.placed[name]))
        route = self.routes[name]
        wished = _length(route) * share
        best: tuple[float, Box] | None = None
        for box, along, extra in sorted(_candidates(route, self.widths[name]), key=lambda it: abs(it[1] - wished)):
            own = extra + abs(along - wished) * PULL
            if best is None or own < best[0]:
                cost = own + self.ground.cost(box, name)
                best = (cost, box) if best is None or cost < best[0] else best
        assert best is not None  # a route has at least one piece, a piece at least one candidate
        self.placed[name] = best[1]
        self.ground.add(_badge(name, best[1]))
        return best[0]

    def mend(self, name: str) -> None:
        """Move a badge that lies on another one, and the other one, towards different ends of their lines."""
        box = self.placed[name]
        others = [other for other, there in self.placed.items() if other != name and there.overlaps(box)]
        for other in others:
            for first, second in ((0.2, 0.8), (0.8, 0.2), (0.1, 0.5), (0.9, 0.5)):
                self.place(name, first)
                self.place(other, second)
                if max(self.place(name, first), self.place(other, second)) < OVER_TITLE:
                    break


def _badge(name: str, box: Box) -> _Obstacle:
    return _Obstacle(box.grown(1.5), OVER_BADGE, name)


def _candidates(route: Sequence[Point], width: float) -> Iterator[tuple[Box, float, float]]:
    """Boxes along the route, each with the way walked so far and what its place costs by itself."""
    walked = 0.0
    stride = max(STEP, _length(route) / MOST_STEPS)
    last = len(route) - 2
    for index, (start, end) in enumerate(zip(route, route[1:], strict=False)):
        level = abs(start[1] - end[1]) < abs(start[0] - end[0])
        length = _length((start, end))
        need = (width if level else HEIGHT) / 2 + 3
        from_end = need + (9.0 if index == last else 0.0)
        places = list(_steps(need, length - from_end, stride)) or [length / 2]
        extra = 0.0 if length >= need + from_end else OFF_END
        for place in places:
            share = place / length if length else 0.0
            across, down = start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
            yield Box(across - width / 2, down - HEIGHT / 2, width, HEIGHT), walked + place, extra
        walked += length


def _steps(first: float, last: float, stride: float) -> Iterator[float]:
    while first <= last:
        yield first
        first += stride


def _length(route: Sequence[Point]) -> float:
    return sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in zip(route, route[1:], strict=False))


def _stroke(start: Point, end: Point) -> Box:
    left, top = min(start[0], end[0]), min(start[1], end[1])
    return Box(left, top, abs(start[0] - end[0]), abs(start[1] - end[1])).grown(1.2)


def _cells(box: Box) -> Iterable[tuple[int, int]]:
    for column in range(int(box.left // CELL), int(box.right // CELL) + 1):
        for row in range(int(box.top // CELL), int(box.bottom // CELL) + 1):
            yield column, row
