"""What a body may say of a record: names of fields, parents by external id, values of the right type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.sandbox.salesforce import ids
from workbench.sandbox.salesforce.conditions import Row
from workbench.sandbox.salesforce.fields import Field, Object
from workbench.sandbox.salesforce.org import EVERYTHING, Org
from workbench.sandbox.salesforce.refusals import Refused
from workbench.sandbox.salesforce.values import converted

READ_ONLY = (
    "Please check the security settings of this field and verify that it is read/write for your profile or "
    "permission set."
)


def accepted(of: Object, body: Mapping[str, Any], org: Org, *, creating: bool) -> dict[str, Any]:
    """The body's values by the true names of the fields, converted; the first that is not accepted is refused."""
    taken: dict[str, Any] = {}
    locked: list[str] = []
    for name, value in body.items():
        if name == "attributes":
            continue
        if name.lower() == "id":
            raise Refused("INVALID_FIELD", "The Id field should not be specified in the sobject data.")
        if isinstance(value, dict) and name.lower() in of.by_relationship:
            field = of.by_relationship[name.lower()]
            value = _by_external_id(field, value, org)
        elif (named := of.by_name.get(name.lower())) is not None:
            field = named
        else:
            raise Refused("INVALID_FIELD", f"No such column '{name}' on sobject of type {of.name}")
        if field.name in taken:
            raise Refused("INVALID_FIELD", f"The {field.name} field is specified twice.", fields=(field.name,))
        if not (field.createable if creating else field.updateable):
            locked.append(field.name)
            continue
        taken[field.name] = converted(field, value, org)
    if locked:
        message = f"Unable to create/update fields: {', '.join(locked)}. {READ_ONLY}"
        raise Refused("INVALID_FIELD_FOR_INSERT_UPDATE", message, fields=tuple(locked))
    return taken


def _by_external_id(field: Field, nested: Mapping[str, Any], org: Org) -> str:
    target = EVERYTHING.object(str(field.reference))
    keys = {name: value for name, value in nested.items() if name != "attributes"}
    if len(keys) != 1:
        raise Refused("INVALID_FIELD", f"{field.relationship} must name exactly one external id field")
    name, value = next(iter(keys.items()))
    key = target.by_name.get(name.lower())
    if key is None or not key.key:
        message = f"Field name provided, {name} is not an External ID or indexed field for {target.name}"
        raise Refused("INVALID_FIELD", message)
    found = matches(target, key, str(value), org)
    if not found:
        raise Refused(
            "INVALID_FIELD", f"Foreign key external ID: {value} not found for field {key.name} in entity {target.name}"
        )
    if len(found) > 1:
        raise Refused(
            "DUPLICATE_EXTERNAL_ID", "A user-specified external ID matches more than one record during an upsert."
        )
    return str(found[0]["Id"])


def matches(of: Object, field: Field, value: str, org: Org) -> list[Row]:
    """The records, not deleted, that have this external id."""
    if field.name == "Id":
        row = org.row(of, value) if ids.is_id(value) else None
        return [row] if row and not row.get("IsDeleted") else []
    return [row for row in org.having(of, field.name, value) if not row["IsDeleted"]]
