"""The public `wb.diagram`: a data flow diagram that is DOT text until somebody looks at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from workbench.core.drawing.difference import Change, united
from workbench.core.drawing.dot import dot_text
from workbench.core.drawing.drafting import Found, Wanted, draft, pages_of
from workbench.core.drawing.flows import Flow, flow_table
from workbench.core.drawing.layout import Layout
from workbench.core.drawing.legibility import legible
from workbench.core.drawing.picture import Picture
from workbench.core.drawing.views import decomposed, systems_drawn
from workbench.errors import UsageError
from workbench.model.landscape import Landscape
from workbench.model.rows import Rows
from workbench.render.engine import routes
from workbench.render.layout_file import read_layout
from workbench.render.paper import bound, pdf, png
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
        """As SVG, and inside HTML: JupyterLab shows SVG by itself as an image, whose links and titles are dead."""
        drawn = self.svg()
        html = f'<figure class="picture">{drawn}</figure>'
        return {"text/html": html, "image/svg+xml": drawn, "text/plain": repr(self)}

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
    page: int | None = None,
    title: str | None = None,
    findings: Sequence[Found] | None = None,
    layout: Layout | None = None,
) -> Diagram:
    """Draw one state of the landscape, or with `compare` what changes from that other state to this one.

    `level` is `context`, `overview` (a line for all flows from one system to another), `1` (the whole) or `2` (the
    inside of `process`, named by its number). Level 1 can be narrowed to one `system` (or one `page` of a system
    that needs several), `integration` or `object` (a kind of record, or a word of the data). With `findings` of
    the assessment the flows that they are about are marked. Places come from `diagrams/layout.yaml`, or `layout`.

    >>> wb.diagram(landscape.state("to-be"), compare=landscape.state("as-is"))    # doctest: +SKIP
    """
    wanted = Wanted(level, process or "", system or "", integration or "", object or "", page=page or 0)
    places = read_layout() if layout is None else layout
    return Diagram(*draft(landscape, compare, wanted, places, findings=findings or (), title=title or ""))


def sheets(
    landscape: Landscape,
    *,
    compare: Landscape | None = None,
    findings: Sequence[Found] | None = None,
    layout: Layout | None = None,
    paper: str = "A3",
) -> dict[str, Diagram]:
    """A set for paper: the context, the whole, every system by itself, and the inside of every divided process.

    Whatever could not be read on the paper is drawn otherwise: the whole as an overview, a system with its neighbours
    as stubs or, where that is too much too, on several pages. The keys serve as file names.
    """
    places = read_layout() if layout is None else layout
    shown = united(compare, landscape) if compare else landscape

    def drafted(wanted: Wanted) -> Diagram:
        return Diagram(*draft(landscape, compare, wanted, places, findings=findings or ()))

    found = {"context": drafted(Wanted("context")), "level-1": drafted(Wanted(paper=paper))}
    if not legible(found["level-1"].picture, paper):
        del found["level-1"]
        found["overview"] = drafted(Wanted("overview"))
    for name in systems_drawn(shown):
        whole = drafted(Wanted(system=name, paper=paper))
        count = 1 if legible(whole.picture, paper) else pages_of(shown, name)
        numbers = {f"system-{name}-{at}": drafted(Wanted(system=name, page=at)) for at in range(1, count + 1)}
        found |= {f"system-{name}": whole} if count == 1 else numbers
    return found | {
        f"level-2-{item.number}": drafted(Wanted("2", item.number, paper=paper)) for item in decomposed(shown)
    }


def save_set(drawn: Mapping[str, Diagram], path: Path | str, paper: str = "A3") -> Path:
    """Write a set of sheets as one PDF file, a page of true A3 or A4 size each."""
    target = Path(path)
    if target.suffix != ".pdf":
        raise UsageError(f"{target.name} cannot hold a set of sheets; name a file that ends in .pdf")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(bound(pdf(sheet.svg(), sheet.picture, paper) for sheet in drawn.values()))
    return target
