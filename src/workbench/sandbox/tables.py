"""The tables of the sandbox's file, and the fields by which records can be looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

VERSION = 1
"""Version of the tables below; a file with another one is refused, never overwritten."""

POINTERS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("salesforce", "Account"): ("Workbench_Key__c", "Channeltivity_Id__c", "ParentId"),
    ("salesforce", "Contact"): ("Workbench_Key__c", "Channeltivity_Id__c", "Email", "AccountId"),
    ("salesforce", "Opportunity"): ("AccountId",),
    ("salesforce", "OpportunityContactRole"): ("OpportunityId", "ContactId"),
    ("salesforce", "User"): ("Username",),
    ("connectwise", "company/companies"): ("identifier", "userDefinedField1"),
    ("connectwise", "company/contacts"): ("company/id",),
    ("connectwise", "sales/opportunities"): ("company/id",),
    ("channeltivity", "organizations"): ("externalKey", "salesforceId"),
    ("channeltivity", "contacts"): ("externalKey", "salesforceId", "organizationId", "email"),
    ("channeltivity", "users"): ("email", "organizationId"),
    ("channeltivity", "deals"): ("salesforceId",),
    ("channeltivity", "links"): ("channeltivityId", "salesforceId"),
    ("channelonline", "accounts"): ("externalKey", "customerId", "customerNumber", "parentId"),
    ("channelonline", "quotes"): ("accountId",),
    ("channelonline", "salesOrders"): ("accountId", "quoteId"),
}
"""Fields by which `find(by=…)` looks records up without reading all of them; `a/b` is field b of reference a."""

TABLES = """
CREATE TABLE setting (section TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (section, key)) WITHOUT ROWID;
CREATE TABLE record (position INTEGER PRIMARY KEY, system TEXT NOT NULL, object TEXT NOT NULL, id TEXT NOT NULL,
  fields TEXT NOT NULL, created TEXT NOT NULL, modified TEXT NOT NULL, deleted INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX record_by_id ON record (system, object, id);
CREATE INDEX record_by_position ON record (system, object, position);
CREATE INDEX record_by_modified ON record (system, object, modified);
CREATE TABLE pointer (system TEXT, object TEXT, field TEXT, value TEXT, id TEXT,
  PRIMARY KEY (system, object, field, value, id)) WITHOUT ROWID;
CREATE TABLE sequence (system TEXT, object TEXT, last INTEGER NOT NULL, PRIMARY KEY (system, object)) WITHOUT ROWID;
CREATE TABLE request (position INTEGER PRIMARY KEY, at TEXT NOT NULL, system TEXT NOT NULL, method TEXT NOT NULL,
  path TEXT NOT NULL, status INTEGER, ms REAL NOT NULL, fault TEXT NOT NULL DEFAULT '');
CREATE TABLE fault (position INTEGER PRIMARY KEY, system TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
  kind TEXT NOT NULL, options TEXT NOT NULL, skip INTEGER NOT NULL, times INTEGER);
CREATE TABLE deferred (position INTEGER PRIMARY KEY, due TEXT NOT NULL, system TEXT NOT NULL, request BLOB NOT NULL);
CREATE TABLE mail (position INTEGER PRIMARY KEY, at TEXT NOT NULL, sender TEXT NOT NULL, recipients TEXT NOT NULL,
  content BLOB NOT NULL);
CREATE TABLE truth (entity TEXT NOT NULL, kind TEXT NOT NULL, system TEXT NOT NULL, object TEXT NOT NULL,
  id TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', PRIMARY KEY (system, object, id)) WITHOUT ROWID;
"""

TABLE_NAMES = ("record", "pointer", "sequence", "request", "fault", "deferred", "mail", "truth")
"""All of them but the settings."""


def key_of(value: Any) -> str:
    """A value as it is looked up: text without letter case."""
    return str(value).casefold()


def pointers_of(
    system: str, object: str, id: str, fields: Mapping[str, Any]
) -> Iterator[tuple[str, str, str, str, str]]:
    """The pointers that a record needs: system, object, field, value, id."""
    for name in POINTERS.get((system, object), ()):
        value: Any = fields
        for part in name.split("/"):
            value = value.get(part) if isinstance(value, Mapping) else None
        if value not in (None, ""):
            yield system, object, name, key_of(value), id
