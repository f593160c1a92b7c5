"""What one file cannot know by itself: names that other files own, maps that must be one to one, cycles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from workbench.errors import Problem, nearest
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind
from workbench.model.mappings import PLACEHOLDER, FieldMapping, Pairing
from workbench.model.people import Person
from workbench.yaml_lines import Document

Path = tuple[str | int, ...]


def check_kinds(kinds: Mapping[str, Kind], document: Document) -> tuple[Problem, ...]:
    """Parents exist, and a kind with a parent says in which field its parent's id stands."""
    return tuple(document.problem(path, message, remedy) for path, message, remedy in _kinds(kinds))


def check_integrations(
    integration: Integration,
    integrations: Mapping[str, Integration],
    kinds: Mapping[str, Kind],
    document: Document,
    declared: Collection[str],
) -> tuple[Problem, ...]:
    """Names exist, a kind lives in both systems, parents come first, value maps are one to one, no cycle.

    `declared` are the names of all files of integrations, those that could not be read too.
    """
    found = [
        *_after(integration, declared),
        *_ends(integration, kinds),
        *_kinds_of(integration, kinds),
        *_mappings(integration),
        *_marks(integration),
        *_cycles(integration, integrations),
    ]
    return tuple(document.problem(path, message, remedy) for path, message, remedy in found)


def check_people(people: tuple[Person, ...], document: Document) -> tuple[Problem, ...]:
    """Every name and every key once; whoever approves has a key."""
    found = []
    for what, values in (("name", [p.name for p in people]), ("public_key", [p.public_key for p in people])):
        for value, times in Counter(values).items():
            if value and times > 1:
                found.append(document.problem(("people",), f"the {what} {value!r} stands {times} times", "keep one"))
    for position, person in enumerate(people):
        if "approver" in person.roles and not person.public_key:
            message, remedy = f"{person.name} may approve but has no public_key", "add it: workbench approver add"
            found.append(document.problem(("people", position), message, remedy))
    return tuple(found)


Mistake = tuple[Path, str, str]


def _kinds(kinds: Mapping[str, Kind]) -> Iterator[Mistake]:
    for name, kind in kinds.items():
        if kind.parent and kind.parent not in kinds:
            yield ("kinds", name, "parent"), f"{kind.parent!r} is no kind", nearest(kind.parent, kinds)
        for system, place in kind.systems.items():
            if kind.parent and not place.parent:
                path = ("kinds", name, "systems", system)
                yield path, f"{system} does not say which field holds the {kind.parent}'s id", "add parent:"
            if kind.match_by == "email" and not place.evidence.get("email"):
                yield ("kinds", name, "systems", system), "matching by email needs evidence: email", "name the field"


def _after(integration: Integration, declared: Collection[str]) -> Iterator[Mistake]:
    others = {name for name in declared if name != integration.name}
    for earlier in integration.after:
        if earlier not in others:
            yield ("after",), f"{earlier!r} is no other integration", nearest(earlier, others)


def _ends(integration: Integration, kinds: Mapping[str, Kind]) -> Iterator[Mistake]:
    """Both systems are known, and the kinds live there; a system that no kind knows is one mistake, not one a kind."""
    if integration.left == integration.right:
        yield ("right",), "left and right are the same system", "name two systems"
    known = {system for kind in kinds.values() for system in kind.systems}
    for side, system in (("left", integration.left), ("right", integration.right)):
        if system not in known:
            yield (side,), f"config/kinds.yaml has no record in {system!r}", nearest(system, known)
            continue
        for kind in (kinds[name] for name in integration.kinds if name in kinds):
            if system not in kind.systems:
                yield (side,), f"config/kinds.yaml has no {kind.name} in {system!r}", nearest(system, kind.systems)


def _kinds_of(integration: Integration, kinds: Mapping[str, Kind]) -> Iterator[Mistake]:
    seen: set[str] = set()
    for pairing in integration.pairings:
        kind = kinds.get(pairing.kind)
        if kind is None:
            yield ("kinds", pairing.kind), f"{pairing.kind!r} is no kind", nearest(pairing.kind, kinds)
            continue
        if kind.parent in integration.kinds and kind.parent not in seen:
            yield ("kinds", pairing.kind), f"{pairing.kind} stands before its parent {kind.parent}", "parents first"
        seen.add(pairing.kind)


def _mappings(integration: Integration) -> Iterator[Mistake]:
    for pairing in integration.pairings:
        place: Path = ("kinds", pairing.kind, "mapping")
        for side in ("left", "right"):
            for field in _twice(_written(pairing, side)):
                yield place, f"{field!r} is mapped twice on the {side}", "keep one row"
        for position, row in enumerate(pairing.mapping):
            for value in _twice(row.values.values()):
                yield (*place, position, "values"), f"two left values become {value!r}", "map each to its own value"


def _marks(integration: Integration) -> Iterator[Mistake]:
    for pairing in integration.pairings:
        for side, marks in pairing.deleted.items():
            for field, template in marks.items():
                if field in PLACEHOLDER.findall(template):
                    place: Path = ("kinds", pairing.kind, "deleted", side, field)
                    yield place, f"{field!r} is made from itself, so it would grow with every run", "use another field"


def _written(pairing: Pairing, side: str) -> list[str]:
    return [row.left if side == "left" else row.right for row in pairing.mapping]


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


def _cycles(integration: Integration, integrations: Mapping[str, Integration]) -> Iterator[Mistake]:
    """Per kind, the integrations form a tree, or every field that a ring carries names one master (decision 14)."""
    for pairing in integration.pairings:
        ring = _ring(integration, pairing.kind, integrations)
        undecided = [row for row in pairing.mapping if _two_way(row) and row.master == "person"]
        if ring and undecided and integration.master == "person":
            message = f"{pairing.kind} goes round in a ring: {' - '.join(ring)}; {undecided[0].left!r} has no master"
            yield ("kinds", pairing.kind), message, "name a master for each field, or take one integration away"


def _two_way(row: FieldMapping) -> bool:
    return row.on_update == "both"


def _ring(start: Integration, kind: str, integrations: Mapping[str, Integration]) -> list[str]:
    """The systems of a ring through `start`'s pair, or nothing."""
    others = [item for item in integrations.values() if item.name != start.name and kind in item.kinds]
    paths = [[start.left]]
    while paths:
        path = paths.pop()
        if path[-1] == start.right:
            return [*path, start.left]
        for item in others:
            ends = {item.left, item.right}
            if path[-1] in ends:
                (following,) = ends - {path[-1]}
                if following not in path:
                    paths.append([*path, following])
    return []
