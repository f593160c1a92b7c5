"""Take a plan on, once: the lock, the approval, the gates, the live probe. Nothing is written to a system before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from workbench.core import safety
from workbench.core.planning.drafting import mapping_fingerprint
from workbench.errors import Failed, Refused, WaitingForApproval
from workbench.model.approvals import Approval
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind
from workbench.model.people import Person
from workbench.model.plans import Gate, Plan
from workbench.model.ports import Clock, Description, System
from workbench.model.records import Snapshots
from workbench.model.values import fingerprint
from workbench.steps.remembering import previous_counts, rules
from workbench.steps.running.batch import LEASE_SECONDS
from workbench.steps.witnessing import authors, taken_back, was_claimed
from workbench.store import Store
from workbench.store.leases import Lease
from workbench.store.plans import UNFINISHED


def probe(plan: Plan, systems: Mapping[str, System]) -> None:
    """Ask each system which instance it is; raises Refused when one is not that for which the plan was made."""
    for name, expected in plan.instances.items():
        if name not in systems:
            raise Refused(f"plan {plan.id} needs {name}, which is not connected; `workbench connect {name}` does that")
        found = systems[name].identify()
        if found.id != expected:
            raise Refused(
                f"{name} answers as instance {found.id} ({found.name}), but plan {plan.id} was made for {expected}; "
                f"`workbench connect {name}` connects that one, `workbench plan {plan.integration}` plans for this one"
            )


def described(
    plan: Plan, kinds: Mapping[str, Kind], systems: Mapping[str, System]
) -> dict[tuple[str, str], Description]:
    """What both ends say now of the kinds that a plan writes: a field that vanished is found before writing."""
    written = dict.fromkeys(line.target.kind for line in plan.lines)
    ends = dict.fromkeys((*plan.instances, *(line.target.system for line in plan.lines)))
    places = ((name, kind) for kind in written for name in ends if name in kinds[kind].systems)
    return {(name, kind): systems[name].describe(kind) for name, kind in places}


def claim(
    plan: Plan,
    integration: Integration,
    store: Store,
    clock: Clock,
    people: Iterable[Person],
    *,
    owner: str,
    live: bool,
    described: Mapping[tuple[str, str], Description],
) -> Lease:
    """Take the lease and start the plan, or go on with it when an earlier run did not finish. One transaction.

    Raises LockHeld, WaitingForApproval or Refused, and leaves everything as it was.
    """
    now = clock.now()
    with store.writing():
        lease = store.leases.take(integration.name, owner, now, LEASE_SECONDS)
        _check_may_run(plan, integration, store)
        if store.plans.state(plan.id) == "running":
            started = store.plans.consumed(plan.fingerprint)
            if started is None or not was_claimed(plan, store):
                raise Refused(
                    f"plan {plan.id} is running but was never claimed: it was changed by hand; restore a backup"
                )
            # It was in force when it was claimed: what expired since does not leave a batch half-written.
            in_force(plan, store, people, started, live=live)
            store.audit.record(owner, "resumed", plan.id, now, fence=lease.fence)
            return lease
        approval, standing = in_force(plan, store, people, now, live=live)
        safety.check_gates(gates(plan, integration, store, described, people, live=live), approval)
        if was_claimed(plan, store):
            raise Refused(f"plan {plan.id} was claimed before, whatever its row says: a plan runs once; plan again")
        store.plans.claim(plan, owner, now, standing)
        store.audit.record(owner, "claimed", plan.id, now, fence=lease.fence, approval=approval.nonce)
    return lease


def in_force(plan: Plan, store: Store, people: Iterable[Person], at: datetime, *, live: bool) -> tuple[Approval, str]:
    """The approval under which a plan may run, and the fingerprint of the standing rule if it is one over a rule.

    Raises WaitingForApproval or Refused with every reason against it.
    """
    counting = safety.trusted(people, live=live)
    wrote = authors(plan, store) if live else ()
    own = [approval for approval in store.approvals.of(plan.fingerprint) if not taken_back(approval, store)]
    if not own and plan.parent:
        # Divided anew from the whole plan, so that a part cannot be made up.
        whole, under = store.plans.get(plan.parent), store.standings.under(plan)
        for part in covered(whole, store, people, at, live=live, claimed_under=under):
            if part.inside.fingerprint == plan.fingerprint:
                return part.approval, part.rule
    against: Failed | WaitingForApproval | None = None
    for approval in own:
        try:
            safety.check_approval(plan, approval, counting, at, live=live, authors=wrote)
        except (Failed, WaitingForApproval) as error:
            against = against or error
        else:
            return approval, ""
    if against is not None:
        raise against
    raise WaitingForApproval(
        f"nobody approved plan {plan.id}; see `workbench show {plan.id}`, then `workbench approve {plan.id}`"
    )


@dataclass(frozen=True)
class Covered:
    """What a standing rule in force covers of a plan: the rule's fingerprint, its approval, both parts."""

    rule: str
    approval: Approval
    inside: Plan
    outside: Plan


def covered(
    whole: Plan, store: Store, people: Iterable[Person], at: datetime, *, live: bool, claimed_under: str = ""
) -> Iterator[Covered]:
    """For each standing rule whose approval holds, the part of a plan that it covers now.

    `claimed_under` is the rule whose limits the part consumed already, when a started batch is gone on with.
    """
    counting = safety.trusted(people, live=live)
    for rule in store.standings.of(whole.integration):
        mark = fingerprint(rule)
        approval = next(iter(store.approvals.of(mark)), None)
        if approval is None or taken_back(approval, store) or not _holds(mark, approval, counting, at, live=live):
            continue
        spent = 0 if claimed_under == mark else store.standings.spent(rule, at)
        inside, outside = safety.divide(whole, rule, now=at, spent_today=spent)
        if inside.lines:
            yield Covered(mark, approval, inside, outside)


def _holds(mark: str, approval: Approval, people: Iterable[Person], at: datetime, *, live: bool) -> bool:
    try:
        safety.check_approval(mark, approval, people, at, live=live)
    except (Failed, WaitingForApproval):
        return False  # what it would cover waits for a person instead
    return True


def gates(
    plan: Plan,
    integration: Integration,
    store: Store,
    described: Mapping[tuple[str, str], Description],
    people: Iterable[Person],
    *,
    live: bool,
) -> tuple[Gate, ...]:
    """The gates of a plan measured anew, with the limits, the last good counts and the systems' fields as they are now.

    Those that look at more than what is written stand as the approver read them.
    """
    measured = {gate.name: gate for gate in plan.gates}
    if plan.snapshots:
        taken = [store.snapshots.cited(cited) for cited in plan.snapshots.values()]
        by_kind = {
            kind: Snapshots(kind, [snapshot for snapshot in taken if snapshot.kind == kind])
            for kind in dict.fromkeys(snapshot.kind for snapshot in taken)
        }
        counts, last = previous_counts(integration, store), rules(integration, store)
        now = safety.gates(plan, integration, by_kind, counts, descriptions=described, rules=last)
        measured |= {gate.name: gate for gate in now if gate.name not in (safety.RULED, safety.PREPARED)}
    if plan.purpose == "notice":
        measured[safety.ADDRESSED] = safety.addressed(plan.lines, safety.trusted(people, live=live))
    return tuple(measured.values())


def _check_may_run(plan: Plan, integration: Integration, store: Store) -> None:
    if plan.integration != integration.name:
        raise Refused(f"plan {plan.id} belongs to {plan.integration}, not to {integration.name}; run it as that")
    if integration.run_by != "workbench":
        raise Refused(
            f"{integration.name} is run by the vendor; the workbench reads and verifies, but writes nothing "
            "unless its `run_by` says otherwise"
        )
    # An undo gives back what the records held, whatever maps to what by now.
    if plan.mapping and plan.purpose != "undo" and plan.mapping != mapping_fingerprint(integration):
        raise Refused(f"the mapping of {integration.name} changed since plan {plan.id} was made; plan again")
    state = store.plans.state(plan.id)
    if state not in UNFINISHED:
        again = f"`workbench plan {integration.name}` plans anew"
        raise Refused(f"plan {plan.id} is {state}: a plan runs once, while it waits or is approved; {again}")
    pause = store.pauses.of(integration.name)
    if pause is not None:
        raise Refused(
            f"{integration.name} is paused by {pause.by}: {pause.reason}; "
            f"`workbench resume {integration.name}` lets it go on"
        )
    for running in store.plans.known(integration.name, ("running",)):
        if running.id != plan.id:
            raise Refused(f"{integration.name} has an open plan {running.id}; `workbench run {running.id}` finishes it")
