"""The control side: what was called, what is stored, what is true, and what shall go wrong."""

from __future__ import annotations

import base64
import email
import email.policy
from collections.abc import Callable, Mapping, Sequence
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
    """Answer a call under /admin/; 400 says what could not be meant, 404 that there is no such thing."""
    name, *rest = request.segments[1:] or [""]
    handle = ROUTES.get((request.method, name))
    try:
        found = handle(state, request, rest) if handle else None
    except ValueError as error:
        return Response.of_json({"message": str(error)}, 400)
    told = {"message": f"there is no {request.method} {request.raw_path}"}
    return found if found is not None else Response.of_json(told, 404)


Handler = Callable[[State, Request, Sequence[str]], Response | None]
"""Answers a call; what follows its word in the path comes last. None where that names nothing."""


def _rows(table: str, *columns: str, order: str = "position") -> Handler:
    """Show a table row by row."""

    def show(state: State, request: Request, rest: Sequence[str]) -> Response | None:
        rows = state.connection.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {order}")
        return None if rest else Response.of_json([dict(zip(columns, row, strict=True)) for row in rows])

    return show


def _emptied(table: str) -> Handler:
    """Forget what a table holds."""

    def forget(state: State, request: Request, rest: Sequence[str]) -> Response | None:
        if rest:
            return None
        with state.transaction():
            state.connection.execute(f"DELETE FROM {table}")
        return Response(204)

    return forget


def _told(tell: Callable[[State], Any]) -> Handler:
    """Show what is told of the state as a whole."""
    return lambda state, request, rest: None if rest else Response.of_json(tell(state))


def _ordered(order: Callable[[State, Mapping[str, Any]], Mapping[str, Any]]) -> Handler:
    """Do what the body orders."""
    return lambda state, request, rest: None if rest else Response.of_json(order(state, _body(request)))


def _records(state: State, request: Request, rest: Sequence[str]) -> Response | None:
    if len(rest) < 2:
        return None
    return Response.of_json(list(state.find(rest[0], "/".join(rest[1:]), include_deleted=True)))


def _set(state: State, request: Request, rest: Sequence[str]) -> Response | None:
    if len(rest) != 2:
        return None
    section, key = rest
    return Response.of_json(scenario.keep(state, section, key, request.json()))


def _mail(state: State) -> list[dict[str, Any]]:
    rows = state.connection.execute("SELECT at, sender, recipients, content FROM mail ORDER BY position")
    return [_message(*row) for row in rows]


def _identity(state: State) -> dict[str, Any]:
    keys = ("schema", "instance", "seed", "partners", "companies")
    return {key: state.setting("identity", key) for key in keys}


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


_CALLS = ("at", "system", "method", "path", "status", "ms", "fault", "caller")
_FAULTS = ("system", "method", "path", "kind", "options", "skip", "times")
_TRUTH = ("entity", "kind", "system", "object", "id", "note")

ROUTES: Mapping[tuple[str, str], Handler] = {
    ("GET", "requests"): _rows("request", *_CALLS),
    ("DELETE", "requests"): _emptied("request"),
    ("GET", "faults"): _rows("fault", *_FAULTS),
    ("POST", "faults"): _ordered(_plan_faults),
    ("DELETE", "faults"): _emptied("fault"),
    ("GET", "records"): _records,
    ("GET", "truth"): _rows("truth", *_TRUTH, order="kind, entity, system, id"),
    ("GET", "identity"): _told(_identity),
    ("GET", "clock"): _told(clock.told),
    ("POST", "clock"): _ordered(clock.set_clock),
    ("GET", "mail"): _told(_mail),
    ("DELETE", "mail"): _emptied("mail"),
    ("POST", "latency"): _ordered(_set_latency),
    ("POST", "visibility"): _ordered(_set_visibility),
    ("POST", "settings"): _set,
    ("POST", "actors"): _ordered(_let_act),
    ("POST", "reset"): _ordered(_reset),
}
"""Everything that can be asked for or ordered, by method and the first word of the path."""
