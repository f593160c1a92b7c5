"""Propose what becomes of records that were created twice: an ordinary plan, which a person approves or turns down."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workbench.core.planning import mapping_fingerprint, measured
from workbench.core.planning.repairing import Duplicated, Found, Place, surplus
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind
from workbench.model.lines import Line
from workbench.model.plans import Plan, PlanState
from workbench.model.ports import Clock, Description, System
from workbench.model.records import Condition, Ref, Where, records_of
from workbench.steps import planning, reading, remembering
from workbench.store import Store

DUPLICATES = "duplicates found"
"""Audit event: records that bear one creation marker; a person decides, nothing is merged."""

SETTLED = "duplicates settled"
"""Audit event: of the records that bore one creation marker, no more than one counts."""


def settled(store: Store) -> frozenset[tuple[str, str]]:
    """The plans and lines whose duplicates are no more."""
    return frozenset((row.subject, str(row.details["line"])) for row in store.audit.rows(event=SETTLED))


@dataclass(frozen=True)
class _Repairing:
    """What proposing a repair needs; the systems are asked what they hold, never written."""

    integration: Integration
    kinds: Mapping[str, Kind]
    systems: Mapping[str, System]
    store: Store
    clock: Clock
    described: Mapping[Place, Description]
    author: str


def repair(
    integration: Integration,
    kinds: Mapping[str, Kind],
    systems: Mapping[str, System],
    store: Store,
    clock: Clock,
    *,
    author: str,
) -> Plan | None:
    """A plan that gives the surplus ones among duplicates the status of a deletion; None when there is none to propose.

    The linked record stays, else the one that the journal knows; of two of which neither is known, a person first says
    by a ruling which one stays. Every record is read again: one that is gone, linked, marked as deleted already, or
    that lost its marker is left alone, and where no more than one counts the matter is settled. What a person turned
    down is not proposed again.
    """
    found = _unsettled(integration, store)
    if not found:
        return None
    ends = {name: systems[name] for name in integration.pair}
    described = planning.descriptions(integration, kinds, ends)
    repairing = _Repairing(integration, kinds, ends, store, clock, described, author)
    records = _records(repairing, found)
    lines: list[Line] = []
    for one in found:
        drafted = surplus(one, integration, described[one.place].marker, records[one.place])
        if drafted is None:
            store.audit.record(author, SETTLED, one.plan, clock.now(), line=one.line.id)
        else:
            lines += drafted
    return _offered(repairing, lines)


def _unsettled(integration: Integration, store: Store) -> list[Duplicated]:
    done = settled(store)
    found: list[Duplicated] = []
    for row in store.audit.rows(event=DUPLICATES):
        line_id = str(row.details["line"])
        plan = store.plans.get(row.subject) if (row.subject, line_id) not in done else None
        if plan is not None and plan.integration == integration.name:
            line, ids = plan.line(line_id), tuple(str(row.details["ids"]).split(", "))
            linked = {each for each in ids if _is_linked(Ref(line.target.system, line.target.kind, each), store)}
            written = {store.journal.last(plan.id)[line.id].id} & set(ids)
            found.append(Duplicated(line, plan.id, ids, frozenset(linked or written)))
    return found


def _is_linked(ref: Ref, store: Store) -> bool:
    return any(link.active for link in store.links.about(ref))


def _records(repairing: _Repairing, found: Iterable[Duplicated]) -> dict[Place, Found]:
    """Every record in question as it is now, in one call a system and kind, wherever the filters would look."""
    wanted: dict[Place, set[str]] = {}
    for one in found:
        wanted.setdefault(one.place, set()).update(one.ids)
    records: dict[Place, Found] = {}
    for (system, kind), ids in wanted.items():
        where = Where((Condition("id", tuple(sorted(ids))),))
        named = reading.fields(system, repairing.kinds[kind], [repairing.integration])
        records[system, kind] = dict(records_of(repairing.systems[system].read(kind, where, named).frame))
    return records


def _offered(repairing: _Repairing, lines: Iterable[Line]) -> Plan | None:
    """The plan of these lines but for those that a person turned down, stored to wait for approval; None without one.

    Its purpose is its own, so it takes the place of an earlier repair alone, and of no other plan that waits.
    """
    integration, store, clock = repairing.integration, repairing.store, repairing.clock
    made = Plan(integration.name, "repair", tuple(lines), mapping=mapping_fingerprint(integration))
    refused = remembering.turned_down(made, integration, store)
    wanted = tuple(line for line in made.lines if line.id not in refused)
    if not wanted:
        _withdraw(integration, store, clock)
        return None
    read = {
        kind: reading.snapshot(repairing.systems, repairing.kinds, kind, store, clock, integrations=[integration])
        for kind in dict.fromkeys((*integration.makes, *integration.kinds))
    }
    made = dataclasses.replace(
        made,
        lines=wanted,
        instances=remembering.instances(integration, store) or {},
        author=repairing.author,
        made_at=clock.now(),
    )
    counts = remembering.previous_counts(integration, store)
    whole = measured(made, integration, read, counts, descriptions=repairing.described)
    kept = planning.keep(remembering.with_history(whole, store), store, clock)
    return kept if store.plans.state(kept.id) in ("waiting", "approved") else None


def _withdraw(integration: Integration, store: Store, clock: Clock) -> None:
    """Nothing is left to repair: a plan that still waits to do it waits no more."""
    standing: tuple[PlanState, ...] = ("waiting", "approved")
    for known in store.plans.known(integration.name, standing).where(purpose="repair"):
        store.plans.move(known.id, "superseded", clock.now(), "nothing is left to repair", out_of=standing)
