"""Which collection or action a path names, and what the method does there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workbench.sandbox.connectwise import access, actions, reading, writing
from workbench.sandbox.connectwise.call import Call
from workbench.sandbox.connectwise.collections import BY_STORE, COLLECTIONS
from workbench.sandbox.connectwise.fields import Collection
from workbench.sandbox.connectwise.refusals import Refused, no_endpoint
from workbench.sandbox.connectwise.tenant import Tenant
from workbench.sandbox.state import State
from workbench.sandbox.wire import Request, Response


def _company_info(request: Request, state: State, name: str) -> Response:
    access.check_no_parameters(request)
    return access.company_info(state, name)


def _system_info(request: Request, state: State) -> Response:
    access.check_no_parameters(request)
    return actions.system_info(state)


OPEN: Mapping[str, Callable[..., Response]] = {"login/companyinfo/*": _company_info}
"""What stands beside the API and needs no credentials, by path; all of it is read only."""
UNSIGNED: Mapping[str, Callable[..., Response]] = {"system/info": _system_info}
"""What the API tells without credentials, by path; all of it is read only."""


def answer(request: Request, state: State) -> Response:
    """ConnectWise's answer to a call; each carries the headers that the vendor's servers add."""
    try:
        found = _answer(request, state)
    except Refused as refused:
        found = refused.answer()
    return found.with_headers([("api-current-version", "2025.8"), ("Cache-Control", "no-cache")])


def _answer(request: Request, state: State) -> Response:
    path = request.segments
    if (told := _told(OPEN, path, request, state)) is not None:
        return told
    if len(path) < 4 or [part.lower() for part in path[1:3]] != ["apis", "3.0"]:
        raise no_endpoint()
    access.check_transport(request, state)
    access.check_codebase(state, path[0])
    rest = [part if part.isdigit() else part.lower() for part in path[3:]]
    if (told := _told(UNSIGNED, rest, request, state)) is not None:
        return told
    caller = access.caller(request, state)
    access.check_accept(request)
    tenant = Tenant(state, f"{request.origin}/{path[0]}/apis/3.0", caller)
    special = actions.find(request, tenant, rest)
    if special is not None:
        return special
    collection, parent_id, tail = _collection(rest)
    if parent_id:
        tenant.must_get(BY_STORE[collection.parent_path], parent_id)
    return _of_collection(Call(request, tenant, collection, parent_id), tail)


def _told(
    routes: Mapping[str, Callable[..., Response]], path: list[str], request: Request, state: State
) -> Response | None:
    for pattern, tell in routes.items():
        parts = pattern.split("/")
        if len(parts) == len(path) and all(each in ("*", said.lower()) for each, said in zip(parts, path, strict=True)):
            _check_method(request, {"GET"})
            return tell(request, state, *(said for each, said in zip(parts, path, strict=True) if each == "*"))
    return None


def _of_collection(call: Call, tail: list[str]) -> Response:
    methods = set(call.collection.methods)
    method = "GET" if call.request.method == "HEAD" else call.request.method
    if not tail:
        _check_method(call.request, methods & {"GET", "POST"})
        if method == "POST":
            return writing.create(call)
        call.allow(*reading.FILTERS, *reading.SHAPE)
        return reading.page(call)
    if tail == ["count"]:
        _check_method(call.request, {"GET"})
        call.allow(*reading.FILTERS)
        return reading.count(call)
    if len(tail) > 1 or not tail[0].isdigit():
        raise no_endpoint()
    _check_method(call.request, methods - {"POST"})
    if method == "GET":
        return reading.one(call, str(int(tail[0])))
    write = {"PUT": writing.replace, "PATCH": writing.patch, "DELETE": writing.delete}[method]
    return write(call, str(int(tail[0])))


def _collection(path: list[str]) -> tuple[Collection, str, list[str]]:
    """The collection with the longest path that fits, the parent's id, and what follows."""
    best: tuple[Collection, str, list[str]] | None = None
    longest = 0
    for collection in COLLECTIONS:
        parts = collection.path.lower().split("/")
        if len(parts) <= longest or len(parts) > len(path):
            continue
        if all(part == said or (part == "*" and said.isdigit()) for part, said in zip(parts, path, strict=False)):
            parents = [said for part, said in zip(parts, path, strict=False) if part == "*"]
            best, longest = (collection, parents[0] if parents else "", path[len(parts) :]), len(parts)
    if best is None:
        raise no_endpoint()
    return best


def _check_method(request: Request, allowed: set[str]) -> None:
    if request.method not in allowed and not (request.method == "HEAD" and "GET" in allowed):
        raise Refused("MethodNotAllowed", f"The method {request.method} is not allowed here.", status=405)
