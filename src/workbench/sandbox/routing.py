"""From a call to its answer: which system it is for, request log, fault, protocol."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import astuple, dataclass
from functools import cache

from workbench.sandbox import faults
from workbench.sandbox.actors import ACTORS, run
from workbench.sandbox.clock import advance
from workbench.sandbox.damage import damaged, run_due
from workbench.sandbox.routes import system_of
from workbench.sandbox.state import State, stamp_of
from workbench.sandbox.wire import Delivery, Request, Response

Answer = Callable[[Request, State], Response]


def deliver(request: Request, state: State) -> Delivery:
    """Answer one call: wait as the latency says, let a fault have its way, ask the system's protocol, log it."""
    run_due(state, lambda system, late: answer(system, late, state))
    system = system_of(request.raw_path)
    if system == "admin":
        return Delivery(_control(request, state))
    started = time.perf_counter()
    time.sleep(state.setting("latency", system, 0) / 1000)
    fault = faults.take(state, system, request)
    if fault is None:
        delivery = Delivery(answer(system, request, state))
    else:
        delivery = damaged(fault, request, state, lambda sent: answer(system, sent, state))
    status = None if delivery.silent else delivery.response.status
    ms = round((time.perf_counter() - started) * 1000, 3)
    _log(state, _Entry(system, request.method, request.target, status, ms, fault.kind if fault else ""))
    return delivery


def _control(request: Request, state: State) -> Response:
    if request.segments[1:] == ["actors"] and request.method == "POST":
        return _guarded(lambda: _let_act(request, state), request)
    return answer("admin", request, state)


def _let_act(request: Request, state: State) -> Response:
    """`{"actors": [names], "hours": 1}`: each hour the clock moves on, then they do their hour, in this order."""
    try:
        body = request.json() if request.body else {}
        wanted, hours = body.get("actors", ["connector", "jobs"]), body.get("hours", 1)
        if not isinstance(wanted, list) or set(wanted) - ACTORS.keys() or not isinstance(hours, int) or hours > 1000:
            raise ValueError(f"actors is a list of {', '.join(ACTORS)}, hours a number up to 1000")
    except (ValueError, AttributeError) as error:
        return Response.of_json({"message": str(error)}, 400)
    done = []
    for _ in range(hours):
        advance(state, 3600)
        done += run(state, wanted, lambda actor, system, sent: _act(actor, system, sent, state))
    return Response.of_json({"done": done})


def _act(actor: str, system: str, request: Request, state: State) -> Response:
    started = time.perf_counter()
    response = answer(system, request, state)
    ms = round((time.perf_counter() - started) * 1000, 3)
    _log(state, _Entry(system, request.method, request.target, response.status, ms, caller=actor))
    return response


def answer(system: str, request: Request, state: State) -> Response:
    """Ask a system's protocol; a mistake of ours becomes a 500 that says so, with its traceback on standard error."""
    protocol = _protocol(system)
    if protocol is None:
        return Response.of_json({"code": "NotFound", "message": f"no system answers at {request.raw_path}"}, 404)
    return _guarded(lambda: protocol(request, state), request)


def _guarded(act: Callable[[], Response], request: Request) -> Response:
    try:
        return act()
    except Exception:  # noqa: BLE001  # whatever a protocol gets wrong must not end the server
        print(f"{request.method} {request.raw_path}\n{traceback.format_exc()}", file=sys.stderr, flush=True)  # noqa: T201  # the server's only log
        return Response.of_json({"code": "SandboxMistake", "message": "the sandbox itself failed; see its output"}, 500)


@cache
def _protocol(system: str) -> Answer | None:
    if not system or importlib.util.find_spec(f"workbench.sandbox.{system}") is None:
        return None
    found: Answer | None = getattr(importlib.import_module(f"workbench.sandbox.{system}"), "answer", None)
    return found


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the request log."""

    system: str
    method: str
    path: str
    status: int | None
    ms: float
    fault: str = ""
    caller: str = ""


def _log(state: State, entry: _Entry) -> None:
    with state.transaction():
        state.connection.execute(
            "INSERT INTO request (at, system, method, path, status, ms, fault, caller) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (stamp_of(state.now()), *astuple(entry)),
        )
