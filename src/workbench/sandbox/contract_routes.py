"""Our own contract by HTTP: every call that it knows, in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.sandbox.contract import Contract
from workbench.sandbox.contract_lists import page
from workbench.sandbox.contract_refusals import Refusal
from workbench.sandbox.state import State, stamp_of
from workbench.sandbox.wire import Request, Response


@dataclass(frozen=True, slots=True)
class Call:
    """A call to a system of this contract; `object`, `id` and `action` as the path names them, else empty."""

    contract: Contract
    request: Request
    state: State
    object: str = ""
    id: str = ""
    action: str = ""

    @property
    def body(self) -> Mapping[str, Any]:
        """The body's fields; raises Refusal when it is no JSON object."""
        try:
            body = self.request.json() if self.request.body else {}
        except (ValueError, RecursionError) as error:
            raise Refusal(400, "BadBody", f"the body is not JSON: {error}") from error
        if not isinstance(body, dict):
            raise Refusal(400, "BadBody", "the body must be one JSON object of fields")
        return body

    def shown(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """A stored record of this call's object as the API shows it."""
        return self.contract.shown(self.state, self.object, dict(record))


def answer(contract: Contract, request: Request, state: State) -> Response:
    """Answer a call under /{system}/api/v1."""
    try:
        expected = state.setting("credentials", contract.system, {}).get("api_key")
        if request.headers.get("x-api-key") != expected:
            message = "the header X-Api-Key is missing or wrong; use the key of this portal"
            raise Refusal(401, "Unauthorized", message)
        handle, call = _routed(contract, request, state)
        return handle(call)
    except Refusal as refusal:
        return refusal.response


def paths(contract: Contract) -> Iterator[tuple[str, str]]:
    """Every method and path that a contract serves, `*` for an id."""
    for method, pattern in ROUTES:
        for object in contract.objects if "{object}" in pattern else ("",):
            actions = [action for of, action in contract.actions if of == object] if "{action}" in pattern else [""]
            for action in actions:
                yield method, pattern.format(object=object, id="*", action=action)


def _routed(contract: Contract, request: Request, state: State) -> tuple[Callable[[Call], Response], Call]:
    segments = request.segments[3:] if request.segments[1:3] == ["api", "v1"] else []
    for (method, pattern), handle in ROUTES.items():
        named = _fitting(pattern.split("/"), segments, contract)
        if method == request.method and named is not None:
            return handle, Call(contract, request, state, **named)
    if segments and segments[0] in contract.objects:
        raise Refusal(405, "MethodNotAllowed", f"{request.method} is not possible at {request.raw_path}")
    raise Refusal(404, "NotFound", f"there is no {request.method} {request.raw_path}")


def _fitting(pattern: list[str], segments: list[str], contract: Contract) -> dict[str, str] | None:
    """What the segments name when they fit the pattern."""
    if len(pattern) != len(segments):
        return None
    named = {part.strip("{}"): said for part, said in zip(pattern, segments, strict=True) if part.startswith("{")}
    literal = all(part == said for part, said in zip(pattern, segments, strict=True) if not part.startswith("{"))
    known = "object" not in named or named["object"] in contract.objects
    acts = "action" not in named or (named["object"], named["action"]) in contract.actions
    return named if literal and known and acts else None


def _portal(call: Call) -> Response:
    system, state = call.contract.system, call.state
    return Response.of_json(
        {
            "id": f"{system}-{state.setting('identity', 'instance')}",
            "name": state.setting(system, "name", system),
            "system": system,
            "user": state.setting(system, "user", "api"),
            "version": "1",
            "sandbox": True,
            "time": stamp_of(state.now()),
        }
    )


def _described(call: Call, object: str) -> list[dict[str, Any]]:
    return [each.described() for each in call.contract.fields(call.state, object).values()]


def _all_fields(call: Call) -> Response:
    return Response.of_json({name: _described(call, name) for name in call.contract.objects})


def _fields(call: Call) -> Response:
    return Response.of_json(_described(call, call.object))


def _settings(call: Call) -> Response:
    return Response.of_json(call.state.setting(call.contract.system, "settings", {}))


def _page(call: Call) -> Response:
    visible = call.contract.fields(call.state, call.object)
    return Response.of_json(page(call.state, (call.contract.system, call.object), visible, call.request))


def _one(call: Call) -> Response:
    return Response.of_json(call.shown(call.contract.existing(call.state, call.object, call.id)))


def _create(call: Call) -> Response:
    with call.state.transaction():
        record = call.contract.create(call.state, call.object, call.body)
        return Response.of_json(call.shown(record), 201, {"Location": f"{call.object}/{record['@id']}"})


def _change(call: Call) -> Response:
    with call.state.transaction():
        before = call.contract.live(call.state, call.object, call.id)
        expected = call.request.headers.get("if-unmodified-since-stamp")
        if expected is not None and expected != before["@modified"]:
            told = f"{call.object} {call.id} was changed at {before['@modified']}, not {expected}; read it again"
            raise Refusal(412, "Changed", told)
        return Response.of_json(call.shown(call.contract.change(call.state, call.object, before, call.body)))


def _delete(call: Call) -> Response:
    with call.state.transaction():
        call.contract.live(call.state, call.object, call.id)
        call.state.delete(call.contract.system, call.object, call.id)
        return Response(204)


def _act(call: Call) -> Response:
    with call.state.transaction():
        record = call.contract.live(call.state, call.object, call.id)
        return Response.of_json(call.contract.actions[call.object, call.action](call.state, record, call.body))


ROUTES: Mapping[tuple[str, str], Callable[[Call], Response]] = {
    ("GET", "portal"): _portal,
    ("GET", "fields"): _all_fields,
    ("GET", "fields/{object}"): _fields,
    ("GET", "settings"): _settings,
    ("GET", "{object}"): _page,
    ("POST", "{object}"): _create,
    ("GET", "{object}/{id}"): _one,
    ("PATCH", "{object}/{id}"): _change,
    ("DELETE", "{object}/{id}"): _delete,
    ("POST", "{object}/{id}/{action}"): _act,
}
"""Every call by method and path; the first that fits answers."""
