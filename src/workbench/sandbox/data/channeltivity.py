"""Channeltivity's records: partner and distributor organisations, their contacts, portal users and groups."""

from __future__ import annotations

from typing import Any

from workbench.sandbox.data.drift import copied
from workbench.sandbox.data.ledger import Ledger
from workbench.sandbox.data.lots import Lots
from workbench.sandbox.data.truth import Company
from workbench.sandbox.state import State

SYSTEM = "channeltivity"
SELLERS, READERS = "1", "2"
"""Ids of the groups: the one may register deals, the other may not."""


def set_up(state: State) -> None:
    """The portal's name and the settings of its connector."""
    state.keep(SYSTEM, "name", "Northwind Partner Portal")
    state.keep(SYSTEM, "settings", {
        "status": True, "mode": "Bi-Directional Sync",
        "syncActive": True, "syncProspective": False, "syncInactive": False,
        "syncActiveDistributors": False, "syncInactiveDistributors": False,
        "accountFlag": "Sync_with_Channeltivity__c", "statusField": "Channeltivity_Partner_Status__c",
        "pullOpportunities": True, "importFlag": "Export_to_Channeltivity_Deal__c",
        "partnerEmail": "Channeltivity_Partner_Email__c", "distributorEmail": "Channeltivity_Distributor_Email__c",
        "distributorModule": True, "leadDistribution": False, "referral": False, "ignoredDomains": ["freemail.example"],
    })  # fmt: skip


def prepare(ledger: Ledger) -> None:
    """The portal's groups, its own people and what it says about its integrations."""
    for object, begin in (
        ("organizations", 1000),
        ("contacts", 5000),
        ("users", 200),
        ("leads", 400),
        ("referrals", 600),
    ):
        ledger.start_after(SYSTEM, object, begin)
    ledger.add(SYSTEM, "groups", {"name": "Partner sales", "modules": ["deals", "leads", "referrals"]})
    ledger.add(SYSTEM, "groups", {"name": "Partner marketing", "modules": ["library"]})
    internal = {"kind": "internal", "status": "Active", "groups": [SELLERS]}
    for first, last in (("Iris", "Meyer"), ("Tom", "Okafor")):
        email = f"{first}.{last}@northwind-channel.example".lower()
        ledger.add(SYSTEM, "users", {**internal, "firstName": first, "lastName": last, "email": email})
    ledger.add(SYSTEM, "integrations", {
        "name": "Salesforce Integration", "type": "vendor connector", "counterpart": "salesforce", "enabled": True,
        "user": "channeltivity@northwind-channel.example",
        "detail": "organization sync hourly, deal import hourly; user name, password and security token",
    })  # fmt: skip
    ledger.add(SYSTEM, "integrations", {"name": "HubSpot Integration", "type": "vendor connector", "enabled": False})


def organization(company: Company, random: Lots, ledger: Ledger) -> str:
    """A partner's or distributor's organisation with its people, and now and then a second one; the id of the first."""
    id = _store(company, random, ledger, 0.85, "; ".join(company.notes))
    for number in range(1, len(company.people) + 1):
        if random.random() < 0.85:
            _contact(company, number, id, random, ledger)
    if company.standing != "Prospective" and company.people and random.random() < 0.6:
        _user(company, id, random, ledger)
    if company.kind == "partner" and random.random() < 0.012:
        _store(company, random, ledger, 0.5, f"duplicate of {id}")
    return id


def _store(company: Company, random: Lots, ledger: Ledger, care: float, note: str) -> str:
    copy = copied(company, random, care=care)
    status = company.standing
    if company.kind == "distributor" and status == "Prospective":
        status = "Active"
    fields: dict[str, Any] = {
        "name": copy.name,
        "kind": company.kind,
        "status": status,
        "street": copy.street or None,
        "city": copy.city or None,
        "state": copy.state or None,
        "postcode": copy.postcode or None,
        "country": copy.country,
        "phone": copy.phone or None,
        "website": copy.website or None,
        "email": copy.email or None,
        "domains": [company.mail_domain],
        "region": "EMEA" if company.country[1] in ("GB", "DE", "FR") else "Americas",
        "partnerType": random.choice(("Gold", "Silver", "Registered", None)),
    }
    id = ledger.add(SYSTEM, "organizations", fields)
    ledger.know(company.key, company.kind, (SYSTEM, "organizations", id), note)
    return id


def _contact(company: Company, number: int, organization: str, random: Lots, ledger: Ledger) -> None:
    person = company.people[number - 1]
    for copy in range(2 if random.random() < 0.01 else 1):
        fields = {
            "organizationId": organization,
            "firstName": person.first,
            "lastName": person.last,
            "email": person.email if random.random() < 0.97 else None,  # some have only a telephone
            "phone": person.phone,
            "title": person.title,
            "primary": number == 1,
        }
        id = ledger.add(SYSTEM, "contacts", fields)
        note = "the same e-mail address a second time" if copy else ""
        ledger.know(f"{company.key}.{number}", "contact", (SYSTEM, "contacts", id), note)


def _user(company: Company, organization: str, random: Lots, ledger: Ledger) -> None:
    person = company.people[0]
    status = "Inactive" if company.standing == "Inactive" else random.choice(("Active",) * 8 + ("Pending", "Disabled"))
    fields = {
        "organizationId": organization,
        "kind": company.kind,
        "status": status,
        "firstName": person.first,
        "lastName": person.last,
        "email": person.email,
        "groups": [SELLERS if random.random() < 0.85 else READERS],
    }
    id = ledger.add(SYSTEM, "users", fields)
    ledger.know(f"{company.key}.1", "user", (SYSTEM, "users", id))
