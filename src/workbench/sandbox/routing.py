"""From a call to its answer: which system it is for, request log, fault, protocol."""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import astuple, dataclass
from functools import cache

from workbench.sandbox.state import State, stamp_of
from workbench.sandbox.wire import Request, Response

Answer = Callable[[Request, State], Response]

_PATHS = (
    ("admin", re.compile(r"/admin(/|$)")),
    ("channeltivity", re.compile(r"/channeltivity(/|$)")),
    ("channelonline", re.compile(r"/channelonline(/|$)")),
    ("connectwise", re.compile(r"/+login/companyinfo|/+[^/]+/+apis/3\.0(/|$)")),
    ("salesforce", re.compile(r"/services(/|$)|/id/")),
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an answer goes onto the wire.

    `hold`: seconds of silence first. `silent`: then reset without a byte. `cut`: reset after so many bytes of the body.
    `drip`: seconds between single bytes.
    """

    response: Response
    hold: float = 0.0
    silent: bool = False
    cut: int | None = None
    drip: float = 0.0


def system_of(raw_path: str) -> str:
    """Which system a path belongs to; empty when none."""
    return next((system for system, pattern in _PATHS if pattern.match(raw_path)), "")


def deliver(request: Request, state: State) -> Delivery:
    """Answer one call: log it, let a fault have its way, ask the system's protocol."""
    system = system_of(request.raw_path)
    if system == "admin":
        return Delivery(answer(system, request, state))
    started = time.perf_counter()
    response = answer(system, request, state)
    ms = round((time.perf_counter() - started) * 1000, 3)
    _log(state, _Entry(system, request.method, request.target, response.status, ms))
    return Delivery(response)


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
