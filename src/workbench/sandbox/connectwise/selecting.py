"""Which records of a collection, in which order: conditions and orderBy bound to names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.sandbox.connectwise import conditions
from workbench.sandbox.connectwise.collections import BY_STORE
from workbench.sandbox.connectwise.companies import CUSTOM_FIELDS
from workbench.sandbox.connectwise.fields import (
    BOOLEAN,
    DATETIME,
    INTEGER,
    ITEMS,
    REFERENCE,
    REFERENCES,
    TEXT,
    VALUES,
    Collection,
    Field,
)
from workbench.sandbox.connectwise.refusals import bad_condition, not_a_name
from workbench.sandbox.connectwise.tenant import STAMPS, Tenant, name_of, seconds
from workbench.sandbox.state import Record

Test = Callable[[Record], bool]


@dataclass(frozen=True)
class _Plain:
    """Reads a member of an item as it compares."""

    field: Field

    def __call__(self, item: Mapping[str, Any]) -> Any:
        value = item.get(self.field.name, self.field.default)
        return None if value is None or value == "" else _comparable(self.field.kind, value)


@dataclass(frozen=True)
class _Stamp:
    """Reads a stamp or a name of `_info`."""

    key: str

    def __call__(self, record: Mapping[str, Any]) -> Any:
        value = record.get(self.key)
        if value is None:
            return None
        return seconds(str(value)).casefold() if self.key.startswith("@") else str(value).casefold()


@dataclass(frozen=True)
class _Own:
    """Reads the record's own id."""

    def __call__(self, record: Mapping[str, Any]) -> Any:
        return float(record["@id"])


@dataclass(frozen=True)
class _Referred:
    """Reads a member of the record that a reference names."""

    tenant: Tenant
    field: Field
    part: str

    def __call__(self, item: Mapping[str, Any]) -> Any:
        value = item.get(self.field.name)
        if not value:
            return None
        return referred(self.tenant, self.field, value, self.part)


@dataclass(frozen=True)
class _AnyItem:
    """Whether any entry of a list inside the record meets the test."""

    entries: Callable[[Record], list[Any]]
    test: Callable[[Any], bool]

    def __call__(self, record: Record) -> bool:
        return any(self.test(entry) for entry in self.entries(record))


def referred(tenant: Tenant, field: Field, value: Mapping[str, Any], part: str) -> Any:
    """A member of the record that the reference names, as it compares."""
    if part == "id":
        return float(value["id"])
    target = BY_STORE[field.target]
    record = tenant.get(target, str(value["id"]))
    if record is None:
        return None
    found = name_of(target, record) if part == "name" else record.get(part)
    return str(found).casefold() if found not in (None, "") else None


def condition_test(text: str, collection: Collection, tenant: Tenant) -> Test:
    """The parameter `conditions` as a test of a record."""
    return conditions.bind(conditions.parse(text), lambda path: found(path, collection, tenant))


def child_test(text: str, collection: Collection, tenant: Tenant) -> Test:
    """The parameter `childConditions`: whether one entry of a list in the record meets it."""
    parsed = conditions.parse(text)
    names = {path.partition("/")[0].lower() for path in conditions.paths(parsed)}
    if len(names) != 1:
        raise bad_condition("childConditions must be about one list of the record.")
    field = collection.by_name.get(names.pop())
    if field is None or field.kind not in {ITEMS, REFERENCES}:
        raise not_a_name(next(iter(conditions.paths(parsed))))
    test = conditions.bind(parsed, lambda path: _of_entry(path, field, tenant), lists_allowed=False)
    return _AnyItem(lambda record: list(record.get(field.name) or ()), test)


def custom_field_test(text: str, collection: Collection, tenant: Tenant) -> Test:
    """The parameter `customFieldConditions`: whether one custom field of the record meets it."""
    if CUSTOM_FIELDS not in collection.fields:
        raise bad_condition(f"{collection.type_name} has no custom fields.")
    test = conditions.bind(conditions.parse(text), _of_custom_field, lists_allowed=False)
    return _AnyItem(lambda record: tenant.custom_fields(collection, record), test)


def order_keys(text: str, collection: Collection, tenant: Tenant) -> list[tuple[Callable[[Record], Any], bool]]:
    """The parameter `orderBy`: how to read each key, and whether it descends."""
    keys: list[tuple[Callable[[Record], Any], bool]] = []
    for part in text.split(","):
        name, _, direction = " ".join(part.split()).partition(" ")
        if direction.lower() not in {"", "asc", "desc"}:
            raise bad_condition(f"The order '{part.strip()}' cannot be read.")
        keys.append((found(name, collection, tenant)[1], direction.lower() == "desc"))
    return keys


def found(path: str, collection: Collection, tenant: Tenant) -> tuple[str, Callable[[Any], Any]]:
    """The kind of what the path names and how to read it; ApiFindCondition when it is not a name."""
    first, _, rest = path.partition("/")
    stamps = {name.lower(): key for name, key in STAMPS.items()}
    stamp = stamps.get((rest if first.lower() == "_info" else path).lower())
    if stamp is not None:
        return (DATETIME if stamp.startswith("@") else TEXT), _Stamp(stamp)
    if path.lower() == "id":
        return INTEGER, _Own()
    return _of_field(path, collection.by_name.get(first.lower()), rest, tenant)


def _of_entry(path: str, field: Field, tenant: Tenant) -> tuple[str, Callable[[Any], Any]]:
    rest = path.partition("/")[2]
    if field.kind == REFERENCES:
        return _part_of(path, field, rest, _Entry(tenant, field))
    first, _, deeper = rest.partition("/")
    return _of_field(path, field.by_part.get(first.lower()), deeper, tenant)


def _of_field(path: str, field: Field | None, rest: str, tenant: Tenant) -> tuple[str, Callable[[Any], Any]]:
    if field is None or field.kind in {ITEMS, REFERENCES, VALUES}:
        raise not_a_name(path)
    if field.kind == REFERENCE:
        return _part_of(path, field, rest, lambda part: _Referred(tenant, field, part))
    if rest:
        raise not_a_name(path)
    return field.kind, _Plain(field)


@dataclass(frozen=True)
class _Entry:
    """Makes the reader of a member of one entry in a list of references."""

    tenant: Tenant
    field: Field

    def __call__(self, part: str) -> Callable[[Any], Any]:
        return lambda entry: referred(self.tenant, self.field, entry, part)


def _part_of(
    path: str, field: Field, part: str, reader: Callable[[str], Callable[[Any], Any]]
) -> tuple[str, Callable[[Any], Any]]:
    if part.lower() == "id":
        return INTEGER, reader("id")
    if part.lower() == "name":
        return TEXT, reader("name")
    if part.lower() != "identifier" or "identifier" not in BY_STORE[field.target].by_name:
        raise not_a_name(path)
    return TEXT, reader("identifier")


def _of_custom_field(path: str) -> tuple[str, Callable[[Any], Any]]:
    part = CUSTOM_FIELDS.by_part.get(path.lower())
    if part is None:
        raise not_a_name(path)
    return part.kind, _Plain(part)


def _comparable(kind: str, value: Any) -> Any:
    if kind == DATETIME:
        return seconds(str(value)).casefold()
    if kind == BOOLEAN:
        return bool(value)
    return str(value).casefold() if kind == TEXT else float(value)
