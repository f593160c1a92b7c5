"""One value for one field: converted as Salesforce converts it, or refused with the code that Salesforce gives."""

from __future__ import annotations

import math
import re
from typing import Any

from workbench.sandbox.salesforce import dates, ids
from workbench.sandbox.salesforce.fields import NUMBER_TYPES, TEXT_TYPES, Field
from workbench.sandbox.salesforce.org import EVERYTHING, Org
from workbench.sandbox.salesforce.refusals import Refused

EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z0-9-]{2,}")


def converted(field: Field, value: Any, org: Org) -> Any:
    """The value as it will be stored; text is trimmed and empty text is null."""
    if value is None:
        return False if field.type == "boolean" else None
    if field.type in TEXT_TYPES:
        return _text(field, value)
    if field.type == "boolean" or field.type in NUMBER_TYPES:
        return _boolean(value) if field.type == "boolean" else _number(field, value)
    if not isinstance(value, str):
        raise wrong_type(field.type, value)
    text = value.strip()
    if field.type == "reference":
        return _reference(field, text, org) if text else None
    return _date(field, text) if text else None


def wrong_type(kind: str, value: Any) -> Refused:
    """A JSON value of a sort that the field cannot take."""
    sort = {
        bool: f"VALUE_{str(value).upper()}",
        int: "VALUE_NUMBER_INT",
        float: "VALUE_NUMBER_FLOAT",
        str: "VALUE_STRING",
    }
    token = sort.get(type(value), "START_ARRAY" if isinstance(value, list) else "START_OBJECT")
    shown = str(value)[:255] if isinstance(value, str | int | float) else ("[" if isinstance(value, list) else "{")
    return Refused(
        "JSON_PARSER_ERROR",
        f"Cannot deserialize instance of {kind} from {token} value {shown} or request may be missing a required field",
    )


def _text(field: Field, value: Any) -> str | None:
    if not isinstance(value, str):
        raise wrong_type("string", value)
    text = value.strip().replace("\r\n", "\n")
    if not text:
        return None
    if "\x00" in text or any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise Refused("INVALID_FIELD", f"{field.label}: value contains an invalid character", fields=(field.name,))
    if field.length and len(text) > field.length:
        shown = text if len(text) <= 255 else text[:252] + "..."
        message = f"{field.label}: data value too large: {shown} (max length={field.length})"
        raise Refused("STRING_TOO_LONG", message, fields=(field.name,))
    if field.type == "email" and not EMAIL.fullmatch(text):
        message = f"{field.label}: invalid email address: {text}"
        raise Refused("INVALID_EMAIL_ADDRESS", message, fields=(field.name,))
    if field.restricted:
        return _picked(field, text)
    return text


def _picked(field: Field, text: str) -> str:
    for known in field.values:
        if known.casefold() == text.casefold():
            return known
    raise bad_picklist_value(field, text)


def bad_picklist_value(field: Field, text: str) -> Refused:
    """A value that a restricted picklist does not have, or not for this record type."""
    message = f"{field.label}: bad value for restricted picklist field: {text}"
    return Refused("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, fields=(field.name,))


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise wrong_type("boolean", value)


def _number(field: Field, value: Any) -> int | float | None:
    if isinstance(value, str) and not value.strip():
        return None
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise wrong_type(field.type, value)
    if abs(number) >= 1e18 or (field.type == "int" and abs(number) > 99_999_999):
        message = f"{field.label}: value outside of valid range on numeric field: {value}"
        raise Refused("NUMBER_OUTSIDE_VALID_RANGE", message, fields=(field.name,))
    if field.type == "int" and not number.is_integer():
        raise wrong_type("int", value)
    return int(number) if field.type == "int" else number


def _date(field: Field, text: str) -> str:
    if field.type == "datetime":
        found = dates.moment(text)
        if found is None:
            raise wrong_type("datetime", text)
        return dates.stamp(found)
    found_day = dates.day(text[:10])
    if found_day is None or (len(text) > 10 and dates.moment(text) is None):
        raise wrong_type("date", text)
    if not 1700 <= found_day.year <= 4000:
        message = f"{field.label}: invalid date: {text}"
        raise Refused("NUMBER_OUTSIDE_VALID_RANGE", message, fields=(field.name,))
    return text[:10]


def _reference(field: Field, text: str, org: Org) -> str:
    target = EVERYTHING.object(str(field.reference))
    if not ids.is_id(text) or text[:3] != target.prefix:
        message = f"{field.label}: id value of incorrect type: {text}"
        raise Refused("MALFORMED_ID", message, fields=(field.name,))
    found = org.row(target, text)
    if found is None and target.name == "RecordType":
        message = f"{field.label}: this ID value isn't valid for the user: {text}"
        raise Refused("INVALID_CROSS_REFERENCE_KEY", message, fields=(field.name,))
    if found is None:
        raise Refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", fields=())
    if found.get("IsDeleted"):
        raise Refused("ENTITY_IS_DELETED", "entity is deleted", fields=())
    return ids.long_id(text)
