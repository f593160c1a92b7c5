"""Writing one record: every check that Salesforce makes, then the change; what fails a check is left as it was.

Settings of the section `salesforce` that bear on it: `allowed_values`, `validation_rules` (a list of {name, object,
condition, message, field?}: a record that meets the SOQL condition after the change is refused with the message),
`duplicate_rules` (objects whose standard rule is active), `locked` ({record id:
how many writes it still refuses}).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.sandbox.salesforce import ids
from workbench.sandbox.salesforce.accepting import accepted, matches
from workbench.sandbox.salesforce.conditions import Row
from workbench.sandbox.salesforce.fields import Field, Object
from workbench.sandbox.salesforce.objects import STAGES
from workbench.sandbox.salesforce.org import EVERYTHING, SYSTEM, Org
from workbench.sandbox.salesforce.picklists import allowed
from workbench.sandbox.salesforce.refusals import Refused
from workbench.sandbox.salesforce.rules import DuplicateHeader, check_duplicates, check_locks, check_validation_rules
from workbench.sandbox.salesforce.values import bad_picklist_value

PLAIN = DuplicateHeader()


@dataclass(frozen=True)
class Upserted:
    """What an upsert did."""

    record_id: str
    created: bool


def create(of: Object, body: Mapping[str, Any], org: Org, *, duplicates: DuplicateHeader = PLAIN) -> str:
    """Store a new record; its id."""
    _must_be_writable(of)
    fields = {**_defaults(of, org), **accepted(of, body, org, creating=True)}
    missing = [field.name for field in of.fields if field.required and fields.get(field.name) is None]
    if missing:
        raise _required(missing)
    _check(of, fields, None, org, duplicates=duplicates)
    with org.state.transaction():
        record_id = _next_id(of, org)
        stamped = {**fields, "CreatedById": org.user_id, "LastModifiedById": org.user_id}
        kept = {name: value for name, value in stamped.items() if value is not None}
        org.state.insert(SYSTEM, of.name, record_id, kept)
        _keep_one_primary(of, record_id, fields, org)
    org.forget(record_id)
    return record_id


def update(
    of: Object, record_id: str, body: Mapping[str, Any], org: Org, *, duplicates: DuplicateHeader = PLAIN
) -> None:
    """Change an existing record."""
    _must_be_writable(of)
    before = existing(of, record_id, org)
    changes = accepted(of, body, org, creating=False)
    emptied = [name for name, value in changes.items() if value is None and of.by_name[name.lower()].required]
    if emptied:
        raise _required(emptied)
    _check(of, changes, before, org, duplicates=duplicates)
    with org.state.transaction():
        org.state.update(SYSTEM, of.name, str(before["Id"]), {**changes, "LastModifiedById": org.user_id})
        _keep_one_primary(of, str(before["Id"]), {**before, **changes}, org)
    org.forget(record_id)


def delete(of: Object, record_id: str, org: Org) -> None:
    """Put a record, and what hangs on it, into the recycle bin: all of it or nothing."""
    _must_be_writable(of)
    doomed = list(_with_children(of, existing(of, record_id, org), org))
    for each, row in doomed:
        check_locks(each, {}, row, org)
    with org.state.transaction():
        for each, row in doomed:
            org.state.delete(SYSTEM, each.name, str(row["Id"]))
            org.forget(str(row["Id"]))


def _with_children(of: Object, row: Row, org: Org) -> Iterator[tuple[Object, Row]]:
    seen: set[str] = set()
    waiting = [(of, row)]
    while waiting:
        each, current = waiting.pop()
        if str(current["Id"]) in seen or current["IsDeleted"]:
            continue
        seen.add(str(current["Id"]))
        yield each, current
        for children in each.children:
            child = EVERYTHING.object(children.object)
            if children.field != "ParentId":  # child accounts stay
                waiting += [(child, found) for found in org.children(child, children.field, str(current["Id"]))]


def upsert(
    of: Object, field: Field, value: str, body: Mapping[str, Any], org: Org, *, duplicates: DuplicateHeader = PLAIN
) -> Upserted:
    """Update the record whose external id this is, else create it."""
    if any(name.lower() == field.name.lower() for name in body):
        raise Refused("INVALID_FIELD", f"The {field.name} field should not be specified in the sobject data.")
    found = matches(of, field, value, org)
    if len(found) > 1:
        raise Refused(
            "DUPLICATE_EXTERNAL_ID", f"{field.name}: more than one record found for external id field", status=300
        )
    if found:
        record_id = str(found[0]["Id"])
        update(of, record_id, body, org, duplicates=duplicates)
        return Upserted(record_id, False)
    if field.name == "Id":
        raise Refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", status=404)
    return Upserted(create(of, {**body, field.name: value}, org, duplicates=duplicates), True)


def existing(of: Object, record_id: str, org: Org) -> Row:
    """The record to write, which must be there and not deleted."""
    if not ids.is_id(record_id):
        raise Refused("MALFORMED_ID", f"{of.name} ID: id value of incorrect type: {record_id}", fields=("Id",))
    if record_id[:3] != of.prefix:
        raise Refused("NOT_FOUND", f"{of.name} ID: id value of incorrect type: {record_id}", status=404)
    row = org.row(of, record_id)
    if row is None:
        raise Refused("NOT_FOUND", "The requested resource does not exist", status=404)
    if row.get("IsDeleted"):
        raise Refused("ENTITY_IS_DELETED", "entity is deleted", status=404, fields=())
    return row


def _must_be_writable(of: Object) -> None:
    if not of.writable:
        raise Refused(
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type {of.name} does not support this operation", fields=()
        )


def _defaults(of: Object, org: Org) -> dict[str, Any]:
    fields = {field.name: field.default for field in of.fields if field.default is not None}
    if "ownerid" in of.by_name:
        fields["OwnerId"] = org.user_id
    return fields


def _check(of: Object, changes: dict[str, Any], before: Row | None, org: Org, *, duplicates: DuplicateHeader) -> None:
    """Everything that looks at the record as it would be: record type, unique values, rules, locks."""
    if of.name == "Opportunity" and changes.get("StageName") and changes.get("Probability") is None:
        changes["Probability"] = float(STAGES.get(changes["StageName"], (0, False, False))[0])
    after = {**(before or {}), **changes}
    check_locks(of, changes, before, org)
    _check_record_type(of, changes, after, org)
    for field in of.fields:
        if field.unique and changes.get(field.name) is not None:
            _check_unique(of, field, changes[field.name], before, org)
    check_validation_rules(of, after, org)
    check_duplicates(of, changes, after, org, duplicates)


def _check_unique(of: Object, field: Field, value: Any, before: Row | None, org: Org) -> None:
    for row in matches(of, field, str(value), org):
        if before is None or row["Id"] != before["Id"]:
            message = f"duplicate value found: {field.name} duplicates value on record with id: {str(row['Id'])[:15]}"
            raise Refused("DUPLICATE_VALUE", message, fields=())


def _check_record_type(of: Object, changes: Mapping[str, Any], after: Mapping[str, Any], org: Org) -> None:
    record_type = after.get("RecordTypeId")
    kind = org.row(EVERYTHING.object("RecordType"), str(record_type)) if record_type else None
    if kind is None:
        return
    if kind.get("SobjectType") != of.name:
        message = f"Record Type ID: this ID value isn't valid for the user: {record_type}"
        raise Refused("INVALID_CROSS_REFERENCE_KEY", message, fields=("RecordTypeId",))
    for name, values in allowed(of, str(kind.get("DeveloperName")), org).items():
        value = changes.get(name)
        if value is not None and value not in values:
            raise bad_picklist_value(of.by_name[name.lower()], str(value))


def _keep_one_primary(of: Object, record_id: str, fields: Mapping[str, Any], org: Org) -> None:
    """A deal has one primary contact: a new one takes the flag from the old one."""
    if of.name != "OpportunityContactRole" or not fields.get("IsPrimary"):
        return
    for row in list(org.children(of, "OpportunityId", str(fields["OpportunityId"]))):
        if row.get("IsPrimary") and row["Id"] != record_id:
            org.state.update(SYSTEM, of.name, str(row["Id"]), {"IsPrimary": False})
            org.forget(str(row["Id"]))


def _next_id(of: Object, org: Org) -> str:
    while True:
        record_id = ids.make_id(of.prefix, org.state.next_id(SYSTEM, of.name))
        if org.state.get(SYSTEM, of.name, record_id) is None:
            return record_id


def _required(names: list[str]) -> Refused:
    return Refused("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(names)}]", fields=tuple(names))
