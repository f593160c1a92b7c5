"""Values in conditions: how a stored one and a written one come to compare, and what a LIKE pattern matches."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from workbench.sandbox.salesforce import dates, ids, syntax
from workbench.sandbox.salesforce.fields import NUMBER_TYPES, TEXT_TYPES, Field
from workbench.sandbox.salesforce.refusals import Refused, malformed_query


def comparable(field: Field, value: Any) -> Any:
    """A stored value in the form that comparisons use: text without case, ids with 15 characters, empty as None."""
    if value is None or value == "":
        return False if field.type == "boolean" else None
    if field.type in {"id", "reference"}:
        return str(value)[:15]
    if field.type in TEXT_TYPES:
        return str(value).casefold()
    return value


def literal(field: Field, value: syntax.Value) -> Any:
    """The value of a literal for a field of this type; INVALID_FIELD when the sort of literal does not fit."""
    if value.sort == "NULL":
        return False if field.type == "boolean" else None
    if field.type in {"id", "reference"}:
        return _id_literal(field, value)
    if field.type in TEXT_TYPES:
        if value.sort != "STRING":
            raise _wrong_sort(field, "string", quoted=True)
        return value.string.casefold() or None
    if field.type == "boolean":
        if value.sort not in {"TRUE", "FALSE"}:
            raise _wrong_sort(field, "boolean", quoted=False)
        return value.sort == "TRUE"
    if field.type in NUMBER_TYPES:
        if value.sort != "NUMBER":
            raise _wrong_sort(field, field.type, quoted=False)
        return float(value.text)
    return _date_literal(field, value)


def _id_literal(field: Field, value: syntax.Value) -> str | None:
    if value.sort != "STRING":
        raise _wrong_sort(field, "string", quoted=True)
    text = value.string
    if not text:
        return None
    if not ids.is_id(text):
        raise Refused("INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {text}")
    return ids.long_id(text)[:15]


def _date_literal(field: Field, value: syntax.Value) -> str:
    if value.sort != field.type.upper():
        raise _wrong_sort(field, "dateTime" if field.type == "datetime" else field.type, quoted=False)
    found: date | None = dates.moment(value.text) if field.type == "datetime" else dates.day(value.text)
    if found is None:
        raise malformed_query(f"Invalid {'datetime' if field.type == 'datetime' else 'date'}: {value.text}")
    return dates.stamp(found) if isinstance(found, datetime) else found.isoformat()


def _wrong_sort(field: Field, kind: str, *, quoted: bool) -> Refused:
    return Refused(
        "INVALID_FIELD",
        f"value of filter criterion for field '{field.name}' must be of type {kind} and should "
        f"{'' if quoted else 'not '}be enclosed in quotes",
    )


def wrong_operator(field: Field) -> Refused:
    """An operator that fields of this type do not have."""
    return Refused("INVALID_QUERY_FILTER_OPERATOR", f"invalid operator on {field.type} field: {field.name}")


def like(pattern: str) -> re.Pattern[str]:
    """A LIKE pattern as a regular expression: % any characters, _ one, both plain after a backslash."""
    parts: list[str] = []
    characters = iter(pattern)
    for character in characters:
        if character == "\\":
            parts.append(re.escape(next(characters, "\\")))
        else:
            parts.append({"%": ".*", "_": "."}.get(character, re.escape(character)))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
