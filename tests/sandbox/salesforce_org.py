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
        target = path if path.startswith(("/services", "/id")) else f"{self.base}/{path}".rstrip("/")
        held = {"host": "127.0.0.1:9", "content-type": "application/json"} | (headers or {})
        if token:
            held = {"authorization": f"Bearer {token}"} | held
        content = body if isinstance(body, bytes) else (json.dumps(body).encode() if body is not None else b"")
        return answer(Request(method, target, urlencode(query or {}), held, content), self.state)

    def ask(self, method: str, path: str, body=None, **options):
        """Status and decoded body."""
        response = self.send(method, path, body, **options)
        return response.status, json.loads(response.body) if response.body else None

    def query(self, text: str, **options):
        """Status and decoded body of a query."""
        return self.ask("GET", "query", query={"q": text}, **options)
