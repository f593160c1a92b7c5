"""The audit trail: who changed what of one record and when, noted with each change, newest first.

What was there before the sandbox began to note changes is told from the record's own stamps. The vendor publishes the
members of an entry, not their words; the words here are ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.sandbox.connectwise.collections import BY_STORE
from workbench.sandbox.connectwise.fields import READ_ONLY, Collection, date, text
from workbench.sandbox.connectwise.refusals import invalid
from workbench.sandbox.connectwise.tenant import Tenant, name_of
from workbench.sandbox.state import Record
from workbench.sandbox.tables import POINTERS

STORE = "system/audittrail"
TYPES: Mapping[str, str] = {
    "Company": "company/companies",
    "Contact": "company/contacts",
    "Opportunity": "sales/opportunities",
    "Ticket": "service/tickets",
    "Agreement": "finance/agreements",
    "Invoice": "finance/invoices",
    "Configuration": "company/configurations",
    "ProductCatalog": "procurement/catalog",
    "PurchaseOrder": "procurement/purchaseorders",
}
"""What the parameter `type` names. The vendor has more; the sandbox has no such records."""
SUBTYPES = {"added": "Created", "updated": "Updated", "deleted": "Deleted", "merged": "Merged"}

TRAIL = Collection(
    STORE,
    "AuditTrailEntry",
    (
        text("text"),
        date("enteredDate"),
        text("enteredBy"),
        text("auditType"),
        text("auditSubType"),
        text("auditSource"),
    ),
    READ_ONLY,
    label="text",
    bare=True,
)


def note(tenant: Tenant, collection: Collection, record: Record, action: str, before: Record | None = None) -> None:
    """Note what has just been done to a record, a line for each member that changed."""
    if collection.object not in TYPES.values():
        return
    if before is None:
        _add(tenant, collection, record, ("Record", SUBTYPES[action], _said(collection, record, f"was {action}")))
        return
    for field in collection.fields:
        old, new = (tenant.shown(field, each.get(field.name)) for each in (before, record))
        if old != new:
            kind = "Resource" if field.name == "owner" else "Record"
            words = f'The {field.name} was changed from "{_plain(old)}" to "{_plain(new)}".'
            _add(tenant, collection, record, (kind, field.name[:1].upper() + field.name[1:], words))


def entries(tenant: Tenant, kind: str, record_id: str) -> list[Record]:
    """The trail of one record; refused where the type or the record is not there."""
    path = next((path for name, path in TYPES.items() if name.lower() == kind.lower()), None)
    if path is None:
        raise invalid("auditTrailEntry", [("InvalidField", "type", f"The type {kind} has no audit trail here.")])
    collection = BY_STORE[path]
    noted = sorted(_noted(tenant, f"{path}/{record_id}"), key=lambda entry: int(entry["@id"]), reverse=True)
    record = tenant.get(collection, record_id)
    if record is None and not noted:
        tenant.must_get(collection, record_id)
    begun = any(entry["auditSubType"] == "Created" for entry in noted)
    return noted + ([] if record is None or begun else list(_told_by_stamps(collection, record, noted)))


def _noted(tenant: Tenant, of: str) -> Iterator[Record]:
    if "of" in POINTERS.get((tenant.system, STORE), ()):
        return tenant.state.find(tenant.system, STORE, by=("of", of))
    return (entry for entry in tenant.state.find(tenant.system, STORE) if entry["of"] == of)


def _told_by_stamps(collection: Collection, record: Record, noted: list[Record]) -> Iterator[Record]:
    """The last change before the first noted one, and the creation."""
    if not noted and record["@modified"] > record["@created"]:
        said = _said(collection, record, "was changed")
        yield _entry("0", record["@modified"], record.get("_updatedBy"), ("Record", "Updated", said))
    said = _said(collection, record, "was added")
    yield _entry("0", record["@created"], record.get("_enteredBy"), ("Record", "Created", said))


def _add(tenant: Tenant, collection: Collection, record: Record, told: tuple[str, str, str]) -> None:
    state = tenant.state
    moment = state.now().isoformat()
    entry = _entry(str(state.next_id(tenant.system, STORE)), moment, tenant.member, told)
    fields = {name: value for name, value in entry.items() if not name.startswith("@")}
    kept = {**fields, "of": f"{collection.object}/{record['@id']}"}
    # Loaded, not inserted: noting a change is none, and moves no record's stamp.
    state.load(tenant.system, STORE, [(entry["@id"], kept, moment, moment, False)])


def _entry(entry_id: str, moment: str, member: Any, told: tuple[str, str, str]) -> Record:
    kind, subtype, words = told
    who = {"enteredDate": moment, "enteredBy": member, "auditSource": "API"}
    return {"@id": entry_id, "auditType": kind, "auditSubType": subtype, "text": words} | who


def _said(collection: Collection, record: Record, what: str) -> str:
    return f"{collection.type_name} {name_of(collection, record)} {what}."


def _plain(value: Any) -> str:
    """A value as the trail writes it: references by their name."""
    if isinstance(value, Mapping):
        return str(value.get("name") or value.get("value") or value.get("id"))
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value)
    return "" if value is None else str(value)
