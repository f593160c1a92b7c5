"""The control side: what was called, what is stored, what is true, and what shall go wrong."""

from __future__ import annotations

from workbench.sandbox.state import State
from workbench.sandbox.wire import Request, Response


def answer(request: Request, state: State) -> Response:
    """Answer a call under /admin/."""
    parts = request.segments[1:]
    match request.method, parts:
        case "GET", ["requests"]:
            rows = state.connection.execute("SELECT at, system, method, path, status, ms, fault FROM request")
            names = ("at", "system", "method", "path", "status", "ms", "fault")
            return Response.of_json([dict(zip(names, row, strict=True)) for row in rows])
        case "DELETE", ["requests"]:
            with state.transaction():
                state.connection.execute("DELETE FROM request")
            return Response(204)
        case "GET", ["records", system, *object]:
            return Response.of_json(list(state.find(system, "/".join(object), include_deleted=True)))
        case _:
            return Response.of_json({"message": f"there is no {request.method} {request.raw_path}"}, 404)
