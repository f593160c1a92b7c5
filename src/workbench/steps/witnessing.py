"""What the audit says against a run: it is hash-chained, so a row that was changed past the store contradicts it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from workbench.errors import Refused, WaitingForApproval
from workbench.model.approvals import Approval
from workbench.model.plans import Plan
from workbench.model.ports import Clock
from workbench.store import Store

WROTE = ("planned", "edited", "sides picked")
"""Events by which somebody becomes an author of a plan; dropping and setting lines apart is not editing."""


@contextmanager
def refusals(store: Store, clock: Clock, actor: str, subject: str) -> Iterator[None]:
    """Write down that something was refused, or was tried without an approval, and by which check."""
    try:
        yield
    except (Refused, WaitingForApproval) as error:
        store.audit.record(actor, "refused", subject, clock.now(), check=type(error).__name__, reason=str(error)[:500])
        raise


def authors(plan: Plan, store: Store) -> set[str]:
    """Who wrote or edited a plan, or one that it was reviewed into, whatever its document says."""
    found = {row.actor for row in store.audit.rows(plan.id) if row.event in WROTE}
    if not plan.parent:
        return found
    parent = store.plans.get(plan.parent)
    return found if store.plans.consumed(parent.fingerprint) is not None else found | authors(parent, store)


def was_claimed(plan: Plan, store: Store) -> bool:
    """Whether a run of this plan began at some time."""
    return len(store.audit.rows(plan.id, "claimed")) > 0


def taken_back(approval: Approval, store: Store) -> bool:
    """Whether somebody revoked this approval, or all of that person's, after it was given."""
    subjects = (("revoked", approval.fingerprint), ("person revoked", approval.by))
    return any(row.at >= approval.at for event, subject in subjects for row in store.audit.rows(subject, event))
