"""The one entry of planning: from snapshots, crosswalks and bases to a plan that a person can read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from workbench.core.admitting import admitted
from workbench.core.planning.cost import Descriptions
from workbench.core.planning.describing import compared
from workbench.core.planning.importing import imported
from workbench.core.planning.lines import held
from workbench.core.planning.measuring import measured
from workbench.core.planning.oscillating import freeze
from workbench.core.planning.providing import wanted
from workbench.core.planning.reconciling import reconcile
from workbench.core.planning.scene import Draft, Records, Scene
from workbench.errors import UsageError
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind
from workbench.model.lines import Agreed, Base, Held, Line
from workbench.model.links import Crosswalk
from workbench.model.mappings import Side
from workbench.model.plans import Plan, Purpose
from workbench.model.records import Snapshot, Snapshots, Where
from workbench.model.values import fingerprint

Choices = Mapping[tuple[str, str], Side]
"""The side that wins a field, by the left record's reference and the key of the mapped fields."""


def plan(
    integration: Integration,
    kinds: Mapping[str, Kind],
    snapshots: Mapping[str, Snapshots],
    crosswalks: Mapping[str, Crosswalk],
    bases: Iterable[Base],
    *,
    purpose: Purpose = "sync",
    instances: Mapping[str, str] | None = None,
    previous: Mapping[str, int] | None = None,
    descriptions: Descriptions | None = None,
    rules: str = "",
    recent: Iterable[Plan] = (),
    rejected: Collection[str] = (),
    choices: Choices | None = None,
    author: str = "",
    made_at: datetime | None = None,
) -> Plan:
    """What would bring the two systems of an integration into step, with gates and cost; nothing is written.

    `snapshots` and `crosswalks` are by kind; `instances` maps a system to the tenant that answered; `previous` is how
    many records the last whole snapshot had, by `system:kind`; `rules` is the mapping of the last run; `recent` are the
    plans that ran of late (to notice two writers that undo each other); `rejected` are ids of lines that a person
    turned down; `choices` are the sides that a person picked for held fields, by `(str(held.subject), held.field)`.
    """
    described = descriptions or {}
    scenes = _scenes(
        compared(integration, described), kinds, snapshots, crosswalks, bases=bases, descriptions=described
    )
    draft = _drafted(integration, snapshots, scenes, choices or {})
    steady, frozen = freeze(integration, draft.lines, recent)
    lines, turned_down = _without(steady, rejected)
    made = Plan(
        integration=integration.name,
        purpose=purpose,
        lines=in_order(integration, lines),
        held=tuple(sorted([*draft.held, *frozen, *turned_down], key=_held_order)),
        settled=tuple(draft.settled),
        mapping=mapping_fingerprint(integration),
        instances=dict(sorted((instances or _instances(integration, snapshots)).items())),
        author=author,
        made_at=made_at,
    )
    return measured(made, integration, snapshots, previous or {}, descriptions=described, rules=rules)


def _drafted(
    integration: Integration, snapshots: Mapping[str, Snapshots], scenes: Iterable[Scene], choices: Choices
) -> Draft:
    """All kinds, parents before children, in the shape that the integration has."""
    draft = Draft()
    look = partial(_look, integration, snapshots)
    for found in scenes:
        scene = replace(found, choices=choices)
        if integration.shape == "importing":
            scene = imported(scene, look, draft)
        reconcile(scene, draft)
    return draft


def mapping_fingerprint(integration: Integration) -> str:
    """What a plan was made by: pairings, masters, shape. When it changes, standing approvals are suspended."""
    return fingerprint(
        {
            "pairings": integration.pairings,
            "master": integration.master,
            "shape": integration.shape,
            "systems": [integration.left, integration.right],
        }
    )


def in_order(integration: Integration, lines: Iterable[Line]) -> tuple[Line, ...]:
    """Parents before children, what others wait for first, then by record: the same for the same content."""
    ranks = {kind: rank for rank, kind in enumerate((*integration.makes, *integration.kinds))}
    return tuple(
        sorted(
            lines,
            key=lambda line: (ranks.get(line.target.kind, 0), _RANK[line.action], line.target, str(line.counterpart)),
        )
    )


_RANK = {"unlink": 0, "link": 1, "create": 2, "update": 3}


def _scenes(
    integration: Integration,
    kinds: Mapping[str, Kind],
    snapshots: Mapping[str, Snapshots],
    crosswalks: Mapping[str, Crosswalk],
    *,
    bases: Iterable[Base],
    descriptions: Descriptions,
) -> Iterable[Scene]:
    found: dict[str, dict[tuple[str, str], Mapping[str, Agreed]]] = {kind: {} for kind in integration.kinds}
    for base in bases:
        if base.integration == integration.name and base.kind in found:
            found[base.kind][base.left.id, base.right.id] = base.fields
    makes = {kind: _required(integration, kind, descriptions).get("right", frozenset()) for kind in integration.makes}
    for pairing in integration.pairings:
        name = pairing.kind
        if name not in snapshots or name not in crosswalks:
            raise UsageError(f"{integration.name} needs a snapshot and a crosswalk of kind {name!r}: read it first")
        records: dict[Side, Records] = {}
        for side in _SIDES:
            snapshot = snapshots[name][integration.system(side)]
            taking_part = admitted(snapshot, pairing.admit.get(side, Where()))
            records[side] = Records(side, kinds[name], snapshot, taking_part)
        left, right = records["left"], records["right"]
        required = _required(integration, name, descriptions)
        parent = any(kinds[kind].parent == name for kind in integration.kinds)
        yield Scene(
            integration, pairing, kinds[name], left, right, crosswalks[name], found[name], parent, required=required,
            makes=makes,
        )  # fmt: skip


_SIDES: tuple[Side, Side] = ("left", "right")


def _look(integration: Integration, snapshots: Mapping[str, Snapshots], side: Side, kind: str) -> Snapshot:
    if kind not in snapshots:
        raise UsageError(f"{integration.name} looks into kind {kind!r} of {integration.system(side)}: read it first")
    return snapshots[kind][integration.system(side)]


def _required(integration: Integration, kind: str, descriptions: Descriptions) -> dict[Side, frozenset[str]]:
    found = {side: descriptions.get((integration.system(side), kind)) for side in _SIDES}
    return {
        side: frozenset(field.name for field in described.fields if field.required and field.createable)
        for side, described in found.items()
        if described is not None
    }


def _instances(integration: Integration, snapshots: Mapping[str, Snapshots]) -> dict[str, str]:
    found = (snapshot for of_kind in snapshots.values() for snapshot in of_kind.values())
    return {s.system: s.instance for s in found if s.system in integration.pair}


def _without(lines: Iterable[Line], rejected: Collection[str]) -> tuple[list[Line], list[Held]]:
    """The lines that nobody turned down; what waits for a rejected line goes with it."""
    out = set(rejected)
    kept: list[Line] = []
    turned_down: list[Held] = []
    for line in lines:
        if line.id in out or not out.isdisjoint(line.depends_on):
            out.add(line.id)
            turned_down.append(held(line.counterpart or line.target, "rejected", f"a person rejected {line.action}"))
        else:
            kept.append(line)
    return wanted(kept), turned_down


def _held_order(item: Held) -> tuple[str, ...]:
    return (str(item.subject), item.code, item.field)
