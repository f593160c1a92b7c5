"""What Salesforce says about an object to this user, in our words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.model.kinds import KindInSystem
from workbench.model.ports import Description, Field, FieldType
from workbench.systems.salesforce.soql import Columns

ROWS_A_CALL = 200
"""sObject Collections take at most 200 records a call."""

TYPES: Mapping[str, FieldType] = {
    "boolean": "flag",
    "int": "integer",
    "long": "integer",
    "double": "decimal",
    "currency": "decimal",
    "percent": "decimal",
    "date": "date",
    "datetime": "datetime",
    "email": "email",
    "phone": "phone",
    "url": "url",
    "picklist": "picklist",
    "multipicklist": "multipicklist",
    "reference": "reference",
    "id": "id",
}
"""Salesforce's field types in our words; all others are text."""

COMPOUND = ("address", "location")
"""Types that only gather other fields; they cannot be written."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind as it is described now: for people, for queries, and whether the marker can be a key of an upsert."""

    place: KindInSystem
    description: Description
    columns: Columns
    marker_is_key: bool

    def type_of(self, name: str) -> FieldType:
        """The type of a field; text when this user does not see it."""
        return self.columns.types.get(name, "text")


def shape_of(system: str, kind: str, place: KindInSystem, told: Mapping[str, Any], *, calls_a_day: int = 0) -> Shape:
    """The answer of `sobjects/{object}/describe` as a shape; `calls_a_day` as its headers say."""
    known = [field for field in told["fields"] if field["type"] not in COMPOUND]
    fields = tuple(_field(field) for field in known)
    keys = {field["name"] for field in known if field.get("externalId") or field.get("idLookup")}
    relations = frozenset(field["relationshipName"] for field in known if field.get("relationshipName"))
    marker = place.marker if any(field.name == place.marker for field in fields) else ""
    description = Description(
        system=system,
        kind=kind,
        object=place.object,
        fields=fields,
        record_types=_record_types(told),
        chunk_size=ROWS_A_CALL,
        concurrency=1,
        marker=marker,
        guards=True,
        calls_a_day=calls_a_day,
    )
    columns = Columns(place.object, {field.name: field.type for field in fields}, relations)
    return Shape(place, description, columns, marker_is_key=marker in keys)


def fields_of_layouts(told: Mapping[str, Any]) -> Iterator[str]:
    """Every field in the answer of `sobjects/{object}/describe/layouts`."""
    for layout in told.get("layouts") or ():
        for section in layout.get("detailLayoutSections") or ():
            items = (item for row in section.get("layoutRows") or () for item in row.get("layoutItems") or ())
            for component in (part for item in items for part in item.get("layoutComponents") or ()):
                if component.get("type") == "Field":
                    yield str(component["value"])


def _field(told: Mapping[str, Any]) -> Field:
    must = not told.get("nillable", True) and not told.get("defaultedOnCreate", False)
    return Field(
        name=told["name"],
        label=told["label"],
        type=TYPES.get(told["type"], "text"),
        required=must and bool(told.get("createable")),
        createable=bool(told.get("createable")),
        updateable=bool(told.get("updateable")),
        length=told.get("length") or None,
        values=tuple(value["value"] for value in told.get("picklistValues") or () if value.get("active", True)),
        unique=bool(told.get("unique")),
    )


def _record_types(told: Mapping[str, Any]) -> dict[str, str]:
    types = told.get("recordTypeInfos") or ()
    return {one["name"]: one["recordTypeId"] for one in types if one.get("available") and not one.get("master")}
