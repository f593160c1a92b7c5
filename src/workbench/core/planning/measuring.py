"""What a plan rests on, what running it takes, and whether its gates hold: measured over its lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workbench.core import safety
from workbench.core.planning.cost import Descriptions, cost
from workbench.model.integrations import Integration
from workbench.model.plans import Plan
from workbench.model.records import Snapshots


def measured(
    made: Plan,
    integration: Integration,
    snapshots: Mapping[str, Snapshots],
    previous: Mapping[str, int],
    *,
    descriptions: Descriptions,
    rules: str = "",
) -> Plan:
    """The plan with the snapshots that it was made from, its cost and its gates; the arguments are those of `gates`."""
    resting = replace(made, snapshots=cited(snapshots), cost=cost(made.lines, descriptions))
    gates = safety.gates(resting, integration, snapshots, previous, descriptions=descriptions, rules=rules)
    return replace(resting, gates=gates)


def cited(snapshots: Mapping[str, Snapshots]) -> dict[str, str]:
    """How a plan names the snapshots that it rests on: the fingerprint of each, by `system:kind`."""
    every = (snapshot for of_kind in snapshots.values() for snapshot in of_kind.values())
    return {f"{snapshot.system}:{snapshot.kind}": snapshot.fingerprint for snapshot in every}
