"""Reads what people keep beside the diagrams: `diagrams/layout.yaml` pins every element to a cell of a grid."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from workbench import yaml_lines
from workbench.core.drawing.layout import Layout, Place, Side
from workbench.yaml_lines import Strict

Cell = Annotated[list[float], Field(min_length=2, max_length=2)]
Beside = tuple[str, float]


class PageFile(Strict):
    """Places of one page: by lane, in drawing order, `element: [column, row]`; by side, `element: [lane, row]`."""

    lanes: dict[str, dict[str, Cell]] = {}
    left: dict[str, Beside] = {}
    right: dict[str, Beside] = {}


class LayoutFile(PageFile):
    """The whole file: places of level 1, and places that differ on a named page."""

    pages: dict[str, PageFile] = {}


def layout_path() -> Path | None:
    """`diagrams/layout.yaml` in this folder or the nearest one above it."""
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / "diagrams" / "layout.yaml").is_file():
            return folder / "diagrams" / "layout.yaml"
    return None


def read_layout(path: Path | None = None) -> Layout:
    """The pinned places. Without a file, none: every place is then proposed. Raises ConfigurationError."""
    found = path or layout_path()
    if found is None:
        return Layout()
    content = yaml_lines.validate(yaml_lines.load(found), LayoutFile)
    pages = {name: _places(page) for name, page in content.pages.items()}
    return Layout(tuple(content.lanes), _places(content), pages)


def _places(page: PageFile) -> dict[str, Place]:
    inner = {name: Place(lane, at[0], at[1]) for lane, cells in page.lanes.items() for name, at in cells.items()}
    return {**inner, **_beside(page.left, "left"), **_beside(page.right, "right")}


def _beside(places: Mapping[str, Beside], side: Side) -> dict[str, Place]:
    return {name: Place(lane, 0.0, row, side) for name, (lane, row) in places.items()}
