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
        return Delivery(answer(system, request, state))
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


def answer(system: str, request: Request, state: State) -> Response:
    """Ask a system's protocol; a mistake of ours becomes a 500 that says so, with its traceback on standard error."""
    protocol = _protocol(system)
    if protocol is None:
        return Response.of_json({"code": "NotFound", "message": f"no system answers at {request.raw_path}"}, 404)
    try:
        return protocol(request, state)
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


def _log(state: State, entry: _Entry) -> None:
    with state.transaction():
        state.connection.execute(
            "INSERT INTO request (at, system, method, path, status, ms, fault) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (stamp_of(state.now()), *astuple(entry)),
        )
