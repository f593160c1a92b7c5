"""Our own HTTP contract, spoken by the sandbox's Channeltivity and ChannelOnline: objects, fields, one set of rules.

No public description of either vendor's API was found, so this is ours and is called ours
(docs/channeltivity-contract.md, docs/channelonline-contract.md). What it does not understand it refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from workbench.sandbox.contract_fields import KEPT, Field, value_problem
from workbench.sandbox.state import Record, State, stamp_of
from workbench.sandbox.tables import POINTERS
from workbench.sandbox.wire import Request, Response

LONGEST_PAGE = 200


class Refusal(Exception):
    """An answer that says no: status, code, message and, per field, what is wrong."""

    def __init__(self, status: int, code: str, message: str, errors: tuple[dict[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.response = Response.of_json({"code": code, "message": message, "errors": list(errors)}, status)


Check = Callable[[State, str, Record, Record], Iterator[dict[str, str]]]
Settle = Callable[[State, str, Record, Record], None]
Action = Callable[[State, Record, Mapping[str, Any]], Any]


def no_check(state: State, object: str, before: Record, after: Record) -> Iterator[dict[str, str]]:
    """No rule beyond the fields' own."""
    yield from ()


def no_consequence(state: State, object: str, before: Record, after: Record) -> None:
    """A write that changes nothing else."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What a system speaks: its objects, and the rules that go beyond single fields.

    `check(state, object, before, after)` yields what is wrong with a write (`before` is empty on creation), `settle` is
    called after a write with the same arguments, `actions` are `POST /{object}/{id}/{action}`.
    """

    system: str
    objects: Mapping[str, tuple[Field, ...]]
    check: Check = no_check
    settle: Settle = no_consequence
    actions: Mapping[tuple[str, str], Action] = field(default_factory=dict)

    def fields(self, state: State, object: str) -> dict[str, Field]:
        """The fields of an object that the API shows: those whose visibility was taken away are as if they were not."""
        hidden = state.setting(f"{self.system}.hidden", object, [])
        return {each.name: each for each in (*KEPT, *self.objects[object]) if each.name not in hidden}

    def shown(self, state: State, object: str, record: Record) -> dict[str, Any]:
        """A stored record as the API shows it: every visible field, absent ones as null."""
        return _shown(self.fields(state, object), record)

    def answer(self, request: Request, state: State) -> Response:
        """Answer a call under /{system}/api/v1."""
        try:
            self._authenticate(request, state)
            return self._route(request, state)
        except Refusal as refusal:
            return refusal.response

    def _authenticate(self, request: Request, state: State) -> None:
        expected = state.setting("credentials", self.system, {}).get("api_key")
        if request.headers.get("x-api-key") != expected:
            raise Refusal(401, "Unauthorized", "the header X-Api-Key is missing or wrong; use the key of this portal")

    def _route(self, request: Request, state: State) -> Response:
        match request.method, request.segments[1:]:
            case "GET", ["api", "v1", "portal"]:
                return Response.of_json(self._portal(state))
            case "GET", ["api", "v1", "fields"]:
                return Response.of_json({name: self._described(state, name) for name in self.objects})
            case "GET", ["api", "v1", "fields", object] if object in self.objects:
                return Response.of_json(self._described(state, object))
            case "GET", ["api", "v1", "settings"]:
                return Response.of_json(state.setting(self.system, "settings", {}))
            case method, ["api", "v1", object, *rest] if object in self.objects:
                return self._records(method, object, rest, request, state)
        raise Refusal(404, "NotFound", f"there is no {request.method} {request.raw_path}")

    def _portal(self, state: State) -> dict[str, Any]:
        return {
            "id": f"{self.system}-{state.setting('identity', 'instance')}",
            "name": state.setting(self.system, "name", self.system),
            "system": self.system,
            "user": state.setting(self.system, "user", "api"),
            "version": "1",
            "sandbox": True,
            "time": stamp_of(state.now()),
        }

    def _described(self, state: State, object: str) -> list[dict[str, Any]]:
        return [each.described() for each in self.fields(state, object).values()]

    def _records(self, method: str, object: str, rest: list[str], request: Request, state: State) -> Response:
        match method, rest:
            case "GET", []:
                return Response.of_json(self._page(object, request, state))
            case "GET", [id]:
                return Response.of_json(self.shown(state, object, self._existing(state, object, id)))
            case "POST", []:
                with state.transaction():
                    record = self.create(state, object, _body(request))
                    return Response.of_json(
                        self.shown(state, object, record), 201, {"Location": f"{object}/{record['@id']}"}
                    )
            case "PATCH", [id]:
                with state.transaction():
                    record = self._patch(state, object, id, request)
                    return Response.of_json(self.shown(state, object, record))
            case "DELETE", [id]:
                with state.transaction():
                    self._live(state, object, id)
                    state.delete(self.system, object, id)
                    return Response(204)
            case "POST", [id, action] if (object, action) in self.actions:
                with state.transaction():
                    record = self._live(state, object, id)
                    return Response.of_json(self.actions[object, action](state, record, _body(request)))
        raise Refusal(405, "MethodNotAllowed", f"{method} is not possible at {request.raw_path}")

    # Reading

    def _page(self, object: str, request: Request, state: State) -> dict[str, Any]:
        asked: dict[str, list[str]] = {}
        for name, value in request.query:
            asked.setdefault(name, []).append(value)
        once = {name: _once(name, asked.pop(name)) for name in _CONTROLS if name in asked}
        visible = self.fields(state, object)
        unknown = [name for name in asked if name not in visible or visible[name].type in ("texts", "items")]
        if unknown:
            raise Refusal(400, "UnknownParameter", f"{object} cannot be filtered by {', '.join(sorted(unknown))}")
        limit = _limit(once.get("limit", "100"))
        time = stamp_of(state.now())  # before the read, so that nothing written meanwhile is behind the watermark
        items: list[dict[str, Any]] = []
        for record in self._candidates(state, object, asked, once):
            shown = _shown(visible, record)
            if all(_text(shown[name]) in values for name, values in asked.items()):
                items.append(shown)
            if len(items) > limit:
                break
        more = len(items) > limit
        return {"items": items[:limit], "next": items[limit - 1]["id"] if more else None, "time": time}

    def _candidates(
        self, state: State, object: str, asked: Mapping[str, list[str]], once: Mapping[str, str]
    ) -> Iterator[Record]:
        by = next(
            (
                (name, values[0])
                for name, values in asked.items()
                if len(values) == 1 and values[0] and name in POINTERS.get((self.system, object), ())
            ),
            None,
        )
        deleted = {"": False, "false": False, "true": True}.get(once.get("includeDeleted", ""))
        if deleted is None:
            raise Refusal(400, "BadParameter", "includeDeleted is true or false")
        after, since = once.get("after", ""), once.get("updatedSince", "")
        if after and state.get(self.system, object, after) is None:
            raise Refusal(400, "BadCursor", "after is not a cursor of this list; begin again without it")
        if since and not _STAMP.fullmatch(since):
            raise Refusal(400, "BadParameter", "updatedSince is a time like 2026-11-22T10:41:19.123Z")
        if since:
            since = _just_before(since)  # inclusive: what is written in the millisecond of a watermark is not lost
        return state.find(self.system, object, include_deleted=deleted, since=since, after=after, by=by)

    def _existing(self, state: State, object: str, id: str) -> Record:
        record = state.get(self.system, object, id)
        if record is None:
            raise Refusal(404, "NotFound", f"{object} {id} is not there")
        return record

    def _live(self, state: State, object: str, id: str) -> Record:
        record = self._existing(state, object, id)
        if record["@deleted"]:
            raise Refusal(410, "Deleted", f"{object} {id} was deleted at {record['@modified']}")
        return record

    # Writing

    def create(self, state: State, object: str, values: Mapping[str, Any]) -> Record:
        """Store a new record after every rule was kept; raises Refusal with everything that is wrong."""
        visible = self.fields(state, object)
        defaults = {each.name: each.default for each in self.objects[object] if each.default is not None}
        after = {**defaults, **values}
        missing = [
            _wrong(each.name, "Required", f"{each.name} is required")
            for each in visible.values()
            if each.required and after.get(each.name) in (None, "")
        ]
        self._judge(state, object, {}, values, after, wrong=missing)
        id = str(state.next_id(self.system, object))
        record = state.insert(self.system, object, id, {**after, **self._own_number(object, id)})
        self.settle(state, object, {}, record)
        return state.get(self.system, object, id) or record

    def _own_number(self, object: str, id: str) -> dict[str, str]:
        return {"customerId": id} if any(each.name == "customerId" for each in self.objects[object]) else {}

    def _patch(self, state: State, object: str, id: str, request: Request) -> Record:
        before = self._live(state, object, id)
        expected = request.headers.get("if-unmodified-since-stamp")
        if expected is not None and expected != before["@modified"]:
            raise Refusal(
                412, "Changed", f"{object} {id} was changed at {before['@modified']}, not {expected}; read it again"
            )
        return self.change(state, object, before, _body(request))

    def change(self, state: State, object: str, before: Record, changes: Mapping[str, Any]) -> Record:
        """Lay changes over a record after every rule was kept; raises Refusal with everything that is wrong."""
        after = {**before, **changes}
        visible = self.fields(state, object)
        emptied = [
            _wrong(name, "Required", f"{name} is required")
            for name, value in changes.items()
            if name in visible and visible[name].required and value in (None, "")
        ]
        self._judge(state, object, before, changes, after, wrong=emptied)
        record = state.update(self.system, object, before["@id"], changes)
        self.settle(state, object, before, record)
        return state.get(self.system, object, before["@id"]) or record

    def _judge(
        self,
        state: State,
        object: str,
        before: Record,
        changes: Mapping[str, Any],
        after: Record,
        *,
        wrong: list[dict[str, str]],
    ) -> None:
        visible = self.fields(state, object)
        for name, value in changes.items():
            if name not in visible:
                wrong.append(_wrong(name, "UnknownField", f"{object} has no field {name}"))
            elif visible[name].system or (before and visible[name].fixed and value != before.get(name)):
                wrong.append(_wrong(name, "SystemField", f"{name} cannot be changed"))
            elif value is not None:
                wrong.extend(self._value_problems(state, visible[name], value))
        if not wrong:
            wrong.extend(self.check(state, object, before, after))
        if wrong:
            raise Refusal(400, "Invalid", f"{object} was not stored: {wrong[0]['message']}", tuple(wrong))
        self._keep_unique(state, object, before, changes, visible)

    def _value_problems(self, state: State, known: Field, value: Any) -> Iterator[dict[str, str]]:
        problem = value_problem(known, value)
        if problem:
            yield _wrong(known.name, "BadValue", f"{known.name} {problem}")
        elif known.refers:
            target = state.get(self.system, known.refers, value)
            if target is None or target["@deleted"]:
                yield _wrong(known.name, "BadReference", f"{known.name}: {known.refers} {value} is not there")

    def _keep_unique(
        self, state: State, object: str, before: Record, changes: Mapping[str, Any], visible: Mapping[str, Field]
    ) -> None:
        for name, value in changes.items():
            if not visible[name].unique or value in (None, ""):
                continue
            for other in state.find(self.system, object, by=(name, value)):
                if other["@id"] != before.get("@id"):
                    error = _wrong(name, "NotUnique", f"{name} {value} is taken by {object} {other['@id']}")
                    raise Refusal(409, "NotUnique", error["message"], ({**error, "existing": other["@id"]},))


_CONTROLS = ("limit", "after", "updatedSince", "includeDeleted")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


def _shown(visible: Iterable[str], record: Record) -> dict[str, Any]:
    kept = {
        "id": record["@id"],
        "createdAt": record["@created"],
        "updatedAt": record["@modified"],
        "deleted": record["@deleted"],
    }
    return {name: kept[name] if name in kept else record.get(name) for name in visible}


def _wrong(name: str, code: str, message: str) -> dict[str, str]:
    return {"field": name, "code": code, "message": message}


def _once(name: str, values: list[str]) -> str:
    if len(values) > 1:
        raise Refusal(400, "BadParameter", f"{name} was given {len(values)} times")
    return values[0]


def _just_before(stamp: str) -> str:
    try:
        return stamp_of(datetime.fromisoformat(stamp) - timedelta(milliseconds=1))
    except (ValueError, OverflowError) as error:
        raise Refusal(400, "BadParameter", f"updatedSince {stamp} is no time") from error


def _limit(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= LONGEST_PAGE:
        raise Refusal(400, "BadParameter", f"limit is a number from 1 to {LONGEST_PAGE}")
    return int(text)


def _text(value: Any) -> str:
    """A value as a filter writes it: true, false, an empty text for null."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _body(request: Request) -> Mapping[str, Any]:
    try:
        body = request.json() if request.body else {}
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "BadBody", f"the body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise Refusal(400, "BadBody", "the body must be one JSON object of fields")
    return body
