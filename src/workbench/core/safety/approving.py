"""Whether an approval holds: the right value, a known approver, a good signature, in time, not one's own plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from workbench.errors import Refused, WaitingForApproval
from workbench.model.approvals import Approval
from workbench.model.people import Person, Role
from workbench.model.plans import Gate, Plan
from workbench.model.values import canonical_json


def check_approval(
    subject: Plan | str,
    approval: Approval | None,
    people: Iterable[Person],
    now: datetime,
    *,
    live: bool,
    authors: Iterable[str] = (),
) -> None:
    """Return when the approval allows this value (a plan, or another value's fingerprint) to be acted on.

    Raises WaitingForApproval when there is none or it has merely expired, else Refused with every reason. In a live
    profile nobody approves what he wrote or edited last; the demo key counts in the sandbox alone. The deputy whom an
    approver's signed entry names approves like that approver.
    """
    fingerprint = subject if isinstance(subject, str) else subject.fingerprint
    name = fingerprint[:12]
    if approval is None:
        raise WaitingForApproval(f"{name} waits for approval: workbench approve {name}")
    wrong = [
        *_wrong_value(approval, subject),
        *_wrong_person(approval, people, live=live),
        *([f"it holds only from {approval.at.isoformat()}"] if approval.at > now else []),
    ]
    written_by = {*authors, *([subject.author] if isinstance(subject, Plan) and subject.author else [])}
    if live and approval.by in written_by:
        wrong.append(f"{approval.by} wrote or edited it: somebody else has to approve")
    if wrong:
        raise Refused(f"the approval of {name} does not hold: {'; '.join(wrong)}")
    if now >= approval.expires_at:
        raise WaitingForApproval(f"the approval of {name} expired at {approval.expires_at.isoformat()}: approve again")


def check_gates(gates: Sequence[Gate], approval: Approval | None) -> None:
    """Return when every gate holds or is overridden by name, with what was measured and a reason; else Refused."""
    granted = {
        (override.get("gate"), override.get("measured"))
        for override in (approval.overrides if approval else ())
        if override.get("reason", "").strip()
    }
    stopping = [gate for gate in gates if not gate.holds and (gate.name, str(gate.measured)) not in granted]
    if stopping:
        said = "; ".join(f"{gate.name}: {gate.message}" for gate in stopping)
        meant = " ".join(f'--override "{gate.name}=WHY"' for gate in stopping)
        raise Refused(
            f"{said}; look at the plan; where that is meant, override the gate by name: approve it with {meant}"
        )


def signed_bytes(approval: Approval) -> bytes:
    """What the signature of an approval is over."""
    return canonical_json(approval.message()).encode("utf-8")


def trusted(people: Iterable[Person], *, live: bool) -> tuple[Person, ...]:
    """The people who count: the first approver, and whoever an approver before them signed (decision 13).

    The demo key counts in the sandbox alone, and never vouches for anybody in a live profile.
    """
    counting: list[Person] = []
    for person in people:
        if person.demo and live:
            continue
        sponsors = [known for known in counting if known.name == person.signed_by and "approver" in known.roles]
        first = not counting and not person.signed_by
        message = canonical_json(person.message()).encode("utf-8")
        if first or person.demo or any(_verifies(known.public_key, person.signature, message) for known in sponsors):
            counting.append(person)
    return tuple(counting)


def may_approve(person: Person, people: Iterable[Person]) -> bool:
    """Whether somebody is an approver, or the deputy whom an approver names."""
    named = (known.deputy for known in people if "approver" in known.roles)
    return "approver" in person.roles or person.name in named


def check_role(name: str, wanted: Sequence[Role], people: Iterable[Person], *, live: bool) -> None:
    """Raise Refused for somebody who has none of these roles. Roles prevent mistakes; what holds is the key.

    An approver's deputy has that role, too. In a sandbox whoever stands in no file may do everything.
    """
    people = tuple(people)
    known = next((person for person in people if person.name == name), None)
    if known is None and live:
        raise Refused(f"{name} does not stand in config/approvers.yaml; have an approver add you")
    if known is None or any(role in known.roles for role in wanted):
        return
    if "approver" not in wanted or not may_approve(known, people):
        said = " or ".join(wanted)
        raise Refused(f"{name} is no {said} in config/approvers.yaml; ask one who is, or have the role added")


def _wrong_value(approval: Approval, subject: Plan | str) -> list[str]:
    fingerprint, shown = (subject, "") if isinstance(subject, str) else (subject.fingerprint, subject.shown)
    if approval.fingerprint != fingerprint:
        return ["it was given for another content"]
    if approval.shown != shown:
        return ["names, reasons, held records, gates or sources are not what was read when it was given"]
    return []


def _wrong_person(approval: Approval, people: Iterable[Person], *, live: bool) -> list[str]:
    people = tuple(people)
    person = next((known for known in people if known.name == approval.by), None)
    if person is None:
        return [f"{approval.by!r} is not in the list of people"]
    wrong = []
    if not may_approve(person, people):
        wrong.append(f"{person.name} is no approver")
    if live and person.demo:
        wrong.append("the demo key counts in the sandbox alone")
    if not person.public_key or approval.key != person.public_key:
        wrong.append(f"the key is not the one of {person.name}")
    elif not _verifies(person.public_key, approval.signature, signed_bytes(approval)):
        wrong.append("the signature does not fit what is signed")
    return wrong


def _verifies(public_key: str, signature: str, message: bytes) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
