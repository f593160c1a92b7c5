"""ChannelOnline's sync jobs: companies in from ConnectWise, quotes and orders out to Salesforce and ConnectWise.

They match by name where they have no number, and the first result wins: so their duplicates and wrong places are real.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote as encoded

from workbench.sandbox.actors import documents
from workbench.sandbox.actors.caller import Caller
from workbench.sandbox.state import stamp_of


def work(caller: Caller) -> None:
    """One hour: accounts in, then quotes and orders out. The first hour only sets the time to go on from."""
    since = caller.state.setting("actors", "jobs.since")
    caller.state.keep("actors", "jobs.since", stamp_of(caller.state.now()))
    if since is None:
        return
    conditions = encoded(f'lastUpdated >= [{since[:19]}Z] and deletedFlag = false and status/name = "Active"')
    for company in caller.connectwise("GET", f"company/companies?conditions={conditions}&pageSize=1000") or []:
        if any(each.get("name") == "Client" for each in company.get("types", [])):
            _account_in(caller, company)
    documents.send_out(caller, since)


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
