"""Take a person's name out of the store, so that what people did stays provable and no longer says who they were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from workbench.core.safety import chain
from workbench.errors import Refused
from workbench.model.people import Person
from workbench.model.ports import Clock
from workbench.model.rows import Rows
from workbench.steps.witnessing import KEPT, authors, kept_rulings
from workbench.store import Store
from workbench.store.plans import UNFINISHED
from workbench.store.tables import audit


@dataclass(frozen=True, slots=True)
class Trace:
    """A place that named a person: how many rows, and what became of the name there."""

    place: str
    rows: int
    state: str


def forget_person(store: Store, clock: Clock, person: str, *, by: str, people: Iterable[Person]) -> Rows[Trace]:
    """Erase a person's name wherever it stands but in the texts that the audit's chain covers; says where it stood.

    The audit names people by salted hashes, so its chain holds; rulings lose the name and are sealed anew, which the
    audit says; plans keep their fingerprint; a signature stays, and can be checked by whoever says the name again.
    Raises Refused for whoever still counts: in config/approvers.yaml, by an approval, or as author of a plan that is
    not done, because nobody may approve a plan of their own.
    """
    _check_gone(store, clock, person, by, people)
    with store.writing():
        kinds = store.rulings.naming(person)
        for kind in kinds:
            kept_rulings(kind, store)  # what was changed by hand is not made good by erasing
        found = [
            Trace("audit: who did it", int(store.audit.erase(person)), "erased; the chain holds"),
            Trace("rulings", store.rulings.erase(person), "erased; sealed anew, as the audit says"),
            Trace("approvals", store.approvals.erase(person), "erased; who says the name again can check them"),
            Trace("plans", store.plans.erase(person), "erased; the fingerprints hold"),
            Trace("acknowledgements", store.acknowledgements.erase(person), "erased"),
            Trace("pauses", store.pauses.erase(person), "erased"),
            Trace("audit: whom it was about", _told(store, person), "kept: the chain covers it"),
        ]
        for kind in kinds:
            rulings = store.rulings.of(kind)
            why, head = "a person was erased", chain(rulings)
            store.audit.record(by, KEPT, kind, clock.now(), head=head, rulings=len(rulings), reason=why)
    return Rows(trace for trace in found if trace.rows)


def _check_gone(store: Store, clock: Clock, person: str, by: str, people: Iterable[Person]) -> None:
    if person == by:
        raise Refused("nobody erases themselves: the audit line of it would name you anew; ask another operator")
    if person in {known.name for known in people}:
        raise Refused(f"{person} stands in config/approvers.yaml; take the entry out first, then erase the name")
    for known in store.plans.known(states=UNFINISHED):
        if person in {known.author, *authors(store.plans.get(known.id), store)}:
            raise Refused(
                f"{person} wrote plan {known.id}, which is {known.state}, and nobody may approve their own; "
                f"`workbench run {known.id}` or `workbench reject {known.id}` first, then erase the name"
            )
    standing = store.approvals.in_force(person, clock.now())
    if standing:
        raise Refused(f"{standing} approvals of {person} are in force; `workbench approver revoke {person}` first")


def _told(store: Store, person: str) -> int:
    """How many rows of the audit say the name in their own words: whom it was about, or a reason."""
    named = or_(audit.c.subject == person, audit.c.details.contains(person, autoescape=True))
    with store.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(audit).where(named)).scalar_one()
