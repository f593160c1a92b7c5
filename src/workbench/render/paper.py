"""A picture on paper: PNG, and PDF pages of true A3 or A4 size, made from the SVG without any network."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable

import vl_convert

from workbench.core.drawing.legibility import page_size, scale
from workbench.core.drawing.picture import Picture


def png(svg: str) -> bytes:
    """The picture as PNG, twice as fine as the screen."""
    return bytes(vl_convert.svg_to_png(svg, scale=2.0))


def pdf(svg: str, picture: Picture, paper: str = "A3") -> bytes:
    """The picture as a PDF page in landscape format, as large as the margins permit and in the middle."""
    return bytes(vl_convert.svg_to_pdf(on_paper(svg, picture, paper)))


def bound(pages: Iterable[bytes]) -> bytes:
    """Many PDF pages as one file."""
    from pypdf import PdfWriter  # a tenth of a second: only who prints waits for it

    writer = PdfWriter()
    for page in pages:
        writer.append(io.BytesIO(page))
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def on_paper(svg: str, picture: Picture, paper: str) -> str:
    """The same SVG with the size of the page: the view box grows until its proportions are the paper's."""
    width, height = page_size(paper)
    kept = scale(picture, paper)
    wide, high = width / kept, height / kept
    left, top = (picture.width - wide) / 2, (picture.height - high) / 2
    box = f'width="{width:.2f}" height="{height:.2f}" viewBox="{left:.2f} {top:.2f} {wide:.2f} {high:.2f}"'
    return re.sub(r'viewBox="[^"]*"', box, svg, count=1)
