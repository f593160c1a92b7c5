"""The tenant's records as they are stored: some live inside others, some are the fixed ones until they are changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.sandbox.connectwise import embedded, setup
from workbench.sandbox.connectwise.collections import BY_STORE
from workbench.sandbox.connectwise.fields import Collection
from workbench.sandbox.connectwise.refusals import Refused
from workbench.sandbox.state import Record, State

SYSTEM = setup.FIRST


@dataclass(frozen=True)
class Caller:
    """As whom a call is made: the member, the company, and the system under which its records are stored."""

    member: str
    company: str
    system: str


class Records:
    """Reads the records of one tenant and changes them, in the name of the caller."""

    def __init__(self, state: State, base: str, caller: Caller) -> None:
        self.state = state
        self.base = base
        self.member = caller.member
        self.company = caller.company
        self.system = caller.system
        self._seen: dict[tuple[str, str], Record | None] = {}
        self._given: dict[str, bool] = {}

    def given(self, object_name: str) -> bool:
        """Whether the object's records are the fixed ones, because none are stored."""
        if object_name not in self._given:
            fixed = object_name in setup.content(self.system)
            self._given[object_name] = fixed and self.state.count(self.system, object_name, include_deleted=True) == 0
        return self._given[object_name]

    def settle(self, collection: Collection) -> None:
        """Store the fixed records before the first change to one of them."""
        if not self.given(collection.object):
            return
        for row in setup.rows(self.system, collection.object):
            fields = {name: value for name, value in row.items() if not name.startswith("@")}
            kept = (row["@id"], fields, row["@created"], row["@modified"], False)
            self.state.load(self.system, collection.object, [kept])
            while self.state.next_id(self.system, collection.object) < int(row["@id"]):
                pass  # new records come after the fixed ones
        self.forget()

    def records(self, collection: Collection, parent_id: str = "", after: str = "") -> Iterator[Record]:
        """The collection's records in the order of their ids; those of one parent where there is one."""
        found: Iterator[Record]
        if collection.inside is not None:
            return self._entries(collection, parent_id, after)
        if self.given(collection.object):
            found = iter(setup.rows(self.system, collection.object))
        else:
            known = bool(after) and self.state.get(self.system, collection.object, after) is not None
            found = self.state.find(self.system, collection.object, after=after if known else "")
        if after:
            found = (record for record in found if int(record["@id"]) > int(after))
        return (record for record in found if not parent_id or parent_of(collection, record) == parent_id)

    def _entries(self, collection: Collection, parent_id: str, after: str) -> Iterator[Record]:
        owners = BY_STORE[embedded.inside_of(collection).owner]
        found = [self.must_get(owners, parent_id)] if parent_id else self.records(owners)
        every = (entry for owner in found for entry in embedded.entries(collection, owner))
        return (entry for entry in every if not after or int(entry["@id"]) > int(after))

    def get(self, collection: Collection, record_id: str, parent_id: str = "") -> Record | None:
        """One record that is not deleted for good; of one parent, where the records live inside it."""
        if collection.inside is not None:
            owner = parent_id or embedded.owner_of_id(record_id)
            if self.get(BY_STORE[collection.inside.owner], owner) is None:
                return None
            return next((each for each in self._entries(collection, owner, "") if each["@id"] == record_id), None)
        key = (collection.object, record_id)
        if key not in self._seen:
            self._seen[key] = self._read(collection, record_id)
        return self._seen[key]

    def must_get(self, collection: Collection, record_id: str, parent_id: str = "") -> Record:
        """One record; NotFound when it is not there, or hangs on another parent."""
        record = self.get(collection, record_id, parent_id)
        if record is None or (parent_id and parent_of(collection, record) != parent_id):
            raise Refused("NotFound", f"{collection.type_name} {record_id} not found", status=404)
        return record

    def forget(self) -> None:
        """Read everything anew: something has been written."""
        self._seen.clear()
        self._given.clear()

    def _read(self, collection: Collection, record_id: str) -> Record | None:
        if self.given(collection.object):
            return next((row for row in setup.rows(self.system, collection.object) if row["@id"] == record_id), None)
        record = self.state.get(self.system, collection.object, record_id)
        return None if record is None or record["@deleted"] else record

    def insert(self, collection: Collection, fields: Mapping[str, Any]) -> str:
        """Store a new record; its id."""
        stamped = {**fields, "_enteredBy": self.member, "_updatedBy": self.member}
        kept = {name: value for name, value in stamped.items() if value is not None}
        if collection.inside is not None:
            owner = self.must_get(BY_STORE[collection.inside.owner], embedded.owner_id(collection, kept))
            record_id, changes = embedded.added(collection, owner, kept)
            self._change_owner(collection, owner, changes)
            return record_id
        record_id = str(self.state.next_id(self.system, collection.object))
        while self.state.get(self.system, collection.object, record_id) is not None:
            record_id = str(self.state.next_id(self.system, collection.object))
        self.state.insert(self.system, collection.object, record_id, kept)
        self.forget()
        return record_id

    def update(self, collection: Collection, before: Record, changes: Mapping[str, Any]) -> str:
        """Lay the changes over a record; its id, which may be made of what it refers to."""
        if collection.inside is not None:
            owner = self.must_get(BY_STORE[collection.inside.owner], embedded.owner_id(collection, before))
            record_id, changed = embedded.changed(collection, owner, before["@id"], {**before, **changes})
            self._change_owner(collection, owner, changed)
            return record_id
        self.settle(collection)
        self.state.update(self.system, collection.object, before["@id"], {**changes, "_updatedBy": self.member})
        self.forget()
        return str(before["@id"])

    def remove(self, collection: Collection, before: Record) -> None:
        """Delete a record for good."""
        if collection.inside is not None:
            owner = self.must_get(BY_STORE[collection.inside.owner], embedded.owner_id(collection, before))
            self._change_owner(collection, owner, embedded.removed(collection, owner, before["@id"]))
            return
        self.state.delete(self.system, collection.object, before["@id"], soft=False)
        self.forget()

    def _change_owner(self, collection: Collection, owner: Record, changes: Mapping[str, Any]) -> None:
        self.settle(BY_STORE[embedded.inside_of(collection).owner])
        self.update(BY_STORE[embedded.inside_of(collection).owner], owner, changes)


def parent_of(collection: Collection, record: Mapping[str, Any] | None) -> str:
    """The id of the record that this one hangs on."""
    value = (record or {}).get(collection.parent) if collection.parent else None
    return str(value["id"]) if isinstance(value, Mapping) else str(value or "")
