"""What the product's own runs measure: from the store's last snapshots, links, plans and journals; asks no system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from workbench.core.assessing import measuring
from workbench.core.assessing.measuring import SIDES, Paired, Travelled
from workbench.core.columns import by_id
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind
from workbench.model.plans import Plan
from workbench.model.records import MODIFIED, Ref, Snapshots
from workbench.steps.reporting.figures import RECORDS
from workbench.store import Store

RUNS = 50
"""How many of the latest runs of each integration are looked at for the time that changes take."""


def measures(integrations: Mapping[str, Integration], kinds: Mapping[str, Kind], store: Store) -> dict[str, int]:
    """Every measure that what is stored can tell, by the name of its indicator; what it cannot tell is left out.

    Of partners and customers; flagged records are those of imports. The day's calls are not recorded: the systems
    count them.
    """
    synced = [one for one in integrations.values() if one.shape == "reconciling"]
    imported = [one for one in integrations.values() if one.shape == "importing"]
    paired = [found for one in synced for found in _paired(one, (k for k in one.kinds if k in RECORDS), store)]
    flagged = [found for one in imported for found in _paired(one, one.kinds, store)]
    found = {
        "match rate": measuring.match_rate(paired),
        "completeness": measuring.completeness(paired),
        "conflicts": measuring.conflicts(paired),
        "duplicates": _duplicates(kinds, store),
        "coverage": measuring.coverage(paired),
        "deal readiness": measuring.readiness(flagged),
        "time to propagate": measuring.minutes_to_propagate([t for one in synced for t in _travelled(one, store)]),
    }
    return {name: value for name, value in found.items() if value is not None}


def _paired(integration: Integration, kinds: Iterable[str], store: Store) -> Iterator[Paired]:
    """Each kind of which both sides were read; an import counts only when its latest plan says what it holds."""
    known = store.plans.known(integration.name)
    latest = store.plans.get(known[0].id) if known else None
    systems = {side: integration.system(side) for side in SIDES}
    for kind in kinds:
        read = _last(kind, systems.values(), store)
        if len(read) < len(systems) or (integration.shape == "importing" and latest is None):
            continue
        links = store.links.of(integration.name, kind)
        yield Paired(integration.pairing(kind), systems, read, links, latest.held if latest else ())


def _duplicates(kinds: Mapping[str, Kind], store: Store) -> int | None:
    known = [kinds[name] for name in RECORDS if name in kinds and kinds[name].match_by == "evidence"]
    found = [measuring.duplicated(kind, _last(kind.name, kind.systems, store)) for kind in known]
    counted = [count for count in found if count is not None]
    return sum(counted) if counted else None


def _last(kind: str, systems: Iterable[str], store: Store) -> Snapshots:
    kept = (store.snapshots.last(system, kind) for system in systems)
    return Snapshots(kind, [each.snapshot for each in kept if each is not None])


def _travelled(integration: Integration, store: Store) -> Iterator[Travelled]:
    """Each record's last change that a run carried over: the first read-back after it counts.

    A change made before the link is part of joining the records, one made after the plan is the run's own writing:
    neither tells how long it takes to keep records in step.
    """
    changed = _changes(integration, store)
    linked = {ref: link.at for link in store.links.of(integration.name) for ref in (link.left, link.right)}
    first: dict[Ref, datetime] = {}
    for plan, line, at in _verified(integration, store):
        source = plan.line(line).counterpart
        made = changed.get(source) if source else None
        if source and made and linked.get(source, at) < made <= (plan.made_at or at):
            first[source] = min(at, first.get(source, at))
    for ref, at in first.items():
        yield Travelled(changed[ref], at)


def _verified(integration: Integration, store: Store) -> Iterator[tuple[Plan, str, datetime]]:
    """Every update that the latest runs read back as written, with its time."""
    for known in store.plans.known(integration.name, ("done",))[:RUNS]:
        plan, last = store.plans.get(known.id), store.journal.last(known.id)
        for line in plan.lines:
            if line.action == "update" and line.id in last and last[line.id].state == "verified":
                yield plan, line.id, last[line.id].at


def _changes(integration: Integration, store: Store) -> dict[Ref, datetime]:
    """When each record was last changed, as its own system says; systems whose stamp is no time are left out."""
    found: dict[Ref, datetime] = {}
    for side in SIDES:
        for kind in integration.kinds:
            system = integration.system(side)
            kept = store.snapshots.last(system, kind)
            stamps = by_id(kept.snapshot.frame, MODIFIED) if kept else {}
            times = ((Ref(system, kind, record), _time(str(stamp or ""))) for record, stamp in stamps.items())
            found.update({ref: at for ref, at in times if at is not None})
    return found


def _time(stamp: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
