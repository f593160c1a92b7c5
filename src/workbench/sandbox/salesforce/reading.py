"""Reading: queries with their pages, single records, what was updated and deleted since."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from workbench.sandbox.salesforce import conditional, dates, grouping, ids, soql, syntax, traffic
from workbench.sandbox.salesforce.accepting import matches
from workbench.sandbox.salesforce.answers import one_row
from workbench.sandbox.salesforce.call import Call, json
from workbench.sandbox.salesforce.conditions import Row
from workbench.sandbox.salesforce.fields import Field, Object
from workbench.sandbox.salesforce.org import Org
from workbench.sandbox.salesforce.querying import Prepared, prepare
from workbench.sandbox.salesforce.refusals import Refused, malformed_query, not_found
from workbench.sandbox.wire import Response

LARGEST_BATCH, SMALLEST_BATCH = 2000, 200
LOCATOR_LIFE = timedelta(days=2)
LARGEST_REPLICATION = 600_000


@dataclass(frozen=True)
class Locator:
    """What a query found, kept so that its further pages can be fetched, also by another process."""

    text: str
    include_deleted: bool
    tooling: bool
    size: int
    user_id: str
    expires: str
    found: list[str]


def query(call: Call, *, include_deleted: bool = False, tooling: bool = False) -> Response:
    """`GET …/query?q=`, `…/queryAll?q=`, `…/tooling/query?q=`."""
    text = call.said.get("q")
    if text is None:
        raise malformed_query("A query string has to be specified")
    try:
        return _answered(call, text, Org(call.state, call.user_id, include_deleted=include_deleted, tooling=tooling))
    except Refused as refused:
        if refused.column is not None:
            refused.message = soql.pointed(text, refused.column, refused.message)
        raise


def _answered(call: Call, text: str, org: Org) -> Response:
    size = _batch_size(call)
    parsed = soql.parse(text)
    of = org.schema.object(parsed.object)
    if grouping.is_plain_count(parsed):
        return json({"totalSize": grouping.count(parsed, org, of), "done": True, "records": []})
    if grouping.aggregates(parsed):
        return _figures(parsed, org, of)
    if parsed.having:
        raise malformed_query("HAVING needs GROUP BY")
    prepared = prepare(parsed, org, of)
    rows = prepared.rows()
    _refuse_metadata_of_many(prepared, rows)
    expires = dates.stamp(call.state.now() + LOCATOR_LIFE)
    found = [str(row["Id"]) for row in rows] if len(rows) > size else []
    locator = Locator(text, org.include_deleted, org.tooling, size, call.user_id, expires, found)
    key = ids.make_id("01g", secrets.randbits(50)) if found else ""
    if found:
        call.state.keep("locator", key, asdict(locator))
    return _page(call, prepared, rows[:size], (key, 0, len(rows)))


def _refuse_metadata_of_many(prepared: Prepared, rows: Sequence[Row]) -> None:
    heavy = {"Metadata", "FullName"} & {column.names[-1] for column in prepared.columns}
    if heavy and len(rows) > 1:
        message = "When retrieving results with Metadata or FullName fields, the query qualifications must specify no "
        raise malformed_query(message + f"more than one row for retrieval. Result size: {len(rows)}")


def next_page(call: Call, locator: str) -> Response:
    """`GET …/query/{locator}-{offset}`: a further page of what the query found when it ran."""
    key, _, offset = locator.rpartition("-")
    kept = call.state.setting("locator", key) if key and offset.isdigit() else None
    if kept is None or kept["user_id"] != call.user_id or kept["expires"] < dates.stamp(call.state.now()):
        raise Refused("INVALID_QUERY_LOCATOR", "invalid query locator")
    known = Locator(**kept)
    start = int(offset)
    if start >= len(known.found):
        raise Refused("INVALID_QUERY_LOCATOR", "invalid query locator")
    org = Org(call.state, call.user_id, include_deleted=known.include_deleted, tooling=known.tooling)
    prepared = prepare(soql.parse(known.text), org)
    read = (org.row(prepared.object, record_id) for record_id in known.found[start : start + known.size])
    return _page(call, prepared, [row for row in read if row is not None], (key, start, len(known.found)), known.size)


def record(call: Call, name: str, record_id: str) -> Response:
    """`GET …/sobjects/X/{id}?fields=`."""
    of = call.object(name)
    row = visible(call, of, record_id)
    return _record(call, of, row)


def record_by_key(call: Call, name: str, field_name: str, value: str) -> Response:
    """`GET …/sobjects/X/{field}/{value}`: 300 and the records' links when the value is not unique."""
    of = call.object(name)
    found = matches(of, key_field(of, field_name), value, call.org)
    if not found:
        raise not_found()
    if len(found) > 1:
        return json([f"{call.base}/sobjects/{of.name}/{row['Id']}" for row in found], 300)
    return _record(call, of, found[0])


def log_file(call: Call, record_id: str) -> Response:
    """`GET …/sobjects/EventLogFile/{id}/LogFile`: the file as CSV."""
    found = traffic.content(call.state, record_id)
    if found is None:
        raise not_found()
    return Response(200, {"Content-Type": "text/csv"}, found)


def updated(call: Call, name: str) -> Response:
    """`GET …/sobjects/X/updated?start=&end=`: ids of records created or changed in the window, at most 30 days back."""
    of, start, end = _window(call, name, days=30)
    found = [row for row in call.org.rows(of) if start <= str(row["SystemModstamp"]) < end]
    _refuse_too_many(found)
    return json({"ids": [row["Id"] for row in found], "latestDateCovered": dates.wire(_covered(call, end))})


def deleted(call: Call, name: str) -> Response:
    """`GET …/sobjects/X/deleted?start=&end=`: what was deleted in the window, at most 15 days back."""
    of, start, end = _window(call, name, days=15)
    org = Org(call.state, call.user_id, include_deleted=True)
    found = [row for row in org.rows(of) if row["IsDeleted"] and start <= str(row["SystemModstamp"]) < end]
    _refuse_too_many(found)
    return json(
        {
            "deletedRecords": [
                {"id": row["Id"], "deletedDate": dates.wire(str(row["SystemModstamp"]))} for row in found
            ],
            "earliestDateAvailable": dates.wire(dates.stamp(call.state.now() - timedelta(days=15))),
            "latestDateCovered": dates.wire(_covered(call, end)),
        }
    )


def visible(call: Call, of: Object, record_id: str) -> Row:
    """The record of this id, which must be there and not deleted."""
    if not ids.is_id(record_id) or record_id[:3] != of.prefix:
        raise not_found("Provided external ID field does not exist or is not accessible: " + record_id)
    row = call.org.row(of, record_id)
    if row is None:
        raise not_found()
    if row.get("IsDeleted"):
        raise Refused("ENTITY_IS_DELETED", "entity is deleted", status=404, fields=())
    return row


def key_field(of: Object, name: str) -> Field:
    """The external id field that a path names."""
    field = of.by_name.get(name.lower())
    if field is None or not field.key:
        raise not_found(f"Provided external ID field does not exist or is not accessible: {name}")
    return field


def _record(call: Call, of: Object, row: Row) -> Response:
    asked = call.said.get("fields")
    unchanged = conditional.not_modified(call, of, row)
    if unchanged is not None:
        return unchanged
    names = None if asked is None else [name for name in asked.split(",") if name.strip()]
    return json(one_row(of, names, row, call.version), headers=conditional.validators(of, row))


def _figures(parsed: syntax.Query, org: Org, of: Object) -> Response:
    figures = grouping.figures(parsed, org, of)
    if len(figures) > LARGEST_BATCH:
        message = "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch"
        raise Refused("EXCEEDED_ID_LIMIT", message)
    return json({"totalSize": len(figures), "done": True, "records": figures})


def _page(
    call: Call, prepared: Prepared, rows: Sequence[Row], place: tuple[str, int, int], size: int | None = None
) -> Response:
    key, start, total = place
    end = start + (size or len(rows))
    answer: dict[str, Any] = {"totalSize": total, "done": end >= total}
    if end < total:
        door = "tooling/query" if prepared.object.tooling and not prepared.object.rest else "query"
        answer["nextRecordsUrl"] = f"{call.base}/{door}/{key}-{end}"
    answer["records"] = [prepared.record(row, call.version) for row in rows]
    return json(answer)


def _batch_size(call: Call) -> int:
    text = call.header_options("Sforce-Query-Options").get("batchsize", str(LARGEST_BATCH))
    if not text.isdigit():
        raise Refused("INVALID_BATCH_SIZE", f"batchSize in the header Sforce-Query-Options is not a number: {text}")
    return min(LARGEST_BATCH, max(SMALLEST_BATCH, int(text)))


def _window(call: Call, name: str, *, days: int) -> tuple[Object, str, str]:
    of = call.object(name)
    start, end = _minute(call.said.get("start")), _minute(call.said.get("end"))
    now = call.state.now()
    if end - start < timedelta(minutes=1):
        raise Refused("INVALID_REPLICATION_DATE", "startDate must be at least one minute before endDate")
    if start < now - timedelta(days=days) - timedelta(minutes=1) or start > now:
        raise Refused("INVALID_REPLICATION_DATE", f"startDate is not within the last {days} days")
    return of, dates.stamp(start), dates.stamp(end)


def _minute(text: str | None) -> datetime:
    found = dates.moment((text or "").replace(" ", "+"))
    if found is None:
        raise Refused("INVALID_REPLICATION_DATE", f"not a date and time: {text}")
    return found.astimezone(UTC).replace(second=0, microsecond=0)


def _covered(call: Call, end: str) -> str:
    return min(end, dates.stamp(call.state.now().replace(second=0, microsecond=0)))


def _refuse_too_many(found: Sequence[Row]) -> None:
    if len(found) > LARGEST_REPLICATION:
        raise Refused("EXCEEDED_ID_LIMIT", "The window holds more than 600,000 records; ask for a shorter one")
