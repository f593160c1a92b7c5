"""How each kind of fault spoils a call: before it is executed, after it, or on its way back."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from workbench.sandbox import between_pages, rows
from workbench.sandbox.faults import Fault
from workbench.sandbox.routes import system_of
from workbench.sandbox.state import State, stamp_of
from workbench.sandbox.wire import Delivery, Request, Response

_NOTHING = Response(503)
_HTML = (
    b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>We will be right back</h1></body></html>"
)


@dataclass(frozen=True, slots=True)
class Call:
    """A call that shall go wrong; `ask` executes a request undamaged."""

    request: Request
    state: State
    ask: Callable[[Request], Response]
    options: Mapping[str, Any]

    @property
    def system(self) -> str:
        """The system that was called."""
        return system_of(self.request.raw_path)

    def answered(self) -> Response:
        """Execute the call as it is."""
        return self.ask(self.request)


def damaged(fault: Fault, request: Request, state: State, ask: Callable[[Request], Response]) -> Delivery:
    """The answer to a call as the fault leaves it."""
    return _DAMAGES[fault.kind](Call(request, state, ask, fault.options))


def refusal(system: str, status: int, code: str, message: str) -> Response:
    """An error in the words of a system."""
    if system == "salesforce":
        return Response.of_json([{"message": message, "errorCode": code}], status)
    if system == "connectwise" and status == 429:
        return Response.of_json({"error": "ConnectWiseAPI", "message": message}, status)
    return Response.of_json(
        {"code": code, "message": message, "errors": None if system == "connectwise" else []}, status
    )


# On the wire


def _reset(call: Call) -> Delivery:
    match call.options["when"]:
        case "before":
            return Delivery(_NOTHING, silent=True)
        case "during":
            response = call.answered()
            return Delivery(response, cut=len(response.body) // 2)
    return Delivery(call.answered(), silent=True)


def _read_timeout(call: Call) -> Delivery:
    return Delivery(call.answered(), hold=float(call.options["seconds"]), silent=True)


def _slow_drip(call: Call) -> Delivery:
    return Delivery(call.answered(), drip=float(call.options["seconds"]))


def _late_commit(call: Call) -> Delivery:
    _defer(call.state, call.request, float(call.options["seconds"]))
    return Delivery(_NOTHING, silent=True)


def _defer(state: State, request: Request, seconds: float) -> None:
    kept = {
        "method": request.method,
        "raw_path": request.raw_path,
        "raw_query": request.raw_query,
        "headers": dict(request.headers),
        "body": base64.b64encode(request.body).decode("ascii"),
    }
    due = stamp_of(state.now() + timedelta(seconds=seconds))
    with state.transaction():
        state.connection.execute(
            "INSERT INTO deferred (due, system, request) VALUES (?, ?, ?)",
            (due, system_of(request.raw_path), json.dumps(kept)),
        )


def run_due(state: State, ask: Callable[[str, Request], Response]) -> None:
    """Execute what was to be committed late and whose time has come, before anything else is looked at."""
    query = "SELECT position, system, request FROM deferred WHERE due <= ? ORDER BY position"
    if state.connection.execute("SELECT 1 FROM deferred LIMIT 1").fetchone() is None:
        return
    with state.transaction():
        for position, system, text in state.connection.execute(query, (stamp_of(state.now()),)).fetchall():
            state.connection.execute("DELETE FROM deferred WHERE position = ?", (position,))
            kept = json.loads(text)
            ask(system, Request(**{**kept, "body": base64.b64decode(kept["body"])}))


# Instead of an answer


def _expired_session(call: Call) -> Delivery:
    if call.system != "salesforce":
        return Delivery(refusal(call.system, 401, "Unauthorized", "the session has expired; authenticate again"))
    token = call.request.headers.get("authorization", "").rpartition(" ")[2]
    call.state.forget("session.salesforce", token)
    return Delivery(call.answered())  # which now finds no session


def _rate_limited(call: Call) -> Delivery:
    seconds = int(call.options["retry_after"])
    message = f"Too many requests. Please try again in {seconds} seconds."
    response = refusal(call.system, 429, "TOO_MANY_REQUESTS", message)
    if call.options["form"] == "seconds":
        response = response.with_headers([("Retry-After", str(seconds))])
    elif call.options["form"] == "date":
        moment = datetime.now(UTC) + timedelta(seconds=seconds)  # real time: the caller has no other
        response = response.with_headers([("Retry-After", format_datetime(moment, usegmt=True))])
    return Delivery(response)


def _quota_exhausted(call: Call) -> Delivery:
    if call.system == "salesforce":
        return Delivery(refusal(call.system, 403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))
    return Delivery(refusal(call.system, 429, "QuotaExhausted", "the day's calls are used up; try again tomorrow"))


def _unavailable(call: Call) -> Delivery:
    if call.options["when"] == "after":
        call.answered()
    return Delivery(refusal(call.system, 503, "SERVER_UNAVAILABLE", "the service is busy; try again later"))


def _html(call: Call) -> Delivery:
    call.answered()
    return Delivery(Response(200, {"Content-Type": "text/html;charset=UTF-8"}, _HTML))


# With an answer


def _codebase_change(call: Call) -> Delivery:
    call.state.keep("connectwise", "codebase", str(call.options["codebase"]))
    return Delivery(call.answered())


def _duplicate_delivery(call: Call) -> Delivery:
    first = call.answered()
    second = call.answered()
    return Delivery(second if call.options["answer"] == "second" else first)


def _truncated_json(call: Call) -> Delivery:
    response = call.answered()
    return Delivery(Response(response.status, response.headers, response.body[: len(response.body) // 2]))


def _poisoned_row(call: Call) -> Delivery:
    response = call.answered()
    if not rows.shows(response, str(call.options["id"])):
        return Delivery(response)
    return Delivery(refusal(call.system, 500, "ConnectWiseApi", "String was not recognized as a valid Boolean."))


def _pagination_drift(call: Call) -> Delivery:
    response = call.answered()
    between_pages.drift(call.system, call.request, response, call.state, str(call.options["change"]))
    return Delivery(response)


def _missing_results(call: Call) -> Delivery:
    return Delivery(rows.without(call.answered(), call.options["rows"]))


def _reordered_results(call: Call) -> Delivery:
    return Delivery(rows.backwards(call.answered()))


def _partial_success(call: Call) -> Delivery:
    return Delivery(_failing(call, str(call.options["code"]), str(call.options["message"])))


def _row_lock(call: Call) -> Delivery:
    said = "unable to obtain exclusive access to this record or 1 records"
    return Delivery(_failing(call, "UNABLE_TO_LOCK_ROW", said))


def _failing(call: Call, code: str, message: str) -> Response:
    """The chosen rows of a batch fail and are not executed; a single write fails alone."""
    failed = {"success": False, "errors": [{"statusCode": code, "message": message, "fields": []}]}
    batch = rows.executed_without(call.request, call.ask, call.options["rows"], failed)
    status = {"salesforce": 400, "connectwise": 409}.get(call.system, 423)
    return batch if batch is not None else refusal(call.system, status, code, message)


_DAMAGES: Mapping[str, Callable[[Call], Delivery]] = {
    "expired_session": _expired_session,
    "rate_limited": _rate_limited,
    "unavailable": _unavailable,
    "reset": _reset,
    "read_timeout": _read_timeout,
    "late_commit": _late_commit,
    "truncated_json": _truncated_json,
    "html": _html,
    "partial_success": _partial_success,
    "row_lock": _row_lock,
    "duplicate_delivery": _duplicate_delivery,
    "missing_results": _missing_results,
    "reordered_results": _reordered_results,
    "quota_exhausted": _quota_exhausted,
    "slow_drip": _slow_drip,
    "poisoned_row": _poisoned_row,
    "pagination_drift": _pagination_drift,
    "codebase_change": _codebase_change,
}
