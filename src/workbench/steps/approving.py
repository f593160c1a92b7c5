"""Let a person's signature put a plan in force, turn it down, or take the signature back."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import keyring
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from keyring.errors import KeyringError

from workbench.core import safety
from workbench.errors import AccessDenied, Refused
from workbench.model.people import Person
from workbench.model.plans import Approval, Gate, Plan, Standing
from workbench.model.ports import Clock, Signer
from workbench.model.values import fingerprint
from workbench.store import Store

SERVICE = "partner-workbench"
DEMO_REVIEWER = "demo reviewer"
"""The labelled person whose key set-up makes, and whom the sandbox profile alone accepts."""

APPROVAL_HOURS = 24
"""How long an approval holds; the preconditions of each line guard the rest (safe-sync, approving)."""


@dataclass(frozen=True, slots=True)
class KeySigner:
    """A person and the private key that signs for them, held in memory while a command runs."""

    person: str
    private_key: Ed25519PrivateKey

    @property
    def public_key(self) -> str:
        """The public half, as config/approvers.yaml names it: 64 hexadecimal digits."""
        return self.private_key.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature of 64 bytes."""
        return self.private_key.sign(message)

    def __repr__(self) -> str:
        return f"<KeySigner {self.person}>"


def demo_key(folder: Path) -> KeySigner:
    """The demo reviewer's key from `folder`, which set-up keeps out of git; made on first use, for this user only."""
    return KeySigner(DEMO_REVIEWER, _key_file(folder / "demo-reviewer.key"))


def demo_person(signer: KeySigner) -> Person:
    """The demo reviewer as an entry of the list of people."""
    return Person(DEMO_REVIEWER, ("analyst", "approver", "operator"), signer.public_key, demo=True)


def person_key(name: str, folder: Path | None = None) -> KeySigner:
    """A real person's key from the keyring, else from a file of their own in `folder`; raises AccessDenied."""
    try:
        stored = keyring.get_password(SERVICE, f"approver/{name}")
    except KeyringError:
        stored = None
    if stored:
        return KeySigner(name, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(stored)))
    path = folder / f"{name}.key" if folder is not None else None
    if path is not None and path.exists():
        return KeySigner(name, _key_file(path))
    raise AccessDenied(f"no key of {name} is in the keyring; make one with `workbench approver`, then give it again")


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
    live: bool = False,
) -> Approval:
    """Sign a waiting plan. `overrides` says, by name of a gate that does not hold, why it may pass.

    Raises Refused with every reason for which the approval would not hold, before anything is stored.
    """
    counting = safety.trusted(people, live=live)
    named = _overridden(plan.gates, overrides or {})
    signed = sign(plan.id, plan.fingerprint, signer, clock, counting, reason=reason, overrides=named, hours=hours)
    stored = store.plans.get(plan.id)
    if stored.fingerprint != plan.fingerprint:
        raise Refused(f"plan {plan.id} is not the one that is stored; look at it again with `workbench show {plan.id}`")
    safety.check_approval(stored, signed, counting, clock.now(), live=live)
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
) -> Approval:
    """A signature over the fingerprint of any value: a plan, a readiness report, a set of rulings, a standing rule."""
    person = next((known for known in people if known.name == signer.person), None)
    if person is None:
        raise Refused(f"{signer.person} is not in config/approvers.yaml, or no approver signed that entry")
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
    live: bool = False,
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


def reject(plan: Plan, store: Store, clock: Clock, by: str, reason: str) -> None:
    """Turn a plan down; an identical one that is made later stays rejected, its lines are not proposed again."""
    store.plans.move(plan.id, "rejected", clock.now(), f"{by}: {reason}", out_of=("waiting", "approved"))


def revoke(plan: Plan, store: Store, clock: Clock, by: str, reason: str) -> None:
    """Take the approval of a plan back, as long as nobody runs it; the plan waits again."""
    with store.writing():
        store.plans.move(plan.id, "waiting", clock.now(), f"revoked by {by}: {reason}", out_of=("approved",))
        store.approvals.revoke(plan.fingerprint, by, clock.now())


def _overridden(gates: Iterable[Gate], reasons: Mapping[str, str]) -> list[dict[str, str]]:
    failing = {gate.name: gate for gate in gates if not gate.holds}
    unknown = sorted(set(reasons) - set(failing))
    if unknown:
        stopping = f"these do not hold: {', '.join(sorted(failing))}" if failing else "every gate holds"
        raise Refused(f"no gate {', '.join(map(repr, unknown))} needs to be overridden; {stopping}")
    return [{"gate": name, "measured": str(failing[name].measured), "reason": why} for name, why in reasons.items()]


def _key_file(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Ed25519PrivateKey.generate().private_bytes_raw().hex()
        # O_EXCL: of two processes that make the key at once, one does, and the other reads it.
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _key_file(path)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(made)
    if path.stat().st_mode & 0o077:
        raise Refused(f"{path} may be read by others; give `chmod 600` to it, or make a new key if others had it")
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text(encoding="ascii").strip()))
