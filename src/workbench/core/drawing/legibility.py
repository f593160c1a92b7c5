"""What can be read on paper: how large the names of a picture are on a page, and whether that is large enough."""

from __future__ import annotations

from workbench.core.drawing.picture import Picture
from workbench.errors import UnknownName

POINTS_A_MILLIMETRE = 72 / 25.4
PAPERS = {"A3": (420.0, 297.0), "A4": (297.0, 210.0)}
MARGIN = 28.0
NAME_SIZE = 11.5
LEAST = 7.0
"""Smaller names than this many points are not read on paper, they are deciphered."""


def page_size(paper: str) -> tuple[float, float]:
    """Width and height of a page in landscape format, in points. Raises UnknownName."""
    if paper not in PAPERS:
        raise UnknownName("paper size", paper, PAPERS)
    width, height = PAPERS[paper]
    return width * POINTS_A_MILLIMETRE, height * POINTS_A_MILLIMETRE


def scale(picture: Picture, paper: str) -> float:
    """How much of its size a picture keeps when it is as large as the page permits."""
    width, height = page_size(paper)
    return min((width - 2 * MARGIN) / picture.width, (height - 2 * MARGIN) / picture.height)


def legible(picture: Picture, paper: str) -> bool:
    """Whether the names of the picture can be read on a page of this size."""
    return NAME_SIZE * scale(picture, paper) >= LEAST
