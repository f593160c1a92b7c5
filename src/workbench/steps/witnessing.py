"""What the audit says against a run: it is hash-chained, so a row that was changed past the store contradicts it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from workbench.core.safety import chain
from workbench.core.safety.chaining import START
from workbench.errors import Refused, UsageError, WaitingForApproval
from workbench.model.approvals import Approval
from workbench.model.links import Ruling
from workbench.model.plans import Plan
from workbench.model.ports import Clock
from workbench.model.rows import Rows
from workbench.store import Store

KEPT = "rulings kept"
"""Event by which the audit says up to which hash the rulings of a kind are people's own."""

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


def keep_rulings(made: Iterable[Ruling], store: Store) -> None:
    """Append rulings and let the audit say so, in one transaction: what stands there without it was put there by hand.

    The chain goes on from the hash that the audit knows, never from what is stored: a ruling that was changed before
    is not made good by the next one.
    """
    rulings = Rows(made)
    with store.writing():
        store.rulings.add(rulings)
        for kind in dict.fromkeys(ruling.subject.kind for ruling in rulings):
            own = [ruling for ruling in rulings if ruling.subject.kind == kind]
            last = own[-1]
            store.audit.record(last.by, KEPT, kind, last.at, head=chain(own, _head(kind, store)), rulings=len(own))


def kept_rulings(kind: str, store: Store) -> Rows[Ruling]:
    """The rulings of a kind; raises Refused when they are not those that people made through the workbench."""
    for _ in range(3):  # somebody may rule between the two looks
        with suppress(UsageError, ValueError):  # what cannot even be read as a ruling fits even less
            head, rulings = _head(kind, store), store.rulings.of(kind)
            if chain(rulings) == head:
                return rulings
    raise Refused(
        f"the rulings of kind {kind} are not those that people made here: one was changed, added or taken away in the "
        "database; restore a backup, or have an approver read and sign them as they stand: "
        f"workbench approver rulings {kind}"
    )


def _head(kind: str, store: Store) -> str:
    last = store.audit.last(kind, KEPT)
    return START if last is None else str(last.details["head"])
