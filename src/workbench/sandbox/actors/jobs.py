"""ChannelOnline's sync jobs: companies in from ConnectWise, quotes and orders out to Salesforce and ConnectWise.

They match by name where they have no number, and the first result wins: so their duplicates and wrong places are real.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote as encoded

from workbench.sandbox.actors.caller import Caller
from workbench.sandbox.state import stamp_of

_STAGES = {
    "Open": "Proposal/Price Quote",
    "Submitted": "Negotiation/Review",
    "Won": "Closed Won",
    "Lost": "Closed Lost",
}


def work(caller: Caller) -> None:
    """One hour: accounts in, then quotes out. The first hour only sets the time to go on from."""
    since = caller.state.setting("actors", "jobs.since")
    caller.state.keep("actors", "jobs.since", stamp_of(caller.state.now()))
    if since is None:
        return
    conditions = encoded(f'lastUpdated >= [{since[:19]}Z] and deletedFlag = false and status/name = "Active"')
    for company in caller.connectwise("GET", f"company/companies?conditions={conditions}&pageSize=1000") or []:
        if any(each.get("name") == "Client" for each in company.get("types", [])):
            _account_in(caller, company)
    for document in caller.ours("channelonline", "GET", f"quotes?updatedSince={since}&limit=200")["items"]:
        _quote_out(caller, document)


def _account_in(caller: Caller, company: Mapping[str, Any]) -> None:
    number = str(company["id"])
    values = {
        "name": company["name"],
        "street": company.get("addressLine1"),
        "city": company.get("city"),
        "state": company.get("state"),
        "postcode": company.get("zip"),
        "phone": company.get("phoneNumber"),
        "website": company.get("website"),
    }
    found = caller.ours("channelonline", "GET", f"accounts?customerNumber={number}")["items"]
    if found:
        caller.ours("channelonline", "PATCH", f"accounts/{found[0]['id']}", values)
        caller.did("updated", "channelonline", "accounts", found[0]["id"])
        return
    made = caller.ours("channelonline", "POST", "accounts", {**values, "customerNumber": number, "type": "customer"})
    if made:
        caller.did("created", "channelonline", "accounts", made["id"])


def _quote_out(caller: Caller, document: Mapping[str, Any]) -> None:
    account = caller.ours("channelonline", "GET", f"accounts/{document['accountId']}")
    written: dict[str, str] = {}
    opportunity = _to_salesforce(caller, document, account)
    if opportunity and opportunity != document["salesforceId"]:
        written["salesforceId"] = opportunity
    sale = _to_connectwise(caller, document, account)
    if sale and sale != document["connectwiseId"]:
        written["connectwiseId"] = sale
    if written:
        caller.ours("channelonline", "PATCH", f"quotes/{document['id']}", written)


def _to_salesforce(caller: Caller, document: Mapping[str, Any], account: Mapping[str, Any]) -> str:
    amount = float(document["total"])
    if document["salesforceId"] and caller.one_in(12):
        amount += 50  # a shipping line that one side has and the other has not
    fields = {"StageName": _STAGES[document["status"]], "Amount": amount}
    if document["salesforceId"]:
        caller.salesforce("PATCH", f"sobjects/Opportunity/{document['salesforceId']}", fields)
        caller.did("updated", "salesforce", "Opportunity", document["salesforceId"])
        return str(document["salesforceId"])
    created = caller.salesforce("POST", "sobjects/Opportunity", {
        **fields, "AccountId": _account_for(caller, account["name"]), "Name": _title(document, 120),
        "CloseDate": caller.state.now().date().isoformat(),
    })  # fmt: skip
    if not created:
        return ""
    caller.did("created", "salesforce", "Opportunity", created["id"])
    return str(created["id"])


def _account_for(caller: Caller, name: str) -> str | None:
    """The first account of this name, else a new one: nobody looks whether it is the right one."""
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    found = caller.query(f"SELECT Id FROM Account WHERE Name = '{escaped}' LIMIT 1")
    if found:
        return str(found[0]["Id"])
    return (caller.salesforce("POST", "sobjects/Account", {"Name": name}) or {}).get("id")


def _title(document: Mapping[str, Any], length: int) -> str:
    return f"{document['number']} {document['title'] or ''}".strip()[:length]


def _to_connectwise(caller: Caller, document: Mapping[str, Any], account: Mapping[str, Any]) -> str:
    number = account["customerNumber"] or ""
    company = caller.connectwise("GET", f"company/companies/{number}") if number.isdigit() else None
    if not company or document["connectwiseId"]:
        return str(document["connectwiseId"] or "")
    contacts = caller.connectwise("GET", f"company/contacts?conditions={encoded(f'company/id={number}')}&pageSize=1")
    if not contacts:
        return ""  # ConnectWise wants a contact; nobody is told
    created = caller.connectwise("POST", "sales/opportunities", {
        "name": _title(document, 100),
        "company": {"id": int(number)}, "contact": {"id": contacts[0]["id"]}, "primarySalesRep": {"id": 3},
        "source": "ChannelOnline",
    })  # fmt: skip
    if not created:
        return ""
    caller.did("created", "connectwise", "sales/opportunities", str(created["id"]))
    return str(created["id"])
