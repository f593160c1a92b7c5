"""Names in `config/landscape.yaml` that lead nowhere or twice to the same place, each with its line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol

from workbench.core.assessing.patterns import RULES as FINDING_RULES
from workbench.core.assessing.rubric import DIMENSIONS
from workbench.core.drawing.rules import RULES as DRAWING_RULES
from workbench.errors import Problem, nearest
from workbench.model.landscape import InventoryRow, Landscape
from workbench.yaml_lines import Document
from workbench.yaml_lines import Path as Place


def mistakes(landscape: Landscape, document: Document) -> Iterator[Problem]:
    """Every reference to something that is not declared, and rows that contradict themselves."""
    places = dict(_places(document.data, ()))
    for row_id in circular({row.id: row.depends_on for row in landscape.integrations}):
        place: Place = ("integrations", row_id, "depends_on")
        yield document.problem(place, f"{row_id} waits for a row that waits for it", "break the circle")
    yield from _loose_moves(landscape, document, places)
    for row in landscape.integrations:
        yield from _loose_row(landscape, row, document)
    rules = {*DRAWING_RULES, *(rule.name for rule in FINDING_RULES)}
    for at, item in enumerate(landscape.accepted):
        yield from _unknown("rule", [item.rule], rules, document, ("accepted", at, "rule"))
    known = _ids(landscape.documents)
    for system in landscape.systems:
        yield from _unknown("document", system.evidence, known, document, ("systems", system.id, "evidence"))
    for outsider in landscape.outsiders:
        yield from _unknown("document", outsider.evidence, known, document, ("outsiders", outsider.id, "evidence"))


def _loose_moves(landscape: Landscape, document: Document, places: dict[str, Place]) -> Iterator[Problem]:
    ends = _ids(landscape.processes) | _ids(landscape.stores) | _ids(landscape.outsiders)
    moves, rows = _ids(landscape.moves), _ids(landscape.integrations)
    for move in landscape.moves:
        place = places.get(move.id, ())
        yield from _unknown("process, store or outsider", [move.source], ends, document, (*place, "from"))
        yield from _unknown("process, store or outsider", [move.target], ends, document, (*place, "to"))
        yield from _unknown("move", [move.parent] if move.parent else [], moves, document, (*place, "parent"))
        named = [move.integration] if move.integration else []
        yield from _unknown("integration", named, rows, document, (*place, "integration"))


def _loose_row(landscape: Landscape, row: InventoryRow, document: Document) -> Iterator[Problem]:
    place: Place = ("integrations", row.id)
    ends = _ids(landscape.systems) | _ids(landscape.outsiders)
    rows = _ids(landscape.integrations)
    for name, used, known, what in (
        ("source", row.source, ends, "system or outsider"),
        ("target", row.target, ends, "system or outsider"),
        ("replaced_by", row.replaced_by, rows, "integration"),
        ("depends_on", row.depends_on, rows, "integration"),
        ("evidence", row.evidence, _ids(landscape.documents), "document"),
    ):
        yield from _unknown(what, used, known, document, (*place, name))
    for name in ("source", "target", "states"):
        if not getattr(row, name):
            yield document.problem((*place, name), f"{row.id} has no {name}", "name at least one")
    fields = set(InventoryRow.__dataclass_fields__)
    yield from _unknown("field", row.basis_of, fields, document, (*place, "basis_of"))
    yield from _unknown("field", row.evidence_of, fields, document, (*place, "evidence_of"))
    for name, named in row.evidence_of.items():
        yield from _unknown("document", named, _ids(landscape.documents), document, (*place, "evidence_of", name))
    yield from _unknown("dimension", row.ratings, set(DIMENSIONS), document, (*place, "ratings"))
    for name, rating in row.ratings.items():
        if not 0 <= rating.value <= 4:
            yield document.problem(
                (*place, "ratings", name), f"{rating.value} is no rating", "write 0 (bad) to 4 (good)"
            )
    if row.disposition == "replace" and not row.replaced_by:
        yield document.problem(place, f"{row.id} is to be replaced, but by nothing", "name rows in replaced_by")


def circular(after: Mapping[str, Collection[str]]) -> list[str]:
    """The ids that can never be reached, because they wait for each other."""
    waiting = dict(after)
    while ready := [name for name, others in waiting.items() if not any(other in waiting for other in others)]:
        for name in ready:
            del waiting[name]
    return sorted(waiting)


class _Named(Protocol):
    @property
    def id(self) -> str: ...


def _ids(items: Iterable[_Named]) -> set[str]:
    return {item.id for item in items}


def _unknown(what: str, used: Collection[str], known: set[str], document: Document, place: Place) -> Iterator[Problem]:
    for name in used:
        if name not in known:
            yield document.problem(place, f"there is no {what} {name!r}", nearest(name, known))


def doubles(document: Document) -> Iterator[Problem]:
    """Ids that are used twice: an id names one thing in the whole file, pictures, tables and findings refer to it."""
    first: dict[str, Place] = {}
    for name, place in _places(document.data, ()):
        if name in first:
            line = document.line(first[name])
            yield document.problem(place, f"the id {name!r} is used twice (first in line {line})", "choose another id")
        first.setdefault(name, place)


_GROUPS = ("systems", "outsiders", "stores", "processes", "moves", "integrations")


def _places(data: object, place: Place) -> Iterator[tuple[str, Place]]:
    """Every id of the file, aliases too, with the place where it is declared."""
    if not isinstance(data, dict):
        return
    for group in (*_GROUPS, "inside"):
        inner = data.get(group)
        if not isinstance(inner, dict):
            continue
        if group == "inside":
            yield from _places(inner, (*place, group))
            continue
        for name, body in inner.items():
            yield name, (*place, group, name)
            yield from _places(body, (*place, group, name))
            aliases = body.get("aliases", ()) if isinstance(body, dict) else ()
            yield from ((alias, (*place, group, name, "aliases")) for alias in aliases)
