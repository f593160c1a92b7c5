"""The office: people who edit, create, delete, merge and win deals while the product looks elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.sandbox.actors.caller import Caller
from workbench.sandbox.state import Record

EDITS_AN_HOUR = 8


def work(caller: Caller) -> None:
    """One hour: some edits, by lot."""
    kinds, weights = zip(*_EDITS, strict=True)
    for edit in caller.random.choices(kinds, weights, k=EDITS_AN_HOUR):
        edit(caller)


def _pick(caller: Caller, system: str, object: str, **wanted: Any) -> Record | None:
    """A living record by lot; people see the screen, so this looks past the API."""
    found = [
        record
        for record in caller.state.find(system, object)
        if all(record.get(name) == value for name, value in wanted.items())
    ]
    return caller.random.choice(found) if found else None


def _new_phone(caller: Caller) -> str:
    return f"617-555-{caller.random.randrange(100, 10_000):04d}"


def _move_organization(caller: Caller) -> None:
    record = _pick(caller, "channeltivity", "organizations")
    if record:
        street = f"{caller.random.randrange(1, 999)} New {caller.random.choice(('Park', 'Harbor', 'Mill'))} Road"
        caller.ours("channeltivity", "PATCH", f"organizations/{record['@id']}", {"street": street})
        caller.did("edited", "channeltivity", "organizations", record["@id"])


def _call_account(caller: Caller) -> None:
    record = _pick(caller, "salesforce", "Account", Type="Channel Partner / Reseller")
    if record:
        caller.salesforce("PATCH", f"sobjects/Account/{record['@id']}", {"Phone": _new_phone(caller)})
        caller.did("edited", "salesforce", "Account", record["@id"])


def _recruit(caller: Caller) -> None:
    name = f"Newcomer {caller.random.randrange(1000, 10_000)} Networks"
    values = {"name": name, "kind": "partner", "status": "Active", "phone": _new_phone(caller), "country": "US"}
    made = caller.ours("channeltivity", "POST", "organizations", values)
    caller.did("created", "channeltivity", "organizations", made["id"])


def _open_account(caller: Caller) -> None:
    values = {
        "Name": f"Walk-in {caller.random.randrange(1000, 10_000)} Systems",
        "Type": "Channel Partner / Reseller",
        "Sync_with_Channeltivity__c": True,
        "Channeltivity_Partner_Status__c": "Active Partner",
        "Phone": _new_phone(caller),
    }
    made = caller.salesforce("POST", "sobjects/Account", values)
    if made:
        caller.did("created", "salesforce", "Account", made["id"])


def _hire(caller: Caller) -> None:
    record = _pick(caller, "channeltivity", "organizations", status="Active")
    if record:
        email = f"new.hire.{caller.random.randrange(1000, 10_000)}@{(record.get('domains') or ['x.example'])[0]}"
        values = {"organizationId": record["@id"], "firstName": "New", "lastName": "Hire", "email": email}
        made = caller.ours("channeltivity", "POST", "contacts", values)
        caller.did("created", "channeltivity", "contacts", made["id"])


def _clear_flag(caller: Caller) -> None:
    record = _pick(caller, "salesforce", "Account", Sync_with_Channeltivity__c=True)
    if record:
        caller.salesforce("PATCH", f"sobjects/Account/{record['@id']}", {"Sync_with_Channeltivity__c": False})
        caller.did("unflagged", "salesforce", "Account", record["@id"])


def _delete_organization(caller: Caller) -> None:
    record = _pick(caller, "channeltivity", "organizations", kind="partner")
    if record:
        caller.ours("channeltivity", "DELETE", f"organizations/{record['@id']}")
        caller.did("deleted", "channeltivity", "organizations", record["@id"])


def _merge_organizations(caller: Caller) -> None:
    master, other = (_pick(caller, "channeltivity", "organizations", kind="partner") for _ in range(2))
    if master and other and master["@id"] != other["@id"]:
        caller.ours("channeltivity", "POST", f"organizations/{master['@id']}/merge", {"other": other["@id"]})
        caller.did("merged away", "channeltivity", "organizations", other["@id"])


def _win(caller: Caller) -> None:
    record = _pick(caller, "salesforce", "Opportunity", IsClosed=False)
    if record:
        caller.salesforce("PATCH", f"sobjects/Opportunity/{record['@id']}", {"StageName": "Closed Won"})
        caller.did("won", "salesforce", "Opportunity", record["@id"])


def _quote(caller: Caller) -> None:
    account = _pick(caller, "channelonline", "accounts")
    if account:
        number = f"Q9{caller.random.randrange(10_000, 100_000)}"
        total = f"{caller.random.randrange(100, 9_000)}.00"
        values = {"number": number, "title": "Walk-in order", "accountId": account["@id"], "total": total}
        made = caller.ours("channelonline", "POST", "quotes", values)
        caller.did("created", "channelonline", "quotes", made["id"])


def _move_company(caller: Caller) -> None:
    record = _pick(caller, "connectwise", "company/companies", deletedFlag=False)
    if record:
        change = [{"op": "replace", "path": "phoneNumber", "value": _new_phone(caller)}]
        caller.connectwise("PATCH", f"company/companies/{record['@id']}", change)
        caller.did("edited", "connectwise", "company/companies", record["@id"])


_EDITS: tuple[tuple[Callable[[Caller], None], int], ...] = (
    (_move_organization, 5),
    (_call_account, 5),
    (_recruit, 2),
    (_open_account, 2),
    (_hire, 2),
    (_clear_flag, 1),
    (_delete_organization, 1),
    (_merge_organizations, 1),
    (_win, 2),
    (_quote, 2),
    (_move_company, 3),
)
"""What people do, and how often one thing rather than another."""
