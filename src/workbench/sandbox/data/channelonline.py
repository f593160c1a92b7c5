"""ChannelOnline's records: accounts of every type, parents before children, and what its jobs say about themselves."""

from __future__ import annotations

from workbench.sandbox.channelonline import customer_number
from workbench.sandbox.data.drift import copied
from workbench.sandbox.data.ledger import Ledger
from workbench.sandbox.data.lots import Lots
from workbench.sandbox.data.trade import Books
from workbench.sandbox.data.truth import Company
from workbench.sandbox.state import State

SYSTEM = "channelonline"
_TYPES = {"Client": "customer", "Credit Hold": "customer", "Prospect": "prospect", "Former Client": "generic"}


def set_up(state: State) -> None:
    """The system's name."""
    state.keep(SYSTEM, "name", "Northwind ChannelOnline")


def prepare(ledger: Ledger) -> None:
    """Where the numbers begin, and what the system says about its integrations."""
    for object, last in (("accounts", 80000), ("quotes", 4000), ("salesOrders", 6000), ("purchaseOrders", 9000)):
        ledger.start_after(SYSTEM, object, last)
    for counterpart, title, detail in (
        ("salesforce", "Salesforce Integration", "accounts both ways; quotes and sales orders out to opportunities"),
        ("connectwise", "ConnectWise Integration", "companies and contacts in; quotes and sales orders out"),
    ):
        user = "channelonline@northwind-channel.example" if counterpart == "salesforce" else "channelonline"
        fields = {"name": title, "type": "sync jobs", "counterpart": counterpart, "user": user, "detail": detail}
        ledger.add(SYSTEM, "integrations", {**fields, "enabled": True})


def account(company: Company, random: Lots, ledger: Ledger, books: Books) -> str:
    """An account; its customer number holds the ConnectWise id where somebody took the trouble."""
    copy = copied(company, random, care=0.8, latin=True)
    kind = "partner" if company.kind != "customer" else _TYPES[company.standing]
    theirs = books.ids(company.key).get("connectwise", "")
    id = str(ledger.next(SYSTEM, "accounts"))
    fields = {
        "type": kind,
        "name": copy.name,
        "customerId": id,
        "customerNumber": theirs if theirs and random.random() < 0.6 else customer_number(copy.name, id),
        "parentId": books.ids(company.parent).get(SYSTEM),
        "street": copy.street or None,
        "city": copy.city or None,
        "state": copy.state or None,
        "postcode": copy.postcode or None,
        "country": copy.country,
        "phone": copy.phone or None,
        "website": copy.website or None,
        "email": copy.email or None,
        "salesRep": random.choice(("iris.meyer", "tom.okafor", "max.quinlan")) + "@northwind-channel.example",
    }
    ledger.put(SYSTEM, "accounts", id, fields)
    ledger.know(company.key, company.kind, (SYSTEM, "accounts", id), "; ".join(company.notes))
    return id
