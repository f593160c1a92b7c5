"""Channeltivity's connector for Salesforce: organisation sync and deal import, with documented rules and faults.

Documented: flagged Accounts of an admitted status and organisations of the same statuses are kept alike, both ways; a
new one on either side makes a linked one on the other; a deletion in the portal becomes a Record Status in Salesforce;
deals need an Account, a Primary Contact and an owner who may have deals, and what is missing goes into the Integration
Log. Its faults, by lot: missed, late, overwritten, duplicated, wrong owner, wrong status.

On its first hour it takes what is there as decided by the matching wizard: what was not linked then it never creates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
STATUSES: Mapping[str, str] = {
    "Active": "Active Partner",
    "Prospective": "Prospective Partner",
    "Inactive": "Inactive Partner",
}
_COLUMNS = (
    f"Id, CreatedDate, Channeltivity_Partner_Status__c, Sync_with_Channeltivity__c, Type, {', '.join(FIELDS.values())}"
)


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
    _import_deals(caller)


def _changed_organizations(caller: Caller, since: str) -> list[dict[str, Any]]:
    late = caller.state.setting("actors", "connector.late", [])
    caller.state.keep("actors", "connector.late", [])
    changed: list[dict[str, Any]] = []
    after = ""
    while True:
        query = f"organizations?kind=partner&updatedSince={since}&includeDeleted=true&limit=200{after}"
        page = caller.ours("channeltivity", "GET", query)
        changed += page["items"]
        if not page["next"]:
            break
        after = f"&after={page['next']}"
    known = {organization["id"] for organization in changed}
    changed += [caller.ours("channeltivity", "GET", f"organizations/{id}") for id in late if id not in known]
    return changed


def _to_salesforce(caller: Caller, organization: Mapping[str, Any], written: set[str]) -> None:
    account = organization["salesforceId"]
    if organization["deleted"]:
        if account:
            caller.salesforce("PATCH", f"sobjects/Account/{account}", {"Record_Status__c": "Active Partner (Deleted)"})
            caller.did("marked as deleted", "salesforce", "Account", account)
        return
    if not account and (organization["status"] != "Active" or organization["createdAt"] <= _begun(caller)):
        return
    if caller.one_in(20):
        return  # missed: nobody will ever know
    if caller.one_in(20):
        late = caller.state.setting("actors", "connector.late", [])
        caller.state.keep("actors", "connector.late", [*late, organization["id"]])
        return
    values = {theirs: organization[ours] for ours, theirs in FIELDS.items()}
    values["Channeltivity_Partner_Status__c"] = STATUSES[organization["status"]]
    if caller.one_in(40):
        values["Channeltivity_Partner_Status__c"] = "Prospective Partner"  # the wrong status
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
        "Type": "Channel Partner / Reseller",
        "Sync_with_Channeltivity__c": True,
        "Channeltivity_Id__c": organization["id"],
    }
    answer = caller.salesforce("POST", "sobjects/Account", fields)
    if not answer:
        _log(caller, "Partner Sync", organization["name"], "Salesforce refused the new Account")
        return ""
    caller.ours("channeltivity", "PATCH", f"organizations/{organization['id']}", {"salesforceId": answer["id"]})
    caller.did("created", "salesforce", "Account", answer["id"])
    return str(answer["id"])


def _to_channeltivity(caller: Caller, account: Mapping[str, Any]) -> None:
    status = {theirs: ours for ours, theirs in STATUSES.items()}.get(account["Channeltivity_Partner_Status__c"])
    found = caller.ours("channeltivity", "GET", f"organizations?salesforceId={account['Id']}")["items"]
    values = {ours: account[theirs] for ours, theirs in FIELDS.items()}
    if found:
        changes = {**values, **({"status": status} if status else {})}
        caller.ours("channeltivity", "PATCH", f"organizations/{found[0]['id']}", changes)
        caller.did("updated", "channeltivity", "organizations", found[0]["id"])
    elif status == "Active" and account["CreatedDate"][:23] > _begun(caller)[:23]:
        made = caller.ours("channeltivity", "POST", "organizations", {
            **values, "kind": "partner", "status": status, "salesforceId": account["Id"],
        })  # fmt: skip
        if made is None:
            _log(caller, "Partner Sync", str(account["Name"]), "the Account cannot become an organisation")
            return
        caller.salesforce("PATCH", f"sobjects/Account/{account['Id']}", {"Channeltivity_Id__c": made["id"]})
        caller.did("created", "channeltivity", "organizations", made["id"])


# Deals


def _import_deals(caller: Caller) -> None:
    soql = (
        "SELECT Id, Name, Amount, StageName, CloseDate, AccountId, Account.Name, Channeltivity_Partner_Email__c,"
        " (SELECT ContactId, Contact.FirstName, Contact.LastName, Contact.Email FROM OpportunityContactRoles"
        " WHERE IsPrimary = true) FROM Opportunity"
        " WHERE Sync_with_Channeltivity__c = true AND Export_to_Channeltivity_Deal__c = true"
    )
    for opportunity in caller.query(soql):
        if caller.ours("channeltivity", "GET", f"deals?salesforceId={opportunity['Id']}")["items"]:
            continue
        problem, owner, contact = _ready(caller, opportunity)
        if problem:
            _log(caller, "Deal Import", opportunity["Name"], problem)
            continue
        if caller.one_in(30):
            owner = caller.ours("channeltivity", "GET", "users?kind=partner&limit=1")["items"][0]  # the wrong owner
        deal = caller.ours("channeltivity", "POST", "deals", {
            "name": opportunity["Name"],
            "amount": str(opportunity["Amount"] or 0),
            "stage": opportunity["StageName"],
            "closeDate": opportunity["CloseDate"],
            "ownerId": owner["id"],
            "organizationId": owner["organizationId"],
            "accountName": opportunity["Account"]["Name"],
            "contactFirstName": contact["FirstName"],
            "contactLastName": contact["LastName"],
            "contactEmail": contact["Email"],
            "salesforceId": opportunity["Id"],
        })  # fmt: skip
        if deal:
            caller.did("created", "channeltivity", "deals", deal["id"])


def _ready(caller: Caller, opportunity: Mapping[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The first thing that stands in the way (the connector stops there), else the owner and the contact."""
    roles = (opportunity.get("OpportunityContactRoles") or {}).get("records", [])
    contact: dict[str, Any] = (roles[0].get("Contact") if roles else None) or {}
    if not opportunity["AccountId"]:
        return "the Opportunity has no Account; choose one", {}, {}
    if not contact:
        return "the Opportunity has no Primary Contact; set one", {}, {}
    email = opportunity["Channeltivity_Partner_Email__c"]
    users = caller.ours("channeltivity", "GET", f"users?email={email}")["items"] if email else []
    if not users:
        return "no Partner User has the e-mail address of the Opportunity; correct it", {}, {}
    if users[0]["kind"] != "partner" or users[0]["status"] != "Active":
        return "the owner is no Active Partner User; activate the user or choose another", {}, {}
    groups = [caller.ours("channeltivity", "GET", f"groups/{id}") for id in users[0]["groups"]]
    if not any("deals" in (group or {}).get("modules", []) for group in groups):
        return "the owner may not register deals; put the user into a group that may", {}, {}
    return "", users[0], contact


def _log(caller: Caller, task: str, entity: str, message: str) -> None:
    entry = {"task": task, "level": "error", "entity": entity[:255], "message": message}
    caller.ours("channeltivity", "POST", "log", entry)
    caller.did("logged", "channeltivity", "log", entity)
