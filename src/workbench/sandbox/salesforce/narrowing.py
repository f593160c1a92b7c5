"""Which rows a query has to look at: not all of an object where an id, an indexed field or the change stamp says so."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.sandbox.salesforce import ids, syntax
from workbench.sandbox.salesforce.conditions import Row, Source
from workbench.sandbox.salesforce.fields import Field, Object
from workbench.sandbox.salesforce.literals import literal


def narrowed(where: syntax.Condition | None, of: Object, source: Source) -> Iterable[Row]:
    """The rows worth testing: where an id, an indexed field or the change stamp says it, not all of the object."""
    for part in where.parts if isinstance(where, syntax.Both) else (where,):
        if not isinstance(part, syntax.Comparison | syntax.Membership) or not isinstance(part.operand, syntax.Path):
            continue
        field = of.by_name.get(part.operand.names[0].lower()) if len(part.operand.names) == 1 else None
        found = None if field is None else _look_up(part, field, of, source)
        if found is not None:
            return found
    return source.rows(of)


def _look_up(
    part: syntax.Comparison | syntax.Membership, field: Field, of: Object, source: Source
) -> Iterable[Row] | None:
    values = part.values if isinstance(part, syntax.Membership) else (part.value,)
    if part.operator in {"=", "IN"} and all(value.sort == "STRING" and value.string for value in values):
        key = {
            ids.long_id(value.string) if field.type in {"id", "reference"} else value.string.casefold()
            for value in values
        }
        return source.among(of, field.name, key)
    if field.name == "SystemModstamp" and part.operator in {">", ">="} and values[0].sort == "DATETIME":
        return source.since(of, str(literal(field, values[0])))
    return None
