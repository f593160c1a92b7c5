"""Which records are worth testing: those that an id, an indexed field or the change stamp names, not all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from workbench.sandbox.connectwise import conditions
from workbench.sandbox.connectwise.fields import Collection
from workbench.sandbox.connectwise.tenant import Tenant
from workbench.sandbox.state import Record, stamp_of
from workbench.sandbox.tables import POINTERS


def candidates(text: str, collection: Collection, tenant: Tenant) -> list[Record] | None:
    """At least the records that meet the conditions, by ascending id; None when only reading all would tell."""
    if not text.strip() or tenant.given(collection.object):
        return None
    parsed = conditions.parse(text)
    for part in parsed.parts if isinstance(parsed, conditions.Both) else (parsed,):
        found = _looked_up(part, collection, tenant) if isinstance(part, conditions.Comparison) else None
        if found is not None:
            once = {record["@id"]: record for record in found if not record["@deleted"]}
            return sorted(once.values(), key=lambda record: int(record["@id"]))
    return None


def _looked_up(part: conditions.Comparison, collection: Collection, tenant: Tenant) -> Iterable[Record] | None:
    path, sorts = part.path.lower(), {value.sort for value in part.values}
    if part.negated:
        return None
    if path in {"lastupdated", "_info/lastupdated"} and part.operator in {">", ">="} and sorts == {"DATE"}:
        # Stored stamps are finer than those of a condition.
        seen = datetime.fromisoformat(conditions.moment(part.values[0].text).upper()) - timedelta(milliseconds=1)
        return tenant.state.find(tenant.system, collection.object, since=stamp_of(seen))
    if part.operator not in {"=", "in"}:
        return None
    if path == "id" and sorts == {"NUMBER"}:
        read = (tenant.get(collection, str(int(float(value.text)))) for value in part.values)
        return (record for record in read if record is not None)
    pointer = next(
        (name for name in POINTERS.get((tenant.system, collection.object), ()) if name.lower() == path), None
    )
    if pointer is None or not sorts <= {"STRING", "NUMBER"}:
        return None
    return _pointed(pointer, part, collection, tenant)


def _pointed(pointer: str, part: conditions.Comparison, collection: Collection, tenant: Tenant) -> Iterator[Record]:
    for value in part.values:
        key = conditions.plain(value.text) if value.sort == "STRING" else str(int(float(value.text)))
        yield from tenant.state.find(tenant.system, collection.object, by=(pointer, key))
