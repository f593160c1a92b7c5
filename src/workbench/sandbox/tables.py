"""The tables of the sandbox's file, and the fields by which records can be looked up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VERSION = 2
"""Version of the tables below; a file with another one is refused, never overwritten."""

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
"""Fields by which `find(by=…)` looks records up without reading all of them; `a/b` is field b of reference a."""

TABLES = """
CREATE TABLE setting (section TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (section, key)) WITHOUT ROWID;
CREATE TABLE record (position INTEGER PRIMARY KEY, system TEXT NOT NULL, object TEXT NOT NULL, id TEXT NOT NULL,
  fields TEXT NOT NULL, created TEXT NOT NULL, modified TEXT NOT NULL, deleted INTEGER NOT NULL DEFAULT 0);
CREATE TABLE pointer (place TEXT NOT NULL, value TEXT NOT NULL, id TEXT NOT NULL);
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
    "record_by_id": "CREATE UNIQUE INDEX record_by_id ON record (system, object, id)",
    "record_by_position": "CREATE INDEX record_by_position ON record (system, object, position)",
    "record_by_modified": "CREATE INDEX record_by_modified ON record (system, object, modified)",
    "pointer_by_value": "CREATE INDEX pointer_by_value ON pointer (place, value, id)",
}
TABLE_NAMES = ("record", "pointer", "sequence", "request", "fault", "deferred", "mail", "truth")
"""All of them but the settings."""
REMEMBERED = ("setting", "record", "pointer", "sequence", "truth")
"""What going back to the seed restores."""


Pointer = tuple[str, str, str]
"""Place, value, id."""


def key_of(value: Any) -> str:
    """A value as it is looked up: text without letter case."""
    return str(value).casefold()


def place_of(system: str, object: str, name: str) -> str:
    """Where the pointers of a field are kept."""
    return f"{system} {object} {name}"


_PLACES = {
    (system, object): [(place_of(system, object, name), *name.partition("/")[::2]) for name in names]
    for (system, object), names in POINTERS.items()
}


def pointers_of(system: str, object: str, id: str, fields: Mapping[str, Any]) -> list[Pointer]:
    """The pointers that a record needs."""
    found = []
    for place, name, part in _PLACES.get((system, object), ()):
        value = fields.get(name)
        if part:
            value = value.get(part) if isinstance(value, dict) else None
        if value is not None and value != "":
            found.append((place, key_of(value), id))
    return found
