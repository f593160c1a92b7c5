"""ConnectWise's records: companies that are clients, partners and, most of them, neither; statuses and types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.sandbox.data.drift import Copy, copied
from workbench.sandbox.data.ledger import Ledger
from workbench.sandbox.data.lots import Lots
from workbench.sandbox.data.truth import Company
from workbench.sandbox.data.words import PLACES

SYSTEM = "connectwise"
_NO_LETTERS = re.compile("[^A-Za-z0-9]+")
_STATUSES = ("Active", "Inactive", "Credit Hold", "Imported", "Not Approved")
_TYPES = ("Client", "Prospect", "Former Client", "Partner", "Vendor", "Owner")
_MEMBERS = (("imeyer", "Iris", "Meyer"), ("tokafor", "Tom", "Okafor"), ("mquinlan", "Max", "Quinlan"))
WORKBENCH, JOBS = "workbench", "channelonline"
"""API members: who is named in `_info` for what they wrote."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """Ids of this tenant's set-up tables by name: every tenant has its own."""

    statuses: Mapping[str, int]
    types: Mapping[str, int]
    countries: Mapping[str, int]


def prepare(ledger: Ledger, seed: int) -> Tenant:
    """The tenant's set-up tables; other seeds give other ids."""
    shift = 10 * (seed % 7)
    for object, begin in (("company/companies", 19000), ("company/contacts", 30000), ("sales/opportunities", 700)):
        ledger.start_after(SYSTEM, object, begin)
    for object in ("company/companies/statuses", "company/companies/types", "company/countries"):
        ledger.start_after(SYSTEM, object, shift)
    statuses = {
        name: _setup(ledger, "company/companies/statuses", {
            "name": name, "defaultFlag": name == "Active", "inactiveFlag": name == "Inactive",
            "notifyFlag": name == "Credit Hold", "disallowSavingFlag": False,
        })
        for name in _STATUSES
    }  # fmt: skip
    types = {
        name: _setup(
            ledger, "company/companies/types", {"name": name, "defaultFlag": False, "vendorFlag": name == "Vendor"}
        )
        for name in _TYPES
    }
    countries = {place[1]: _setup(ledger, "company/countries", {"name": place[0]}) for place in PLACES}
    for description in ("Email", "Direct", "Fax"):
        flags = {
            "emailFlag": description == "Email",
            "phoneFlag": description == "Direct",
            "faxFlag": description == "Fax",
        }
        ledger.add(SYSTEM, "company/communicationTypes", {"description": description, **flags})
    for name, won, lost in (("1. Open", False, False), ("2. Won", True, False), ("3. Lost", False, True)):
        flags = {"wonFlag": won, "lostFlag": lost, "closedFlag": won or lost}
        ledger.add(SYSTEM, "sales/opportunities/statuses", {"name": name, **flags})
    for number, name in enumerate(("Qualify", "Propose", "Close"), start=1):
        ledger.add(SYSTEM, "sales/stages", {"name": name, "sequenceNumber": number})
    for identifier, first, last in _MEMBERS:
        email = f"{first}.{last}@northwind-channel.example".lower()
        member = {"identifier": identifier, "firstName": first, "lastName": last, "officeEmail": email}
        ledger.add(SYSTEM, "system/members", {**member, "inactiveFlag": False})
    return Tenant(statuses, types, countries)


def _setup(ledger: Ledger, object: str, fields: Mapping[str, Any]) -> int:
    return int(ledger.add(SYSTEM, object, fields))


def company(company: Company, random: Lots, ledger: Ledger, tenant: Tenant) -> str:
    """A company with its people, and now and then one that was merged into it; the id of the living one."""
    fields = _fields(company, copied(company, random, care=0.78), random, tenant)
    note = "; ".join((*company.notes, *_oddities(fields, random)))
    id = _store(company, fields, ledger, note)
    for number in range(1, len(company.people) + 1):
        if random.random() < 0.45:
            _contact(company, number, int(id), random, ledger)
    if random.random() < 0.01:
        merged = _fields(company, copied(company, random, care=0.5), random, tenant)
        merged.update(deletedFlag=True, identifier=f"{merged['identifier'][:28]}-2", deletedBy="imeyer")
        merged.update(status={"id": tenant.statuses["Active"]})
        _store(company, merged, ledger, f"merged into {id}; still Active, lastUpdated did not move")
    return id


def _oddities(fields: dict[str, Any], random: Lots) -> Iterator[str]:
    """What people have pasted into a record, changed in place; what it is."""
    lot = random.random()
    if lot < 0.01:
        fields["name"] = f'{fields["name"][:44]} "HQ"'
        yield "quotation marks in the name"
    elif lot < 0.02:
        fields["userDefinedField2"] = "Ref\u200b 47\u200d11 ﬁle"
        yield "zero-width characters in a custom value"


def _fields(company: Company, copy: Copy, random: Lots, tenant: Tenant) -> dict[str, Any]:
    status, types = _standing(company, random)
    filled = {
        "addressLine1": copy.street[:50],
        "city": copy.city,
        "state": copy.state[:50],
        "zip": copy.postcode[:12],
        "phoneNumber": copy.phone[:30],
        "website": copy.website,
    }
    return {
        "identifier": _identifier(company),
        "name": copy.name[:50].strip(),
        **{name: value for name, value in filled.items() if value},
        "status": {"id": tenant.statuses[status]},
        "types": [{"id": tenant.types[name]} for name in types],
        "country": {"id": tenant.countries[company.country[1]]},
        "deletedFlag": False,
        "_enteredBy": "imeyer",
        "_updatedBy": random.choice(("imeyer", "tokafor", JOBS)),
    }


def _standing(company: Company, random: Lots) -> tuple[str, tuple[str, ...]]:
    match company.standing:
        case "Client":
            return "Active", ("Client", "Partner") if random.random() < 0.05 else ("Client",)
        case "Credit Hold":
            return "Credit Hold", ("Client",)
        case "Former Client":  # some were never set inactive
            return ("Inactive" if random.random() < 0.7 else "Active"), ("Former Client",)
        case "Prospect":
            return random.choice(("Active", "Imported", "Not Approved")), ("Prospect",)
        case "Inactive":
            return "Inactive", ("Partner",)
    return "Active", ("Partner", "Client") if random.random() < 0.15 else ("Partner",)


def _identifier(company: Company) -> str:
    """A short name of up to 30 characters, unique by the end of the company's key; some need every one of them."""
    letters = _NO_LETTERS.sub("", company.latin)
    return letters[: 30 - len(company.key)] + company.key


def _store(company: Company, fields: Mapping[str, Any], ledger: Ledger, note: str) -> str:
    id = ledger.add(SYSTEM, "company/companies", fields)
    ledger.know(company.key, company.kind, (SYSTEM, "company/companies", id), note)
    return id


def _contact(company: Company, number: int, owner: int, random: Lots, ledger: Ledger) -> None:
    person = company.people[number - 1]
    ways = [("Direct", 2, person.phone)]
    if random.random() < 0.93:  # some have only a telephone
        ways.insert(0, ("Email", 1, person.email))
    items = [
        {
            "id": place,
            "type": {"id": type},
            "value": value,
            "defaultFlag": True,
            "communicationType": "Email" if way == "Email" else "Phone",
        }
        for place, (way, type, value) in enumerate(ways, start=1)
    ]
    fields = {
        "firstName": person.first,
        "lastName": person.last,
        "company": {"id": owner},
        "title": person.title,
        "inactiveFlag": False,
        "defaultFlag": number == 1,
        "communicationItems": items,
        "_enteredBy": "imeyer",
        "_updatedBy": "imeyer",
    }
    id = ledger.add(SYSTEM, "company/contacts", fields)
    ledger.know(f"{company.key}.{number}", "contact", (SYSTEM, "company/contacts", id))
