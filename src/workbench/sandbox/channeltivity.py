"""Channeltivity as the sandbox plays it: partner and distributor organisations, their people, deals and links.

The contract is ours (docs/channeltivity-contract.md); the rules of the portal are those that its help centre describes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.sandbox import contract_routes
from workbench.sandbox.contract import Contract
from workbench.sandbox.contract_fields import Field
from workbench.sandbox.contract_refusals import Refusal
from workbench.sandbox.mail import post
from workbench.sandbox.state import Record, State
from workbench.sandbox.wire import Request, Response

SYSTEM = "channeltivity"
STATUSES: Mapping[str, tuple[str, ...]] = {
    "partner": ("Active", "Prospective", "Inactive"),
    "distributor": ("Active", "Inactive"),
}
_ADDRESS = (Field("street"), Field("city"), Field("state"), Field("postcode", length=20), Field("country", length=80))
_OURS = (Field("externalKey", label="External key", unique=True, length=80), Field("salesforceId", length=18))

OBJECTS: Mapping[str, tuple[Field, ...]] = {
    "organizations": (
        Field("name", required=True),
        Field("kind", "picklist", required=True, fixed=True, values=tuple(STATUSES), default="partner"),
        Field("status", "picklist", required=True, values=STATUSES["partner"], default="Active"),
        *_ADDRESS,
        Field("phone", length=40),
        Field("website"),
        Field("email", "email"),
        Field("domains", "texts", label="E-mail domains"),
        Field("region", length=80),
        Field("partnerType", length=80),
        *_OURS,
    ),
    "contacts": (
        Field("organizationId", "reference", required=True, refers="organizations"),
        Field("firstName", length=80),
        Field("lastName", required=True, length=80),
        Field("email", "email"),
        Field("phone", length=40),
        Field("title", length=128),
        Field("primary", "flag", default=False),
        *_OURS,
    ),
    "groups": (Field("name", required=True), Field("modules", "texts", label="Modules that its users may use")),
    "users": (
        Field("organizationId", "reference", refers="organizations"),
        Field("kind", "picklist", required=True, values=("internal", "partner", "distributor"), default="partner"),
        Field("status", "picklist", values=("Active", "Pending", "Inactive", "Disabled"), default="Pending"),
        Field("firstName", length=80),
        Field("lastName", required=True, length=80),
        Field("email", "email", required=True),
        Field("groups", "texts", label="Ids of its groups"),
    ),
    "dealAccounts": (
        Field("name", required=True),
        Field("ownerId", "reference", required=True, fixed=True, refers="users"),
        Field("organizationId", "reference", refers="organizations"),
        *_OURS,
    ),
    "dealContacts": (
        Field("dealAccountId", "reference", required=True, fixed=True, refers="dealAccounts"),
        Field("firstName", length=80),
        Field("lastName", required=True, length=80),
        Field("email", "email"),
        *_OURS,
    ),
    "deals": (
        Field("name", required=True),
        Field("amount", "decimal", required=True),
        Field("stage", required=True),
        Field("closeDate", "date", required=True),
        Field("registrationStatus", "picklist", values=("Open", "Approved", "Denied", "Expired"), default="Open"),
        Field("ownerId", "reference", required=True, refers="users"),
        Field("ownerType", "picklist", values=("Partner", "Distributor"), default="Partner"),
        Field("organizationId", "reference", refers="organizations"),
        Field("dealAccountId", "reference", refers="dealAccounts"),
        Field("dealContactId", "reference", refers="dealContacts"),
        Field("accountName"),
        Field("contactFirstName", length=80),
        Field("contactLastName", length=80),
        Field("contactEmail", "email"),
        *_OURS,
    ),
    "leads": (
        Field("company", required=True),
        Field("lastName", required=True, length=80),
        Field("firstName", length=80),
        Field("email", "email"),
        Field("status", "picklist", values=("Open", "Accepted", "Won", "Lost"), default="Open"),
        Field("assignedToId", "reference", refers="users"),
        *_OURS,
    ),
    "referrals": (
        Field("company", required=True),
        Field("email", "email"),
        Field("status", "picklist", values=("Submitted", "Accepted", "Rejected", "Paid"), default="Submitted"),
        Field("referredById", "reference", refers="users"),
        *_OURS,
    ),
    "links": (
        Field("object", "picklist", required=True, fixed=True, values=("organizations", "contacts", "deals")),
        Field("channeltivityId", required=True, fixed=True, length=40),
        Field("salesforceId", required=True, fixed=True, length=18),
        Field("state", "picklist", values=("linked", "disconnected", "excluded"), default="linked"),
    ),
    "log": (
        Field("task", required=True),
        Field("level", "picklist", values=("error", "information"), default="information"),
        Field("entity"),
        Field("message", length=2000),
        Field("cleared", "flag", default=False),
    ),
    "integrations": (
        Field("name", required=True),
        Field("type"),
        Field("counterpart"),
        Field("user"),
        Field("lastUsed"),
        Field("detail", length=2000),
        Field("enabled", "flag", default=True),
    ),
}


def _check(state: State, object: str, before: Record, after: Record) -> Iterator[dict[str, str]]:
    match object:
        case "organizations":
            allowed = STATUSES[after["kind"]]
            if after["status"] not in allowed:
                said = f"a {after['kind']} is {' or '.join(allowed)}, not {after['status']}"
                yield {"field": "status", "code": "SystemField", "message": said}
        case "links" if not before:
            _keep_one_to_one(state, after)


def _keep_one_to_one(state: State, link: Record) -> None:
    for side in ("channeltivityId", "salesforceId"):
        for other in state.find(SYSTEM, "links", by=(side, link[side])):
            if other["object"] == link["object"]:
                said = f"{link[side]} is linked already, by link {other['@id']}; remove that one first"
                raise Refusal(409, "LinkedAlready", said, ({"field": side, "code": "LinkedAlready", "message": said},))


def _settle(state: State, object: str, before: Record, after: Record) -> None:
    if object == "organizations" and before and after["status"] == "Inactive" != before["status"]:
        for user in state.find(SYSTEM, "users", by=("organizationId", after["@id"])):
            if user["status"] in ("Active", "Pending"):
                state.update(SYSTEM, "users", user["@id"], {"status": "Inactive"})
    if object == "deals" and not before:
        owner = state.get(SYSTEM, "users", after["ownerId"]) or {}
        subject = f"Deal registered: {after['name']}"
        text = f"The deal {after['name']} over {after['amount']} was registered; you are its owner."
        post(state, "deals@channeltivity.example", [owner["email"]], subject, text)


def _promote(state: State, contact: Record, body: Mapping[str, Any]) -> Any:
    """Make a portal user of a contact; only where its organisation is Active (R-PSYNC-8)."""
    organization = state.get(SYSTEM, "organizations", contact["organizationId"]) or {}
    if organization.get("status") != "Active":
        raise Refusal(409, "NotActive", f"{organization.get('name')} is {organization.get('status')}, not Active")
    if not contact.get("email"):
        raise Refusal(409, "NoEmail", f"contact {contact['@id']} has no e-mail address to invite")
    if any(not user["@deleted"] for user in state.find(SYSTEM, "users", by=("email", contact["email"]))):
        raise Refusal(409, "UserExists", f"{contact['email']} is a user already")
    values = {name: contact.get(name) for name in ("organizationId", "firstName", "lastName", "email")}
    user = CONTRACT.create(state, "users", {**values, "kind": organization["kind"], "groups": body.get("groups", [])})
    post(
        state,
        "portal@channeltivity.example",
        [user["email"]],
        "Activate your account",
        "Follow the link in the portal.",
    )
    return CONTRACT.shown(state, "users", user)


def _merge(state: State, master: Record, body: Mapping[str, Any]) -> Any:
    """Merge another organisation into this one: its values stay, blanks are filled, the other is deleted."""
    other = state.get(SYSTEM, "organizations", str(body.get("other", "")))
    if other is None or other["@deleted"] or other["@id"] == master["@id"]:
        raise Refusal(400, "Invalid", "other must be the id of another organisation that is there")
    names = [each.name for each in OBJECTS["organizations"] if each.name not in ("externalKey", "salesforceId")]
    blanks = {name: other.get(name) for name in names if master.get(name) in (None, "", []) and other.get(name)}
    merged = state.update(SYSTEM, "organizations", master["@id"], blanks)
    for object in ("contacts", "users"):
        for record in list(state.find(SYSTEM, object, by=("organizationId", other["@id"]))):
            state.update(SYSTEM, object, record["@id"], {"organizationId": master["@id"]})
    state.delete(SYSTEM, "organizations", other["@id"])
    return CONTRACT.shown(state, "organizations", merged)


CONTRACT = Contract(
    SYSTEM,
    OBJECTS,
    _check,
    _settle,
    {("contacts", "promote"): _promote, ("organizations", "merge"): _merge},
)


def answer(request: Request, state: State) -> Response:
    """Answer a call under /channeltivity/api/v1."""
    return contract_routes.answer(CONTRACT, request, state)
