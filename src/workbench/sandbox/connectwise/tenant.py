"""How each of the tenant's records is written in an answer: references spelt out, `_info` in strings, no nulls.

Settings of the section `connectwise` that bear on it: `codebase`, `poisoned` ({collection: [ids]}: a list that holds
one of these records fails as a whole).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from workbench.sandbox.connectwise.collections import BY_STORE
from workbench.sandbox.connectwise.companies import CUSTOM_FIELDS
from workbench.sandbox.connectwise.fields import DATETIME, ITEMS, REFERENCE, REFERENCES, Collection, Field
from workbench.sandbox.connectwise.records import SYSTEM, Records, parent_of
from workbench.sandbox.connectwise.refusals import Refused
from workbench.sandbox.state import Record

STAMPS = {
    "lastUpdated": "@modified",
    "updatedBy": "_updatedBy",
    "dateEntered": "@created",
    "enteredBy": "_enteredBy",
}


class Tenant(Records):
    """The records of one tenant, written out for the caller's address."""

    def written(self, collection: Collection, record: Record) -> dict[str, Any]:
        """The record as an answer writes it."""
        if record["@id"] in map(str, self.state.setting(SYSTEM, "poisoned", {}).get(collection.path, ())):
            raise Refused("ConnectWiseApi", "String was not recognized as a valid Boolean.", status=500)
        answer: dict[str, Any] = {} if collection.bare else {"id": int(record["@id"])}
        for field in collection.fields:
            if field is CUSTOM_FIELDS:
                answer[field.name] = self.custom_fields(collection, record)
            elif (value := self.shown(field, record.get(field.name, field.default))) is not None:
                answer[field.name] = value
        if collection.bare:
            return answer
        _tell_domain(answer)
        info = {name: str(stamp) for name, key in STAMPS.items() if (stamp := _info(record, key)) is not None}
        return answer | {"_info": info | self._links(collection, record)}

    def _links(self, collection: Collection, record: Record) -> dict[str, str]:
        if collection.path != "company/companies":
            return {}
        here = f"{self.base}/company/companies/{record['@id']}"
        contacts = f"{self.base}/company/contacts?conditions=company/id={record['@id']}"
        return {"contacts_href": contacts, "sites_href": f"{here}/sites"}

    def shown(self, field: Field, value: Any) -> Any:
        """A stored value as an answer writes it."""
        if value is None:
            return None
        if field.kind == REFERENCE:
            return self.reference(field, value)
        if field.kind == REFERENCES:
            return [self.reference(field, each) for each in value]
        if field.kind == ITEMS:
            return [self._item(field, each) for each in value]
        return seconds(str(value)) if field.kind == DATETIME else value

    def _item(self, field: Field, item: Mapping[str, Any]) -> dict[str, Any]:
        pairs = ((part.name, self.shown(part, item.get(part.name, part.default))) for part in field.parts)
        answer = {name: value for name, value in pairs if value is not None}
        _tell_domain(answer)
        return answer

    def reference(self, field: Field, value: Mapping[str, Any]) -> dict[str, Any]:
        """A reference as an answer writes it: id, name, identifier where there is one, a link."""
        target = BY_STORE[field.target]
        answer: dict[str, Any] = {"id": value["id"]}
        record = self.get(target, str(value["id"]))
        if record is not None:
            if record.get("identifier") is not None:
                answer["identifier"] = record["identifier"]
            answer["name"] = name_of(target, record)
        path = target.path.replace("*", parent_of(target, record)) if record and target.parent else target.path
        return answer | {"_info": {f"{field.name}_href": f"{self.base}/{path}/{value['id']}"}}

    def custom_fields(self, collection: Collection, record: Record) -> list[dict[str, Any]]:
        """The record's custom fields: every one that is defined for its screen, with a value or null."""
        known = {str(each["id"]): each.get("value") for each in record.get("customFields") or ()}
        definitions = BY_STORE["system/userDefinedFields"]
        return [
            {
                "id": int(each["@id"]),
                "caption": each["caption"],
                "type": each["fieldTypeIdentifier"],
                "entryMethod": each["entryTypeIdentifier"],
                "numberOfDecimals": each.get("numberOfDecimals", 0),
                "value": known.get(each["@id"]),
            }
            for each in self.records(definitions)
            if each.get("screenId") == collection.resource
        ]


def _tell_domain(answer: dict[str, Any]) -> None:
    """A way to reach a contact by e-mail tells the domain."""
    if "communicationType" in answer and "@" in str(answer.get("value")):
        answer["domain"] = "@" + str(answer["value"]).rpartition("@")[2]


def name_of(collection: Collection, record: Mapping[str, Any]) -> str:
    """What people call the record."""
    if collection.label:
        return str(record.get(collection.label) or "")
    return " ".join(str(record[part]) for part in ("firstName", "lastName") if record.get(part))


def seconds(stamp: str) -> str:
    """A stored moment as ConnectWise writes it: UTC, without fractions of a second."""
    try:
        found = datetime.fromisoformat(stamp)
    except ValueError:
        return stamp
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")


def _info(record: Record, key: str) -> str | None:
    value = record.get(key)
    return seconds(str(value)) if value is not None and key.startswith("@") else value
