"""Two writers that keep undoing each other: the field is frozen and shown instead of written once more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from workbench.core.planning.lines import held, line_id
from workbench.model.integrations import Integration
from workbench.model.lines import Held, Line
from workbench.model.plans import Plan

FLIPS = 3
"""How often the same change of a field may be proposed among recent plans before it counts as an oscillation."""


def freeze(integration: Integration, lines: Iterable[Line], recent: Iterable[Plan]) -> tuple[list[Line], list[Held]]:
    """The lines without fields whose very change was written already twice of late, and those fields as exceptions."""
    written = Counter(
        (line.target, name, line.before.get(name), str(value))
        for plan in recent
        for line in plan.lines
        if line.action == "update"
        for name, value in line.after.items()
    )
    kept: list[Line] = []
    frozen: list[Held] = []
    for line in lines:
        stuck = [
            name
            for name, value in line.after.items()
            if line.action == "update" and written[line.target, name, line.before.get(name), str(value)] >= FLIPS - 1
        ]
        frozen += [_frozen(line, name) for name in stuck]
        rest = _without(integration, line, stuck) if stuck else line
        if rest.after or not stuck:
            kept.append(rest)
    return kept, frozen


def _frozen(line: Line, name: str) -> Held:
    said = f"{name} would change from {line.before.get(name)!r} to {line.after[name]!r} for the third time of late"
    return held(line.target, "oscillation", said, field=name)


def _without(integration: Integration, line: Line, names: list[str]) -> Line:
    side = integration.side(line.target.system)
    mapping = integration.pairing(line.target.kind).mapping
    keys = {row.key for row in mapping if getattr(row, side) in names}
    after = {name: value for name, value in line.after.items() if name not in names}
    return replace(
        line,
        id=line_id(integration.name, line.action, line.target, line.counterpart, list(after)),
        before={name: value for name, value in line.before.items() if name in after},
        after=after,
        agreed={key: agreed for key, agreed in line.agreed.items() if key not in keys},
    )
