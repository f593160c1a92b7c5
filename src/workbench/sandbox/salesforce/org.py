"""The org as one caller sees it: objects without the fields hidden from this user, and records as flat rows.

Settings of the section `salesforce` shape it: `hidden_fields` and `read_only_fields` ({user id or "*":
["Account.Website", …]}), `allowed_values` ({"Account.Partner.Record_Status__c": […]}: what a record type allows of a
restricted picklist).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from workbench.sandbox.salesforce import dates, ids, setup
from workbench.sandbox.salesforce.conditions import Row
from workbench.sandbox.salesforce.fields import Object, Schema
from workbench.sandbox.salesforce.objects import BUSINESS, STAGES
from workbench.sandbox.salesforce.setup_objects import SETUP
from workbench.sandbox.state import Record, State
from workbench.sandbox.tables import POINTERS

SYSTEM = "salesforce"
STORED = {"User", "RecordType"}  # setup objects whose records are in the state
EVERYTHING = Schema((*BUSINESS, *SETUP))


class Org:
    """What one caller can see, through one door: the business door, or the Tooling door."""

    def __init__(self, state: State, user_id: str, *, include_deleted: bool = False, tooling: bool = False) -> None:
        self.state = state
        self.user_id = user_id
        self.include_deleted = include_deleted
        self.tooling = tooling
        self._seen: dict[str, Row | None] = {}

    @cached_property
    def schema(self) -> Schema:
        """The objects of this door, limited to what the user may read and write."""
        door = Schema(each for each in EVERYTHING.objects if (each.tooling if self.tooling else each.rest))
        return door.limited(self._fields("hidden_fields"), self._fields("read_only_fields"))

    def _fields(self, setting: str) -> frozenset[str]:
        named: dict[str, list[str]] = self.state.setting(SYSTEM, setting, {})
        return frozenset((*named.get("*", ()), *named.get(self.user_id, ())))

    def now(self) -> datetime:
        """The sandbox's clock."""
        return self.state.now()

    def rows(self, object: Object) -> Iterator[Row]:
        """Every record that a query on the object sees."""
        if object.name == "EntityDefinition":
            return iter(setup.entities(self.schema.objects))
        if object.name in setup.CONTENT:
            return iter(setup.CONTENT[object.name](self.state))
        found = self.state.find(SYSTEM, object.name, include_deleted=self.include_deleted)
        return (as_row(object, record) for record in found)

    def row(self, object: Object, record_id: str) -> Row | None:
        """One record, deleted ones too; None when there is none."""
        key = record_id[:15]
        if key not in self._seen:
            self._seen[key] = self._read(object, record_id)
        return self._seen[key]

    def among(self, object: Object, field: str, values: Iterable[str]) -> Iterable[Row] | None:
        """The records whose id or indexed field is one of these, without reading the others."""
        if object.name not in STORED and not object.writable:
            return None
        if field == "Id":
            found = (self.row(object, record_id) for record_id in sorted(values))
            return (row for row in found if row is not None and (self.include_deleted or not row["IsDeleted"]))
        if field not in POINTERS.get((SYSTEM, object.name), ()):
            return None
        return (row for value in sorted(values) for row in self.having(object, field, value))

    def since(self, object: Object, stamp: str) -> Iterable[Row] | None:
        """The records changed after this stamp, and those of its very millisecond."""
        if not object.writable:
            return None
        before = dates.stamp(datetime.fromisoformat(stamp) - timedelta(milliseconds=1))
        found = self.state.find(SYSTEM, object.name, include_deleted=self.include_deleted, since=before)
        return (as_row(object, record) for record in found)

    def forget(self, record_id: str) -> None:
        """Read the record anew next time: it has been written."""
        self._seen.pop(record_id[:15], None)

    def children(self, object: Object, field: str, record_id: str) -> Iterable[Row]:
        """The records whose reference field holds this id."""
        return [row for row in self.having(object, field, record_id) if self.include_deleted or not row["IsDeleted"]]

    def having(self, object: Object, field: str, value: Any) -> Iterator[Row]:
        """The records, not deleted, whose field holds this value."""
        if field in POINTERS.get((SYSTEM, object.name), ()):
            found = self.state.find(SYSTEM, object.name, by=(field, value), include_deleted=self.include_deleted)
            return (as_row(object, record) for record in found)
        wanted = str(value).casefold()
        return (row for row in self.rows(object) if str(row.get(field) or "").casefold() == wanted)

    def _read(self, object: Object, record_id: str) -> Row | None:
        if not object.writable and object.name not in STORED:
            return next((row for row in self.rows(object) if str(row["Id"])[:15] == record_id[:15]), None)
        record = self.state.get(SYSTEM, object.name, ids.long_id(record_id))
        return None if record is None else as_row(object, record)


def as_row(of: Object, record: Record) -> Row:
    """A stored record with the fields that Salesforce itself keeps."""
    row: dict[str, Any] = {name: value for name, value in record.items() if not name.startswith("@")}
    row["Id"] = record["@id"]
    row["IsDeleted"] = record["@deleted"]
    row["CreatedDate"] = record["@created"]
    row["LastModifiedDate"] = row["SystemModstamp"] = record["@modified"]
    if of.name in {"Contact", "Lead"}:
        row["Name"] = " ".join(str(row[part]) for part in ("FirstName", "LastName") if row.get(part))
    if of.name == "User" and row.get("Profile_Name"):
        row["ProfileId"] = setup.profile_id(str(row["Profile_Name"]))
    if of.name == "Opportunity":
        _, row["IsClosed"], row["IsWon"] = STAGES.get(str(row.get("StageName")), (0, False, False))
    return row
