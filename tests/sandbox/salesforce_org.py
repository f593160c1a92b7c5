"""A small org for the tests of the Salesforce protocol, and a caller that speaks to it without a socket."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from workbench.sandbox.salesforce import answer
from workbench.sandbox.salesforce.ids import make_id
from workbench.sandbox.state import State
from workbench.sandbox.wire import Request

USER = make_id("005", 1)
CONNECTOR = make_id("005", 2)
PARTNER_TYPE = make_id("012", 1)
CUSTOMER_TYPE = make_id("012", 2)
TOKEN = "00D000000000001!testing"
CREDENTIALS = {
    "access_token": TOKEN,
    "username": "sync@northwind.example",
    "password": "open",
    "security_token": "sesame",
    "client_id": "3MVG9client",
    "client_secret": "hush",
}


def seeded(path) -> State:
    """A fresh state with a user, record types and a few records, at a fixed time."""
    state = State(path)
    state.keep("clock", "frozen", "2026-11-22T10:00:00+00:00")
    state.keep("credentials", "salesforce", CREDENTIALS)
    state.keep("session.salesforce", TOKEN, {"user": USER})
    put = state.insert
    put(
        "salesforce", "Organization", make_id("00D", 1), {"Name": "Northwind", "OrganizationType": "Enterprise Edition"}
    )
    user = {"Username": CREDENTIALS["username"], "Name": "Sync User", "LastName": "User", "IsActive": True}
    put("salesforce", "User", USER, {**user, "ProfileId": make_id("00e", 1), "Profile_Name": "Integration"})
    connector = {"Username": "channeltivity@northwind.example", "Name": "Channeltivity Connector", "IsActive": True}
    put("salesforce", "User", CONNECTOR, {**connector, "ProfileId": make_id("00e", 1), "Profile_Name": "Integration"})
    for record_id, name in ((PARTNER_TYPE, "Partner"), (CUSTOMER_TYPE, "Customer")):
        put(
            "salesforce",
            "RecordType",
            record_id,
            {"SobjectType": "Account", "DeveloperName": name, "Name": name, "IsActive": True},
        )
    return state


class Caller:
    """Sends calls to the protocol as a client would, with a session."""

    def __init__(self, state: State, version: str = "59.0") -> None:
        self.state = state
        self.base = f"/services/data/v{version}"

    def send(self, method: str, path: str, body=None, query=None, headers=None, token: str | None = TOKEN):
        """The response to a call below the version's path, or to an absolute one."""
        target, _, asked = path.partition("?")
        target = target if target.startswith(("/services", "/id")) else f"{self.base}/{target}".rstrip("/")
        held = {"host": "127.0.0.1:9", "content-type": "application/json"} | (headers or {})
        if token:
            held = {"authorization": f"Bearer {token}"} | held
        content = body if isinstance(body, bytes) else (json.dumps(body).encode() if body is not None else b"")
        return answer(Request(method, target, asked or urlencode(query or {}), held, content), self.state)

    def ask(self, method: str, path: str, body=None, **options):
        """Status and decoded body."""
        response = self.send(method, path, body, **options)
        return response.status, json.loads(response.body) if response.body else None

    def query(self, text: str, **options):
        """Status and decoded body of a query."""
        return self.ask("GET", "query", query={"q": text}, **options)


ACCOUNTS = (
    ("Acme GmbH", "Channel Partner / Reseller", "Berlin", 50, 1000.5, True, "Active Partner", "k/1"),
    ("acme north", "Customer - Direct", "Oslo", 5, None, True, "Prospective Partner", "k2"),
    ("Bolt & Sons", "Channel Partner / Reseller", "Oslo", None, None, False, "Inactive Partner", None),
    ("O'Neil 100%", None, None, None, None, False, None, None),
    ("Zeta_One", "Other", "Paris", 500, 9.5, False, None, None),
    ("Gone Ltd", "Other", "Rome", 1, None, False, None, None),
)
CREATED = ("2026-11-20", "2026-10-01", "2025-12-31", "2026-01-01", "2024-02-29", "2026-11-01")
MODIFIED = (
    "2026-11-22T09:00:00.000Z",
    "2026-10-15T12:30:00.000Z",
    "2026-11-21T23:59:59.000Z",
    "2026-06-30T00:00:00.000Z",
    "2024-02-29T08:00:00.000Z",
    "2026-11-02T00:00:00.000Z",
)
NAMES = ("Name", "Type", "BillingCity", "NumberOfEmployees", "AnnualRevenue", "Sync_with_Channeltivity__c")
NAMES += ("Channeltivity_Partner_Status__c", "Workbench_Key__c")


def account(number: int) -> str:
    """The id of the numbered account."""
    return make_id("001", number)


def with_records(state: State) -> State:
    """The state with six accounts (one of them deleted), four contacts, three deals and two roles."""
    for place, (values, created, modified) in enumerate(zip(ACCOUNTS, CREATED, MODIFIED, strict=True), 1):
        fields = {name: value for name, value in zip(NAMES, values, strict=True) if value is not None}
        fields["OwnerId"] = USER if place < 4 else CONNECTOR
        if place == 3:
            fields["ParentId"] = account(1)
        row = (account(place), fields, f"{created}T00:00:00.000Z", modified, place == 6)
        state.load("salesforce", "Account", [row])
    contacts = (("Ann", "Ace", "ann@acme.example", 1), (None, "Bob", "bob@acme.example", 1))
    contacts += (("Cy", "Dee", None, 2), ("Eve", "Fox", "eve@fox.example", None))
    for place, (first, last, email, parent) in enumerate(contacts, 1):
        fields = {
            "FirstName": first,
            "LastName": last,
            "Email": email,
            "AccountId": account(parent) if parent else None,
        }
        kept = {name: value for name, value in fields.items() if value is not None}
        state.insert("salesforce", "Contact", make_id("003", place), kept)
    deals = (("Big deal", "Closed Won", 5000.0, "2026-11-30", 1), ("Small deal", "Prospecting", 100.0, "2026-12-31", 2))
    deals += (("Lost deal", "Closed Lost", None, "2026-01-15", 1),)
    for place, (name, stage, amount, close, parent) in enumerate(deals, 1):
        fields = {"Name": name, "StageName": stage, "Amount": amount, "CloseDate": close, "AccountId": account(parent)}
        state.insert("salesforce", "Opportunity", make_id("006", place), {**fields, "OwnerId": USER})
    for place, primary in ((1, True), (2, False)):
        fields = {"OpportunityId": make_id("006", 1), "ContactId": make_id("003", place), "IsPrimary": primary}
        state.insert(
            "salesforce", "OpportunityContactRole", make_id("00K", place), {**fields, "Role": "Decision Maker"}
        )
    for object_name, last in (("Account", 6), ("Contact", 4), ("Opportunity", 3), ("OpportunityContactRole", 2)):
        for _ in range(last):
            state.next_id("salesforce", object_name)
    return state
