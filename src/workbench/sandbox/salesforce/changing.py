"""Changing single records over the record resource."""

from __future__ import annotations

from workbench.sandbox.salesforce import conditional, writing
from workbench.sandbox.salesforce.accepting import matches
from workbench.sandbox.salesforce.call import Call, json
from workbench.sandbox.salesforce.reading import key_field, visible
from workbench.sandbox.salesforce.refusals import Refused
from workbench.sandbox.wire import Response


def create(call: Call, name: str) -> Response:
    """`POST …/sobjects/X`."""
    of = call.object(name)
    body = call.body()
    with call.state.transaction():  # nobody may take a unique value between the check and the insert
        record_id = writing.create(of, body, call.org, duplicates=call.duplicates)
    headers = {"Location": f"{call.base}/sobjects/{of.name}/{record_id}"}
    return json({"id": record_id, "success": True, "errors": []}, 201, headers)


def update(call: Call, name: str, record_id: str) -> Response:
    """`PATCH …/sobjects/X/{id}`; with If-Unmodified-Since only while nobody else has changed the record."""
    of = call.object(name)
    body = call.body()
    with call.state.transaction():
        row = writing.existing(of, record_id, call.org)
        conditional.check_precondition(call, of, row)
        writing.update(of, str(row["Id"]), body, call.org, duplicates=call.duplicates)
    return Response(204)


def delete(call: Call, name: str, record_id: str) -> Response:
    """`DELETE …/sobjects/X/{id}`; conditional headers are not known here."""
    with call.state.transaction():
        writing.delete(call.object(name), record_id, call.org)
    return Response(204)


def delete_by_key(call: Call, name: str, field_name: str, value: str) -> Response:
    """`DELETE …/sobjects/X/{field}/{value}`."""
    of = call.object(name)
    found = matches(of, key_field(of, field_name), value, call.org)
    if len(found) != 1:
        raise Refused("NOT_FOUND", "The requested resource does not exist", status=404)
    writing.delete(of, str(found[0]["Id"]), call.org)
    return Response(204)


def upsert(call: Call, name: str, field_name: str, value: str) -> Response:
    """`PATCH …/sobjects/X/{field}/{value}`: 201 created, 200 updated (204 before v46), 300 when several match."""
    of = call.object(name)
    field = key_field(of, field_name)
    body = call.body()
    with call.state.transaction():
        found = matches(of, field, value, call.org)
        if len(found) > 1:
            return json([f"{call.base}/sobjects/{of.name}/{row['Id']}" for row in found], 300)
        if found:
            conditional.check_precondition(call, of, visible(call, of, str(found[0]["Id"])))
        done = writing.upsert(of, field, value, body, call.org, duplicates=call.duplicates)
    if not done.created and call.number < 46:
        return Response(204)
    answer = {"id": done.record_id, "success": True, "errors": [], "created": done.created}
    headers = {"Location": f"{call.base}/sobjects/{of.name}/{done.record_id}"} if done.created else {}
    return json(answer, 201 if done.created else 200, headers)
