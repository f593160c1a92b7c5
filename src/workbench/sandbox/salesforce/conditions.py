"""WHERE and HAVING bound to an object: each condition is checked once against the fields, then tried on rows."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from workbench.sandbox.salesforce import dates, syntax
from workbench.sandbox.salesforce.fields import TEXT_TYPES, Field, Object, Schema
from workbench.sandbox.salesforce.literals import comparable, like, literal, wrong_operator
from workbench.sandbox.salesforce.refusals import malformed_query, no_such_column, unknown_relationship

Row = Mapping[str, Any]

COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Source(Protocol):
    """Where rows come from, and what a caller may see of them."""

    @property
    def schema(self) -> Schema:
        """The objects and fields that the caller can see."""
        ...

    def now(self) -> datetime:
        """The clock of the sandbox."""
        ...

    def rows(self, object: Object) -> Iterable[Row]:
        """Every record of the object."""
        ...

    def row(self, object: Object, record_id: str) -> Row | None:
        """One record."""
        ...

    def among(self, object: Object, field: str, values: Iterable[str]) -> Iterable[Row] | None:
        """At least the records whose field holds one of the values; None when only reading all would tell."""
        ...

    def since(self, object: Object, stamp: str) -> Iterable[Row] | None:
        """At least the records changed at this stamp or later; None as above."""
        ...

    def children(self, object: Object, field: str, record_id: str) -> Iterable[Row]:
        """The records whose reference field holds this id."""
        ...


@dataclass(frozen=True)
class Reached:
    """A field and the parents that lead to it."""

    hops: tuple[Field, ...]
    field: Field
    source: Source
    owner: str = ""
    """The object that the field belongs to."""

    def value(self, row: Row) -> Any:
        """What the field holds for this row, in a form that compares; None when empty or a parent is missing."""
        current: Row | None = row
        for hop in self.hops:
            current = parent_of(self.source, hop, current)
            if current is None:
                return None
        return comparable(self.field, (current or {}).get(self.field.name))


class Test(Protocol):
    """A bound condition."""

    def holds(self, row: Row) -> bool:
        """Whether the row meets the condition."""
        ...


@dataclass(frozen=True)
class Compared:
    """A field's value against a fixed one; empty text counts as null, and null differs from every value."""

    value: Callable[[Row], Any]
    operator: str
    expected: Any

    def holds(self, row: Row) -> bool:
        """Whether the comparison is true for the row."""
        found = self.value(row)
        if self.operator not in {"=", "!="} and (found is None or self.expected is None):
            return False
        return COMPARE[self.operator](found, self.expected)


@dataclass(frozen=True)
class Within:
    """A date against a span of days: first included, last excluded."""

    value: Callable[[Row], Any]
    operator: str
    first: str
    after: str

    def holds(self, row: Row) -> bool:
        """Whether the date stands to the span as the operator says."""
        found = self.value(row)
        if found is None:
            return self.operator == "!="
        from_first, before_end = bool(found >= self.first), bool(found < self.after)
        return {
            "=": from_first and before_end,
            "!=": not (from_first and before_end),
            "<": not from_first,
            "<=": before_end,
            ">": not before_end,
            ">=": from_first,
        }[self.operator]


@dataclass(frozen=True)
class Matching:
    """Text against a LIKE pattern."""

    value: Callable[[Row], Any]
    pattern: re.Pattern[str]

    def holds(self, row: Row) -> bool:
        """Whether the text matches."""
        found = self.value(row)
        return found is not None and self.pattern.fullmatch(str(found)) is not None


@dataclass(frozen=True)
class Among:
    """A value in a list, or not in it."""

    value: Callable[[Row], Any]
    expected: frozenset[Any]
    negated: bool

    def holds(self, row: Row) -> bool:
        """Whether the value is in the list, or is not."""
        return (self.value(row) in self.expected) != self.negated


@dataclass(frozen=True)
class Combined:
    """All, any, or none of the parts."""

    parts: tuple[Test, ...]
    rule: str

    def holds(self, row: Row) -> bool:
        """Whether the parts hold as the rule says."""
        found = (part.holds(row) for part in self.parts)
        if self.rule == "all":
            return all(found)
        return any(found) if self.rule == "any" else not any(found)


def parent_of(source: Source, hop: Field, row: Row | None) -> Row | None:
    """The record that a reference field of the row names, None when it names none that is visible."""
    target = row.get(hop.name) if row else None
    if not target or hop.reference is None:
        return None
    return source.row(source.schema.object(hop.reference), str(target))


def reach(path: syntax.Path, of: Object, source: Source, query: syntax.Query) -> Reached:
    """The field that the path names, starting at the object; INVALID_FIELD when a step is not there."""
    names = list(path.names)
    own_names = {(query.alias or query.object).lower(), query.object.lower()}
    if len(names) > 1 and names[0].lower() in own_names - set(of.by_relationship):
        names = names[1:]
    hops: list[Field] = []
    current = of
    for name in names[:-1]:
        hop = current.by_relationship.get(name.lower())
        if hop is None or hop.reference is None:
            raise unknown_relationship("INVALID_FIELD", name, "field path").at(path.column)
        hops.append(hop)
        current = source.schema.object(hop.reference)
    if len(hops) > 5:
        raise malformed_query("SOQL relationship queries may follow at most 5 parents")
    field = current.by_name.get(names[-1].lower())
    if field is None:
        raise no_such_column(names[-1], current.name).at(path.column)
    return Reached(tuple(hops), field, source, current.name)


def compared(field: Field, value: Callable[[Row], Any], condition: syntax.Comparison, now: datetime) -> Test:
    """The comparison bound to a field; refuses operators that the field's type does not have."""
    sign = condition.operator
    if sign == "LIKE":
        if field.type not in TEXT_TYPES or condition.value.sort != "STRING":
            raise wrong_operator(field)
        return Matching(value, like(condition.value.pattern))
    ordered = sign not in {"=", "!="}
    if ordered and field.type in {"boolean", "multipicklist"}:
        raise wrong_operator(field)
    if condition.value.sort == "DATE_LITERAL":
        if field.type not in {"date", "datetime"}:
            raise malformed_query(f"unexpected token: '{condition.value.text}'")
        first, after = (each.isoformat() for each in dates.span(condition.value.text, now.date()))
        if field.type == "datetime":
            first, after = f"{first}T00:00:00.000Z", f"{after}T00:00:00.000Z"
        return Within(value, sign, first, after)
    return Compared(value, sign, literal(field, condition.value))
