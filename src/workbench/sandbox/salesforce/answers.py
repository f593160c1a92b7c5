"""Rows as answers write them: what a record begins with, its values, and those of its parents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.sandbox.salesforce import dates
from workbench.sandbox.salesforce.conditions import Reached, Row, Source, parent_of
from workbench.sandbox.salesforce.fields import Field, Object
from workbench.sandbox.salesforce.refusals import no_such_column


def attributes(of: Object, row: Row, version: str) -> dict[str, str]:
    """What every record in an answer begins with."""
    door = "tooling/sobjects" if of.tooling and not of.rest else "sobjects"
    return {"type": of.name, "url": f"/services/data/v{version}/{door}/{of.name}/{row.get('Id')}"}


def shown(field: Field, value: Any) -> Any:
    """A stored value as an answer writes it."""
    if field.type == "boolean":
        return bool(value)
    if value is None or value == "":
        return None
    return dates.wire(value) if field.type == "datetime" else value


def lay(record: dict[str, Any], reached: Reached, row: Row, source: Source, version: str) -> None:
    """Put a selected value where the answer has it: in the record, or in the parents that lead to it."""
    current: Row | None = row
    place = record
    for hop in reached.hops:
        current = parent_of(source, hop, current)
        name = str(hop.relationship)
        if current is None:
            place[name] = None
            return
        parent = source.schema.object(str(hop.reference))
        place = place.setdefault(name, {"attributes": attributes(parent, current, version)})
    place[reached.field.name] = shown(reached.field, (current or {}).get(reached.field.name))


def one_row(of: Object, names: Sequence[str] | None, row: Row, version: str) -> dict[str, Any]:
    """One record as a record resource answers it: all fields, or those asked for."""
    record: dict[str, Any] = {"attributes": attributes(of, row, version)}
    fields = of.fields if names is None else [_named(of, name) for name in names]
    return record | {field.name: shown(field, row.get(field.name)) for field in fields}


def _named(of: Object, name: str) -> Field:
    field = of.by_name.get(name.strip().lower())
    if field is None:
        raise no_such_column(name.strip(), of.name)
    return field
