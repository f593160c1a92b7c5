"""Creating, replacing, patching and deleting records."""

from __future__ import annotations

from typing import Any

from workbench.sandbox.connectwise import audit, binding, callbacks, references, rules
from workbench.sandbox.connectwise.call import Call
from workbench.sandbox.connectwise.collections import BY_STORE
from workbench.sandbox.connectwise.dealings import FIRST_NOTES, TICKET
from workbench.sandbox.connectwise.fields import ITEMS, REFERENCE, VALUES, Field
from workbench.sandbox.connectwise.reading import shaped
from workbench.sandbox.connectwise.refusals import bad_body, invalid
from workbench.sandbox.connectwise.tenant import Tenant
from workbench.sandbox.state import Record
from workbench.sandbox.wire import Response


def create(call: Call) -> Response:
    """`POST {collection}`: 201 and the whole record."""
    said = call.allow("fields")
    record_id = created(call, call.body())
    return _answer(call, record_id, said, "added", 201)


def created(call: Call, body: Any) -> str:
    """Store the record that the body describes; its id."""
    with call.tenant.state.transaction():
        call.tenant.settle(call.collection)
        fields = binding.bound(call.collection, body, call.tenant)
        for field in call.collection.fields:
            if field.kind not in {ITEMS, VALUES} and field.default is not None:
                fields.setdefault(field.name, field.default)
        rules.prepare(call, fields)
        rules.complete(call, fields, {})
        rules.check(call, fields, None)
        fields |= rules.consequences(call, fields, {})
        notes = {name: fields.pop(name, None) for name in FIRST_NOTES} if call.collection is TICKET else {}
        record_id = call.tenant.insert(call.collection, fields)
        _note_at_first(call.tenant, record_id, notes)
        audit.note(call.tenant, call.collection, {**fields, "@id": record_id}, "added")
    return record_id


def replace(call: Call, record_id: str) -> Response:
    """`PUT {collection}/{id}`: what the body does not name is reset."""
    said = call.allow("fields")
    body = call.body()
    with call.tenant.state.transaction():
        before = call.tenant.must_get(call.collection, record_id, call.parent_id)
        call.tenant.settle(call.collection)
        fields = binding.bound(call.collection, body, call.tenant)
        whole = {
            field.name: fields.get(field.name, field.default)
            for field in call.collection.fields
            if field.writable == "always" and field.name != call.collection.parent
        }
        record_id = _changed(call, before, whole)
    return _answer(call, record_id, said, "updated")


def patch(call: Call, record_id: str) -> Response:
    """`PATCH {collection}/{id}`: a list of operations, each on a bare, case-sensitive member name."""
    said = call.allow("fields")
    operations = call.body()
    if not isinstance(operations, list):
        raise bad_body("Cannot deserialize the current JSON into type 'JsonPatchDocument': an array is needed.")
    with call.tenant.state.transaction():
        before = call.tenant.must_get(call.collection, record_id, call.parent_id)
        call.tenant.settle(call.collection)
        changes: dict[str, Any] = {}
        for operation in operations:
            changes |= _operation(call, operation)
        record_id = _changed(call, before, changes)
    return _answer(call, record_id, said, "updated")


def delete(call: Call, record_id: str) -> Response:
    """`DELETE {collection}/{id}`: a company stays with its deletedFlag set, anything else that is not used is gone.

    A contact may leave its place in other records to another one: `?transferContactId=`.
    """
    of_contacts = call.collection.path == "company/contacts"
    heir = call.allow(*(("transfercontactid",) if of_contacts else ())).get("transfercontactid", "")
    with call.tenant.state.transaction():
        before = call.tenant.must_get(call.collection, record_id, call.parent_id)
        call.tenant.settle(call.collection)
        if call.collection.path == "company/companies":
            mark_deleted(call.tenant, record_id, touch=True)
        else:
            if heir:
                references.transfer(call.tenant, call.collection, before, heir)
            references.check_unused(call.tenant, call.collection, before)
            call.tenant.remove(call.collection, before)
        audit.note(call.tenant, call.collection, before, "deleted")
    call.tenant.forget()
    callbacks.notify(call.tenant, call.collection, before, "deleted")
    return Response(204)


def mark_deleted(tenant: Tenant, company_id: str, *, touch: bool) -> None:
    """Set a company's deletedFlag; a merge does not move lastUpdated."""
    gone = {"deletedFlag": True, "dateDeleted": tenant.state.now().isoformat(), "deletedBy": tenant.member}
    tenant.state.update(tenant.system, "company/companies", company_id, gone, touch=touch)


def _changed(call: Call, before: Record, changes: dict[str, Any]) -> str:
    """Check and store the changes; the record's id, which may be made of what it refers to."""
    rules.complete(call, changes, before)
    after = {**before, **changes}
    rules.check(call, after, before)
    whole = {name: after[name] for name in changes} | rules.consequences(call, after, before)
    record_id = call.tenant.update(call.collection, before, whole)
    audit.note(call.tenant, call.collection, {**before, **whole}, "updated", before)
    return record_id


def _note_at_first(tenant: Tenant, ticket_id: str, notes: dict[str, Any]) -> None:
    for name, flag in FIRST_NOTES.items():
        if notes.get(name):
            note = {"text": notes[name], "ticketId": int(ticket_id), flag: True}
            tenant.insert(BY_STORE["service/notes"], note)


def _operation(call: Call, operation: Any) -> dict[str, Any]:
    if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
        raise bad_body("Each operation of a patch needs op, path and value.")
    unknown = set(operation) - {"op", "path", "value"}
    if unknown:
        raise bad_body(f"Could not find member '{unknown.pop()}' on object of type 'Operation'. Path '', line 1.")
    kind = operation.get("op")
    if kind not in {"add", "replace", "remove"}:
        raise bad_body(f"The patch operation '{kind}' is not supported.")
    name, _, part = operation["path"].removeprefix("/").partition("/")
    field = call.collection.by_name.get(name.lower())
    if field is None or field.name != name:
        raise binding.no_member(name, call.collection.type_name)
    if field.writable != "always" or field.name == call.collection.parent:
        when = "can only be set on POST" if field.writable == "on POST" else "cannot be set"
        raise invalid(call.collection.resource, [("InvalidField", name, f"The {name} field {when}.")])
    if part:
        return _deep(call, field, part, operation)
    if kind == "remove":
        return {name: field.default}
    if "value" not in operation:
        raise bad_body(f"The patch operation '{kind}' on '{name}' needs a value.")
    return {name: binding.value_of(field, operation["value"], call.collection, call.tenant)}


def _deep(call: Call, field: Field, part: str, operation: dict[str, Any]) -> dict[str, Any]:
    """`company/id` changes a reference; any other part gets a 200 and changes nothing, as the vendor warns."""
    if field.kind != REFERENCE or part != "id" or operation["op"] == "remove":
        return {}
    value = {"id": operation.get("value")}
    return {field.name: binding.value_of(field, value, call.collection, call.tenant)}


def _answer(call: Call, record_id: str, said: dict[str, str], action: str, status: int = 200) -> Response:
    call.tenant.forget()
    record = call.tenant.must_get(call.collection, record_id, call.parent_id)
    callbacks.notify(call.tenant, call.collection, record, action)
    return Response.of_json(shaped(call, said)(call.tenant.written(call.collection, record)), status)
