"""Long tables for people: each record's rows under one heading, folded by what they are about, filtered by words.

Folds are the browser's own, so they open by key without any script. The filter is one attribute; a page that allows no
script inside its text takes it out and listens itself (`render.report`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

FILTER = (
    "const words=this.value.toLowerCase().split(/\\s+/).filter(Boolean);let shown=0,all=0;"
    "for(const part of this.closest('.folded').querySelectorAll('details')){let any=false;"
    "const title=part.querySelector('summary').textContent.toLowerCase();"
    "for(const group of part.querySelectorAll('tbody')){const text=title+group.textContent.toLowerCase();"
    "group.hidden=!words.every(word=>text.includes(word));any=any||!group.hidden;all+=1;shown+=group.hidden?0:1}"
    "part.hidden=!any;part.open=words.length?any:part.dataset.open!==undefined}"
    "this.parentNode.querySelector('[role=status]').textContent=words.length?shown+' of '+all:''"
)
"""What happens when somebody types into the filter: all words must occur in a group or in the title above it."""
FILTERING = f' oninput="{escape(FILTER)}"'
FEW = 12
"""So many groups stand open from the start; more are folded, so that the summary is seen first."""
MOST = 2_000
"""Groups of one part that are shown; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one record under its heading; `said` are sentences that belong to all of them."""

    heading: str
    said: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Groups of one sort, under a title that says how many there are; one that is `aside` stays folded on a screen."""

    title: str
    columns: tuple[str, ...]
    groups: Sequence[Group]
    aside: bool = False


def folded(parts: Sequence[Part]) -> str:
    """The parts as HTML, with a filter above when there are many groups; on paper a record takes a few lines."""
    count = sum(len(part.groups) for part in parts)
    label = f'<label class="filter">Filter <input type="search"{FILTERING}> <span role="status"></span></label>'
    shown = "".join(_part(part, is_open=count <= FEW and not part.aside) for part in parts)
    return f'<div class="folded">{label if count > FEW else ""}{shown}</div>'


def _part(part: Part, *, is_open: bool) -> str:
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in part.columns)
    groups = "".join(_group(group, len(part.columns)) for group in part.groups[:MOST])
    more = len(part.groups) - MOST
    rest = f"<p>and {more:,} more, which `changes()` and an export hold</p>" if more > 0 else ""
    opened = " open data-open" if is_open else ""
    return (
        f"<details{opened}{_looks(part)}><summary>{escape(part.title)}</summary>"
        f"<table><thead><tr>{columns}</tr></thead>{groups}</table>{rest}</details>"
    )


def _looks(part: Part) -> str:
    """What a page tells apart on paper: records, and whether their values change or stand side by side."""
    if not any(group.heading for group in part.groups):
        return ""
    return ' class="records changes"' if part.columns[-2:] == ("before", "after") else ' class="records"'


def _group(group: Group, width: int) -> str:
    said = "".join(f"<br><small>{escape(sentence)}</small>" for sentence in group.said if sentence)
    heading = f'<tr><th scope="rowgroup" colspan="{width}">{escape(group.heading)}{said}</th></tr>'
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in group.rows)
    return f"<tbody>{heading if group.heading or said else ''}{rows}</tbody>"
