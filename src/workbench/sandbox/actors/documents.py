"""What ChannelOnline's jobs send out: quotes, then sales orders, each to Salesforce and to ConnectWise, by themselves.

Documented: quotes and sales orders land on Opportunities, with total and main details. As we read it, an order goes to
the Opportunities of its quote and wins them. What goes wrong, by lot: a total that one side has and the other has not,
an order that comes an hour late, and one that makes Opportunities of its own beside those of its quote.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote as encoded

from workbench.sandbox.actors.caller import Caller

_STAGES: Mapping[str, str] = {
    "Open": "Proposal/Price Quote",
    "Submitted": "Negotiation/Review",
    "Won": "Closed Won",
    "Lost": "Closed Lost",
}
"""Salesforce's stage of a quote; an order is won, whatever its own status is."""
_HELD = ("Open", "Held")
"""Orders that wait for somebody's approval are not sent out."""


def send_out(caller: Caller, since: str) -> None:
    """Send what was changed since the hour before, and what came late then."""
    for quote in caller.ours("channelonline", "GET", f"quotes?updatedSince={since}&limit=200")["items"]:
        _send(caller, "quotes", quote, quote, _STAGES[quote["status"]])
    late = caller.state.setting("actors", "jobs.late", [])
    caller.state.keep("actors", "jobs.late", [])
    changed = caller.ours("channelonline", "GET", f"salesOrders?updatedSince={since}&limit=200")["items"]
    known = {order["id"] for order in changed}
    orders = [caller.ours("channelonline", "GET", f"salesOrders/{id}") for id in late if id not in known]
    for order in (*orders, *changed):
        if order["status"] not in _HELD and not order["deleted"]:
            _send_order(caller, order, on_time=order["id"] in late)


def _send_order(caller: Caller, order: dict[str, Any], *, on_time: bool) -> None:
    """Send an order to where its quote went, by lot an hour late, or to a place of its own."""
    if not on_time and caller.one_in(15):
        waiting = caller.state.setting("actors", "jobs.late", [])
        caller.state.keep("actors", "jobs.late", [*waiting, order["id"]])
        return
    quote = caller.ours("channelonline", "GET", f"quotes/{order['quoteId']}") if order["quoteId"] else None
    known = quote if quote and not caller.one_in(10) else {}
    ids = {name: order[name] or known.get(name) for name in ("salesforceId", "connectwiseId")}
    _send(caller, "salesOrders", order, {**order, **ids}, "Closed Won")


def _send(caller: Caller, object: str, stored: Mapping[str, Any], document: Mapping[str, Any], stage: str) -> None:
    """Send a document to where it says, and store where it is now if that is news."""
    account = caller.ours("channelonline", "GET", f"accounts/{document['accountId']}")
    written = {
        "salesforceId": _to_salesforce(caller, document, account, stage),
        "connectwiseId": _to_connectwise(caller, document, account, won=object == "salesOrders"),
    }
    changes = {name: id for name, id in written.items() if id and id != stored[name]}
    if changes:
        caller.ours("channelonline", "PATCH", f"{object}/{document['id']}", changes)


def _to_salesforce(caller: Caller, document: Mapping[str, Any], account: Mapping[str, Any], stage: str) -> str:
    amount = float(document["total"])
    if document["salesforceId"] and caller.one_in(12):
        amount += 50  # a shipping line that one side has and the other has not
    fields = {"StageName": stage, "Amount": amount}
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


def _to_connectwise(caller: Caller, document: Mapping[str, Any], account: Mapping[str, Any], *, won: bool) -> str:
    known = str(document["connectwiseId"] or "")
    if known:
        if won:
            _win(caller, known, document)
        return known
    number = account["customerNumber"] or ""
    company = caller.connectwise("GET", f"company/companies/{number}") if number.isdigit() else None
    if not company:
        return ""
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
    if won:
        _win(caller, str(created["id"]), document)
    return str(created["id"])


def _win(caller: Caller, opportunity: str, order: Mapping[str, Any]) -> None:
    """Win the opportunity of an order, and leave the order's number on it."""
    statuses = caller.connectwise("GET", f"sales/opportunities/statuses?conditions={encoded('wonFlag = true')}")
    changes = [{"op": "replace", "path": "customerPO", "value": order["number"]}]
    if statuses:
        changes.append({"op": "replace", "path": "status", "value": {"id": statuses[0]["id"]}})
    caller.connectwise("PATCH", f"sales/opportunities/{opportunity}", changes)
    caller.did("won", "connectwise", "sales/opportunities", opportunity)
