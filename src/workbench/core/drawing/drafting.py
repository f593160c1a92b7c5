"""Which sheet is wanted: the right part of the landscape, under the right heading, with what the marks mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from workbench.core.drawing import views
from workbench.core.drawing.difference import Change, ledger, marks, united
from workbench.core.drawing.heading import Heading, Markings
from workbench.core.drawing.layout import Layout
from workbench.core.drawing.picture import Picture
from workbench.core.drawing.sheet import sheet
from workbench.errors import UnknownName, UsageError
from workbench.model.landscape import Landscape
from workbench.model.rows import Rows

SPELLED = 16  # up to so many flows there is room to write each one's data on its line


class Found(Protocol):
    """What a diagram needs of a finding of the assessment: its id and the inventory rows that it is about."""

    @property
    def id(self) -> str:
        """The finding's id, which the report page links to."""

    @property
    def rows(self) -> tuple[str, ...]:
        """The ids of the inventory rows concerned."""


@dataclass(frozen=True)
class Wanted:
    """What to draw: the level, and the one process, system, integration or object that the sheet is narrowed to."""

    level: str = "1"
    process: str = ""
    system: str = ""
    integration: str = ""
    object: str = ""


def draft(
    landscape: Landscape,
    compare: Landscape | None,
    wanted: Wanted,
    layout: Layout,
    *,
    findings: Sequence[Found] = (),
    title: str = "",
) -> tuple[Picture, Rows[Change]]:
    """The picture that is wanted, and the ledger of what changes (empty without `compare`)."""
    if not landscape.only or (compare is not None and not compare.only):
        raise UsageError("choose what to draw: landscape.state('as-is') or landscape.state('to-be')")
    whole = united(compare, landscape) if compare else landscape
    book = ledger(compare, landscape) if compare else Rows[Change]()
    state = landscape.only.upper()
    part, heading = _part(whole, wanted, f"{compare.only.upper()} to {state}" if compare else state, title)
    markings = Markings(
        marks=marks(compare, landscape) if compare else {},
        notes={change.id: change.what for change in book if change.mark == "changed"},
        findings=_by_row(findings),
        difference=compare is not None,
        delivered=compare is None and landscape.only == "to-be",
    )
    return sheet(part, heading, markings, layout), book


def _part(whole: Landscape, wanted: Wanted, state: str, title: str) -> tuple[Landscape, Heading]:
    named = [name for name in (wanted.process, wanted.system, wanted.integration, wanted.object) if name]
    if len(named) > 1:
        raise UsageError("narrow a diagram to one thing: a process, a system, an integration or an object")
    title = title or whole.title
    if wanted.level == views.CONTEXT:
        part = views.context(whole)
        spelled = len(part.moves) <= SPELLED
        return part, Heading(views.CONTEXT, views.CONTEXT, state, title, "Context", True, spelled)
    if wanted.level == "2" or wanted.process:
        return _inside(whole, wanted.process, state, title)
    if wanted.level != "1":
        raise UnknownName("level of a diagram", wanted.level, ("context", "1", "2"))
    if not named:
        return views.level_one(whole), Heading("level-1", "1", state, title, "Level 1")
    return _narrowed(whole, wanted, state, title)


def _inside(whole: Landscape, process: str, state: str, title: str) -> tuple[Landscape, Heading]:
    parent = views.parent_named(whole, process)
    inside = views.inside_of(whole, parent.id)
    words = f"Level 2 of {parent.number} {parent.name}"
    part = views.around(whole, inside)
    heading = Heading(f"level-2 {parent.id}", "2", state, title, words, True, len(part.moves) <= SPELLED, inside)
    return part, heading


def _narrowed(whole: Landscape, wanted: Wanted, state: str, title: str) -> tuple[Landscape, Heading]:
    inside: frozenset[str] = frozenset()
    if wanted.system:
        system = next((item for item in whole.systems if wanted.system in (item.id, item.name)), None)
        if system is None:
            raise UnknownName("system in the landscape", wanted.system, (item.id for item in whole.systems))
        part, words, page = views.of_system(whole, system.id), system.name, f"system {system.id}"
        inside = views.standing_in(whole, system.id)
    elif wanted.integration:
        row = whole.integration(wanted.integration)
        part, words, page = views.of_integration(whole, row.id), f"{row.id} {row.name}", f"integration {row.id}"
    else:
        part, words, page = views.of_object(whole, wanted.object), wanted.object, f"object {wanted.object}"
    spelled = len(part.moves) <= SPELLED
    return part, Heading(page, "1", state, title, f"Level 1, {words}", True, spelled, inside)


def _by_row(findings: Sequence[Found]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for finding in findings:
        for row in finding.rows:
            found[row] = (*found.get(row, ()), finding.id)
    return found
