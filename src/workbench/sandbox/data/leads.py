"""Leads that were handed to partners, and referrals that partners handed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.sandbox.data.ledger import Ledger
from workbench.sandbox.data.lots import Lots
from workbench.sandbox.data.trade import Books
from workbench.sandbox.data.truth import Company

SYSTEM = "channeltivity"
_LEADS: Mapping[str, tuple[str, int]] = {
    "waits for its seller": ("Open", 5),
    "accepted": ("Accepted", 5),
    "won": ("Won", 3),
    "lost": ("Lost", 3),
    "assigned to nobody: the address was no active user's": ("Open", 3),
    "assigned to a user who is inactive now": ("Accepted", 1),
    "the same prospect twice": ("Open", 2),
}
"""Leads by what became of them: status and how many."""
_REFERRALS = ("Submitted", "Submitted", "Accepted", "Accepted", "Rejected", "Paid", "Paid")


def record(books: Books, random: Lots, ledger: Ledger) -> None:
    """Leads of every case, then referrals, about customers that other systems know too."""
    sellers = books.sellers.get("ready", [])
    if not sellers or not books.customers:
        return
    customers = (books.customers * 30)[: len(_REFERRALS) + sum(count for _, count in _LEADS.values())]
    for case, (status, count) in _LEADS.items():
        twin = customers[-1]  # for the prospect that came twice
        for _ in range(count):
            seller = _seller(case, books, random)
            customer = twin if case == "the same prospect twice" else customers.pop()
            _add("leads", case, customer, {"status": status, "assignedToId": seller}, ledger)
    for status, customer in zip(_REFERRALS, customers, strict=False):
        _add("referrals", "", customer, {"status": status, "referredById": random.choice(sellers)}, ledger)


def _seller(case: str, books: Books, random: Lots) -> str | None:
    """The user to whom a lead of this case is assigned; none where its address led to nobody."""
    if case.startswith("assigned to nobody"):
        return None
    wanted = "owner inactive" if "inactive" in case else "ready"
    return random.choice(books.sellers[wanted])


def _add(object: str, case: str, customer: Company, fields: Mapping[str, Any], ledger: Ledger) -> None:
    person = customer.people[0]
    told = {"company": customer.name, "email": person.email}
    if object == "leads":
        told |= {"firstName": person.first, "lastName": person.last}
    id = ledger.add(SYSTEM, object, {**told, **fields})
    ledger.know(customer.key, object.removesuffix("s"), (SYSTEM, object, id), case)
