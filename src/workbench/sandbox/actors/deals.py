"""The deal import of Channeltivity's connector: flagged Opportunities become deals, or the log says why they do not.

A deal needs an Account, a Primary Contact and an owner who may have deals: a user of a partner, or, with the
Distributor module and an Opportunity that says so, of a distributor. What is missing goes into the Integration Log.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.sandbox.actors.caller import Caller

_SOQL = (
    "SELECT Id, Name, Amount, StageName, CloseDate, AccountId, Account.Name, Channeltivity_Partner_Email__c,"
    " Channeltivity_Distributor_Email__c, Deal_Owner_Type__c,"
    " (SELECT ContactId, Contact.FirstName, Contact.LastName, Contact.Email FROM OpportunityContactRoles"
    " WHERE IsPrimary = true) FROM Opportunity"
    " WHERE Sync_with_Channeltivity__c = true AND Export_to_Channeltivity_Deal__c = true"
)
_EMAILS = {"partner": "Channeltivity_Partner_Email__c", "distributor": "Channeltivity_Distributor_Email__c"}


def bring_in(caller: Caller) -> None:
    """Import the Opportunities that are flagged and have not become a deal yet."""
    if not caller.state.setting("channeltivity", "settings", {}).get("pullOpportunities"):
        return
    for opportunity in caller.query(_SOQL):
        if caller.ours("channeltivity", "GET", f"deals?salesforceId={opportunity['Id']}")["items"]:
            continue
        problem, owner, contact = _ready(caller, opportunity)
        if problem:
            caller.log("Deal Import", opportunity["Name"], problem)
            continue
        if caller.one_in(30):
            owner = caller.ours("channeltivity", "GET", "users?kind=partner&limit=1")["items"][0]  # the wrong owner
        deal = caller.ours("channeltivity", "POST", "deals", {
            "name": opportunity["Name"],
            "amount": str(opportunity["Amount"] or 0),
            "stage": opportunity["StageName"],
            "closeDate": opportunity["CloseDate"],
            "ownerId": owner["id"],
            "ownerType": owner["kind"].capitalize(),
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
    kind = _owner_kind(caller, opportunity)
    said = kind.capitalize()
    email = opportunity[_EMAILS[kind]]
    users = caller.ours("channeltivity", "GET", f"users?email={email}")["items"] if email else []
    if not users:
        return f"no {said} User has the e-mail address of the Opportunity; correct it", {}, {}
    if users[0]["kind"] != kind or users[0]["status"] != "Active":
        return f"the owner is no Active {said} User; activate the user or choose another", {}, {}
    groups = [caller.ours("channeltivity", "GET", f"groups/{id}") for id in users[0]["groups"]]
    if not any("deals" in (group or {}).get("modules", []) for group in groups):
        return "the owner may not register deals; put the user into a group that may", {}, {}
    return "", users[0], contact


def _owner_kind(caller: Caller, opportunity: Mapping[str, Any]) -> str:
    """Whose user owns the deal: a partner's, unless the Opportunity says otherwise and there is the module."""
    with_module = caller.state.setting("channeltivity", "settings", {}).get("distributorModule")
    theirs = str(opportunity["Deal_Owner_Type__c"] or "").casefold() == "distributor-owned"
    return "distributor" if with_module and theirs else "partner"
