"""What a Salesforce object is made of: its fields, their types and rules, and how one object reaches another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from workbench.sandbox.salesforce.refusals import not_found, unknown_object

TEXT_TYPES = {"string", "textarea", "email", "phone", "url", "picklist", "multipicklist", "combobox"}
NUMBER_TYPES = {"int", "double", "currency", "percent"}


@dataclass(frozen=True)
class Field:
    """One column of an object: its type and what may be done with it."""

    name: str
    type: str
    label: str
    length: int = 0
    required: bool = False
    createable: bool = True
    updateable: bool = True
    filterable: bool = True
    unique: bool = False
    external: bool = False
    restricted: bool = False
    default: object = None
    values: tuple[str, ...] = ()
    reference: str | None = None
    relationship: str | None = None
    calculated: bool = False

    @property
    def custom(self) -> bool:
        """Whether the tenant added the field."""
        return self.name.endswith("__c")

    @property
    def key(self) -> bool:
        """Whether a path may find records by it: an external id, the id, or a standard e-mail address."""
        return self.external or self.type == "id" or (self.type == "email" and not self.custom)

    def locked(self) -> Field:
        """The field for a user who may only read it."""
        return replace(self, createable=False, updateable=False)

    @property
    def sortable(self) -> bool:
        """Long text can be neither sorted nor filtered."""
        return self.filterable and self.type not in {"multipicklist", "textarea"}

    @property
    def groupable(self) -> bool:
        """What GROUP BY accepts."""
        return self.filterable and self.type not in NUMBER_TYPES - {"int"} and self.type not in {"datetime", "textarea"}


@dataclass(frozen=True)
class Children:
    """The records of another object that name this one: `Contacts` of an Account."""

    relationship: str
    object: str
    field: str


@dataclass(frozen=True)
class Object:
    """An object of the org: key prefix, fields, child relationships, and which door reaches it."""

    name: str
    prefix: str
    fields: tuple[Field, ...]
    children: tuple[Children, ...] = ()
    writable: bool = True
    rest: bool = True
    tooling: bool = False
    label: str = ""

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by name in lower case: names are accepted in any case."""
        return {field.name.lower(): field for field in self.fields}

    @cached_property
    def by_relationship(self) -> dict[str, Field]:
        """The reference fields by the name of their relationship, in lower case."""
        return {field.relationship.lower(): field for field in self.fields if field.relationship}

    @cached_property
    def by_child(self) -> dict[str, Children]:
        """The child relationships by name in lower case."""
        return {children.relationship.lower(): children for children in self.children}

    def limited(self, hidden: frozenset[str], locked: frozenset[str]) -> Object:
        """The object as a user sees it who may not read some fields, and not write some others."""
        seen = (field for field in self.fields if field.name not in hidden)
        return replace(self, fields=tuple(each.locked() if each.name in locked else each for each in seen))


class Schema:
    """The objects that a caller can see."""

    def __init__(self, objects: Iterable[Object]) -> None:
        self.objects = tuple(objects)
        self._by_name = {each.name.lower(): each for each in self.objects}

    def object(self, name: str) -> Object:
        """The object of this name in any case; INVALID_TYPE when a query may not use it."""
        if found := self._by_name.get(name.lower()):
            return found
        raise unknown_object(name)

    def resource(self, name: str) -> Object:
        """The object that a path names; a path that names none is not found."""
        if found := self._by_name.get(name.lower()):
            return found
        raise not_found()

    def limited(self, hidden: frozenset[str], locked: frozenset[str]) -> Schema:
        """The schema of a user who may not read, or not write, these fields: `Account.Website`."""
        if not hidden and not locked:
            return self
        return Schema(each.limited(_of(each, hidden), _of(each, locked)) for each in self.objects)

    def by_prefix(self, record_id: str) -> Object | None:
        """The object whose records have ids like this one."""
        return next((each for each in self.objects if each.prefix == record_id[:3]), None)


def _of(object: Object, names: frozenset[str]) -> frozenset[str]:
    return frozenset(name.partition(".")[2] for name in names if name.partition(".")[0] == object.name)


def label_of(name: str) -> str:
    """The label that the set-up page would offer for the name of a field."""
    stem = name.removesuffix("__c")
    if stem != name:
        return stem.replace("_", " ")
    spaced = "".join(
        f" {character}" if character.isupper() and place and stem[place - 1].islower() else character
        for place, character in enumerate(stem)
    )
    return spaced.removesuffix(" Id") + " ID" if spaced.endswith(" Id") else spaced


def text(name: str, length: int = 255, **facts: object) -> Field:
    """A line of text."""
    return Field(name, "string", label_of(name), length, **facts)  # type: ignore[arg-type]  # facts are Field's own names


def typed(name: str, kind: str, length: int = 0, **facts: object) -> Field:
    """A field of the kind: boolean, int, double, currency, percent, date, datetime, email, phone, url, textarea."""
    return Field(name, kind, label_of(name), length, **facts)  # type: ignore[arg-type]  # as above


def picklist(name: str, *values: str, **facts: object) -> Field:
    """One of a list of values; only `restricted=True` refuses another one."""
    return Field(name, "picklist", label_of(name), 255, values=values, **facts)  # type: ignore[arg-type]  # as above


def reference(name: str, to: str, **facts: object) -> Field:
    """The id of a record of another object, which a query reaches by the relationship's name."""
    relationship = name.replace("__c", "__r") if name.endswith("__c") else name.removesuffix("Id")
    return Field(name, "reference", label_of(name), 18, reference=to, relationship=relationship, **facts)  # type: ignore[arg-type]  # as above


def system_fields(*, deletable: bool = True) -> tuple[Field, ...]:
    """What Salesforce itself keeps on every record, and no caller may write."""
    kept = {"createable": False, "updateable": False}
    deleted = (typed("IsDeleted", "boolean", **kept),) if deletable else ()
    return (
        Field("Id", "id", "Record ID", 18, createable=False, updateable=False),
        *deleted,
        typed("CreatedDate", "datetime", **kept),
        reference("CreatedById", "User", **kept),
        typed("LastModifiedDate", "datetime", **kept),
        reference("LastModifiedById", "User", **kept),
        typed("SystemModstamp", "datetime", **kept),
    )
