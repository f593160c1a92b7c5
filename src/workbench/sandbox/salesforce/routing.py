"""Which resource answers a path: segments are compared without letter case, `*` takes a part of the path as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from workbench.sandbox.salesforce import (
    bulk,
    changing,
    collections,
    composite,
    describing,
    picklists,
    reading,
    search,
    sessions,
    soap,
    usage,
)
from workbench.sandbox.salesforce.call import Call, refusal
from workbench.sandbox.salesforce.refusals import Refused, not_found
from workbench.sandbox.salesforce.rules import note_lock
from workbench.sandbox.state import State
from workbench.sandbox.wire import Request, Response

LONGEST_TARGET = 16_384
METHOD_PARAMETER = "_HttpMethod"
VERSION = re.compile(r"v(\d{2}\.0)", re.IGNORECASE)

Handler = Callable[..., Response]
Methods = Mapping[str, tuple[Handler, *tuple[str, ...]]]
"""By HTTP method: the handler, and the query parameters that it takes. Any other parameter is refused."""


def _job_methods(kind: str) -> Methods:
    return {
        "GET": (lambda call, job_id: bulk.look(call, kind, job_id),),
        "PATCH": (lambda call, job_id: bulk.change(call, kind, job_id),),
        "DELETE": (lambda call, job_id: bulk.remove(call, kind, job_id),),
    }


# The first pattern that fits decides, so a fixed name stands before the `*` that would also take it.
ROUTES: tuple[tuple[str, Methods], ...] = (
    ("", {"GET": (describing.resources,)}),
    ("limits", {"GET": (describing.limits,)}),
    ("search", {"GET": (search.search, "q")}),
    ("query", {"GET": (reading.query, "q")}),
    ("query/*", {"GET": (reading.next_page,)}),
    ("queryAll", {"GET": (partial(reading.query, include_deleted=True), "q")}),
    ("queryAll/*", {"GET": (reading.next_page,)}),
    ("tooling/query", {"GET": (partial(reading.query, tooling=True), "q")}),
    ("tooling/query/*", {"GET": (reading.next_page,)}),
    ("sobjects", {"GET": (describing.object_list,)}),
    ("sobjects/*", {"GET": (describing.object_info,), "POST": (changing.create,)}),
    ("sobjects/*/describe", {"GET": (describing.describe,)}),
    ("sobjects/*/describe/layouts", {"GET": (describing.layouts,)}),
    ("sobjects/*/updated", {"GET": (reading.updated, "start", "end")}),
    ("sobjects/*/deleted", {"GET": (reading.deleted, "start", "end")}),
    ("sobjects/EventLogFile/*/LogFile", {"GET": (reading.log_file,)}),
    (
        "sobjects/*/*",
        {"GET": (reading.record, "fields"), "PATCH": (changing.update,), "DELETE": (changing.delete,)},
    ),
    (
        "sobjects/*/*/*",
        {
            "GET": (reading.record_by_key, "fields"),
            "PATCH": (changing.upsert,),
            "DELETE": (changing.delete_by_key,),
        },
    ),
    ("ui-api/object-info/*/picklist-values/*", {"GET": (picklists.of_record_type,)}),
    ("ui-api/object-info/*/picklist-values/*/*", {"GET": (picklists.of_field,)}),
    (
        "composite/sobjects",
        {
            "POST": (collections.create,),
            "PATCH": (collections.update,),
            "DELETE": (collections.delete, "ids", "allOrNone"),
        },
    ),
    (
        "composite/sobjects/*",
        {"GET": (collections.retrieve, "ids", "fields"), "POST": (collections.retrieve,)},
    ),
    ("composite/sobjects/*/*", {"PATCH": (collections.upsert,)}),
    ("jobs/ingest", {"GET": (partial(bulk.jobs, kind="V2Ingest"),), "POST": (bulk.open_ingest,)}),
    ("jobs/query", {"GET": (partial(bulk.jobs, kind="V2Query"),), "POST": (bulk.open_query,)}),
    ("jobs/ingest/*/batches", {"PUT": (bulk.upload,)}),
    ("jobs/query/*/results", {"GET": (bulk.query_results, "maxRecords", "locator")}),
    ("jobs/ingest/*/*", {"GET": (bulk.ingest_results,)}),
    ("jobs/ingest/*", _job_methods("V2Ingest")),
    ("jobs/query/*", _job_methods("V2Query")),
    ("composite", {"POST": (lambda call: composite.composite(call, dispatch),)}),
    ("composite/graph", {"POST": (lambda call: composite.graph(call, dispatch),)}),
    ("composite/batch", {"POST": (lambda call: composite.batch(call, dispatch),)}),
)


def _versions(request: Request, state: State) -> Response:
    _check_method(request, {"GET"})
    _take(request, set())
    return describing.versions(request)


def _token(request: Request, state: State) -> Response:
    if request.method != "POST":
        return sessions.Denied("invalid_request", "must use HTTP POST").answer
    return sessions.token(request, state)


WITHOUT_SESSION: Mapping[str, Callable[[Request, State], Response | None]] = {
    "services/Soap/u/*": soap.login,
    "services/Soap/u/*/*": soap.login,
    "services/data": _versions,
    "services/oauth2/token": _token,
    "services/oauth2/revoke": sessions.revoke,
}
"""What stands under no version and needs no session; None where the path only looks like it."""
IDENTITY = ("id/*/*", "services/oauth2/userinfo")
"""Where a session asks whose it is."""


def answer(request: Request, state: State) -> Response:
    """Salesforce's answer to a call."""
    try:
        if len(request.target) > LONGEST_TARGET:
            raise Refused("URI_TOO_LONG", "The URI of the request is too long", status=414)
        meant = _meant(request)
        return _without_session(meant, state) or _with_session(_told_in_json(meant), state)
    except Refused as refused:
        return refusal(refused)


def _meant(request: Request) -> Request:
    """A POST with the parameter `_HttpMethod` is the method that this names: for callers that cannot send a PATCH."""
    said = [value for name, value in request.query if name == METHOD_PARAMETER]
    if request.method != "POST" or len(said) != 1:
        return request
    kept = [(name, value) for name, value in request.query if name != METHOD_PARAMETER]
    return replace(request, method=said[0].upper(), raw_query=urlencode(kept))


def _told_in_json(request: Request) -> Request:
    """The request of a caller who takes JSON or text; Salesforce also speaks XML, the sandbox does not."""
    kinds = {part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "*/*").split(",")}
    if kinds and kinds <= {"application/xml", "text/xml"}:
        raise Refused("NOT_ACCEPTABLE", "The sandbox answers in JSON alone", status=406)
    return request


def _without_session(request: Request, state: State) -> Response | None:
    fitting = (reply for pattern, reply in WITHOUT_SESSION.items() if _fit(pattern, request.segments) is not None)
    reply = next(fitting, None)
    return reply and reply(request, state)


def _with_session(request: Request, state: State) -> Response:
    path = request.segments
    lower = [segment.lower() for segment in path]
    user_id = sessions.authenticate(request, state)
    if any(_fit(pattern, path) is not None for pattern in IDENTITY):
        _check_method(request, {"GET"})
        _take(request, {"format", "oauth_token", "version"})
        return sessions.identity(request, state, user_id)
    if lower[:2] != ["services", "data"] or len(path) < 3 or not (version := VERSION.fullmatch(path[2])):
        raise not_found()
    if not describing.FIRST_VERSION <= float(version[1]) <= describing.LAST_VERSION:
        raise _wrong_version(float(version[1]))
    info = usage.count(state)
    return dispatch(Call(request, state, user_id, version[1]), path[3:]).with_headers([("Sforce-Limit-Info", info)])


def _take(request: Request, known: set[str]) -> None:
    if unknown := sorted({name for name, _ in request.query} - known):
        raise Refused("INVALID_QUERY_PARAMETER", f"unknown query parameter: {', '.join(unknown)}")


def _wrong_version(number: float) -> Refused:
    if number < describing.FIRST_VERSION:
        return Refused("GONE", "This API version is retired", status=410)
    return not_found()


def dispatch(call: Call, path: list[str]) -> Response:
    """The answer of the resource at this path below the version; refusals become error answers."""
    try:
        for pattern, methods in ROUTES:
            taken = _fit(pattern, path)
            if taken is not None:
                method = "GET" if call.request.method == "HEAD" else call.request.method
                _check_method(call.request, set(methods))
                handler, *parameters = methods[method]
                call.take(parameters)
                return handler(call, *taken)
        raise not_found()
    except Refused as refused:
        note_lock(refused, call.state)
        return refusal(refused)


def _fit(pattern: str, path: list[str]) -> list[str] | None:
    parts = pattern.split("/") if pattern else []
    if len(parts) != len(path):
        return None
    taken: list[str] = []
    for part, segment in zip(parts, path, strict=True):
        if part == "*":
            taken.append(segment)
        elif part.lower() != segment.lower():
            return None
    return taken


def _check_method(request: Request, allowed: set[str]) -> None:
    if request.method not in allowed and not (request.method == "HEAD" and "GET" in allowed):
        message = f"HTTP Method '{request.method}' not allowed. Allowed are {','.join(sorted(allowed))}"
        raise Refused("METHOD_NOT_ALLOWED", message, status=405)
