"""A data flow diagram as values: boxes with places, lines between them, and the words that stand on the sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mark = Literal["kept", "added", "removed", "changed"]
"""What the difference says of an element: the same in both states, only in one of them, or in both but not alike."""

Kind = Literal["process", "store", "outsider"]

SIGNS: dict[Mark, str] = {"kept": "", "added": "+", "removed": "\u2212", "changed": "\u0394"}
"""The sign before every number, so that the difference reads in grey print and aloud."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the sheet, in points from the top left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The bottom edge."""
        return self.top + self.height

    @property
    def middle(self) -> Point:
        """The point in the middle."""
        return self.left + self.width / 2, self.top + self.height / 2

    def grown(self, by: float) -> Box:
        """The box with a margin of this many points around it (negative: shrunk)."""
        return Box(self.left - by, self.top - by, self.width + 2 * by, self.height + 2 * by)

    def overlaps(self, other: Box) -> bool:
        """Whether the two boxes share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Lane:
    """A system as a band across the sheet; `title` is the box that its name needs and that no line may cross."""

    id: str
    name: str
    box: Box
    title: Box
    mark: Mark = "kept"
    tint: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """A process, a data store or an outsider in its place.

    `tag` is what identifies it on the sheet (a process number, D1, M1, E1); `who` performs a process; `note` says
    what differs in TO-BE; `elsewhere` means that the shape belongs to another page and stands here for orientation.
    """

    id: str
    kind: Kind
    tag: str
    name: str
    box: Box
    who: str = ""
    mark: Mark = "kept"
    manual: bool = False
    note: str = ""
    elsewhere: bool = False
    system: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A flow between two shapes: `number` stands in its badge, `data` is what moves, `row` the inventory row.

    `findings` are the ids of what the assessment found against that row; `delivered_by` is what TO-BE relies on.
    """

    id: str
    number: str
    source: str
    target: str
    data: str
    row: str = ""
    mark: Mark = "kept"
    manual: bool = False
    note: str = ""
    fields: tuple[str, ...] = ()
    delivered_by: str = ""
    findings: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What the badge says: the sign of the difference, a mark for a flow with findings, and the number."""
        return f"{SIGNS[self.mark]}{'!' if self.findings else ''}{self.number}"


@dataclass(frozen=True)
class Picture:
    """A whole sheet before any line is routed: title block, legend, lanes, shapes and lines, with their places.

    `numbers` says what the number in a badge means; `unpinned` are the elements whose place nobody has settled.
    """

    name: str
    title: str
    subtitle: str
    description: str
    width: float
    height: float
    lanes: tuple[Lane, ...]
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
    legend: tuple[tuple[str, str], ...] = ()
    stamp: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    unpinned: tuple[str, ...] = ()
    numbers: str = "flow, see the flow table"
