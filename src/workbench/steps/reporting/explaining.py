"""Why one record is, or is not, syncing: everything that is known about it, in words (R-USE-4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workbench.core.admitting import failing
from workbench.errors import UnknownName
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind
from workbench.model.plans import Plan
from workbench.model.records import DELETED, Ref, Snapshots, Where
from workbench.model.rows import Rows
from workbench.steps import planning, remembering
from workbench.store import Store


@dataclass(frozen=True, slots=True)
class Explanation:
    """One thing that is known about a record, and what to do about it when it stands in the way."""

    integration: str
    topic: str
    finding: str
    remedy: str = ""


def why(
    ref: Ref, integrations: Mapping[str, Integration], kinds: Mapping[str, Kind], store: Store
) -> Rows[Explanation]:
    """What was read, ruled, linked, planned, held and written of a record; from the store, no system is asked."""
    if ref.kind not in kinds:
        raise UnknownName("kind", ref.kind, kinds)
    if ref.system not in kinds[ref.kind].systems:
        raise UnknownName(f"system that has {ref.kind} records", ref.system, kinds[ref.kind].systems)
    concerned = [
        found for found in integrations.values() if ref.kind in found.kinds and ref.system in (found.left, found.right)
    ]
    if not concerned:
        said = f"no integration syncs {ref.kind} records of {ref.system}"
        return Rows([Explanation("", "configuration", said, "see config/integrations")])
    return Rows([*_read(ref, store), *_ruled(ref, store), *(e for i in concerned for e in _in(ref, i, kinds, store))])


def _read(ref: Ref, store: Store) -> Iterator[Explanation]:
    kept = store.snapshots.last(ref.system, ref.kind)
    if kept is None:
        yield Explanation("", "read", f"{ref.system} was never read", f"workbench snapshot {ref.kind}")
        return
    when = f"{kept.snapshot.taken_at:%Y-%m-%d %H:%M} UTC"
    if ref.id not in kept.snapshot:
        remedy = "see that the id is right, and what the filter of the integration leaves out"
        yield Explanation("", "read", f"it is not among the records that were read on {when}", remedy)
    elif kept.snapshot.record(ref.id).get(DELETED):
        yield Explanation("", "read", f"{ref.system} said on {when} that it is deleted")
    else:
        yield Explanation("", "read", f"last read on {when}")


def _ruled(ref: Ref, store: Store) -> Iterator[Explanation]:
    for ruling in store.rulings.about(ref):
        named = f" {ruling.target}" if ruling.target is not None else ""
        why_so = f": {ruling.reason}" if ruling.reason else ""
        what = f"{ruling.subject} {ruling.word}{named} in {ruling.system}"
        yield Explanation("", "ruling", f"{ruling.by} ruled on {ruling.at:%Y-%m-%d}: {what}{why_so}")


def _in(ref: Ref, integration: Integration, kinds: Mapping[str, Kind], store: Store) -> Iterator[Explanation]:
    name = integration.name
    pause = store.pauses.of(name)
    if pause is not None:
        yield Explanation(name, "integration", f"paused by {pause.by}: {pause.reason}", f"workbench resume {name}")
    yield from _taking_part(ref, integration, store)
    yield from _paired(ref, integration, kinds, store)
    yield from _planned(ref, integration, store)
    yield from _written(ref, integration, store)


def _taking_part(ref: Ref, integration: Integration, store: Store) -> Iterator[Explanation]:
    kept = store.snapshots.last(ref.system, ref.kind)
    if kept is None or ref.id not in kept.snapshot:
        return
    where = integration.pairing(ref.kind).admit.get(integration.side(ref.system), Where())
    against = failing(kept.snapshot.record(ref.id), where)
    if against:
        yield Explanation(
            integration.name, "taking part", f"no: {'; '.join(against)}", "change it there, then read again"
        )
    else:
        yield Explanation(integration.name, "taking part", "yes: every condition holds")


def _paired(ref: Ref, integration: Integration, kinds: Mapping[str, Kind], store: Store) -> Iterator[Explanation]:
    read: dict[str, Snapshots] = {}
    for kind in integration.kinds:
        ends = [store.snapshots.last(system, kind) for system in integration.pair]
        if any(kept is None for kept in ends):
            return
        read[kind] = Snapshots(kind, [kept.snapshot for kept in ends if kept is not None])
    entry = planning.crosswalks(integration, kinds, read, store)[ref.kind].partner_of(ref)
    if entry is not None:
        other = entry.right if entry.left == ref else entry.left
        said = (
            f"{entry.state}{f' with {other}' if other is not None else ''}{f': {entry.reason}' if entry.reason else ''}"
        )
        yield Explanation(integration.name, "counterpart", said)


def _planned(ref: Ref, integration: Integration, store: Store) -> Iterator[Explanation]:
    for known in remembering.latest(store.plans.known(integration.name)):
        plan = store.plans.get(known.id)
        for held in plan.held:
            if held.subject == ref:
                yield Explanation(integration.name, f"held: {held.code}", held.reason, held.remedy)
        for line in plan.lines if known.state in ("waiting", "approved", "running") else ():
            if ref in (line.target, line.counterpart):
                remedy = f"workbench approve {plan.id}" if known.state == "waiting" else ""
                fields = ", ".join(line.after)
                said = (
                    f"{known.state} in plan {plan.id}: {line.action} {fields} in {line.target.system} ({line.reason})"
                )
                yield Explanation(integration.name, "planned", said, remedy)


def _written(ref: Ref, integration: Integration, store: Store) -> Iterator[Explanation]:
    """What the last run that touched the record did."""
    for known in store.plans.known(integration.name, ("running", "done")):
        plan = store.plans.get(known.id)
        found = list(_ends(ref, plan, store))
        if found:
            yield from found
            return


def _ends(ref: Ref, plan: Plan, store: Store) -> Iterator[Explanation]:
    last = store.journal.last(plan.id) if plan.lines else {}
    for line in plan.lines:
        entry = last.get(line.id)
        if entry is not None and (ref in (line.target, line.counterpart) or _made(ref, line.target, entry.id)):
            said = f"{line.action} in {line.target.system} ended {entry.state} on {entry.at:%Y-%m-%d %H:%M} UTC"
            cause = f": {entry.cause}" if entry.cause else ""
            yield Explanation(plan.integration, "last run", f"{said} (plan {plan.id}){cause}", entry.remedy)


def _made(ref: Ref, target: Ref, record_id: str) -> bool:
    return (target.system, target.kind, record_id) == (ref.system, ref.kind, ref.id)
