"""The control side: what was called, what is stored, what is true, and what shall go wrong."""

from __future__ import annotations

import base64
import email
import email.policy
from collections.abc import Callable, Mapping
from typing import Any

from workbench.sandbox import clock, faults, scenario
from workbench.sandbox.actors import ACTORS, run
from workbench.sandbox.data import fill, size_of
from workbench.sandbox.data.size import Size
from workbench.sandbox.protocols import ask
from workbench.sandbox.request_log import logged
from workbench.sandbox.routes import SYSTEMS
from workbench.sandbox.state import State
from workbench.sandbox.wire import Request, Response


def answer(request: Request, state: State) -> Response:
    """Answer a call under /admin/; 400 says what could not be meant."""
    try:
        return _read(request, state) if request.method == "GET" else _write(request, state)
    except ValueError as error:
        return Response.of_json({"message": str(error)}, 400)


_TABLES: Mapping[str, tuple[str, ...]] = {
    "requests": ("at", "system", "method", "path", "status", "ms", "fault", "caller"),
    "faults": ("system", "method", "path", "kind", "options", "skip", "times"),
    "truth": ("entity", "kind", "system", "object", "id", "note"),
}
"""What is shown row by row, with its columns; the table's name is the word without its s."""


def _read(request: Request, state: State) -> Response:
    match request.segments[1:]:
        case [name] if name in _TABLES:
            return Response.of_json(_rows(name, state))
        case ["records", system, *object] if object:
            return Response.of_json(list(state.find(system, "/".join(object), include_deleted=True)))
        case ["clock"]:
            return Response.of_json(clock.told(state))
        case ["mail"]:
            rows = state.connection.execute("SELECT at, sender, recipients, content FROM mail ORDER BY position")
            return Response.of_json([_message(*row) for row in rows])
        case ["identity"]:
            keys = ("schema", "instance", "seed", "partners", "companies")
            return Response.of_json({key: state.setting("identity", key) for key in keys})
    return _nothing(request)


def _rows(name: str, state: State) -> list[dict[str, Any]]:
    order = "kind, entity, system, id" if name == "truth" else "position"
    columns = _TABLES[name]
    rows = state.connection.execute(f"SELECT {', '.join(columns)} FROM {name.rstrip('s')} ORDER BY {order}")
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _write(request: Request, state: State) -> Response:
    match request.method, request.segments[1:]:
        case "DELETE", [("requests" | "faults" | "mail") as name]:
            with state.transaction():
                state.connection.execute(f"DELETE FROM {name.rstrip('s')}")
            return Response(204)
        case "POST", [name] if name in _ORDERS:
            return Response.of_json(_ORDERS[name](state, _body(request)))
        case "POST", ["settings", section, key]:
            return Response.of_json(scenario.keep(state, section, key, request.json()))
    return _nothing(request)


def _nothing(request: Request) -> Response:
    return Response.of_json({"message": f"there is no {request.method} {request.raw_path}"}, 404)


def _body(request: Request) -> Mapping[str, Any]:
    body = request.json() if request.body else {}
    if not isinstance(body, dict):
        raise ValueError("the body must be one JSON object")
    return body


def _plan_faults(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    """One fault, or several as `{"faults": [...]}`."""
    wanted = body.get("faults", [body])
    if not isinstance(wanted, list) or not all(isinstance(each, dict) for each in wanted):
        raise ValueError("faults is a list of objects")
    with state.transaction():
        return {"faults": [faults.plan(state, each) for each in wanted]}


def _let_act(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    """`{"actors": [names], "hours": 1}`: each hour the clock moves on, then they do their hour, in this order."""
    wanted, hours = body.get("actors", ["connector", "jobs"]), body.get("hours", 1)
    if not isinstance(wanted, list) or not all(name in ACTORS for name in map(str, wanted)):
        raise ValueError(f"actors is a list of {', '.join(ACTORS)}")
    if not isinstance(hours, int) or not 1 <= hours <= 1000:
        raise ValueError("hours is a number from 1 to 1000")
    done: list[dict[str, str]] = []
    for _ in range(hours):
        clock.advance(state, 3600)
        done += run(state, wanted, lambda actor, system, sent: _act(actor, system, sent, state))
    return {"done": done}


def _act(actor: str, system: str, request: Request, state: State) -> Response:
    with logged(state, system, request, actor) as entry:
        response = ask(system, request, state)
        entry.status = response.status
    return response


def _set_latency(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    """Milliseconds before each answer, by system: `{"salesforce": 120}`."""
    for system, milliseconds in body.items():
        if system not in SYSTEMS or not isinstance(milliseconds, int | float) or not 0 <= milliseconds <= 60_000:
            raise ValueError(f"latency is 0 to 60000 milliseconds for one of {', '.join(SYSTEMS)}, not {system}")
    with state.transaction():
        for system, milliseconds in body.items():
            state.keep("latency", system, milliseconds)
    return {system: state.setting("latency", system, 0) for system in SYSTEMS}


def _set_visibility(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    """Which fields of an object the portal's API shall not show: `{"system", "object", "hidden": [names]}`."""
    system, object, hidden = (body.get(name) for name in ("system", "object", "hidden"))
    if not isinstance(system, str) or not isinstance(object, str) or not isinstance(hidden, list):
        raise ValueError("visibility takes system, object and hidden, a list of field names")
    state.keep(f"{system}.hidden", object, hidden)
    return {"hidden": hidden}


def _reset(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    """Back to a seed: data, clock, faults, log, mail; instance, credentials and the first session stay."""
    size = size_of(state)
    wanted = {name: body.get(name, getattr(size, name)) for name in ("seed", "partners", "companies")}
    if body.keys() - wanted.keys() or not all(isinstance(value, int) and value >= 0 for value in wanted.values()):
        raise ValueError("reset takes seed, partners and companies, whole numbers")
    if Size(**wanted) == size and state.restore():
        return wanted
    with state.loading():
        state.empty(keeping=("identity", "credentials"))
        state.forget("identity", "filled")
        fill(state, Size(**wanted))
    return wanted


def _message(at: str, sender: str, recipients: str, content: bytes) -> dict[str, Any]:
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    body = parsed.get_body(("plain", "html"))
    return {
        "at": at,
        "sender": sender,
        "recipients": recipients.split("\n"),
        "subject": str(parsed.get("Subject", "")),
        "message_id": str(parsed.get("Message-ID", "")),
        "text": body.get_content().replace("\r\n", "\n") if body is not None else "",
        "content": base64.b64encode(content).decode("ascii"),
    }


_ORDERS: Mapping[str, Callable[[State, Mapping[str, Any]], Mapping[str, Any]]] = {
    "faults": _plan_faults,
    "clock": clock.set_clock,
    "actors": _let_act,
    "latency": _set_latency,
    "visibility": _set_visibility,
    "reset": _reset,
}
"""What can be ordered by POST."""
