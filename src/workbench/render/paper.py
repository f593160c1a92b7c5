"""A picture on paper: PNG, and PDF pages of true A3 or A4 size, made from the SVG without any network."""

from __future__ import annotations

import re

import vl_convert

from workbench.core.drawing.picture import Picture
from workbench.errors import UnknownName

POINTS_A_MILLIMETRE = 72 / 25.4
PAPERS = {"A3": (420.0, 297.0), "A4": (297.0, 210.0)}
MARGIN = 28.0


def png(svg: str, pixels_a_point: float = 2.0) -> bytes:
    """The picture as PNG, twice as fine as the screen."""
    return bytes(vl_convert.svg_to_png(svg, scale=pixels_a_point))


def pdf(svg: str, picture: Picture, paper: str = "A3") -> bytes:
    """The picture as a PDF page in landscape format, as large as the margins permit and in the middle."""
    if paper not in PAPERS:
        raise UnknownName("paper size", paper, PAPERS)
    return bytes(vl_convert.svg_to_pdf(on_paper(svg, picture, paper)))


def on_paper(svg: str, picture: Picture, paper: str) -> str:
    """The same SVG with the size of the page: the view box grows until its proportions are the paper's."""
    width, height = (side * POINTS_A_MILLIMETRE for side in PAPERS[paper])
    scale = min((width - 2 * MARGIN) / picture.width, (height - 2 * MARGIN) / picture.height)
    wide, high = width / scale, height / scale
    left, top = (picture.width - wide) / 2, (picture.height - high) / 2
    box = f'width="{width:.2f}" height="{height:.2f}" viewBox="{left:.2f} {top:.2f} {wide:.2f} {high:.2f}"'
    return re.sub(r'viewBox="[^"]*"', box, svg, count=1)
