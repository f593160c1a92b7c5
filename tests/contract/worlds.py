"""Where the one contract suite runs: a system behind the port, and other people's hands on its records."""

from __future__ import annotations

import base64
import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import requests
from contract.fifth import FifthSystem

from workbench.model.kinds import Kind, KindInSystem
from workbench.model.ports import Field, System
from workbench.model.records import Condition, Where
from workbench.model.values import Value
from workbench.systems import connect
from workbench.systems.memory import MemoryClock, MemorySystem
from workbench.systems.reach import Reach

PLACES = {
    "memory": KindInSystem("things", "@modified", "deleted", marker="key"),
    "salesforce": KindInSystem("Account", "SystemModstamp", "IsDeleted", marker="Workbench_Key__c"),
    "connectwise": KindInSystem("company/companies", "_info/lastUpdated", "deletedFlag", marker="userDefinedField1"),
    "fifth": KindInSystem("partner", "changed", "gone", marker="origin"),
    "channeltivity": KindInSystem("organizations", "updatedAt", "deleted", marker="externalKey"),
    "channelonline": KindInSystem("accounts", "updatedAt", "deleted", marker="externalKey"),
    "files": KindInSystem("accounts", "@modified", marker="externalKey"),
    "mail": KindInSystem("message", "@modified"),
}
KINDS = {"partner": Kind("partner", "Partner", PLACES), "integration": Kind("integration", "Integration", PLACES)}


class Hands(Protocol):
    """What somebody else does to the records, past our client."""

    def create(self, values: Mapping[str, Value]) -> str: ...
    def edit(self, record_id: str, values: Mapping[str, Value]) -> None: ...
    def remove(self, record_id: str) -> None: ...
    def stored(self) -> dict[str, Mapping[str, Any]]: ...


@dataclass
class World:
    """A system, the hands of others, and the names that mean the same in each: a title, a filter, a text, a list."""

    system: System
    hands: Hands
    title: str
    text: str
    filter: tuple[str, Value, Value]
    bad: Mapping[str, Value]
    needed: Callable[[str], dict[str, Value]] = field(default=lambda name: {})
    tick: Callable[[], object] = field(default=lambda: None)
    taken: str = "done"

    @property
    def name(self) -> str:
        return self.system.name

    def values(self, name: str, **more: Value) -> dict[str, Value]:
        """The least that a record of this name needs, in the filter's first value."""
        return {self.title: name, self.filter[0]: self.filter[1], **self.needed(name), **more}

    def where(self) -> Where:
        return Where((Condition(self.filter[0], (self.filter[1],)),))


def memory_world() -> World:
    fields = (
        Field("name", "Name", required=True, length=80),
        Field("status", "Status", "picklist", values=("Active", "Inactive")),
        Field("city", "City"),
        Field("key", "Key", unique=True),
        Field("deleted", "Deleted", "flag"),
    )
    clock = MemoryClock()
    system = MemorySystem("memory", KINDS, clock=clock, fields={"partner": fields}, guards=True)
    for number in range(7):
        system.create("partner", {"name": f"Partner {number}", "status": ("Active", "Inactive")[number % 2]})
    return World(system, _MemoryHands(system), "name", "city", ("status", "Active", "Inactive"), {"status": "Purple"})


def fifth_world() -> World:
    system = FifthSystem(Reach("fifth", {}, {"path": ":memory:"}, KINDS, MemoryClock()))
    hands = _FifthHands(system)
    for number in range(7):
        hands.create({"name": f"Partner {number}", "rank": ("gold", "silver")[number % 2]})
    return World(system, hands, "name", "city", ("rank", "gold", "silver"), {"rank": "purple"})


FILE_COLUMNS = {"customerId": "Customer ID", "type": "Type", "name": "Company", "city": "City", "externalKey": "Key"}


def files_world(folder: Path) -> World:
    """Exports and import files in a folder; nobody imports them."""
    table = {"export": "accounts.csv", "columns": FILE_COLUMNS, "id": "customerId"}
    hands = _FilesHands(folder / "accounts.csv")
    for number in range(7):
        hands.create({"name": f"Partner {number}", "type": ("partner", "customer")[number % 2]})
    settings = {"client": "files", "tables": {"accounts": table}}
    system = connect("files", settings, {"folder": str(folder)}, KINDS, MemoryClock())
    return World(system, hands, "name", "city", ("type", "partner", "customer"), {"city": "a\tb"}, taken="handed over")


def mail_world(contract: Mapping[str, Any], admin: Any) -> World:
    """The sandbox's mail server, which keeps what it takes; the hands see it past the protocol."""
    settings = {"client": "mail", "sender": "workbench@example.com", "tls": "none"}
    system = connect("mail", settings, {name: str(value) for name, value in contract["smtp"].items()}, KINDS)
    to = ("to", "ann@example.com", "bob@example.com")
    text = {"text": "Your deal was imported."}
    return World(
        system, _MailHands(admin), "subject", "text", to, {"to": "nobody"}, lambda _: text, taken="handed over"
    )


def sandbox_world(name: str, contract: Mapping[str, Any], admin: Any, **settings: Any) -> World:
    """The world of a system that the sandbox plays, by the client that also reaches the live one."""
    clock = MemoryClock()
    system = connect(name, {"client": name, **settings}, contract[name], KINDS, clock)
    hands = {"salesforce": _SalesforceHands, "connectwise": _ConnectWiseHands}.get(name, _ContractHands)(
        name, contract[name], admin
    )
    match name:
        case "salesforce":
            restricted = {"Channeltivity_Partner_Status__c": "Purple"}
            flag = "Sync_with_Channeltivity__c"
            return World(
                system,
                hands,
                "Name",
                "BillingCity",
                (flag, True, False),
                restricted,
                tick=lambda: admin.post("clock", {"advance": 2}),  # its precondition counts whole seconds
            )
        case "connectwise":
            status = ("status/name", "Active", "Inactive")
            return World(
                system,
                hands,
                "name",
                "city",
                status,
                {"status/name": "Purple"},
                _company,
                tick=lambda: admin.post("clock", {"advance": 2}),  # its stamps count whole seconds
            )
        case "channeltivity":
            status = ("status", "Active", "Prospective")
            return World(system, hands, "name", "city", status, {"status": "Purple"}, lambda name: {"kind": "partner"})
        case _:
            return World(system, hands, "name", "city", ("type", "partner", "customer"), {"type": "Purple"})


def _company(name: str) -> dict[str, Value]:
    letters = "".join(filter(str.isalnum, name))[:30]
    return {"identifier": letters, "addressLine1": "1 Long Street", "types/name": "Partner"}


class _MemoryHands:
    def __init__(self, system: MemorySystem) -> None:
        self._system = system

    def create(self, values: Mapping[str, Value]) -> str:
        return self._system.create("partner", values)

    def edit(self, record_id: str, values: Mapping[str, Value]) -> None:
        self._system.edit("partner", record_id, values)

    def remove(self, record_id: str) -> None:
        self._system.remove("partner", record_id)

    def stored(self) -> dict[str, Mapping[str, Any]]:
        return dict(self._system.records("partner"))


class _FifthHands:
    def __init__(self, system: FifthSystem) -> None:
        self._system = system

    def create(self, values: Mapping[str, Value]) -> str:
        statement = f"INSERT INTO partner ({', '.join(values)}, changed) VALUES ({', '.join('?' * len(values))}, NEXT)"
        return str(self._system.change(statement, list(values.values())).lastrowid)

    def edit(self, record_id: str, values: Mapping[str, Value]) -> None:
        changes = ", ".join(f"{name} = ?" for name in values)
        self._system.change(f"UPDATE partner SET {changes}, changed = NEXT WHERE id = ?", [*values.values(), record_id])

    def remove(self, record_id: str) -> None:
        self._system.change("UPDATE partner SET gone = 1, changed = NEXT WHERE id = ?", [record_id])

    def stored(self) -> dict[str, Mapping[str, Any]]:
        return {str(row[0]): {} for row in self._system.database.execute("SELECT id FROM partner WHERE NOT gone")}


class _FilesHands:
    """Somebody exports anew: the file is written as a whole."""

    def __init__(self, export: Path) -> None:
        self._export, self._records, self._next = export, dict[str, dict[str, Any]](), 1

    def create(self, values: Mapping[str, Value]) -> str:
        record_id, self._next = str(self._next), self._next + 1
        self._records[record_id] = {**values, "customerId": record_id}
        return self._exported(record_id)

    def edit(self, record_id: str, values: Mapping[str, Value]) -> None:
        self._records[record_id] |= values
        self._exported(record_id)

    def remove(self, record_id: str) -> None:
        del self._records[record_id]
        self._exported(record_id)

    def stored(self) -> dict[str, Mapping[str, Any]]:
        return dict(self._records)

    def _exported(self, record_id: str) -> str:
        with self._export.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(FILE_COLUMNS.values())
            writer.writerows([[record.get(name, "") for name in FILE_COLUMNS] for record in self._records.values()])
        return record_id


class _MailHands:
    """Who looks into the mailboxes. Nobody else changes a message."""

    def __init__(self, admin: Any) -> None:
        self._admin = admin

    def create(self, values: Mapping[str, Value]) -> str:
        raise NotImplementedError

    def edit(self, record_id: str, values: Mapping[str, Value]) -> None:
        raise NotImplementedError

    def remove(self, record_id: str) -> None:
        raise NotImplementedError

    def stored(self) -> dict[str, Mapping[str, Any]]:
        return {str(number): message for number, message in enumerate(self._admin.get("mail"))}


class _HttpHands:
    """Raw calls as another program makes them; they share nothing with our clients."""

    def __init__(self, name: str, credentials: Mapping[str, str], admin: Any) -> None:
        self._name, self._credentials, self._admin = name, credentials, admin

    def _call(self, method: str, url: str, body: object = None, **how: Any) -> Any:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, url, json=body, headers=self._headers(), timeout=30, **how)
        assert answer.ok, f"{method} {url}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def _headers(self) -> dict[str, str]:
        raise NotImplementedError

    def stored(self) -> dict[str, Mapping[str, Any]]:
        records = self._admin.records(self._name, PLACES[self._name].object)
        return {record_id: record for record_id, record in records.items() if not record["@deleted"]}


class _ContractHands(_HttpHands):
    def _headers(self) -> dict[str, str]:
        return {"X-Api-Key": self._credentials["api_key"]}

    def _address(self, *parts: str) -> str:
        return "/".join([self._credentials["url"], PLACES[self._name].object, *parts])

    def create(self, values: Mapping[str, Value]) -> str:
        return str(self._call("POST", self._address(), dict(values))["id"])

    def edit(self, record_id: str, values: Mapping[str, Value]) -> None:
        self._call("PATCH", self._address(record_id), dict(values))

    def remove(self, record_id: str) -> None:
        self._call("DELETE", self._address(record_id))


class _SalesforceHands(_HttpHands):
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._credentials['access_token']}"}

    def _address(self, *parts: str) -> str:
        return "/".join([f"{self._credentials['url']}/services/data/v62.0/sobjects/Account", *parts])

    def create(self, values: Mapping[str, Value]) -> str:
        return str(self._call("POST", self._address(), dict(values))["id"])

    def edit(self, record_id: str, values: Mapping[str, Value]) -> None:
        self._call("PATCH", self._address(record_id), dict(values))

    def remove(self, record_id: str) -> None:
        self._call("DELETE", self._address(record_id))


class _ConnectWiseHands(_HttpHands):
    def _headers(self) -> dict[str, str]:
        keys = self._credentials
        pair = f"{keys['company']}+{keys['public_key']}:{keys['private_key']}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}", "clientId": keys["client_id"]}

    def _address(self, *parts: str) -> str:
        return "/".join([f"{self._credentials['url']}/v4_6_release/apis/3.0/company/companies", *parts])

    def _json(self, name: str, value: Value) -> Any:
        root, slash, _ = name.partition("/")
        if not slash:
            return value
        lists = {"status": "statuses", "types": "types"}
        listed = self._call("GET", self._address(lists[root]), params={"conditions": f'name = "{quote(str(value))}"'})
        return [{"id": listed[0]["id"]}] if root == "types" else {"id": listed[0]["id"]}

    def create(self, values: Mapping[str, Value]) -> str:
        body = {name.partition("/")[0]: self._json(name, value) for name, value in values.items()}
        return str(self._call("POST", self._address(), body)["id"])

    def edit(self, record_id: str, values: Mapping[str, Value]) -> None:
        patches = [
            {"op": "replace", "path": name.partition("/")[0], "value": self._json(name, value)}
            for name, value in values.items()
        ]
        self._call("PATCH", self._address(record_id), patches)

    def remove(self, record_id: str) -> None:
        self._call("DELETE", self._address(record_id))

    def stored(self) -> dict[str, Mapping[str, Any]]:
        return {record_id: record for record_id, record in super().stored().items() if not record.get("deletedFlag")}
