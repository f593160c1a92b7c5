"""sObject Collections: up to 200 records a call, order kept, 200 even when rows fail; allOrNone takes all back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from workbench.sandbox.salesforce import ids, writing
from workbench.sandbox.salesforce.answers import one_row
from workbench.sandbox.salesforce.call import Call, json
from workbench.sandbox.salesforce.fields import Field, Object
from workbench.sandbox.salesforce.reading import key_field
from workbench.sandbox.salesforce.refusals import Refused, no_such_column
from workbench.sandbox.salesforce.rules import note_lock
from workbench.sandbox.wire import Response

LARGEST = 200
MOST_CHUNKS = 10
ROLLED_BACK = "Record rolled back because not all records were valid and the request was using AllOrNone header"

Write = Callable[[Any], dict[str, Any]]


class _TakenBack(Exception):
    """A row failed and the caller wanted all or none."""


def create(call: Call) -> Response:
    """`POST …/composite/sobjects`."""
    records, all_or_none = _records(call)
    return _written(call, records, lambda record: _created(call, record), all_or_none)


def update(call: Call) -> Response:
    """`PATCH …/composite/sobjects`: each record names its id."""
    records, all_or_none = _records(call)
    return _written(call, records, lambda record: _updated(call, record), all_or_none)


def upsert(call: Call, name: str, field_name: str) -> Response:
    """`PATCH …/composite/sobjects/X/{field}`: one object, each record carries its external id (v46 and later)."""
    if call.number < 46:
        raise Refused("NOT_FOUND", "The requested resource does not exist", status=404)
    of = call.object(name)
    field = key_field(of, field_name)
    records, all_or_none = _records(call)
    return _written(call, records, lambda record: _upserted(call, of, field, record), all_or_none)


def delete(call: Call) -> Response:
    """`DELETE …/composite/sobjects?ids=a,b&allOrNone=`."""
    said = call.said
    wanted = [each.strip() for each in said.get("ids", "").split(",")]
    if not any(wanted):
        raise Refused("INVALID_QUERY_PARAMETER", "The parameter ids names no record")
    _refuse_too_many(wanted)
    all_or_none = said.get("allOrNone", "false").lower()
    if all_or_none not in {"true", "false"}:
        raise Refused("INVALID_QUERY_PARAMETER", f"allOrNone must be true or false, not {all_or_none}")
    return _written(call, wanted, lambda record_id: _deleted(call, record_id), all_or_none == "true")


def retrieve(call: Call, name: str) -> Response:
    """`GET …/composite/sobjects/X?ids=&fields=`, or POST with the two lists; null where there is no such record."""
    of = call.object(name)
    wanted, names = _asked(call)
    unknown = [each for each in names if each.lower() not in of.by_name]
    if unknown:
        raise no_such_column(unknown[0], of.name)
    rows = [call.org.row(of, each) if ids.is_id(each) and each[:3] == of.prefix else None for each in wanted]
    return json(
        [None if row is None or row.get("IsDeleted") else one_row(of, names, row, call.version) for row in rows]
    )


def _asked(call: Call) -> tuple[list[str], list[str]]:
    if call.request.method == "POST":
        body = call.body()
        _refuse_unknown(body, {"ids", "fields"})
        wanted, names = _texts(body.get("ids")), _texts(body.get("fields"))
    else:
        wanted, names = (_texts(call.said.get(name, "").split(",")) for name in ("ids", "fields"))
    if not any(wanted) or not all(names):
        raise Refused("INVALID_QUERY_PARAMETER", "Both ids and fields must name something")
    if len(wanted) > 2000:
        raise Refused(
            "EXCEEDED_ID_LIMIT", "record limit reached. cannot retrieve more than 2000 records in a single request"
        )
    return wanted, names


def _texts(found: Any) -> list[str]:
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise Refused("JSON_PARSER_ERROR", "ids and fields must be lists of texts")
    return [each.strip() for each in found]


def _records(call: Call) -> tuple[list[dict[str, Any]], bool]:
    body = call.body()
    _refuse_unknown(body, {"records", "allOrNone"})
    records, all_or_none = body.get("records"), body.get("allOrNone", False)
    if not isinstance(all_or_none, bool):
        raise Refused("JSON_PARSER_ERROR", "allOrNone must be true or false")
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise Refused("JSON_PARSER_ERROR", "records must be a list of objects")
    _refuse_too_many(records)
    kinds = [str(_type_of(record)).lower() for record in records]
    if sum(1 for _ in groupby(kinds)) > MOST_CHUNKS:
        message = f"Only {MOST_CHUNKS} chunks of one type each are allowed in a request: sort the records by type"
        raise Refused("INVALID_INPUT", message)
    return records, all_or_none


def _type_of(record: Mapping[str, Any]) -> Any:
    attributes = record.get("attributes")
    return attributes.get("type") if isinstance(attributes, dict) else None


def _object_of(call: Call, record: Mapping[str, Any]) -> Object:
    name = _type_of(record)
    if not isinstance(name, str):
        raise Refused("INVALID_FIELD", "Each record needs attributes with a type")
    return call.org.schema.object(name)


def _refuse_too_many(records: Sequence[Any]) -> None:
    if len(records) > LARGEST:
        message = f"record limit reached. cannot submit more than {LARGEST} records into this call"
        raise Refused("EXCEEDED_ID_LIMIT", message)


def _refuse_unknown(body: Mapping[str, Any], known: set[str]) -> None:
    for name in body:
        if name not in known:
            raise Refused("JSON_PARSER_ERROR", f"Unrecognized field '{name}'")


def _written(call: Call, items: Sequence[Any], write: Write, all_or_none: bool) -> Response:
    """Write each; the rows as the answer has them."""
    answers: list[dict[str, Any]] = []
    try:
        with call.state.transaction():
            answers += [_row(call, write, item) for item in items]
            if all_or_none and not all(answer["success"] for answer in answers):
                raise _TakenBack
    except _TakenBack:
        rolled_back = Refused("ALL_OR_NONE_OPERATION_ROLLED_BACK", ROLLED_BACK)
        answers = [_failed(rolled_back) if answer["success"] else answer for answer in answers]
    return json(answers)


def _row(call: Call, write: Write, item: Any) -> dict[str, Any]:
    try:
        return write(item)
    except Refused as refused:
        note_lock(refused, call.state)
        return _failed(refused)


def _failed(refused: Refused) -> dict[str, Any]:
    return {"success": False, "errors": [refused.row()]}


def _done(record_id: str) -> dict[str, Any]:
    return {"id": record_id, "success": True, "errors": []}


def _created(call: Call, record: Mapping[str, Any]) -> dict[str, Any]:
    of = _object_of(call, record)
    return _done(writing.create(of, record, call.org, duplicates=call.duplicates))


def _updated(call: Call, record: Mapping[str, Any]) -> dict[str, Any]:
    of = _object_of(call, record)
    record_id = next((value for name, value in record.items() if name.lower() == "id"), None)
    if not isinstance(record_id, str) or not record_id:
        raise Refused("MISSING_ARGUMENT", "Id not specified in an update call", fields=())
    body = {name: value for name, value in record.items() if name.lower() != "id"}
    writing.update(of, record_id, body, call.org, duplicates=call.duplicates)
    return _done(ids.long_id(record_id))


def _upserted(call: Call, of: Object, field: Field, record: Mapping[str, Any]) -> dict[str, Any]:
    if _object_of(call, record).name != of.name:
        raise Refused("INVALID_FIELD", f"Every record of this call must be of type {of.name}")
    values = [value for name, value in record.items() if name.lower() == field.name.lower()]
    if not values or values[0] in (None, ""):
        raise Refused("MISSING_ARGUMENT", f"{field.name} not specified", fields=())
    body = {name: value for name, value in record.items() if name.lower() != field.name.lower()}
    try:
        done = writing.upsert(of, field, str(values[0]), body, call.org, duplicates=call.duplicates)
    except Refused as refused:
        if refused.status == 300:
            message = "A user-specified external ID matches more than one record during an upsert."
            raise Refused("DUPLICATE_EXTERNAL_ID", message) from None
        raise
    return _done(done.record_id) | {"created": done.created}


def _deleted(call: Call, record_id: str) -> dict[str, Any]:
    of = call.org.schema.by_prefix(record_id) if ids.is_id(record_id) else None
    if of is None:
        raise Refused("MALFORMED_ID", f"malformed id {record_id}", fields=())
    try:
        writing.delete(of, record_id, call.org)
    except Refused as refused:
        if refused.code == "NOT_FOUND":
            raise Refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", fields=()) from None
        raise
    return _done(ids.long_id(record_id))
