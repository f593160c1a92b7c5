"""The public `wb.diagram`: a data flow diagram that is DOT text until somebody looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from workbench.core.drawing.difference import Change, united
from workbench.core.drawing.dot import dot_text
from workbench.core.drawing.drafting import Found, Wanted, draft
from workbench.core.drawing.flows import Flow, flow_table
from workbench.core.drawing.layout import Layout
from workbench.core.drawing.picture import Picture
from workbench.core.drawing.views import decomposed, systems_drawn
from workbench.errors import UsageError
from workbench.model.landscape import Landscape
from workbench.model.rows import Rows
from workbench.render.engine import routes
from workbench.render.layout_file import read_layout
from workbench.render.paper import pdf, png
from workbench.render.signature import Signature, signature
from workbench.render.svg import svg_text


@dataclass(frozen=True)
class Diagram:
    """One data flow diagram. It shows itself in a notebook; `dot` is its text, `save` writes svg, png, pdf or dot.

    `flows` lists every flow by its number; `ledger` what changes, when two states are compared; `picture.unpinned`
    names the elements whose place nobody has settled in `diagrams/layout.yaml`.
    """

    picture: Picture
    ledger: Rows[Change] = field(default_factory=Rows)

    @property
    def flows(self) -> Rows[Flow]:
        """The flow table: what every line of the picture says."""
        return flow_table(self.picture)

    @cached_property
    def dot(self) -> str:
        """The DOT text: the same landscape and layout give the same bytes."""
        return dot_text(self.picture)

    @cached_property
    def _drawn(self) -> str:
        return svg_text(self.picture, routes(self.picture))

    def svg(self, inventory: str = "") -> str:
        """The picture as SVG; its links lead to the inventory rows on the page `inventory`, or on the same page.

        Raises Unavailable without Graphviz, Failed when it does not draw every flow.
        """
        return svg_text(self.picture, routes(self.picture), inventory) if inventory else self._drawn

    def signature(self) -> Signature:
        """What the picture shows, whichever engine routed its lines: class, id and words of every element, sorted."""
        return signature(self._drawn)

    def save(self, path: Path | str, paper: str = "A3") -> Path:
        """Write the diagram to a file by its ending: .svg, .png, .pdf (a true A3 or A4 page) or .dot."""
        target = Path(path)
        makers = {
            ".svg": lambda: self.svg().encode(),
            ".dot": lambda: self.dot.encode(),
            ".png": lambda: png(self.svg()),
            ".pdf": lambda: pdf(self.svg(), self.picture, paper),
        }
        if target.suffix not in makers:
            raise UsageError(f"{target.name} cannot be written; name a file that ends in {', '.join(makers)}")
        content = makers[target.suffix]()
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return target

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"image/svg+xml": self.svg(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<Diagram {self.picture.title}: {self.picture.subtitle}>"


def diagram(
    landscape: Landscape,
    *,
    compare: Landscape | None = None,
    level: str = "1",
    process: str | None = None,
    system: str | None = None,
    integration: str | None = None,
    object: str | None = None,
    title: str | None = None,
    findings: Sequence[Found] | None = None,
    layout: Layout | None = None,
) -> Diagram:
    """Draw one state of the landscape, or with `compare` what changes from that other state to this one.

    `level` is `context`, `1` (the whole) or `2` (the inside of `process`, named by its number). Level 1 can be
    narrowed to one `system`, `integration` or `object` (a kind of record, or a word of the data). With `findings` of
    the assessment the flows that they are about are marked. Places come from `diagrams/layout.yaml`, or `layout`.

    >>> wb.diagram(landscape.state("to-be"), compare=landscape.state("as-is"))    # doctest: +SKIP
    """
    wanted = Wanted(level, process or "", system or "", integration or "", object or "")
    places = read_layout() if layout is None else layout
    return Diagram(*draft(landscape, compare, wanted, places, findings=findings or (), title=title or ""))


def sheets(
    landscape: Landscape, *, compare: Landscape | None = None, layout: Layout | None = None
) -> dict[str, Diagram]:
    """A set for paper: the context, the whole, every system by itself, and the inside of every divided process.

    The whole is an overview on A4; a system's sheet is what can be read there. The keys serve as file names.
    """
    places = read_layout() if layout is None else layout
    wanted = {"context": Wanted("context"), "level-1": Wanted()}
    shown = united(compare, landscape) if compare else landscape
    wanted |= {f"system-{name}": Wanted(system=name) for name in systems_drawn(shown)}
    wanted |= {f"level-2-{item.number}": Wanted("2", item.number) for item in decomposed(shown)}
    return {name: Diagram(*draft(landscape, compare, one, places)) for name, one in wanted.items()}
