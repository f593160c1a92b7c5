"""Let a person's signature put a plan in force, turn it down, or take the signature back."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from workbench.core import safety
from workbench.errors import Refused
from workbench.model.approvals import Approval, Standing
from workbench.model.people import Person
from workbench.model.plans import Gate, Plan
from workbench.model.ports import Clock, Signer
from workbench.model.values import fingerprint
from workbench.steps.witnessing import KEPT, authors, refusals
from workbench.store import Store

APPROVAL_HOURS = 24
"""How long an approval holds; the preconditions of each line guard the rest (safe-sync, approving)."""


def approve(
    plan: Plan,
    store: Store,
    signer: Signer,
    clock: Clock,
    people: Iterable[Person],
    *,
    reason: str,
    overrides: Mapping[str, str] | None = None,
    hours: int = APPROVAL_HOURS,
    live: bool,
) -> Approval:
    """Sign a waiting plan. `overrides` says, by name of a gate that does not hold, why it may pass.

    Raises Refused with every reason for which the approval would not hold, before anything is stored.
    """
    with refusals(store, clock, signer.person, plan.id):
        return _approve(plan, store, signer, clock, people, reason=reason, overrides=overrides, hours=hours, live=live)


def _approve(
    plan: Plan,
    store: Store,
    signer: Signer,
    clock: Clock,
    people: Iterable[Person],
    *,
    reason: str,
    overrides: Mapping[str, str] | None,
    hours: int,
    live: bool,
) -> Approval:
    counting = safety.trusted(people, live=live)
    named = _overridden(plan.gates, overrides or {})
    signed = sign(
        plan.id, plan.fingerprint, signer, clock, counting, reason=reason, overrides=named, hours=hours,
        shown=plan.shown,
    )  # fmt: skip
    stored = store.plans.get(plan.id)
    if (stored.fingerprint, stored.shown) != (plan.fingerprint, plan.shown):
        raise Refused(f"plan {plan.id} is not the one that is stored; look at it again with `workbench show {plan.id}`")
    wrote = authors(stored, store) if live else ()
    safety.check_approval(stored, signed, counting, clock.now(), live=live, authors=wrote)
    safety.check_gates(stored.gates, signed)
    with store.writing():
        store.plans.move(plan.id, "approved", clock.now(), reason, out_of=("waiting", "approved"))
        store.approvals.add(signed)
    return signed


def sign(
    subject: str,
    fingerprint: str,
    signer: Signer,
    clock: Clock,
    people: Iterable[Person],
    *,
    reason: str,
    overrides: Sequence[Mapping[str, str]] = (),
    hours: int = APPROVAL_HOURS,
    shown: str = "",
) -> Approval:
    """A signature over the fingerprint of any value: a plan, a readiness report, a set of rulings, a standing rule.

    `shown` is the hash of what else a person reads of it, where that is not part of the fingerprint (`Plan.shown`).
    """
    person = next((known for known in people if known.name == signer.person), None)
    if person is None:
        raise Refused(
            f"{signer.person} is not in config/approvers.yaml, or no approver signed that entry; "
            "`workbench approver add` makes one, `workbench approver sign` vouches for it"
        )
    now = clock.now()
    unsigned = Approval(
        subject=subject,
        fingerprint=fingerprint,
        by=signer.person,
        key=person.public_key,
        at=now,
        expires_at=now + timedelta(hours=hours),
        reason=reason,
        overrides=tuple(overrides),
        nonce=secrets.token_hex(16),
        shown=shown,
    )
    return replace(unsigned, signature=signer.sign(safety.signed_bytes(unsigned)).hex())


def stand(
    rule: Standing,
    store: Store,
    signer: Signer,
    clock: Clock,
    people: Iterable[Person],
    *,
    reason: str,
    live: bool,
) -> Approval:
    """Sign a standing rule: until it ends, lines inside its limits run without asking again. A sync divides by it."""
    counting = safety.trusted(people, live=live)
    hours = max(int((rule.ends_at - clock.now()).total_seconds() // 3600), 0)
    mark = fingerprint(rule)
    signed = sign(f"standing {rule.integration}", mark, signer, clock, counting, reason=reason, hours=hours)
    safety.check_approval(mark, signed, counting, clock.now(), live=live)
    with store.writing():
        store.standings.add(rule, clock.now())
        store.approvals.add(signed)
    return signed


def approve_rulings(
    kind: str, store: Store, signer: Signer, clock: Clock, people: Iterable[Person], *, reason: str, live: bool
) -> Approval:
    """Sign every ruling of a kind as it stands; from then on they count, whatever the audit said of them before."""
    counting = safety.trusted(people, live=live)
    rulings = store.rulings.of(kind)
    head = safety.chain(rulings)
    signed = sign(f"rulings {kind}", head, signer, clock, counting, reason=reason)
    safety.check_approval(head, signed, counting, clock.now(), live=live)
    with store.writing():
        store.approvals.add(signed)
        store.audit.record(signer.person, KEPT, kind, clock.now(), head=head, rulings=len(rulings), reason=reason)
    return signed


def reject(plan: Plan, store: Store, clock: Clock, by: str, reason: str) -> None:
    """Turn a plan down; an identical one that is made later stays rejected, its lines are not proposed again."""
    store.plans.move(plan.id, "rejected", clock.now(), f"{by}: {reason}", out_of=("waiting", "approved"))


def reconsider(plan: Plan, store: Store, clock: Clock, by: str, reason: str) -> None:
    """Take a rejection back: the plan stays where it is, but its lines may be proposed again."""
    store.plans.move(plan.id, "superseded", clock.now(), f"reconsidered by {by}: {reason}", out_of=("rejected",))


def revoke(plan: Plan, store: Store, clock: Clock, by: str, reason: str) -> None:
    """Take the approval of a plan back, as long as nobody runs it; the plan waits again."""
    with store.writing():
        store.plans.move(plan.id, "waiting", clock.now(), f"revoked by {by}: {reason}", out_of=("approved",))
        _revoked(plan.fingerprint, store, clock, by, reason=reason)


def withdraw(rule: Standing, store: Store, clock: Clock, by: str, reason: str = "") -> int:
    """Take a standing rule out of force; says how many approvals of it there were."""
    return _revoked(fingerprint(rule), store, clock, by, reason=reason)


def revoke_person(name: str, store: Store, clock: Clock, by: str, reason: str = "") -> int:
    """Take back every approval that a person gave, standing ones too: a key was lost. Plans that are open stay open."""
    with store.writing():
        store.audit.record(by, "person revoked", name, clock.now(), reason=reason)
        return store.approvals.revoke_given_by(name, by, clock.now())


def _revoked(mark: str, store: Store, clock: Clock, by: str, *, reason: str) -> int:
    # The audit line belongs to the revocation: a run looks there too, so that clearing the row alone changes nothing.
    with store.writing():
        store.audit.record(by, "revoked", mark, clock.now(), reason=reason)
        return store.approvals.revoke(mark, by, clock.now())


def _overridden(gates: Iterable[Gate], reasons: Mapping[str, str]) -> list[dict[str, str]]:
    failing = {gate.name: gate for gate in gates if not gate.holds}
    unknown = sorted(set(reasons) - set(failing))
    if unknown:
        stopping = f"these do not hold: {', '.join(sorted(failing))}" if failing else "every gate holds"
        raise Refused(f"no gate {', '.join(map(repr, unknown))} needs to be overridden; {stopping}")
    return [{"gate": name, "measured": str(failing[name].measured), "reason": why} for name, why in reasons.items()]
