"""Salesforce's records: accounts with their flags right and wrong, contacts, users, record types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from workbench.sandbox.data.drift import Copy, copied
from workbench.sandbox.data.ledger import Ledger
from workbench.sandbox.data.lots import Lots
from workbench.sandbox.data.truth import Company
from workbench.sandbox.salesforce.ids import make_id

SYSTEM = "salesforce"
_PREFIXES = {"Account": "001", "Contact": "003", "Opportunity": "006", "OpportunityContactRole": "00K", "User": "005"}
IDS: Mapping[tuple[str, str], Callable[[int], str]] = {
    (SYSTEM, object): partial(make_id, prefix) for object, prefix in _PREFIXES.items()
}
PARTNER_TYPE, CUSTOMER_TYPE = make_id("012", 101), make_id("012", 102)
STATUSES = {"Active": "Active Partner", "Prospective": "Prospective Partner", "Inactive": "Inactive Partner"}
RENAMED_STATUS = "Current Partner"
"""What "Active Partner" was called before somebody renamed the picklist value; old records kept it."""

_USERS = (
    ("workbench@northwind-channel.example", "Workbench", "Integration", True, "Workbench Integration"),
    ("channeltivity@northwind-channel.example", "Channeltivity", "Connector", True, "System Administrator"),
    ("channelonline@northwind-channel.example", "ChannelOnline", "Jobs", True, "System Administrator"),
    ("iris.meyer@northwind-channel.example", "Iris", "Meyer", True, "Channel Manager"),
    ("tom.okafor@northwind-channel.example", "Tom", "Okafor", True, "Channel Manager"),
    ("lea.rossi@northwind-channel.example", "Lea", "Rossi", False, "Channel Manager"),
    ("max.quinlan@northwind-channel.example", "Max", "Quinlan", True, "Sales Representative"),
)
WORKBENCH, CONNECTOR, JOBS, IRIS, TOM, LEA, MAX = (make_id("005", number) for number in range(1, len(_USERS) + 1))

_OWNERS = (IRIS,) * 8 + (TOM,) * 8 + (MAX,) * 3 + (LEA,)


def prepare(ledger: Ledger) -> None:
    """The people of the org and its record types."""
    for username, first, last, active, profile in _USERS:
        user = {
            "Username": username,
            "FirstName": first,
            "LastName": last,
            "Name": f"{first} {last}",
            "Email": username,
            "IsActive": active,
            "UserType": "Standard",
            "Profile_Name": profile,
        }
        ledger.add(SYSTEM, "User", user)
    for id, name in ((PARTNER_TYPE, "Partner"), (CUSTOMER_TYPE, "Customer")):
        fields = {"SobjectType": "Account", "DeveloperName": name, "Name": name, "IsActive": True}
        ledger.put(SYSTEM, "RecordType", id, fields)


def partner_account(company: Company, random: Lots, ledger: Ledger) -> str:
    """A partner's account, and now and then a second one of the same partner; the id of the first."""
    account = _account(copied(company, random, care=0.78), random)
    account.update(Type="Channel Partner / Reseller", RecordTypeId=PARTNER_TYPE)
    note = "; ".join(company.notes)
    if company.kind == "distributor":
        account["Type"] = "Other"
    else:
        note = "; ".join(filter(None, (note, _flag(account, company, random))))
    id = _store(company, account, ledger, note)
    _contacts(company, id, random, ledger)
    if company.kind == "partner":
        _doubles(company, id, random, ledger)
    return id


def _flag(account: dict[str, Any], company: Company, random: Lots) -> str:
    """Set the sync flag and the partner status, mostly right; what is wrong with them."""
    lot = random.random()
    status = STATUSES[company.standing]
    if lot < 0.88:
        account.update(Sync_with_Channeltivity__c=True, Channeltivity_Partner_Status__c=status)
        return ""
    if lot < 0.92:
        account.update(Sync_with_Channeltivity__c=True)
        return "flagged without status"
    if lot < 0.96:
        account.update(Channeltivity_Partner_Status__c=status)
        return "status without flag"
    if lot < 0.98:
        account.update(Sync_with_Channeltivity__c=True, Channeltivity_Partner_Status__c=RENAMED_STATUS)
        return "carries a picklist value that was renamed"
    return "neither flag nor status"


def _doubles(company: Company, id: str, random: Lots, ledger: Ledger) -> None:
    lot = random.random()
    if lot < 0.03:
        double = _account(copied(company, random, care=0.5), random)
        double.update(Type="Channel Partner / Reseller", RecordTypeId=PARTNER_TYPE)
        _store(company, double, ledger, f"duplicate of {id}")
    elif lot < 0.04:
        merged = _account(copied(company, random, care=0.5), random)
        merged.update(Type="Channel Partner / Reseller", RecordTypeId=PARTNER_TYPE, MasterRecordId=id)
        _store(company, merged, ledger, f"merged into {id}", deleted=True)


def customer_account(company: Company, random: Lots, ledger: Ledger) -> str:
    """A customer's account."""
    account = _account(copied(company, random, care=0.75), random)
    kinds = {"Client": "Customer - Channel", "Credit Hold": "Customer - Channel", "Prospect": "Prospect"}
    account.update(Type=kinds.get(company.standing, "Other"), RecordTypeId=CUSTOMER_TYPE)
    id = _store(company, account, ledger, "; ".join(company.notes))
    _contacts(company, id, random, ledger)
    return id


def _account(copy: Copy, random: Lots) -> dict[str, Any]:
    owner = random.choice(_OWNERS)
    filled = {
        "Name": copy.name,
        "BillingStreet": copy.street,
        "BillingCity": copy.city,
        "BillingState": copy.state,
        "BillingPostalCode": copy.postcode,
        "BillingCountry": copy.country,
        "Phone": copy.phone,
        "Website": copy.website,
    }
    account: dict[str, Any] = {name: value for name, value in filled.items() if value}
    account.update(OwnerId=owner, CreatedById=owner, LastModifiedById=owner, Sync_with_Channeltivity__c=False)
    return account


def _store(company: Company, account: dict[str, Any], ledger: Ledger, note: str, *, deleted: bool = False) -> str:
    id = ledger.add(SYSTEM, "Account", account, deleted=deleted)
    ledger.know(company.key, company.kind, (SYSTEM, "Account", id), note)
    return id


def _contacts(company: Company, account: str, random: Lots, ledger: Ledger) -> None:
    for number, person in enumerate(company.people, start=1):
        if random.random() > 0.85:
            continue
        for copy in range(2 if random.random() < 0.01 else 1):
            contact = {
                "AccountId": account,
                "FirstName": person.first,
                "LastName": person.last,
                "Email": person.email.title() if random.random() < 0.05 else person.email,
                "Phone": person.phone,
                "Title": person.title if random.random() < 0.8 else None,
                "OwnerId": IRIS,
                "CreatedById": IRIS,
                "LastModifiedById": IRIS,
            }
            id = ledger.add(SYSTEM, "Contact", contact)
            note = "the same e-mail address a second time" if copy else ""
            ledger.know(f"{company.key}.{number}", "contact", (SYSTEM, "Contact", id), note)
