"""What a ConnectWise collection is made of: its fields, their kinds and rules, and what it refers to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

TEXT, INTEGER, DECIMAL, BOOLEAN, DATETIME = "text", "integer", "decimal", "boolean", "datetime"
REFERENCE, REFERENCES, ITEMS, VALUES = "reference", "references", "items", "values"


@dataclass(frozen=True)
class Field:
    """One member of a record.

    `writable`: "always", "on POST" or "never". `target`: the collection that a reference points into.
    `parts`: the members of each entry of a list of items, or what each of a list of values is. `one_of`: the values
    that text may have.
    """

    name: str
    kind: str
    length: int = 0
    required: bool = False
    writable: str = "always"
    target: str = ""
    parts: tuple[Field, ...] = ()
    one_of: tuple[str, ...] = ()
    default: object = None

    @cached_property
    def by_part(self) -> dict[str, Field]:
        """The members of an entry by name in lower case."""
        return {part.name.lower(): part for part in self.parts}


@dataclass(frozen=True)
class Inside:
    """Where the records are entries of a list in another record.

    `owner`: the object of that record. `field`: its list. `back`: the field of an entry that names the owner.
    `member`: the one field that a list of references keeps of an entry.
    """

    owner: str
    field: str
    back: str
    member: str = ""


@dataclass(frozen=True)
class Collection:
    """A list of records at a path. A part of the path may be `*`: the id of the parent, kept in the field `parent`.

    `store`: the object under which the state keeps the records. `label`: the field that a reference shows as its name.
    `inside`: where they are no records of their own. `bare`: written without id and `_info`.
    """

    path: str
    type_name: str
    fields: tuple[Field, ...]
    methods: frozenset[str] = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
    store: str = ""
    parent: str = ""
    parent_path: str = ""
    label: str = "name"
    unique: tuple[str, str] = ("", "")
    inside: Inside | None = None
    bare: bool = False

    @property
    def resource(self) -> str:
        """How error bodies name a record of this collection."""
        return self.type_name[0].lower() + self.type_name[1:]

    @property
    def object(self) -> str:
        """The name of the records in the state."""
        return self.store or self.path

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by name in lower case."""
        return {field.name.lower(): field for field in self.fields}


READ_ONLY = frozenset({"GET"})


def setup_list(path: str, type_name: str, *fields: Field, label: str = "name") -> Collection:
    """A list that callers only read."""
    return Collection(path, type_name, fields, READ_ONLY, label=label)


def text(
    name: str, length: int = 0, *, required: bool = False, one_of: tuple[str, ...] = (), writable: str = "always"
) -> Field:
    """A line of text with a greatest length."""
    return Field(name, TEXT, length, required, writable, one_of=one_of)


def flag(name: str, *, writable: str = "always", default: bool = False) -> Field:
    """A Boolean; false unless said otherwise."""
    return Field(name, BOOLEAN, writable=writable, default=default)


def number(name: str, kind: str = INTEGER, *, required: bool = False, writable: str = "always") -> Field:
    """A whole or a decimal number."""
    return Field(name, kind, required=required, writable=writable)


def date(name: str, *, writable: str = "always") -> Field:
    """A moment in UTC."""
    return Field(name, DATETIME, writable=writable)


def reference(name: str, target: str, *, required: bool = False, writable: str = "always") -> Field:
    """One record of another collection: `{"id": 7}`."""
    return Field(name, REFERENCE, required=required, writable=writable, target=target)


def references(name: str, target: str, *, writable: str = "always") -> Field:
    """Several records of another collection."""
    return Field(name, REFERENCES, writable=writable, target=target)


def values(name: str, part: Field, *, writable: str = "always") -> Field:
    """Several texts or numbers."""
    return Field(name, VALUES, writable=writable, parts=(part,))


def items(name: str, *parts: Field, writable: str = "always") -> Field:
    """Entries that live inside the record."""
    return Field(name, ITEMS, writable=writable, parts=parts)
