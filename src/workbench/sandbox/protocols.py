"""Ask a system: the four protocols by name, and what happens when one of them has a mistake."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Mapping

from workbench.sandbox import channelonline, channeltivity, connectwise, salesforce
from workbench.sandbox.state import State
from workbench.sandbox.wire import Request, Response

Answer = Callable[[Request, State], Response]

PROTOCOLS: Mapping[str, Answer] = {
    "salesforce": salesforce.answer,
    "connectwise": connectwise.answer,
    "channeltivity": channeltivity.answer,
    "channelonline": channelonline.answer,
}


def ask(system: str, request: Request, state: State) -> Response:
    """The system's answer to a call; 404 when the path belongs to none."""
    protocol = PROTOCOLS.get(system)
    if protocol is None:
        return Response.of_json({"code": "NotFound", "message": f"no system answers at {request.raw_path}"}, 404)
    return guarded(protocol, request, state)


def guarded(protocol: Answer, request: Request, state: State) -> Response:
    """A mistake of ours becomes a 500 that says so, with its traceback on standard error; the server goes on."""
    try:
        return protocol(request, state)
    except Exception:  # noqa: BLE001  # whatever a protocol gets wrong must not end the server
        print(f"{request.method} {request.raw_path}\n{traceback.format_exc()}", file=sys.stderr, flush=True)  # noqa: T201  # the server's only log
        return Response.of_json({"code": "SandboxMistake", "message": "the sandbox itself failed; see its output"}, 500)
