"""Read systems whole, or what changed since; keep what was read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from workbench.core.admitting import admitted
from workbench.errors import Failed, Unavailable, UnknownName
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind
from workbench.model.ports import Clock, Reading, System
from workbench.model.records import Condition, Snapshot, Snapshots, Where, frame_of, records_of
from workbench.store import Store

WHOLE_EVERY = timedelta(hours=24)
"""How old the whole read may be on which incremental ones rest: a missed change is found within a day."""


def snapshot(
    systems: Mapping[str, System],
    kinds: Mapping[str, Kind],
    kind: str,
    store: Store,
    clock: Clock,
    *,
    integrations: Iterable[Integration],
    full: bool = False,
) -> Snapshots:
    """Every record of a kind, from each system that has it: whole, or the last snapshot and everything changed since.

    Raises Unavailable naming each system that did not answer; what the others answered is kept all the same.
    """
    if kind not in kinds:
        raise UnknownName("kind", kind, kinds)
    taking_part = [found for found in integrations if kind in (*found.kinds, *(name for _, name in found.lookups))]
    taken: list[Snapshot] = []
    silent: list[str] = []
    for name in (name for name in kinds[kind].systems if name in systems):
        try:
            taken.append(_snapshot(systems[name], kinds[kind], store, clock, taking_part, full=full))
        except Failed as error:
            silent.append(f"{name}: {error}")
    if silent:
        kept = f"; read and kept: {', '.join(found.system for found in taken)}" if taken else ""
        raise Unavailable(f"{kind} could not be read from {'; '.join(silent)}{kept}")
    return Snapshots(kind, taken, kinds[kind])


def fields(system: str, kind: Kind, integrations: Iterable[Integration]) -> tuple[str, ...]:
    """The native fields to read: mapped, filtered on, stamped, referring; evidence, parent and marker. Sorted."""
    here = kind.systems[system]
    found = {*here.evidence.values(), here.parent, here.marker, *here.only.fields}
    for integration in integrations:
        if system in integration.pair:
            found |= set(integration.fields(kind.name, integration.side(system)))
    return tuple(sorted(found - {"", here.modified}))


def _snapshot(
    system: System, kind: Kind, store: Store, clock: Clock, integrations: Sequence[Integration], *, full: bool
) -> Snapshot:
    instance = system.identify().id
    wanted = fields(system.name, kind, integrations)
    kept = None if full else store.snapshots.last(system.name, kind.name)
    fresh = (
        kept is not None
        and bool(kept.snapshot.watermark)  # without one (discovery), the system cannot say what changed
        and kept.snapshot.instance == instance
        and set(wanted) <= set(kept.snapshot.frame.columns)
        and clock.now() - kept.whole_at < WHOLE_EVERY
    )
    if kept is not None and fresh:
        reading, whole_at = _changed(system, kind, kept.snapshot, wanted), kept.whole_at
    else:
        reading, whole_at = _whole(system, kind, store, integrations, wanted), clock.now()
    taken = Snapshot(system.name, kind.name, instance, reading.taken_at, reading.watermark, reading.frame)
    store.snapshots.keep(taken, whole_at)
    return taken


def _changed(system: System, kind: Kind, last: Snapshot, wanted: Sequence[str]) -> Reading:
    """The last snapshot with everything that changed since, whatever the filters say: a cleared flag must be seen."""
    changed = system.read(kind.name, Where(), wanted, since=last.watermark)
    merged = {**dict(last.records()), **dict(records_of(changed.frame))}
    columns = sorted({*map(str, last.frame.columns), *wanted})
    return Reading(frame_of(merged, columns), changed.watermark, changed.taken_at)


def _whole(
    system: System, kind: Kind, store: Store, integrations: Sequence[Integration], wanted: Sequence[str]
) -> Reading:
    """All records that an integration suggests from or admits, and the linked ones, wherever they went."""
    readings = [system.read(kind.name, where, wanted) for where in _wheres(system.name, kind, integrations)]
    merged = {record_id: record for reading in readings for record_id, record in records_of(reading.frame)}
    linked = _linked(system.name, kind, store, integrations) - merged.keys()
    if linked:
        gone = system.read(kind.name, Where((Condition("id", tuple(sorted(linked))),)), wanted)
        merged |= dict(records_of(gone.frame))
    first = min(readings, key=lambda reading: reading.taken_at)
    return Reading(frame_of(merged, wanted), first.watermark, first.taken_at)


def offered(taken: Snapshots, kind: Kind, integrations: Sequence[Integration]) -> Snapshots:
    """Of each snapshot the living records that an integration suggests from or admits: what matching may propose.

    A snapshot can hold more: a wider reading before it, linked records that left the filter. What is proposed must
    not depend on what somebody happened to read before.
    """
    return Snapshots(taken.kind, (_narrowed(each, kind, integrations) for each in taken.values()), taken.described)


def _narrowed(whole: Snapshot, kind: Kind, integrations: Sequence[Integration]) -> Snapshot:
    wheres = _wheres(whole.system, kind, integrations)
    kept = sorted(frozenset().union(*(admitted(whole, where) for where in wheres)))
    return dataclasses.replace(whole, frame=whole.frame.loc[kept])


def _wheres(system: str, kind: Kind, integrations: Iterable[Integration]) -> list[Where]:
    found: list[Where] = []
    for integration in integrations:
        if kind.name not in integration.kinds:
            found.append(Where())  # looked into by an import: whoever is named there may be needed
        elif system in integration.pair:
            pairing, side = integration.pairing(kind.name), integration.side(system)
            found += [pairing.admit.get(side, Where()), pairing.suggest.get(side) or pairing.admit.get(side, Where())]
    distinct = list(dict.fromkeys(found))
    only = kind.systems[system].only.conditions
    wide = not distinct or Where() in distinct
    return [Where((*where.conditions, *only)) for where in ([Where()] if wide else distinct)]


def _linked(system: str, kind: Kind, store: Store, integrations: Iterable[Integration]) -> set[str]:
    links = (link for found in integrations for link in store.links.of(found.name, kind.name))
    return {ref.id for link in links for ref in (link.left, link.right) if ref.system == system}
