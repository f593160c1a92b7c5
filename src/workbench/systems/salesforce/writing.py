"""Writing to Salesforce: up to 200 records of one object in one Collections call, or one guarded record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

import requests

from workbench.errors import Unavailable
from workbench.model.ports import Outcome, OutcomeClass, Write
from workbench.systems.cells import outgoing, parsed, split
from workbench.systems.outcomes import Refusal, answered, lost, one_by_one, told, unreadable, written
from workbench.systems.salesforce.describing import Shape
from workbench.systems.transport import Transport, worked

CLASSES: Mapping[str, OutcomeClass] = {
    "UNABLE_TO_LOCK_ROW": "retry row",
    "ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE_CHECK": "stale",
    "REQUEST_LIMIT_EXCEEDED": "pause",
    "INVALID_SESSION_ID": "not executed",
    "UNKNOWN_EXCEPTION": "unknown",
    "SERVER_UNAVAILABLE": "unknown",
}
"""What a row's code means; every other code is a refusal of that record."""

REMEDIES = {
    "REQUIRED_FIELD_MISSING": "fill the named fields at the source, or map them",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": "add the value to the picklist, or map it to one that is there",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": "meet the validation rule, or ask its owner to change it",
    "STRING_TOO_LONG": "shorten the value at the source",
    "INVALID_EMAIL_ADDRESS": "correct the e-mail address at the source",
    "DUPLICATE_VALUE": "another record holds this unique value: link to that record, or correct it",
    "DUPLICATES_DETECTED": "a duplicate rule found a similar record: link to it, or allow this one",
    "INVALID_FIELD_FOR_INSERT_UPDATE": "grant the integration user write access to the field",
    "INVALID_FIELD": "correct the mapping: there is no such field for this user",
    "INVALID_CROSS_REFERENCE_KEY": "the referenced record is gone or not visible: plan again",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": "grant the integration user access to the referenced record",
    "INSUFFICIENT_ACCESS_OR_READONLY": "grant the integration user edit access to this record",
    "ENTITY_IS_DELETED": "the record was deleted there: plan again",
    "NOT_FOUND": "the record is gone or not visible to this user: plan again",
    "DUPLICATE_EXTERNAL_ID": "several records hold this key: remove it from all but one",
    "STORAGE_LIMIT_EXCEEDED": "free storage in the organisation",
}
"""What a person does about a refusal, by Salesforce's code."""


def send(transport: Transport, base: str, shape: Shape, chunk: Sequence[Write]) -> list[Outcome]:
    """Send writes of one kind and action in one call; those that carry a stamp each in a guarded call of their own."""
    guarded = [write for write in chunk if write.action == "update" and write.unmodified_since]
    together = [write for write in chunk if write not in guarded]
    outcomes = one_by_one(transport, guarded, lambda write: _guarded(transport, base, shape, write))
    if together:
        together.sort(key=lambda write: str(write.values.get(shape.place.parent) or ""))
        outcomes += _collected(transport, base, shape, together)
    by_line = {outcome.line: outcome for outcome in outcomes}
    return [by_line[write.line] for write in chunk]


def _collected(transport: Transport, base: str, shape: Shape, chunk: Sequence[Write]) -> list[Outcome]:
    method, path = _address(base, shape, chunk[0])
    body = {"allOrNone": False, "records": [_record(shape, write) for write in chunk]}
    try:
        response = transport.request(method, path, json=body)
    except Unavailable as error:
        return [lost(write, error) for write in chunk]
    if not worked(response):
        return [_refused(transport, write, response) for write in chunk]
    rows = _read(response)
    if not isinstance(rows, list) or len(rows) != len(chunk):
        return [unreadable(write, "Salesforce's answer has not one row for each record") for write in chunk]
    return [_row(shape, write, row) for write, row in zip(chunk, rows, strict=True)]


def _address(base: str, shape: Shape, write: Write) -> tuple[str, str]:
    """Creates with a marker are upserts by it: sent twice, they make one record (measured, safe-sync M2)."""
    if write.action == "update":
        return "PATCH", f"{base}/composite/sobjects"
    if write.marker and shape.marker_is_key:
        return "PATCH", f"{base}/composite/sobjects/{shape.place.object}/{shape.place.marker}"
    return "POST", f"{base}/composite/sobjects"


def _record(shape: Shape, write: Write) -> dict[str, Any]:
    record: dict[str, Any] = {"attributes": {"type": shape.place.object}, **_values(shape, write)}
    if write.action == "update":
        record["id"] = write.target.id
    elif write.marker and shape.description.marker:
        record[shape.description.marker] = write.marker
    return record


def _values(shape: Shape, write: Write) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in write.values.items():
        kind = shape.type_of(name)
        values[name] = ";".join(split(value)) if kind == "multipicklist" and value else outgoing(value, kind)
    return values


def _row(shape: Shape, write: Write, row: Mapping[str, Any]) -> Outcome:
    if row.get("success") and write.action == "update" and row.get("id") != write.target.id:
        return unreadable(write, "Salesforce's answer names another record in this place")
    if row.get("success"):
        return written(write, str(row["id"]))
    errors = row.get("errors") or [{}]
    return _judged(write, errors[0], "statusCode", shape)


def _guarded(transport: Transport, base: str, shape: Shape, write: Write) -> Outcome:
    """One PATCH that Salesforce itself refuses (412) when the record changed after the stamp, to the second."""
    stamp = format_datetime(datetime.fromisoformat(write.unmodified_since), usegmt=False)
    header = {"If-Unmodified-Since": stamp.replace("+0000", "GMT")}
    path = f"{base}/sobjects/{shape.place.object}/{quote(write.target.id, safe='')}"
    response = transport.request("PATCH", path, json=_values(shape, write), headers=header)
    if not worked(response):
        return _refused(transport, write, response)
    if response.content:
        return unreadable(write, "Salesforce answers such a call with nothing, but something came")
    return written(write, write.target.id)


def _refused(transport: Transport, write: Write, response: requests.Response) -> Outcome:
    body = _read(response)
    error = body[0] if isinstance(body, list) and body and isinstance(body[0], dict) else {}
    code = str(error.get("errorCode", f"HTTP_{response.status_code}"))
    concurrent = str(error.get("message", "")).startswith("Concurrent")
    if code == "REQUEST_LIMIT_EXCEEDED" and not concurrent:
        return _judged(write, error, "errorCode")
    if response.status_code == 400 and code in CLASSES and not concurrent:
        return _judged(write, error, "errorCode")
    cause = str(error.get("message") or f"Salesforce answered {response.status_code}")
    if concurrent:
        return told(write, "not executed", Refusal(code, cause), wait_seconds=5)
    return answered(write, transport, response, Refusal(code, cause, REMEDIES.get(code, "")))


def _judged(write: Write, error: Mapping[str, Any], key: str, shape: Shape | None = None) -> Outcome:
    code = str(error.get(key) or "UNKNOWN")
    cause = str(error.get("message") or "Salesforce gave no reason")
    if code == "DUPLICATE_VALUE" and shape and shape.description.marker and shape.description.marker in cause:
        return told(write, "unknown", Refusal("MARKER_TAKEN", cause, "a record with this marker exists: adopt it"))
    return told(write, CLASSES.get(code, "rejected"), Refusal(code, cause, REMEDIES.get(code, "")))


def _read(response: requests.Response) -> Any:
    try:
        return parsed(response.content)
    except ValueError:
        return None
