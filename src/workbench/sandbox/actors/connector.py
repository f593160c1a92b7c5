"""Channeltivity's connector for Salesforce: organisation sync and deal import, with documented rules and faults.

Documented: flagged Accounts and organisations whose kind and status are switched on in the settings are kept alike,
both ways; a new one on either side makes a linked one on the other; partners have three statuses, distributors two,
each with its own value of the one picklist; a deletion in the portal becomes a Record Status in Salesforce. Deals are
brought in by `deals.py`. Its faults, by lot: missed, late, overwritten, duplicated, wrong owner, wrong status.

Every status has its value in Salesforce even where it is not switched on; we read that as: of a linked record that left
what is switched on, the status is still carried, and nothing else.

On its first hour it takes what is there as decided by the matching wizard: what was not linked then it never creates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.sandbox.actors import deals
from workbench.sandbox.actors.caller import Caller
from workbench.sandbox.state import stamp_of

FIELDS: Mapping[str, str] = {
    "name": "Name",
    "street": "BillingStreet",
    "city": "BillingCity",
    "state": "BillingState",
    "postcode": "BillingPostalCode",
    "country": "BillingCountry",
    "phone": "Phone",
    "website": "Website",
}
STATUS = "Channeltivity_Partner_Status__c"
STATUSES: Mapping[tuple[str, str], str] = {
    ("partner", "Active"): "Active Partner",
    ("partner", "Prospective"): "Prospective Partner",
    ("partner", "Inactive"): "Inactive Partner",
    ("distributor", "Active"): "Active Distributor",
    ("distributor", "Inactive"): "Inactive Distributor",
}
"""The picklist value of each kind and status."""
SWITCHES: Mapping[tuple[str, str], str] = {
    ("partner", "Active"): "syncActive",
    ("partner", "Prospective"): "syncProspective",
    ("partner", "Inactive"): "syncInactive",
    ("distributor", "Active"): "syncActiveDistributors",
    ("distributor", "Inactive"): "syncInactiveDistributors",
}
"""The setting that switches a kind and status on; those of distributors count with the Distributor module only."""
_TYPES = {"partner": "Channel Partner / Reseller", "distributor": "Other"}
_WRONG = {"partner": "Prospective Partner", "distributor": "Inactive Distributor"}
_COLUMNS = f"Id, CreatedDate, {STATUS}, Sync_with_Channeltivity__c, Type, {', '.join(FIELDS.values())}"


def work(caller: Caller) -> None:
    """One hour: organisations from the portal, accounts from Salesforce, then deals."""
    now, since = stamp_of(caller.state.now()), caller.state.setting("actors", "connector.since")
    caller.state.keep("actors", "connector.since", now)
    if since is None:
        caller.state.keep("actors", "connector.begun", now)
        return
    if not caller.state.setting("channeltivity", "settings", {}).get("status"):
        return  # switched off by the portal's administrator
    written: set[str] = set()
    for organization in _changed_organizations(caller, since):
        _to_salesforce(caller, organization, written)
    soql = f"SELECT {_COLUMNS} FROM Account WHERE Sync_with_Channeltivity__c = true AND SystemModstamp >= {since}"
    for account in caller.query(soql):
        if account["Id"] not in written:
            _to_channeltivity(caller, account)
    deals.bring_in(caller)


def admits(caller: Caller, kind: str, status: str) -> bool:
    """Whether the settings let organisations of this kind and status sync."""
    settings = caller.state.setting("channeltivity", "settings", {})
    switch = SWITCHES.get((kind, status), "")
    return bool(settings.get(switch)) and (kind == "partner" or bool(settings.get("distributorModule")))


def _kinds(caller: Caller) -> str:
    """The kinds that sync at all, as a filter."""
    switched_on = {kind for kind, status in SWITCHES if admits(caller, kind, status)}
    return "&".join(f"kind={kind}" for kind in sorted(switched_on | {"partner"}))


def _changed_organizations(caller: Caller, since: str) -> list[dict[str, Any]]:
    late = caller.state.setting("actors", "connector.late", [])
    caller.state.keep("actors", "connector.late", [])
    changed: list[dict[str, Any]] = []
    after = ""
    while True:
        query = f"organizations?{_kinds(caller)}&updatedSince={since}&includeDeleted=true&limit=200{after}"
        page = caller.ours("channeltivity", "GET", query)
        changed += page["items"]
        if not page["next"]:
            break
        after = f"&after={page['next']}"
    known = {organization["id"] for organization in changed}
    changed += [caller.ours("channeltivity", "GET", f"organizations/{id}") for id in late if id not in known]
    return changed


def _to_salesforce(caller: Caller, organization: Mapping[str, Any], written: set[str]) -> None:
    account, kind = organization["salesforceId"], organization["kind"]
    status = STATUSES[kind, organization["status"]]
    if organization["deleted"]:
        if account:
            caller.salesforce("PATCH", f"sobjects/Account/{account}", {"Record_Status__c": f"{status} (Deleted)"})
            caller.did("marked as deleted", "salesforce", "Account", account)
        return
    admitted = admits(caller, kind, organization["status"])
    if not account and (not admitted or organization["createdAt"] <= _begun(caller)):
        return
    if caller.one_in(20):
        return  # missed: nobody will ever know
    if caller.one_in(20):
        late = caller.state.setting("actors", "connector.late", [])
        caller.state.keep("actors", "connector.late", [*late, organization["id"]])
        return
    values = {theirs: organization[ours] for ours, theirs in FIELDS.items()} if admitted else {}
    values[STATUS] = _WRONG[kind] if caller.one_in(40) else status
    if account:
        caller.salesforce("PATCH", f"sobjects/Account/{account}", values)  # overwrites whatever is there
        caller.did("updated", "salesforce", "Account", account)
        written.add(account)
        return
    for _ in range(2 if caller.one_in(40) else 1):  # now and then twice
        account = _create_account(caller, organization, values)
        written.add(account)


def _begun(caller: Caller) -> str:
    return str(caller.state.setting("actors", "connector.begun"))


def _create_account(caller: Caller, organization: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    fields = {
        **{name: value for name, value in values.items() if value is not None},
        "Type": _TYPES[organization["kind"]],
        "Sync_with_Channeltivity__c": True,
        "Channeltivity_Id__c": organization["id"],
    }
    answer = caller.salesforce("POST", "sobjects/Account", fields)
    if not answer:
        caller.log("Partner Sync", organization["name"], "Salesforce refused the new Account; see what it requires")
        return ""
    caller.ours("channeltivity", "PATCH", f"organizations/{organization['id']}", {"salesforceId": answer["id"]})
    caller.did("created", "salesforce", "Account", answer["id"])
    return str(answer["id"])


def _to_channeltivity(caller: Caller, account: Mapping[str, Any]) -> None:
    meant = {value: place for place, value in STATUSES.items()}
    kind, status = meant.get(account[STATUS], ("", ""))
    found = caller.ours("channeltivity", "GET", f"organizations?salesforceId={account['Id']}")["items"]
    values = {ours: account[theirs] for ours, theirs in FIELDS.items()}
    if found:
        _change_organization(caller, found[0], values, (kind, status))
    elif admits(caller, kind, status) and account["CreatedDate"][:23] > _begun(caller)[:23]:
        made = caller.ours("channeltivity", "POST", "organizations", {
            **values, "kind": kind, "status": status, "salesforceId": account["Id"],
        })  # fmt: skip
        if made is None:
            caller.log("Partner Sync", str(account["Name"]), "the Account can be no organisation; see its fields")
            return
        caller.salesforce("PATCH", f"sobjects/Account/{account['Id']}", {"Channeltivity_Id__c": made["id"]})
        caller.did("created", "channeltivity", "organizations", made["id"])


def _change_organization(
    caller: Caller, organization: Mapping[str, Any], values: Mapping[str, Any], wanted: tuple[str, str]
) -> None:
    """Carry an Account's values; a status of the other kind is refused, one that is not switched on comes alone."""
    kind, status = wanted
    if kind and kind != organization["kind"]:
        said = f"the Account's status is that of a {kind}, the organisation is a {organization['kind']}; correct one"
        caller.log("Partner Sync", organization["name"], said)
        return
    carried = values if admits(caller, organization["kind"], status or organization["status"]) else {}
    changes = {**carried, **({"status": status} if status else {})}
    if changes:
        caller.ours("channeltivity", "PATCH", f"organizations/{organization['id']}", changes)
        caller.did("updated", "channeltivity", "organizations", organization["id"])
