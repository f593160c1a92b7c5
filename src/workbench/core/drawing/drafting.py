"""Which sheet is wanted: the right part of the landscape, under the right heading, with what the marks mean."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from workbench.core.drawing import stubs, views
from workbench.core.drawing.difference import Change, ledger, marks, united
from workbench.core.drawing.heading import Heading, Markings
from workbench.core.drawing.layout import Layout
from workbench.core.drawing.legibility import legible
from workbench.core.drawing.overview import OVERVIEW, Groups, group_marks, overview
from workbench.core.drawing.picture import Picture
from workbench.core.drawing.sheet import sheet
from workbench.errors import UnknownName, UsageError
from workbench.model.landscape import Landscape, Participant
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
    """What to draw: the level, and the one process, system, integration or object that the sheet is narrowed to.

    `paper` is what the sheet must be legible on; `page` asks for one page of a system that needs several.
    """

    level: str = "1"
    process: str = ""
    system: str = ""
    integration: str = ""
    object: str = ""
    paper: str = "A3"
    page: int = 0


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
    state = f"{compare.only.upper()} to {state}" if compare else state
    markings = Markings(
        marks=marks(compare, landscape) if compare else {},
        notes={change.id: change.what for change in book if change.mark == "changed"},
        findings=_by_flow(findings, whole),
        difference=compare is not None,
        delivered=compare is None and landscape.only == "to-be",
    )
    if wanted.level == OVERVIEW:
        return _overview(whole, markings, state, title or whole.title, layout), book
    part, heading = _part(whole, wanted, state, title)
    picture = sheet(part, heading, markings, layout)
    if heading.spelled and not legible(picture, wanted.paper):
        heading = dataclasses.replace(heading, spelled=False)
        picture = sheet(part, heading, markings, layout)
    settled = len(picture.unpinned) * 2 <= len(picture.shapes)
    if wanted.page or (wanted.system and not (settled and legible(picture, wanted.paper))):
        part, heading = _stubbed(whole, wanted, heading)
        picture = sheet(part, heading, markings, layout)
    return picture, book


def pages_of(whole: Landscape, system: str) -> int:
    """How many pages a system needs where one sheet for all of it cannot be read."""
    return len(stubs.stub_pages(whole, system))


def _stubbed(whole: Landscape, wanted: Wanted, heading: Heading) -> tuple[Landscape, Heading]:
    """The system's sheet with its neighbours as stubs: all of it, or one page."""
    home = _system(whole, wanted.system).id
    part, words, page = views.of_system(whole, home), heading.words, heading.page
    if wanted.page:
        pages = stubs.stub_pages(whole, home)
        if not 1 <= wanted.page <= len(pages):
            raise UnknownName(f"page of {home}", str(wanted.page), (str(at + 1) for at in range(len(pages))))
        part = pages[wanted.page - 1]
        words, page = f"{words}, page {wanted.page} of {len(pages)}", f"{page} {wanted.page}"
    return part, dataclasses.replace(heading, words=words, page=page, home=home, spelled=False)


def _overview(whole: Landscape, markings: Markings, state: str, title: str, layout: Layout) -> Picture:
    part, groups = overview(whole)
    counts = {name: str(len(moves)) for name, moves in groups.items()}
    words = f"Overview of {sum(len(moves) for moves in groups.values())} flows between systems"
    heading = Heading(OVERVIEW, OVERVIEW, state, title, words, partial=True, numbers=counts)
    lines = Markings(
        marks={**markings.marks, **group_marks(groups, markings.marks)},
        findings=_of_groups(groups, markings.findings),
        difference=markings.difference,
    )
    return sheet(part, heading, lines, layout)


def _of_groups(groups: Groups, findings: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The findings about any of the flows that a line stands for."""
    found = {
        name: tuple(dict.fromkeys(item for move in moves for item in findings.get(move.id, ())))
        for name, moves in groups.items()
    }
    return {name: ids for name, ids in found.items() if ids}


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
        raise UnknownName("level of a diagram", wanted.level, ("context", OVERVIEW, "1", "2"))
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
        system = _system(whole, wanted.system)
        part, words, page = views.of_system(whole, system.id), system.name, f"system {system.id}"
        inside = views.standing_in(whole, system.id)
    elif wanted.integration:
        row = whole.integration(wanted.integration)
        part, words, page = views.of_integration(whole, row.id), f"{row.id} {row.name}", f"integration {row.id}"
    else:
        part, words, page = views.of_object(whole, wanted.object), wanted.object, f"object {wanted.object}"
    spelled = len(part.moves) <= SPELLED
    return part, Heading(page, "1", state, title, f"Level 1, {words}", True, spelled, inside)


def _system(whole: Landscape, name: str) -> Participant:
    system = next((item for item in whole.systems if name in (item.id, item.name)), None)
    if system is None:
        raise UnknownName("system in the landscape", name, (item.id for item in whole.systems))
    return system


def _by_flow(findings: Sequence[Found], whole: Landscape) -> Mapping[str, tuple[str, ...]]:
    """The ids of the findings about the inventory row of each flow."""
    found: dict[str, tuple[str, ...]] = {}
    for finding in findings:
        for row in finding.rows:
            found[row] = (*found.get(row, ()), finding.id)
    return {move.id: found[move.integration] for move in whole.moves if move.integration in found}
