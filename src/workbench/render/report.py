"""Pages that people read: an executed notebook without code, and the index that leads with five numbers.

Pages ask nothing of any other host: style, script and pictures are inside, and a content security policy says so.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from workbench.model.figures import Figure
from workbench.model.folded import FILTER, FILTERING
from workbench.render import anchors

if TYPE_CHECKING:
    from nbconvert import HTMLExporter

_TYPED = f"function () {{{FILTER}}}"
_COLUMN = re.compile(r'(?<=<th scope="col">)[a-z]+(?:_[a-z]+)+(?=</th>)')
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Page:
    """One rendered notebook, as the navigation and the index name it."""

    title: str
    href: str
    made: str = ""
    error: str = ""


def page(executed: Path, *, here: Page, pages: Sequence[Page], notices: Iterable[str], footer: Iterable[str]) -> str:
    """The executed notebook as one HTML page: words, tables and pictures, no code, no external request."""
    import nbformat  # seconds to import: everybody who only asks the bench does without

    notebook = nbformat.read(executed, as_version=4)
    resources = {
        "page": {
            "title": here.title,
            "style": Markup(_text("page.css")),
            "script": Markup(_script()),
            "script_hash": base64.b64encode(hashlib.sha256(_script().encode()).digest()).decode(),
            "pages": [{"title": item.title, "href": item.href, "here": item.href == here.href} for item in pages],
            "notices": list(notices),
            "footer": list(footer),
            "error": here.error,
        }
    }
    body, _ = _exporter().from_notebook_node(_readable(notebook, here.title), resources=resources)
    return anchors.anchored(str(body))


def index(
    *,
    title: str,
    figures: Sequence[Figure],
    pages: Sequence[Page],
    notices: Iterable[str],
    footer: Iterable[str],
    first: str = "",
) -> str:
    """The page that leadership opens first: five numbers, what to read `first`, every page with its state."""
    import jinja2  # like nbformat above

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("index.html.j2").render(
        title=title,
        figures=figures,
        pages=pages,
        first=next((page for page in pages if page.href == first), None),
        notices=list(notices),
        footer=list(footer),
        style=Markup(_text("page.css")),
    )


def write(pages: Mapping[Path, str]) -> None:
    """Write every page beside its final name, then put all in place: a reader never sees half a page.

    A link to a row that stands on another of these pages leads there.
    """
    unfinished = {path: path.with_name(f".{path.name}.unfinished") for path in pages}
    for path, text in anchors.joined(pages).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished[path].write_text(text, encoding="utf-8")
    for path, temporary in unfinished.items():
        temporary.replace(path)


def _readable(notebook: Any, title: str) -> Any:
    """Without parameters, their values, and the marks that papermill leaves where a cell failed.

    A cell's result is shown like anything else that it displays: the reader knows no difference. The heading says as
    much as the title: which integration the page is about, where it is not the usual one.
    """
    for cell in notebook.cells[:1]:
        heading, _, rest = cell.source.partition("\n")
        if title.startswith(f"{heading.removeprefix('# ')}: "):
            cell.source = f"# {html.escape(title)}\n{rest}"
    dropped = {"parameters", "injected-parameters", "papermill-error-cell-tag", "remove-cell"}
    notebook.cells = [cell for cell in notebook.cells if not dropped & set(cell.metadata.get("tags", []))]
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        if output.output_type == "execute_result":
            output.output_type = "display_data"
        told = output.get("data", {})
        if "text/html" in told:
            # A page allows no script inside its text: page.js listens instead. Its readers type no names of columns.
            text = "".join(told["text/html"]).replace(FILTERING, "")
            told["text/html"] = _COLUMN.sub(lambda name: name[0].replace("_", " "), text)
    return notebook


@cache
def _exporter() -> HTMLExporter:
    from nbconvert import HTMLExporter  # like nbformat above
    from traitlets.config import Config

    return HTMLExporter(
        template_name="workbench",
        extra_template_basedirs=[str(_TEMPLATES)],
        config=Config(
            {
                "HTMLExporter": {
                    "exclude_input": True,
                    "exclude_input_prompt": True,
                    "exclude_output_prompt": True,
                    "exclude_anchor_links": True,
                }
            }
        ),
    )


def _script() -> str:
    """The one script that a page may run: tables that can be filtered, and diagrams that can be focused."""
    listening = (
        f'document.querySelectorAll(".folded input").forEach((input) => input.addEventListener("input", {_TYPED}));'
    )
    return "\n".join([_text("page.js"), listening, _text("diagram.js").removeprefix('"use strict";\n')])


def _text(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")
