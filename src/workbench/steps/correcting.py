"""Make the plan that mends many accounts at once; it waits for approval like any other (R-PREP-2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workbench.core.planning import mapping_fingerprint, measured
from workbench.core.readiness import Readiness
from workbench.core.readiness.asking import status_row, statuses
from workbench.core.readiness.correcting import corrections
from workbench.errors import UnknownName
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind
from workbench.model.plans import Plan
from workbench.model.ports import Clock, System
from workbench.steps import planning, reading
from workbench.steps.remembering import previous_counts
from workbench.store import Store


def correct(  # noqa: PLR0917  # the order in which every step takes them
    found: Readiness,
    integration: Integration,
    kinds: Mapping[str, Kind],
    systems: Mapping[str, System],
    store: Store,
    clock: Clock,
    *,
    integrations: Iterable[Integration],
    status: str = "",
    author: str,
) -> Plan:
    """A plan that sets the flag, and `status` where none stands; raises UnknownName for a status outside the set."""
    rows = [row for row in map(status_row, integration.pairings) if row is not None]
    known = {name for row in rows for name in statuses(row, "right")}
    if status and status not in known:
        raise UnknownName("status", status, known)
    ends, using = {name: systems[name] for name in integration.pair}, list(integrations)
    read = {kind: reading.snapshot(ends, kinds, kind, store, clock, integrations=using) for kind in integration.kinds}
    lines, held = corrections(integration, found, read, status)
    described = planning.descriptions(integration, kinds, ends)
    made = Plan(
        integration=integration.name,
        purpose="correction",
        lines=lines,
        held=held,
        mapping=mapping_fingerprint(integration),
        instances=dict(sorted(found.instances.items())),
        author=author,
        made_at=clock.now(),
    )
    whole = measured(made, integration, read, previous_counts(integration, store), descriptions=described)
    return planning.keep(whole, store, clock)
