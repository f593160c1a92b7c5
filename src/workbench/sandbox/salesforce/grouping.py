"""Queries that count and group: COUNT(), aggregates, GROUP BY and HAVING."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbench.sandbox.salesforce import syntax
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
from workbench.sandbox.salesforce.fields import NUMBER_TYPES, Field, Object
from workbench.sandbox.salesforce.literals import literal
from workbench.sandbox.salesforce.measuring import AGGREGATES, DATE_PARTS, Aggregate, Figure, Key
from workbench.sandbox.salesforce.querying import prepare, without_limits
from workbench.sandbox.salesforce.refusals import Refused, malformed_query


def aggregates(query: syntax.Query) -> bool:
    """Whether the query answers figures rather than records."""
    calls = [each.operand for each in query.columns if isinstance(each, syntax.Selected)]
    return bool(query.group) or any(isinstance(each, syntax.Call) and each.name in AGGREGATES for each in calls)


def is_plain_count(query: syntax.Query) -> bool:
    """Whether the query is `SELECT COUNT() FROM …`, which answers a total and no records."""
    only = query.columns[0]
    return (
        len(query.columns) == 1
        and isinstance(only, syntax.Selected)
        and isinstance(only.operand, syntax.Call)
        and only.operand.name == "COUNT"
        and only.operand.argument is None
    )


def count(query: syntax.Query, source: Source, of: Object) -> int:
    """The total of a plain COUNT()."""
    if query.order or query.group:
        raise malformed_query("Ordered or grouped field must be grouped or aggregated")
    bare = syntax.Query((), query.object, query.alias, query.where, (), None, (), query.limit, query.offset)
    return len(prepare(bare, source, of).rows())


def figures(query: syntax.Query, source: Source, of: Object) -> list[dict[str, Any]]:
    """The AggregateResult records of a query with aggregates or GROUP BY."""
    keys = tuple(_key(each, of, source, query) for each in query.group)
    columns = _columns(query, of, source, keys)
    bare = syntax.Query((), query.object, query.alias, query.where, (), None, (), None, None)
    having = None if query.having is None else _bind(query.having, of, source, query)
    order = [(_figure(each.operand, of, source, query, keys), each) for each in query.order]
    groups: dict[tuple[Any, ...], list[Row]] = {} if keys else {(): []}
    for row in prepare(without_limits(bare), source, of).rows():
        groups.setdefault(tuple(key.value(row) for key in keys), []).append(row)
    kept = [rows for rows in groups.values() if having is None or having.holds({"rows": rows})]
    kept.sort(key=lambda rows: tuple((found is not None, str(found)) for found in (key.value(rows[0]) for key in keys)))
    for figure, sorting in reversed(order):
        kept.sort(key=lambda rows: _order_key(figure, sorting, rows), reverse=sorting.descending)
    start = query.offset or 0
    kept = kept[start : None if query.limit is None else start + query.limit]
    return [
        {"attributes": {"type": "AggregateResult"}} | {name: _of(figure, rows) for name, figure in columns}
        for rows in kept
    ]


def _columns(query: syntax.Query, of: Object, source: Source, keys: tuple[Key, ...]) -> list[tuple[str, Figure]]:
    columns: list[tuple[str, Figure]] = []
    unnamed = 0
    for each in query.columns:
        if isinstance(each, syntax.Query):
            raise malformed_query("Relationship queries are not allowed with GROUP BY")
        figure = _figure(each.operand, of, source, query, keys)
        name = each.alias
        if name is None and isinstance(each.operand, syntax.Path):
            name = figure.reached.field.name if figure.reached else each.operand.names[-1]
        if name is None:
            name, unnamed = f"expr{unnamed}", unnamed + 1
        if name.lower() in {known.lower() for known, _ in columns}:
            raise malformed_query(f"duplicate alias: {name}")
        columns.append((name, figure))
    return columns


def _figure(operand: syntax.Operand, of: Object, source: Source, query: syntax.Query, keys: tuple[Key, ...]) -> Figure:
    if isinstance(operand, syntax.Call) and operand.name in AGGREGATES:
        return _aggregate(operand, of, source, query)
    if isinstance(operand, syntax.Path) and (named := _by_alias(operand, query)) is not None:
        return _figure(named, of, source, query, keys)
    key = _key(operand, of, source, query)
    same = [each for each in keys if each.part == key.part and _names(each.reached) == _names(key.reached)]
    if not same:
        text = operand.text() if isinstance(operand, syntax.Path) else operand.name
        raise malformed_query(f"Field must be grouped or aggregated: {text}")
    return key


def _by_alias(path: syntax.Path, query: syntax.Query) -> syntax.Operand | None:
    named = [each for each in query.columns if isinstance(each, syntax.Selected) and each.alias]
    return next((each.operand for each in named if (each.alias or "").lower() == path.text().lower()), None)


def _names(reached: Reached) -> tuple[str, ...]:
    return (*(hop.name for hop in reached.hops), reached.field.name)


def _key(operand: syntax.Operand, of: Object, source: Source, query: syntax.Query) -> Key:
    if isinstance(operand, syntax.Path):
        reached = reach(operand, of, source, query)
        if not reached.field.groupable:
            raise malformed_query(f"field '{reached.field.name}' can not be grouped in a query call")
        return Key(reached)
    if operand.name not in DATE_PARTS or not isinstance(operand.argument, syntax.Path):
        raise malformed_query(f"Unknown function '{operand.name}'")
    reached = reach(operand.argument, of, source, query)
    if reached.field.type not in {"date", "datetime"}:
        raise malformed_query(f"Function '{operand.name}' needs a date field, not '{reached.field.name}'")
    return Key(reached, operand.name)


def _aggregate(call: syntax.Call, of: Object, source: Source, query: syntax.Query) -> Aggregate:
    if call.argument is None:
        if call.name != "COUNT" or len(query.columns) > 1 or query.group:
            raise malformed_query(f"{call.name}() without a field must stand alone")
        return Aggregate("COUNT", None)
    if not isinstance(call.argument, syntax.Path):
        raise malformed_query(f"Nested functions are not supported in {call.name}()")
    reached = reach(call.argument, of, source, query)
    if not _supports(call.name, reached.field):
        raise malformed_query(f"field {reached.field.name} does not support aggregate operator {call.name}")
    return Aggregate(call.name, reached)


def _supports(name: str, field: Field) -> bool:
    if name in {"SUM", "AVG"}:
        return field.type in NUMBER_TYPES
    return field.filterable and not (name in {"MIN", "MAX"} and field.type in {"boolean", "id", "reference"})


def _of(figure: Figure, rows: Sequence[Row]) -> Any:
    return figure.over(rows) if isinstance(figure, Aggregate) else figure.shown(rows[0])


def _order_key(figure: Figure, sorting: syntax.Sorting, rows: Sequence[Row]) -> tuple[bool, Any]:
    found = figure.over(rows) if isinstance(figure, Aggregate) else figure.value(rows[0])
    empty_late = sorting.nulls_last != sorting.descending
    return (empty_late, 0) if found is None else (not empty_late, found)


def _bind(condition: syntax.Condition, of: Object, source: Source, query: syntax.Query) -> Test:
    """A condition of HAVING; the row it is asked about carries the rows of a group."""
    if isinstance(condition, syntax.Both | syntax.Either):
        parts = tuple(_bind(part, of, source, query) for part in condition.parts)
        return Combined(parts, "all" if isinstance(condition, syntax.Both) else "any")
    if isinstance(condition, syntax.Negation):
        return Combined((_bind(condition.part, of, source, query),), "none")
    if isinstance(condition, syntax.SemiJoin):
        raise malformed_query("Sub-selects are not allowed in HAVING")
    figure = _figure(condition.operand, of, source, query, tuple(_key(each, of, source, query) for each in query.group))
    field = _compared_field(figure)
    if isinstance(condition, syntax.Comparison):
        return compared(field, _Measured(figure), condition, source.now())
    if condition.operator not in {"IN", "NOT IN"}:
        raise Refused("INVALID_QUERY_FILTER_OPERATOR", f"invalid operator {condition.operator} in HAVING")
    expected = frozenset(literal(field, value) for value in condition.values)
    return Among(_Measured(figure), expected, condition.operator == "NOT IN")


@dataclass(frozen=True)
class _Measured:
    """The figure of the group that a HAVING condition asks about."""

    figure: Figure

    def __call__(self, group: Row) -> Any:
        rows = group["rows"]
        return self.figure.over(rows) if isinstance(self.figure, Aggregate) else self.figure.value(rows[0])


def _compared_field(figure: Figure) -> Field:
    if isinstance(figure, Key):
        return Field(figure.part, "int", figure.part) if figure.part else figure.reached.field
    counted = figure.name in {"COUNT", "COUNT_DISTINCT"} or figure.reached is None
    return Field(figure.name, "int", figure.name) if counted or figure.reached is None else figure.reached.field
