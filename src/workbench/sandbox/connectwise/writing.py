"""Creating, replacing, patching and deleting records."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from workbench.sandbox.connectwise import binding, callbacks
from workbench.sandbox.connectwise.call import Call
from workbench.sandbox.connectwise.collections import BY_STORE
from workbench.sandbox.connectwise.fields import ITEMS, REFERENCE, Field
from workbench.sandbox.connectwise.reading import shaped
from workbench.sandbox.connectwise.refusals import bad_body, invalid
from workbench.sandbox.connectwise.tenant import Tenant
from workbench.sandbox.state import Record
from workbench.sandbox.tables import POINTERS
from workbench.sandbox.wire import Response

ADDRESS = ("addressLine1", "addressLine2", "city", "state", "zip", "country")


def create(call: Call) -> Response:
    """`POST {collection}`: 201 and the whole record."""
    said = call.allow("fields")
    body = call.body()
    with call.tenant.state.transaction():
        call.tenant.settle(call.collection)
        fields = binding.bound(call.collection, body, call.tenant)
        for field in call.collection.fields:
            if field.kind != ITEMS and field.default is not None:
                fields.setdefault(field.name, field.default)
        _prepare(call, fields)
        check(call, fields, None)
        fields |= _consequences(call, fields)
        record_id = str(call.tenant.state.next_id(call.tenant.system, call.collection.object))
        while call.tenant.state.get(call.tenant.system, call.collection.object, record_id) is not None:
            record_id = str(call.tenant.state.next_id(call.tenant.system, call.collection.object))
        stamped = {**fields, "_enteredBy": call.tenant.member, "_updatedBy": call.tenant.member}
        kept = {name: value for name, value in stamped.items() if value is not None}
        call.tenant.state.insert(call.tenant.system, call.collection.object, record_id, kept)
    return _answer(call, record_id, said, "added", 201)


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
            if field.writable == "always"
        }
        changed = {**before, **whole}
        check(call, changed, before)
        whole |= _consequences(call, changed)
        _store(call, record_id, whole)
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
            changes |= _operation(call, operation, {**before, **changes})
        check(call, {**before, **changes}, before)
        changes |= _consequences(call, {**before, **changes})
        _store(call, record_id, changes)
    return _answer(call, record_id, said, "updated")


def delete(call: Call, record_id: str) -> Response:
    """`DELETE {collection}/{id}`: a company stays with its deletedFlag set, anything else is gone."""
    call.allow("transfercontactid")
    with call.tenant.state.transaction():
        before = call.tenant.must_get(call.collection, record_id, call.parent_id)
        call.tenant.settle(call.collection)
        if call.collection.path == "company/companies":
            mark_deleted(call.tenant, record_id, touch=True)
        else:
            call.tenant.state.delete(call.tenant.system, call.collection.object, record_id, soft=False)
    call.tenant.forget()
    callbacks.notify(call.tenant, call.collection, before, "deleted")
    return Response(204)


def mark_deleted(tenant: Tenant, company_id: str, *, touch: bool) -> None:
    """Set a company's deletedFlag; a merge does not move lastUpdated."""
    gone = {"deletedFlag": True, "dateDeleted": tenant.state.now().isoformat(), "deletedBy": tenant.member}
    tenant.state.update(tenant.system, "company/companies", company_id, gone, touch=touch)


def check(call: Call, fields: dict[str, Any], before: Record | None) -> None:
    """Everything that a record must have, told at once; then what must be unique."""
    collection = call.collection
    errors = [
        ("MissingRequiredField", field.name, f"The {field.name} field is required.")
        for field in collection.fields
        if field.required and fields.get(field.name) in (None, "")
    ]
    if collection.path == "company/companies" and before is None and not any(fields.get(name) for name in ADDRESS):
        errors.append(("MissingRequiredField", "addressLine1", "At least one address field is required."))
    if errors:
        raise invalid(collection.resource, errors)
    name, message = collection.unique
    if name and fields.get(name) != (before or {}).get(name) and _is_taken(call, name, fields[name]):
        raise invalid(collection.resource, [("ObjectExists", name, message)])


def _consequences(call: Call, fields: dict[str, Any]) -> dict[str, Any]:
    """What follows from the record: a ticket's status must be one of its board, and closes it or not."""
    if call.collection.path != "service/tickets":
        return {}
    status = call.tenant.get(BY_STORE["service/statuses"], str((fields.get("status") or {}).get("id"))) or {}
    if str(status.get("boardId")) != str((fields.get("board") or {}).get("id")):
        raise invalid("ticket", [("InvalidReference", "status", "The status is not one of the board's.")])
    return {"closedFlag": bool(status.get("closedStatus"))}


def _is_taken(call: Call, name: str, value: Any) -> bool:
    system, stored = call.tenant.system, call.collection.object
    if name in POINTERS.get((system, stored), ()):
        return any(True for _ in call.tenant.state.find(system, stored, by=(name, value)))
    wanted = str(value).casefold()
    return any(str(each.get(name)).casefold() == wanted for each in call.tenant.records(call.collection))


def _prepare(call: Call, fields: dict[str, Any]) -> None:
    """What the vendor fills in by itself: the parent, the default status, ids of entries."""
    collection = call.collection
    if collection.parent:
        call.tenant.must_get(BY_STORE[collection.parent_path], call.parent_id)
        of = collection.by_name[collection.parent.lower()]
        fields[of.name] = {"id": int(call.parent_id)} if of.kind == REFERENCE else int(call.parent_id)
    status = collection.by_name.get("status")
    if status is not None and status.target and not fields.get("status"):
        statuses = call.tenant.records(BY_STORE[status.target])
        usual = next((each for each in statuses if each.get("defaultFlag")), None)
        fields["status"] = {"id": int(usual["@id"])} if usual else None
    if collection.path == "service/tickets":
        _prepare_ticket(call, fields)
    for place, item in enumerate(fields.get("communicationItems") or (), 1):
        item["id"] = place
    if collection.path == "system/callbacks":
        _prepare_callback(call, fields)


def _prepare_ticket(call: Call, fields: dict[str, Any]) -> None:
    """A ticket is on a board, in a status of that board (the first one unless said otherwise), and has a priority."""
    board = fields.get("board") or {"id": 1}
    statuses = call.tenant.records(BY_STORE["service/statuses"], str(board["id"]))
    usual = next((int(each["@id"]) for each in statuses), None)
    fields |= {"board": board, "recordType": "ServiceTicket"}
    fields["status"] = fields.get("status") or ({"id": usual} if usual else None)
    for name, path in (("priority", "service/priorities"), ("source", "service/sources")):
        defaults = (int(each["@id"]) for each in call.tenant.records(BY_STORE[path]) if each.get("defaultFlag"))
        if not fields.get(name) and (default := next(defaults, None)):
            fields[name] = {"id": default}


def _prepare_callback(call: Call, fields: dict[str, Any]) -> None:
    """Type and level come back in lower case; the same subscription cannot be made twice."""
    fields |= {name: str(fields[name]).lower() for name in ("type", "level") if fields.get(name)}
    fields |= {"payloadVersion": "3.0.0", "connectWiseID": str(uuid.uuid4()), "memberId": 0}
    url = urlsplit(str(fields.get("url") or ""))
    if fields.get("url") and (url.scheme not in {"http", "https"} or not url.hostname):
        raise invalid("callback", [("InvalidField", "url", "Invalid URL")])
    same = ("type", "level", "objectId", "url")
    for record in call.tenant.records(call.collection):
        if all(record.get(name) == fields.get(name) for name in same):
            raise invalid("callback", [("ObjectExists", "objectId", "A matching callback entry already exists")])


def _operation(call: Call, operation: Any, now: dict[str, Any]) -> dict[str, Any]:
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
    if field.writable != "always":
        when = "can only be set on POST" if field.writable == "on POST" else "cannot be set"
        raise invalid(call.collection.resource, [("InvalidField", name, f"The {name} field {when}.")])
    if part:
        return _deep(call, field, part, operation)
    if kind == "remove":
        return {name: field.default}
    if "value" not in operation:
        raise bad_body(f"The patch operation '{kind}' on '{name}' needs a value.")
    value = binding.value_of(field, operation["value"], call.collection, call.tenant)
    if field.name == "communicationItems":
        _number_items(value or [], now.get(name) or [])
    return {name: value}


def _deep(call: Call, field: Field, part: str, operation: dict[str, Any]) -> dict[str, Any]:
    """`company/id` changes a reference; any other part gets a 200 and changes nothing, as the vendor warns."""
    if field.kind != REFERENCE or part != "id" or operation["op"] == "remove":
        return {}
    value = {"id": operation.get("value")}
    return {field.name: binding.value_of(field, value, call.collection, call.tenant)}


def _number_items(items: list[dict[str, Any]], before: list[dict[str, Any]]) -> None:
    largest = max((int(each.get("id") or 0) for each in (*items, *before)), default=0)
    for item in items:
        if not item.get("id"):
            largest += 1
            item["id"] = largest


def _store(call: Call, record_id: str, changes: dict[str, Any]) -> None:
    stamped = {**changes, "_updatedBy": call.tenant.member}
    call.tenant.state.update(call.tenant.system, call.collection.object, record_id, stamped)
    call.tenant.forget()


def _answer(call: Call, record_id: str, said: dict[str, str], action: str, status: int = 200) -> Response:
    call.tenant.forget()
    record = call.tenant.must_get(call.collection, record_id)
    callbacks.notify(call.tenant, call.collection, record, action)
    return Response.of_json(shaped(call, said)(call.tenant.written(call.collection, record)), status)
