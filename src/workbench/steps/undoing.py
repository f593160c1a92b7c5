"""Take a run back by an ordinary plan, made from what the records held before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from workbench.core.canonical import Canonicalisers
from workbench.core.planning import compared, measured
from workbench.core.planning.lines import line_id
from workbench.errors import Refused
from workbench.model.integrations import Integration
from workbench.model.journals import JournalEntry
from workbench.model.kinds import Kind
from workbench.model.lines import Action, Agreed, Held, Line, Promise
from workbench.model.mappings import other
from workbench.model.plans import Plan
from workbench.model.ports import Clock, System
from workbench.model.records import DELETED, MODIFIED, Ref, Snapshots
from workbench.model.values import Value
from workbench.steps import planning, reading
from workbench.steps.remembering import previous_counts
from workbench.store import Store

WRITTEN = ("verified", "differs")


@dataclass
class _Undoing:
    """What undoing one plan looks at, and what it drafted so far."""

    plan: Plan
    integration: Integration
    snapshots: Mapping[str, Snapshots]
    last: Mapping[str, JournalEntry]
    images: Mapping[str, Mapping[str, Value]]
    canonicalisers: Canonicalisers
    linked: Collection[str]
    lines: list[Line]
    held: list[Held]

    def now(self, ref: Ref) -> dict[str, Value] | None:
        """The record as it was just read, or None when it is gone."""
        snapshot = self.snapshots[ref.kind][ref.system]
        record = snapshot.record(ref.id) if ref.id in snapshot else None
        return None if record is None or record.get(DELETED) else record


def undo(  # noqa: PLR0917  # the order in which every step takes them
    plan: Plan,
    integration: Integration,
    kinds: Mapping[str, Kind],
    systems: Mapping[str, System],
    store: Store,
    clock: Clock,
    *,
    author: str,
) -> Plan:
    """A plan that gives every record of a run its former values, stored to wait for approval.

    A field that somebody changed since is left alone and listed; a created record is not deleted but gets the status
    of a deletion; what cannot be taken back is named. Raises Refused when nothing of the plan was written, or what the
    integration does not sync any more.
    """
    last = store.journal.last(plan.id)
    if not any(entry.state in WRITTEN for entry in last.values()):
        raise Refused(f"plan {plan.id} wrote nothing, so there is nothing to undo; see `workbench show {plan.id}`")
    _check_synced(plan, integration)
    ends = {name: systems[name] for name in integration.pair}
    read = {
        kind: reading.snapshot(ends, kinds, kind, store, clock, integrations=[integration])
        for kind in dict.fromkeys((*integration.makes, *integration.kinds))
    }
    described = planning.descriptions(integration, kinds, ends)
    by_type, images = compared(integration, described), store.journal.images(plan.id)
    linked = _linked(plan, store)
    undoing = _Undoing(plan, by_type, read, last, images, Canonicalisers(by_type), linked, [], [])
    for line in reversed(plan.lines):
        if line.id in last and last[line.id].state in WRITTEN:
            _undo_line(undoing, line)
    made = Plan(
        integration=integration.name,
        purpose="undo",
        lines=tuple(undoing.lines),
        held=tuple(undoing.held),
        mapping=plan.mapping,
        instances=plan.instances,
        parent=plan.id,
        author=author,
        made_at=clock.now(),
    )
    whole = measured(made, integration, read, previous_counts(integration, store), descriptions=described)
    return planning.keep(whole, store, clock)


def _linked(plan: Plan, store: Store) -> set[str]:
    """The lines whose links stand: a pair that was taken apart since, or linked anew, is not this plan's to part."""
    linked = {link.line for link in store.links.of(plan.integration) if link.plan == plan.id}
    return linked & {line.id for line in plan.lines if line.action == "link"}


def _check_synced(plan: Plan, integration: Integration) -> None:
    synced = {(name, kind) for name in integration.pair for kind in (*integration.makes, *integration.kinds)}
    written = {(line.target.system, line.target.kind) for line in plan.lines}
    gone = sorted(f"{kind} in {system}" for system, kind in written - synced)
    if gone:
        raise Refused(
            f"plan {plan.id} wrote {', '.join(gone)}, which {integration.name} does not sync any more; "
            f"put it back into config/integrations/{integration.name}.yaml, then undo again"
        )


def _undo_line(undoing: _Undoing, line: Line) -> None:
    entry = undoing.last[line.id]
    target = Ref(line.target.system, line.target.kind, entry.id)
    record = undoing.now(target)
    if record is None:
        undoing.held.append(_held(target, "gone", "the record is not there any more"))
    elif line.action == "create":
        _deactivate(undoing, line, target, record)
    else:
        _restore(undoing, line, target, record, entry)


def _restore(undoing: _Undoing, line: Line, target: Ref, record: dict[str, Value], entry: JournalEntry) -> None:
    image = undoing.images.get(line.id, {})
    after: dict[str, Value] = {}
    for name in line.after:
        if not undoing.canonicalisers.same(target, name, record.get(name), entry.stored.get(name)):
            undoing.held.append(_held(target, "edited since", f"{name} was changed after the run, so it stays", name))
        elif _names_created(line, name):
            undoing.held.append(_held(target, "irreversible", f"{name} names a record that stays", name))
        elif not undoing.canonicalisers.same(target, name, record.get(name), image.get(name)):
            after[name] = image.get(name)
    action: Action = "unlink" if line.id in undoing.linked else "update"
    if after or action == "unlink":
        undoing.lines.append(_line(undoing, line, target, record, after, action=action))


def _deactivate(undoing: _Undoing, line: Line, target: Ref, record: dict[str, Value]) -> None:
    side = undoing.integration.side(target.system)
    mark = undoing.integration.pairing(target.kind).deletion_mark(side, record.get)
    if mark:
        undoing.lines.append(_line(undoing, line, target, record, mark, action="update"))
        return
    reason = "it was created, and the configuration names no status for a deleted record here, so it stays"
    undoing.held.append(_held(target, "irreversible", reason))


def _names_created(line: Line, name: str) -> bool:
    """Whether a field took the id of a record that the same run created: that record stays, so its id does."""
    return isinstance(line.after[name], Promise)


def _line(
    undoing: _Undoing,
    line: Line,
    target: Ref,
    record: Mapping[str, Value],
    after: Mapping[str, Value],
    *,
    action: Action,
) -> Line:
    return Line(
        id=line_id(f"undo of {undoing.plan.id}", action, target, line.counterpart, list(after)),
        action=action,
        target=target,
        counterpart=line.counterpart,
        name=line.name,
        before={name: record.get(name) for name in after},
        after=dict(after),
        precondition={MODIFIED: record.get(MODIFIED)},
        agreed=_parted(undoing, target, line.counterpart, after) if action == "update" else {},
        reason=f"takes back: {line.reason}",
        risk=line.risk,
    )


def _parted(undoing: _Undoing, target: Ref, counterpart: Ref | None, after: Mapping[str, Value]) -> dict[str, Agreed]:
    """What both sides hold once this is undone, as their base: differing, but as a person wants it.

    With it neither side has changed, so the next sync proposes the field in neither direction until somebody edits it.
    """
    beside = undoing.now(counterpart) if counterpart is not None else None
    if beside is None:
        return {}
    side = undoing.integration.side(target.system)
    parted: dict[str, Agreed] = {}
    for mapping in undoing.integration.pairing(target.kind).mapping:
        own = getattr(mapping, side)
        if own in after:
            values = (after[own], beside.get(getattr(mapping, other(side))))
            parted[mapping.key] = Agreed(*(values if side == "left" else reversed(values)))
    return parted


def _held(subject: Ref, code: str, reason: str, field: str = "") -> Held:
    remedies = {
        "gone": "nothing to do, unless it was deleted by mistake",
        "edited since": "decide by hand which value is right",
        "irreversible": "deactivate or clean it up by hand in that system",
    }
    return Held(subject, code, reason, remedies[code], field)
