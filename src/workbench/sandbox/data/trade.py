"""Who trades what: opportunities ready and not ready to become deals, quotes and orders written into two systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.sandbox.data import channeltivity, connectwise, salesforce
from workbench.sandbox.data.ledger import Ledger
from workbench.sandbox.data.lots import Lots
from workbench.sandbox.data.truth import Company


@dataclass(slots=True)
class Books:
    """Which company has which id in which system, and some companies of each sort to trade with."""

    _ids: dict[str, dict[str, str]] = field(default_factory=dict)
    partners: list[Company] = field(default_factory=list)
    distributors: list[Company] = field(default_factory=list)
    customers: list[Company] = field(default_factory=list)
    buyers: list[Company] = field(default_factory=list)
    sellers: dict[str, list[str]] = field(default_factory=dict)
    """Portal users whose address an opportunity carries: ids by case."""

    def know(self, company: Company, system: str, id: str) -> None:
        """Remember where a company is recorded."""
        known = self._ids.setdefault(company.key, {})
        known[system] = id
        if (
            company.kind != "customer"
            and company.standing == "Active"
            and {"salesforce", "channeltivity"} <= known.keys()
        ):
            _keep(self.partners if company.kind == "partner" else self.distributors, company)
        if company.kind == "customer" and system == "salesforce":
            _keep(self.customers, company)
        if company.kind == "customer" and system == "channelonline":
            _keep(self.buyers, company)

    def ids(self, key: str) -> Mapping[str, str]:
        """The company's ids by system."""
        return self._ids.get(key, {})


def _keep(companies: list[Company], company: Company) -> None:
    if len(companies) < 60 and company not in companies:
        companies.append(company)


def record(books: Books, random: Lots, ledger: Ledger, tenant: connectwise.Tenant) -> None:
    """Opportunities of every case, then quotes, orders and what they were written into."""
    if books.partners and books.customers:
        for number, (case, count) in enumerate((case, n) for case, many in _CASES.items() for n in range(many)):
            partner = books.partners[number % len(books.partners)]
            customer = books.customers[number % len(books.customers)]
            _opportunity(f"{case} {count + 1}", case, partner, customer, (books, random, ledger))
    for number, buyer in enumerate(books.buyers, start=1):
        _documents(number, buyer, books, random, ledger)


_CASES: Mapping[str, int] = {
    "ready": 8,
    "renewal": 3,
    "distributor-owned": 2,
    "sync flag off": 2,
    "import flag off": 2,
    "no account": 2,
    "no primary contact": 2,
    "primary contact deleted": 1,
    "owner e-mail missing": 1,
    "owner unknown": 2,
    "owner inactive": 2,
    "owner without permission": 2,
    "owner is of a distributor": 1,
    "distributor e-mail missing": 1,
}
"""Opportunities by what stands in the way of their becoming a deal; nothing does for the first three."""


def _opportunity(name: str, case: str, partner: Company, customer: Company, world: tuple[Books, Lots, Ledger]) -> None:
    books, random, ledger = world
    account = books.ids(customer.key)["salesforce"]
    seller = _seller(case, partner, books, ledger)
    fields: dict[str, Any] = {
        "AccountId": None if case == "no account" else account,
        "Name": f"{customer.name.rsplit(' ', 1)[0]}: {name}"[:120],
        "StageName": random.choice(("Prospecting", "Qualification", "Negotiation/Review")),
        "CloseDate": f"2027-{random.between(1, 13):02d}-{random.between(1, 28):02d}",
        "Amount": random.between(10, 900) * 100,
        "Type": "Renewal" if case == "renewal" else "New Business",
        "IsClosed": False,
        "IsWon": False,
        "Probability": 30,
        "OwnerId": salesforce.MAX,
        "Sync_with_Channeltivity__c": case != "sync flag off",
        "Export_to_Channeltivity_Deal__c": case != "import flag off",
        "Channeltivity_Partner_Email__c": None if case == "owner e-mail missing" else seller,
        "CreatedById": salesforce.MAX,
        "LastModifiedById": salesforce.MAX,
    }
    if case.startswith("distributor"):
        fields["Deal_Owner_Type__c"] = "Distributor-owned"
        if case == "distributor-owned" and books.distributors:
            fields["Channeltivity_Distributor_Email__c"] = _seller("distributor", books.distributors[0], books, ledger)
    id = ledger.add("salesforce", "Opportunity", fields)
    ledger.know(customer.key, "opportunity", ("salesforce", "Opportunity", id), case)
    _buyer_contact(case, id, account, customer, ledger)


def _seller(case: str, partner: Company, books: Books, ledger: Ledger) -> str:
    """The e-mail address of a portal user as the case wants one."""
    if case == "owner unknown":
        return f"nobody@{partner.domain}"
    local = "".join(letter for letter in case if letter.isalpha())
    email = f"{local}.{partner.key.lower()}@{partner.domain}"
    if case == "owner is of a distributor" and books.distributors:
        partner = books.distributors[0]
    fields = {
        "organizationId": books.ids(partner.key)["channeltivity"],
        "kind": partner.kind,
        "status": "Inactive" if case == "owner inactive" else "Active",
        "firstName": "Sal",
        "lastName": partner.latin.split(" ", 1)[0][:80],
        "email": email,
        "groups": [channeltivity.READERS if case == "owner without permission" else channeltivity.SELLERS],
    }
    books.sellers.setdefault(case, []).append(ledger.add("channeltivity", "users", fields))
    return email


def _buyer_contact(case: str, opportunity: str, account: str, customer: Company, ledger: Ledger) -> None:
    fields = {
        "AccountId": account,
        "FirstName": "Bea",
        "LastName": customer.latin.split(" ", 1)[0][:80],
        "Email": f"purchasing.{opportunity[10:15].lower()}@{customer.domain}",
        "OwnerId": salesforce.MAX,
        "CreatedById": salesforce.MAX,
        "LastModifiedById": salesforce.MAX,
    }
    contact = ledger.add("salesforce", "Contact", fields, deleted=case == "primary contact deleted")
    primary = case != "no primary contact"
    role = {"OpportunityId": opportunity, "ContactId": contact, "Role": "Decision Maker", "IsPrimary": primary}
    ledger.add("salesforce", "OpportunityContactRole", role)


def _documents(number: int, buyer: Company, books: Books, random: Lots, ledger: Ledger) -> None:
    """A quote, and when it was won an order: in ChannelOnline, and as its jobs wrote them into the other two."""
    status = random.choice(("Open", "Submitted", "Won", "Won", "Lost"))
    total = random.between(500, 90_000)
    ids = books.ids(buyer.key)
    quote: dict[str, Any] = {
        "number": f"Q{number:05d}",
        "title": f"{buyer.latin.split(' ', 1)[0]} refresh {number}",
        "accountId": ids["channelonline"],
        "status": status,
        "total": f"{total}.00",
        "currency": "USD",
        "salesRep": "max.quinlan@northwind-channel.example",
        "lines": [{"sku": f"SKU-{random.between(1000, 9999)}", "quantity": random.between(1, 30)}],
    }
    if "salesforce" in ids:
        quote["salesforceId"] = _written_to_salesforce(quote, ids["salesforce"], total, random, ledger)
    if "connectwise" in ids:
        quote["connectwiseId"] = _written_to_connectwise(quote, ids["connectwise"], ledger)
    id = ledger.add("channelonline", "quotes", quote)
    ledger.know(buyer.key, "quote", ("channelonline", "quotes", id))
    if status == "Won":
        order = {**quote, "number": f"S{number:05d}", "status": "Submitted", "quoteId": id}
        order_id = ledger.add("channelonline", "salesOrders", order)
        ledger.know(buyer.key, "order", ("channelonline", "salesOrders", order_id), "dual-written")
        purchase = {"number": f"PO{number:05d}", "salesOrderId": order_id, "vendor": "Contoso Distribution"}
        ledger.add("channelonline", "purchaseOrders", {**purchase, "total": quote["total"], "status": "Submitted"})


def _written_to_salesforce(quote: Mapping[str, Any], account: str, total: int, random: Lots, ledger: Ledger) -> str:
    won, lost = quote["status"] == "Won", quote["status"] == "Lost"
    drifted = random.random() < 0.15
    fields = {
        "AccountId": account,
        "Name": f"{quote['number']} {quote['title']}",
        "StageName": "Closed Won" if won else "Closed Lost" if lost else "Proposal/Price Quote",
        "CloseDate": f"2026-{random.between(1, 13):02d}-15",
        "Amount": total + random.between(10, 900) if drifted else total,
        "IsClosed": won or lost,
        "IsWon": won,
        "Probability": 100 if won else 0 if lost else 60,
        "OwnerId": salesforce.MAX,
        "Sync_with_Channeltivity__c": False,
        "Export_to_Channeltivity_Deal__c": False,
        "CreatedById": salesforce.JOBS,
        "LastModifiedById": salesforce.MAX if drifted else salesforce.JOBS,
    }
    id = ledger.add("salesforce", "Opportunity", fields)
    ledger.know(quote["number"], "opportunity", ("salesforce", "Opportunity", id), "total drifted" if drifted else "")
    return id


def _written_to_connectwise(quote: Mapping[str, Any], company: str, ledger: Ledger) -> str:
    status = {"Won": 2, "Lost": 3}.get(quote["status"], 1)
    fields = {
        "name": f"{quote['number']} {quote['title']}",
        "company": {"id": int(company)},
        "primarySalesRep": {"id": 3},
        "status": {"id": status},
        "stage": {"id": 3 if status > 1 else 2},
        "expectedCloseDate": "2026-12-15T00:00:00Z",
        "source": "ChannelOnline",
        "_enteredBy": connectwise.JOBS,
        "_updatedBy": connectwise.JOBS,
    }
    id = ledger.add("connectwise", "sales/opportunities", fields)
    ledger.know(quote["number"], "opportunity", ("connectwise", "sales/opportunities", id), "dual-written")
    return id
