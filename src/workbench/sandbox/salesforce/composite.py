"""Several calls in one: Composite with references between them, Graph with atomic graphs, Batch without either."""

from __future__ import annotations

import json as text_json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from workbench.sandbox.salesforce.call import Call, json
from workbench.sandbox.salesforce.refusals import Refused
from workbench.sandbox.wire import Request, Response

MOST_PARTS, MOST_QUERIES = 25, 5
MOST_GRAPHS, MOST_NODES = 75, 500
REFERENCE = re.compile(r"@\{([A-Za-z0-9_]+)((?:\.\w+|\[\d+\])*)\}")
ROLLED_BACK = "The transaction was rolled back since another operation in the same transaction failed."

Dispatch = Callable[[Call, list[str]], Response]
Part = dict[str, Any]


class _Failed(Exception):
    """A part failed and all of them must be taken back."""


def composite(call: Call, dispatch: Dispatch) -> Response:
    """`POST …/composite`: at most 25 calls, five of them queries or Collections, results by referenceId."""
    body = call.body()
    _refuse_unknown(body, {"allOrNone", "collateSubrequests", "compositeRequest"})
    _flag(body, "collateSubrequests")  # parts are worked on in their order, which collating leaves open
    parts = _parts(body.get("compositeRequest"), MOST_PARTS)
    heavy = [part for part in parts if re.search(r"/(query|queryAll)/?\?|/composite/", part["url"], re.IGNORECASE)]
    if len(heavy) > MOST_QUERIES:
        message = f"A composite request can hold at most {MOST_QUERIES} queries and collections"
        raise Refused("LIMIT_EXCEEDED", message)
    return json({"compositeResponse": _run(call, dispatch, parts, _flag(body, "allOrNone"))})


def graph(call: Call, dispatch: Dispatch) -> Response:
    """`POST …/composite/graph` (v50 and later): each graph succeeds or fails as a whole."""
    if call.number < 50:
        raise Refused("NOT_FOUND", "The requested resource does not exist", status=404)
    body = call.body()
    _refuse_unknown(body, {"graphs"})
    graphs = body.get("graphs")
    if not isinstance(graphs, list) or not all(isinstance(each, dict) for each in graphs):
        raise Refused("JSON_PARSER_ERROR", "graphs must be a list of objects")
    if len(graphs) > MOST_GRAPHS:
        raise Refused("LIMIT_EXCEEDED", f"A request can hold at most {MOST_GRAPHS} graphs")
    prepared = [(each.get("graphId"), _parts(each.get("compositeRequest"), MOST_NODES)) for each in graphs]
    if sum(len(parts) for _, parts in prepared) > MOST_NODES:
        raise Refused("LIMIT_EXCEEDED", f"A request can hold at most {MOST_NODES} nodes")
    for _, parts in prepared:
        for part in parts:
            if not re.match(r"/services/data/v[\d.]+/sobjects/", part["url"], re.IGNORECASE):
                raise Refused("INVALID_INPUT", f"A graph can only hold calls of sobjects, not {part['url']}")
    answers = [(name, _run(call, dispatch, parts, True)) for name, parts in prepared]
    return json(
        {
            "graphs": [
                {
                    "graphId": name,
                    "graphResponse": {"compositeResponse": answer},
                    "isSuccessful": all(each["httpStatusCode"] < 400 for each in answer),
                }
                for name, answer in answers
            ]
        }
    )


def batch(call: Call, dispatch: Dispatch) -> Response:
    """`POST …/composite/batch`: at most 25 calls that know nothing of one another."""
    body = call.body()
    _refuse_unknown(body, {"batchRequests", "haltOnError"})
    requests = body.get("batchRequests")
    if not isinstance(requests, list) or not all(isinstance(each, dict) for each in requests):
        raise Refused("JSON_PARSER_ERROR", "batchRequests must be a list of objects")
    if len(requests) > MOST_PARTS:
        raise Refused("LIMIT_EXCEEDED", f"A batch can hold at most {MOST_PARTS} requests")
    halt = _flag(body, "haltOnError")
    results: list[dict[str, Any]] = []
    for each in requests:
        _refuse_unknown(each, {"method", "url", "richInput"})
        if halt and any(result["statusCode"] >= 400 for result in results):
            error = {"errorCode": "BATCH_PROCESSING_HALTED", "message": "Batch processing halted per request"}
            results.append({"statusCode": 412, "result": [error]})
            continue
        url = "/services/data/" + str(each.get("url", "")).removeprefix("/services/data/").lstrip("/")
        answer = _answer(call, dispatch, {"method": each.get("method"), "url": url, "body": each.get("richInput")})
        results.append({"statusCode": answer.status, "result": _body(answer)})
    return json({"hasErrors": any(result["statusCode"] >= 400 for result in results), "results": results})


def _parts(found: Any, most: int) -> list[Part]:
    if not isinstance(found, list) or not found or not all(isinstance(each, dict) for each in found):
        raise Refused("JSON_PARSER_ERROR", "compositeRequest must be a list of objects")
    if len(found) > most:
        raise Refused("LIMIT_EXCEEDED", f"A composite request can hold at most {most} requests")
    names: set[str] = set()
    for part in found:
        _refuse_unknown(part, {"method", "url", "referenceId", "body", "httpHeaders"})
        name, url = part.get("referenceId"), part.get("url")
        if not isinstance(name, str) or not re.fullmatch(r"\w+", name, re.ASCII):
            raise Refused("INVALID_INPUT", "Each part needs a referenceId of letters, digits and underscores")
        if name in names:
            raise Refused("INVALID_INPUT", f"The referenceId {name} is used twice")
        if not isinstance(url, str) or not isinstance(part.get("method"), str):
            raise Refused("INVALID_INPUT", f"The part {name} needs a method and a url")
        names.add(name)
    return found


def _run(call: Call, dispatch: Dispatch, parts: Sequence[Part], all_or_none: bool) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = []
    if not all_or_none:
        _each(call, dispatch, parts, answers)
        return answers
    try:
        with call.state.transaction():
            _each(call, dispatch, parts, answers)
            if any(map(_has_failed, answers)):
                raise _Failed
    except _Failed:
        return [answer if _has_failed(answer) else _halted(answer["referenceId"]) for answer in answers]
    return answers


def _each(call: Call, dispatch: Dispatch, parts: Sequence[Part], answers: list[dict[str, Any]]) -> None:
    known: dict[str, Any] = {}
    for part in parts:
        try:
            answer = _answer(call, dispatch, _resolved(part, known))
        except Refused as refused:
            answer = Response.of_json([refused.body()], refused.status)
        known[part["referenceId"]] = _body(answer) if answer.status < 400 else None
        answers.append(
            {
                "body": _body(answer),
                "httpHeaders": {name: value for name, value in answer.headers.items() if name == "Location"},
                "httpStatusCode": answer.status,
                "referenceId": part["referenceId"],
            }
        )


def _answer(call: Call, dispatch: Dispatch, part: Part) -> Response:
    path, _, query = part["url"].partition("?")
    segments = [unquote(each) for each in path.split("/") if each]
    version = re.fullmatch(r"v(\d\d\.0)", segments[2], re.IGNORECASE) if len(segments) > 2 else None
    if [each.lower() for each in segments[:2]] != ["services", "data"] or version is None:
        raise Refused("INVALID_INPUT", f"The url {part['url']} does not begin with /services/data/ and a version")
    rest = segments[3:]
    if [each.lower() for each in rest[:1]] == ["composite"] and rest[1:2] != ["sobjects"]:
        raise Refused("INVALID_INPUT", "A composite request cannot hold another one")
    headers = {**call.request.headers, "content-type": "application/json"}
    said = part.get("httpHeaders") or {}
    if not isinstance(said, dict):
        raise Refused("JSON_PARSER_ERROR", "httpHeaders must be an object")
    headers |= {str(name).lower(): str(value) for name, value in said.items()}
    content = b"" if part.get("body") is None else text_json.dumps(part["body"]).encode()
    request = Request(str(part.get("method")).upper(), path, query, headers, content)
    return dispatch(replace(call, request=request, version=version[1]), rest)


def _resolved(part: Part, known: Mapping[str, Any]) -> Part:
    return {**part, "url": _filled(part["url"], known), "body": _filled(part.get("body"), known)}


def _filled(value: Any, known: Mapping[str, Any]) -> Any:
    """The value with every `@{reference.path}` in it replaced by what that part answered."""
    if isinstance(value, str):
        return REFERENCE.sub(lambda found: _looked_up(found, known), value)
    if isinstance(value, list):
        return [_filled(each, known) for each in value]
    if isinstance(value, dict):
        return {name: _filled(each, known) for name, each in value.items()}
    return value


def _looked_up(found: re.Match[str], known: Mapping[str, Any]) -> str:
    current: Any = known.get(found[1])
    for step in re.findall(r"\.(\w+)|\[(\d+)\]", found[2]):
        try:
            current = current[step[0]] if step[0] else current[int(step[1])]
        except (KeyError, IndexError, TypeError):
            current = None
    if current is None or isinstance(current, dict | list):
        raise Refused("PROCESSING_HALTED", f"Invalid reference specified. No value for {found[0][2:-1]} found")
    return str(current)


def _has_failed(answer: Mapping[str, Any]) -> bool:
    rows = answer["body"] if isinstance(answer["body"], list) else []
    return answer["httpStatusCode"] >= 400 or any(isinstance(row, dict) and row.get("success") is False for row in rows)


def _halted(reference: str) -> dict[str, Any]:
    error = {"errorCode": "PROCESSING_HALTED", "message": ROLLED_BACK}
    return {"body": [error], "httpHeaders": {}, "httpStatusCode": 400, "referenceId": reference}


def _body(answer: Response) -> Any:
    return text_json.loads(answer.body) if answer.body else None


def _flag(body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise Refused("JSON_PARSER_ERROR", f"{name} must be true or false")
    return value


def _refuse_unknown(body: Mapping[str, Any], known: set[str]) -> None:
    for name in body:
        if name not in known:
            raise Refused("JSON_PARSER_ERROR", f"Unrecognized field '{name}'")
