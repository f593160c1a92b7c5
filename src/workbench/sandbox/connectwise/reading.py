"""Lists with their pages, counts, and single records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

from workbench.sandbox.connectwise import finding, selecting
from workbench.sandbox.connectwise.call import Call
from workbench.sandbox.connectwise.projection import projection
from workbench.sandbox.connectwise.records import parent_of
from workbench.sandbox.connectwise.refusals import Refused
from workbench.sandbox.state import Record
from workbench.sandbox.wire import Response

FILTERS = ("conditions", "childconditions", "customfieldconditions")
SHAPE = ("orderby", "fields", "page", "pagesize", "pageid")
LARGEST_PAGE, USUAL_PAGE = 1000, 25


def count(call: Call) -> Response:
    """`GET {collection}/count`."""
    return Response.of_json({"count": sum(1 for _ in _matching(call))})


def one(call: Call, record_id: str) -> Response:
    """`GET {collection}/{id}`."""
    said = call.allow("fields")
    record = call.tenant.must_get(call.collection, record_id, call.parent_id)
    return Response.of_json(shaped(call, said)(call.tenant.written(call.collection, record)))


def page(call: Call) -> Response:
    """`GET {collection}`: numbered pages, or forward-only ones when the header pagination-type asks for them."""
    said = call.parameters
    kind = call.request.headers.get("pagination-type", "navigable").strip().lower()
    if kind not in {"navigable", "forward-only"}:
        raise Refused("InvalidParameter", f"The pagination type {kind} is not known.")
    size = min(LARGEST_PAGE, _number(said, "pagesize", USUAL_PAGE))
    if kind == "forward-only":
        # A list that knows no such pages answers a numbered one without Link: by that callers tell.
        return _forward(call, size) if call.rows is None else _numbered(call, size).without("Link")
    if "pageid" in said:
        raise Refused("InvalidParameter", "The parameter pageId needs the header pagination-type: forward-only.")
    return _numbered(call, size)


def shaped(call: Call, said: dict[str, str]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What the parameter `fields` makes of a written record."""
    if not said.get("fields"):
        return dict
    return projection(said["fields"], call.collection)


def _numbered(call: Call, size: int) -> Response:
    said = call.parameters
    number = _number(said, "page", 1)
    shape = shaped(call, said)
    found = list(_matching(call))
    if said.get("orderby"):
        for read, descending in reversed(selecting.order_keys(said["orderby"], call.collection, call.tenant)):
            found.sort(key=lambda record: _sort_key(read(record)), reverse=descending)
    last = max(1, -(-len(found) // size))
    rows = found[(number - 1) * size : number * size]
    links = []
    if number < last:
        links.append(_link(call, size, ("page", number + 1), "next"))
        links.append(_link(call, size, ("page", last), "last"))
    if number > 1:
        links.append(_link(call, size, ("page", 1), "first"))
        links.append(_link(call, size, ("page", min(number - 1, last)), "prev"))
    body = [shape(call.tenant.written(call.collection, record)) for record in rows]
    return Response.of_json(body, headers={"Link": ", ".join(links)} if links else {})


def _forward(call: Call, size: int) -> Response:
    said = call.parameters
    if "orderby" in said:
        raise Refused("InvalidParameter", "orderBy is not supported with forward-only pagination.")
    shape = shaped(call, said)
    after = _number(said, "pageid", 0, least=0)
    rows = list(islice(_matching(call, str(after) if after else ""), size + 1))
    body = [shape(call.tenant.written(call.collection, record)) for record in rows[:size]]
    more = len(rows) > size
    link = _link(call, size, ("pageId", int(rows[size - 1]["@id"])), "next") if more else ""
    return Response.of_json(body, headers={"Link": link})


def _matching(call: Call, after: str = "") -> Iterator[Record]:
    tests = _tests(call)
    for record in _worth_testing(call, after):
        if all(test(record) for test in tests):
            yield record


def _worth_testing(call: Call, after: str) -> Iterator[Record]:
    if call.rows is not None:
        return iter(call.rows)
    found = finding.candidates(call.parameters.get("conditions", ""), call.collection, call.tenant)
    if found is None:
        return call.tenant.records(call.collection, call.parent_id, after)
    mine = (record for record in found if not call.parent_id or parent_of(call.collection, record) == call.parent_id)
    return (record for record in mine if not after or int(record["@id"]) > int(after))


def _tests(call: Call) -> list[selecting.Test]:
    said = call.parameters
    makers = (selecting.condition_test, selecting.child_test, selecting.custom_field_test)
    return [
        make(said[name], call.collection, call.tenant)
        for name, make in zip(FILTERS, makers, strict=True)
        if said.get(name, "").strip()
    ]


def _number(said: dict[str, str], name: str, usual: int, *, least: int = 1) -> int:
    text = said.get(name, "").strip() or str(usual)
    if not text.isascii() or not text.isdigit() or int(text) < least or len(text) > 12:
        raise Refused("InvalidParameter", f"The value '{text}' of {name} is not a number from {least} on.")
    return int(text)


def _link(call: Call, size: int, place: tuple[str, int], relation: str) -> str:
    """A link that repeats the query; the page comes last, as clients look for it there."""
    kept = [(name, value) for name, value in call.request.query if name.lower() not in {"page", "pagesize", "pageid"}]
    pairs = [*kept, ("pageSize", str(size)), (place[0], str(place[1]))]
    text = "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in pairs)
    lower = re.sub(r"%[0-9A-F]{2}", lambda escape: escape[0].lower(), text)
    path = call.collection.path.replace("*", call.parent_id)
    return f'<{call.tenant.base}/{path}?{lower}>; rel="{relation}"'


def _sort_key(value: Any) -> tuple[bool, Any]:
    return value is not None, value if value is not None else 0
