"""Bulk API 2.0: ingest and query jobs. A job moves on by one state with each look at it, so that pollers have to poll.

Jobs are kept in the section `bulk`, uploads in `bulk.upload`, results in `bulk.results`. Result rows come in another
order than they went in: the vendor promises none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.sandbox.salesforce import bulk_rows, dates, ids, soql, syntax
from workbench.sandbox.salesforce.call import Call, json
from workbench.sandbox.salesforce.grouping import aggregates
from workbench.sandbox.salesforce.org import SYSTEM, Org
from workbench.sandbox.salesforce.querying import prepare
from workbench.sandbox.salesforce.reading import key_field
from workbench.sandbox.salesforce.refusals import Refused
from workbench.sandbox.wire import Response

OPERATIONS = ("insert", "update", "upsert", "delete", "hardDelete")
LARGEST_UPLOAD = 100 * 1024 * 1024
USUAL_PAGE = 50_000
FINAL = {"JobComplete", "Failed", "Aborted"}


def open_ingest(call: Call) -> Response:
    """`POST …/jobs/ingest`."""
    body = call.body()
    known = {"object", "operation", "externalIdFieldName", "contentType", "columnDelimiter", "lineEnding"}
    _refuse_unknown(body, known)
    delimiter = _one_of(body, "columnDelimiter", tuple(bulk_rows.DELIMITERS), "COMMA")
    ending = _one_of(body, "lineEnding", ("LF", "CRLF"), "LF")
    operation = _one_of(body, "operation", OPERATIONS, None)
    _one_of(body, "contentType", ("CSV",), "CSV")
    if not isinstance(body.get("object"), str):
        raise Refused("INVALIDJOB", "The job needs an object")
    try:
        of = call.org.schema.object(body["object"])
        external = key_field(of, str(body.get("externalIdFieldName"))).name if operation == "upsert" else None
    except Refused as refused:
        raise Refused("INVALIDENTITY" if refused.code == "INVALID_TYPE" else "INVALIDJOB", refused.message) from None
    if external is None and "externalIdFieldName" in body:
        raise Refused("INVALIDJOB", "externalIdFieldName is for upsert alone")
    if operation == "hardDelete" and not call.state.setting(SYSTEM, "hard_delete_allowed", False):
        raise Refused("FEATURENOTENABLED", "hardDelete needs the permission Bulk API Hard Delete")
    job = _new(call, "V2Ingest", operation, of.name)
    job |= {"state": "Open", "columnDelimiter": delimiter, "lineEnding": ending}
    job |= {"contentUrl": f"services/data/v{call.version}/jobs/ingest/{job['id']}/batches"}
    job |= {"externalIdFieldName": external} if external else {}
    call.state.keep("bulk", str(job["id"]), job)
    return json(_shown(job))


def upload(call: Call, job_id: str) -> Response:
    """`PUT …/jobs/ingest/{id}/batches`: the CSV, once."""
    job = _job(call, job_id, "V2Ingest")
    if job["state"] != "Open" or call.state.setting("bulk.upload", job_id) is not None:
        raise Refused("INVALIDJOBSTATE", f"Data was uploaded already, or the job is {job['state']}")
    kind = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "text/csv":
        raise Refused("UNSUPPORTED_MEDIA_TYPE", f"The upload must be text/csv, not {kind}", status=415)
    if len(call.request.body) > LARGEST_UPLOAD:
        raise Refused("CLIENT_INPUT_ERROR", "The upload is larger than 100 MB", status=413)
    try:
        content = call.request.body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("CLIENT_INPUT_ERROR", "The upload is not UTF-8") from None
    call.state.keep("bulk.upload", job_id, content)
    return Response(201)


def change(call: Call, kind: str, job_id: str) -> Response:
    """`PATCH …/jobs/{ingest|query}/{id}`: UploadComplete or Aborted."""
    job = _job(call, job_id, kind)
    body = call.body()
    _refuse_unknown(body, {"state"})
    state = body.get("state")
    allowed = {"UploadComplete": {"Open"}, "Aborted": {"Open", "UploadComplete", "InProgress"}}
    if kind == "V2Query":
        allowed = {"Aborted": {"UploadComplete", "InProgress"}}
    if state not in allowed:
        raise Refused("API_ERROR", f"Value does not match expected type: state {state}")
    if job["state"] not in allowed[state]:
        raise Refused("INVALIDJOBSTATE", f"A job that is {job['state']} cannot become {state}")
    if state == "UploadComplete" and call.state.setting("bulk.upload", job_id) is None:
        raise Refused("INVALIDJOBSTATE", "Nothing was uploaded to the job")
    return json(_shown(_moved(call, job, {"state": state})))


def look(call: Call, kind: str, job_id: str) -> Response:
    """`GET …/jobs/{ingest|query}/{id}`: the job, one step further than at the last look."""
    job = _job(call, job_id, kind)
    if job["state"] == "UploadComplete":
        job = _moved(call, job, {"state": "InProgress"})
    elif job["state"] == "InProgress":
        job = _worked(call, job)
    return json(_shown(job))


def jobs(call: Call, kind: str) -> Response:
    """`GET …/jobs/{ingest|query}`: all jobs."""
    rows = call.state.connection.execute("SELECT key FROM setting WHERE section = 'bulk' ORDER BY key").fetchall()
    found = [call.state.setting("bulk", key) for (key,) in rows]
    return json(
        {"done": True, "records": [_shown(job) for job in found if job["jobType"] == kind], "nextRecordsUrl": None}
    )


def remove(call: Call, kind: str, job_id: str) -> Response:
    """`DELETE …/jobs/{ingest|query}/{id}`: only when it has ended."""
    job = _job(call, job_id, kind)
    if job["state"] not in FINAL:
        raise Refused("INVALIDJOBSTATE", f"A job that is {job['state']} cannot be deleted")
    for section in ("bulk", "bulk.upload", "bulk.results"):
        call.state.forget(section, job_id)
    return Response(204)


def ingest_results(call: Call, job_id: str, which: str) -> Response:
    """`GET …/jobs/ingest/{id}/successfulResults`, failedResults or unprocessedrecords."""
    job = _job(call, job_id, "V2Ingest")
    key = which.lower()
    if key not in {"successfulresults", "failedresults", "unprocessedrecords"}:
        raise Refused("NOT_FOUND", "The requested resource does not exist", status=404)
    if job["state"] not in FINAL:
        raise Refused("INVALIDJOBSTATE", f"The job is {job['state']}: there are no results yet")
    untouched = call.state.setting("bulk.upload", job_id, "") if key == "unprocessedrecords" else ""
    text = str(call.state.setting("bulk.results", job_id, {}).get(key, untouched))
    return Response(200, {"Content-Type": "text/csv"}, text.encode())


def open_query(call: Call) -> Response:
    """`POST …/jobs/query`: checked at once, run while it is looked at."""
    body = call.body()
    _refuse_unknown(body, {"operation", "query", "contentType", "columnDelimiter", "lineEnding"})
    operation = _one_of(body, "operation", ("query", "queryAll"), None)
    delimiter = _one_of(body, "columnDelimiter", tuple(bulk_rows.DELIMITERS), "COMMA")
    ending = _one_of(body, "lineEnding", ("LF", "CRLF"), "LF")
    parsed = soql.parse(str(body.get("query") or ""))
    if aggregates(parsed) or parsed.offset is not None:
        raise Refused("API_ERROR", "Aggregates, GROUP BY and OFFSET are not supported in bulk queries")
    if any(isinstance(each, syntax.Query) for each in parsed.columns):
        raise Refused("API_ERROR", "Child relationship queries are not supported in bulk queries")
    prepared = prepare(parsed, Org(call.state, call.user_id))
    job = _new(call, "V2Query", operation, prepared.object.name)
    job |= {"state": "UploadComplete", "columnDelimiter": delimiter, "lineEnding": ending, "query": body["query"]}
    call.state.keep("bulk", str(job["id"]), job)
    return json(_shown(job))


def query_results(call: Call, job_id: str) -> Response:
    """`GET …/jobs/query/{id}/results?maxRecords=&locator=`: a page; the locator of the last one is the word null."""
    job = _job(call, job_id, "V2Query")
    if float(job["apiVersion"]) != call.number:
        raise Refused("API_ERROR", "The results must be fetched in the API version of the job", status=409)
    if job["state"] != "JobComplete":
        raise Refused("INVALIDJOBSTATE", f"The job is {job['state']}: there are no results yet")
    said = call.said
    size, start = said.get("maxRecords", str(USUAL_PAGE)), bulk_rows.start_of(said.get("locator", ""))
    if not size.isdigit() or int(size) < 1 or start is None:
        raise Refused("API_ERROR", "maxRecords or locator cannot be read")
    lines: list[str] = call.state.setting("bulk.results", job_id)["lines"]
    end = start + int(size)
    rows = lines[1:][start:end]
    headers = {
        "Content-Type": "text/csv",
        "Sforce-NumberOfRecords": str(len(rows)),
        "Sforce-Locator": bulk_rows.locator_of(end) if end < len(lines) - 1 else "null",
    }
    return Response(200, headers, "".join([lines[0], *rows]).encode())


def _worked(call: Call, job: dict[str, Any]) -> dict[str, Any]:
    org = Org(call.state, str(job["createdById"]), include_deleted=job["operation"] == "queryAll")
    job_id = str(job["id"])
    if job["jobType"] == "V2Query":
        lines = bulk_rows.query_lines(job, org)
        call.state.keep("bulk.results", job_id, {"lines": lines})
        return _moved(call, job, {"state": "JobComplete", "numberRecordsProcessed": len(lines) - 1})
    content = str(call.state.setting("bulk.upload", job_id))
    try:
        with call.state.transaction():
            results, failed, total = bulk_rows.ingest(job, content, org)
    except Refused as refused:
        return _moved(call, job, {"state": "Failed", "errorMessage": f"{refused.code} : {refused.message}"})
    call.state.keep("bulk.results", job_id, results)
    counts = {"numberRecordsProcessed": total, "numberRecordsFailed": failed}
    return _moved(call, job, {"state": "JobComplete", **counts})


def _new(call: Call, kind: str, operation: str, of: str) -> dict[str, Any]:
    now = dates.wire(dates.stamp(call.state.now()))
    return {
        "id": ids.make_id("750", call.state.next_id(SYSTEM, "Job")),
        "operation": operation,
        "object": of,
        "createdById": call.user_id,
        "createdDate": now,
        "systemModstamp": now,
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": call.number,
        "jobType": kind,
        "numberRecordsProcessed": 0,
        "numberRecordsFailed": 0,
        "retries": 0,
        "totalProcessingTime": 0,
        "apiActiveProcessingTime": 0,
        "apexProcessingTime": 0,
    }


def _moved(call: Call, job: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    moved = {**job, **changes, "systemModstamp": dates.wire(dates.stamp(call.state.now()))}
    call.state.keep("bulk", str(job["id"]), moved)
    return moved


def _shown(job: Mapping[str, Any]) -> dict[str, Any]:
    hidden = {"query"} | ({"contentUrl"} if job["state"] != "Open" else set())
    if job["jobType"] == "V2Query":
        hidden |= {"numberRecordsFailed", "apiActiveProcessingTime", "apexProcessingTime"}
    return {name: value for name, value in job.items() if name not in hidden}


def _job(call: Call, job_id: str, kind: str) -> dict[str, Any]:
    job: dict[str, Any] | None = call.state.setting("bulk", ids.long_id(job_id) if ids.is_id(job_id) else job_id)
    if job is None or job["jobType"] != kind:
        raise Refused("NOT_FOUND", "The requested resource does not exist", status=404)
    return job


def _one_of(body: Mapping[str, Any], name: str, values: tuple[str, ...], usual: str | None) -> str:
    value = body.get(name, usual)
    if value not in values:
        raise Refused("API_ERROR", f"Value does not match expected type: {name} cannot be {value}")
    return str(value)


def _refuse_unknown(body: Mapping[str, Any], known: set[str]) -> None:
    for name in body:
        if name not in known:
            raise Refused("INVALIDJOB", f"Unrecognized field '{name}'")
