"""ChannelOnline as the sandbox plays it: accounts and the documents of quoting and ordering.

The contract is ours (docs/channelonline-contract.md); account types, numbers and purchase order statuses are those that
the vendor's guides describe. Its own door is the file door (`filedoor.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbench.sandbox import contract_routes
from workbench.sandbox.contract import Contract
from workbench.sandbox.contract_fields import Field
from workbench.sandbox.state import Record, State
from workbench.sandbox.wire import Request, Response

SYSTEM = "channelonline"
ACCOUNT_TYPES = ("lead", "prospect", "customer", "partner", "vendor", "generic")
ORDER_STATUSES = ("Unsubmitted", "Submitted", "Partial", "Backorder", "Shipped", "Canceled", "On Hold")
_ADDRESS = (Field("street"), Field("city"), Field("state"), Field("postcode", length=20), Field("country", length=80))
_DOCUMENT = (
    Field("number", required=True, length=40),
    Field("title"),
    Field("accountId", "reference", required=True, refers="accounts"),
    Field("total", "decimal", required=True),
    Field("currency", length=3, default="USD"),
    Field("salesRep", "email"),
    Field("lines", "items"),
    Field("salesforceId", length=18),
    Field("connectwiseId", length=20),
    Field("externalKey", unique=False, length=80),
)

OBJECTS: Mapping[str, tuple[Field, ...]] = {
    "accounts": (
        Field("type", "picklist", values=ACCOUNT_TYPES, default="customer"),
        Field("name", required=True),
        Field("customerId", system=True, length=20),
        Field("customerNumber", length=40),
        Field("parentId", "reference", refers="accounts", length=20),
        Field("parentCustomerNumber", length=40),
        *_ADDRESS,
        Field("phone", length=40),
        Field("website"),
        Field("email", "email"),
        Field("salesRep", "email"),
        Field("externalKey", unique=True, length=80),
        Field("salesforceId", length=18),
        Field("connectwiseId", length=20),
    ),
    "quotes": (*_DOCUMENT, Field("status", "picklist", values=("Open", "Submitted", "Won", "Lost"), default="Open")),
    "salesOrders": (
        *_DOCUMENT,
        Field("quoteId", "reference", refers="quotes"),
        Field("status", "picklist", values=("Open", "Held", "Submitted", "Closed"), default="Open"),
    ),
    "purchaseOrders": (
        Field("number", required=True, length=40),
        Field("salesOrderId", "reference", refers="salesOrders"),
        Field("vendor"),
        Field("total", "decimal"),
        Field("status", "picklist", values=ORDER_STATUSES, default="Unsubmitted"),
        Field("statusOverride", "flag", default=False),
        Field("externalKey", length=80),
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
    if object != "accounts" or not before:
        return
    seen, parent = {before["@id"]}, after.get("parentId")
    while parent:
        if parent in seen:
            yield {"field": "parentId", "code": "Cycle", "message": f"account {parent} would be its own parent"}
            return
        seen.add(parent)
        parent = (state.get(SYSTEM, "accounts", parent) or {}).get("parentId")


def _settle(state: State, object: str, before: Record, after: Record) -> None:
    if object == "accounts" and not after.get("customerNumber"):
        state.update(SYSTEM, "accounts", after["@id"], {"customerNumber": customer_number(after["name"], after["@id"])})


def customer_number(name: str, id: str) -> str:
    """The number that ChannelOnline makes up: first letters of the first and last word, four digits; not unique."""
    words = name.split() or ["X"]
    return f"{words[0][0]}{words[-1][0]}".upper() + id[-4:].rjust(4, "0")


CONTRACT = Contract(SYSTEM, OBJECTS, _check, _settle)


def answer(request: Request, state: State) -> Response:
    """Answer a call under /channelonline/api/v1."""
    return contract_routes.answer(CONTRACT, request, state)
