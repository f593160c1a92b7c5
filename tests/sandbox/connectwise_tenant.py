"""A small tenant for the tests of the ConnectWise protocol, and a caller that speaks to it without a socket."""

from __future__ import annotations

import base64
import json
from urllib.parse import urlencode

from workbench.sandbox.connectwise import answer
from workbench.sandbox.state import State
from workbench.sandbox.wire import Request

CREDENTIALS = {"company": "northwind", "public_key": "public", "private_key": "private", "client_id": "a-guid"}
OBJECTS = {
    "company/companies/statuses": [
        {"name": "Active", "defaultFlag": True},
        {"name": "Inactive"},
        {"name": "Credit Hold"},
    ],
    "company/companies/types": [{"name": "Client"}, {"name": "Partner"}, {"name": "Vendor", "vendorFlag": True}],
    "system/members": [
        {"identifier": "Admin1", "firstName": "Ada", "lastName": "Min", "officeEmail": "ada@northwind.example"}
    ],
    "sales/opportunities/statuses": [{"name": "Open"}, {"name": "Won", "wonFlag": True, "closedFlag": True}],
    "sales/stages": [{"name": "Prospect", "sequenceNumber": 1}],
    "company/companies": [
        {
            "identifier": f"COMPANY{number}",
            "name": name,
            "status": {"id": status},
            "types": [{"id": kind}],
            "city": city,
            "userDefinedField1": key,
            "numberOfEmployees": number * 10,
            "isVendorFlag": kind == 3,
        }
        for number, (name, status, kind, city, key) in enumerate(
            [
                ("Acme Supply", 1, 1, "Berlin", "k-1"),
                ("acme north", 1, 2, "Oslo", None),
                ("Bolt & Sons", 2, 2, "Oslo", "k-3"),
                ('Quote "Q" Ltd', 1, 3, None, None),
                ("Crème [Brûlée]", 3, 1, "Paris", "100%"),
            ],
            1,
        )
    ],
    "company/contacts": [
        {
            "firstName": "John",
            "lastName": "Doe",
            "company": {"id": 1},
            "communicationItems": [
                {
                    "id": 1,
                    "type": {"id": 1},
                    "value": "john@acme.example",
                    "communicationType": "Email",
                    "defaultFlag": True,
                },
                {"id": 2, "type": {"id": 2}, "value": "+49 30 1", "communicationType": "Phone"},
            ],
        },
        {
            "firstName": "Phona",
            "company": {"id": 2},
            "communicationItems": [{"id": 1, "type": {"id": 2}, "value": "555", "communicationType": "Phone"}],
        },
    ],
}


def seeded(path) -> State:
    """A fresh state with a tenant of a few records, at a fixed time."""
    state = State(path)
    state.keep("clock", "frozen", "2026-11-22T10:00:00+00:00")
    state.keep("credentials", "connectwise", CREDENTIALS)
    state.keep("connectwise", "codebase", "v2025_8")
    for name, records in OBJECTS.items():
        for record in records:
            number = state.next_id("connectwise", name)
            fields = {key: value for key, value in record.items() if value is not None}
            state.insert("connectwise", name, str(number), {**fields, "_updatedBy": "Admin1", "_enteredBy": "Admin1"})
    return state


class Caller:
    """Sends calls to the protocol as a client would, with credentials."""

    def __init__(self, state: State, codebase: str = "v4_6_release", company: str = "northwind") -> None:
        self.state = state
        self.base = f"/{codebase}/apis/3.0"
        key = base64.b64encode(f"{company}+public:private".encode()).decode()
        self.proof = {"authorization": f"Basic {key}", "clientid": "a-guid"}

    def send(self, method: str, path: str, body=None, headers=None, proof=None, **query):
        """The response to a call below the base, or to an absolute path."""
        target = path if path.startswith("/") else f"{self.base}/{path}"
        held = {"host": "127.0.0.1:9", **(self.proof if proof is None else proof), **(headers or {})}
        content = body if isinstance(body, bytes) else (json.dumps(body).encode() if body is not None else b"")
        return answer(Request(method, target, urlencode(query), held, content), self.state)

    def ask(self, method: str, path: str, body=None, **options):
        """Status and decoded body."""
        response = self.send(method, path, body, **options)
        return response.status, json.loads(response.body) if response.body else None

    def ids(self, path: str = "company/companies", **query) -> list[int]:
        """The ids of a list that must be answered."""
        status, body = self.ask("GET", path, **query)
        assert status == 200, body
        return [row["id"] for row in body]
