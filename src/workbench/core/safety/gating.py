"""Gates: how much a plan may change, and whether what it was made from can be trusted.

Each share has an absolute floor, because a per cent of a small population is less than one record; the absolute
limits of the configuration hold above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil

from workbench.core.admitting import admitted, living
from workbench.model.integrations import Integration
from workbench.model.lines import Line, Promise
from workbench.model.mappings import Pairing, Side
from workbench.model.people import Person
from workbench.model.plans import Gate, Plan
from workbench.model.ports import Description
from workbench.model.records import Ref, Snapshot, Snapshots, Where

FLOOR_CHANGED, FLOOR_CREATES, FLOOR_SOFT_DELETES, FLOOR_SHRUNKEN = 10, 5, 1, 5
"""Records that a share never forbids, however small the population."""
OWN_LIMITS = ("first sync", "undo")
"""Purposes whose limits are their own counts: the person who signs reads and confirms these numbers."""
ADDRESSED = "recipients"
"""The gate of a notice: its messages go to people of the reviewed file alone."""
RULED, PREPARED = "every record ruled", "preparation confirmed"
"""Gates that look at more than what is written: leaving lines out never makes them hold (R-MATCH-6, R-PREP-3)."""
SIDES: tuple[Side, Side] = ("left", "right")


def gates(
    plan: Plan,
    integration: Integration,
    snapshots: Mapping[str, Snapshots],
    previous: Mapping[str, int],
    *,
    descriptions: Mapping[tuple[str, str], Description] | None = None,
    rules: str = "",
) -> tuple[Gate, ...]:
    """Every gate, measured over the lines of this plan; one that does not hold stops it unless overridden by name.

    `previous` is how many records the last good snapshot had, by `system:kind`; `descriptions` are by system and kind;
    `rules` is the mapping of the last run, where there was one.
    """
    found: list[Gate] = []
    for pairing in integration.pairings:
        for side in SIDES:
            system = integration.system(side)
            snapshot = snapshots[pairing.kind][system]
            found += _size_gates(plan, integration, pairing, side, snapshot)
            found.append(_shrunken(integration, snapshot, previous.get(f"{system}:{pairing.kind}")))
            found += _drift(pairing, side, snapshot, (descriptions or {}).get((system, pairing.kind)))
    for kind in integration.makes:
        if integration.right in snapshots.get(kind, ()):
            snapshot = snapshots[kind][integration.right]
            found += _size_gates(plan, integration, Pairing(kind, ()), "right", snapshot)
    found += [_canaries(integration, snapshots), _instances(plan, snapshots)]
    if plan.purpose == "sync":
        found.append(_rules(plan, rules))
    if integration.run_by == "vendor":
        found.append(_vendor(plan, integration))
    if plan.purpose == "first sync":
        found.append(_complete(plan, integration))
    return tuple(gate for gate in found if gate is not None)


def _size_gates(plan: Plan, integration: Integration, pairing: Pairing, side: Side, snapshot: Snapshot) -> list[Gate]:
    here = (snapshot.system, pairing.kind)
    lines = [line for line in plan.lines if (line.target.system, line.target.kind) == here]
    if not lines:
        return []
    limits, own = integration.limits, plan.purpose in OWN_LIMITS
    population = len(admitted(snapshot, pairing.admit.get(side, Where())))
    place = f"{pairing.kind} in {snapshot.system}"
    counted = {
        "changed": (sum(map(_changes, lines)), limits.changed_per_cent, limits.changed, FLOOR_CHANGED),
        "creates": (_count(lines, "create"), limits.creates_per_cent, limits.creates, FLOOR_CREATES),
        "soft-deletes": (
            sum("soft delete" in line.risk for line in lines),
            limits.soft_deletes_per_cent,
            limits.soft_deletes,
            FLOOR_SOFT_DELETES,
        ),
    }
    found = []
    for name, (measured, per_cent, most, floor) in counted.items():
        limit = measured if own else min(most, max(floor, population * per_cent // 100))
        said = f"{measured} {name} of {population} {place}; at most {limit} may be"
        found.append(Gate(f"{name}: {place}", measured, limit, measured <= limit, said))
    emptied = sum(len(_emptied(pairing, side, line)) for line in lines)
    said = f"{emptied} fields of {place} would be emptied; at most {limits.blankings} may be"
    return [*found, Gate(f"blanking: {place}", emptied, limits.blankings, emptied <= limits.blankings, said)]


def _count(lines: Iterable[Line], action: str) -> int:
    return sum(line.action == action for line in lines)


def _changes(line: Line) -> bool:
    """Whether a record's own data change; taking the id of a record just created is no change of data."""
    return line.action != "create" and any(not isinstance(value, Promise) for value in line.after.values())


def _emptied(pairing: Pairing, side: Side, line: Line) -> list[str]:
    allowed = {getattr(mapping, side) for mapping in pairing.mapping if mapping.blanking}
    return [
        name
        for name, value in line.after.items()
        if value in (None, "") and line.before.get(name) not in (None, "") and name not in allowed
    ]


def _shrunken(integration: Integration, snapshot: Snapshot, before: int | None) -> Gate:
    per_cent = integration.limits.shrunken_per_cent
    least = 0
    if before:
        least = min(ceil(before * per_cent / 100), max(before - FLOOR_SHRUNKEN, 1))
    place, now = f"{snapshot.kind} in {snapshot.system}", len(snapshot)
    message = f"{now} records of {place} were read, {before or 'none'} last time; at least {least} are expected"
    return Gate(f"shrunken: {place}", now, least, now >= least, message)


def _drift(pairing: Pairing, side: Side, snapshot: Snapshot, description: Description | None) -> list[Gate]:
    """Mapped fields and picklist values that the system does not know any more."""
    if description is None:
        return []
    missing = [f"field {name}" for name in pairing.fields(side) if description.field(name) is None]
    for mapping in pairing.mapping:
        known = description.field(getattr(mapping, side))
        if known is not None and known.values and mapping.values:
            mine = mapping.values.keys() if side == "left" else mapping.values.values()
            missing += [f"value {value!r} of {known.name}" for value in sorted(mine) if value not in known.values]
    place = f"{snapshot.kind} in {snapshot.system}"
    message = f"{place} has no {', no '.join(missing)}: mend the mapping" if missing else f"{place} has all it needs"
    return [Gate(f"schema drift: {place}", len(missing), 0, not missing, message)]


def _canaries(integration: Integration, snapshots: Mapping[str, Snapshots]) -> Gate:
    missing = [name for name in integration.limits.canaries if not _lives(Ref.parse(name), snapshots)]
    said = f"sentinel records are missing: {', '.join(missing)}" if missing else "all sentinel records are there"
    return Gate("canary", len(missing), 0, not missing, said)


def _lives(ref: Ref, snapshots: Mapping[str, Snapshots]) -> bool:
    of_kind = snapshots.get(ref.kind)
    if of_kind is None or ref.system not in of_kind:
        return False
    frame = of_kind[ref.system].frame
    return ref.id in frame.index and bool(living(frame)[ref.id])


def _instances(plan: Plan, snapshots: Mapping[str, Snapshots]) -> Gate:
    wrong = sorted(
        {
            f"{snapshot.system} is {snapshot.instance}, not {plan.instances[snapshot.system]}"
            for of_kind in snapshots.values()
            for snapshot in of_kind.values()
            if plan.instances.get(snapshot.system, snapshot.instance) != snapshot.instance
        }
    )
    said = f"another instance answered: {'; '.join(wrong)}" if wrong else "the instances are those of the plan"
    return Gate("wrong instance", len(wrong), 0, not wrong, said)


def _rules(plan: Plan, last: str) -> Gate:
    """After the mapping was changed every value may be judged otherwise: a person says once that this is meant."""
    changed = int(bool(last) and last != plan.mapping)
    meant = "the mapping changed since the last run: look whether the plan is what the change was for"
    said = meant if changed else "the mapping is that of the last run, or none ran yet"
    return Gate("rules changed", changed, 0, not changed, said)


def _vendor(plan: Plan, integration: Integration) -> Gate:
    """Where the vendor's connector runs an integration, it carries a change on: writing both sides would race it."""
    written = sorted({line.target.system for line in plan.lines})
    said = f"the vendor's connector runs {integration.name}; this plan writes {' and '.join(written) or 'nowhere'}"
    return Gate("run by the vendor", len(written), 1, len(written) <= 1, said)


def addressed(lines: Iterable[Line], people: Iterable[Person]) -> Gate:
    """A notice goes to people of the reviewed file and to nobody else, whatever its lines say."""
    known = {person.email for person in people if person.email}
    astray = [line for line in lines if line.after.get("to") not in known]
    said = f"{len(astray)} messages go to somebody who is not in config/approvers.yaml with that address"
    return Gate(ADDRESSED, len(astray), 0, not astray, said)


def prepared(*, confirmed: bool, because: str, blockers: int) -> Gate:
    """A first sync starts only when a person confirmed that everything is in place for it (R-PREP-3)."""
    said = "a person confirmed the preparation" if confirmed else f"the preparation is not confirmed: {because}"
    return Gate(PREPARED, 0 if confirmed else max(blockers, 1), 0, confirmed, said)


def _complete(plan: Plan, integration: Integration) -> Gate:
    """A first sync starts when every admitted record of the left system has a ruling (R-MATCH-6)."""
    open_records = [held for held in plan.held if held.code == "no ruling" and held.subject.system == integration.left]
    said = f"{len(open_records)} records of {integration.left} have no ruling yet; a first sync needs one for each"
    return Gate(RULED, len(open_records), 0, not open_records, said)
