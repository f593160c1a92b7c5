"""The binder: what a body says becomes a stored value, or the whole call is refused with the binder's own words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workbench.sandbox.connectwise.collections import BY_STORE
from workbench.sandbox.connectwise.fields import (
    BOOLEAN,
    DATETIME,
    DECIMAL,
    INTEGER,
    ITEMS,
    REFERENCE,
    REFERENCES,
    VALUES,
    Collection,
    Field,
)
from workbench.sandbox.connectwise.refusals import Refused, bad_body, invalid
from workbench.sandbox.connectwise.tenant import Tenant, name_of, seconds

KEPT_BY_THE_SYSTEM = {"id", "_info"}


def bound(collection: Collection, body: Any, tenant: Tenant) -> dict[str, Any]:
    """The members of a whole record by their true names; what only the system writes is passed over."""
    if not isinstance(body, dict):
        raise bad_body(f"Cannot deserialize the current JSON into type '{collection.type_name}': an object is needed.")
    found: dict[str, Any] = {}
    for name, value in body.items():
        field = collection.by_name.get(name.lower())
        if field is None:
            if name.lower() in KEPT_BY_THE_SYSTEM or name.lower().endswith("_href"):
                continue
            raise no_member(name, collection.type_name)
        if field.name in found:
            raise bad_body(f"The member '{field.name}' is given twice. Path '{name}', line 1.")
        if field.writable != "never":
            found[field.name] = value_of(field, value, collection, tenant)
    return found


def no_member(name: str, type_name: str) -> Refused:
    """The strict binder's answer to a member that the type does not have."""
    return bad_body(f"Could not find member '{name}' on object of type '{type_name}'. Path '{name}', line 1.")


def value_of(field: Field, value: Any, collection: Collection, tenant: Tenant) -> Any:
    """One value as it is stored."""
    if value is None:
        return None
    if field.kind == REFERENCE:
        return _reference(field, value, collection, tenant)
    if field.kind in {REFERENCES, ITEMS, VALUES}:
        if not isinstance(value, list):
            raise bad_body(f"Cannot deserialize the current JSON into a list. Path '{field.name}', line 1.")
        if field.kind == REFERENCES:
            return [_reference(field, each, collection, tenant) for each in value]
        if field.kind == VALUES:
            return [_scalar(field.parts[0], each, collection) for each in value]
        return [_item(field, each, collection, tenant) for each in value]
    return _scalar(field, value, collection)


def _item(field: Field, value: Any, collection: Collection, tenant: Tenant) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad_body(f"Error converting value {_quoted(value)}. Path '{field.name}', line 1.")
    item: dict[str, Any] = {}
    for name, each in value.items():
        part = field.by_part.get(name.lower())
        if part is None:
            if name.lower() == "_info":
                continue
            raise no_member(name, field.name)
        item[part.name] = value_of(part, each, collection, tenant)
    missing = [part.name for part in field.parts if part.required and item.get(part.name) is None]
    if missing:
        message = f"The {missing[0]} field is required."
        raise invalid(collection.resource, [("MissingRequiredField", f"{field.name}/{missing[0]}", message)])
    return item


def _reference(field: Field, value: Any, collection: Collection, tenant: Tenant) -> dict[str, Any]:
    target = BY_STORE[field.target]
    if not isinstance(value, dict):
        kind = f"{target.type_name}Reference"
        raise bad_body(f"Error converting value {_quoted(value)} to type '{kind}'. Path '{field.name}', line 1.")
    for name in value:
        if name.lower() not in {"id", "identifier", "name", "_info", "type"}:
            raise no_member(name, f"{target.type_name}Reference")
    found = _find(target, value, tenant)
    if found is None:
        said = value.get("id", value.get("identifier", value.get("name")))
        message = f"{target.type_name} {said} does not exist."
        raise invalid(collection.resource, [("InvalidReference", field.name, message)])
    return {"id": int(found)}


def _find(target: Collection, value: Mapping[str, Any], tenant: Tenant) -> str | None:
    if value.get("id") is not None:
        record_id = str(value["id"])
        return record_id if tenant.get(target, record_id) is not None else None
    for name in ("identifier", "name"):
        wanted = value.get(name)
        if wanted is None:
            continue
        for record in tenant.records(target):
            held = record.get("identifier") if name == "identifier" else name_of(target, record)
            if str(held).casefold() == str(wanted).casefold():
                return str(record["@id"])
    return None


def _scalar(field: Field, value: Any, collection: Collection) -> Any:
    where = f"Path '{field.name}', line 1."
    if field.kind == BOOLEAN:
        if not isinstance(value, bool):
            raise bad_body(f"Could not convert {_quoted(value)} to boolean. {where}")
        return value
    if field.kind in {INTEGER, DECIMAL}:
        return _number(field, value, where)
    if not isinstance(value, str):
        raise bad_body(f"Error converting value {_quoted(value)} to type 'System.String'. {where}")
    if field.kind == DATETIME:
        try:
            return seconds(datetime.fromisoformat(value).isoformat())
        except (ValueError, OverflowError):
            raise bad_body(f"Could not convert string to DateTime: {value}. {where}") from None
    return _text(field, value, collection)


def _number(field: Field, value: Any, where: str) -> int | float:
    whole = field.kind == INTEGER
    if isinstance(value, bool) or not isinstance(value, int | float) or (whole and not float(value).is_integer()):
        raise bad_body(
            f"Error converting value {_quoted(value)} to type 'System.{'Int32' if whole else 'Decimal'}'. {where}"
        )
    if not math.isfinite(value) or abs(value) > (2**31 - 1 if whole else 1e15):
        raise bad_body(f"Value {value} is too large. {where}")
    return int(value) if whole else float(value)


def _text(field: Field, value: str, collection: Collection) -> str | None:
    # JSON escapes for these four become a space (the vendor's guide).
    text = value.translate({ord(character): " " for character in "\b\r\n\f"})
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise bad_body(f"The text is not valid Unicode. Path '{field.name}', line 1.")
    if field.length and len(text) > field.length:
        message = f"The field {field.name} must be a string with a maximum length of {field.length}."
        raise invalid(collection.resource, [("MaxLength", field.name, message)])
    if field.one_of and text not in field.one_of:
        message = f"The field {field.name} must be one of {', '.join(field.one_of)}."
        raise invalid(collection.resource, [("InvalidField", field.name, message)])
    return text or None


def _quoted(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)[:100]
