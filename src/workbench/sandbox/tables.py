"""The tables of the sandbox's file, and the fields by which records can be looked up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

VERSION = 3
"""Version of the tables and pointers below; a file with another one is refused, never overwritten."""
GENERATED_BEFORE = "2025"
"""Generated records have stamps before this, whatever the clock says: later changes alone need an index by stamp."""
SPAN = 1 << 40
"""So many positions belong to each collection, from its number times this: its records lie together, in order."""

POINTERS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("salesforce", "Account"): ("Workbench_Key__c", "Channeltivity_Id__c", "ParentId"),
    ("salesforce", "Contact"): ("Workbench_Key__c", "Channeltivity_Id__c", "Email", "AccountId"),
    ("salesforce", "Opportunity"): ("Workbench_Key__c", "AccountId"),
    ("salesforce", "OpportunityContactRole"): ("OpportunityId", "ContactId"),
    ("salesforce", "User"): ("Username",),
    ("connectwise", "company/companies"): ("identifier", "userDefinedField1"),
    ("connectwise", "company/contacts"): ("company/id",),
    ("connectwise", "sales/opportunities"): ("company/id",),
    ("connectwise", "system/audittrail"): ("of",),
    ("channeltivity", "organizations"): ("externalKey", "salesforceId"),
    ("channeltivity", "contacts"): ("externalKey", "salesforceId", "organizationId"),
    ("channeltivity", "users"): ("email", "organizationId"),
    ("channeltivity", "deals"): ("externalKey", "salesforceId"),
    ("channeltivity", "dealAccounts"): ("externalKey", "salesforceId"),
    ("channeltivity", "dealContacts"): ("externalKey", "salesforceId"),
    ("channeltivity", "leads"): ("externalKey",),
    ("channeltivity", "referrals"): ("externalKey",),
    ("channeltivity", "links"): ("channeltivityId", "salesforceId"),
    ("channelonline", "accounts"): ("externalKey", "customerNumber", "parentId"),
    ("channelonline", "quotes"): ("accountId",),
    ("channelonline", "salesOrders"): ("accountId", "quoteId"),
}
"""Fields by which `find(by=…)` looks records up without reading all of them; `a/b` is field b of reference a.

The order counts: a pointer names its field by its place in this list.
"""

TABLES = """
CREATE TABLE setting (section TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (section, key)) WITHOUT ROWID;
CREATE TABLE collection (number INTEGER PRIMARY KEY, system TEXT NOT NULL, object TEXT NOT NULL,
  UNIQUE (system, object));
CREATE TABLE record (position INTEGER PRIMARY KEY, collection INTEGER NOT NULL, id TEXT NOT NULL,
  fields TEXT NOT NULL, created TEXT NOT NULL, modified TEXT NOT NULL, deleted INTEGER NOT NULL DEFAULT 0);
CREATE TABLE pointer (place INTEGER NOT NULL, value TEXT NOT NULL, id TEXT NOT NULL,
  PRIMARY KEY (place, value, id)) WITHOUT ROWID;
CREATE TABLE sequence (system TEXT, object TEXT, last INTEGER NOT NULL, PRIMARY KEY (system, object)) WITHOUT ROWID;
CREATE TABLE request (position INTEGER PRIMARY KEY, at TEXT NOT NULL, system TEXT NOT NULL, method TEXT NOT NULL,
  path TEXT NOT NULL, status INTEGER, ms REAL NOT NULL, fault TEXT NOT NULL, caller TEXT NOT NULL);
CREATE TABLE fault (position INTEGER PRIMARY KEY, system TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
  kind TEXT NOT NULL, options TEXT NOT NULL, skip INTEGER NOT NULL, times INTEGER);
CREATE TABLE deferred (position INTEGER PRIMARY KEY, due TEXT NOT NULL, system TEXT NOT NULL, request BLOB NOT NULL);
CREATE TABLE mail (position INTEGER PRIMARY KEY, at TEXT NOT NULL, sender TEXT NOT NULL, recipients TEXT NOT NULL,
  content BLOB NOT NULL);
CREATE TABLE truth (entity TEXT NOT NULL, kind TEXT NOT NULL, system TEXT NOT NULL, object TEXT NOT NULL,
  id TEXT NOT NULL, note TEXT NOT NULL);
"""

INDEXES: Mapping[str, str] = {
    "record_by_id": "CREATE UNIQUE INDEX record_by_id ON record (collection, id)",
    "record_by_modified": "CREATE INDEX record_by_modified ON record (collection, modified)"
    f" WHERE modified >= '{GENERATED_BEFORE}'",
}
TABLE_NAMES = ("record", "pointer", "sequence", "request", "fault", "deferred", "mail", "truth")
"""All that can be emptied: settings are forgotten one by one, a collection keeps its number."""
REMEMBERED = ("setting", "record", "pointer", "sequence", "truth")
"""What going back to the seed restores."""


Pointer = tuple[int, str, str]
"""Place, value, id."""


def key_of(value: Any) -> str:
    """A value as it is looked up: text without letter case."""
    return str(value).casefold()


_NUMBERS = {
    field: number for number, field in enumerate((*of, name) for of, names in POINTERS.items() for name in names)
}


def place_of(system: str, object: str, name: str) -> int:
    """Where the pointers of a field are kept."""
    return _NUMBERS[system, object, name]


Lookups = Sequence[tuple[int, str, str]]
"""The fields of an object that have pointers: place, field, part of a reference (else empty)."""


def lookups_of(system: str, object: str) -> Lookups:
    """The fields of an object by which its records can be looked up."""
    names = POINTERS.get((system, object), ())
    return [(place_of(system, object, name), *name.partition("/")[::2]) for name in names]


_LOOKUPS = {(system, object): lookups_of(system, object) for system, object in POINTERS}


def pointers_of(system: str, object: str, id: str, fields: Mapping[str, Any]) -> list[Pointer]:
    """The pointers that a record needs."""
    return pointers(_LOOKUPS.get((system, object), ()), id, fields)


def pointers(lookups: Lookups, id: str, fields: Mapping[str, Any]) -> list[Pointer]:
    """The pointers that a record needs for these look-ups."""
    found = []
    for place, name, part in lookups:
        value = fields.get(name)
        if part:
            value = value.get(part) if isinstance(value, dict) else None
        if value is not None and value != "":
            found.append((place, str(value).casefold(), id))
    return found
