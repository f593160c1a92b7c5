"""Queries over rows: check every name, keep what meets the conditions, order, cut."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from workbench.sandbox.salesforce import joins, syntax
from workbench.sandbox.salesforce.answers import attributes, lay
from workbench.sandbox.salesforce.conditions import (
    Among,
    Combined,
    Reached,
    Row,
    Source,
    Test,
    compared,
    reach,
)
from workbench.sandbox.salesforce.fields import Children, Object
from workbench.sandbox.salesforce.literals import literal, wrong_operator
from workbench.sandbox.salesforce.narrowing import narrowed
from workbench.sandbox.salesforce.refusals import Refused, malformed_query, unknown_relationship

LARGEST_OFFSET = 2000


@dataclass(frozen=True)
class Column:
    """One selected field, or the records of a child relationship."""

    reached: Reached | None
    names: tuple[str, ...]
    children: Children | None = None
    prepared: Prepared | None = None


@dataclass(frozen=True)
class Prepared:
    """A query whose every name is known: ready to run over the rows of its object."""

    query: syntax.Query
    object: Object
    columns: tuple[Column, ...]
    test: Test | None
    order: tuple[tuple[Reached, syntax.Sorting], ...]
    source: Source

    def rows(self, rows: Iterable[Row] | None = None) -> list[Row]:
        """The rows that the query finds, in its order; all rows of the object unless others are given."""
        found = narrowed(self.query.where, self.object, self.source) if rows is None else rows
        kept = [row for row in found if self.test is None or self.test.holds(row)]
        for reached, sorting in reversed(self.order):
            kept.sort(key=lambda row: _sort_key(reached, sorting, row), reverse=sorting.descending)
        start = self.query.offset or 0
        return kept[start : None if self.query.limit is None else start + self.query.limit]

    def record(self, row: Row, version: str) -> dict[str, Any]:
        """One row as the answer writes it."""
        record: dict[str, Any] = {"attributes": attributes(self.object, row, version)}
        for column in self.columns:
            if column.prepared is not None and column.children is not None:
                record[column.children.relationship] = self._children(column, row, version)
            elif column.reached is not None:
                lay(record, column.reached, row, self.source, version)
        return record

    def _children(self, column: Column, row: Row, version: str) -> dict[str, Any] | None:
        assert column.prepared is not None and column.children is not None
        child = column.prepared
        found = child.rows(self.source.children(child.object, column.children.field, str(row["Id"])))
        if not found:
            return None
        return {"totalSize": len(found), "done": True, "records": [child.record(each, version) for each in found]}


def prepare(query: syntax.Query, source: Source, of: Object | None = None, *, root: bool = True) -> Prepared:
    """The query bound to the objects; every unknown name, unfit literal or broken rule is refused here.

    `root` is false for a query inside another one.
    """
    found = of or source.schema.object(query.object)
    joins.check_places(query.where, root=root)
    if query.offset is not None and query.offset > LARGEST_OFFSET:
        raise Refused("NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000")
    columns = tuple(column for each in query.columns for column in _columns(each, found, source, query))
    names = [".".join(column.names).lower() for column in columns]
    for name in names:
        if names.count(name) > 1:
            raise Refused("INVALID_FIELD", f"duplicate field selected: {name}")
    order = tuple((_sortable(each.operand, found, source, query), each) for each in query.order)
    test = None if query.where is None else bind(query.where, found, source, query)
    return Prepared(query, found, columns, test, order, source)


def bind(condition: syntax.Condition, of: Object, source: Source, query: syntax.Query) -> Test:
    """A condition of WHERE bound to the object's fields."""
    if isinstance(condition, syntax.Both | syntax.Either):
        parts = tuple(bind(part, of, source, query) for part in condition.parts)
        return Combined(parts, "all" if isinstance(condition, syntax.Both) else "any")
    if isinstance(condition, syntax.Negation):
        return Combined((bind(condition.part, of, source, query),), "none")
    if not isinstance(condition.operand, syntax.Path):
        raise malformed_query(f"Unknown function '{condition.operand.name}' in a condition of WHERE")
    reached = reach(condition.operand, of, source, query)
    if not reached.field.filterable:
        raise Refused("INVALID_FIELD", f"field '{reached.field.name}' can not be filtered in a query call")
    if isinstance(condition, syntax.Comparison):
        return compared(reached.field, reached.value, condition, source.now())
    if isinstance(condition, syntax.SemiJoin):
        return _semi_join(condition, reached, of, source)
    if condition.operator in {"INCLUDES", "EXCLUDES"}:
        raise wrong_operator(reached.field)
    if any(value.sort == "DATE_LITERAL" for value in condition.values):
        raise malformed_query("Date literals are not supported in a list of values")
    expected = frozenset(literal(reached.field, value) for value in condition.values)
    return Among(reached.value, expected, condition.operator == "NOT IN")


def _semi_join(condition: syntax.SemiJoin, reached: Reached, of: Object, source: Source) -> Test:
    if reached.field.type not in {"id", "reference"}:
        raise malformed_query(f"The left operand of a semi join must be an id field, not '{reached.field.name}'")
    joins.check_inner(condition.query, of.name)
    prepared = prepare(condition.query, source, root=False)
    selected = prepared.columns[0].reached
    if selected is None or selected.hops or selected.field.type not in {"id", "reference"}:
        raise malformed_query("The selected field in the inner query should be an id field")
    outer = reached.field.reference or reached.owner
    if (selected.field.reference or prepared.object.name) != outer:
        raise joins.different_objects(selected.field.name, reached.field.name)
    values = {selected.value(row) for row in prepared.rows()} - {None}
    return Among(reached.value, frozenset(values), condition.operator == "NOT IN")


def _columns(item: syntax.Selected | syntax.Query, of: Object, source: Source, query: syntax.Query) -> list[Column]:
    if isinstance(item, syntax.Query):
        return [_child(item, of, source, query)]
    if isinstance(item.operand, syntax.Call):
        return _fields_of(item.operand, of, source, query)
    if item.alias is not None:
        raise malformed_query("only aggregate expressions use field aliasing")
    reached = reach(item.operand, of, source, query)
    return [Column(reached, (*(str(hop.relationship) for hop in reached.hops), reached.field.name))]


def _child(query: syntax.Query, of: Object, source: Source, parent: syntax.Query) -> Column:
    children = of.by_child.get(query.object.lower())
    if children is None:
        raise unknown_relationship("INVALID_TYPE", query.object, "FROM part of query call")
    if query.offset is not None and parent.limit != 1:
        raise malformed_query("OFFSET is allowed in a relationship query only where the outer query has LIMIT 1")
    if any(isinstance(each, syntax.Query) for each in query.columns):
        raise malformed_query("Only one level of relationship queries is supported here")
    calls = (each.operand for each in query.columns if isinstance(each, syntax.Selected))
    if query.group or query.having or any(isinstance(each, syntax.Call) and each.name != "FIELDS" for each in calls):
        raise malformed_query("only root queries support aggregate expressions")
    return Column(
        None,
        (children.relationship,),
        children,
        prepare(query, source, source.schema.object(children.object), root=False),
    )


def _fields_of(call: syntax.Call, of: Object, source: Source, query: syntax.Query) -> list[Column]:
    which = call.argument.text().upper() if isinstance(call.argument, syntax.Path) else ""
    if call.name != "FIELDS" or which not in {"ALL", "STANDARD", "CUSTOM"}:
        raise malformed_query(f"Unknown function '{call.name}' in the list of fields")
    if which != "STANDARD" and (query.limit is None or query.limit > 200):
        raise malformed_query("The SOQL FIELDS function must have a LIMIT of at most 200")
    fields = [each for each in of.fields if which == "ALL" or each.custom == (which == "CUSTOM")]
    return [Column(Reached((), each, source), (each.name,)) for each in fields]


def _sortable(operand: syntax.Operand, of: Object, source: Source, query: syntax.Query) -> Reached:
    if not isinstance(operand, syntax.Path):
        raise malformed_query(f"Unknown function '{operand.name}' in ORDER BY")
    reached = reach(operand, of, source, query)
    if not reached.field.sortable:
        raise Refused("INVALID_FIELD", f"field '{reached.field.name}' can not be sorted in a query call")
    return reached


def _sort_key(reached: Reached, sorting: syntax.Sorting, row: Row) -> tuple[bool, Any]:
    value = reached.value(row)
    empty_late = sorting.nulls_last != sorting.descending
    if value is None:
        return empty_late, 0
    if reached.field.type == "picklist":
        known = [each.casefold() for each in reached.field.values]
        return not empty_late, (known.index(value) if value in known else len(known), value)
    return not empty_late, value


def without_limits(query: syntax.Query) -> syntax.Query:
    """The same query over all rows, for counting."""
    return replace(query, order=(), limit=None, offset=None)
