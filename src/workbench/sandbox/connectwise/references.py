"""What refers to a record: it cannot be deleted meanwhile, and a contact's place can be taken by another."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.sandbox.connectwise.collections import COLLECTIONS
from workbench.sandbox.connectwise.fields import REFERENCE, REFERENCES, Collection, Field
from workbench.sandbox.connectwise.refusals import Refused
from workbench.sandbox.connectwise.tenant import Tenant
from workbench.sandbox.state import Record


def check_unused(tenant: Tenant, collection: Collection, record: Record) -> None:
    """409 while another record refers to this one."""
    for other, user, field in users(tenant, collection, record):
        message = f"{collection.type_name} {record['@id']} is in use by {other.type_name} {user['@id']} ({field.name})."
        raise Refused("ObjectInUse", message, status=409)


def transfer(tenant: Tenant, collection: Collection, record: Record, heir_id: str) -> None:
    """Let everything that refers to the record refer to another one instead."""
    tenant.must_get(collection, heir_id)
    for other, user, field in list(users(tenant, collection, record)):
        tenant.update(other, user, {field.name: {"id": int(heir_id)}})


def users(tenant: Tenant, collection: Collection, record: Record) -> Iterator[tuple[Collection, Record, Field]]:
    """Each record that refers to this one, by which field; a record's own children do not hold it."""
    number = int(record["@id"])
    for other in COLLECTIONS:
        fields = [
            field
            for field in other.fields
            if field.target == collection.object
            and field.kind in {REFERENCE, REFERENCES}
            and field.name != other.parent
        ]
        if not fields or other.inside is not None:
            continue
        for user in tenant.records(other):
            for field in fields:
                held = user.get(field.name)
                if number in [each["id"] for each in (held if isinstance(held, list) else [held] if held else [])]:
                    yield other, user, field
