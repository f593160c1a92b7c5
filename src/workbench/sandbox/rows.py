"""The rows of a batch and of an answer, whatever a system calls their list: left out, turned round, made to fail."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from workbench.sandbox.wire import Request, Response

_LISTS = ("records", "items", "results")


def shows(response: Response, id: str) -> bool:
    """Whether an answer is a list that holds this record."""
    found = rows_of(response)
    return any(isinstance(row, dict) and id in (str(row.get("id")), str(row.get("Id"))) for row in found)


def rows_of(response: Response) -> list[Any]:
    """The rows that an answer shows; none when it is no list."""
    return _rows(_json(response.body))


def without(response: Response, positions: Sequence[int]) -> Response:
    """The answer without the rows at these positions."""
    value = _json(response.body)
    rows = _rows(value)
    for position in sorted(_chosen(rows, positions), reverse=True):
        del rows[position]
    return _same_with(response, value)


def backwards(response: Response) -> Response:
    """The answer with its rows in the opposite order."""
    value = _json(response.body)
    _rows(value).reverse()
    return _same_with(response, value)


def executed_without(
    request: Request, ask: Callable[[Request], Response], positions: Sequence[int], failed: object
) -> Response | None:
    """Execute a batch without the rows at these positions, whose results are `failed`; None when it is no batch."""
    sent = _json(request.body)
    rows = sent.get("records") if isinstance(sent, dict) else None
    if not isinstance(rows, list):
        return None
    failing = _chosen(rows, positions)
    rest = [row for position, row in enumerate(rows) if position not in failing]
    results: list[Any] = []
    if rest:
        body = json.dumps({**sent, "records": rest}).encode()
        response = ask(Request(request.method, request.raw_path, request.raw_query, request.headers, body))
        answered = _json(response.body)
        if not isinstance(answered, list):
            return response
        results = answered
    for position in sorted(failing):
        results.insert(position, failed)
    return Response.of_json(results)


def _chosen(rows: Sequence[object], positions: Sequence[int]) -> set[int]:
    return {position % len(rows) for position in positions} if rows else set()


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _rows(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return next((value[name] for name in _LISTS if isinstance(value.get(name), list)), [])
    return []


def _same_with(response: Response, value: Any) -> Response:
    if value is None:
        return response
    headers = {name: content for name, content in response.headers.items() if name != "Content-Type"}
    return Response.of_json(value, response.status, headers)
